# SPDX-License-Identifier: GPL-2.0-only
# One run of a command in a guest.
# shellcheck shell=bash

# What has no place in the kernel log of a good run.
CONSOLE_BAD='WARNING:|BUG:|BUG |Oops|[Kk]ernel panic|general protection|Call Trace'
CONSOLE_BAD+='|INFO: task .* blocked|stall(ed|s)? |soft lockup|hard LOCKUP'
CONSOLE_BAD+='|possible (circular|irq|recursive)|suspicious RCU|inconsistent lock|bad unlock'
CONSOLE_BAD+='|unregister_netdevice: waiting|refcount_t|leaked reference|LEAK:|kmemleak'
CONSOLE_BAD+='|KASAN|UBSAN|KCSAN|list_(add|del) corruption|skb_(over|under)_panic'
CONSOLE_BAD+='|scheduling while atomic|sleeping function|hw csum failure|bad checksum'
CONSOLE_BAD+='|Unable to handle|use-after-free|still has locks held|lab: guest:'

# initramfs K FILE: busybox, the modules for a root over 9p, guest-init.
initramfs() {
	local k=$1 file=$2 dir release path name busybox=$CACHE/busybox/bin/busybox
	dir=$(mktemp -d "$RUN/initramfs.XXXXXX")
	release=$(kernel_release "$k")
	mkdir -p "$dir"/{bin,dev,proc,modules,lower,upper,root}
	cp "$busybox" "$dir/bin/busybox"
	ln -s busybox "$dir/bin/sh"
	cp "$LAB/lab.d/guest-init" "$dir/init"
	chmod 755 "$dir/init"
	for name in virtio_pci 9p 9pnet_virtio overlay; do
		modprobe -d "$(kernel_dir "$k")/root" -S "$release" --show-depends "$name"
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' |
	while read -r path; do
		name=${path##*/}
		case $name in
		*.xz) name=${name%.xz}; xz -dc "$path" >"$dir/modules/$name" ;;
		*) cp "$path" "$dir/modules/$name" ;;
		esac
		printf '%s\n' "$name" >>"$dir/modules/list"
	done
	(cd "$dir" && find . | "$busybox" cpio -o -H newc -F "$file") 2>/dev/null
	rm -rf "$dir"
}

# Words as the guest's shell reads them.
quoted() {
	local word
	for word; do
		printf '%q ' "$word"
	done
	printf '\n'
}

guest_usage() {
	cat <<-END
	usage: lab guest [OPTION]... [--] COMMAND [ARGUMENT]...
	  -k, --kernel K         one of ${KERNELS[*]} (default ${KERNELS[0]})
	  -m, --module FILE      have this module in the guest instead of the built one
	  -w, --writable DIR     this directory read-write, at its own path
	  -e, --env NAME=VALUE   set in the environment of the command
	  -C, --directory DIR    run the command there (default: the clone)
	  -t, --timeout SECONDS  end the guest after that (default 1200)
	  -c, --console FILE     leave the kernel's log there
	  -i, --interactive      the terminal is the command's
	  -p, --processors N     this many processors (default 2)
	      --steady           one processor, and a clock that counts its instructions:
	                         what it measures does not depend on this machine's load
	      --instructions     the same, and nothing else counts: a nanosecond is an
	                         instruction
	      --kvm              use KVM (default: TCG, which works everywhere)

	The root of the guest is this machine's, writable by way of an overlay that
	is gone afterwards. The exit status is the command's; 125 if the kernel's
	log holds a warning, 124 when time was up, 126 if the guest died.
	END
}

