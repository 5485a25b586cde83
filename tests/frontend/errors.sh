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

# Mappings of the addresses, in a rule where there are maps

# refused_rule FAMILY RULE <ERRORS
refused_rule() {
	cat >errors_of_rule
	ruleset "$1" "$2" >rules
	refused "$1: $2" -f rules <errors_of_rule
}

refused_rule ip 'xlat saddr 2001:db8::1' <<'EOF'
rules:15:1-22: Error: xlat needs a prefix, or a mapping of both addresses
xlat saddr 2001:db8::1
^^^^^^^^^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat daddr ip daddr map @eam mtu 1400' <<'EOF'
rules:15:1-37: Error: xlat needs a prefix, or a mapping of both addresses
xlat daddr ip daddr map @eam mtu 1400
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat mtu 1500' <<'EOF'
rules:15:1-13: Error: xlat needs a prefix, or a mapping of both addresses
xlat mtu 1500
^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr' <<'EOF'
rules:15:26-30: Error: xlat needs an address
xlat prefix 64:ff9b::/96 saddr
                         ^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr prefix' <<'EOF'
rules:15:32-37: Error: xlat needs an IPv6 prefix
xlat prefix 64:ff9b::/96 saddr prefix
                               ^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 daddr prefix to comment "c"' <<'EOF'
rules:15:26-40: Error: "prefix to" needs a prefix, or a map with intervals as data
xlat prefix 64:ff9b::/96 daddr prefix to comment "c"
                         ^^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr prefix 2001:db8::/60 mtu 1400' <<'EOF'
rules:15:39-51: Error: Length of xlat prefix is 60, expected one of 32, 40, 48, 56, 64 or 96
xlat prefix 64:ff9b::/96 saddr prefix 2001:db8::/60 mtu 1400
                                      ^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr prefix 2001:db8::1/96' <<'EOF'
rules:15:39-52: Error: xlat prefix has bits set beyond its length
xlat prefix 64:ff9b::/96 saddr prefix 2001:db8::1/96
                                      ^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr prefix 192.0.2.0/24' <<'EOF'
rules:15:39-50: Error: xlat needs an IPv6 prefix
xlat prefix 64:ff9b::/96 saddr prefix 192.0.2.0/24
                                      ^^^^^^^^^^^^
EOF
refused_rule ip 'xlat saddr 2001:db8::1 prefix 64:ff9b::/96' <<'EOF'
rules:15:24-29: Error: syntax error, expecting prefix, saddr, daddr and mtu in this order
xlat saddr 2001:db8::1 prefix 64:ff9b::/96
                       ^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 daddr 2001:db8::1 saddr 2001:db8::2' <<'EOF'
rules:15:44-48: Error: syntax error, expecting prefix, saddr, daddr and mtu in this order
xlat prefix 64:ff9b::/96 daddr 2001:db8::1 saddr 2001:db8::2
                                           ^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 mtu 1500 saddr 2001:db8::1' <<'EOF'
rules:15:35-39: Error: syntax error, expecting prefix, saddr, daddr and mtu in this order
xlat prefix 64:ff9b::/96 mtu 1500 saddr 2001:db8::1
                                  ^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr ip saddr map @eam accept' <<'EOF'
rules:15:50-55: Error: Statement after terminal statement has no effect
xlat prefix 64:ff9b::/96 saddr ip saddr map @eam accept
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr 192.0.2.1' <<'EOF'
rules:15:32-40: Error: datatype mismatch: expected IPv6 address, expression has type IPv4 address
xlat prefix 64:ff9b::/96 saddr 192.0.2.1
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^
EOF
refused_rule ip6 'xlat prefix 64:ff9b::/96 saddr 2001:db8::1 mtu 1400' <<'EOF'
rules:15:32-42: Error: datatype mismatch: expected IPv4 address, expression has type IPv6 address
xlat prefix 64:ff9b::/96 saddr 2001:db8::1 mtu 1400
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^^^~~~~~~~~~
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr 2001:db8::1g' <<'EOF'
rules:15:32-43: Error: xlat needs an address
xlat prefix 64:ff9b::/96 saddr 2001:db8::1g
                               ^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr 2001:db8::/96' <<'EOF'
