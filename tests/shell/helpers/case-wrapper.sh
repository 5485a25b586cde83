#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# case-wrapper.sh CASE: run a case inside the namespaces that run-tests.sh has made
# for it, then judge the ruleset that it leaves in its own network namespace.

# Named namespaces of the case are its own, and go away with it.
mount -t tmpfs tmpfs /run && mkdir /run/netns || exit 99

case=$1
dump=${case%/*}/dumps/${case##*/}.nft
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

if [ -n "$trace" ] && head -n 1 "$case" | grep -q '^#!/bin/sh'; then
	sh -x "$case"
else
	"$case"
fi
status=$?
[ "$status" -eq 0 ] || exit "$status"

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

list() {
	$NFT "$@" list ruleset >"$work/out" 2>"$work/err" || {
		cat "$work/err" >&2
		fail "list ruleset after the case"
	}
	if [ -s "$work/err" ]; then
		cat "$work/err" >&2
		fail "list ruleset after the case is not silent"
	fi
	cat "$work/out"
}

# reload FORMAT...: what is listed, loaded into an empty ruleset, lists the same.
reload() {
	list "$@" >"$work/listed"
	$NFT flush ruleset || fail "flush ruleset"
	$NFT "$@" -f "$work/listed" || fail "nft $* does not load what it lists"
	list >"$work/again"
	diff -u "$work/ruleset" "$work/again" ||
		fail "nft $*: the ruleset is another one after list and load"
}

list >"$work/ruleset"
if [ -f "$dump" ]; then
	diff -u "$dump" "$work/ruleset" || fail "the ruleset is not that of $dump"
fi
if [ -s "$work/ruleset" ]; then
	reload
	reload -j
fi
$NFT flush ruleset || fail "flush ruleset"
