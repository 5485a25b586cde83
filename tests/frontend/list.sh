#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the kernel has, as text, as JSON and as debug output. The messages are
# written by hand, from the layout of their attributes.

# shellcheck source-path=SCRIPTDIR source=SCRIPTDIR/lib.sh
. "${0%/*}/lib.sh"

# lists NAME TEXT: the rule in dump is listed as TEXT.
lists() {
	FAKE_DUMP=dump
	nft -a list ruleset
	FAKE_DUMP=
	printf '%s\n' "table $table_family t { # handle 0" "	chain c { # handle 1" \
		"		$2 # handle 7" "	}" "}" >expected
	sed -i '/^	map /,/^$/d' out
	same "$1" expected out
}

# json NAME STATEMENTS: the rule in dump has the STATEMENTS in JSON.
json() {
	FAKE_DUMP=dump
	nft -j list ruleset
	FAKE_DUMP=
	is "$1, JSON" "$2" "$(sed 's/.*"expr": \[//; s/\]}}\]}$//' out)"
}

# meta load mark => reg 1, cmp eq reg 1 1
mark="24 00 01 80 09 00 01 00 6d 65 74 61 00 00 00 00 14 00 02 80
	08 00 02 00 00 00 00 03 08 00 01 00 00 00 00 01
	2c 00 01 80 08 00 01 00 63 6d 70 00 20 00 02 80
	08 00 01 00 00 00 00 01 08 00 02 00 00 00 00 00
	0c 00 03 80 08 00 01 00 01 00 00 00"

{
	table_and_chain
	rule "$(xlat_expr 60 00 64 ff 9b)"
} >dump
lists "alone" "xlat prefix 64:ff9b::/96"
json "alone" '{"xlat": {"prefix": {"addr": "64:ff9b::", "len": 96}}}'

FAKE_DUMP=dump
nft --debug=netlink list ruleset
FAKE_DUMP=
is "debug" "  [ xlat prefix 64:ff9b::/96 ]" "$(grep xlat out | head -n 1)"

{
	table_and_chain
	rule "$mark $(xlat_expr 40 20 01 0d b8 01 22 03 44)"
} >dump
lists "behind a match" "meta mark 0x00000001 xlat prefix 2001:db8:122:344::/64"
json "behind a match" \
	'{"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": 1}}, {"xlat": {"prefix": {"addr": "2001:db8:122:344::", "len": 64}}}'

{
	table_and_chain
	rule "$mark $(xlat_expr_mtu 05 dc 60 00 64 ff 9b)"
} >dump
lists "mtu" "meta mark 0x00000001 xlat prefix 64:ff9b::/96 mtu 1500"
json "mtu" \
	'{"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": 1}}, {"xlat": {"prefix": {"addr": "64:ff9b::", "len": 96}, "mtu": 1500}}'
FAKE_DUMP=dump
nft --debug=netlink list ruleset
FAKE_DUMP=
is "debug, mtu" "  [ xlat prefix 64:ff9b::/96 mtu 1500 ]" "$(grep xlat out | head -n 1)"
{
	table_and_chain
	rule "$(xlat_expr_mtu 05 00 60 00 64 ff 9b)"
} >dump
lists "default mtu" "xlat prefix 64:ff9b::/96"

# What libnftables could not read: no dotted quad.
{
	table_and_chain
	rule "$(xlat_expr 60 00 00 00 00 00 00 00 00 00 00 ff ff)"
} >dump
lists "no dotted quad" "xlat prefix ::ffff:0:0/96"

# A newer kernel
{
	table_and_chain
	rule "$(nft_expr xlat "$wkp_attrs" "$(attr 7 "$(number 1)")")"
} >dump
lists "an attribute that is not known" "xlat <unsupported>"
json "an attribute that is not known" '{"xlat": "unsupported"}'
{
	table_and_chain
	rule "$(xlat_expr_mtu 04 ff 60 00 64 ff 9b)"
} >dump
lists "an mtu that is not possible" "xlat <unsupported>"
{
	table_and_chain
	rule "10 00 01 80 09 00 01 00 78 6c 61 74 00 00 00 00"
} >dump
lists "no attributes" "xlat <unsupported>"
{
	table_and_chain
	rule "$(xlat_expr 61 00 64 ff 9b)"
} >dump
lists "a length that is not possible" "xlat <unsupported>"

# Mappings of the addresses

