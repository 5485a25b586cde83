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

# behind_gateway: what is for the prefix goes to a gateway that there need not be. wan has
# both families, and the router does not forward IPv4.
behind_gateway() {
	{
		ip -n router -batch - <<-EOT &&
			neighbour add fe80::64 lladdr 02:00:00:00:00:64 dev wan nud permanent
			route replace 64:ff9b::/96 via fe80::64 dev wan
			address add fe80::1/64 dev wan nodad
			address add 2001:db8:2::1/64 dev wan nodad
		EOT
		ip -n server -batch - <<-EOT &&
			address add fe80::2/64 dev eth0 nodad
			address add 2001:db8:2::2/64 dev eth0 nodad
			route add default via 2001:db8:2::1
		EOT
		on router sysctl -q net.ipv4.ip_forward=0
	} || fail "router"
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

# narrow_route CLIENT ADDRESS PORT: an error of the router's own IPv4, which has a narrow way.
narrow_route() {
	ip -n router route add $FAR/32 via 198.51.100.2 mtu 1300 || fail "route"
	ip -n "$1" -6 route flush cache
	traffic pmtu "$1" far "$2" --sender client --mtu 1320 --port "$3"
	ip -n router route delete $FAR/32
	ip -n "$1" -6 route flush cache
}

# errors_to_ipv4: an error of the router's own IPv6 about what comes from IPv4, and one of
# the host.
errors_to_ipv4() {
	PYTHONPATH=$helpers_dir python3 - $FAR $FAR_V6 <<-'EOT' || fail "errors to the IPv4 side"
	import errno
	import socket
	import sys
	from netns import netns

	IP_RECVERR = 11

	with netns("far"):
	    far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	far.bind((sys.argv[1], 5003))
	far.settimeout(60)
	with netns("host6"):
	    near = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
	near.settimeout(60)
	near.connect((sys.argv[2], 5003))
	near.send(b"hello")
	_, peer = far.recvfrom(100)
	far.connect(peer)
	far.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
	far.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 2)
	for code in (errno.EHOSTUNREACH, errno.ECONNREFUSED):
	    far.send(b"error, please")
	    try:
	        far.recv(100)
	    except OSError as error:
	        print(error)
	        if error.errno != code:
	            raise
	    else:
	        sys.exit("no error")
	    far.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 64)
	    near.close()
	EOT
}

# past_forward CLIENT ADDRESS FAMILY: packets of a connection come past the forward chains,
# either way. It is the table of that family that translates answers.
past_forward() {
	nft_in router -f - <<-EOT || fail "counter"
		table inet seen {
			counter forwarded { }
			chain forward {
				type filter hook forward priority filter - 20; policy accept;
				tcp dport 5003 counter name forwarded
				tcp sport 5003 counter name forwarded
			}
		}
	EOT
	cat >"$tmp/functions" <<-EOT
		forwarded() {
			ip netns exec router $NFT list counter inet seen forwarded |
				sed -n 's/.*packets \\([0-9]*\\) bytes.*/\\1/p'
		}

		# What has become IPv4, and what IPv6
		translated() {
			for chain in 'netdev nat64 to_v4' '$3 nat64 to_v6'; do
				ip netns exec router $NFT list chain \$chain
			done | sed -n 's/.* counter packets \\([0-9]*\\) .* xlat .*/\\1/p'
		}

		# many TO_V4 TO_V6: a hundred more than these
		many() {
			set -- \$1 \$2 \$(translated)
			[ \$3 -ge \$((\$1 + 100)) ] && [ \$4 -ge \$((\$2 + 100)) ]
		}

		offloaded() {
			ip netns exec router grep "dport=\$1 .*OFFLOAD" /proc/net/nf_conntrack
		}

		until_so() {
			count=0
			until "\$@"; do
				count=\$((count + 1))
				[ \$count -lt 600 ] || { echo "in vain: \$*" >&2; exit 1; }
				sleep 0.1
			done
		}
	EOT
	cat >"$tmp/offloaded" <<-EOT
		. "$tmp/functions"
		until_so offloaded 5003
		before=\$(forwarded)
		until_so many \$(translated)
		[ "\$(forwarded)" -le \$((before + 2)) ] || { echo "forwarded" >&2; exit 1; }
	EOT
	traffic steady "$1" far "$2" --connection --port 5003 sh "$tmp/offloaded"
}

# error_is_no_answer: a closed port, that of carries(), puts nothing into a flowtable.
error_is_no_answer() {
	if on router grep 'dport=9 .*OFFLOAD' /proc/net/nf_conntrack; then
		fail "a flow that nobody has answered is offloaded"
	fi
}

# not_offloaded CLIENT ADDRESS PORT: nor are connections to the router itself, whose answers
# come another way. Comes after past_forward.
not_offloaded() {
	cat >"$tmp/kept" <<-EOT
		. "$tmp/functions"
		set -- \$(translated)
		until_so many \$1 -100
		! offloaded $3
	EOT
	traffic steady "$1" router "$2" --connection --port "$3" sh "$tmp/kept"
}

# native_untouched: IPv6 that is no NAT64 flow is neither translated nor offloaded.
native_untouched() {
	before=$(packets router netdev nat64 to_v4 1)
	traffic tcp host6 server 2001:db8:2::2 --listen :: --peer 2001:db8:1::3 --port 5003
	traffic udp host6 server 2001:db8:2::2 --listen :: --peer 2001:db8:1::3 --size 1 3000
	[ "$(packets router netdev nat64 to_v4 1)" -eq "$before" ] || fail "IPv6 is translated"
	if on router grep 'dst=2001:0db8:0002:.*OFFLOAD' /proc/net/nf_conntrack; then
		fail "IPv6 is offloaded"
	fi
}

# half_the_state CLIENT ADDRESS: that there is with nat64.nft. It does not expire meanwhile.
half_the_state() {
	on router sysctl -q net.netfilter.nf_conntrack_udp_timeout=1000 \
		net.netfilter.nf_conntrack_udp_timeout_stream=1000 || fail "timeouts"
	many_flows "$1" far "$2" 0.0.0.0
	on router cat /proc/net/nf_conntrack >"$tmp/state"
	if grep "^ipv4 .*=$FAR " "$tmp/state"; then
		fail "IPv4 has a state"
	fi
	flows=2200
	[ -z "$BRIEF" ] || flows=1
	[ "$(grep -c '^ipv6 .*dport=5001 ' "$tmp/state")" -ge $flows ] || fail "IPv6 has no states"
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
