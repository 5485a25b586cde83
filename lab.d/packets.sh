# SPDX-License-Identifier: GPL-2.0-only
# lab packets: single packets in, compared with what has to come out. They are
# made here, where that is fast, and fed in a guest.
# shellcheck shell=bash

packets_usage() {
	cat <<-END
	usage: lab packets [-k K] [-n N] [--seed S] [--kasan] [NAME]...
	  -k, --kernel K     on this kernel (default ${KERNELS[-1]})
	  -n, --packets N    this many random packets for each side (default 10000)
	      --seed S       of the random packets (default: the time)
	      --show N       show this many differences of a stream (default 5)
	      --kasan        on the kernel of lab kasan
	  NAME               a table of cases of tests/packets, random or random-PROFILE
	                     (default: all tables, and random)
	END
}

packets_command() {
	local k=${KERNELS[-1]} options=() shown=5 kasan=no dir=$BUILD/packets
	while [ $# -gt 0 ]; do
		case $1 in
		-k|--kernel) known_kernel "${2:-}"; k=$2; shift ;;
		-n|--packets) options+=(-n "${2:-}"); shift ;;
		--seed) options+=(-s "${2:-}"); shift ;;
		--show) shown=${2:-}; shift ;;
		--kasan) kasan=yes ;;
		-h|--help) packets_usage; return ;;
		-*) packets_usage >&2; die "packets: $1: no such option" ;;
		*) break ;;
		esac
		shift
	done
	packages_install "${PACKAGES_PACKETS[@]}"
	"$LAB/tests/packets/run" make "${options[@]}" "$dir" "$@" || die "packets: cannot make them"
	set -- tests/packets/run feed -d "$shown" "$dir"
	if [ "$kasan" = yes ]; then
		uml_command kasan -t 86400 -- "$@"
	else
		packages_install "${PACKAGES_GUEST[@]}" "${PACKAGES_BUILD[@]}"
		build "$k"
		guest -k "$k" -t 86400 -e "NFT=$(nft_chosen)" -- "$@"
	fi
}
