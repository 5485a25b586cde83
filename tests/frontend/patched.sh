#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The rules that nft-xlat sends are those that the patched nft sends, byte by byte: of
# the examples, of the rulesets that tests/shell expects, and of the lines of tests/py.
#
# PATCHED_NFT	the patched nft, that of make nft if nothing is said

# shellcheck source-path=SCRIPTDIR source=SCRIPTDIR/lib.sh
. "${0%/*}/lib.sh"

if ! "${PATCHED_NFT:=}" -v >version 2>&1; then
	echo "skip: there is no patched nft: run make nft, or set PATCHED_NFT"
	exit 77
fi

# rules_of PROGRAM ARGS...: the rules that it sends, without sequence numbers
rules_of() {
	: >sent
	FAKE_SENT=sent LD_PRELOAD=$FAKE_KERNEL "$@" >out 2>err || return
	grep '^.. .. .. .. 06 0a ' sent | sed 's/^\(.\{24\}\)............/\1/'
}

# compare NAME FILE: both send the same for the ruleset in the file
compare() {
	if ! rules_of "$PATCHED_NFT" -f "$2" >expected; then
		not_ok "$1: the patched nft refuses it"
		cat err
		return
	fi
	rules_of "$NFT_XLAT" -f "$2" >got || cat err
	if [ ! -s expected ]; then
		not_ok "$1: no rules"
	else
		same "$1" expected got
	fi
}

# Rulesets

for file in "$tests"/../examples/*.nft "$tests"/../examples/*/*.nft \
		"$tests"/shell/testcases/*/dumps/*.nft; do
	[ -s "$file" ] && grep -q xlat "$file" && compare "${file#"$tests"/}" "$file"
done

# Lines of tests/py. They are in a patch: a line with + each; first the families,
# chains, then definitions of sets and maps, which start with an exclamation mark,
# and rules.

# One series is as good as another.
for patch in "$tests"/../nft-patches/*/*-tests-py-*.patch; do
	:
done

# Writes a file with definitions for each family of each file, and one with rules.
awk '
	/^\+\+\+ b\/tests\/py\/.*\.t$/ { test++; families = ""; next }
	/^diff |^-- $/ { test_file = 0 }
	/^\+\+\+ / { next }
	!/^\+/ { next }
	{ sub(/^\+/, "") }
	/^:|^#|^-|^$/ { next }
	/^\*/ {
		split(substr($0, 2), part, ";")
		families = families " " part[1]
		next
	}
	!families { next }
	{
		split($0, part, ";")
		if (part[2] != "ok")
			next
		n = split(families, family, " ")
		for (i = 1; i <= n; i++) {
			base = test "." family[i]
			if (part[1] ~ /^!/) {
				name = substr(part[1], 2)
				sub(/ .*/, "", name)
				type = part[1]
				sub(/^[^ ]* /, "", type)
				sub(/ flags /, "; flags ", type)
				kind = type ~ / : / ? "map" : "set"
				print "add " kind " " family[i] " t " name " { " type "; }" >base ".defs"
			} else {
				print part[1] >base ".rules"
			}
		}
	}
' "$patch"

compared=0
left=0
for rules in *.rules; do
	[ -s "$rules" ] || continue
	family=${rules%.rules}
	family=${family#*.}
	while IFS= read -r rule; do
		{
			echo "add table $family t"
			[ ! -s "${rules%.rules}.defs" ] || cat "${rules%.rules}.defs"
			echo "add chain $family t c"
			echo "add rule $family t c $rule"
		} >line
		if ! rules_of "$NFT_XLAT" -f line >got &&
		   grep -q 'this takes an nft that knows xlat itself' err; then
			left=$((left + 1))
			continue
		fi
		compare "$family: $rule" line
		compared=$((compared + 1))
	done <"$rules"
done
echo "$compared lines compared, $left are for the patched nft alone"
[ "$compared" -gt "$left" ] || not_ok "few lines to compare"

finish
