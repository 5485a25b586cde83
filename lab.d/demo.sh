# SPDX-License-Identifier: GPL-2.0-only
# lab demo and lab shell, on the build machine.
# shellcheck shell=bash

demo_usage() {
	cat <<-END
	usage: lab demo|shell [-k K] [--kvm]
	  -k, --kernel K   one of ${KERNELS[*]} (default ${KERNELS[-1]})
	      --kvm        use KVM (default: TCG, which works everywhere)
	END
}

demo_options() {
	DEMO_KERNEL=${KERNELS[-1]}
	DEMO_GUEST=(--steady)
	while [ $# -gt 0 ]; do
		case $1 in
		-k|--kernel) known_kernel "${2:-}"; DEMO_KERNEL=$2; shift ;;
		--kvm) DEMO_GUEST=(--kvm) ;;
		-h|--help) demo_usage; exit ;;
		*) demo_usage >&2; die "$1: no such option" ;;
		esac
		shift
	done
}

demo_prepare() {
	local nft
	packages_install "${PACKAGES_GUEST[@]}" "${PACKAGES_BUILD[@]}" "${PACKAGES_DEMO[@]}"
	build "$DEMO_KERNEL"
	nft=$(nft_chosen)
	DEMO_GUEST+=(-k "$DEMO_KERNEL" -e "NFT=$nft" -e "NFT_DESCRIBED=$(nft_described "$nft")")
}

demo_command() {
	demo_options "$@"
	demo_prepare
	say "booting the guest"
	(guest "${DEMO_GUEST[@]}" -t 600 -- "$LAB/lab.d/demo")
	local rc=$?
	say "demo on kernel $DEMO_KERNEL: $([ $rc -eq 0 ] && echo passed || echo "failed ($rc)"), $SECONDS s in all"
	return $rc
}

shell_command() {
	[ -t 0 ] || die "shell: standard input is not a terminal"
	demo_options "$@"
	demo_prepare
	say "booting the guest; the prompt comes in about 15 s"
	guest "${DEMO_GUEST[@]}" -t 86400 -i -- "$LAB/lab.d/demo-shell"
}
