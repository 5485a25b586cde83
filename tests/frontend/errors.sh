#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Errors: what they say, and that they point at what the user has written.

# shellcheck source-path=SCRIPTDIR source=SCRIPTDIR/lib.sh
. "${0%/*}/lib.sh"

# What is wrong with a statement

refused "length" add rule ip6 t c xlat prefix 64:ff9b::/97 <<'EOF'
Error: Length of xlat prefix is 97, expected one of 32, 40, 48, 56, 64 or 96
add rule ip6 t c xlat prefix 64:ff9b::/97
                             ^^^^^^^^^^^^
EOF
refused "host bits" add rule ip6 t c xlat prefix 64:ff9b::1/96 <<'EOF'
Error: xlat prefix has bits set beyond its length
add rule ip6 t c xlat prefix 64:ff9b::1/96
                             ^^^^^^^^^^^^^
EOF
refused "bits 64 to 71" add rule ip6 t c xlat prefix 64:ff9b:1:2:100::/96 <<'EOF'
Error: Bits 64 to 71 of xlat prefix are not zero
add rule ip6 t c xlat prefix 64:ff9b:1:2:100::/96
                             ^^^^^^^^^^^^^^^^^^^^
EOF
refused "an IPv4 prefix" add rule ip6 t c xlat prefix 192.0.2.0/24 <<'EOF'
Error: xlat needs an IPv6 prefix
add rule ip6 t c xlat prefix 192.0.2.0/24
                             ^^^^^^^^^^^^
EOF
refused "no length" add rule ip6 t c xlat prefix 64:ff9b:: <<'EOF'
Error: xlat needs an IPv6 prefix
add rule ip6 t c xlat prefix 64:ff9b::
                             ^^^^^^^^^
EOF
refused "no prefix" add rule ip6 t c xlat prefix <<'EOF'
Error: xlat needs an IPv6 prefix
add rule ip6 t c xlat prefix
                 ^^^^^^^^^^^
EOF
refused "a set" add rule ip6 t c 'xlat prefix { 64:ff9b::/96 }' <<'EOF'
Error: xlat needs an IPv6 prefix
add rule ip6 t c xlat prefix { 64:ff9b::/96 }
                             ^
EOF
refused "the word prefix is missing" add rule ip6 t c xlat 64:ff9b::/96 <<'EOF'
Error: syntax error, expecting prefix
add rule ip6 t c xlat 64:ff9b::/96
                      ^^^^^^^^^^^^
EOF
refused "mtu too small" add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 1279 comment '"c"' <<'EOF'
Error: xlat mtu must be a number from 1280 to 65535
add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 1279 comment "c"
                                              ^^^^
EOF
refused "mtu too large" add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 65536 <<'EOF'
Error: xlat mtu must be a number from 1280 to 65535
add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 65536
                                              ^^^^^
EOF
refused "mtu far too large" add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 18446744073709553116 <<'EOF'
Error: xlat mtu must be a number from 1280 to 65535
add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 18446744073709553116
                                              ^^^^^^^^^^^^^^^^^^^^
EOF
refused "mtu with 32 bits too many" add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 4294968796 <<'EOF'
Error: xlat mtu must be a number from 1280 to 65535
add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 4294968796
                                              ^^^^^^^^^^
EOF
refused "mtu that is no number" add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 1500b accept <<'EOF'
Error: xlat mtu must be a number from 1280 to 65535
add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 1500b accept
                                              ^^^^^
EOF
refused "mtu that is a set" add rule ip6 t c 'xlat prefix 64:ff9b::/96 mtu { 1500 }' <<'EOF'
Error: xlat mtu must be a number from 1280 to 65535
add rule ip6 t c xlat prefix 64:ff9b::/96 mtu { 1500 }
                                              ^
EOF
refused "no mtu" add rule ip6 t c xlat prefix 64:ff9b::/96 mtu <<'EOF'
Error: xlat mtu must be a number from 1280 to 65535
add rule ip6 t c xlat prefix 64:ff9b::/96 mtu
                                          ^^^
EOF
refused "mtu twice" add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 1500 mtu 1500 <<'EOF'
Error: Statement after terminal statement has no effect
add rule ip6 t c xlat prefix 64:ff9b::/96 mtu 1500 mtu 1500
                 ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ^^^
EOF
# shellcheck disable=SC2016
refused "no such variable for an mtu" 'add rule ip6 t c xlat prefix 64:ff9b::/96 mtu $m' <<'EOF'
Error: unknown identifier 'm'
add rule ip6 t c xlat prefix 64:ff9b::/96 mtu $m
                                               ^
EOF
# shellcheck disable=SC2016
refused "a variable that is no mtu" 'define m = 1000; add rule ip6 t c xlat prefix 1::/96 mtu $m' <<'EOF'
Error: xlat mtu must be a number from 1280 to 65535
define m = 1000; add rule ip6 t c xlat prefix 1::/96 mtu $m
                                                         ^^