rules:15:32-44: Error: xlat maps to single addresses, use "prefix to" for prefixes
xlat prefix 64:ff9b::/96 saddr 2001:db8::/96
                               ^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr 2001:db8::1-2001:db8::3' <<'EOF'
rules:15:32-54: Error: xlat maps to single addresses, use "prefix to" for prefixes
xlat prefix 64:ff9b::/96 saddr 2001:db8::1-2001:db8::3
                               ^^^^^^^^^^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::1' <<'EOF'
rules:15:42-52: Error: "prefix to" needs a prefix, or a map with intervals as data
xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::1
                                         ^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::1-2001:db8::4' <<'EOF'
rules:15:42-64: Error: "prefix to" needs a prefix, or a map with intervals as data
xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::1-2001:db8::4
                                         ^^^^^^^^^^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::/95' <<'EOF'
rules:15:42-54: Error: xlat cannot map to a prefix with a suffix longer than 32 bits
xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::/95
                                         ^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::/129' <<'EOF'
rules:15:42-55: Error: "prefix to" needs a prefix, or a map with intervals as data
xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::/129
                                         ^^^^^^^^^^^^^^
EOF
refused_rule ip6 'xlat prefix 64:ff9b::/96 saddr prefix to 192.0.2.0/33' <<'EOF'
rules:15:42-53: Error: "prefix to" needs a prefix, or a map with intervals as data
xlat prefix 64:ff9b::/96 saddr prefix to 192.0.2.0/33
                                         ^^^^^^^^^^^^
EOF
refused_rule ip6 'xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::/96' <<'EOF'
rules:15:42-54: Error: datatype mismatch: expected IPv4 address, expression has type IPv6 address
xlat prefix 64:ff9b::/96 saddr prefix to 2001:db8::/96
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr ip saddr map @nosuch' <<'EOF'
rules:15:45-51: Error: No such file or directory; did you mean map 'both' in table ip 't'?
xlat prefix 64:ff9b::/96 saddr ip saddr map @nosuch
                                            ^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr ip saddr map @hosts' <<'EOF'
rules:15:45-50: Error: Expression is not a map
xlat prefix 64:ff9b::/96 saddr ip saddr map @hosts
                                            ^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr ip saddr map @marks' <<'EOF'
rules:15:32-50: Error: datatype mismatch: expected IPv6 address, expression has type packet mark
xlat prefix 64:ff9b::/96 saddr ip saddr map @marks
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr ip saddr map @verdicts' <<'EOF'
rules:15:32-53: Error: datatype mismatch: expected IPv6 address, expression has type netfilter verdict
xlat prefix 64:ff9b::/96 saddr ip saddr map @verdicts
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^^^^^^^^^^^^^^
EOF
refused_rule ip6 'xlat prefix 64:ff9b::/96 saddr iifname map @names daddr 192.0.2.1' <<'EOF'
rules:15:32-49: Error: datatype mismatch: expected IPv4 address, expression has type IPv6 address
xlat prefix 64:ff9b::/96 saddr iifname map @names daddr 192.0.2.1
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^^^^^^^^^^~~~~~~~~~~~~~~~~
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr meta iifname map @eam' <<'EOF'
rules:15:49-52: Error: datatype mismatch, map expects IPv4 address, mapping expression has type network interface name
xlat prefix 64:ff9b::/96 saddr meta iifname map @eam
                               ~~~~~~~~~~~~     ^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr ip saddr . iifname map @both' <<'EOF'
rules:15:55-59: Error: datatype mismatch, map expects concatenation of (network interface name, IPv4 address), mapping expression has type concatenation of (IPv4 address, network interface name)
xlat prefix 64:ff9b::/96 saddr ip saddr . iifname map @both
                               ~~~~~~~~~~~~~~~~~~     ^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr ip6 saddr map @eam6' <<'EOF'
rules:15:32-40: Error: conflicting protocols specified: ip vs. ip6
xlat prefix 64:ff9b::/96 saddr ip6 saddr map @eam6
                               ^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr ip saddr map @prefixes' <<'EOF'
rules:15:32-53: Error: xlat maps to single addresses, use "prefix to" for prefixes
xlat prefix 64:ff9b::/96 saddr ip saddr map @prefixes
                               ^^^^^^^^^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr prefix to ip saddr map @eam' <<'EOF'
