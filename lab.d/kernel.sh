# SPDX-License-Identifier: GPL-2.0-only
# Debian's kernels, unpacked in the cache: nothing is installed.
# shellcheck shell=bash

kernel_dir() {
	printf '%s/kernels/%s' "$CACHE" "$1"
}

# The release (uname -r) of the cached kernel K.
kernel_release() {
	cat "$(kernel_dir "$1")/release"
}

# The directory to build modules of kernel K against.
kernel_build_dir() {
	printf '%s/usr/src/linux-headers-%s' "$(kernel_dir "$1")/root" \
		"$(kernel_release "$1")"
}

# An apt of our own for bookworm-backports. The mirror is the one that the
# system gets Debian 12 from, in whatever format its sources are written.
backports_config() {
	local apt=$CACHE/apt uri

	uri=$(debian_mirror)
	[ -n "$uri" ] || die "the apt sources of this system name no Debian 12 (bookworm)"

	mkdir -p "$apt/lists/partial" "$apt/archives/partial"
	printf 'deb [signed-by=%s] %s bookworm-backports main\n' \
		/usr/share/keyrings/debian-archive-keyring.gpg "$uri" >"$apt/sources.list"
	cat >"$apt/apt.conf" <<-END
	Dir::Etc::sourcelist "$apt/sources.list";
	Dir::Etc::sourceparts "-";
	Dir::State::lists "$apt/lists";
	Dir::Cache::archives "$apt/archives";
	Dir::Cache::pkgcache "";
	Dir::Cache::srcpkgcache "";
	END
}

debian_mirror() {
	apt-get indextargets --format "\$(RELEASE) \$(REPO_URI)" 'Created-By: Packages' |
		sed -n 's/^bookworm //p' | head -n 1
}

# apt for kernel K: the system's own, or that of the backports.
kernel_apt() {
	local k=$1 tool=$2
	shift 2
	if [ "$k" = 6.1 ]; then
		"$tool" -o APT::Sandbox::User=root "$@"
	else
		APT_CONFIG=$CACHE/apt/apt.conf "$tool" -o APT::Sandbox::User=root "$@"
	fi
}

# The packages that PACKAGE depends on and whose name begins with PREFIX.
kernel_depends() {
	kernel_apt "$1" apt-cache depends --important "$2" |
		sed -n "s/^[ |]*Depends: \($3.*\)/\1/p"
}

kernel_update() {
	if [ "$1" = 6.1 ]; then
		apt-get update
	else
		backports_config
		kernel_apt "$1" apt-get update
	fi
}

kernel_download() {
	local k=$1 dir=$2 image headers
	image=$(kernel_depends "$k" linux-image-amd64 linux-image-)
	headers=$(kernel_depends "$k" linux-headers-amd64 linux-headers-)
	[ -n "$image" ] && [ -n "$headers" ] || return
	printf '%s\n' "${image#linux-image-}" >"$dir/release"

	mkdir -p "$dir/debs"
	cd "$dir/debs" || return
	# shellcheck disable=SC2046
	kernel_apt "$k" apt-get download "$image" "$headers" \
		$(kernel_depends "$k" "$headers" linux-headers-) \
		$(kernel_depends "$k" "$headers" linux-kbuild-)
}

# Unpack, and make the headers usable where they are: they name one another
# by absolute path.
kernel_unpack() {
	local dir=$1 final=$2 release deb root
	root=$dir/root
	release=$(cat "$dir/release")
	for deb in "$dir"/debs/*.deb; do
		dpkg -x "$deb" "$root" || return
	done
	sed -i "s,/usr/src/,$final/root/usr/src/," \
		"$root/usr/src/linux-headers-$release/Makefile"
	# One place for both layouts, with /usr merged and without.
	mkdir -p "$root/lib/modules"
	if [ -d "$root/usr/lib/modules/$release" ]; then
		mv "$root/usr/lib/modules/$release" "$root/lib/modules/"
	fi
	ln -sfn "$final/root/usr/src/linux-headers-$release" \
		"$root/lib/modules/$release/build"
	rm -f "$root/lib/modules/$release/source"
	rm -rf "$dir/debs" "$root/usr/share/doc"
	depmod -b "$root" "$release"
}

# Have kernel K in the cache.
kernel_fetch() {
	local k=$1 dir
	dir=$(kernel_dir "$k")
	[ -e "$dir/release" ] && return
	rm -rf "$dir.new"
	mkdir -p "$dir.new"
	step "kernel $k: package lists" kernel_update "$k"
	step "kernel $k: download" kernel_download "$k" "$dir.new"
	step "kernel $k: unpack" kernel_unpack "$dir.new" "$dir"
	mv "$dir.new" "$dir"
}

busybox_download() {
	local dir=$1
	mkdir -p "$dir" && cd "$dir" || return
	apt-get -o APT::Sandbox::User=root download busybox-static &&
		dpkg -x busybox-static_*.deb . && rm busybox-static_*.deb
}

# The shell of the initramfs; the package itself would replace an installed
# busybox.
busybox_fetch() {
	[ -e "$CACHE/busybox/bin/busybox" ] && return
	rm -rf "$CACHE/busybox.new"
	step "busybox: download" busybox_download "$CACHE/busybox.new"
	mv "$CACHE/busybox.new" "$CACHE/busybox"
}

# The kernel's own style checker and what it reads, out of the source package.
checkpatch_download() {
	local dir=$1 name=linux-source-6.1
	mkdir -p "$dir" && cd "$dir" || return
	apt-get -o APT::Sandbox::User=root download "$name" &&
		dpkg --fsys-tarfile "$name"_*.deb | tar -xO "./usr/src/$name.tar.xz" |
		tar -xJ --strip-components=2 "$name/scripts/checkpatch.pl" \
			"$name/scripts/spelling.txt" "$name/scripts/const_structs.checkpatch" &&
		rm "$name"_*.deb
}

checkpatch_fetch() {
	[ -e "$CACHE/checkpatch/checkpatch.pl" ] && return
	rm -rf "$CACHE/checkpatch.new"
	step "checkpatch: download" checkpatch_download "$CACHE/checkpatch.new"
	mv "$CACHE/checkpatch.new" "$CACHE/checkpatch"
}

# module_tree K DIR [MODULE]...: a /lib/modules of kernel K with our modules
# in updates/, as modules_install and depmod would leave it.
module_tree() {
	local k=$1 dir=$2 release from to
	shift 2
	release=$(kernel_release "$k")
	from=$(kernel_dir "$k")/root/lib/modules/$release
	to=$dir/lib/modules/$release
	rm -rf "$dir"
	mkdir -p "$to/updates"
	cp "$from"/modules.order "$from"/modules.builtin* "$to/"
	ln -s "$from/kernel" "$to/kernel"
	ln -s "$(kernel_build_dir "$k")" "$to/build"
	[ $# -eq 0 ] || cp "$@" "$to/updates/"
	depmod -b "$dir" "$release"
}

kernel_build_dir_command() {
	local k=${1:-${KERNELS[0]}}
	known_kernel "$k"
	lock "$CACHE"
	kernel_fetch "$k"
	unlock
	kernel_build_dir "$k"
	echo
}
