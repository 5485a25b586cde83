# SPDX-License-Identifier: GPL-2.0-only
# What the lab needs from Debian.
# shellcheck shell=bash

# shellcheck disable=SC2034
{
	PACKAGES_GUEST=(
		qemu-system-x86 iproute2 kmod nftables procps util-linux xz-utils
	)
	PACKAGES_BUILD=(
		autoconf automake dwarves gcc libc6-dev libjansson-dev libmnl-dev
		libnftables-dev make pkg-config
	)
	PACKAGES_NFT=(
		bison flex libgmp-dev libtool patch
	)
	PACKAGES_DEMO=(
		conntrack curl iperf3 iputils-ping nginx traceroute unbound
	)
	PACKAGES_PACKETS=(
		python3 python3-scapy
	)
	PACKAGES_CHECK=(
		clang conntrackd ethtool libclang-rt-dev llvm python3 python3-scapy shellcheck
		sparse tcpdump
	)
	PACKAGES_BENCH=(
		conntrack ethtool iperf3 jq linux-perf python3
	)
}

packages_missing() {
	local name
	for name; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
			printf '%s\n' "$name"
	done
}

# A daemon among them is for the guest: it must not start here.
packages_apt() {
	local policy=/usr/sbin/policy-rc.d rc
	if [ -e "$policy" ]; then
		policy=
	else
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
	fi
	apt-get update &&
		DEBIAN_FRONTEND=noninteractive apt-get install -y \
			--no-install-recommends "$@" && rc=0 || rc=$?
	[ -z "$policy" ] || rm "$policy"
	return "$rc"
}

# Install those of the named packages that are missing.
packages_install() {
	local missing
	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$(id -u)" -eq 0 ] ||
		die "these packages are missing, and only root can install them: ${missing[*]}"
	say "missing packages: ${missing[*]}"
	step "apt-get install" packages_apt "${missing[@]}"
}