rules:15:42-58: Error: "prefix to" needs a prefix, or a map with intervals as data
xlat prefix 64:ff9b::/96 saddr prefix to ip saddr map @eam
                                         ^^^^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr ip sadr map @eam' <<'EOF'
rules:15:35-38: Error: syntax error, unexpected string
xlat prefix 64:ff9b::/96 saddr ip sadr map @eam
                                  ^^^^
EOF
refused_rule inet 'xlat prefix 64:ff9b::/96 saddr 2001:db8::1 daddr 192.0.2.1' <<'EOF'
rules:15:50-58: Error: datatype mismatch: expected IPv6 address, expression has type IPv4 address
xlat prefix 64:ff9b::/96 saddr 2001:db8::1 daddr 192.0.2.1
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^
EOF
refused_rule inet 'xlat saddr iifname map @names daddr ip6 daddr map @eam6' <<'EOF'
rules:15:37-55: Error: datatype mismatch: expected IPv6 address, expression has type IPv4 address
xlat saddr iifname map @names daddr ip6 daddr map @eam6
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^^^^^^^^^^^
EOF
refused_rule inet 'ip6 saddr ::1 xlat prefix 64:ff9b::/96 saddr 2001:db8::1' <<'EOF'
rules:15:46-56: Error: ip6 packets cannot be mapped to an IPv6 address
ip6 saddr ::1 xlat prefix 64:ff9b::/96 saddr 2001:db8::1
                                             ^^^^^^^^^^^
EOF
refused_rule inet 'ip saddr 192.0.2.1 xlat prefix 64:ff9b::/96 saddr iifname map @names6' <<'EOF'
rules:15:51-69: Error: ip packets cannot be mapped to an IPv4 address
ip saddr 192.0.2.1 xlat prefix 64:ff9b::/96 saddr iifname map @names6
                                                  ^^^^^^^^^^^^^^^^^^^
EOF
refused_rule inet 'xlat prefix 64:ff9b::/96 saddr ip saddr map @marks' <<'EOF'
rules:15:32-50: Error: datatype mismatch: expected IPv6 address, expression has type packet mark
xlat prefix 64:ff9b::/96 saddr ip saddr map @marks
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^^^^^^^^^^^
EOF
refused_rule inet 'xlat prefix 64:ff9b::/96 saddr iifname . ip saddr map @marks' <<'EOF'
rules:15:55-60: Error: datatype mismatch, map expects IPv4 address, mapping expression has type concatenation of (network interface name, IPv4 address)
xlat prefix 64:ff9b::/96 saddr iifname . ip saddr map @marks
                               ~~~~~~~~~~~~~~~~~~     ^^^^^^
EOF
refused_rule inet 'xlat prefix 64:ff9b::/96 saddr meta mark map @nosuch' <<'EOF'
rules:15:46-52: Error: No such file or directory; did you mean map 'both' in table inet 't'?
xlat prefix 64:ff9b::/96 saddr meta mark map @nosuch
                                             ^^^^^^^
EOF
refused_rule netdev 'ip6 saddr ::1 xlat prefix 64:ff9b::/96 saddr 2001:db8::1' <<'EOF'
rules:15:46-56: Error: ip6 packets cannot be mapped to an IPv6 address
ip6 saddr ::1 xlat prefix 64:ff9b::/96 saddr 2001:db8::1
                                             ^^^^^^^^^^^
EOF
refused_rule netdev 'meta protocol ip xlat prefix 64:ff9b::/96 saddr iifname map @names6' <<'EOF'
rules:15:49-67: Error: ip packets cannot be mapped to an IPv4 address
meta protocol ip xlat prefix 64:ff9b::/96 saddr iifname map @names6
                                                ^^^^^^^^^^^^^^^^^^^
