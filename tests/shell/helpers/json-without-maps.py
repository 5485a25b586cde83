#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""A ruleset in JSON without its maps, which are loaded before it."""

import json
import sys

ruleset = json.load(sys.stdin)
ruleset["nftables"] = [entry for entry in ruleset["nftables"] if "map" not in entry]
json.dump(ruleset, sys.stdout)
