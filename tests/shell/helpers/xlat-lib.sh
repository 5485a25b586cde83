# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Sourced by every case: what it needs to say that it failed or cannot run, to
# wait for something without guessing how long it takes, and to leave nothing
# behind.

helpers_dir=${0%/*}/../../helpers
examples_dir=${0%/*}/../../../../examples
tmp=$(mktemp -d) || exit 99
background=

LC_ALL=C
PYTHONPYCACHEPREFIX=${PYTHONPYCACHEPREFIX:-$tmp/python}
export LC_ALL PYTHONPYCACHEPREFIX

cleanup() {
	for pid in $background; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	if command -v topology_down >/dev/null; then
		topology_down >/dev/null 2>&1
	fi
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 143' INT TERM

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

skip() {
	echo "SKIP: $*"
	exit 77
}

# need COMMAND...: the case cannot run where one of them is missing.
need() {
	for command; do
		command -v "$command" >/dev/null || skip "$command is not installed"
	done
}

# $NFT may be a command with arguments, so it is split on purpose.
nft() {
	# shellcheck disable=SC2086
	command $NFT "$@"
}

# nft_in NAMESPACE ARGUMENT...
nft_in() {
	namespace=$1
	shift
	# shellcheck disable=SC2086
	ip netns exec "$namespace" $NFT "$@"
}

# wait_until SECONDS COMMAND...: run COMMAND until it succeeds. The limit is there
# to end a case that hangs: give it room, a loaded machine is slow.
wait_until() {
	deadline=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$deadline" ] || return 1
		sleep 0.1
	done
}

# expect_refused FILE [LINE]: FILE must be refused, with the message pointing at its
# xlat statement (the one on LINE if given), and the ruleset must stay as it was.
# The message is left in $tmp/error. A case that changes the ruleset after a first one
# removes $tmp/before.
expect_refused() {
	[ -e "$tmp/before" ] || nft -a list ruleset >"$tmp/before" || fail "list ruleset"
	if nft -f "$1" 2>"$tmp/error"; then
		cat "$1" >&2
		fail "accepted, but has to be refused"
	fi
	nft -a list ruleset >"$tmp/after" || fail "list ruleset"
	diff -u "$tmp/before" "$tmp/after" >&2 ||
		fail "a refused ruleset left a trace"
	[ -z "$2" ] || points_at_xlat "$1" "$2"
}

# points_at_xlat FILE LINE: the error in $tmp/error is about the xlat statement that
# ends LINE of FILE: it starts at or behind "xlat" and not behind the statement.
points_at_xlat() {
	statement=$(sed -n "$2p" "$1")
	points_at "$1" "$2" "${statement#"${statement%%xlat prefix*}"}"
}

# points_at FILE LINE TEXT: the error in $tmp/error starts in the last such text of LINE,
# or right behind it.
points_at() {
	statement=$(sed -n "$2p" "$1")
	before=${statement%"$3"*}
	first=$((${#before} + 1))
	last=$((${#before} + ${#3} + 1))
	where=$(sed -n "s|^$1:\\([0-9]*\\):\\([0-9]*\\)-[0-9]*: Error: .*|\\1 \\2|p" \
		"$tmp/error" | head -n 1)
	line=${where% *}
	column=${where#* }
	if [ -z "$where" ] || [ "$line" -ne "$2" ] ||
	   [ "$column" -lt "$first" ] || [ "$column" -gt "$last" ]; then
		cat "$tmp/error" >&2
		fail "the message does not point at line $2, columns $first-$last"
	fi
}

# topology RULESET...: the four namespaces of topology.sh with the shipped rulesets
# in them as topology.sh wants them, whichever are named: clat-host.nft in clat,
# nat64.nft in router.
topology() {
	need ip python3
	# shellcheck source=SCRIPTDIR/topology.sh
	. "$helpers_dir/topology.sh"
	topology_up || fail "cannot build the topology"
	for ruleset; do
		[ -r "$examples_dir/$ruleset" ] ||
			skip "$examples_dir/$ruleset is not there"
		case $ruleset in
		clat-host.nft) namespace=clat ;;
		nat64.nft) namespace=router ;;
		esac
		topology_ruleset "$examples_dir/$ruleset" | nft_in "$namespace" -f - ||
			fail "$ruleset does not load"
	done
}

# traffic COMMAND ARGUMENT...: see traffic.py. As a module, so that it is compiled but once.
traffic() {
	echo "traffic $*"
	PYTHONPATH=$helpers_dir python3 -S -m traffic "$@" || fail "traffic $*"
}

# counter NAMESPACE FAMILY TABLE NAME: packets counted by a named counter.
counter() {
	nft_in "$1" list counter "$2" "$3" "$4" |
		sed -n 's/.*packets \([0-9]*\) bytes.*/\1/p'
}

# counted NAMESPACE FAMILY TABLE NAME [AT_LEAST]
counted() {
	[ "$(counter "$1" "$2" "$3" "$4")" -ge "${5:-1}" ]
}

# example NAMESPACE FILE [SED-ARGUMENT...]: load a shipped ruleset, edited by sed.
example() {
	namespace=$1
	file=$examples_dir/$2
	shift 2
	[ -r "$file" ] || skip "$file is not there"
	[ $# -gt 0 ] || set -- ''
	sed "$@" "$file" | topology_ruleset - | nft_in "$namespace" -f - ||
		fail "${file##*/} does not load"
}

# eam_table NAMESPACE: the table on the standard input becomes the elements of the
# maps that the shipped rulesets of SIIT-DC have.
eam_table() {
	"$examples_dir/eam-maps" >"$tmp/maps" || fail "eam-maps"
	nft_in "$1" -f "$tmp/maps" || fail "the maps do not load"
}

# patched_nft: true unless $NFT is nft-xlat, which hands to the kernel what the nft of a
# distribution can say.
patched_nft() {
	! nft --version | grep -q nft-xlat
}