EOF
refused_rule bridge 'xlat prefix 64:ff9b::/96' <<'EOF'
rules:15:1-24: Error: xlat is only supported in ip, ip6, inet and netdev tables
xlat prefix 64:ff9b::/96
^^^^^^^^^^^^^^^^^^^^^^^^
EOF
refused_rule ip6 'xlat saddr prefix to 192.0.2.0/24 daddr ip6 saddr . ip6 daddr . meta mark map @long' <<'EOF'
rules:15:1-83: Error: xlat mappings need more registers than there are
xlat saddr prefix to 192.0.2.0/24 daddr ip6 saddr . ip6 daddr . meta mark map @long
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr ip saddr map { 192.0.2.1 : 2001:db8::1 }' <<'EOF'
rules:15:32-43: Error: nft-xlat can do xlat saddr with addresses and named maps only, this takes an nft that knows xlat itself
xlat prefix 64:ff9b::/96 saddr ip saddr map { 192.0.2.1 : 2001:db8::1 }
                               ^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr prefix to iifname . ip saddr map { "a" . 192.0.2.0/24 : 2001:db8::/120 } mtu 1500' <<'EOF'
rules:15:42-63: Error: nft-xlat can do xlat saddr with addresses and named maps only, this takes an nft that knows xlat itself
xlat prefix 64:ff9b::/96 saddr prefix to iifname . ip saddr map { "a" . 192.0.2.0/24 : 2001:db8::/120 } mtu 1500
                                         ^^^^^^^^^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr { 2001:db8::1 }' <<'EOF'
rules:15:32-32: Error: nft-xlat can do xlat saddr with addresses and named maps only, this takes an nft that knows xlat itself
xlat prefix 64:ff9b::/96 saddr { 2001:db8::1 }
                               ^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 daddr numgen inc mod 4' <<'EOF'
rules:15:32-47: Error: nft-xlat can do xlat daddr with addresses and named maps only, this takes an nft that knows xlat itself
xlat prefix 64:ff9b::/96 daddr numgen inc mod 4
                               ^^^^^^^^^^^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 daddr example.com' <<'EOF'
rules:15:32-42: Error: nft-xlat can do xlat daddr with addresses and named maps only, this takes an nft that knows xlat itself
xlat prefix 64:ff9b::/96 daddr example.com
                               ^^^^^^^^^^^
EOF
# shellcheck disable=SC2016
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr $nosuch' <<'EOF'
rules:15:33-38: Error: unknown identifier 'nosuch'
xlat prefix 64:ff9b::/96 saddr $nosuch
                                ^^^^^^
EOF
# shellcheck disable=SC2016
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr ip saddr map $nosuch' <<'EOF'
rules:15:46-51: Error: unknown identifier 'nosuch'
xlat prefix 64:ff9b::/96 saddr ip saddr map $nosuch
                                             ^^^^^^
EOF
refused_rule ip 'xlat prefix 64:ff9b::/96 saddr daddr 2001:db8::1' <<'EOF'
rules:15:26-30: Error: xlat needs an address
xlat prefix 64:ff9b::/96 saddr daddr 2001:db8::1
                         ^^^^^
EOF

# What may follow differs between releases.
ruleset ip 'xlat prefix 64:ff9b::/96 saddr ip saddr & ip daddr map @eam' >rules
nft -f rules
is "a mistake in a key" "rules:15:52-53: Error: syntax error, unexpected map" "$(sed -n '1s/map, .*/map/p' err)"

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

# Places in lines where libnftables reads something longer or shorter

cat >lines <<'EOF'
table ip t {
	map eam { type ipv4_addr : ipv6_addr; }
	chain c {
		ip saddr 192.0.2.1 xlat saddr ip saddr map @eam daddr ip daddr map @nosuch; ip saddr foo.bar accept 5
		ip saddr 192.0.2.1 xlat prefix 64:ff9b::/96 \
			saddr ip saddr map @eam \
			daddr ip6 daddr map @eam
		xlat saddr ip saddr map @eam daddr prefix to ip daddr map @eam; xlat saddr ip6 saddr map @eam daddr ::1 mtu 1400
	}
}
EOF
refused "several statements" -f lines <<'EOF'
lines:4:104-104: Error: syntax error, unexpected newline
		ip saddr 192.0.2.1 xlat saddr ip saddr map @eam daddr ip daddr map @nosuch; ip saddr foo.bar accept 5
		                                                                                                     ^
lines:4:70-76: Error: No such file or directory
		ip saddr 192.0.2.1 xlat saddr ip saddr map @eam daddr ip daddr map @nosuch; ip saddr foo.bar accept 5
		                                                                   ^^^^^^^
