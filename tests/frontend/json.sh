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

object="xlat must be an object with the properties prefix and, optionally, mtu"
mtu="xlat mtu must be a number from 1280 to 65535"
prefix="xlat prefix must be an object with a string addr and an integer len"
wrong "null" '{"xlat": null}' 0 "$object"
wrong "what is listed for what is not known" '{"xlat": "unsupported"}' 0 "$object"
wrong "one more property" "$mark, "'{"xlat": {"prefix": {"addr": "64:ff9b::", "len": 96}, "saddr": null}}' 1 "$object"
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
wrong "mtu and no prefix" '{"xlat": {"mtu": 1500}}' 0 "$object"
wrong "one more property beside mtu" \
	'{"xlat": {"prefix": {"addr": "64:ff9b::", "len": 96}, "mtu": 1500, "daddr": null}}' 0 "$object"
wrong "a statement behind" "$xlat, $mark" 0 "Statement after terminal statement has no effect"
wrong "a string that looks like a stand-in" '{"log": {"prefix": "\u00010000"}}' 0 \
	"a log prefix must not start with U+0001"

finish
