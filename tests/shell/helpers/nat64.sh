# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2034,SC2154
#
# What the cases about NAT64 share. To be sourced after xlat-lib.sh.

# shellcheck source=SCRIPTDIR/compose.sh
. "$helpers_dir/compose.sh"

# Addresses of AS112: nobody's, and yet global. A server behind an IPv4 router, and the
# NAT64 router itself, each with the same address within the prefix.
FAR=192.31.196.1
FAR_V6=64:ff9b::c01f:c401
OWN=192.175.48.1
OWN_V6=64:ff9b::c0af:3001

# nat64_network: the topology with no ruleset, with `server` as an IPv4 router, behind
# which there is the namespace `far`.
nat64_network() {
	need conntrack ping traceroute
	topology
	TOPOLOGY_NAMESPACES="$TOPOLOGY_NAMESPACES far"
	{
		ip netns add far && topology_link far eth0 server net &&
		ip -n far -batch - <<-EOT &&
			link set lo up
			address add $FAR/24 dev eth0
			route add default via 192.31.196.254
		EOT
		ip -n server address add 192.31.196.254/24 dev net &&
		on server sysctl -q net.ipv4.ip_forward=1 &&
		ip -n router address add $OWN/32 dev wan &&
		ip -n router route add default via "$TOPOLOGY_SERVER"
	} || fail "the IPv4 side"
}

# nat64_wires: one family on each side, and nothing of what belongs inside the router.
nat64_wires() {
	only_family host6 eth0 ip6
	never_seen host6 eth0 64:ff9b::c000:0/112
	only_family server eth0 ip
	never_seen server eth0 192.0.0.0/16
}

nat64_wires_clean() {
	wire_clean host6
	wire_clean server
}

# narrow: the link to `far` is not as wide as the others.
narrow() {
	{
		ip -n server link set net mtu 1400 && ip -n far link set eth0 mtu 1400
	} || fail "a narrow link"
}

# pmtus CLIENT ADDRESS: path MTU discovery by both ends, the second time by errors of an
# IPv4 router. IPv6 has 20 bytes more.
pmtus() {
	traffic pmtu "$1" far "$2" --sender server --mtu 1480
	narrow
	traffic pmtu "$1" far "$2" --sender client --mtu 1420
}

# not_translated NUMBER: that rule of the chain to_v4 sees no IPv6 between a host and the
# router.
not_translated() {
	before=$(packets router ip6 nat64 to_v4 "$1")
	traffic udp host6 router 2001:db8:1::1 --listen ::
	[ "$(packets router ip6 nat64 to_v4 "$1")" -eq "$before" ] || fail "IPv6 is translated"
}

# not_named CLIENT ADDRESS: the router has a service that its ruleset does not name.
not_named() {
	PYTHONPATH=$helpers_dir python3 - "$@" <<-'EOT' || fail "a service that is not named"
	import socket
	import sys
	from netns import netns

	with netns("router"):
	    listening = socket.create_server(("0.0.0.0", 22))
	with netns(sys.argv[1]):
	    try:
	        socket.create_connection((sys.argv[2], 22), 60)
	    except ConnectionRefusedError as error:
	        print(error)
	        sys.exit()
	sys.exit(1)
	EOT
}

