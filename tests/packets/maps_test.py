#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compare what examples/eam-maps makes of tables with the model's longest prefix match.

The elements of a map must not overlap, as nft does not take those, and an address must
find in them what RFC 7757 section 3.3 finds in the table. Wrong tables must come to
nothing but a message that names the line.
"""

import ipaddress
import random
import re
import subprocess
import sys

from model import NotMatched, Table
from profiles import EAM_MAPS, OVERLAPS, RFC7757

TABLES, ADDRESSES = 60, 300
ELEMENT = re.compile(r"\t(\S+) : (\S+?),?$")

WRONG = (
    ("192.0.2.1", "not an IPv4 and an IPv6 prefix"),
    ("192.0.2.1 2001:db8::1 2001:db8::2", "not an IPv4 and an IPv6 prefix"),
    ("2001:db8::1 192.0.2.1", "2001:db8::1: not an IPv4 prefix"),
    ("192.0.2 2001:db8::1", "192.0.2: not an IPv4 prefix"),
    ("192.0.2.1.1 2001:db8::1", "192.0.2.1.1: not an IPv4 prefix"),
    ("192.0.2.256 2001:db8::1", "192.0.2.256: not an IPv4 prefix"),
    ("192.0.02.1 2001:db8::1", "192.0.02.1: not an IPv4 prefix"),
    ("192.0.2.x 2001:db8::1", "192.0.2.x: not an IPv4 prefix"),
    ("192.0.2.1/32/32 2001:db8::1", "192.0.2.1/32/32: not an IPv4 prefix"),
    ("192.0.2.1 2001:db8:1", "2001:db8:1: not an IPv6 prefix"),
    ("192.0.2.1 2001::db8::1", "2001::db8::1: not an IPv6 prefix"),
    ("192.0.2.1 2001:db8:::1", "2001:db8:::1: not an IPv6 prefix"),
    ("192.0.2.1 :1::", ":1::: not an IPv6 prefix"),
    ("192.0.2.1 1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9: not an IPv6 prefix"),
    ("192.0.2.1 1:2:3:4::5:6:7:8", "1:2:3:4::5:6:7:8: not an IPv6 prefix"),
    ("192.0.2.1 2001:db8::12345", "2001:db8::12345: not an IPv6 prefix"),
    ("192.0.2.1 2001:db8::g", "2001:db8::g: not an IPv6 prefix"),
    ("192.0.2.1 64:ff9b::192.0.2", "64:ff9b::192.0.2: not an IPv6 prefix"),
    ("192.0.2.1 64:192.0.2.1::", "64:192.0.2.1::: not an IPv6 prefix"),
    ("192.0.2.0/33 2001:db8::1", "192.0.2.0/33: the length is not one of 0 to 32"),
    ("192.0.2.0/ 2001:db8::1", "192.0.2.0/: the length is not one of 0 to 32"),
    ("192.0.2.0/-1 2001:db8::1", "192.0.2.0/-1: the length is not one of 0 to 32"),
    ("192.0.2.1 2001:db8::/129", "2001:db8::/129: the length is not one of 0 to 128"),
    ("192.0.2.1/31 2001:db8::/64", "192.0.2.1/31: the address has bits behind the prefix"),
    ("192.0.2.1 2001:db8::1/64", "2001:db8::1/64: the address has bits behind the prefix"),
    ("192.0.2.0/24 2001:db8::/121", "192.0.2.0/24 has more addresses than 2001:db8::/121"),
    ("192.0.2.9 2001:db8:9::", "192.0.2.9 is mapped by line 1"),
    ("192.0.2.8 2001:db8::9", "2001:db8::9 is mapped by line 1"),
)


def eam_maps(text):
    return subprocess.run(EAM_MAPS, capture_output=True, text=True, input=text)


def maps_of(rows):
    """The elements of both maps: the first and the last address of each, and as a table
    of one row."""
    result = eam_maps("".join(f"{four} {six}\n" for four, six in rows))
    if result.returncode or result.stderr:
        raise SystemExit(f"eam-maps fails on {rows}: {result.stderr}")
    maps = []
    for line in result.stdout.splitlines():
        if line.startswith("flush map "):
            maps.append([])
        elif match := ELEMENT.match(line):
            key = ipaddress.ip_network(match[1])
            row = match.groups() if key.version == 4 else match.groups()[::-1]
            maps[-1].append((int(key.network_address), int(key.broadcast_address), Table([row])))
    return maps


def found(elements, address):
    """What an element maps the address to."""
    number = int.from_bytes(address, "big")
    for first, last, table in elements:
        if first <= number <= last:
            return expected(table, address)
    return None


def expected(table, address):
    try:
        return table.to_six(address) if len(address) == 4 else table.to_four(address)
    except NotMatched:
        return None


class Tables:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def prefix(self, kind, length, near):
        """A prefix, often inside of or around one that is there."""
        bits = 32 if kind is ipaddress.IPv4Network else 128
        value = self.random.getrandbits(bits)
        if near and self.random.random() < 0.8:
            other = self.random.choice(near)
            keep = other.prefixlen
            if self.random.random() < 0.3:
                keep = self.random.randrange(keep + 1)
            low = (1 << bits - keep) - 1
            value = int(other.network_address) & ~low | value & low
        return kind(((value >> bits - length) << bits - length, length))

    def table(self):
        rows = []
        columns = [], []
        for _ in range(self.random.randrange(1, 25)):
            length = self.random.choice((0, 8, 16, 24, 32, 32, self.random.randrange(33)))
            longest = 96 + length
            four = self.prefix(ipaddress.IPv4Network, length, columns[0])
            six = self.prefix(ipaddress.IPv6Network, self.random.choice(
                (longest, self.random.randrange(longest + 1))), columns[1])
            if four in columns[0] or six in columns[1]:
                continue
            columns[0].append(four)
            columns[1].append(six)
            rows.append((str(four), str(six)))
        return rows

    def address(self, rows, column):
        """One of a prefix of the table, its first or its last, or the one beside that."""
        network = ipaddress.ip_network(self.random.choice(rows)[column])
        first, last = int(network.network_address), int(network.broadcast_address)
        value = self.random.choice((first, last, first - 1, last + 1,
                                    self.random.randint(first, last)))
        size = network.max_prefixlen
        return (value % (1 << size)).to_bytes(size // 8, "big")


def compare(tables, rows):
    maps = maps_of(rows)
    table = Table(rows)
    for column in (0, 1):
        elements = sorted(maps[column], key=lambda element: element[:2])
        for (_, last, _), (first, _, _) in zip(elements, elements[1:]):
            if first <= last:
                raise SystemExit(f"overlap at {first:#x}: {rows}")
        for _ in range(ADDRESSES):
            address = tables.address(rows, column)
            got, want = found(maps[column], address), expected(table, address)
            if got != want:
                raise SystemExit(f"{ipaddress.ip_address(address)} -> {got}, not {want}: {rows}")


def main():
    seed = sys.argv[1] if len(sys.argv) > 1 else "maps"
    tables = Tables(seed)
    compare(tables, RFC7757)
    compare(tables, RFC7757 + OVERLAPS)
    for _ in range(TABLES):
        compare(tables, tables.table())
    for line, message in WRONG:
        result = eam_maps(f"192.0.2.9 2001:db8::9\n# next\n\n{line}  # wrong\n")
        if (result.returncode, result.stdout, result.stderr) != (
                1, "", f"eam-maps: stdin:4: {message}\n"):
            raise SystemExit(f"{line}: {result}")
    print(f"eam-maps: {TABLES + 2} tables, {len(WRONG)} wrong ones, seed {seed}")


if __name__ == "__main__":
    main()
