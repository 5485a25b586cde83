# SPDX-License-Identifier: GPL-2.0-only
# User-Mode-Linux: a kernel of our own configuration as a process of this
# machine, at its speed. It has one processor.
# shellcheck shell=bash
# guest_verdict reads what is left in variables here.
# shellcheck disable=SC2034

# The kernels, each by the fragments that its configuration is put together
# from.
declare -A UML_KERNELS=(
	[kasan]="uml.config uml-kasan.config"
	[bench]="uml.config uml-bench.config"
)

# What a kernel is started by.
UML_PREFIX=()
PACKAGES_UML=(bc bison flex gcc iproute2 kmod libc6-dev make nftables procps util-linux xz-utils)

uml_dir() {
	printf '%s/uml/%s' "$CACHE" "$1"
}

uml_config() {
	local name
	for name in ${UML_KERNELS[$1]}; do
		cat "$LAB/lab.d/$name"
	done
}

uml_source_download() {
	local dir=$1 name=linux-source-6.1
	mkdir -p "$dir" && cd "$dir" || return
	apt-get -o APT::Sandbox::User=root download "$name" &&
		dpkg --fsys-tarfile "$name"_*.deb | tar -xO "./usr/src/$name.tar.xz" |
		tar -xJ --strip-components=1 && rm "$name"_*.deb
}

uml_make() {
	local k=$1
	shift
	make -C "$(uml_dir "$k")" ARCH=um -j"$(nproc)" "$@"
}

# A line of the configuration that does not survive is one that the lab relies
# on in vain. What an earlier build has left is used.
uml_kernel_build() {
	local k=$1 dir line
	dir=$(uml_dir "$k")
	rm -f "$dir/built.config"
	mkdir -p "$dir"
	uml_config "$k" >"$dir/lab.config"
	make -C "$CACHE/source-6.1" O="$dir" ARCH=um \
		KCONFIG_ALLCONFIG="$dir/lab.config" allnoconfig || return
	while read -r line; do
		grep -qxF "$line" "$dir/.config" ||
			{ echo "not in the configuration: $line"; return 1; }
	done < <(grep '^CONFIG' "$dir/lab.config")
	uml_make "$k" linux modules || return
	rm -rf "$dir/root"
	uml_make "$k" INSTALL_MOD_PATH="$dir/root" modules_install || return
	cp "$dir/lab.config" "$dir/built.config"
}

uml_kernel_built() {
	[ "$(uml_config "$1")" = "$(cat "$(uml_dir "$1")/built.config" 2>/dev/null)" ]
}

uml_kernel() {
	local k=$1
	uml_kernel_built "$k" && return
	lock "$CACHE"
	if [ ! -e "$CACHE/source-6.1/Makefile" ]; then
		rm -rf "$CACHE/source-6.1.new"
		step "kernel source: download" uml_source_download "$CACHE/source-6.1.new"
		mv "$CACHE/source-6.1.new" "$CACHE/source-6.1"
	fi
	uml_kernel_built "$k" || step "kernel $k: build" uml_kernel_build "$k"
	unlock
}

# The module with UBSan, which ARCH=um does not switch on for everything.
uml_module_build() {
	local k=$1 dir=$BUILD/module-$1
	copy_sources "$dir" Kbuild kernel include || return
	uml_make "$k" M="$dir" UBSAN_SANITIZE=y modules || return
	if [ "$k" = bench ]; then
		bench_module_build "$k" || return
		uml_module_tree "$k" "$BUILD/modules-$k" "$(module_file "$k")" "$(bench_module "$k")" \
			"${RIVALS_KO[@]}"
		return
	fi
	uml_module_tree "$k" "$BUILD/modules-$k" "$(module_file "$k")"
}

# As module_tree, for a kernel of ours.
uml_module_tree() {
	local k=$1 tree=$2 release from to
	shift 2
	release=$(cat "$(uml_dir "$k")/include/config/kernel.release")
	from=$(uml_dir "$k")/root/lib/modules/$release
	to=$tree/lib/modules/$release
	rm -rf "$tree"
	mkdir -p "$to/updates"
	cp "$from"/modules.order "$from"/modules.builtin* "$to/" &&
		ln -s "$from/kernel" "$to/kernel" &&
		cp "$@" "$to/updates/" && depmod -b "$tree" "$release"
}

