# SPDX-License-Identifier: GPL-2.0-only
# For the cases siit-dc-*: examples/siit-dc-border-raw.nft or another RULESET, whose maps are
# of intervals.
# Host N has 10.1.x.y, that is 10.1.0.0 + N, and 2001:db8:1000::N.
# shellcheck shell=bash disable=SC2034,SC2154

directions="64 46"
in_64="lan 2001:db8:1000::/$entries 2001:db8:46::11.0.0.1/17"
in_46="wan 11.0.0.1/17 10.1.0.0/$entries"

setup() {
	local n
	ip route add 2001:db8:46::/96 dev wan
	sed 's,^define pool =.*,define pool = 10.0.0.0/8,' \
		"$BENCH/../examples/${ruleset:-siit-dc-border-raw.nft}" | "$NFT" -f - || return
	for ((n = 0; n < entries; n++)); do
		printf '10.1.%d.%d 2001:db8:1000::%x\n' $((n / 256)) $((n % 256)) $n
	done | "$BENCH/../examples/eam-maps" | "$NFT" -f -
}