# maps FAMILY: what the kernel has in front of a rule
maps() {
	table_family=$1
	table_and_chain
	map eam 7 4 8 16
	map eam6 8 16 7 4
	# type ifname . ipv4_addr
	map both $((41 << 6 | 7)) 20 8 16
	map verdicts 7 4 $((0xffffff00)) 16
}

# shows FAMILY STATEMENTS JSON EXPRESSION...: the expressions are listed like that
shows() {
	shows_name="$1: $2"
	shows_text=$2
	shows_json=$3
	table_family=$1
	shift 3
	{
		maps "$table_family"
		rule "$@"
	} >dump
	lists "$shows_name" "$shows_text"
	json "$shows_name" "$shows_json"
	table_family=ip6
}

by_saddr='{"map": {"key": {"payload": {"protocol": "ip", "field": "saddr"}}, "data": "@eam"}}'
by_daddr='{"map": {"key": {"payload": {"protocol": "ip", "field": "daddr"}}, "data": "@eam"}}'
wkp_json='"addr": "64:ff9b::", "len": 96'

shows ip 'xlat prefix 64:ff9b::/96 saddr 2001:db8::1' \
	'{"xlat": {"prefix": {'"$wkp_json"'}, "saddr": "2001:db8::1"}}' \
	"$(immediate 1 "$doc_1")" "$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)")"
shows ip 'xlat saddr 2001:db8::1 daddr 2001:db8::2 mtu 1400' \
	'{"xlat": {"saddr": "2001:db8::1", "daddr": "2001:db8::2", "mtu": 1400}}' \
	"$(immediate 1 "$doc_1")" "$(immediate 2 "$doc_2")" \
	"$(nft_expr xlat "$(by_register 3 1)" "$(by_register 4 2)" "$(attr 5 "$(number 1400)")")"
shows ip6 'xlat prefix 64:ff9b::/96 daddr 192.0.2.1' \
	'{"xlat": {"prefix": {'"$wkp_json"'}, "daddr": "192.0.2.1"}}' \
	"$(immediate 1 c0 00 02 01)" "$(nft_expr xlat "$wkp_attrs" "$(by_register 4 1)")"
shows ip 'xlat saddr prefix 2001:db8::/32 daddr prefix 64:ff9b::/96' \
	'{"xlat": {"saddr": {"prefix": {"addr": "2001:db8::", "len": 32}}, "daddr": {"prefix": {'"$wkp_json"'}}}}' \
	"$(nft_expr xlat "$(by_prefix 3 32 20 01 0d b8)" "$(by_prefix 4 96 00 64 ff 9b)")"
shows ip 'xlat saddr prefix to 2001:db8::/96 daddr prefix to 2001:db8::1/128' \
	'{"xlat": {"saddr": {"prefix_to": {"prefix": {"addr": "2001:db8::", "len": 96}}}, "daddr": {"prefix_to": {"prefix": {"addr": "2001:db8::1", "len": 128}}}}}' \
	"$(immediate 1 "$doc_0")" "$(immediate 2 "$doc_max")" \
	"$(immediate 3 "$doc_1")" "$(immediate 4 "$doc_1")" \
	"$(nft_expr xlat "$(by_register 3 1 2)" "$(by_register 4 3 4)")"
shows ip6 'xlat prefix 64:ff9b::/96 saddr prefix to 0.0.0.0/0' \
	'{"xlat": {"prefix": {'"$wkp_json"'}, "saddr": {"prefix_to": {"prefix": {"addr": "0.0.0.0", "len": 0}}}}}' \
	"$(immediate 1 00 00 00 00)" "$(immediate 2 ff ff ff ff)" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1 2)")"
shows ip 'meta mark 0x00000001 xlat prefix 64:ff9b::/96 saddr ip saddr map @eam mtu 1400' \
	'{"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": 1}}, {"xlat": {"prefix": {'"$wkp_json"'}, "saddr": '"$by_saddr"', "mtu": 1400}}' \
	"$mark" "$(load 1 12 4)" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 eam '' 0)" "$(attr 5 "$(number 1400)")")"
shows ip 'xlat saddr ip saddr map @eam daddr ip daddr map @eam' \
	'{"xlat": {"saddr": '"$by_saddr"', "daddr": '"$by_daddr"'}}' \
	"$(load 1 12 4)" "$(load 2 16 4)" \
	"$(nft_expr xlat "$(by_map 3 1 eam '' 0)" "$(by_map 4 2 eam '' 0)")"
shows ip 'xlat saddr 2001:db8::1 daddr ip daddr map @eam' \
	'{"xlat": {"saddr": "2001:db8::1", "daddr": '"$by_daddr"'}}' \
	"$(immediate 1 "$doc_1")" "$(load 2 16 4)" \
	"$(nft_expr xlat "$(by_register 3 1)" "$(by_map 4 2 eam '' 0)")"
