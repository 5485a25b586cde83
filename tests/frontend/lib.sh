# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of nft-xlat share. They want no kernel and no privileges:
#
# NFT_XLAT	the program
# FAKE_KERNEL	fake-kernel.so, which stands in for nf_tables

: "${NFT_XLAT:?is not set: run make check}" "${FAKE_KERNEL:?is not set: run make check}"

# A patched libnftables does by itself what is tested here.
case $("$NFT_XLAT" -V) in
*'by libnftables'*)
	echo "skip: libnftables knows xlat"
	exit 77
esac

# The directory of all tests
# shellcheck disable=SC2034
tests=$(cd "${0%/*}/.." && pwd)

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp" || exit

failed=0

# ok NAME, not_ok NAME: the result of a test.
ok() {
	echo "ok: $1"
}

not_ok() {
	echo "FAIL: $1"
	failed=1
}

# is NAME EXPECTED GOT: the two strings are the same.
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1: $3 in place of $2"
	fi
}

# same NAME EXPECTED GOT: the two files say the same.
same() {
	if diff -u "$2" "$3" >differences; then
		ok "$1"
	else
		not_ok "$1"
		cat differences
	fi
}

# nft ARGS...: run nft-xlat; its output is in out, its errors are in err, its
# status is in rc, what it has sent is in sent.
nft() {
	: >sent
	rc=0
	FAKE_SENT=sent FAKE_DUMP=${FAKE_DUMP-} FAKE_REPLY=${FAKE_REPLY-} \
		LD_PRELOAD=$FAKE_KERNEL "$NFT_XLAT" "$@" >out 2>err || rc=$?
}

# refused NAME ARGS... <ERRORS: nft ARGS... fails with exactly these errors and
# sends nothing.
refused() {
	refused_name=$1
	shift
	cat >expected
	nft "$@" </dev/null
	# Newer versions have other quotes around what may have been meant, and other
	# words for protocols.
	sed "s/[‘’]/'/g; s/conflicting network layer protocols/conflicting protocols/" err >errors
	same "$refused_name" expected errors
	[ "$rc" = 1 ] || not_ok "$refused_name: exit status $rc"
	[ ! -s sent ] || not_ok "$refused_name: something has been sent"
}

# sends NAME HEX: the bytes are in what has been sent.
sends() {
	if [ "$rc" = 0 ] && grep -qF "$2" sent; then
		ok "$1"
	else
		not_ok "$1"
		echo "status $rc, expected: $2"
		cat err sent
	fi
}

