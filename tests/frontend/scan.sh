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

# ruleset NAME EXPR... <RULESET: the ruleset becomes rules with these xlat
# expressions and no others, in this order.
ruleset() {
	ruleset_name=$1
	shift
	cat >rules
	# shellcheck disable=SC2086
	nft ${options-} -f rules
	: >expected
	[ $# = 0 ] || printf '%s\n' "$@" >expected
	grep -o '3[08] 00 01 80 09 00 01 00 78 6c 61 74 00 .. .. .. 2[08] 00 02 80 14 00 01 00\( ..\)\{24\}\( 08 00 05 00\( ..\)\{4\}\)\{0,1\}' \
		sent >got
	[ "$rc" = 0 ] || cat err
	same "$ruleset_name" expected got
}

# statement TEXT EXPR: the text is a statement that becomes the expression.
statement() {
	printf 'table ip6 t {\n\tchain c {\n\t\tmeta mark 1 %s\n\t}\n}\n' "$1" >statement
	ruleset "statement: $1" "$2" <statement
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

ruleset "rules in one line" "$wkp" "$doc" <<'EOF'
table ip6 t { chain c { xlat prefix 64:ff9b::/96; }; chain d { xlat prefix 2001:db8::/32; }; }
EOF
ruleset "no blank before a brace" "$wkp" <<'EOF'
table ip6 t{chain c{xlat prefix 64:ff9b::/96;};}
EOF
ruleset "anonymous chains and maps" "$wkp" "$doc" <<'EOF'
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
ruleset "names" "$wkp" <<'EOF'
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
ruleset "names in front of a statement" "$wkp" "$wkp" "$doc" <<'EOF'
add rule ip6 xlat prefix xlat prefix 64:ff9b::/96
add rule xlat xlat xlat prefix 64:ff9b::/96
replace rule ip6 xlat prefix handle 7 xlat prefix 2001:db8::/32
EOF

# Variables

ruleset "variables" "$wkp" "$doc" "$wkp" "$doc" "$wkp" "$doc" "$wkp" <<'EOF'
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
ruleset "variables for an mtu" "$wkp_1500" "$wkp_1500" "$wkp_1500" "$wkp_1500" "$wkp" <<'EOF'
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
ruleset "variables with short names for several prefixes" \
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
ruleset "a definition of several lines" "$wkp" <<'EOF'
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
ruleset "variables of the command line" "$wkp" "$doc" <<'EOF'
define r = $q
add rule ip6 t c xlat prefix $p
add rule ip6 t c xlat prefix $r
EOF

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
ruleset "include" "$wkp" "$doc" "$doc" "$(xlat_expr 60 00 01)" "$wkp" <<'EOF'
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
ruleset "a definition behind an include on its line" "$doc" <<'EOF'
include "vars";redefine p = 2001:db8::/32; add rule ip6 t c xlat prefix $p
EOF
ruleset "an include behind a definition on its line" "$wkp" <<'EOF'
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
