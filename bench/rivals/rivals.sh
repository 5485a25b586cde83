# SPDX-License-Identifier: GPL-2.0-only
# The translators that Debian packages, unpacked and built in the cache:
# nothing is installed, and Jool's modules are not for the running kernel. To
# be sourced by the lab.
# shellcheck shell=bash

# shellcheck disable=SC2034
PACKAGES_RIVALS=(clang libbpf-dev libnl-3-200)

RIVALS=$CACHE/rivals

rivals_download() {
	local dir=$1 deb
	mkdir -p "$dir/debs" && cd "$dir/debs" || return
	apt-get -o APT::Sandbox::User=root download \
		jool-dkms jool-tools libnl-genl-3-200 tayga || return
	for deb in *.deb; do
		dpkg -x "$deb" "$dir/root" || return
		dpkg-deb -W "$deb"
	done >"$dir/versions"
	rm -r "$dir/debs"

	# Of a system that lacks the package's library it is found here.
	mkdir "$dir/bin"
	cat >"$dir/bin/jool" <<-END || return
	#!/bin/sh
	export LD_LIBRARY_PATH="$RIVALS/root/lib/$(gcc -print-multiarch)"
	exec "$RIVALS/root/usr/bin/\${0##*/}" "\$@"
	END
	chmod 755 "$dir/bin/jool"
	ln -s jool "$dir/bin/jool_siit"
	ln -s ../root/usr/sbin/tayga "$dir/bin/tayga"
}

rivals_fetch() {
	[ -e "$RIVALS/versions" ] && return
	rm -rf "$RIVALS.new"
	step "rivals: download" rivals_download "$RIVALS.new"
	mv "$RIVALS.new" "$RIVALS"
}

# Jool's modules by name, in the order in which they need one another.
RIVALS_MODULES=(common/jool_common nat64/jool siit/jool_siit)

# rivals_modules K: the files of the modules for kernel K.
rivals_modules() {
	printf "$RIVALS/jool-$1/src/mod/%s.ko\n" "${RIVALS_MODULES[@]}"
}

# rivals_modules_build K DIR [OPTION]...: against the kernel built in DIR.
rivals_modules_build() {
	local k=$1 dir=$2 copy=$RIVALS/jool-$1 part
	shift 2
	rm -rf "$copy"
	cp -r "$RIVALS"/root/usr/src/jool-dkms-* "$copy" || return
	for part in "${RIVALS_MODULES[@]}"; do
		make -C "$dir" M="$copy/src/mod/${part%/*}" -j"$(nproc)" "$@" \
			modules || return
	done
}

# True if all of them are there, and the kernel was not built again since.
rivals_modules_built() {
	local file
	while read -r file; do
		[ "$file" -nt "$2/Module.symvers" ] || return
	done < <(rivals_modules "$1")
}

rivals_bpf_build() {
	clang -O2 -g -Wall -target bpf -I"/usr/include/$(gcc -print-multiarch)" \
		-c "$LAB/bench/rivals/siit.bpf.c" -o "$RIVALS/siit.bpf.o"
}

# rivals_build K DIR [OPTION]...: all that the cases need with kernel K, which is
# built in DIR.
rivals_build() {
	packages_install "${PACKAGES_RIVALS[@]}"
	rivals_fetch
	rivals_bpf_build || die "rivals: siit.bpf.c does not compile"
	rivals_modules_built "$@" ||
		step "rivals: modules for $1" rivals_modules_build "$@"
}