lines:7:10-18: Error: conflicting protocols specified: ip vs. ip6
			daddr ip6 daddr map @eam
			      ^^^^^^^^^
lines:8:78-86: Error: conflicting protocols specified: ip vs. ip6
		xlat saddr ip saddr map @eam daddr prefix to ip daddr map @eam; xlat saddr ip6 saddr map @eam daddr ::1 mtu 1400
		                                                                           ^^^^^^^^^
EOF
cat >lines <<'EOF'
table ip t {
	map eam { type ipv4_addr : ipv6_addr; }
	chain c {
		ip saddr 192.0.2.1 xlat saddr ip saddr map @eam daddr ip daddr map @nosuch; ip saddr 192.0.2.2 accept
		ip saddr 192.0.2.1 xlat prefix 64:ff9b::/96 \
			saddr ip saddr map @eam \
			daddr ip6 daddr map @eam
		xlat saddr ip saddr map @eam daddr ip daddr map @eam; xlat saddr ip6 saddr map @eam daddr ::1 mtu 1400
	}
}
EOF
refused "several statements, read to the end" -f lines <<'EOF'
lines:4:70-76: Error: No such file or directory
		ip saddr 192.0.2.1 xlat saddr ip saddr map @eam daddr ip daddr map @nosuch; ip saddr 192.0.2.2 accept
		                                                                   ^^^^^^^
lines:7:10-18: Error: conflicting protocols specified: ip vs. ip6
			daddr ip6 daddr map @eam
			      ^^^^^^^^^
lines:8:68-76: Error: conflicting protocols specified: ip vs. ip6
		xlat saddr ip saddr map @eam daddr ip daddr map @eam; xlat saddr ip6 saddr map @eam daddr ::1 mtu 1400
		                                                                 ^^^^^^^^^
EOF
cat >lines <<'EOF'
table ip t {
	map eam { type ipv4_addr : ipv6_addr; }
	chain c {
		xlat saddr ip saddr map @eam daddr prefix to ip daddr map @eam comment "c"; xlat prefix 64:ff9b::/96 saddr 192.0.2.1
	}
}
EOF
refused "several statements that libnftables takes" -f lines <<'EOF'
lines:4:48-64: Error: "prefix to" needs a prefix, or a map with intervals as data
		xlat saddr ip saddr map @eam daddr prefix to ip daddr map @eam comment "c"; xlat prefix 64:ff9b::/96 saddr 192.0.2.1
		                                             ^^^^^^^^^^^^^^^^^
lines:4:110-118: Error: datatype mismatch: expected IPv6 address, expression has type IPv4 address
		xlat saddr ip saddr map @eam daddr prefix to ip daddr map @eam comment "c"; xlat prefix 64:ff9b::/96 saddr 192.0.2.1
		                                                                            ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~^^^^^^^^^
EOF
cat >lines <<'EOF'
table ip6 t {
	chain c {
		ip6 saddr { 64:ff9b::192.0.2.1, 64:ff9b::198.51.100.0/120 } ip6 daddr 192.0.2.1
		ip6 saddr 64:ff9b::192.0.2.1 xlat prefix 64:ff9b::/96 daddr 192.0.2.1; ip6 saddr 192.0.2.1
	}
}
EOF
refused "addresses that end in dotted form" -f lines <<'EOF'
lines:3:73-81: Error: Could not resolve hostname: Address family for hostname not supported
		ip6 saddr { 64:ff9b::192.0.2.1, 64:ff9b::198.51.100.0/120 } ip6 daddr 192.0.2.1
		                                                                      ^^^^^^^^^
lines:4:84-92: Error: Could not resolve hostname: Address family for hostname not supported
		ip6 saddr 64:ff9b::192.0.2.1 xlat prefix 64:ff9b::/96 daddr 192.0.2.1; ip6 saddr 192.0.2.1
		                                                                                 ^^^^^^^^^
