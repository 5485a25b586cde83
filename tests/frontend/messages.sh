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

finish
