#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Rulesets in JSON.

# shellcheck source-path=SCRIPTDIR source=SCRIPTDIR/lib.sh
. "${0%/*}/lib.sh"

wkp=$(xlat_expr 60 00 64 ff 9b)

# json STATEMENTS: a ruleset with a rule of these
json() {
	printf '{"nftables": [{"metainfo": {"json_schema_version": 1}}, {"add": {"rule": {"family": "ip6", "table": "t", "chain": "c", "expr": [%s]}}}]}\n' "$1"
}

mark='{"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": 1}}'
xlat='{"xlat": {"prefix": {"addr": "64:ff9b::", "len": 96}}}'

json "$xlat" >rules
nft -j -f rules
sends "a file" "34 00 04 80 $wkp"
nft -j -f - <rules
sends "standard input" "$wkp"
nft -j "$(cat rules)"
sends "command line" "$wkp"
json "$mark, $xlat" >rules
nft -j -f rules
sends "behind a match" "$wkp"
json "$mark, $xlat" | sed 's/, /,\n/g' >rules
nft -j -f rules
sends "on several lines" "$wkp"
nft -j -f - <<'EOF'
table ip6 t {
	chain c {
		xlat prefix 64:ff9b::/96
	}
}
EOF
sends "no JSON" "$wkp"

# wrong NAME STATEMENTS INDEX MESSAGE: a rule of these is refused, for the
# statement of this index.
wrong() {
	json "$2" >rules
	printf 'internal:0:0-0: Error: %s\n\n' "$4" \
		"Parsing expr array at index $3 failed." \
		"Parsing command array at index 1 failed." >wrong
	refused "$1" -j -f rules <wrong
}

xlat_1500='{"xlat": {"prefix": {"addr": "64:ff9b::", "len": 96}, "mtu": 1500}}'
json "$mark, $xlat_1500" >rules
nft -j -f rules
sends "mtu" "$(xlat_expr_mtu 05 dc 60 00 64 ff 9b)"
json '{"xlat": {"mtu": 1280, "prefix": {"len": 96, "addr": "64:ff9b::"}}}' >rules
nft -j -f rules
sends "default mtu" "34 00 04 80 $wkp"

object="xlat must be an object with the properties prefix, saddr, daddr and mtu"
both="xlat needs a prefix, or a mapping of both addresses"
mtu="xlat mtu must be a number from 1280 to 65535"
prefix="xlat prefix must be an object with a string addr and an integer len"
wrong "null" '{"xlat": null}' 0 "$object"
wrong "what is listed for what is not known" '{"xlat": "unsupported"}' 0 "$object"
wrong "one more property" "$mark, "'{"xlat": {"prefix": {"addr": "64:ff9b::", "len": 96}, "port": null}}' 1 "$object"
wrong "a string" '{"xlat": {"prefix": "64:ff9b::/96"}}' 0 "$prefix"
wrong "no length" '{"xlat": {"prefix": {"addr": "64:ff9b::"}}}' 0 "$prefix"
wrong "a length in quotes" '{"xlat": {"prefix": {"addr": "64:ff9b::", "len": "96"}}}' 0 "$prefix"
wrong "a negative length" '{"xlat": {"prefix": {"addr": "64:ff9b::", "len": -1}}}' 0 \
	"xlat prefix len must be a number of bits"
wrong "an IPv4 address" '{"xlat": {"prefix": {"addr": "192.0.2.0", "len": 24}}}' 0 \
	"xlat prefix addr must be an IPv6 address"
wrong "host bits" '{"xlat": {"prefix": {"addr": "64:ff9b::1", "len": 96}}}' 0 \
	"xlat prefix has bits set beyond its length"
wrong "length" '{"xlat": {"prefix": {"addr": "64:ff9b::", "len": 97}}}' 0 \
	"Length of xlat prefix is 97, expected one of 32, 40, 48, 56, 64 or 96"
for number in 1279 65536 4294968796 -1 1500.0 '"1500"' null; do
	wrong "mtu $number" '{"xlat": {"prefix": {"addr": "64:ff9b::", "len": 96}, "mtu": '"$number"'}}' 0 "$mtu"
