#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
set -e

cd "$(dirname "$0")"

for tool in autoconf automake; do
	if ! command -v $tool >/dev/null; then
		echo "autogen.sh: $tool not found (Debian package: $tool)" >&2
		exit 1
	fi
done

exec autoreconf --force --install