# left_alone CLIENT SERVER ADDRESS PORT SENDER: a connection, of which IPv4's conntrack on
# the router knows no more when one of the two sends, and does not take it up again. NAT
# leaves such packets alone. Comes after everything else with TCP.
left_alone() {
	PYTHONPATH=$helpers_dir python3 - "$@" <<-'EOT' || fail "a connection"
	import socket
	import subprocess
	import sys
	from netns import netns

	client, server, address, port, sender = sys.argv[1:]
	ends = {}
	with netns(server):
	    listening = socket.create_server(("::", int(port)), family=socket.AF_INET6,
	                                     dualstack_ipv6=True)
	with netns(client):
	    ends[client] = socket.create_connection((address, int(port)), 60)
	ends[server] = listening.accept()[0]
	with netns("router"):
	    subprocess.run(["sysctl", "-q", "net.netfilter.nf_conntrack_tcp_loose=0"], check=True)
	    subprocess.run(["conntrack", "-D", "-f", "ipv4", "-p", "tcp"], check=True,
	                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
	ends[sender].send(b"invalid")
	EOT
}

# refuses_non_global CLIENT: as it is shipped, the prefix does not lead to such an address.
refuses_non_global() {
	on "$1" ping -n -c 1 -W 20 64:ff9b::c633:6402 >"$tmp/refused"
	grep -q "^From 2001:db8:1::1 .*Administratively prohibited" "$tmp/refused" || {
		cat "$tmp/refused"
		fail "$1: the prefix leads to an address that is not global"
	}
}

# no_flow NAMESPACE SOURCE FAMILY TABLE CHAIN NUMBER: a packet that belongs to no flow, so
# that NAT leaves it alone, is for the prefix, and may be from within it. That rule drops it.
no_flow() {
	[ "$2" = :: ] || ip -n "$1" address add "$2/128" dev lo nodad || fail "$1: $2"
	on "$1" python3 - "$2" $FAR_V6 <<-'EOT' || fail "an answer that nobody asked for"
	import contextlib
	import socket
	import sys

	with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as sock:
	    sock.bind((sys.argv[1], 0))
	    # The router itself is told that it is dropped.
	    with contextlib.suppress(OSError):
	        sock.sendto(bytes((129, 0, 0, 0, 0, 0, 0, 0)), (sys.argv[2], 0))
	EOT
	[ "$2" = :: ] || ip -n "$1" address delete "$2/128" dev lo || fail "$1: $2"
	shift 2
	dropped router "$@"
}

# own_flows_keep_away: the router's own flows to `far`, from a port and with an identifier that are
# not its own by NAT64 with a range of ports, and errors about them.
own_flows_keep_away() {
	carries router far $FAR 0.0.0.0 198.51.100.1
	on router ping -n -c 1 -W 20 -e 50000 $FAR || fail "no reply to a ping"
	PYTHONPATH=$helpers_dir python3 - $FAR <<-'EOT' || fail "the router's own flow"
	import socket
	import sys
	from netns import netns


	def bound(namespace, kind, port):
	    with netns(namespace):
	        sock = socket.socket(socket.AF_INET, kind)
	    sock.settimeout(60)
	    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	    sock.bind(("0.0.0.0", port))
	    return sock


	listening = bound("far", socket.SOCK_STREAM, 5001)
	listening.listen()
	near = bound("router", socket.SOCK_STREAM, 50000)
	near.connect((sys.argv[1], 5001))
	accepted, peer = listening.accept()
	accepted.send(b"hello")
	print(peer, near.recv(5))
	if peer[1] >= 40000:
	    sys.exit(1)
	server = bound("far", socket.SOCK_DGRAM, 5001)
	near = bound("router", socket.SOCK_DGRAM, 50000)
	near.sendto(b"hello", (sys.argv[1], 5001))
	peer = server.recvfrom(100)[1]
	server.sendto(b"hello", peer)
	print(peer, near.recv(5))
	sys.exit(peer[1] >= 40000)
	EOT
}

# errors_have_ports NAMESPACE FAMILY TABLE CHAIN NUMBER: that rule translates errors, which
# tell a port only if the packet inside has one where it is looked for: not behind options,
# nor in a later fragment.
errors_have_ports() {
	errors=$(packets "$@")
	on far python3 - <<-'EOT' || fail "errors"
	import socket
	import struct


	def error(length, fragment, ports):
	    inside = struct.pack("!BBHHHBBH4s4s", 0x40 | length, 0, 100, 1, fragment, 60, 17, 0,
	                         socket.inet_aton("198.51.100.1"), socket.inet_aton("192.31.196.1"))
	    message = struct.pack("!BBHI", 3, 3, 0, 0) + inside + ports
	    total = sum(struct.unpack(f"!{len(message) // 2}H", message))
	    total = (total & 0xffff) + (total >> 16)
	    return message[:2] + struct.pack("!H", ~total & 0xffff) + message[4:]


	with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as sock:
	    ports = struct.pack("!HHHH", 50000, 5001, 80, 0)
	    for length, fragment in ((6, 0), (5, 100), (5, 0)):
	        sock.sendto(error(length, fragment, ports), ("198.51.100.1", 0))
	EOT
	wait_until 30 error_seen "$@" || fail "an error is not translated"
	[ "$(packets "$@")" -eq $((errors + 1)) ] || fail "a port is seen where there is none"
}

error_seen() {
	[ "$(packets "$@")" -gt "$errors" ]
}