done
wrong "mtu and no prefix" '{"xlat": {"mtu": 1500}}' 0 "$both"
wrong "one more property beside mtu" \
	'{"xlat": {"prefix": {"addr": "64:ff9b::", "len": 96}, "mtu": 1500, "port": 1}}' 0 "$object"
wrong "a statement behind" "$xlat, $mark" 0 "Statement after terminal statement has no effect"
wrong "a string that looks like a stand-in" '{"log": {"prefix": "\u00010000"}}' 0 \
	"a log prefix must not start with U+0001"

# Mappings of the addresses

# maps STATEMENTS [FAMILY]: a ruleset with maps and a rule of these
maps() {
	map='{"add": {"map": {"family": "%s", "table": "t", "name": "%s", "type": %s, "map": "%s"}}}, '
	printf '{"nftables": [{"metainfo": {"json_schema_version": 1}}, '
	printf '{"add": {"table": {"family": "%s", "name": "t"}}}, ' "${2:-ip}"
	# shellcheck disable=SC2059
	printf "$map" "${2:-ip}" eam '"ipv4_addr"' ipv6_addr \
		"${2:-ip}" marks '"ipv4_addr"' mark \
		"${2:-ip}" both '["ifname", "ipv4_addr"]' ipv6_addr
	printf '{"add": {"chain": {"family": "%s", "table": "t", "name": "c"}}}, ' "${2:-ip}"
	printf '{"add": {"rule": {"family": "%s", "table": "t", "chain": "c", "expr": [%s]}}}]}\n' "${2:-ip}" "$1"
}

# becomes NAME STATEMENTS FAMILY EXPRESSION...: the statements alone in a rule become
# these expressions
becomes() {
	becomes_name=$1
	maps "$2" "$3" >rules
	shift 3
	nft -j -f rules
	sends "$becomes_name" "$(attr +4 "$@")"
}

wkp_json='"prefix": {"addr": "64:ff9b::", "len": 96}'
by_saddr='{"map": {"key": {"payload": {"protocol": "ip", "field": "saddr"}}, "data": "@eam"}}'
by_daddr='{"map": {"key": {"payload": {"protocol": "ip", "field": "daddr"}}, "data": "@eam"}}'
becomes "a constant" '{"xlat": {'"$wkp_json"', "saddr": "2001:db8::1"}}' ip \
	"$(immediate 1 "$doc_1")" "$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)")"
becomes "a constant that ends in dotted form" '{"xlat": {'"$wkp_json"', "saddr": "2001:db8::0.0.0.1"}}' ip \
	"$(immediate 1 "$doc_1")" "$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1)")"
becomes "prefixes" \
	'{"xlat": {"saddr": {"prefix": {"addr": "2001:db8::", "len": 32}}, "daddr": {"prefix": {"addr": "64:ff9b::", "len": 96}}}}' ip \
	"$(nft_expr xlat "$(by_prefix 3 32 20 01 0d b8)" "$(by_prefix 4 96 00 64 ff 9b)")"
becomes "prefix to" \
	'{"xlat": {'"$wkp_json"', "saddr": {"prefix_to": {"prefix": {"addr": "2001:db8::", "len": 96}}}, "mtu": 1400}}' ip \
	"$(immediate 1 "$doc_0")" "$(immediate 2 "$doc_max")" \
	"$(nft_expr xlat "$wkp_attrs" "$(by_register 3 1 2)" "$(attr 5 "$(number 1400)")")"
becomes "maps" '{"xlat": {"saddr": '"$by_saddr"', "daddr": '"$by_daddr"'}}' ip \
	"$(load 1 12 4)" "$(load 2 16 4)" \
	"$(nft_expr xlat "$(by_map 3 1 eam 1 0)" "$(by_map 4 2 eam 1 0)")"
becomes "a concatenation" \
	'{"xlat": {'"$wkp_json"', "daddr": {"map": {"key": {"concat": [{"meta": {"key": "iifname"}}, {"payload": {"protocol": "ip", "field": "daddr"}}]}, "data": "@both"}}}}' ip \
	"$(meta 1 6)" "$(load 2 16 4)" "$(nft_expr xlat "$wkp_attrs" "$(by_map 4 1 both 3 16)")"
