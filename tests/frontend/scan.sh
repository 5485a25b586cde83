#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Where xlat is a statement and where it is not, variables, and what belongs to
# a statement.

# shellcheck source-path=SCRIPTDIR source=SCRIPTDIR/lib.sh
. "${0%/*}/lib.sh"

wkp=$(xlat_expr 60 00 64 ff 9b)
wkp_1500=$(xlat_expr_mtu 05 dc 60 00 64 ff 9b)
doc=$(xlat_expr 20 20 01 0d b8)

# becomes NAME EXPR... <RULESET: the ruleset becomes rules with these xlat
# expressions and no others, in this order.
becomes() {
	becomes_name=$1
	shift
	cat >rules
	# shellcheck disable=SC2086
	nft ${options-} -f rules
	: >expected
	[ $# = 0 ] || printf '%s\n' "$@" >expected
	grep -o '3[08] 00 01 80 09 00 01 00 78 6c 61 74 00 .. .. .. 2[08] 00 02 80 14 00 01 00\( ..\)\{24\}\( 08 00 05 00\( ..\)\{4\}\)\{0,1\}' \
		sent >got
	[ "$rc" = 0 ] || cat err
	same "$becomes_name" expected got
}

# statement TEXT EXPR: the text is a statement that becomes the expression.
statement() {
	printf 'table ip6 t {\n\tchain c {\n\t\tmeta mark 1 %s\n\t}\n}\n' "$1" >statement
	becomes "statement: $1" "$2" <statement
}

statement 'xlat prefix 64:ff9b::/96' "$wkp"
statement 'xlat prefix 64:ff9b::0/96' "$wkp"
statement 'xlat prefix 0064:FF9B::/96' "$wkp"
statement 'xlat  prefix	64:ff9b::/96' "$wkp"
statement 'xlat prefix 64:ff9b:: / 96' "$wkp"
statement 'xlat prefix 64:ff9b::/96;' "$wkp"
statement 'xlat prefix 64:ff9b::/96 # xlat prefix 1::/96' "$wkp"
statement 'xlat prefix 64:ff9b::/96#' "$wkp"
statement 'xlat prefix 64:ff9b::/96 comment "xlat prefix 1::/96"' "$wkp"
statement 'log prefix "xlat prefix 1::/96" xlat prefix 64:ff9b::/96' "$wkp"
statement 'xlat \
	prefix \
	64:ff9b::/96' "$wkp"
statement 'xlat prefix \
64:ff9b::/96' "$wkp"
statement 'xlat prefix 64:ff9b:: \
	/96' "$wkp"
statement 'xlat prefix \
# a comment does not end it
	64:ff9b::/96 comment "c"' "$wkp"

statement 'xlat prefix 64:ff9b::/96 mtu 1500' "$wkp_1500"
statement 'xlat prefix 64:ff9b:: / 96  mtu  1500;' "$wkp_1500"
statement 'xlat prefix 64:ff9b::/96 mtu 0x5dc # mtu 9000' "$wkp_1500"
statement 'xlat prefix 64:ff9b::/96 mtu 1280 comment "mtu 9000"' "$wkp"
statement 'xlat \
	prefix \
	64:ff9b::/96 \
	mtu \
	1500' "$wkp_1500"
statement 'xlat prefix 64:ff9b::/96 \
# a comment does not end it
mtu 1500' "$wkp_1500"

becomes "rules in one line" "$wkp" "$doc" <<'EOF'
table ip6 t { chain c { xlat prefix 64:ff9b::/96; }; chain d { xlat prefix 2001:db8::/32; }; }
EOF
becomes "no blank before a brace" "$wkp" <<'EOF'
table ip6 t{chain c{xlat prefix 64:ff9b::/96;};}
EOF
becomes "anonymous chains and maps" "$wkp" "$doc" <<'EOF'
table ip6 t {
	chain c {
		jump {
			meta mark 1 xlat prefix 64:ff9b::/96
		}
		ct state vmap { new : accept, established : drop }
		ip6 daddr { ::1, ::2 } xlat prefix 2001:db8::/32
	}
}
EOF
becomes "names" "$wkp" <<'EOF'
table ip6 xlat {
	set xlat {
		type ipv6_addr
		elements = { ::1 }
	}
	counter xlat {
	}
	chain prefix {
	}
	chain mtu {
	}
	chain xlat {
		ip6 daddr @xlat accept
		counter name xlat drop
		jump prefix
		goto mtu
		ip6 daddr @xlat xlat prefix 64:ff9b::/96
		comment "xlat prefix 1::/96"
	}
}
add rule ip6 xlat prefix accept
add rule ip6 xlat xlat accept comment "xlat"
insert rule ip6 xlat prefix log prefix "xlat prefix 1::/96"
delete chain ip6 xlat prefix
flush chain ip6 xlat prefix
add chain ip6 xlat prefix
EOF
becomes "names in front of a statement" "$wkp" "$wkp" "$doc" <<'EOF'
add rule ip6 xlat prefix xlat prefix 64:ff9b::/96
add rule xlat xlat xlat prefix 64:ff9b::/96
replace rule ip6 xlat prefix handle 7 xlat prefix 2001:db8::/32
EOF

# Variables

becomes "variables" "$wkp" "$doc" "$wkp" "$doc" "$wkp" "$doc" "$wkp" <<'EOF'
define p = 64:ff9b::/96
define some_other = $p
define address = 2001:db8::
define xlat = 2001:db8::/32
table ip6 t {
	define inner = 2001:db8::/32
	chain c {
		xlat prefix $p
		xlat prefix $address / 32
		xlat prefix $some_other comment "c"
		xlat prefix $inner
	}
	chain d {
		define inner2 = 64:ff9b::/96
		xlat prefix $inner2
	}
}
redefine p = 2001:db8::/32
add rule ip6 t c xlat prefix $p
undefine p
define p = 64:ff9b::/96; add rule ip6 t c xlat prefix $p
EOF
becomes "variables for an mtu" "$wkp_1500" "$wkp_1500" "$wkp_1500" "$wkp_1500" "$wkp" <<'EOF'
define p = 64:ff9b::/96
define mtu = 1500
define m = $mtu
table ip6 t {
	chain c {
		xlat prefix $p mtu $mtu
		xlat prefix $p mtu $m comment "c"
		xlat prefix $p mtu \
$m
		xlat prefix $p \
mtu \
# a comment does not end it
$m comment "d"
	}
	chain d {
		define default_mtu = 1280
		xlat prefix $p mtu $default_mtu
	}
}
EOF
sends "a comment behind several lines" "$wkp_1500 08 00 07 00 00 02 64 00"
becomes "variables with short names for several prefixes" \
	"$wkp" "$doc" "$(xlat_expr 60 00 01)" <<'EOF'
define a = 64:ff9b::/96
define b = 2001:db8::/32
define c = 1::/96
table ip6 t {
	chain c {
		xlat prefix $a;xlat prefix $b;xlat prefix $c
	}
}
EOF
becomes "a definition of several lines" "$wkp" <<'EOF'
define hosts = {
	::1, # the first
	::2
}
define p = \
	64:ff9b::/96
table ip6 t {
	chain c {
		ip6 daddr $hosts xlat prefix $p
	}
}
EOF

options='--define p=64:ff9b::/96 -D q=2001:db8::/32'
becomes "variables of the command line" "$wkp" "$doc" <<'EOF'
define r = $q
add rule ip6 t c xlat prefix $p
add rule ip6 t c xlat prefix $r
EOF

# Mappings of the addresses: the rules of these rulesets become the same as those of
# this one.

cat >plain <<'EOF'
table ip t {
	map eam { type ipv4_addr : ipv6_addr; }
	map eamp { type ipv4_addr : interval ipv6_addr; flags interval; }
	chain c {
		ip daddr 192.0.2.1 xlat saddr ip saddr map @eam daddr ip daddr map @eam
		xlat prefix 64:ff9b::/96 saddr 2001:db8::c000:201 daddr prefix to ip daddr map @eamp mtu 1400 comment "c"
		xlat prefix 64:ff9b::/96 saddr prefix 2001:db8::/32 daddr prefix to 2001:db8:1::/96
	}
}
EOF

# rules_sent: the rules among what has been sent
rules_sent() {
	grep '^.. .. 00 00 06 0a ' sent | cut -c 61-
}

# same_rules NAME <RULESET
same_rules() {
	nft -f plain
	rules_sent >expected
	cat >rules
	# shellcheck disable=SC2086
	nft ${options-} -f rules
	rules_sent >got
	[ "$rc" = 0 ] || cat err
	same "$1" expected got
}

nft -f plain
is "rules to compare with" 3 "$(rules_sent | grep -c '78 6c 61 74')"
options=
same_rules "other blanks, comments and lines" <<'EOF'
table ip t {
	map eam { type ipv4_addr : ipv6_addr; }
	map eamp { type ipv4_addr : interval ipv6_addr; flags interval; }
	chain c {
		ip daddr 192.0.2.1 xlat \
			saddr \
			ip \
# a comment does not end it
			saddr \
			map @eam \
			daddr ip daddr \
			map \
			@eam # xlat
		xlat	prefix  64:ff9b:: / 96  saddr	2001:db8::192.0.2.1   daddr prefix   to  ip  daddr  map @eamp mtu 1400 comment "c"; \
		xlat prefix 64:ff9b::/96 saddr prefix 2001:DB8:: / 32 \
			daddr prefix to 2001:db8:1:: / 96;
	}
}
EOF
same_rules "one line" <<'EOF'
table ip t { map eam { type ipv4_addr : ipv6_addr; }; map eamp { type ipv4_addr : interval ipv6_addr; flags interval; }; chain c { ip daddr 192.0.2.1 xlat saddr ip saddr map @eam daddr ip daddr map @eam; xlat prefix 64:ff9b::/96 saddr 2001:db8::c000:201 daddr prefix to ip daddr map @eamp mtu 1400 comment "c"; xlat prefix 64:ff9b::/96 saddr prefix 2001:db8::/32 daddr prefix to 2001:db8:1::/96; }; }
EOF
options='-D clat=2001:db8::192.0.2.1'
same_rules "variables" <<'EOF'
define wkp = 64:ff9b::/96
define eam = @eam
define doc = 2001:db8::/32
define long = 2001:db8:1::7
define mtu = 1400
define own = $clat
define host = 192.0.2.1
table ip t {
	map eam { type ipv4_addr : ipv6_addr; }
	map eamp { type ipv4_addr : interval ipv6_addr; flags interval; }
	chain c {
		ip daddr $host xlat saddr ip saddr map $eam daddr ip daddr map $eam
		xlat prefix $wkp saddr $own daddr prefix to ip daddr map @eamp mtu $mtu comment "c"
		xlat prefix $wkp saddr prefix $doc daddr prefix to $long / 96
	}
}
EOF
options=
same_rules "maps behind the rules, names that are words of the statement" <<'EOF'
table ip t {
	chain c {
		ip daddr 192.0.2.1 xlat saddr ip saddr map @eam daddr ip daddr map @eam
		xlat prefix 64:ff9b::/96 saddr 2001:db8::c000:201 daddr prefix to ip daddr map @eamp mtu 1400 comment "c"
		xlat prefix 64:ff9b::/96 saddr prefix 2001:db8::/32 daddr prefix to 2001:db8:1::/96
	}
	map eam { type ipv4_addr : ipv6_addr; }
	map eamp { type ipv4_addr : interval ipv6_addr; flags interval; }
	set xlat { type ipv4_addr; }
	chain mtu {
	}
}
delete set ip t xlat
delete chain ip t mtu
EOF

# Addresses that end in dotted form, wherever nft has addresses

# without_dots, with_dots: the same ruleset
without_dots() {
	cat <<'EOF'
define a = 64:ff9b::c000:201
table ip6 t {
	set s { type ipv6_addr; flags interval; elements = { 64:ff9b::c000:201, 64:ff9b::c000:300/120, 64:ff9b::1-64:ff9b::102:304 }; }
	map m { type ipv6_addr : ipv6_addr; elements = { 64:ff9b::c000:201 : ::1, ::1 : 64:ff9b::c000:202 }; }
	chain c {
		ip6 saddr 64:ff9b::c000:201 ip6 daddr != { 64:ff9b::c000:201, ::ffff:c000:201 } accept
		ip6 saddr 64:ff9b::c000:300/120 ip6 daddr 64:ff9b::1-64:ff9b::102:304 accept
		ip6 saddr $a log prefix "64:ff9b::192.0.2.1" comment "64:ff9b::192.0.2.1" # 64:ff9b::192.0.2.1
		ip6 saddr & ::ffff:ffff == ::c000:201 accept
		ip6 daddr 1:2:3:4:5:6:c000:201 xlat prefix 64:ff9b::/96
		ip6 daddr . tcp dport { 64:ff9b::c000:201 . 80 } xlat prefix 64:ff9b::/96
		ip6 nexthdr tcp dnat to [64:ff9b::c000:201]:80
	}
}
EOF
}

with_dots() {
	without_dots | sed 's/c000:201/192.0.2.1/g; s/c000:202/192.0.2.2/g; s/c000:300/192.0.3.0/g
		s/102:304/1.2.3.4/; s/ffff:ffff/255.255.255.255/'
}

without_dots >rules
nft -f rules
is "addresses without dots" 0 "$rc"
cut -c 61- sent >expected
with_dots >rules
nft -f rules
is "addresses that end in dotted form" 0 "$rc"
cut -c 61- sent >got
same "addresses that end in dotted form, messages" expected got

# Files

mkdir dir dir/many
echo 'define p = 64:ff9b::/96' >dir/vars
echo 'define a = 2001:db8::/32' >dir/many/1
# shellcheck disable=SC2016
echo 'define b = $a; add rule ip6 t c xlat prefix $a' >dir/many/2
printf 'define last = 1::/96' >dir/no_newline
# shellcheck disable=SC2016
echo 'xlat prefix $p' >in_a_chain
options='-I dir'
becomes "include" "$wkp" "$doc" "$doc" "$(xlat_expr 60 00 01)" "$wkp" <<'EOF'
include "vars"
add rule ip6 t c xlat prefix $p
include "./dir/many/*"
include "./dir/no_newline"

add rule ip6 t c xlat prefix $b
add rule ip6 t c xlat prefix $last
table ip6 t {
	chain c {
		include "./in_a_chain"
	}
}
EOF
becomes "a definition behind an include on its line" "$doc" <<'EOF'
include "vars";redefine p = 2001:db8::/32; add rule ip6 t c xlat prefix $p
EOF
becomes "an include behind a definition on its line" "$wkp" <<'EOF'
define q = 2001:db8::/32; include "vars"; add rule ip6 t c xlat prefix $p
EOF
options=
# shellcheck disable=SC2016
nft 'include "./dir/vars"; add rule ip6 t c xlat prefix $p'
sends "include on the command line" "$wkp"
nft -f - <<'EOF'
include "./dir/vars"
add rule ip6 t c xlat prefix $p
EOF
sends "include in the standard input" "$wkp"
# shellcheck disable=SC2016
nft 'define p = 64:ff9b::/96
add rule ip6 t c xlat prefix $p'
sends "several lines on the command line" "$wkp"
nft -i <<'EOF'
define p = 64:ff9b::/96
add rule ip6 t c xlat \
	prefix $p
quit
EOF
sends "interactive" "$wkp"

finish
