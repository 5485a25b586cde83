# SPDX-License-Identifier: GPL-2.0-only
# What every part of the lab shares: messages, timed steps, places.
# shellcheck shell=bash

CACHE=${XLAT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nft-xlat}
BUILD=${XLAT_BUILD:-$CACHE/build}
LOG=$BUILD/log

# The kernels that the lab knows, the one of Debian 12 first.
KERNELS=(6.1 6.12)

say() {
	printf '%s\n' "$*" >&2
}

die() {
	printf 'lab: %s\n' "$*" >&2
	exit 1
}

# step TEXT COMMAND...: run one long command with its output in a log, say
# what it is and how long it took.
step() {
	local text=$1 begin=$SECONDS log rc
	shift
	mkdir -p "$LOG"
	log=$LOG/$(printf '%s' "$text" | tr -c 'a-zA-Z0-9._-' '-').log

	printf '%-58s' "$text" >&2
	("$@") >"$log" 2>&1 </dev/null && rc=0 || rc=$?
	if [ "$rc" -ne 0 ]; then
		printf ' failed after %d s\n' $((SECONDS - begin)) >&2
		tail -n 30 "$log" >&2
		die "$text: exit status $rc, all of the output is in $log"
	fi
	printf ' %4d s\n' $((SECONDS - begin)) >&2
}

# Only one lab at a time may write to directory DIR.
lock() {
	mkdir -p "$1"
	exec {LOCK}>"$1/lock"
	flock -n "$LOCK" && return
	say "waiting for another lab that works in $1"
	flock "$LOCK"
}

unlock() {
	exec {LOCK}>&-
}

known_kernel() {
	local k
	for k in "${KERNELS[@]}"; do
		[ "$k" = "$1" ] && return
	done
	die "kernel $1 is not known, these are: ${KERNELS[*]}"
}