# xlat_expr LEN_HEX BYTE...: an expression that says xlat, with a prefix of this
# length and these bytes, as many zeros follow as it takes.
xlat_expr() {
	bits=$1
	shift
	while [ $# -lt 16 ]; do
		set -- "$@" 00
	done
	# The attributes: list element, nested, of 48 bytes; its name, 5
	# characters, padded; its data, nested, of 32 bytes; the prefix; its
	# length.
	echo "30 00 01 80" \
	     "09 00 01 00 78 6c 61 74 00 00 00 00" \
	     "20 00 02 80" \
	     "14 00 01 00 $*" \
	     "08 00 02 00 00 00 00 $bits"
}

# xlat_expr_mtu HIGH_HEX LOW_HEX LEN_HEX BYTE...: the same with an MTU.
xlat_expr_mtu() {
	mtu="$1 $2"
	shift 2
	echo "$(xlat_expr "$@" | sed 's/^30 /38 /; s/ 20 00 02 80 / 28 00 02 80 /')" \
	     "08 00 05 00 00 00 $mtu"
}

# number N: a number as attributes have it
number() {
	printf '%08x' "$1" | sed 's/../& /g; s/ $//'
}

# text STRING: its characters, and a zero byte
text() {
	printf '%s\0' "$1" | od -An -v -tx1 | tr -d '\n' | sed 's/^ //'
}

# attr TYPE BYTE...: an attribute. TYPE is a number, with + for NLA_F_NESTED.
attr() {
	case $1 in
	+*) attr_type=$(printf '%02x 80' "${1#+}") ;;
	*) attr_type=$(printf '%02x 00' "$1") ;;
	esac
	shift
	# shellcheck disable=SC2048,SC2086
	set -- $*
	attr_len=$(($# + 4))
	while [ $(($# % 4)) -ne 0 ]; do
		set -- "$@" 00
	done
	echo "$(printf '%02x %02x' $((attr_len % 256)) $((attr_len / 256))) $attr_type${1:+ $*}"
}

# nft_expr NAME ATTRIBUTE...: an expression
nft_expr() {
	nft_expr_name=$(attr 1 "$(text "$1")")
	shift
	attr +1 "$nft_expr_name" "$(attr +2 "$@")"
}

# immediate REGISTER BYTE...
immediate() {
	immediate_reg=$(attr 1 "$(number "$1")")
	shift
	nft_expr immediate "$immediate_reg" "$(attr +2 "$(attr 1 "$@")")"
}

# load REGISTER OFFSET LENGTH: from the network header
load() {
	nft_expr payload "$(attr 1 "$(number "$1")")" "$(attr 2 "$(number 1)")" \
		"$(attr 3 "$(number "$2")")" "$(attr 4 "$(number "$3")")"
}

# meta REGISTER KEY
meta() {
	nft_expr meta "$(attr 2 "$(number "$2")")" "$(attr 1 "$(number "$1")")"
}

# cmp REGISTER BYTE...: equal
cmp_eq() {
	cmp_reg=$(attr 1 "$(number "$1")")
	shift
	nft_expr cmp "$cmp_reg" "$(attr 2 "$(number 0)")" "$(attr +3 "$(attr 1 "$@")")"
}

# by_register ATTRIBUTE REGISTER [REGISTER]: a mapping to an address, or a prefix
by_register() {
	if [ $# = 2 ]; then
		attr "+$1" "$(attr 3 "$(number "$2")")"
	else
		attr "+$1" "$(attr 3 "$(number "$2")")" \
			"$(attr 4 "$(number "$3")")" "$(attr 8 "$(number 1)")"
	fi
}

# by_map ATTRIBUTE REGISTER MAP ID [OFFSET [FLAGS]]: a mapping by a map. ID, which
# the kernel does not tell, and OFFSET may be empty.
by_map() {
	attr "+$1" "$(attr 3 "$(number "$2")")" "$(attr 5 "$(text "$3")")" \
		"${4:+$(attr 6 "$(number "$4")")}" \
		"${5:+$(attr 7 "$(number "$5")")}" "${6:+$(attr 8 "$(number "$6")")}"
}

# by_prefix ATTRIBUTE LENGTH BYTE...: a mapping by a prefix of its own
by_prefix() {
	by_prefix_attr=$1
	by_prefix_len=$(attr 2 "$(number "$2")")
	shift 2
	while [ $# -lt 16 ]; do
		set -- "$@" 00
	done
	attr "+$by_prefix_attr" "$(attr 1 "$@")" "$by_prefix_len"
}

# The attributes of 64:ff9b::/96, of the family of packets, and addresses.
# shellcheck disable=SC2034
{
	wkp_attrs="$(attr 1 00 64 ff 9b 00 00 00 00 00 00 00 00 00 00 00 00) $(attr 2 "$(number 96)")"
	from_ipv4=$(attr 6 "$(number 2)")
	from_ipv6=$(attr 6 "$(number 10)")
	doc_1="20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"
	doc_2="20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02"
	doc_0="20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 00"
	doc_max="20 01 0d b8 00 00 00 00 00 00 00 00 ff ff ff ff"
}

# ruleset FAMILY RULE: a rule in a table with maps
ruleset() {
	cat <<-EOF
		table $1 t {
			map eam { type ipv4_addr : ipv6_addr; }
			map eam6 { type ipv6_addr : ipv4_addr; }
			map prefixes { type ipv4_addr : interval ipv6_addr; flags interval; }
			map names { type ifname : ipv6_addr; }
			map names6 { type ifname : ipv4_addr; }
			map both { type ifname . ipv4_addr : ipv6_addr; }
			map pair { type ipv4_addr . ipv4_addr : ipv6_addr; }
			map service { type ipv4_addr . inet_service : ipv6_addr; }
			map long { type ipv6_addr . ipv6_addr . mark : ipv4_addr; }
			map marks { type ipv4_addr : mark; }
			map verdicts { type ipv4_addr : verdict; }
			set hosts { type ipv4_addr; }
			chain c {
				$2
			}
		}
	EOF
}

# What the kernel has: a table t of this family
table_family=ip6

# nlmsg TYPE BYTE...: a message of nf_tables about it
nlmsg() {
	case $table_family in
	ip) nlmsg_family=02 ;;
	ip6) nlmsg_family=0a ;;
	inet) nlmsg_family=01 ;;
	netdev) nlmsg_family=05 ;;
	esac
	nlmsg_type=$1
	shift
	# shellcheck disable=SC2048,SC2086
	set -- $*
	printf '%02x %02x 00 00  %s 0a 02 00  00 00 00 00  00 00 00 00\n' \
		$((($# + 20) % 256)) $((($# + 20) / 256)) "$nlmsg_type"
	echo "$nlmsg_family 00 00 01  $*"
	echo
}

table_and_chain() {
	# name t, flags 0, use 1
	nlmsg 00 "$(attr 1 74 00)" "$(attr 2 "$(number 0)")" "$(attr 3 "$(number 1)")"
	# table t, handle 1, name c
	nlmsg 03 "$(attr 1 74 00)" "$(attr 2 00 00 00 00 "$(number 1)")" "$(attr 3 63 00)"
}

# map NAME KEY_TYPE KEY_LEN DATA_TYPE DATA_LEN [FLAGS]: a map of table t
map() {
	nlmsg 09 "$(attr 1 74 00)" "$(attr 2 "$(text "$1")")" \
		"$(attr 3 "$(number "${6:-8}")")" \
		"$(attr 4 "$(number "$2")")" "$(attr 5 "$(number "$3")")" \
		"$(attr 6 "$(number "$4")")" "$(attr 7 "$(number "$5")")"
}

# rule EXPRESSION...: a rule of table t, chain c, handle 7
rule() {
	nlmsg 06 "$(attr 1 74 00)" "$(attr 2 63 00)" "$(attr 3 00 00 00 00 "$(number 7)")" \
		"$(attr +4 "$@")"
}

# Ends a test file.
finish() {
	exit "$failed"
}