EOF
refused "a statement behind" add rule ip6 t c xlat prefix 64:ff9b::/96 accept <<'EOF'
Error: Statement after terminal statement has no effect
add rule ip6 t c xlat prefix 64:ff9b::/96 accept
                 ~~~~~~~~~~~~~~~~~~~~~~~~ ^^^^^^
EOF
refused "arguments of log" add rule ip6 t c xlat prefix 64:ff9b::/96 group 2 <<'EOF'
Error: Statement after terminal statement has no effect
add rule ip6 t c xlat prefix 64:ff9b::/96 group 2
                 ~~~~~~~~~~~~~~~~~~~~~~~~ ^^^^^
EOF
refused "a terminal statement before" add rule ip6 t c accept xlat prefix 64:ff9b::/96 <<'EOF'
Error: Statement after terminal statement has no effect
add rule ip6 t c accept xlat prefix 64:ff9b::/96
                 ~~~~~~ ^^^^^^^^^^^^^^^^^^^^^^^^
EOF
refused "a place for something else" add rule ip6 t c ip6 daddr xlat prefix 64:ff9b::/96 <<'EOF'
Error: syntax error, unexpected xlat
add rule ip6 t c ip6 daddr xlat prefix 64:ff9b::/96
                           ^^^^
EOF
# shellcheck disable=SC2016
refused "no such variable" 'define prefix = 1; add rule ip6 t c xlat prefix $prefx' <<'EOF'
Error: unknown identifier 'prefx'; did you mean identifier 'prefix'?
define prefix = 1; add rule ip6 t c xlat prefix $prefx
                                                 ^^^^^
EOF
# shellcheck disable=SC2016
refused "a variable no more" 'define p = 1::/96; undefine p; add rule ip6 t c xlat prefix $p' <<'EOF'
Error: unknown identifier 'p'
define p = 1::/96; undefine p; add rule ip6 t c xlat prefix $p
                                                             ^
EOF
# Whatever libnftables makes of it, nothing gets through.
refused "the name that stands for an error" \
	'define .x0 = ::1; add rule ip6 t c ip6 daddr xlat prefix 1::/97' <<'EOF'
Error: Length of xlat prefix is 97, expected one of 32, 40, 48, 56, 64 or 96
define .x0 = ::1; add rule ip6 t c ip6 daddr xlat prefix 1::/97
                                                         ^^^^^^
EOF
# shellcheck disable=SC2016
refused "a variable that is no prefix" 'define p = { ::1 }; add rule ip6 t c xlat prefix $p' <<'EOF'
Error: xlat needs an IPv6 prefix
define p = { ::1 }; add rule ip6 t c xlat prefix $p
                                                 ^^
EOF
refused "a string that looks like a stand-in" \
	'add rule ip6 t c xlat prefix 64:ff9b::/96; add rule ip6 t c log prefix "0000"' <<'EOF'
Error: a string must not start with the character 0x01
add rule ip6 t c xlat prefix 64:ff9b::/96; add rule ip6 t c log prefix "0000"
                                                                       ^^^^^^^
EOF

# Mistakes before and behind a statement

refused "before" 'add rule ip6 t c counter foo xlat prefix 64:ff9b::/96' <<'EOF'
Error: syntax error, unexpected xlat
add rule ip6 t c counter foo xlat prefix 64:ff9b::/96
                             ^^^^
EOF
refused "behind" 'add rule ip6 t c xlat prefix 64:ff9b::/96; add rule ip6 t c accept 5' <<'EOF'
Error: syntax error, unexpected newline
add rule ip6 t c xlat prefix 64:ff9b::/96; add rule ip6 t c accept 5
                                                                    ^
EOF
refused "behind, in a comment" 'add rule ip6 t c xlat  prefix  64:ff9b::/96 comment 1' <<'EOF'
Error: syntax error, unexpected number, expecting string or quoted string or string with a trailing asterisk
add rule ip6 t c xlat  prefix  64:ff9b::/96 comment 1
                                                    ^
EOF

# Files

cat >rules <<'EOF'
define p = 64:ff9b::/96
define q = 64:ff9b::/97
table ip6 t {
	chain c {
		ip6 daddr ::1 xlat prefix 64:ff9b::1/96; ip6 daddr ::2 xlat prefix $q
		xlat	prefix	$p meta mark set 1
		xlat prefix $p; accept 5
		xlat \
			prefix \
			$q
	}
}
EOF
refused "a file" -f rules <<'EOF'
rules:5:29-41: Error: xlat prefix has bits set beyond its length
		ip6 daddr ::1 xlat prefix 64:ff9b::1/96; ip6 daddr ::2 xlat prefix $q
		                          ^^^^^^^^^^^^^
rules:5:70-71: Error: Length of xlat prefix is 97, expected one of 32, 40, 48, 56, 64 or 96
		ip6 daddr ::1 xlat prefix 64:ff9b::1/96; ip6 daddr ::2 xlat prefix $q
		                                                                   ^^
