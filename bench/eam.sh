# SPDX-License-Identifier: GPL-2.0-only
# For the cases eam-*: explicit address mappings in maps of single addresses. Host N has
# 10.1.x.y, that is 10.1.0.0 + N, and 2001:db8:1000::N.
# shellcheck shell=bash disable=SC2034,SC2154

directions="64 46"
in_64="lan 2001:db8:1000::/$entries 64:ff9b::11.0.0.1/17"
in_46="wan 11.0.0.1/17 10.1.0.0/$entries"

# elements 64|46
elements() {
	local n v4 v6
	for ((n = 0; n < entries; n++)); do
		v4=10.1.$((n / 256)).$((n % 256))
		printf -v v6 2001:db8:1000::%x $n
		if [ "$1" = 64 ]; then
			echo "$v6 : $v4,"
		else
			echo "$v4 : $v6,"
		fi
	done
}

setup() {
	local family4=ip family6=ip6 at4="prerouting priority dstnat + 10" at6
	at6=$at4
	if [ "${hook:-}" = ingress ]; then
		family4=netdev family6=netdev
		at4='ingress device "wan" priority filter'
		at6='ingress device "lan" priority filter'
	fi
	"$NFT" -f - <<-RULES
	table $family6 siit6 {
		map eam64 {
			type ipv6_addr : ipv4_addr
			elements = { $(elements 64) }
		}

		chain to_v4 {
			type filter hook $at6; policy accept;
			ip6 daddr 64:ff9b::/96 xlat prefix 64:ff9b::/96 saddr ip6 saddr map @eam64
		}
	}
	table $family4 siit4 {
		map eam46 {
			type ipv4_addr : ipv6_addr
			elements = { $(elements 46) }
		}

		chain to_v6 {
			type filter hook $at4; policy accept;
			ip daddr 10.0.0.0/8 xlat prefix 64:ff9b::/96 daddr ip daddr map @eam46
		}
	}
	RULES
}
