#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the kernel has, as text, as JSON and as debug output. The messages are
# written by hand, from the layout of their attributes.

# shellcheck source-path=SCRIPTDIR source=SCRIPTDIR/lib.sh
. "${0%/*}/lib.sh"

# nlmsg TYPE BYTE...: a message of nf_tables, for family ip6
nlmsg() {
	type=$1
	shift
	printf '%02x %02x 00 00  %s 0a 02 00  00 00 00 00  00 00 00 00\n' \
		$((($# + 20) % 256)) $((($# + 20) / 256)) "$type"
	echo "0a 00 00 01  $*"
	echo
}

table_and_chain() {
	# name t, flags 0, use 1
	nlmsg 00 \
		06 00 01 00 74 00 00 00 \
		08 00 02 00 00 00 00 00 \
		08 00 03 00 00 00 00 01
	# table t, handle 1, name c
	nlmsg 03 \
		06 00 01 00 74 00 00 00 \
		0c 00 02 00 00 00 00 00 00 00 00 01 \
		06 00 03 00 63 00 00 00
}

# rule EXPRESSIONS: a rule of table t, chain c, handle 7
rule() {
	# shellcheck disable=SC2086
	set -- $1
	nlmsg 06 \
		06 00 01 00 74 00 00 00 \
		06 00 02 00 63 00 00 00 \
		0c 00 03 00 00 00 00 00 00 00 00 07 \
		"$(printf '%02x' $(($# + 4)))" 00 04 80 "$@"
}

# lists NAME TEXT: the rule in dump is listed as TEXT.
lists() {
	FAKE_DUMP=dump
	nft -a list ruleset
	FAKE_DUMP=
	printf '%s\n' "table ip6 t { # handle 0" "	chain c { # handle 1" \
		"		$2 # handle 7" "	}" "}" >expected
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

# A newer kernel: NFTA_XLAT_SADDR, nested and empty, behind prefix and length.
{
	table_and_chain
	rule "34 00 01 80 09 00 01 00 78 6c 61 74 00 00 00 00 24 00 02 80
		14 00 01 00 00 64 ff 9b 00 00 00 00 00 00 00 00 00 00 00 00
		08 00 02 00 00 00 00 60 04 00 03 80"
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
