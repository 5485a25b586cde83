# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034
#
# The network of the demo and of the test cases, in four namespaces:
#
#	clat ----eth0  lan-clat ---- .
#	host6 ---eth0  lan-host6 --- router ---- wan  eth0---- server
#
#	clat	IPv6 only, with a CLAT: 192.0.0.1 on lo, IPv4 default route
#	host6	IPv6 only, without
#	router	a bridge `lan` with IPv6, `wan` with IPv4, forwards both
#	server	IPv4 only
#
# No ruleset is loaded and no daemon is started. To be sourced; the functions
# return non-zero when something could not be set up.

TOPOLOGY_NAMESPACES="clat host6 router server"

# What stands where.
TOPOLOGY_PREFIX=64:ff9b::/96
TOPOLOGY_CLAT_V6=2001:db8:1::2
TOPOLOGY_CLAT_V4=192.0.0.1
TOPOLOGY_HOST6=2001:db8:1::3
TOPOLOGY_ROUTER_LAN=2001:db8:1::1
TOPOLOGY_ROUTER_WAN=198.51.100.1
TOPOLOGY_SERVER=198.51.100.2
# The server within the prefix.
TOPOLOGY_SERVER_V6=64:ff9b::c633:6402

# on NAMESPACE COMMAND [ARGUMENT]...
on() {
	ip netns exec "$@"
}

# A veth pair: NAMESPACE DEVICE NAMESPACE DEVICE. Addresses are all given by
# hand, also the link-local ones: nobody has to wait for duplicate address
# detection.
topology_link() {
	ip -n "$1" -batch - <<-EOT &&
	link add $2 type veth peer name $4 netns $3
	link set $2 addrgenmode none up
	EOT
	ip -n "$3" link set "$4" addrgenmode none up
}

# The router's devices, and those that are at their other ends.
topology_links() {
	ip -n router -batch - <<-EOT
	link set lo up
	link add lan type bridge
	link set lan addrgenmode none up
	link add lan-clat type veth peer name eth0 netns clat
	link set lan-clat master lan addrgenmode none up
	link add lan-host6 type veth peer name eth0 netns host6
	link set lan-host6 master lan addrgenmode none up
	link add wan type veth peer name eth0 netns server
	link set wan addrgenmode none up
	EOT
}

# A host on the lan: NAMESPACE NUMBER.
topology_lan_host() {
	ip -n "$1" -batch - <<-EOT
	link set lo up
	link set eth0 addrgenmode none up
	address add fe80::$2/64 dev eth0 nodad
	address add 2001:db8:1::$2/64 dev eth0 nodad
	route add default via $TOPOLOGY_ROUTER_LAN
	EOT
}

topology_server() {
	ip -n server -batch - <<-EOT
	link set lo up
	link set eth0 addrgenmode none up
	address add $TOPOLOGY_SERVER/24 dev eth0
	route add default via $TOPOLOGY_ROUTER_WAN
	EOT
}

topology_router() {
	ip -n router -batch - <<-EOT &&
	address add fe80::1/64 dev lan nodad
	address add $TOPOLOGY_ROUTER_LAN/64 dev lan nodad
	address add $TOPOLOGY_ROUTER_WAN/24 dev wan
	route add $TOPOLOGY_PREFIX dev wan
	EOT
	on router sysctl -q net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# All that a CLAT needs beside its ruleset.
topology_clat() {
	ip -n clat -batch - <<-EOT
	address add $TOPOLOGY_CLAT_V4/32 dev lo
	route add default dev eth0 src $TOPOLOGY_CLAT_V4 mtu 1480
	EOT
}

# Few processes, each of which does much: every one takes its time where a processor
# is emulated.
topology_up() {
	for topology_name in $TOPOLOGY_NAMESPACES; do
		echo netns add "$topology_name"
	done | ip -batch - &&
	topology_links &&
	topology_lan_host clat 2 &&
	topology_lan_host host6 3 &&
	topology_server &&
	topology_router &&
	topology_clat
}

# topology_ruleset FILE: a ruleset of the examples for this network. Its IPv4 side
# has addresses for documentation (RFC 5737), which are not global, so that the
# ruleset as it is would refuse to reach them through the well-known prefix.
topology_ruleset() {
	sed 's/^define non_global = refuse$/define non_global = allow/' "$1"
}

# topology_rules DIR: load the rulesets of the examples, with $NFT.
topology_rules() {
	topology_ruleset "$1/clat-host.nft" | on clat "${NFT:-nft}" -f - &&
	topology_ruleset "$1/nat64.nft" | on router "${NFT:-nft}" -f -
}

# Take everything down, with the processes that still run there.
topology_down() {
	for topology_name in $TOPOLOGY_NAMESPACES; do
		[ -e "/run/netns/$topology_name" ] || continue
		ip netns pids "$topology_name" | xargs -r kill -9
		ip netns delete "$topology_name"
	done
}
