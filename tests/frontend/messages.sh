#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The netlink messages that statements become, byte by byte.

# shellcheck source-path=SCRIPTDIR source=SCRIPTDIR/lib.sh
. "${0%/*}/lib.sh"

wkp=$(xlat_expr 60 00 64 ff 9b)

# A rule of table x and chain y with nothing but xlat: a header of 16 and 4
# bytes, two names of 8 bytes each, the list of 4 and 48 bytes.
nft add rule ip6 x y xlat prefix 64:ff9b::/96
sends "length of a message" "58 00 00 00 06 0a 01 0c"
sends "length of the list" "34 00 04 80 $wkp"

nft add rule ip6 x y xlat prefix 2001:db8::/32
sends "length 32" "$(xlat_expr 20 20 01 0d b8)"
nft add rule ip6 x y xlat prefix 2001:db8:100::/40
sends "length 40" "$(xlat_expr 28 20 01 0d b8 01)"
nft add rule ip6 x y xlat prefix 2001:db8:122::/48
sends "length 48" "$(xlat_expr 30 20 01 0d b8 01 22)"
nft add rule ip6 x y xlat prefix 2001:db8:122:300::/56
sends "length 56" "$(xlat_expr 38 20 01 0d b8 01 22 03)"
nft add rule ip6 x y xlat prefix 2001:db8:122:344::/64
sends "length 64" "$(xlat_expr 40 20 01 0d b8 01 22 03 44)"
nft add rule ip6 x y xlat prefix 2001:db8:122:344::/96
sends "length 96" "$(xlat_expr 60 20 01 0d b8 01 22 03 44)"

nft add rule ip6 x y xlat prefix 64:ff9b::/96 mtu 1500
sends "mtu" "$(xlat_expr_mtu 05 dc 60 00 64 ff 9b)"
sends "mtu, length of the list" "3c 00 04 80 38 00 01 80"
nft add rule ip6 x y xlat prefix 64:ff9b::/96 mtu 65535
sends "largest mtu" "$(xlat_expr_mtu ff ff 60 00 64 ff 9b)"
nft add rule ip6 x y xlat prefix 64:ff9b::/96 mtu 1280
sends "default mtu" "34 00 04 80 $wkp"
nft add rule ip6 x y xlat prefix 2001:db8::/32 mtu 0x500 comment '"c"'
sends "default mtu in another form" "$(xlat_expr 20 20 01 0d b8) 08 00 07 00 00 02 63 00"

nft add rule ip6 x y ip6 daddr ::1 xlat prefix 64:ff9b::/96 comment '"xlat"'
sends "between other expressions and a comment" \
	"$wkp 0b 00 07 00 00 05 78 6c 61 74 00"
nft insert rule ip6 x y xlat prefix 64:ff9b::/96
sends "insert" "$wkp"
nft replace rule ip6 x y handle 4 xlat prefix 64:ff9b::/96
sends "replace" "$wkp"
nft ip6 x y xlat prefix 64:ff9b::/96
sends "neither verb nor the word rule" "$wkp"
nft 'add rule ip6 x y accept; add rule ip6 x y xlat prefix 64:ff9b::/96; add rule ip6 x y drop'
sends "several commands in one line" "$wkp"
is "one transaction" 5 "$(wc -l <sent)"

# Different statements in a transaction, and two the same.
cat >rules <<'EOF'
table ip6 x {
	chain y {
		meta mark 1 xlat prefix 64:ff9b::/96
		meta mark 2 xlat prefix 2001:db8::/32
		meta mark 3 xlat prefix 64:ff9b::/96
		meta mark 4 xlat prefix 64:ff9b::/96 mtu 1281
	}
}
EOF
nft -f rules
sends "first of two prefixes" "$wkp"
sends "second of two prefixes" "$(xlat_expr 20 20 01 0d b8)"
sends "the first prefix with an mtu" "$(xlat_expr_mtu 05 01 60 00 64 ff 9b)"
is "four rules" 4 "$(grep -c '78 6c 61 74' sent)"

# What nft itself would send: no expression named log, no mark of a stand-in.
if grep -q -e '6c 6f 67 00' -e ' 01 30 30 30 3[0-9] 00' sent; then
	not_ok "no stand-in gets through"
else
	ok "no stand-in gets through"
fi

nft -c -f rules
sends "check" "$wkp"
nft -f - <rules
sends "standard input" "$wkp"
nft -f /dev/stdin <rules
sends "standard input by name" "$wkp"

# Mappings of the addresses. Maps have the ids 1, 2 and so on in a transaction.

