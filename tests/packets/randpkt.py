#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Streams of random packets, and what the model says becomes of them.

Every packet that comes out translated is then fed to the other side, and has to come
back as the model says. A seed makes the same streams everywhere.
"""

import argparse
import ipaddress
import multiprocessing
import os
import random
import struct

from model import (
    DCCP, DSTOPTS, EXTENSIONS, FRAGMENT, HOPOPTS, ICMP, ICMPV6, ROUTING, TCP, UDP, UDPLITE,
    FragmentHeader, Router, checksum, put, walk)
from profiles import MTU, PROFILES, embed
from stream import start, write_case

SCTP, GRE, ESP = 132, 47, 50
CHUNK = 10000
PAGE = 4096

# How often what is made.
TRANSPORTS = ((TCP, 22), (UDP, 22), (ICMP, 34), (UDPLITE, 4), (DCCP, 4), (SCTP, 3), (ESP, 3),
              (GRE, 2), (None, 6))
SIZES = ((0, 50), (64, 35), (600, 11), (1600, 3), (6000, 0.5), (9000, 0.4),
         (60000, 0.1))
FRAGMENTS, OPTIONS, CHAINS, DAMAGED, TRAILING = 0.15, 0.1, 0.25, 0.03, 0.02
# Addresses that the table of a profile has, where there is one.
MAPPED = 0.9


class Generator:
    """Random packets: valid, but for a few checksums."""

    def __init__(self, seed, profile):
        self.random = random.Random(seed)
        self.bytes = self.random.randbytes
        self.below = self.random.randrange
        self.profile = profile
        self.rows = [row for mapping in profile.mappings(4) for row in getattr(mapping, "rows", ())]
        # None that is too big for a link: that is for the tables of cases.
        self.largest = min(profile.mtu4, profile.mtu6) - 500

    def chance(self, probability):
        return self.random.random() < probability

    def weighted(self, table):
        return self.random.choices([value for value, _ in table],
                                   [weight for _, weight in table])[0]

    def size(self, largest):
        low = self.weighted(SIZES)
        return min(low + self.below(max(1, low * 4 // 3 + 64)), largest)

    # Addresses

    def address4(self, outside):
        """Of somebody else than the router. Where it is the outermost one, a few that
        nobody can have."""
        while True:
            if outside and self.chance(0.01):
                return bytes((self.random.choice((0, 127, 224, 239, 240, 255)),)) + self.bytes(3)
            address = self.mapped(0) if self.rows and self.chance(MAPPED) else self.bytes(4)
            if (address[0] not in (0, 127) and address[0] < 224 and
                    address[:3] != b"\xc6\x33\x64"):
                return address

    def address6(self, outside, other):
        if outside and self.chance(other):
            return b"\x20\x01\x0d\xb8\xff" + self.bytes(11)
        if self.rows and self.chance(MAPPED):
            return self.mapped(1)
        return embed(self.address4(outside), self.profile.prefix)

    def mapped(self, column):
        """One of a prefix of the profile's table, or next to it."""
        network = ipaddress.ip_network(self.random.choice(self.rows)[column])
        address = int(network.network_address) + self.below(network.num_addresses)
        if self.chance(0.1):
            address ^= 1 << self.below(network.max_prefixlen)
        return address.to_bytes(network.max_prefixlen // 8, "big")

    # Upper layers. The pseudo-header is a function of protocol and length.

    def transport(self, protocol, size, pseudo, four, inner=False):
        """A message of a protocol with a payload of that size."""
        payload = self.bytes(size)
        if protocol in (ICMP, ICMPV6):
            return self.icmp(payload, pseudo, four, inner)
        if protocol == TCP:
            options = self.bytes(4 * self.below(11)) if self.chance(0.4) else b""
            head = self.bytes(12) + bytes((5 + len(options) // 4 << 4, self.below(256)))
            return self.summed(head + self.bytes(2) + b"\0\0" + self.bytes(2) + options + payload,
                               16, pseudo(TCP, 20 + len(options) + size))
        if protocol == UDP:
            message = self.bytes(4) + struct.pack("!HH", 8 + size, 0) + payload
            if (four or inner) and self.chance(0.15):
                return message
            return self.summed(message, 6, pseudo(UDP, len(message)))
        if protocol == UDPLITE:
            # RFC 3828 section 3.1: the checksum may cover a part, 0 means all.
            message = self.bytes(4) + bytes(4) + payload
            covered = self.random.choice((0, 8, len(message), 8 + self.below(size + 1)))
            message = put(message, 4, covered)
            covered = covered or len(message)
            check = checksum(pseudo(UDPLITE, len(message)) + message[:covered]) or 0xffff
            return put(message, 6, check)
        if protocol == DCCP:
            # RFC 4340 section 5.1, 5.3: data, short or long sequence numbers, all of it
            # covered. Conntrack discards what is shorter than its type asks for.
            long = self.below(2)
            message = (self.bytes(4) + bytes((3 + long, 0, 0, 0, 2 << 1 | long)) +
                       self.bytes(3 + 4 * long) + payload)
            return self.summed(message, 6, pseudo(DCCP, len(message)))
        return self.bytes({SCTP: 12, ESP: 8, GRE: 4}.get(protocol, 0)) + payload

    def summed(self, message, at, pseudo):
        check = checksum(pseudo + message)
        if self.chance(DAMAGED):
            check = self.below(65536)
        return put(message, at, check or (0xffff if at == 6 else 0))

    def icmp(self, payload, pseudo, four, inner):
        protocol, echo = (ICMP, (8, 0)) if four else (ICMPV6, (128, 129))
        kind = self.random.random()
        if inner or kind < 0.3:
            types = echo if not inner or self.chance(0.97) else (3, 13)
            message = bytes((self.random.choice(types), 0, 0, 0)) + self.bytes(4) + payload
        elif kind < 0.35:
            message = self.bytes(2) + b"\0\0" + self.bytes(4) + payload
        else:
            message = self.error(four)
        return self.summed(message, 2, pseudo(protocol, len(message)) if not four else b"")

    def error(self, four):
        """An ICMP error with a packet inside, its checksum zero."""
        if four:
            kind, codes = self.weighted((((3, range(17)), 30), ((3, (4,)), 10),
                                         ((11, (0, 1, 0, 1, 2)), 15),
                                         ((12, (0, 0, 0, 1, 2)), 15), ((4, (0,)), 1)))
        else:
            kind, codes = self.weighted((((1, range(7)), 25), ((2, (0,)), 15),
                                         ((3, (0, 1, 0, 1, 2)), 15), ((4, (0, 0, 0, 1, 2)), 15)))
        code = self.random.choice(codes)
        field = bytearray(4)
        if (kind, code) == (3, 4) and four:
            field[2:] = struct.pack("!H", self.mtu())
        elif kind == 2 and not four:
            field[:] = struct.pack("!I", self.mtu() if self.chance(0.9) else self.below(1 << 32))
        elif kind == 12 and four:
            field[0] = self.below(24)
        elif kind == 4 and not four:
            field[:] = struct.pack("!I", self.below(48))
        quote = self.packet4(True) if four else self.packet6(True)
        head = 20 if four else 40
        extended = kind in (3, 11, 12) if four else kind in (1, 3)
        if extended and self.chance(0.25):
            return bytes((kind, code)) + bytes(2) + self.extended(field, quote, four)
        if self.chance(0.02):
            quote = quote[:self.below(head + 8)]
        elif self.chance(0.25):
            quote = quote[:head + 8]
        elif self.chance(0.25):
            quote = quote[:head + self.below(len(quote))]
        return bytes((kind, code, 0, 0)) + bytes(field) + quote

    def extended(self, field, quote, four):
        """RFC 4884 section 5: the packet inside is padded, its length in the field; an
        extension structure follows, once in a while none."""
        unit = 4 if four else 8
        most = 255 * unit if self.chance(0.1) else 1200 if not four else 544
        size = min(max(128, -(-len(quote) // unit) * unit), max(128, 128 + self.below(most - 127)))
        size -= size % unit
        quote = (quote + bytes(size))[:size]
        objects = b""
        while self.chance(0.6) and len(objects) < 400:
            length = 4 + 4 * self.below(16)
            objects += struct.pack("!HBB", length, self.below(256), self.below(256))
            objects += self.bytes(length - 4)
        extension = b"\x20\0\0\0" + objects
        extension = put(extension, 2, checksum(extension)) if self.chance(0.95) else b""
        field[1 if four else 0] = size // unit
        return bytes(field) + quote + extension

    def mtu(self):
        return self.random.choice((0, 68, 576, 1260, 1280, 1300, 1492, 1500, 65535,
                                   self.below(65536), self.below(1600)))

    def protocol(self, four):
        protocol = self.weighted(TRANSPORTS)
        if protocol is None:
            # Anything, but hop-by-hop options that are none: the router drops these. Nor
            # extension headers that are none, where there may be no lone fragments.
            protocol = self.below(0 if four else 1, 256)
            return SCTP if self.profile.whole and protocol in EXTENSIONS else protocol
        return ICMPV6 if protocol == ICMP and not four else protocol

    # IPv4

    def packet4(self, inner=False):
        protocol = self.protocol(True)
        source, destination = self.address4(not inner), self.address4(not inner)
        options = self.options4() if self.chance(OPTIONS) else b""
        flags = self.random.choice((0, 0, 2))
        offset = 0
        largest = 1480 if inner else self.largest
        if not self.profile.whole and self.chance(FRAGMENTS):
            payload, flags, offset = self.piece(
                protocol, largest, flags, lambda p, n: self.pseudo4(source, destination, p, n),
                True, inner)
        else:
            payload = self.transport(
                protocol, self.size(largest),
                lambda p, n: self.pseudo4(source, destination, p, n), True, inner)
        payload = payload[:MTU - 20 - len(options)]
        ttl = self.below(2 if not inner else 0, 256)
        packet = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, self.below(256),
                             20 + len(options) + len(payload),
                             self.random.choice((0, 0xffff, self.below(65536))),
                             flags << 13 | offset, ttl, protocol, 0, source, destination) + options
        return put(packet, 10, checksum(packet)) + payload

    @staticmethod
    def pseudo4(source, destination, protocol, length):
        return struct.pack("!4s4sBBH", source, destination, 0, protocol, length & 0xffff)

    def piece(self, protocol, largest, flags, pseudo, four, inner):
        """The first, or another, or the last fragment of a message."""
        which = self.below(3)
        size = self.size(min(largest, 9000))
        if which == 0:
            payload = self.transport(protocol, size + 40, pseudo, four, inner)
            payload = payload[:len(payload) // 8 * 8]
            return payload, flags | 1, 0
        offset = 1 + self.below(7000 if size < 9000 else 1000)
        if which == 1:
            return self.bytes(8 * (size // 8 + 1)), flags | 1, offset
        return self.bytes(size + 1), flags, offset

    def options4(self):
        """Any options, a few of them source routes that are done, fewer not done."""
        options = b""
        while len(options) < 32 and self.chance(0.7):
            kind = self.weighted(((1, 4), (7, 2), (68, 2), (148, 2), (131, 0.5), (137, 0.5),
                                  (30, 3)))
            room = 40 - len(options)
            if kind == 1:
                options += b"\1"
            elif kind == 148:
                options += b"\x94\4\0\0"
            elif kind == 30:
                body = self.bytes(self.below(min(room - 1, 12)))
                options += bytes((30, 2 + len(body))) + body
            elif kind == 68 and b"\x44" not in options:
                addresses = self.below(1, (room - 4) // 4 + 1)
                options += bytes((68, 4 + 4 * addresses, 5, 0)) + bytes(4 * addresses)
            elif kind in (7, 131, 137) and room >= 7 and not self.has_route(options):
                addresses = self.below(1, (room - 3) // 4 + 1)
                size = 3 + 4 * addresses
                done = kind == 7 or self.chance(0.7)
                pointer = size + 1 if kind != 7 and done else 4
                options += bytes((kind, size, pointer)) + self.bytes(4 * addresses)
        return options[:40] + bytes(-len(options) % 4)

    @staticmethod
    def has_route(options):
        return any(kind in options for kind in (7, 131, 137))

    # IPv6

    def packet6(self, inner=False):
        protocol = self.protocol(False)
        source = self.address6(not inner, 0.05)
        destination = self.address6(not inner, 0.01)

        def pseudo(upper, length):
            return struct.pack("!16s16sI3xB", source, destination, length, upper)

        headers = self.headers6() if self.chance(CHAINS) else []
        largest = 1440 if inner else self.largest
        fragment = None
        if self.chance(FRAGMENTS):
            identification = self.random.choice((0, 0xffff, 0xffff0000, self.below(1 << 32)))
            if self.profile.whole or self.chance(0.25):
                fragment = FragmentHeader(0, False, identification)
                payload = self.transport(protocol, self.size(largest), pseudo, False, inner)
            else:
                payload, more, offset = self.piece(protocol, largest, 0, pseudo, False, inner)
                fragment = FragmentHeader(offset, bool(more), identification)
        else:
            payload = self.transport(protocol, self.size(largest), pseudo, False, inner)

        chain, next_header = b"", protocol
        if fragment:
            chain, next_header = fragment.build(next_header), FRAGMENT
        for kind, body in reversed(headers):
            chain, next_header = bytes((next_header,)) + body + chain, kind
        return struct.pack("!IHBB16s16s", 6 << 28 | self.below(1 << 28), len(chain + payload),
                           next_header, self.below(2 if not inner else 0, 256), source,
                           destination) + chain + payload

    def headers6(self):
        """Extension headers in the order of RFC 8200 section 4.1: type, and all of it
        behind the next header field."""
        headers = []
        if self.chance(0.4):
            headers.append((HOPOPTS, self.options6()))
        if self.chance(0.4):
            headers.append((DSTOPTS, self.options6()))
        if self.chance(0.4):
            addresses = self.below(4)
            left = self.below(1, addresses + 1) if addresses and self.chance(0.1) else 0
            headers.append((ROUTING, struct.pack("!BBB4x", 2 * addresses,
                                                 self.random.choice((0, 2, 3, 4, 253)), left) +
                            self.bytes(16 * addresses)))
        if self.chance(0.3):
            headers.append((DSTOPTS, self.options6()))
        return headers

    def options6(self):
        """Options that are skipped where they are not known, and padding."""
        options = b""
        while self.chance(0.5) and len(options) < 60:
            body = self.bytes(self.below(24))
            options += bytes((0x1e, len(body))) + body
        short = -(len(options) + 2) % 8
        if short == 1:
            options += b"\0"
        elif short:
            options += bytes((1, short - 2)) + bytes(short - 2)
        return bytes(((len(options) + 2) // 8 - 1,)) + options


    def linear(self, packets):
        """A struct virtio_net_hdr with a header length: so much of a large packet is in
        the linear part of its buffer, and the rest in pages. Smaller packets are always
        in one piece."""
        if min(map(len, packets)) < PAGE or self.chance(0.3):
            return None
        return struct.pack("=BBHHHH", 0, 0, 1 + self.below(200), 0, 0, 0)

    # Fragments to be put together

    @staticmethod
    def atomic(packet):
        """True if there is a Fragment header."""
        return packet[0] >> 4 == 6 and bool(walk(packet, packet[6]).fragment)

    def train(self, side, packet):
        """A whole packet in pieces, in any order; an IPv6 one has a Fragment header of
        its own for that. The first piece has room for the headers that RFC 8200 section
        4.5 wants in it."""
        if side == 4:
            at = 20
            if packet[0] != 0x45 or packet[6] or packet[7]:
                return [packet]
        else:
            if not self.atomic(packet):
                return [packet]
            at = 40 + walk(packet, packet[6]).size
        payload = packet[at:]
        if len(payload) <= 24:
            return [packet]
        starts = {24 + 8 * self.below((len(payload) - 24 + 7) // 8)
                  for _ in range(1 + self.below(4))}
        starts = [0, *sorted(starts)]
        pieces = []
        for start, end in zip(starts, [*starts[1:], len(payload)]):
            more = end < len(payload)
            if side == 4:
                head = put(packet[:20], 2, 20 + end - start)
                head = put(head, 6, 0x2000 * more | start // 8)
                head = put(head, 10, 0)
                head = put(head, 10, checksum(head))
            else:
                head = put(packet[:at], 4, at - 40 + end - start)
                head = put(head, at - 6, start | more)
            pieces.append(head + payload[start:end])
        self.random.shuffle(pieces)
        return pieces


def joined(pieces):
    """IPv6 fragments in their order as one that is whole, if that can be."""
    payload = b"".join(piece[48:] for piece in pieces)
    if len(payload) + 8 > MTU:
        return None
    return put(put(pieces[0][:48], 4, len(payload) + 8), 42, 0) + payload


def chunk(job):
    """Write one stream, named by its seed, so that it can be made again on its own."""
    seed, name, number, count, path = job
    profile = PROFILES[name]
    generator = Generator(f"{seed}/{name}/{number}", profile)
    router = Router(profile)
    counts = {4: 0, 6: 0}
    with open(path, "wb", buffering=1 << 20) as f:
        start(f)

        def case(label, side, packets, expects):
            counts[side] += len(packets)
            write_case(f, label, name, side, packets, expects, generator.linear(packets))

        for index in range(count):
            side = 4 if index & 1 == 0 else 6
            packet = generator.packet4() if side == 4 else generator.packet6()
            label = f"{seed}/{number}/{index}"
            expects = router.expect(side, packet)
            sent = [packet]
            refused = expects and expects[0].side == side
            if profile.whole and refused and generator.atomic(packet):
                # The error is about what conntrack has made of it.
                continue
            if generator.chance(TRAILING):
                sent = [packet + generator.bytes(1 + generator.below(8))]
            elif profile.whole and expects and not refused:
                sent = generator.train(side, packet)
            case(label, side, sent, expects)
            back = [expect.data for expect in expects]
            if not back or refused or not router.can_receive(expects[0].side, back[0]):
                continue
            side = expects[0].side
            if profile.whole and len(back) > 1:
                packet = joined(back)
                if packet:
                    case(label + "/back", side, back, router.expect(side, packet))
                continue
            for packet in back:
                case(label + "/back", side, [packet], router.expect(side, packet))
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", required=True)
    parser.add_argument("--packets", type=int, default=10000,
                        help="how many to make for each side, beside those that come back")
    parser.add_argument("--profile", action="append", choices=sorted(PROFILES))
    parser.add_argument("directory")
    args = parser.parse_args()

    jobs = []
    profiles = args.profile or ["in", "out", "raw", "ct", "narrow", "mtu1500", "pl-40", "eam",
                                "eam-all"]
    for name in profiles:
        left = -(-2 * args.packets // len(profiles))
        number = 0
        while left > 0:
            path = os.path.join(args.directory, f"random-{name}-{number:04}.stream")
            jobs.append((args.seed, name, number, min(left, CHUNK), path))
            left -= CHUNK
            number += 1
    with multiprocessing.Pool() as pool:
        counts = list(pool.imap_unordered(chunk, jobs))
    print(f"random: seed {args.seed}, {sum(c[4] for c in counts)} IPv4, "
          f"{sum(c[6] for c in counts)} IPv6")


if __name__ == "__main__":
    main()