guest() {
	local k=${KERNELS[0]} modules=() writable=() env=() dir=$LAB timeout=1200
	local console='' interactive=no accelerator=tcg,thread=multi processors=2 machine=() cpu=max

	while [ $# -gt 0 ]; do
		case $1 in
		-[kmweCtcp]|--kernel|--module|--writable|--env|--directory|--timeout|--console|\
		--processors)
			[ $# -gt 1 ] || die "guest: $1 wants an argument" ;;
		esac
		case $1 in
		-k|--kernel) k=$2; shift 2 ;;
		-m|--module) modules+=("$(realpath -e "$2")") || exit; shift 2 ;;
		-w|--writable) writable+=("$(realpath -e "$2")") || exit; shift 2 ;;
		-e|--env) env+=("$2"); shift 2 ;;
		-C|--directory) dir=$(realpath -e "$2") || exit; shift 2 ;;
		-t|--timeout) timeout=$2; shift 2 ;;
		-c|--console) console=$2; shift 2 ;;
		-p|--processors) processors=$2; shift 2 ;;
		-i|--interactive) interactive=yes; shift ;;
		--steady) machine=(-accel "tcg,thread=single" -icount "shift=1,sleep=on"); shift ;;
		--instructions) machine=(-accel "tcg,thread=single" -icount "shift=0,sleep=off")
			# QEMU counts each byte of a string instruction.
			cpu=max,-erms,-fsrm; shift ;;
		--kvm) accelerator=kvm; shift ;;
		-h|--help) guest_usage; return ;;
		--) shift; break ;;
		-*) guest_usage >&2; die "guest: $1: no such option" ;;
		*) break ;;
		esac
	done
	[ $# -gt 0 ] || { guest_usage >&2; die "guest: no command"; }
	[ ${#machine[@]} -gt 0 ] || machine=(-accel "$accelerator" -smp "$processors")
	known_kernel "$k"
	guest_prepare "$k"

	RUN=$(mktemp -d "${TMPDIR:-/tmp}/nft-xlat-lab.XXXXXX") || exit
	QEMU=
	SAVED_TTY=
	trap guest_cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM

	guest_files
	guest_boot "$@"
	# Two emulated processors, of which one patches the code of the other, do not always
	# survive to boot (an Oops of int3). That says nothing of the command.
	if [ ! -e "$RUN/lab/began" ] && [ "$QEMU_RC" -eq 0 ]; then
		say "lab: the guest died before the command began, and is booted once more"
		guest_boot "$@"
	fi
	guest_verdict
}

guest_prepare() {
	packages_install "${PACKAGES_GUEST[@]}"
	[ -e "$(kernel_dir "$1")/release" ] && [ -e "$CACHE/busybox/bin/busybox" ] &&
		return
	lock "$CACHE"
	kernel_fetch "$1"
	busybox_fetch
	unlock
}

# The run directory: what the guest has to know, and where it says how it went.
guest_files() {
	local tree=$BUILD/modules-$k
	mkdir "$RUN/lab"
	cp "$LAB/lab.d/guest-main" "$RUN/lab/main"
	initramfs "$k" "$RUN/initramfs"

	if [ ${#modules[@]} -gt 0 ] || [ ! -e "$tree/lib/modules/$(kernel_release "$k")" ]; then
		tree=$RUN/lab/modules
		if [ ${#modules[@]} -gt 0 ]; then
			module_tree "$k" "$tree" "${modules[@]}"
		else
			tree=$(kernel_dir "$k")/root
		fi
	fi
	case $tree in
	"$RUN"/*) tree=/run/lab/modules ;;
	esac

	printf '%s\n' "$LAB" "$CACHE" "$BUILD" "$dir" "${writable[@]}" >"$RUN/lab/keep"
	{
		printf 'MODULES=%q\nINTERACTIVE=%q\n' "$tree" "$interactive"
		printf 'WRITABLE=(%s)\n' "$(quoted "${writable[@]}")"
		if [ "$interactive" = yes ]; then
			stty size | { read -r rows columns
				printf 'ROWS=%d\nCOLUMNS=%d\n' "$rows" "$columns"; }
		fi
	} >"$RUN/lab/config"
}

# guest_command COMMAND [ARGUMENT]...: the script that the guest runs.
guest_command() {
	printf 'cd %q || exit\n' "$dir"
	printf 'export XLAT_CACHE=%q XLAT_BUILD=%q XLAT_KERNEL=%q TERM=%q\n' \
		"$CACHE" "$BUILD" "$k" "${TERM:-dumb}"
	[ ${#env[@]} -eq 0 ] || printf 'export %s\n' "$(quoted "${env[@]}")"
	printf 'exec %s\n' "$(quoted "$@")"
}

guest_boot() {
	local release args tag=0 path cmdline pipe reader
	release=$(kernel_release "$k")
	guest_command "$@" >"$RUN/lab/command"

	cmdline="console=ttyS0 panic=-1 oops=panic loglevel=7"
	cmdline+=" mitigations=off audit=0 apparmor=0 no_timer_check"
	args=(
		"${machine[@]}" -cpu "$cpu" -m 2048
		-nodefaults -no-user-config -display none -no-reboot
		-kernel "$(kernel_dir "$k")/root/boot/vmlinuz-$release"
		-initrd "$RUN/initramfs" -append "$cmdline"
		-virtfs "local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap"
		-virtfs "local,path=${RUN//,/,,}/lab,mount_tag=lab,security_model=none"
		-serial "file:$RUN/console"
	)
	for path in "${writable[@]}"; do
		args+=(-virtfs "local,path=${path//,/,,},mount_tag=w$tag,security_model=none,multidevs=remap")
		tag=$((tag + 1))
	done

	# The command's line, beside the console.
	args+=(-chardev "stdio,id=line,signal=off" -serial chardev:line)
	if [ "$interactive" = yes ]; then
		SAVED_TTY=$(stty -g)
		stty raw -echo
		timeout --foreground -k 5 "$timeout" qemu-system-x86_64 "${args[@]}"
		QEMU_RC=$?
		stty "$SAVED_TTY"
		SAVED_TTY=
	else
		# QEMU makes its standard output non-blocking: it gets a pipe of its own.
		exec {pipe}> >(exec cat)
		reader=$!
		timeout -k 5 "$timeout" qemu-system-x86_64 "${args[@]}" \
			</dev/null >&"$pipe" {pipe}>&- &
		QEMU=$!
		exec {pipe}>&-
		wait "$QEMU"
		QEMU_RC=$?
		QEMU=
		wait "$reader"
	fi
}

# Exit with what became of the run.
guest_verdict() {
	local rc
	touch "$RUN/console"
	[ -z "$console" ] || cp "$RUN/console" "$console"
	if [ -s "$RUN/lab/status" ]; then
		rc=$(cat "$RUN/lab/status")
	elif [ "$QEMU_RC" = 124 ]; then
		say "lab: the guest was ended after $timeout s; the end of its kernel log:"
		tail -n 20 "$RUN/console" >&2
		rc=124
	else
		say "lab: the guest died (its exit status was $QEMU_RC); the end of its kernel log:"
		tail -n 40 "$RUN/console" >&2
		rc=126
	fi
	if console_bad "$RUN/console"; then
		mkdir -p "$CACHE/console"
		cp "$RUN/console" "$CACHE/console/${RUN##*.}"
		say "lab: the kernel log has these (all of it is in $CACHE/console/${RUN##*.}):"
		grep -nE "$CONSOLE_BAD" "$RUN/console" | head -n 20 >&2
		[ "$rc" -ne 0 ] || rc=125
	fi
	exit "$rc"
}

# True if the log in FILE shows anything that a good run has not.
console_bad() {
	grep -qE "$CONSOLE_BAD" "$1"
}

guest_cleanup() {
	[ -z "$SAVED_TTY" ] || stty "$SAVED_TTY"
	[ -z "$QEMU" ] || kill "$QEMU" 2>/dev/null
	rm -rf "$RUN"
}