shows ip 'xlat saddr iifname . ip saddr map @both daddr prefix to 2001:db8::/96' \
	'{"xlat": {"saddr": {"map": {"key": {"concat": [{"meta": {"key": "iifname"}}, {"payload": {"protocol": "ip", "field": "saddr"}}]}, "data": "@both"}}, "daddr": {"prefix_to": {"prefix": {"addr": "2001:db8::", "len": 96}}}}}' \
	"$(meta 1 6)" "$(load 2 12 4)" "$(immediate 13 "$doc_0")" "$(immediate 17 "$doc_max")" \
	"$(nft_expr xlat "$(by_map 3 1 both '' 16)" "$(by_register 4 13 17)")"
shows inet 'xlat prefix 64:ff9b::/96 saddr ip saddr map @eam' \
	'{"xlat": {"prefix": {'"$wkp_json"'}, "saddr": '"$by_saddr"'}}' \
	"$(meta 1 15)" "$(cmp_eq 1 02)" "$(load 1 12 4)" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 eam '' 0)" "$from_ipv4")"
shows inet 'xlat saddr 2001:db8::1 daddr ip daddr map @eam' \
	'{"xlat": {"saddr": "2001:db8::1", "daddr": '"$by_daddr"'}}' \
	"$(meta 1 15)" "$(cmp_eq 1 02)" "$(immediate 1 "$doc_1")" "$(load 2 16 4)" \
	"$(nft_expr xlat "$(by_register 3 1)" "$(by_map 4 2 eam '' 0)" "$from_ipv4")"
shows inet 'xlat prefix 64:ff9b::/96 saddr 192.0.2.1' \
	'{"xlat": {"prefix": {'"$wkp_json"'}, "saddr": "192.0.2.1"}}' \
	"$(immediate 1 c0 00 02 01)" "$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)" "$from_ipv6")"
shows netdev 'xlat prefix 64:ff9b::/96 saddr ip saddr map @eam' \
	'{"xlat": {"prefix": {'"$wkp_json"'}, "saddr": '"$by_saddr"'}}' \
	"$(meta 1 1)" "$(cmp_eq 1 08 00)" "$(load 1 12 4)" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 eam '' 0)" "$from_ipv4")"
shows netdev 'xlat saddr 2001:db8::1 daddr ip daddr map @eam' \
	'{"xlat": {"saddr": "2001:db8::1", "daddr": '"$by_daddr"'}}' \
	"$(meta 1 1)" "$(cmp_eq 1 08 00)" "$(immediate 1 "$doc_1")" "$(load 2 16 4)" \
	"$(nft_expr xlat "$(by_register 3 1)" "$(by_map 4 2 eam '' 0)" "$from_ipv4")"
shows netdev 'xlat prefix 64:ff9b::/96 saddr 192.0.2.1' \
	'{"xlat": {"prefix": {'"$wkp_json"'}, "saddr": "192.0.2.1"}}' \
	"$(immediate 1 c0 00 02 01)" "$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)" "$from_ipv6")"

# What a rule says in front of it that looks alike
shows ip 'dup to 192.0.2.1 xlat prefix 64:ff9b::/96 saddr ip saddr map @eam' \
	'{"dup": {"addr": "192.0.2.1"}}, {"xlat": {"prefix": {'"$wkp_json"'}, "saddr": '"$by_saddr"'}}' \
	"$(immediate 1 c0 00 02 01)" "$(nft_expr dup "$(attr 1 "$(number 1)")")" \
	"$(load 1 12 4)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 eam '' 0)")"
shows ip 'dup to 192.0.2.1 xlat prefix 64:ff9b::/96' \
	'{"dup": {"addr": "192.0.2.1"}}, {"xlat": {"prefix": {'"$wkp_json"'}}}' \
	"$(immediate 1 c0 00 02 01)" "$(nft_expr dup "$(attr 1 "$(number 1)")")" "$(nft_expr xlat "$wkp_attrs")"

# What stands in front of it and uses registers, too
shows ip 'ip saddr vmap @verdicts xlat prefix 64:ff9b::/96 saddr ip saddr map @eam' \
	'{"vmap": {"key": {"payload": {"protocol": "ip", "field": "saddr"}}, "data": "@verdicts"}}, {"xlat": {"prefix": {'"$wkp_json"'}, "saddr": '"$by_saddr"'}}' \
	"$(load 1 12 4)" "$(nft_expr lookup "$(attr 1 "$(text verdicts)")" "$(attr 2 "$(number 1)")" "$(attr 3 "$(number 0)")")" \
	"$(load 1 12 4)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 eam '' 0)")"