uml_build() {
	local k=$1
	packages_install "${PACKAGES_UML[@]}" "${PACKAGES_BUILD[@]}"
	uml_kernel "$k"
	lock "$CACHE"
	busybox_fetch
	unlock
	lock "$BUILD"
	step "module for $k: build" uml_module_build "$k"
	user_build
	unlock
}

uml_usage() {
	cat <<-END
	usage: lab $1 [OPTION]... [--] [COMMAND [ARGUMENT]...]
	  -m, --module FILE      have this module in the guest instead of the built one
	  -w, --writable DIR     this directory read-write, at its own path
	  -e, --env NAME=VALUE   set in the environment of the command
	  -C, --directory DIR    run the command there (default: the clone)
	  -t, --timeout SECONDS  end the guest after that (default 3600)
	  -c, --console FILE     leave the kernel's log there

	Without a command: the test cases that lab check runs. Otherwise this is as
	lab guest, in a kernel that is built for it on its first use, which takes some
	minutes and 2 GB in the cache. NFT is the nft that knows xlat.
	END
}

# uml_command K [ARGUMENT]...
uml_command() {
	local k=$1 modules=() writable=() env=() dir=$LAB timeout=3600 console=''
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		-[mweCtc]|--module|--writable|--env|--directory|--timeout|--console)
			[ $# -gt 1 ] || die "$k: $1 wants an argument" ;;
		esac
		case $1 in
		-m|--module) modules+=("$(realpath -e "$2")") || exit; shift 2 ;;
		-w|--writable) writable+=("$(realpath -e "$2")") || exit; shift 2 ;;
		-e|--env) env+=("$2"); shift 2 ;;
		-C|--directory) dir=$(realpath -e "$2") || exit; shift 2 ;;
		-t|--timeout) timeout=$2; shift 2 ;;
		-c|--console) console=$2; shift 2 ;;
		-h|--help) uml_usage "$k"; return ;;
		--) shift; break ;;
		-*) uml_usage "$k" >&2; die "$k: $1: no such option" ;;
		*) break ;;
		esac
	done

	uml_build "$k"
	env=("NFT=$(nft_chosen)" "${env[@]}")
	if [ $# -eq 0 ]; then
		packages_install "${PACKAGES_DEMO[@]}" "${PACKAGES_CHECK[@]}"
		set -- tests/shell/run-tests.sh
	fi

	RUN=$(mktemp -d "${TMPDIR:-/tmp}/nft-xlat-lab.XXXXXX") || exit
	UML=
	trap uml_cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM

	uml_files "$@"
	uml_boot
	# What the log says of the boot is not the run's.
	sed -i '1,/lab: run begins/d' "$RUN/console"
	guest_verdict
}

uml_files() {
	local tree=$BUILD/modules-$k
	mkdir "$RUN/lab"
	cp "$LAB/lab.d/guest-main" "$RUN/lab/main"
	cp "$CACHE/busybox/bin/busybox" "$RUN/lab/poweroff"
	if [ ${#modules[@]} -gt 0 ]; then
		uml_module_tree "$k" "$RUN/lab/modules" "${modules[@]}"
		tree=/run/lab/modules
	fi
	printf '%s\n' "$LAB" "$CACHE" "$BUILD" "$dir" >"$RUN/lab/keep"
	[ ${#writable[@]} -eq 0 ] || printf '%s\n' "${writable[@]}" >>"$RUN/lab/writable"
	touch "$RUN/lab/writable"
	printf 'MODULES=%q\nINTERACTIVE=no\nWRITABLE=()\n' "$tree" >"$RUN/lab/config"
	guest_command "$@" >"$RUN/lab/command"
}

uml_boot() {
	# The command's line is the second serial one, as in guest_boot.
	(cd / && exec timeout -k 5 "$timeout" "${UML_PREFIX[@]}" "$(uml_dir "$k")/linux" mem=1G \
		root=none rootfstype=hostfs rootflags=/ ro \
		init="$LAB/lab.d/uml-init" console=tty0 con0=null,fd:2 con=null \
		ssl1=null,fd:1 ssl=null oops=panic panic=-1 loglevel=7 -- "$RUN") \
		</dev/null 2>"$RUN/console" &
	UML=$!
	wait "$UML" 2>/dev/null
	QEMU_RC=$?
	UML=
}

uml_cleanup() {
	[ -z "$UML" ] || kill "$UML" 2>/dev/null
	rm -rf "$RUN"
}
