# SPDX-License-Identifier: GPL-2.0-only
# lab check: everything that tells whether the tree is in order.
# shellcheck shell=bash

check_usage() {
	cat <<-END
	usage: lab check [-k K]... [--all] [--steady] [PATTERN]...
	  -k, --kernel K   only on this kernel (repeatable; default ${KERNELS[*]})
	      --all        every case on every kernel, and whole: otherwise some that take
	                   long, and parts of others, are for one of them
	      --steady     guests of one processor whose clock counts instructions:
	                   finds fewer races, but is not disturbed by a busy machine
	  PATTERN          only these test cases, as tests/shell/run-tests.sh takes
	                   them, and no checks of the sources

	CHECKPATCH names the checkpatch.pl of another kernel's source tree than 6.1.
	END
}

# Numbers of what passed, failed and was skipped, added up at the end: the
# kernels may be checked side by side.
check_add() {
	printf '%d %d %d\n' "$@" >>"$BUILD/log/results"
}

check_result() {
	case $1 in
	0) check_add 1 0 0; echo "ok    $2" ;;
	77) check_add 0 0 1; echo "skip  $2: ${3:-}" ;;
	*) check_add 0 1 0; echo "FAIL  $2" ;;
	esac
}

# check NAME COMMAND...: what the command says is shown if it fails; exit
# status 77 is a skip, its last line the reason.
check() {
	local name=$1 rc log=$BUILD/log/check-$BASHPID
	shift
	mkdir -p "$BUILD/log"
	("$@") >"$log" 2>&1 </dev/null && rc=0 || rc=$?
	check_result "$rc" "$name" "$(tail -n 1 "$log")"
	case $rc in
	0|77) ;;
	*) sed 's/^/      | /' "$log" | tail -n 60 ;;
	esac
}

# The shell scripts of the tree, whatever they are called.
check_scripts() {
	local dir=$1
	find "$dir" -type f ! -path '*/.git/*' -exec \
		grep -lE -m 1 '^#!/bin/(ba)?sh|^# shellcheck shell=' {} +
}

check_shellcheck() {
	local files
	mapfile -t files < <(check_scripts "$LAB")
	cd "$LAB" && shellcheck -x "${files[@]}"
}

# A build from nothing must not say a word of warning.
check_warnings() {
	local k=$1 dir=$BUILD/clean-$1 log rc
	rm -rf "$dir"
	copy_sources "$dir" Kbuild kernel include || return
	log=$(make -C "$(kernel_build_dir "$k")" M="$dir" W=1 -j"$(nproc)" modules 2>&1)
	rc=$?
	rm -rf "$dir"
	printf '%s\n' "$log"
	[ "$rc" -eq 0 ] && ! grep -qE "[Ww]arning: |WARNING: |error: " <<<"$log"
}

# Only what is said of our own files counts, not the kernel's headers.
check_sparse() {
	local k=$1 dir=$BUILD/sparse-$1 log rc
	rm -rf "$dir"
	copy_sources "$dir" Kbuild kernel include || return
	log=$(make -C "$(kernel_build_dir "$k")" M="$dir" C=2 CF=-D__CHECK_ENDIAN__ \
		-j"$(nproc)" modules 2>&1)
	rc=$?
	rm -rf "$dir"
	[ "$rc" -eq 0 ] || { printf '%s\n' "$log"; return 1; }
	! grep -E "^($dir/)?(kernel|include)/[^ ]*: (warning|error)" <<<"$log"
}

check_checkpatch() {
	local files
	mapfile -t files < <(find "$LAB/kernel" "$LAB/include" "$LAB/bench" -name '*.[ch]')
	perl "${CHECKPATCH:-$CACHE/checkpatch/checkpatch.pl}" --no-tree --strict --terse --show-types -f "${files[@]}"
}