# statement FAMILY STATEMENT EXPRESSION...: the statement alone in a rule becomes
# these expressions, and nothing else.
statement() {
	statement_name="$1: $2"
	ruleset "$1" "$2" >rules
	nft -f rules
	shift 2
	sends "$statement_name" "$(attr +4 "$@")"
	[ "$(grep -c '^.. .. 00 00 06 0a ' sent)" = 1 ] ||
		not_ok "$statement_name: more than a rule"
	if grep -q '6c 6f 67 00' sent; then
		not_ok "$statement_name: a stand-in gets through"
	fi
}

statement ip 'xlat prefix 64:ff9b::/96 saddr 2001:db8::1' \
	"$(immediate 1 "$doc_1")" "$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)")"
statement ip 'xlat saddr 2001:db8::1 daddr 2001:db8::2 mtu 1400' \
	"$(immediate 1 "$doc_1")" "$(immediate 2 "$doc_2")" \
	"$(nft_expr xlat "$(by_register 3 1)" "$(by_register 4 2)" "$(attr 5 "$(number 1400)")")"
statement ip6 'xlat prefix 64:ff9b::/96 daddr 192.0.2.1' \
	"$(immediate 1 c0 00 02 01)" "$(nft_expr xlat "$wkp_attrs" "$(by_register 4 1)")"
statement ip 'xlat prefix 64:ff9b::/96 saddr prefix 2001:db8::/32' \
	"$(nft_expr xlat "$wkp_attrs" "$(by_prefix 3 32 20 01 0d b8)")"
statement ip 'xlat saddr prefix 2001:db8::/32 daddr prefix 64:ff9b::/96' \
	"$(nft_expr xlat "$(by_prefix 3 32 20 01 0d b8)" "$(by_prefix 4 96 00 64 ff 9b)")"
statement ip 'xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::/96' \
	"$(immediate 1 "$doc_0")" "$(immediate 2 "$doc_max")" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1 2)")"
statement ip 'xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::1/128' \
	"$(immediate 1 "$doc_1")" "$(immediate 2 "$doc_1")" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1 2)")"
statement ip 'xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::7/96' \
	"$(immediate 1 "$doc_0")" "$(immediate 2 "$doc_max")" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1 2)")"
statement ip6 'xlat saddr prefix to 0.0.0.0/0 daddr prefix to 192.0.2.128/25' \
	"$(immediate 1 00 00 00 00)" "$(immediate 2 ff ff ff ff)" \
	"$(immediate 3 c0 00 02 80)" "$(immediate 4 c0 00 02 ff)" \
	"$(nft_expr xlat "$(by_register 3 1 2)" "$(by_register 4 3 4)")"

statement ip 'xlat prefix 64:ff9b::/96 saddr ip saddr map @eam' \
	"$(load 1 12 4)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 eam 1 0)")"
statement ip 'xlat prefix 64:ff9b::/96 saddr ip daddr map @eam mtu 1400' \
	"$(load 1 16 4)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 eam 1)" "$(attr 5 "$(number 1400)")")"
statement ip 'xlat saddr ip saddr map @eam daddr ip daddr map @eam' \
	"$(load 1 12 4)" "$(load 2 16 4)" \
	"$(nft_expr xlat "$(by_map 3 1 eam 1 0)" "$(by_map 4 2 eam 1 0)")"
statement ip6 'xlat saddr ip6 saddr map @eam6 daddr ip6 daddr map @eam6' \
	"$(load 1 8 16)" "$(load 2 24 16)" \
	"$(nft_expr xlat "$(by_map 3 1 eam6 2 0)" "$(by_map 4 2 eam6 2 0)")"
statement ip6 'xlat saddr ip6 daddr map @eam6 daddr ip6 saddr map @eam6' \
	"$(load 1 24 16)" "$(load 2 8 16)" \
	"$(nft_expr xlat "$(by_map 3 1 eam6 2)" "$(by_map 4 2 eam6 2)")"
statement ip 'xlat prefix 64:ff9b::/96 daddr prefix to ip daddr map @prefixes' \
	"$(load 1 16 4)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 4 1 prefixes 3 0 1)")"
statement ip 'xlat saddr iifname map @names daddr meta oifname map @names' \
	"$(meta 1 6)" "$(meta 2 7)" \
	"$(nft_expr xlat "$(by_map 3 1 names 4)" "$(by_map 4 2 names 4)")"

# A constant and a map, in both orders, and registers that are no multiples.
statement ip 'xlat saddr 2001:db8::1 daddr ip daddr map @eam' \
	"$(immediate 1 "$doc_1")" "$(load 2 16 4)" \
	"$(nft_expr xlat "$(by_register 3 1)" "$(by_map 4 2 eam 1 0)")"