rules:6:18-21: Error: Statement after terminal statement has no effect
		xlat	prefix	$p meta mark set 1
		~~~~~~~~~~~~~~ ^^^^
rules:10:4-5: Error: Length of xlat prefix is 97, expected one of 32, 40, 48, 56, 64 or 96
			$q
			^^
EOF

cat >rules <<'EOF'
table ip6 t {
	chain c {
		define p = 64:ff9b::/96
		xlat prefix $p
	}
	chain d {
		xlat prefix $p
	}
}
EOF
refused "a variable of another block" -f rules <<'EOF'
rules:7:16-16: Error: unknown identifier 'p'
		xlat prefix $p
		             ^
EOF

cat >rules <<'EOF'
table ip6 t {
	chain c {
		xlat prefix 64:ff9b::/96; accept 5
	}
}
EOF
echo 'include "./rules"' >main
refused "an included file" -f main <<'EOF'
In file included from main:1:1-18:
./rules:3:37-37: Error: syntax error, unexpected newline
		xlat prefix 64:ff9b::/96; accept 5
		                                  ^
EOF
sed 's/ff9b/ff9b:1:2:300/; s/accept 5/accept/' rules >rules2
echo 'include "./rules2"' >main
refused "an error of xlat in an included file" -f main <<'EOF'
In file included from main:1:1-19:
./rules2:3:15-34: Error: Bits 64 to 71 of xlat prefix are not zero
		xlat prefix 64:ff9b:1:2:300::/96; accept
		            ^^^^^^^^^^^^^^^^^^^^
EOF

# The standard input, and lines on the command line

refuse_stdin() {
	nft -f - <rules
	cat >expected
	same "standard input" expected err
}
refuse_stdin <<'EOF'
/dev/stdin:3:37-37: Error: syntax error, unexpected newline
		xlat prefix 64:ff9b::/96; accept 5
		                                  ^
EOF
refused "lines on the command line" "$(cat rules)" <<'EOF'
Error: syntax error, unexpected newline
		xlat prefix 64:ff9b::/96; accept 5
		                                  ^
EOF

# The kernel: the error names a message, and in it the offset of an expression.
# The message is a rule of table t and chain c with meta, cmp, xlat and a
# comment: 16 + 4 bytes, twice 8 for the names, 4 for the list, 36 for meta, 44
# for cmp; xlat is at 120, where libnftables has put its stand-in too, and the
# comment at 168, where it has not.

# kernel_error ERRNO OFFSET
kernel_error() {
	cat <<-EOF
		# NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, sequence number 1
		2c 00 00 00  02 00  00 03  01 00 00 00  00 00 00 00
		# -errno, the header of the message
		$1 ff ff ff
		b4 00 00 00  06 0a  01 0c  01 00 00 00  00 00 00 00
		# NLMSGERR_ATTR_OFFS
		08 00 02 00  $2 00 00 00
	EOF
}

rule='add rule ip6 t c meta mark 1 xlat prefix 64:ff9b::/96 comment "foo"'

# kernel_refuses NAME <ERRORS
kernel_refuses() {
	cat >expected
	FAKE_REPLY=reply
	nft "$rule"
	FAKE_REPLY=
	same "$1" expected err
	is "$1: status" 1 "$rc"
	grep -q '^b4 00 00 00 06 0a ' sent || not_ok "$1: not the message"
}

kernel_error a1 78 >reply
kernel_refuses "not supported" <<'EOF'
Error: Could not process rule: Operation not supported
add rule ip6 t c meta mark 1 xlat prefix 64:ff9b::/96 comment "foo"
                             ^^^^^^^^^^^^^^^^^^^^^^^^
xlat works in base chains of type filter and route, at hooks prerouting, output and
postrouting, in tables of families ip, ip6 and inet, and in chains that those jump to.
EOF
kernel_error fe 78 >reply
kernel_refuses "no module" <<'EOF'
Error: Could not process rule: No such file or directory
add rule ip6 t c meta mark 1 xlat prefix 64:ff9b::/96 comment "foo"
                             ^^^^^^^^^^^^^^^^^^^^^^^^
This kernel has no xlat: is the module nft_xlat installed for it?
EOF
kernel_error ea 8c >reply
kernel_refuses "an attribute of xlat" <<'EOF'
Error: Could not process rule: Invalid argument
add rule ip6 t c meta mark 1 xlat prefix 64:ff9b::/96 comment "foo"
                             ^^^^^^^^^^^^^^^^^^^^^^^^
EOF
kernel_error a1 28 >reply
kernel_refuses "an expression before" <<'EOF'
Error: Could not process rule: Operation not supported
add rule ip6 t c meta mark 1 xlat prefix 64:ff9b::/96 comment "foo"
                 ^^^^^^^^^
EOF

finish
