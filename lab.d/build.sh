# SPDX-License-Identifier: GPL-2.0-only
# Builds the module for every kernel, and user space. The clone is copied
# first, so that it stays as it is.
# shellcheck shell=bash

build_usage() {
	cat <<-END
	usage: lab build [OPTION]...
	  -k, --kernel K                only for this kernel (repeatable)
	      --with-nftables-src=DIR   build a patched nft too, from this source tree
	      --with-libnftnl-src=DIR   and this one; both are remembered
	      --without-nft-src         forget them

	The result is in $BUILD.
	END
}

build_command() {
	local kernels=() nftables='' libnftnl=''
	while [ $# -gt 0 ]; do
		case $1 in
		-k|--kernel) known_kernel "${2:-}"; kernels+=("$2"); shift ;;
		--with-nftables-src=*) nftables=$(realpath -e "${1#*=}") || exit ;;
		--with-libnftnl-src=*) libnftnl=$(realpath -e "${1#*=}") || exit ;;
		--without-nft-src) rm -rf "$BUILD/nft-sources" "$BUILD/user/nft-build" ;;
		-h|--help) build_usage; return ;;
		*) build_usage >&2; die "build: $1: no such option" ;;
		esac
		shift
	done
	if [ -n "$nftables$libnftnl" ]; then
		if [ -z "$nftables" ] || [ -z "$libnftnl" ]; then
			die "build: the sources of nftables and libnftnl go together"
		fi
		mkdir -p "$BUILD"
		printf '%s\n' "--with-nftables-src=$nftables" \
			"--with-libnftnl-src=$libnftnl" >"$BUILD/nft-sources"
	fi
	[ ${#kernels[@]} -gt 0 ] || kernels=("${KERNELS[@]}")

	build "${kernels[@]}"
	say "module: $(for k in "${kernels[@]}"; do module_file "$k"; done | xargs)"
	say "nft:    $(nft_chosen)"
}

# Everything that a run with the named kernels needs, where it is outdated.
build() {
	local k
	packages_install "${PACKAGES_GUEST[@]}" "${PACKAGES_BUILD[@]}"
	lock "$CACHE"
	for k; do
		kernel_fetch "$k"
	done
	busybox_fetch
	unlock

	lock "$BUILD"
	for k; do
		step "module for $k: build" module_build "$k"
	done
	user_build
	unlock
}

# copy_sources DIR NAME...: copy from the clone, times included: make sees only what
# has changed.
copy_sources() {
	local dir=$1
	shift
	mkdir -p "$dir"
	tar -C "$LAB" -cf - "$@" | tar -C "$dir" -xf -
}

module_file() {
	printf '%s/module-%s/kernel/nft_xlat/nft_xlat.ko\n' "$BUILD" "$1"
}

module_build() {
	local k=$1 dir=$BUILD/module-$1 ko tree=$BUILD/modules-$1
	ko=$(module_file "$k")
	copy_sources "$dir" Kbuild kernel include || return
	make -C "$(kernel_build_dir "$k")" M="$dir" W=1 -j"$(nproc)" modules || return
	# A guest that runs keeps the tree that it has begun with.
	[ "$tree/lib/modules" -nt "$ko" ] && return
	rm -rf "$tree.old" "$tree.new"
	module_tree "$k" "$tree.new" "$ko" || return
	[ ! -e "$tree" ] || mv "$tree" "$tree.old"
	mv "$tree.new" "$tree"
}

user_configure() {
	local src=$BUILD/src
	if [ ! -e "$src/configure" ] || [ -n "$(find "$src" -newer "$src/configure" \
			\( -name configure.ac -o -name Makefile.am \) -print -quit)" ]; then
		"$src/autogen.sh" || return
	fi
	mkdir -p "$BUILD/user"
	cd "$BUILD/user" || return
	"$src/configure" --with-kernel-build=no "$@"
}

user_build() {
	local src=$BUILD/src options=()
	# A patch that has gone from the clone must go from the copy.
	rm -rf "$src/nft-patches" "$src/libnftnl-patches"
	copy_sources "$src" configure.ac Makefile.am autogen.sh nft-xlat include \
		kernel Kbuild nft-patches libnftnl-patches tests/frontend

	if [ -e "$BUILD/nft-sources" ]; then
		packages_install "${PACKAGES_NFT[@]}"
		mapfile -t options <"$BUILD/nft-sources"
	fi
	if ! user_configured "${options[@]}"; then
		step "user space: configure" user_configure "${options[@]}"
		printf '%s\n' "${options[@]}" >"$BUILD/user/options"
	fi
	step "user space: build" make -C "$BUILD/user" -j"$(nproc)"
	[ ${#options[@]} -eq 0 ] ||
		step "patched nft: build" make -C "$BUILD/user" -j"$(nproc)" nft
}

# True if user space is configured with these options by the present scripts.
user_configured() {
	[ -e "$BUILD/user/Makefile" ] && [ -e "$BUILD/user/options" ] &&
		[ "$(printf '%s\n' "$@")" = "$(cat "$BUILD/user/options")" ] &&
		[ -z "$(find "$BUILD/src" -newer "$BUILD/user/Makefile" \
			\( -name configure.ac -o -name Makefile.am \) -print -quit)" ]
}

nft_patched() {
	printf '%s/user/nft-build/bin/nft' "$BUILD"
}

nft_front_end() {
	printf '%s/user/nft-xlat/nft-xlat' "$BUILD"
}

# The nft that understands xlat: the patched one where it was built.
nft_chosen() {
	if [ -e "$BUILD/nft-sources" ] && [ -x "$(nft_patched)" ]; then
		nft_patched
	else
		nft_front_end
	fi
}

# What the chosen nft is, in words.
nft_described() {
	case $1 in
	"$(nft_patched)") printf 'patched nft (%s)' "$("$1" --version)" ;;
	*) printf 'nft-xlat over the installed libnftables (%s)' \
		"$(dpkg-query -W -f '${Version}' libnftables1)" ;;
	esac
}