shows ip 'ip saddr vmap @verdicts xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::/96' \
	'{"vmap": {"key": {"payload": {"protocol": "ip", "field": "saddr"}}, "data": "@verdicts"}}, {"xlat": {"prefix": {'"$wkp_json"'}, "saddr": {"prefix_to": {"prefix": {"addr": "2001:db8::", "len": 96}}}}}' \
	"$(load 1 12 4)" "$(nft_expr lookup "$(attr 1 "$(text verdicts)")" "$(attr 2 "$(number 1)")" "$(attr 3 "$(number 0)")")" \
	"$(immediate 1 "$doc_0")" "$(immediate 2 "$doc_max")" "$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1 2)")"
shows ip 'meta mark set 0x00000001 xlat prefix 64:ff9b::/96 saddr 2001:db8::1' \
	'{"mangle": {"key": {"meta": {"key": "mark"}}, "value": 1}}, {"xlat": {"prefix": {'"$wkp_json"'}, "saddr": "2001:db8::1"}}' \
	"$(immediate 1 01 00 00 00)" "$(nft_expr meta "$(attr 2 "$(number 3)")" "$(attr 3 "$(number 1)")")" \
	"$(immediate 1 "$doc_1")" "$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)")"

# not_known NAME EXPRESSION...: what cannot be told is not left out
not_known() {
	not_known_name=$1
	shift
	{
		maps "${family:-ip}"
		rule "$@"
	} >dump
	table_family=${family:-ip}
	lists "$not_known_name" "xlat <unsupported>"
	json "$not_known_name" '{"xlat": "unsupported"}'
	table_family=ip6
}

saddr=$(by_map 3 1 eam '' 0)
not_known "an attribute of a mapping that is not known" "$(load 1 12 4)" \
	"$(nft_expr xlat "$wkp_attrs" "$(attr +3 "$(attr 3 "$(number 1)")" "$(attr 9 "$(number 1)")")")"
not_known "a flag that is not known" "$(load 1 12 4)" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_map 3 1 eam '' 0 2)")"
not_known "an attribute of xlat that is not known" "$(load 1 12 4)" \
	"$(nft_expr xlat "$wkp_attrs" "$saddr" "$(attr 7 "$(number 1)")")"
not_known "nothing is mapped to" "$(nft_expr xlat "$wkp_attrs" "$(attr +3)")"
not_known "nothing in the register" "$(nft_expr xlat "$wkp_attrs" "$saddr")"
not_known "one address, no prefix" "$(load 1 12 4)" "$(nft_expr xlat "$saddr")"
not_known "no prefix, but a range" "$(immediate 1 "$doc_1")" "$(immediate 2 "$doc_2")" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1 2)")"
not_known "the highest address below the lowest" "$(immediate 1 "$doc_max")" "$(immediate 2 "$doc_0")" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1 2)")"
not_known "an address as short as those of the packets" "$(immediate 1 c0 00 02 01)" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)")"
not_known "a prefix of a length that is not possible" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_prefix 3 97 20 01 0d b8)")"
family=inet not_known "an inet table, and no family, IPv6" "$(immediate 1 "$doc_1")" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)")"
family=inet not_known "an inet table, and no family, IPv4" "$(immediate 1 c0 00 02 01)" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)")"
family=netdev not_known "a netdev table, and no family" "$(immediate 1 "$doc_1")" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)")"

# log prefix "\0010000", which is what a stand-in looks like, in front of xlat
{
	table_and_chain
	rule "1c 00 01 80 08 00 01 00 6c 6f 67 00 10 00 02 80
		0a 00 02 00 01 30 30 30 30 00 00 00 $(xlat_expr 60 00 64 ff 9b)"
} >dump
lists "a log prefix like a stand-in" \
	"log prefix \"$(printf '\001')0000\" xlat prefix 64:ff9b::/96"
json "a log prefix like a stand-in" \
	'{"log": {"prefix": "\u00010000"}}, {"xlat": {"prefix": {"addr": "64:ff9b::", "len": 96}}}'
{
	table_and_chain
	rule "1c 00 01 80 08 00 01 00 6c 6f 67 00 10 00 02 80
		0a 00 02 00 78 6c 61 74 20 00 00 00"
} >dump
lists "a log prefix" 'log prefix "xlat "'

finish