statement ip 'xlat saddr ip saddr map @eam daddr prefix to 2001:db8::/96' \
	"$(load 1 12 4)" "$(immediate 2 "$doc_0")" "$(immediate 3 "$doc_max")" \
	"$(nft_expr xlat "$(by_map 3 1 eam 1 0)" "$(by_register 4 2 3)")"
statement ip 'xlat saddr prefix to 2001:db8::/96 daddr iifname . ip daddr map @both' \
	"$(immediate 1 "$doc_0")" "$(immediate 2 "$doc_max")" "$(meta 3 6)" "$(load 4 16 4)" \
	"$(nft_expr xlat "$(by_register 3 1 2)" "$(by_map 4 3 both 6 16)")"
statement ip 'xlat saddr iifname . ip saddr map @both daddr iifname . ip daddr map @both' \
	"$(meta 1 6)" "$(load 2 12 4)" "$(meta 13 6)" "$(load 17 16 4)" \
	"$(nft_expr xlat "$(by_map 3 1 both 6 16)" "$(by_map 4 13 both 6 16)")"
statement ip 'xlat saddr ip daddr . ip saddr map @pair daddr ip daddr . ip saddr map @pair' \
	"$(load 1 16 4)" "$(load 9 12 4)" "$(load 10 16 4)" "$(load 11 12 4)" \
	"$(nft_expr xlat "$(by_map 3 1 pair 7 4)" "$(by_map 4 10 pair 7 0)")"

# What is made of the address is not the address.
ruleset ip 'xlat prefix 64:ff9b::/96 saddr ip saddr & 255.255.255.0 map @eam' >rules
nft -f rules
sends "a part of the address" "$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 eam 1)")"
ruleset ip 'xlat prefix 64:ff9b::/96 saddr ip daddr & 255.255.255.0 . ip saddr map @pair' >rules
nft -f rules
sends "a part of the other address, and the address" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 pair 7 4)")"

# In an inet table: the family, and what the keys depend on in front of them all.
ipv4="$(meta 1 15) $(cmp_eq 1 02)"
ipv6="$(meta 1 15) $(cmp_eq 1 0a)"
tcp="$(meta 1 16) $(cmp_eq 1 06)"
statement inet 'xlat prefix 64:ff9b::/96' "$(nft_expr xlat "$wkp_attrs")"
statement inet 'xlat prefix 64:ff9b::/96 saddr prefix 2001:db8::/32' \
	"$(nft_expr xlat "$wkp_attrs" "$(by_prefix 3 32 20 01 0d b8)")"
statement inet 'xlat prefix 64:ff9b::/96 saddr 2001:db8::1 mtu 1400' \
	"$(immediate 1 "$doc_1")" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)" "$(attr 5 "$(number 1400)")" "$from_ipv4")"
statement inet 'xlat prefix 64:ff9b::/96 saddr 192.0.2.1' \
	"$(immediate 1 c0 00 02 01)" "$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)" "$from_ipv6")"
statement inet 'xlat prefix 64:ff9b::/96 daddr ip daddr map @eam' "$ipv4" \
	"$(load 1 16 4)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 4 1 eam 1 0)" "$from_ipv4")"
statement inet 'xlat prefix 64:ff9b::/96 daddr ip6 daddr map @eam6' "$ipv6" \
	"$(load 1 24 16)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 4 1 eam6 2 0)" "$from_ipv6")"
statement inet 'xlat prefix 64:ff9b::/96 saddr iifname map @names6' \
	"$(meta 1 6)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 names6 5)" "$from_ipv6")"
statement inet 'xlat saddr iifname map @names daddr ip daddr map @eam' "$ipv4" \
	"$(meta 1 6)" "$(load 2 16 4)" \
	"$(nft_expr xlat "$(by_map 3 1 names 4)" "$(by_map 4 2 eam 1 0)" "$from_ipv4")"
statement inet 'xlat saddr 2001:db8::1 daddr ip daddr map @eam' "$ipv4" \
	"$(immediate 1 "$doc_1")" "$(load 2 16 4)" \
	"$(nft_expr xlat "$(by_register 3 1)" "$(by_map 4 2 eam 1 0)" "$from_ipv4")"
