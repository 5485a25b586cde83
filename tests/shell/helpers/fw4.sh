# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# A router with OpenWrt's firewall4, or what it does to the kernel. To be sourced after
# compose.sh.

# fw4_files FILE...: the examples that are in /usr/share/nftables.d/ruleset-post/.
fw4_files() {
	mkdir -p "$tmp/nftables.d/ruleset-post"
	for fw4_file; do
		cp "$examples_dir/firewall4/$fw4_file" "$tmp/nftables.d/ruleset-post/" ||
			skip "firewall4/$fw4_file is not there"
	done
	sed "s|INCLUDES|$tmp/nftables.d|" "$helpers_dir/fw4.nft" >"$tmp/fw4-reload"
	sed '/^delete flowtable/d' "$tmp/fw4-reload" >"$tmp/fw4-start"
}

# fw4 NAMESPACE start|reload|restart
fw4() {
	case $2 in
	start | reload)
		nft_in "$1" -f "$tmp/fw4-$2" || fail "fw4 $2"
		;;
	restart)
		nft_in "$1" -c -f "$tmp/fw4-reload" || fail "fw4 check"
		nft_in "$1" delete table inet fw4 || fail "fw4 stop"
		fw4 "$1" start
		;;
	esac
}

# fw4_survived NAMESPACE CLIENT SERVER ADDRESS [ARGUMENT...]: a connection lives on while
# the ruleset is loaded again, which does not change it.
fw4_survived() {
	fw4_namespace=$1
	shift
	nft_in "$fw4_namespace" -s list ruleset >"$tmp/fw4-before" || fail "list ruleset"
	lives_on "$fw4_namespace" "$tmp/fw4-reload" "$@"
	nft_in "$fw4_namespace" -s list ruleset | diff "$tmp/fw4-before" - ||
		fail "it is another ruleset now"
}

# fw4_offloads NAMESPACE CLIENT SERVER ADDRESS [ARGUMENT...]: both flows of it are.
fw4_offloads() {
	fw4_namespace=$1
	shift
	cat >"$tmp/fw4-offloaded" <<-EOT
	offloaded() {
		ip netns exec "$fw4_namespace" grep "\$1 .*dst=\$2 .*dport=5001 .*OFFLOAD" \\
			/proc/net/nf_conntrack
	}
	for protocol in udp tcp; do
		round=0
		until offloaded \$protocol \$1; do
			round=\$((round + 1))
			[ \$round -lt 300 ] || exit 1
			sleep 0.1
		done
	done
	EOT
	# As the kernel writes it there.
	fw4_long=$(python3 -c "import ipaddress; print(ipaddress.ip_address('$3').exploded)")
	traffic steady "$@" sh "$tmp/fw4-offloaded" "$fw4_long"
}
