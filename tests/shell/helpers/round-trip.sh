# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2086,SC2154
#
# Sourced by whoever wants to know whether a ruleset survives to be listed and loaded.
# round_trip_dir is a directory for files, round_trip_helpers the one of this file, and
# fail() ends it. NFT_OTHER, where it is set, is another front-end of the same nftables
# version that has to read the same: nft up to 1.1.1 crashes on maps of later versions. As
# NFT it may be a command with arguments, so both are split on purpose.

# rt_list NFT [OPTION]: the ruleset, without a word on the side.
rt_list() {
	rt_nft=$1
	shift
	$rt_nft "$@" list ruleset >"$round_trip_dir/out" 2>"$round_trip_dir/err" || {
		cat "$round_trip_dir/err" >&2
		fail "$rt_nft $*: list ruleset"
	}
	if [ -s "$round_trip_dir/err" ]; then
		cat "$round_trip_dir/err" >&2
		fail "$rt_nft $*: list ruleset is not silent"
	fi
	cat "$round_trip_dir/out"
}

# rt_same NFT: it lists what it did before.
rt_same() {
	rt_list "$1" >"$round_trip_dir/again"
	diff -u "$round_trip_dir/ruleset" "$round_trip_dir/again" ||
		fail "$1: the ruleset is another one after list and load"
}

# rt_text BY LOADED-BY: what one lists, the other loads into an empty ruleset.
rt_text() {
	rt_list "$1" >"$round_trip_dir/listed"
	$2 flush ruleset || fail "$2: flush ruleset"
	$2 -f "$round_trip_dir/listed" || fail "$2 does not load what $1 lists"
}

# rt_maps_as_text: maps have something that this JSON does not carry. nft without our patches
# lists the type of what a map maps to without its `interval' there, and 1.0.6 lists
# several types as if they were one; neither is loaded again.
rt_maps_as_text() {
	if grep -q ' : interval ' "$round_trip_dir/maps" &&
	   ! grep -q '"map-interval": true' "$round_trip_dir/listed"; then
		return 0
	fi
	grep -q '"map": "[^"]* \. ' "$round_trip_dir/listed"
}

# rt_chains_as_text: nft 1.0.6 leaves out the devices of chains in JSON, and does not load them
# without.
rt_chains_as_text() {
	grep -q 'hook [a-z]* device' "$round_trip_dir/chains" &&
	! grep -q '"chain": {[^}]*"dev": ' "$round_trip_dir/listed"
}

# rt_without WHAT LOADED-BY: load that from its text, and leave it out of the JSON.
rt_without() {
	$2 -f "$round_trip_dir/$1s" || fail "$2 does not load the $1s as they are listed"
	"$round_trip_helpers/json-without.py" "$1" <"$round_trip_dir/listed" \
		>"$round_trip_dir/rest" || fail "what is listed is not JSON"
	mv "$round_trip_dir/rest" "$round_trip_dir/listed"
}

# rt_json BY LOADED-BY: the same in JSON, but for such maps and chains.
rt_json() {
	rt_list "$1" -j >"$round_trip_dir/listed"
	$1 list maps >"$round_trip_dir/maps" || fail "$1: list maps"
	$1 list chains >"$round_trip_dir/chains" || fail "$1: list chains"
	$2 flush ruleset || fail "$2: flush ruleset"
	if rt_maps_as_text; then
		rt_without map "$2"
	fi
	if rt_chains_as_text; then
		rt_without chain "$2"
	fi
	$2 -j -f "$round_trip_dir/listed" || fail "$2 -j does not load what $1 lists"
}

# round_trip: of the ruleset that is loaded, which stays.
round_trip() {
	rt_list "$NFT" >"$round_trip_dir/ruleset"
	[ -s "$round_trip_dir/ruleset" ] || return 0
	rt_text "$NFT" "$NFT"
	rt_same "$NFT"
	rt_json "$NFT" "$NFT"
	rt_same "$NFT"
	[ -n "$NFT_OTHER" ] || return 0
	rt_text "$NFT" "$NFT_OTHER"
	rt_same "$NFT"
	rt_json "$NFT" "$NFT_OTHER"
	rt_same "$NFT"
	rt_text "$NFT_OTHER" "$NFT"
	rt_same "$NFT"
	rt_json "$NFT_OTHER" "$NFT"
	rt_same "$NFT"
}
