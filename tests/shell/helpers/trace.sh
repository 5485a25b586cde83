# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Sourced, behind xlat-lib.sh, by the cases that hold docs/packet-flow.md to what packets do.

# shellcheck disable=SC2154
page=$examples_dir/../docs/packet-flow.md

# traced NAMESPACE [SED-SCRIPT]: load trace.nft there. Datagrams of trace.py are traced, too,
# and a rule that matches all tells of those that have been traced before.
traced() {
	sed -e '/priority raw - 200/a meta length > 0' \
		-e '/icmp type @/a udp dport 5001 meta nftrace set 1' \
		-e '/icmp type @/a udp sport 5001 meta nftrace set 1' -e "$2" \
		"$examples_dir/trace.nft" | nft_in "$1" -f - || fail "trace.nft does not load"
}

# ways [--stateless] NAMESPACE WAY...: what NAMESPACE does with the packets of each WAY is what
# the page lists. A WAY is `[--error [--size N]] [--udp SERVER] NAME CLIENT ADDRESS': a ping
# of CLIENT, an error that CLIENT gets, or a datagram to port 5001 that SERVER answers.
wrong=
ways() {
	echo "ways $*"
	stateless=
	if [ "$1" = --stateless ]; then
		stateless=$1
		shift
	fi
	# shellcheck disable=SC2086,SC2154
	python3 "$helpers_dir/trace.py" $stateless "$page" "$@"
	case $? in
	0) ;;
	3) wrong="$wrong; $*" ;;
	*) fail "ways $*" ;;
	esac
}

# ways_right: all of them were.
ways_right() {
	[ -z "$wrong" ] || fail "not the ways that the page shows:${wrong#;}"
}