statement inet 'xlat saddr ip saddr map @eam daddr ip daddr . tcp dport map @service' \
	"$ipv4" "$tcp" "$(load 1 12 4)" "$(load 2 16 4)" \
	"$(nft_expr payload "$(attr 1 "$(number 13)")" "$(attr 2 "$(number 2)")" \
		"$(attr 3 "$(number 2)")" "$(attr 4 "$(number 2)")")" \
	"$(nft_expr xlat "$(by_map 3 1 eam 1 0)" "$(by_map 4 2 service 8 0)" "$from_ipv4")"
statement inet 'meta nfproto ipv4 xlat prefix 64:ff9b::/96 saddr prefix 2001:db8::/32' \
	"$ipv4" "$(nft_expr xlat "$wkp_attrs" "$(by_prefix 3 32 20 01 0d b8)")"
statement inet 'meta nfproto ipv4 xlat prefix 64:ff9b::/96 saddr ip saddr map @eam' \
	"$ipv4" "$(load 1 12 4)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 eam 1 0)" "$from_ipv4")"

# In a netdev table: the same, but that the protocol is Ethernet's.
ipv4="$(meta 1 1) $(cmp_eq 1 08 00)"
ipv6="$(meta 1 1) $(cmp_eq 1 86 dd)"
statement netdev 'xlat prefix 64:ff9b::/96' "$(nft_expr xlat "$wkp_attrs")"
statement netdev 'xlat prefix 64:ff9b::/96 saddr 2001:db8::1' "$(immediate 1 "$doc_1")" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)" "$from_ipv4")"
statement netdev 'xlat prefix 64:ff9b::/96 daddr ip daddr map @eam' "$ipv4" \
	"$(load 1 16 4)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 4 1 eam 1 0)" "$from_ipv4")"
statement netdev 'xlat prefix 64:ff9b::/96 daddr ip6 daddr map @eam6' "$ipv6" \
	"$(load 1 24 16)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 4 1 eam6 2 0)" "$from_ipv6")"
statement netdev 'meta protocol ip6 xlat prefix 64:ff9b::/96 saddr iifname map @names6' "$ipv6" \
	"$(meta 1 6)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 names6 5)" "$from_ipv6")"
statement netdev 'meta protocol ip xlat prefix 64:ff9b::/96 saddr prefix 2001:db8::/32' \
	"$ipv4" "$(nft_expr xlat "$wkp_attrs" "$(by_prefix 3 32 20 01 0d b8)")"

# Maps of the same name, in other tables and one after the other
nft -f - <<'EOF'
table ip t {
	map m { type ipv4_addr : ipv6_addr; }
	chain c { }
}
table ip u {
	map m { type ifname . ipv4_addr : ipv6_addr; }
	chain c { }
}
table ip6 t {
	map m { type ipv6_addr : ipv4_addr; }
	chain c { }
}
add rule ip t c xlat saddr ip saddr map @m daddr 2001:db8::1
add rule ip u c xlat saddr iifname . ip saddr map @m daddr 2001:db8::1
add rule ip6 t c xlat saddr ip6 saddr map @m daddr 192.0.2.1
EOF
sends "a map of a table" "$(attr +4 "$(load 1 12 4)" "$(immediate 2 "$doc_1")" \
	"$(nft_expr xlat "$(by_map 3 1 m 1 0)" "$(by_register 4 2)")")"
sends "a map of another table" "$(attr +4 "$(meta 1 6)" "$(load 2 12 4)" "$(immediate 13 "$doc_1")" \
	"$(nft_expr xlat "$(by_map 3 1 m 2 16)" "$(by_register 4 13)")")"
sends "a map of another family" "$(attr +4 "$(load 1 8 16)" "$(immediate 2 c0 00 02 01)" \
	"$(nft_expr xlat "$(by_map 3 1 m 3 0)" "$(by_register 4 2)")")"
nft -f - <<'EOF'
add table ip t
add chain ip t c
add map ip t m { type ipv4_addr : mark; }
delete map ip t m
add map ip t m { type ifname . ipv4_addr : ipv6_addr; }
add rule ip t c xlat saddr iifname . ip saddr map @m daddr 2001:db8::1
EOF
sends "a map made anew" "$(attr +4 "$(meta 1 6)" "$(load 2 12 4)" "$(immediate 13 "$doc_1")" \
	"$(nft_expr xlat "$(by_map 3 1 m 2 16)" "$(by_register 4 13)")")"

# nft numbers the maps that the kernel has, too.
table_family=ip
{
	table_and_chain
	map eam 7 4 8 16
} >dump
FAKE_DUMP=dump
nft add rule ip t c xlat prefix 64:ff9b::/96 saddr ip saddr map @eam
FAKE_DUMP=
sends "a map that the kernel has" \
	"$(attr +4 "$(load 1 12 4)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 eam 1 0)")")"

finish
