# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# What must hold for each composition that is shipped, whatever it is made of. To be
# sourced after xlat-lib.sh and topology.sh. Each of these fails the case by itself. With
# BRIEF set, what takes long is left out: for all but one of several kernels.

# only_family NAMESPACE DEVICE ip|ip6: on that link everything is of one family. Counts
# what comes in there, for wire_clean; ARP is IPv4's, multicast is what a stack or a bridge
# does by itself.
only_family() {
	case $3 in
	ip) wire "$1" "$2" 'ip6 daddr != ff00::/8' ;;
	ip6) wire "$1" "$2" 'meta protocol arp' 'ip daddr != 224.0.0.0/4' ;;
	esac
}

# never_seen NAMESPACE DEVICE ADDRESS/LENGTH: such an address has no place on that link.
never_seen() {
	case $3 in
	*:*) wire "$1" "$2" "ip6 saddr $3" "ip6 daddr $3" ;;
	*) wire "$1" "$2" "ip saddr $3" "ip daddr $3" ;;
	esac
}

# wire NAMESPACE DEVICE MATCH...
wire() {
	wire_namespace=$1
	wire_device=$2
	shift 2
	{
		cat <<-EOT
		table netdev wire {
			counter strangers { }
			chain $wire_device {
				type filter hook ingress device "$wire_device" priority 0; policy accept;
			}
		}
		EOT
		for wire_match; do
			echo "add rule netdev wire $wire_device $wire_match counter name strangers"
		done
	} | nft_in "$wire_namespace" -f - || fail "$wire_namespace: the wire cannot be watched"
}

# wire_clean NAMESPACE
wire_clean() {
	[ "$(counter "$1" netdev wire strangers)" -eq 0 ] ||
		fail "$1: packets on the wire that must not be there"
}

# carries CLIENT SERVER ADDRESS LISTEN [PEER]: the server answers at ADDRESS, and is bound
# to LISTEN, the unspecified address of its family or one of its own.
carries() {
	on "$1" ping -n -c 2 -i 0.2 -W 20 "$3" || fail "no reply to a ping"
	traffic carries "$1" "$2" "$3" --listen "$4" ${5:+--peer "$5"}
}

# route_is CLIENT ADDRESS 'HOP...': the address itself is the last hop.
route_is() {
	on "$1" traceroute -n -q 1 -N 1 -w 30 -m 6 "$2" | tee "$tmp/route"
	[ "$(awk '$1 ~ /^[0-9]+$/ { printf "%s ", $2 }' "$tmp/route")" = "$3 " ] ||
		fail "not the route that packets take"
}

# firewall NAMESPACE ip|ip6 DEVICE: what a careful admin has on the inner side. Flows
# begin at DEVICE, or on this host; nothing else comes in or is forwarded.
firewall() {
	case $2 in
	ip) neighbours= ;;
	ip6) neighbours='icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report } accept' ;;
	esac
	nft_in "$1" -f - <<-EOT || fail "$1: firewall"
	table $2 fw {
		counter dropped { }
		chain asked_for {
			ct state established,related accept
			ct state new iifname "$3" accept
			ct state invalid drop
			counter name dropped drop
		}
		chain input {
			type filter hook input priority filter; policy drop;
			$neighbours
			jump asked_for
		}
		chain forward {
			type filter hook forward priority filter; policy drop;
			jump asked_for
		}
	}
	EOT
}

# firewall_quiet NAMESPACE FAMILY: it has dropped nothing, but for what is INVALID, as a
# second RST is when a loaded machine has sent a SYN twice.
firewall_quiet() {
	[ "$(counter "$1" "$2" fw dropped)" -eq 0 ] ||
		fail "$1: the $2 firewall drops what was asked for"
}

# firewall_dropped NAMESPACE FAMILY
firewall_dropped() {
	wait_until 30 counted "$1" "$2" fw dropped ||
		fail "$1: the $2 firewall sees nothing of what nobody asked for"
}

# survives_reload NAMESPACE CLIENT SERVER ADDRESS LISTEN: all rules go and come again in
# one transaction, several times, and a connection lives on.
survives_reload() {
	[ -z "$BRIEF" ] || return 0
	{ echo 'flush ruleset' && nft_in "$1" -s list ruleset; } >"$tmp/reload" ||
		fail "$1: list ruleset"
	lives_on "$1" "$tmp/reload" "$2" "$3" "$4" --listen "$5"
}

# lives_on NAMESPACE RULESET CLIENT SERVER ADDRESS [ARGUMENT...]: so does a connection while
# NAMESPACE loads this ruleset several times. On one processor: from another one, a packet
# may get past the old ruleset and the new one, untranslated (see eam/races).
lives_on() {
	cat >"$tmp/reloads" <<-EOT
	for round in 1 2 3; do
		ip netns exec "$1" \$NFT -f "$2" || exit
		sleep 0.1
	done
	EOT
	shift 2
	traffic steady "$@" --connection --one-processor sh "$tmp/reloads"
}

# many_flows CLIENT SERVER ADDRESS LISTEN [NUMBER]
many_flows() {
	[ -z "$BRIEF" ] || return 0
	traffic flows "$1" "$2" "$3" --listen "$4" --count "${5:-2000}"
}

# shipped NAMESPACE FILE [SED-ARGUMENT...]: like example, with non-global addresses refused.
shipped() {
	namespace=$1
	file=$examples_dir/$2
	shift 2
	[ $# -gt 0 ] || set -- ''
	sed "$@" "$file" | nft_in "$namespace" -f - || fail "${file##*/} does not load"
}

# packets NAMESPACE FAMILY TABLE CHAIN NUMBER: what the counter of the chain's nth rule
# that has one says.
packets() {
	nft_in "$1" list chain "$2" "$3" "$4" |
		sed -n 's/.*[[:space:]]counter packets \([0-9]*\) .*/\1/p' | sed -n "$5p"
}

# dropped NAMESPACE FAMILY TABLE CHAIN NUMBER: the chain's nth rule with a counter, which
# drops, comes to see packets.
dropped() {
	wait_until 30 has_dropped "$@" || fail "$1: $2 $3 $4: nothing is dropped"
}

has_dropped() {
	[ "$(packets "$@")" -gt 0 ]
}

# translated NAMESPACE FAMILY TABLE CHAIN NUMBER: that rule has seen packets, and the drop
# behind it none.
translated() {
	[ "$(packets "$1" "$2" "$3" "$4" "$5")" -gt 0 ] || fail "$1: $2 $3 $4: nothing is translated"
	[ "$(packets "$1" "$2" "$3" "$4" $(($5 + 1)))" -eq 0 ] ||
		fail "$1: $2 $3 $4: packets were not translated"
}
