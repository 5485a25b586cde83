#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compare the model with the tables of cases: model_test.py STREAM...

The tables say what comes out in scapy's words, one row at a time; the model computes
it. Neither knows of the other. Rows about what the model leaves out are not compared:
packets that are malformed in ways that only the router sees, that die on the way, that
are too big for a link, that conntrack puts together, that are left alone, and offloads.
"""

import sys

from model import Router
from profiles import MTU, PROFILES
from stream import read_cases


def comparable(case):
    profile = PROFILES[case.profile]
    if case.vnet or len(case.packets) != 1 or profile.whole or profile.unreachable or \
            profile.frames or profile.rest == "accept":
        return False
    if min(profile.mtu4, profile.mtu6) < MTU or "table ip own" in profile.template:
        return False
    packet = case.packets[0]
    # Expires here.
    return len(packet) >= 20 and packet[8 if packet[0] >> 4 == 4 else 7] > 1


def masked(expect):
    data = bytearray(expect.data)
    for start, size in expect.mask:
        data[start:start + size] = bytes(size)
        if data[0] >> 4 == 4 and start <= 5 and start + size > 4:
            data[10:12] = bytes(2)
    return expect.side, bytes(data)


def agree(got, wanted):
    """Packets and masks are the same; a mask that hides more is taken for both."""
    if len(got) != len(wanted):
        return False
    return all(masked(a._replace(mask=a.mask + b.mask)) == masked(b._replace(mask=a.mask + b.mask))
               for a, b in zip(got, wanted))


def main():
    routers = {name: Router(profile) for name, profile in PROFILES.items()}
    compared = left = wrong = 0
    for path in sys.argv[1:]:
        with open(path, "rb") as f:
            for case in read_cases(f):
                if not comparable(case):
                    left += 1
                    continue
                compared += 1
                got = routers[case.profile].expect(case.side, case.packets[0])
                if not agree(got, case.expects):
                    wrong += 1
                    print(f"{case.name} (profile {case.profile})\n"
                          f"  sent  {case.packets[0].hex()}")
                    for title, expects in (("table", case.expects), ("model", got)):
                        for expect in expects:
                            print(f"  {title} {expect.side} {expect.data.hex()}")
    print(f"model and tables: {compared} cases compared, {wrong} differ, {left} not compared")
    return 1 if wrong or not compared + left else 0


if __name__ == "__main__":
    sys.exit(main())