EOF
cat >lines <<'EOF'
table ip t {
	chain c {
		xlat prefix 64:ff9b::/96 saddr ip saddr map {
			192.0.2.1 : 2001:db8::1,
			192.0.2.2 : 2001:db8::2
		} mtu 1400
		ip saddr 192.0.2.1 accept
	}
}
EOF
refused "an anonymous map of several lines" -f lines <<'EOF'
lines:3:34-45: Error: nft-xlat can do xlat saddr with addresses and named maps only, this takes an nft that knows xlat itself
		xlat prefix 64:ff9b::/96 saddr ip saddr map {
		                               ^^^^^^^^^^^^
EOF
cat >lines <<'EOF'
define eam = { 192.0.2.1 : 2001:db8::1 }
table ip t {
	chain c {
		xlat prefix 64:ff9b::/96 saddr ip saddr map $eam
		xlat prefix 64:ff9b::/96 saddr $eam mtu 1400
	}
}
EOF
refused "variables with an anonymous map" -f lines <<'EOF'
lines:4:34-50: Error: nft-xlat can do xlat saddr with addresses and named maps only, this takes an nft that knows xlat itself
		xlat prefix 64:ff9b::/96 saddr ip saddr map $eam
		                               ^^^^^^^^^^^^^^^^^
lines:5:34-37: Error: nft-xlat can do xlat saddr with addresses and named maps only, this takes an nft that knows xlat itself
		xlat prefix 64:ff9b::/96 saddr $eam mtu 1400
		                               ^^^^
EOF
refused "two statements on the command line" 'add rule ip6 t c xlat prefix 64:ff9b::/96 daddr 192.0.2.1; add rule ip6 t c ip6 saddr 64:ff9b::192.0.2.1 accept 5' <<'EOF'
Error: syntax error, unexpected newline
add rule ip6 t c xlat prefix 64:ff9b::/96 daddr 192.0.2.1; add rule ip6 t c ip6 saddr 64:ff9b::192.0.2.1 accept 5
                                                                                                                 ^
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

# kernel_error ERRNO OFFSET [LENGTH]
kernel_error() {
	cat <<-EOF
		# NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, sequence number 1
		2c 00 00 00  02 00  00 03  01 00 00 00  00 00 00 00
		# -errno, the header of the message
		$1 ff ff ff
		${3:-b4 00} 00 00  06 0a  01 0c  01 00 00 00  00 00 00 00
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
	grep -q "^${message_len:-b4 00} 00 00 06 0a " sent || not_ok "$1: not the message"
}

kernel_error a1 78 >reply
kernel_refuses "not supported" <<'EOF'
Error: Could not process rule: Operation not supported
add rule ip6 t c meta mark 1 xlat prefix 64:ff9b::/96 comment "foo"
                             ^^^^^^^^^^^^^^^^^^^^^^^^
xlat works in base chains of type filter and route, at hooks prerouting, output and
postrouting of ip, ip6 and inet tables, at ingress of inet and netdev tables, at
egress of netdev tables, and in chains that those jump to.
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

# With mappings: two immediate expressions of 44 bytes stand where libnftables has
# put the stand-in, xlat behind them at 208, and the comment at 252.
rule='add rule ip6 t c meta mark 1 xlat saddr 192.0.2.1 daddr 192.0.2.2 comment "foo"'
message_len="08 01"
kernel_error a1 d0 "$message_len" >reply
kernel_refuses "not supported, with mappings" <<'EOF'
Error: Could not process rule: Operation not supported
add rule ip6 t c meta mark 1 xlat saddr 192.0.2.1 daddr 192.0.2.2 comment "foo"
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
xlat works in base chains of type filter and route, at hooks prerouting, output and
postrouting of ip, ip6 and inet tables, at ingress of inet and netdev tables, at
egress of netdev tables, and in chains that those jump to.
EOF
kernel_error ea 78 "$message_len" >reply
kernel_refuses "an expression of a mapping" <<'EOF'
Error: Could not process rule: Invalid argument
add rule ip6 t c meta mark 1 xlat saddr 192.0.2.1 daddr 192.0.2.2 comment "foo"
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
EOF
kernel_error ea 28 "$message_len" >reply
kernel_refuses "an expression before mappings" <<'EOF'
Error: Could not process rule: Invalid argument
add rule ip6 t c meta mark 1 xlat saddr 192.0.2.1 daddr 192.0.2.2 comment "foo"
                 ^^^^^^^^^
EOF

finish
