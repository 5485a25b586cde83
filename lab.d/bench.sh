# SPDX-License-Identifier: GPL-2.0-only
# The benchmark: xlat beside its rivals, in nanoseconds by a User-Mode-Linux kernel
# and in instructions by QEMU.
# shellcheck shell=bash

# shellcheck source=bench/rivals/rivals.sh
. "$LAB/bench/rivals/rivals.sh"

# Those that there are targets for, and what they are to be compared with.
BENCH_QUICK=(plain masquerade stateless stateless-ingress nat64 nat64-flowtable nat64-one-state
	nat64-offload eam-1 eam-10000 jool-siit jool-nat64 tc-bpf)

# Those whose TCP throughput is of interest.
BENCH_TCP=(plain masquerade stateless stateless-ingress nat64 nat64-flowtable nat64-one-state
	nat64-offload jool-siit jool-nat64 tayga tc-bpf)

# Modules that a guest gets beside ours.
RIVALS_KO=()

bench_usage() {
	cat <<-END
	usage: lab bench [OPTION]... [CASE]...
	      --quick           in two minutes: the cases that there are targets for, with
	                        1 flow and 10,000, in nanoseconds
	      --only PATTERN    of these only, a regular expression for CASE.DIRECTION
	      --method METHOD   uml: nanoseconds, with a kernel that is a process of this
	                        machine; or icount: instructions, with Debian's own kernel
	                        under QEMU. Both, if none is named.
	      --tcp             TCP throughput only, which is a part of the whole run (icount)
	      --profile         tell which functions the time is spent in (uml)
	  -o, --output FILE     write the figures there, tab separated

	Cases are the files in bench/cases, or others given by path.
	END
}

bench_module_build() {
	local k=$1 dir=$BUILD/bench-$1
	copy_sources "$dir" bench || return
	case $k in
	bench) uml_make "$k" M="$dir/bench" modules ;;
	*) make -C "$(kernel_build_dir "$k")" M="$dir/bench" modules ;;
	esac
}

# What the rivals among the cases want with kernel K: RIVALS_KO.
bench_rivals() {
	local k=$1
	RIVALS_KO=()
	case ${cases[*]} in
	*/jool-*)
		if [ "$k" = bench ]; then
			uml_kernel bench
			rivals_build bench "$(uml_dir bench)" ARCH=um
		else
			rivals_build "$k" "$(kernel_build_dir "$k")"
		fi
		mapfile -t RIVALS_KO < <(rivals_modules "$k")
		;;
	*/tayga*|*/tc-bpf*)
		packages_install "${PACKAGES_RIVALS[@]}"
		rivals_fetch
		rivals_bpf_build
		;;
	esac
}

bench_module() {
	printf '%s/bench-%s/bench/xlat_bench.ko\n' "$BUILD" "$1"
}

# The files of the cases that are called NAME, or of all. Those that others are compared
# with come first.
bench_cases() {
	local name file
	[ $# -gt 0 ] || set -- plain masquerade "$LAB"/bench/cases/*
	for name in sink "$@"; do
		case $name in
		*/*) file=$name ;;
		*) file=$LAB/bench/cases/$name ;;
		esac
		[ -e "$file" ] || die "bench: $name: no such case"
		realpath "$file"
	done | awk '!seen[$0]++'
}

# Those of the named files that have a figure that matches PATTERN, and the first one.
bench_matching() {
	local file d directions
	# shellcheck disable=SC2034
	local BENCH=$LAB/bench
	echo "$1"
	shift
	for file; do
		# shellcheck source=/dev/null
		. "$file"
		for d in $directions; do
			[[ ! ${file##*/}.$d =~ $pattern ]] || { echo "$file"; break; }
		done
	done
}