becomes "an inet table" '{"xlat": {"saddr": '"$by_saddr"', "daddr": "2001:db8::2"}}' inet \
	"$(meta 1 15)" "$(cmp_eq 1 02)" "$(load 1 12 4)" "$(immediate 2 "$doc_2")" \
	"$(nft_expr xlat "$(by_map 3 1 eam 1 0)" "$(by_register 4 2)" "$from_ipv4")"
becomes "a netdev table" '{"xlat": {"saddr": '"$by_saddr"', "daddr": "2001:db8::2"}}' netdev \
	"$(meta 1 1)" "$(cmp_eq 1 08 00)" "$(load 1 12 4)" "$(immediate 2 "$doc_2")" \
	"$(nft_expr xlat "$(by_map 3 1 eam 1 0)" "$(by_register 4 2)" "$from_ipv4")"

# What libnftables repeats, since it does not ask the kernel about JSON
echoes() {
	maps "$2" >rules
	nft -j -e -f rules
	is "$1" "$2" "$(sed 's/.*"expr": \[//; s/\]}}}*\]}$//; s/\], "handle.*//' out)"
}

echoes "echo" '{"xlat": {"saddr": '"$by_saddr"', "daddr": '"$by_daddr"'}}'
echoes "echo behind a dup" '{"dup": {"addr": "192.0.2.1"}}, {"xlat": {"saddr": "2001:db8::1", "daddr": '"$by_daddr"'}}'

wrong "one address" '{"xlat": {"saddr": "2001:db8::1"}}' 0 "$both"
wrong "no mapping" '{"xlat": {'"$wkp_json"', "saddr": null}}' 0 \
	"nft-xlat can do xlat saddr with addresses and named maps only, this takes an nft that knows xlat itself"
wrong "an anonymous map" \
	'{"xlat": {'"$wkp_json"', "daddr": {"map": {"key": {"payload": {"protocol": "ip", "field": "daddr"}}, "data": {"set": [["192.0.2.1", "2001:db8::1"]]}}}}}' 0 \
	"nft-xlat can do xlat daddr with addresses and named maps only, this takes an nft that knows xlat itself"
wrong "no address" '{"xlat": {'"$wkp_json"', "saddr": "2001:db8::1g"}}' 0 "xlat needs an address"
wrong "no prefix" '{"xlat": {'"$wkp_json"', "saddr": {"prefix_to": "2001:db8::1"}}}' 0 \
	'"prefix to" needs a prefix, or a map with intervals as data'
wrong "a long suffix" '{"xlat": {'"$wkp_json"', "saddr": {"prefix_to": {"prefix": {"addr": "2001:db8::", "len": 95}}}}}' 0 \
	"xlat cannot map to a prefix with a suffix longer than 32 bits"
wrong "a negative length of a prefix" '{"xlat": {'"$wkp_json"', "saddr": {"prefix_to": {"prefix": {"addr": "2001:db8::", "len": -1}}}}}' 0 \
	'"prefix to" needs a prefix, or a map with intervals as data'
wrong "host bits of a prefix" '{"xlat": {'"$wkp_json"', "saddr": {"prefix": {"addr": "64:ff9b::1", "len": 96}}}}' 0 \
	"xlat prefix has bits set beyond its length"

# What libnftables does not notice has no index.
maps '{"xlat": {'"$wkp_json"', "saddr": "192.0.2.1"}}' >rules
refused "another family" -j -f rules <<'EOF'
internal:0:0-0: Error: datatype mismatch: expected IPv6 address, expression has type IPv4 address

EOF
maps '{"xlat": {'"$wkp_json"', "saddr": {"map": {"key": {"payload": {"protocol": "ip", "field": "saddr"}}, "data": "@marks"}}}}' >rules
refused "a map to something else" -j -f rules <<'EOF'
internal:0:0-0: Error: datatype mismatch: expected IPv6 address, expression has type packet mark

EOF

finish
