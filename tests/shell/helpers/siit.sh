# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# What the cases about border relays of SIIT-DC share. To be sourced after xlat-lib.sh.

# shellcheck source=SCRIPTDIR/compose.sh
. "$helpers_dir/compose.sh"

# A client behind a router of the Internet, which `server` is, and the same within the
# prefix; host6 by its IPv4 address.
SIIT_CLIENT=203.0.113.2
SIIT_CLIENT_V6=2001:db8:46::cb00:7102
SIIT_HOST6=192.0.2.1

siit_network() {
	need ping traceroute
	topology
	TOPOLOGY_NAMESPACES="$TOPOLOGY_NAMESPACES far"
	ip netns add far || fail "namespace"
	topology_link far eth0 server inside || fail "link"
	ip -n far -batch - <<-EOT || fail "far"
	link set lo up
	address add $SIIT_CLIENT/24 dev eth0
	route add default via 203.0.113.1
	EOT
	ip -n server address add 203.0.113.1/24 dev inside
	ip -n router -batch - <<-EOT || fail "router"
	route add default via 198.51.100.2
	route add 2001:db8:46::/96 dev wan
	EOT
	on server sysctl -q net.ipv4.ip_forward=1 || fail "forwarding"
}

# siit_mappings: those that are in use.
siit_mappings() {
	cat <<-EOT
	192.0.2.1    2001:db8:1::3
	192.0.2.130  2001:db8:1::2
	EOT
}

# siit_many_mappings: 10,000, the others are nobody's.
siit_many_mappings() {
	awk 'BEGIN {
		for (n = 0; n < 9998; n++)
			if (n % 4)
				printf "10.0.%d.%d 2001:db8:a:%x::1\n", n / 256, n % 256, n
			else
				printf "10.1.%d.%d/30 2001:db8:b:%x::/64\n", n / 64, n % 64 * 4, n
	}'
	siit_mappings
}

# siit_conntrack: another table makes conntrack look at everything.
siit_conntrack() {
	nft_in router -f - <<-EOT || fail "conntrack"
	table inet other {
		chain forward {
			type filter hook forward priority filter; policy accept;
			ct state invalid counter
		}
	}
	EOT
}

# siit_carries HOP: what is true of every border relay. HOP is how its servers see it.
siit_carries() {
	only_family far eth0 ip
	only_family host6 eth0 ip6
	never_seen host6 eth0 2001:db8:46::c000:200/120

	carries far host6 $SIIT_HOST6 :: $SIIT_CLIENT_V6
	carries host6 far $SIIT_CLIENT_V6 0.0.0.0 $SIIT_HOST6
	route_is far $SIIT_HOST6 "203.0.113.1 198.51.100.1 $SIIT_HOST6"
	route_is host6 $SIIT_CLIENT_V6 "$1 2001:db8:46::c633:6402 $SIIT_CLIENT_V6"
	many_flows far host6 $SIIT_HOST6 :: 500
	wire_clean far
	wire_clean host6
}

# siit_hairpin HOP: each of two servers hears from the other by the IPv4 address. The route
# comes first, as redirects take their share of the rate at which errors are sent.
siit_hairpin() {
	route_is host6 2001:db8:46::c000:282 "$1 2001:db8:46::c000:282"
	carries host6 clat 2001:db8:46::c000:282 :: 2001:db8:46::c000:201
}

# siit_mtu NAMESPACE DEVICE NAMESPACE DEVICE MTU
siit_mtu() {
	ip -n "$1" link set "$2" mtu "$5" || fail "mtu"
	ip -n "$3" link set "$4" mtu "$5" || fail "mtu"
}

# siit_pmtu: the narrow link is at the client, then at the server.
siit_pmtu() {
	siit_mtu far eth0 server inside 1300
	traffic pmtu far host6 $SIIT_HOST6 --listen :: --sender server --mtu 1320
	siit_mtu far eth0 server inside 1500
	siit_mtu host6 eth0 router lan 1400
	traffic pmtu far host6 $SIIT_HOST6 --listen :: --sender client --mtu 1380 --port 5003
	siit_mtu host6 eth0 router lan 1500
}

# siit_stateless: although conntrack is in use.
siit_stateless() {
	! on router grep -E '192[.]0[.]2[.]|:0db8:0046:' /proc/net/nf_conntrack ||
		fail "the relay has state"
}
