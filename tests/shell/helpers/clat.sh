# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# What the cases about CLATs share. To be sourced after xlat-lib.sh.

# AS112 has addresses that are nobody's and yet global: the shipped rulesets let packets
# to them pass as they are.
SERVER_GLOBAL=192.31.196.1

# shellcheck source=SCRIPTDIR/compose.sh
. "$helpers_dir/compose.sh"

# clat_network: the topology, with NAT64 as it is shipped and a server at a global address.
clat_network() {
	need conntrack ping traceroute
	topology
	ip -n server address add "$SERVER_GLOBAL/32" dev lo || fail "address"
	ip -n router route add "$SERVER_GLOBAL/32" via "$TOPOLOGY_SERVER" || fail "route"
	shipped router nat64.nft
	# Cases ask for more errors than a host makes in so short a time.
	for namespace in clat router server; do
		on $namespace sysctl -q net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 ||
			fail "limits of errors"
	done
}

# clat_wires: there is IPv6 on the link to the CLAT and IPv4 on that of the server, and
# no address that belongs behind one of the translators.
clat_wires() {
	only_family router lan-clat ip6
	never_seen router lan-clat 64:ff9b::c000:0/120
	only_family server eth0 ip
	never_seen server eth0 192.0.0.0/24
}

clat_wires_clean() {
	wire_clean router
	wire_clean server
}

# clat_inside: a namespace for the host behind a CLAT that is a router, whose device is lan.
clat_inside() {
	TOPOLOGY_NAMESPACES="$TOPOLOGY_NAMESPACES inside"
	ip netns add inside || fail "namespace"
	topology_link inside eth0 clat lan || fail "link"
	ip -n inside -batch - <<-EOT || fail "the host behind the CLAT"
	link set lo up
	address add 192.168.1.2/24 dev eth0
	address add 10.9.9.9/32 dev lo
	route add default via 192.168.1.1
	EOT
	ip -n clat -batch - <<-EOT || fail "the CLAT's inner side"
	address add 192.168.1.1/24 dev lan
	route add 10.9.9.9/32 via 192.168.1.2
	EOT
}
