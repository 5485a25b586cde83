#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""A ruleset in JSON without its maps, or chains, which are loaded before it:
json-without.py map|chain"""

import json
import sys

ruleset = json.load(sys.stdin)
ruleset["nftables"] = [entry for entry in ruleset["nftables"] if sys.argv[1] not in entry]
json.dump(ruleset, sys.stdout)
