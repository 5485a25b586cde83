#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run the test cases, each in a network and mount namespace of its own.
# Needs root and a kernel that may crash: the guest of ./lab is the place for it.

usage() {
	cat <<EOT
usage: $0 [-l] [-x] [PATTERN...]

  -l  list the cases and quit
  -x  trace cases that are shell scripts
  PATTERN  a case as GROUP/NAME, a GROUP, a file, or a shell pattern of GROUP/NAME

environment:
  NFT          the nft to test (default: nft-xlat of the source tree, else of PATH)
  CASE_LIMIT   seconds after which a case is stopped (default 300)
EOT
}

cd "$(dirname "$0")" || exit 99
base=$PWD
# Debian's python3 is the one that has scapy.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

list_only=
trace=
while getopts lxh option; do
	case $option in
	l) list_only=1 ;;
	x) trace=1 ;;
	h) usage; exit 0 ;;
	*) usage >&2; exit 99 ;;
	esac
done
shift $((OPTIND - 1))

# selected GROUP/NAME PATTERN...
selected() {
	candidate=$1
	shift
	[ $# -gt 0 ] || return 0
	for pattern; do
		pattern=${pattern#"$base"/}
		pattern=${pattern#tests/shell/}
		pattern=${pattern#testcases/}
		pattern=${pattern%/}
		# shellcheck disable=SC2254
		case $candidate in
		$pattern | $pattern/*) return 0 ;;
		esac
	done
	return 1
}

cases=
for file in testcases/*/*; do
	if [ -f "$file" ] && [ -x "$file" ] && selected "${file#testcases/}" "$@"; then
		cases="$cases $file"
	fi
done
if [ -z "$cases" ]; then
	echo "no test case selected" >&2
	echo "0 passed, 0 failed, 0 skipped"
	exit 99
fi
if [ -n "$list_only" ]; then
	for file in $cases; do
		echo "${file#testcases/}"
	done
	exit 0
fi

if [ "$(id -u)" -ne 0 ]; then
	echo "$0 needs root" >&2
	exit 99
fi
if [ -z "$NFT" ]; then
	NFT=$base/../../nft-xlat/nft-xlat
	[ -x "$NFT" ] || NFT=nft-xlat
fi
export NFT
if ! $NFT --version; then
	echo "cannot run NFT=$NFT" >&2
	exit 99
fi

logs=$(mktemp -d) || exit 99
PYTHONPYCACHEPREFIX=$logs/python
export PYTHONPYCACHEPREFIX
trap 'rm -rf "$logs"' EXIT
trap 'exit 143' INT TERM

seconds() {
	cut -d . -f 1 /proc/uptime
}

poll() {
	limit=$(($(seconds) + $1))
	shift
	until "$@"; do
		[ "$(seconds)" -lt "$limit" ] || return 1
		sleep 0.1
	done
}

# What must not be in the kernel log. Several are normal when a kernel boots, so
# only what has been logged since the case began is looked at.
kernel_trouble='WARNING:|BUG:|BUG |Oops|Kernel panic|general protection|Call Trace'
kernel_trouble="$kernel_trouble|lockdep|possible .*deadlock|suspicious RCU"
kernel_trouble="$kernel_trouble|unregister_netdevice: waiting|[Ll]eaked reference"
kernel_trouble="$kernel_trouble|refcount_t:|hw csum failure|blocked for more than"
kernel_trouble="$kernel_trouble|soft lockup|rcu.*(stall|detected)|use-after-free"
kernel_trouble="$kernel_trouble|KASAN|KCSAN|UBSAN|scheduling while atomic"
kernel_trouble="$kernel_trouble|nft_xlat.*(error|invalid|unknown)"

# kernel_log_since MARK
kernel_log_since() {
	dmesg | awk -v mark="$1" 'seen { print } index($0, mark) { seen = 1 }
				  END { if (!seen) print "BUG: the log has lost: " mark }'
}

module_users() {
	cat /sys/module/nft_xlat/refcnt 2>/dev/null || echo 0
}

module_idle() {
	[ "$(module_users)" -eq 0 ]
}

# The kernel takes namespaces down one batch after the other. A device whose other
# end is in a namespace that is deleted now disappears behind all earlier ones; one
# that stays was held up by a reference which an earlier case has left behind.
namespaces_gone() {
	ip netns add run-tests-last &&
	ip link add run-tests-last type veth peer name last netns run-tests-last &&
	ip netns delete run-tests-last || return 1
	poll 60 sh -c '! ip link show run-tests-last >/dev/null 2>&1'
}

# run_case FILE LOG: as its own process group under a time limit.
run_case() {
	trace=$trace timeout -k 10 "${CASE_LIMIT:-300}" \
		unshare --net --mount --pid --fork --kill-child --mount-proc \
		"$base/helpers/case-wrapper.sh" "$1" </dev/null >"$2" 2>&1
}

passed=0
failed=0
skipped=0
for file in $cases; do
	name=${file#testcases/}
	log=$logs/log
	started=$(seconds)
	mark="run-tests.sh: $$ $name"
	echo "$mark" >/dev/kmsg
	run_case "$file" "$log"
	status=$?
	if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
		echo "stopped by the time limit" >>"$log"
	fi
	if ! namespaces_gone; then
		echo "a network namespace of the case cannot be taken down" >>"$log"
		status=1
	fi
	if ! poll 30 module_idle; then
		echo "nft_xlat has $(module_users) users left" >>"$log"
		status=1
	fi
	kernel_log_since "$mark" >"$logs/kernel"
	if grep -qE "$kernel_trouble" "$logs/kernel"; then
		{
			echo "kernel log:"
			cat "$logs/kernel"
		} >>"$log"
		status=1
	fi
	took=$(($(seconds) - started))
	case $status in
	0)
		passed=$((passed + 1))
		echo "ok    $name ($took s)"
		;;
	77)
		skipped=$((skipped + 1))
		reason=$(sed -n 's/^SKIP: //p' "$log" | tail -n 1)
		echo "skip  $name ($took s): ${reason:-gives no reason}"
		;;
	*)
		failed=$((failed + 1))
		echo "FAIL  $name ($took s), status $status"
		sed 's/^/      | /' "$log"
		;;
	esac
done

# Whatever the cases did, the module must let go of the kernel without a trace.
if [ -d /sys/module/nft_xlat ]; then
	mark="run-tests.sh: $$ unload"
	echo "$mark" >/dev/kmsg
	rmmod nft_xlat
	status=$?
	kernel_log_since "$mark" >"$logs/kernel"
	if [ "$status" -ne 0 ] || [ -d /sys/module/nft_xlat ] ||
	   grep -qE "$kernel_trouble" "$logs/kernel"; then
		failed=$((failed + 1))
		echo "FAIL  unload after all cases"
		sed 's/^/      | /' "$logs/kernel"
	else
		passed=$((passed + 1))
		echo "ok    unload after all cases"
	fi
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
