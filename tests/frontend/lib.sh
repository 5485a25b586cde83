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
	# Newer versions have other quotes around what may have been meant.
	sed "s/[‘’]/'/g" err >errors
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

# Ends a test file.
finish() {
	exit "$failed"
}