# The patches need nothing but the trees that they are for, which only some have.
check_series() {
	local name trees=()
	for name in nftables libnftnl; do
		trees+=("$(sed -n "s/^--with-$name-src=//p" "$BUILD/nft-sources" 2>/dev/null)")
		if [ ! -e "${trees[-1]}/.git" ]; then
			echo "no git tree of $name, see ./lab build --help"
			return 77
		fi
	done
	"$LAB/nft-patches/check-series" "${trees[@]}"
}

check_analysers() {
	check "shellcheck" check_shellcheck
	check "the module's sources under libFuzzer" env FUZZ_BUILD="$BUILD/fuzz" \
		"$LAB/tests/fuzz/run" 10
	check "checkpatch --strict" check_checkpatch
}

# Side by side, as most of it is the work of one processor.
check_sources() {
	local k
	[ -n "${CHECKPATCH:-}" ] || checkpatch_fetch
	CHECK_JOBS=()
	check_start sources check_analysers
	check "nft-xlat: make check" make -C "$BUILD/user" check
	check "patch series for every release" check_series
	check_packets_make
	for k; do
		check "module for $k: no warning at W=1" check_warnings "$k"
		check "module for $k: sparse" check_sparse "$k"
	done
	check_wait
	trap - EXIT INT TERM
}

# The packets to feed are the same for every kernel, and for every run: what differs is
# to be the change that is checked. lab packets makes others. The model that has made
# the random ones has to agree with the tables.
check_packets_make() {
	local log=$BUILD/log/check-$BASHPID
	check "packets are made, model and tables agree" \
		"$LAB/tests/packets/run" make -s check "$BUILD/packets"
	grep -E '^(random|model and tables): ' "$log" | sed 's/^/      /'
}

# Cases for the last of several kernels only, and for the first, which is BRIEF. The rest of
# compose/ goes by the same ways again, on every kernel.
CHECK_LAST='rule/|eam/(border|maps|reload|races)$|nat64/|netdev/(flowtable|taps)$'
CHECK_LAST+='|compose/(clat_docker|clat_own|nat64_flowtable|nat64_pool|trace_clat|trace_firewall4)$'
CHECK_FIRST='refuse/(hooks|jump|mappings|prefix|syntax)$|siit/|clat/'
CHECK_FIRST+='|eam/(concatenation|elements|hairpin|in_use|interfaces|two_prefixes)$'
CHECK_FIRST+='|netdev/(bridge|egress|vlan)$'
CHECK_FIRST+='|compose/(clat_native|clat_slaac|migration|pages|trace_nat64|trace_siit)$'

# Cases that say nothing with one processor, and all those that want two.
CHECK_RACES_ONLY='(eam|nat64)/races$'
CHECK_RACES="$CHECK_RACES_ONLY"'|netns/|module/|offload/gso$|eam/in_use$'
CHECK_RACES+='|compose/(conntrackd|flowtable|nat64_offload)$'

# check_cases K: the cases for this kernel, if it is not named which.
check_cases() {
	local others='^$'
	if [ "$CHECK_ALL" = no ] && [ ${#CHECK_KERNELS[@]} -gt 1 ]; then
		case $1 in
		"${CHECK_KERNELS[0]}") others=$CHECK_LAST ;;
		"${CHECK_KERNELS[-1]}") others=$CHECK_FIRST ;;
		*) others="$CHECK_LAST|$CHECK_FIRST" ;;
		esac
		[ ${#CHECK_GUEST[@]} -eq 0 ] || others+="|$CHECK_RACES_ONLY"
	fi
	"$LAB/tests/shell/run-tests.sh" -l | grep -vE "^($others)"
}

# check_packets_part K: which part of the long streams is for this kernel, and of how many.
check_packets_part() {
	local number
	[ "$CHECK_ALL" = no ] || { echo 0 1; return; }
	for number in "${!CHECK_KERNELS[@]}"; do
		[ "${CHECK_KERNELS[number]}" != "$1" ] || echo "$number ${#CHECK_KERNELS[@]}"
	done
}

# check_guest PACKETS K NFT CASE...: the test cases in a guest, and the packets after
# them, yes or no. What they count goes into our own numbers; that they come to their
# end and that the kernel's log of the whole run is clean are two more.
check_guest() {
	local packets=$1 k=$2 nft=$3 out=$BUILD/log/tests-$2 console=$BUILD/log/console-$2 rc
	local command='tests/shell/run-tests.sh "$@"' status runs=1 ended passed failed skipped
	local environment=() part
	shift 3
	if [ "$packets" = yes ]; then
		part=$(check_packets_part "$k")
		command+="; rc=\$?; tests/packets/run feed -p '$part' ${BUILD@Q}/packets || exit"
		command+="; exit \$rc"
		runs=2
	fi
	echo "== $(nft_described "$nft")"
	rm -f "$console"
	if [ "$CHECK_ALL" = no ] && [ "$k" != "${CHECK_KERNELS[-1]}" ]; then
		environment+=(-e BRIEF=1)
	fi
	if [ "$(nft_chosen)" = "$(nft_patched)" ]; then
		environment+=(-e "NFT_XLAT=$(nft_front_end)" -e "PATCHED_NFT=$(nft_patched)")
	fi
	(guest "${CHECK_GUEST[@]}" -k "$k" -e "NFT=$nft" "${environment[@]}" -t 3600 -c "$console" -- \
		sh -c "$command" sh "$@") 2>&1 | tee "$out"
	status=${PIPESTATUS[0]}
	read -r ended passed failed skipped < <(awk '
		/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
			ended++; passed += $1; failed += $3; skipped += $5
		}
		END { print ended + 0, passed + 0, failed + 0, skipped + 0 }' "$out")
	check_add "$passed" "$failed" "$skipped"
	# That a case has failed, or the log shows something, is counted already.
	rc=1
	if [ "$ended" -eq "$runs" ]; then
		case $status:$failed in
		0:0|125:0|*:[1-9]*) rc=0 ;;
		esac
	fi
	check_result "$rc" "the test cases ran to their end"
	if [ -s "$console" ] && ! console_bad "$console"; then
		rc=0
	else
		rc=1
	fi
	check_result "$rc" "the kernel's log is clean"
}

# check_kernel K [PATTERN]...: with each nft that there is.
check_kernel() {
	local k=$1 cases packets=no
	shift
	cases=("$@")
	if [ $# -eq 0 ]; then
		packets=yes
		mapfile -t cases < <(check_cases "$k")
	fi
	check_guest "$packets" "$k" "$(nft_front_end)" "${cases[@]}"
	[ "$(nft_chosen)" = "$(nft_front_end)" ] ||
		check_guest "$packets" "$k" "$(nft_patched)" "${cases[@]}"
}

# check_start K COMMAND...: in the background, with a process group of its own, so that
# all of it can be ended.
check_start() {
	local k=$1
	shift
	set -m
	{ "$@" </dev/null | sed -u "s/^/$k  /"; } &
	set +m
	CHECK_JOBS+=($!)
	# shellcheck disable=SC2064
	trap "kill -- ${CHECK_JOBS[*]/#/-} 2>/dev/null" EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

check_wait() {
	[ ${#CHECK_JOBS[@]} -eq 0 ] || wait "${CHECK_JOBS[@]}"
	CHECK_JOBS=()
}

# check_races K: where one processor is in the way of another.
check_races() {
	local cases
	mapfile -t cases < <("$LAB/tests/shell/run-tests.sh" -l | grep -E "^($CHECK_RACES)")
	check_guest no "$1" "$(nft_front_end)" "${cases[@]}"
}

# A guest has two processors, each of which wants one of the machine's: an emulated one that
# waits for another, which is not running, makes everything five times as slow. Where
# there are too few for all kernels, single cases are run on one kernel after the other;
# if everything is checked, they go side by side with one processor each, and what is about
# races follows on the last of them.
check_kernels() {
	local k few=no options=("${CHECK_GUEST[@]}")
	CHECK_JOBS=()
	[ "$(nproc)" -ge $((2 * ${#CHECK_KERNELS[@]})) ] || few=yes
	[ "$few:$#" != yes:0 ] || CHECK_GUEST+=(--processors 1)
	for k in "${CHECK_KERNELS[@]}"; do
		check_start "$k" check_kernel "$k" "$@"
		[ "$few" = no ] || [ $# -eq 0 ] || check_wait
	done
	check_wait
	CHECK_GUEST=("${options[@]}")
	if [ "$few:$#" = yes:0 ]; then
		check_start "$k" check_races "$k"
		check_wait
	fi
	trap - EXIT INT TERM
}

check_command() {
	local patterns=() passed failed skipped
	CHECK_KERNELS=()
	CHECK_GUEST=()
	CHECK_ALL=no
	while [ $# -gt 0 ]; do
		case $1 in
		-k|--kernel) known_kernel "${2:-}"; CHECK_KERNELS+=("$2"); shift ;;
		--steady) CHECK_GUEST=(--steady) ;;
		--all) CHECK_ALL=yes ;;
		-h|--help) check_usage; return ;;
		-*) check_usage >&2; die "check: $1: no such option" ;;
		*) patterns+=("$1") ;;
		esac
		shift
	done
	[ ${#CHECK_KERNELS[@]} -gt 0 ] || CHECK_KERNELS=("${KERNELS[@]}")

	packages_install "${PACKAGES_GUEST[@]}" "${PACKAGES_BUILD[@]}" \
		"${PACKAGES_DEMO[@]}" "${PACKAGES_CHECK[@]}"
	build "${CHECK_KERNELS[@]}"
	rm -f "$BUILD/log/check-"*
	: >"$BUILD/log/results"
	if [ ${#patterns[@]} -eq 0 ]; then
		check_sources "${CHECK_KERNELS[@]}"
	fi
	check_kernels "${patterns[@]}"

	read -r passed failed skipped < <(awk '
		{ passed += $1; failed += $2; skipped += $3 }
		END { print passed + 0, failed + 0, skipped + 0 }' "$BUILD/log/results")
	printf '\n%d s in all\n' "$SECONDS"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