bench_command() {
	local methods=() parts=() pattern='' output='' quick=no profile=no whole=yes
	local results cases method rc=0
	while [ $# -gt 0 ]; do
		case $1 in
		-o|--output|--only|--method) [ $# -gt 1 ] || die "bench: $1 wants an argument" ;;
		esac
		case $1 in
		--quick) quick=yes; shift ;;
		--only) pattern=$2; shift 2 ;;
		--method)
			case $2 in
			uml|icount) methods+=("$2") ;;
			*) die "bench: $2: no such method" ;;
			esac
			shift 2
			;;
		--tcp) parts=(tcp); shift ;;
		--profile) profile=yes; shift ;;
		-o|--output) output=$2; shift 2 ;;
		-h|--help) bench_usage; return ;;
		--) shift; break ;;
		-*) bench_usage >&2; die "bench: $1: no such option" ;;
		*) break ;;
		esac
	done
	if [ ${#methods[@]} -eq 0 ]; then
		methods=(uml icount)
		[ "$quick$profile" = nono ] || methods=(uml)
	fi
	[ "$quick$pattern$*" = no ] || whole=no
	if [ "$quick" = yes ] && [ $# -eq 0 ]; then
		set -- "${BENCH_QUICK[@]}"
	fi
	cases=$(bench_cases "$@") || exit
	mapfile -t cases <<<"$cases"
	mapfile -t cases < <(bench_matching "${cases[@]}")

	results=$(mktemp -d "${TMPDIR:-/tmp}/nft-xlat-bench.XXXXXX") || exit
	for method in "${methods[@]}"; do
		"bench_$method" || rc=1
	done
	[ -z "$output" ] || cat "$results"/*.tsv >"$output" || rc=1
	if [ -n "$(find "$results" -name '*.failed')" ]; then
		say "bench: not everything has a figure:"
		cat "$results"/*.failed >&2
		rc=1
	fi
	rm -rf "$results"
	return $rc
}

# The arguments of PART of the guest's work.
bench_part() {
	local file chosen=()
	for file in "${cases[@]}"; do
		[[ $1 = tcp && " ${BENCH_TCP[*]} " != *" ${file##*/} "* ]] || chosen+=("$file")
	done
	quoted "$LAB/bench/$1" "$method" "$results/$method.tsv" "$pattern" "$quick" "${chosen[@]}"
}

# bench_guest PART...: COMMAND and ENVIRONMENT of the guest.
bench_guest() {
	local part
	command=(sh -c "$(for part; do bench_part "$part"; done)")
	environment=(-w "$results" -e RIVALS="$RIVALS" -e PROFILE="$profile" -t 3600
		-e NFT="${NFT:-$(nft_chosen)}")
}

bench_uml() {
	local command environment best fd
	# How fast this machine is while it does nothing else.
	best=$CACHE/bench-best-$(grep -m 1 '^model name' /proc/cpuinfo | tr -cd 'a-zA-Z0-9')
	[ ! -e "$best" ] || cp "$best" "$results/$method.tsv.best"
	packages_install "${PACKAGES_UML[@]}" "${PACKAGES_BENCH[@]}"
	bench_rivals bench
	# System calls of User-Mode-Linux are slow: TCP there tells of nothing else.
	bench_guest "${parts[@]:-measure}"
	# Two that measure time at a time measure one another.
	exec {fd}>"$CACHE/bench.lock"
	flock -n "$fd" || say "waiting for another benchmark"
	flock "$fd"
	UML_PREFIX=(taskset -c "$(($(nproc) - 1))")
	if [ "$profile" = yes ]; then
		UML_PREFIX+=(perf record -q -i -e cpu-clock:u -F 9999 -o "$results/perf.data" --)
	fi
	(uml_command bench "${environment[@]}" -- "${command[@]}") || return
	cp "$results/$method.tsv.best" "$best"
	exec {fd}>&-
	if [ "$profile" = yes ]; then
		perf script -i "$results/perf.data" -F ip |
			"$LAB/bench/profile" "$results/$method.tsv.kallsyms"
	fi
}

bench_icount() {
	packages_install "${PACKAGES_BENCH[@]}"
	if [ ${#parts[@]} -eq 0 ]; then
		parts=(measure)
		[ "$whole" = no ] || parts+=(tcp)
	fi
	bench_icount_kernel 6.1 "${parts[@]}" || return
	# TCP has fraglists since 6.10, which Debian's Jool does not build for.
	case ${parts[*]} in
	*tcp*)
		mapfile -t cases < <(printf '%s\n' "${cases[@]}" | grep -v /jool-)
		bench_icount_kernel 6.12 tcp
		;;
	esac
}

# bench_icount_kernel K PART...
bench_icount_kernel() {
	local command environment k=$1 ko modules
	shift
	build "$k"
	bench_rivals "$k"
	modules=("$(module_file "$k")" "${RIVALS_KO[@]}")
	if [[ $* = *measure* ]]; then
		step "module of the benchmark for $k: build" bench_module_build "$k"
		modules+=("$(bench_module "$k")")
	fi
	bench_guest "$@"
	for ko in "${modules[@]}"; do
		environment+=(-m "$ko")
	done
	(guest --instructions -k "$k" "${environment[@]}" -- "${command[@]}")
}
