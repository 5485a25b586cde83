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

round_trip_dir=$work
round_trip_helpers=${0%/*}
# shellcheck source=SCRIPTDIR/round-trip.sh
. "$round_trip_helpers/round-trip.sh"

rt_list "$NFT" >"$work/ruleset"
if [ -f "$dump" ]; then
	diff -u "$dump" "$work/ruleset" || fail "the ruleset is not that of $dump"
fi
round_trip
$NFT flush ruleset || fail "flush ruleset"
