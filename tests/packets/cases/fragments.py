# SPDX-License-Identifier: GPL-2.0-only
"""Statements 6, 8, 20, 21, 24 and 27: fragments, one by one where nobody has put them
together, and put together by conntrack (RFC 7915 sections 1.2, 4.1, 4.5 and 5.1.1)."""

import itertools

from scapy.layers.inet import IPOption_NOP

from cases.common import *
from cases.headers_46 import FRAGMENT_OVERHEAD, MINIMUM_MTU
from cases.headers_64 import DESTINATION, HEADERS, HOP, ROUTING, chained

# Where fragments come one by one.
SINGLY = ("in", "out", "raw")

# Protocol, builder; GRE stands for what is passed on as it is.
KINDS = (("TCP", TCP_, tcp), ("UDP", UDP_, udp), ("UDP-Lite", UDPLITE, udplite),
         ("DCCP", DCCP_, dccp), ("SCTP", SCTP_, sctp),
         ("GRE", 47, lambda _header, data=DATA: data))

# Offsets and ends of three pieces of a datagram.
PIECES = ((0, 80), (80, 200), (200, None))

# An identification of IPv6 has 32 bits, and none in IPv4 has more than 16.
IDENTS = (0, 1, 0xffff, 0x10000, 0x12345678, 0xffffffff)

# The identification in the Fragment header that IPv6 itself makes is its own.
GENERATED_FRAGMENT = ((44, 4),)


def parts(segment):
    """The pieces of a segment: data, offset, whether more follow."""
    return [(segment[start:end], start, end is not None) for start, end in PIECES]


def singly_46(profile):
    """Statements 8 and 20: the first piece holds a checksum of the whole, the others are
    not touched."""
    for name, proto, build in KINDS:
        for number, ((data, at, more), (data6, _, _)) in enumerate(
                zip(parts(build(in4())), parts(build(out6())))):
            yield to6(f"8, 20: {name}, piece {number}", piece4(in4(), proto, data, at, more),
                      piece6(out6(), proto, data6, at, more), profile=profile)
        # What has DF set is fragmented all the same, and stays so.
        data, at, more = parts(build(in4()))[1]
        head = in4()
        yield to6(f"8: {name}, DF and MF", piece4(head, proto, data, at, more, flags="MF+DF"),
                  piece6(out6(), proto, data, at, more), profile=profile)
    for ident in (0, 1, 0x7fff, 0x8000, 0xffff):
        yield to6(f"8: identification {ident:#06x}",
                  piece4(in4(), UDP_, DATA[:64], 128, True, ident),
                  piece6(out6(), UDP_, DATA[:64], 128, True, ident), profile=profile)
    for offset in (8, 16, 1480, 32760, 32768, 65496):
        for more in (True, False):
            yield to6(f"8: offset {offset}, more {more}",
                      piece4(in4(), 47, DATA[:16], offset, more),
                      piece6(out6(), 47, DATA[:16], offset, more), profile=profile)
    for length in (0, 1, 7, 8, 9):
        if length:
            yield to6(f"8: {length} bytes in the last piece",
                      piece4(in4(), UDP_, DATA[:length], 128, False),
                      piece6(out6(), UDP_, DATA[:length], 128, False), profile=profile)
    head = in4(options=[IPOption_NOP()] * 8, tos=0xb8)
    yield to6("1, 3, 8: a piece with options and a TOS",
              piece4(head, UDP_, DATA[:64], 128, True),
              piece6(out6(tc=0xb8), UDP_, DATA[:64], 128, True), profile=profile)
    # The first piece is all that says what is inside.
    unsummed = udp_unsummed(in4())
    yield dropped("21: first piece of UDP without checksum",
                  piece4(in4(), UDP_, unsummed[:80], 0, True), profile=profile)
    # Even if it says that it is all.
    yield dropped("21: first piece of UDP without checksum, as long as its length says",
                  piece4(in4(), UDP_, udp_unsummed(in4(), DATA[:72]), 0, True),
                  profile=profile)
    yield to6("21: later piece of UDP without checksum",
              piece4(in4(), UDP_, unsummed[80:160], 80, True),
              piece6(out6(), UDP_, unsummed[80:160], 80, True), profile=profile)
    for kind in (8, 0):
        for number, (data, at, more) in enumerate(parts(echo(kind)(in4()))):
            yield dropped(f"24: piece {number} of echo {kind}",
                          piece4(in4(), ICMP4, data, at, more), profile=profile)
    for proto in sorted(EXTENSIONS) + [ICMP6]:
        yield dropped(f"9: a later piece of protocol {proto}",
                      piece4(in4(), proto, DATA[:64], 128, True), profile=profile)
    for proto, build, short in ((TCP_, tcp, 16), (DCCP_, dccp, 8)):
        yield dropped(f"20: first piece too short for the header of protocol {proto}",
                      piece4(in4(), proto, build(in4())[:short], 0, True), profile=profile)


def cut_again(profile, mtu):
    """Statement 6 for what is a fragment already: the pieces of a piece have its
    identification, and the place in the datagram that is theirs."""
    carried = (mtu - FRAGMENT_OVERHEAD) // 8 * 8
    data = (DATA * 10)[:4000]
    for length in (carried - 8, carried, carried + 8, carried + 16, 2 * carried, 2 * carried + 8):
        for more in (True, False):
            length -= 0 if more else 3
            expected = [piece6(out6(), 47, data[at:min(at + carried, length)], 800 + at,
                               more or at + carried < length, 0xbeef)
                        for at in range(0, length, carried)]
            yield to6(f"6, 8: a piece of {length} bytes, more {more}, mtu {mtu}",
                      piece4(in4(), 47, data[:length], 800, more, 0xbeef), *expected,
                      profile=profile)
    # A first piece from a link of 1500 bytes.
    whole, after = udp(in4(), data), udp(out6(), data)
    yield to6(f"6, 8: a first piece of 1480 bytes, mtu {mtu}",
              piece4(in4(), UDP_, whole[:1480], 0, True),
              piece6(out6(), UDP_, after[:carried], 0, True),
              piece6(out6(), UDP_, after[carried:1480], carried, True), profile=profile)


def singly_64(profile):
    """Statements 20 and 27."""
    for name, proto, build in KINDS:
        for number, ((data, at, more), (data4, _, _)) in enumerate(
                zip(parts(build(in6())), parts(build(out4())))):
            yield to4(f"20, 27: {name}, piece {number}", piece6(in6(), proto, data, at, more),
                      piece4(out4(), proto, data4, at, more), profile=profile, mask=())
    for ident in IDENTS:
        yield to4(f"27: identification {ident:#x}",
                  piece6(in6(), UDP_, DATA[:64], 128, True, ident),
                  piece4(out4(), UDP_, DATA[:64], 128, True, ident & 0xffff),
                  profile=profile, mask=())
    for offset in (8, 16, 1480, 32760, 32768, 65496):
        for more in (True, False):
            yield to4(f"27: offset {offset}, more {more}",
                      piece6(in6(), 47, DATA[:16], offset, more),
                      piece4(out4(), 47, DATA[:16], offset, more), profile=profile, mask=())
    for length in (1, 7, 8, 9):
        yield to4(f"27: {length} bytes in the last piece",
                  piece6(in6(), UDP_, DATA[:length], 128, False),
                  piece4(out4(), UDP_, DATA[:length], 128, False), profile=profile, mask=())
    # A piece stays without DF whatever its size.
    for length in (1232, 1240, 1248, 8000):
        yield to4(f"26, 27: a piece of {length} bytes",
                  piece6(in6(), 47, bytes(length), 1232, True),
                  piece4(out4(), 47, bytes(length), 1232, True), profile=profile, mask=())
    yield to4("27: reserved bits of the Fragment header",
              piece6(in6(), UDP_, DATA[:64], 128, True, res1=0xff, res2=3),
              piece4(out4(), UDP_, DATA[:64], 128, True), profile=profile, mask=())
    for kinds in itertools.permutations((ROUTING, DESTINATION)):
        before = [(HOP, HEADERS[HOP])] + [(kind, HEADERS[kind]) for kind in kinds]
        yield to4(f"25, 27: a piece behind protocols 0, {kinds[0]}, {kinds[1]}",
                  chained(in6(), before + [(44, b"\0\0\x81\0\0\x12\x34")], UDP_, DATA[:64]),
                  piece4(out4(), UDP_, DATA[:64], 128, True), profile=profile, mask=())
    yield dropped("22: first piece of UDP without checksum",
                  piece6(in6(), UDP_, udp_unsummed(in6())[:80], 0, True), profile=profile)
    for kind in (8, 0):
        for number, (data, at, more) in enumerate(parts(echo(kind)(in6()))):
            yield dropped(f"24: piece {number} of echo {kind}",
                          piece6(in6(), ICMP6, data, at, more), profile=profile)
    for proto in sorted(EXTENSIONS) + [ICMP4]:
        yield dropped(f"28: a later piece of protocol {proto}",
                      piece6(in6(), proto, DATA[:64], 128, True), profile=profile)
    for proto, build, short in ((TCP_, tcp, 16), (DCCP_, dccp, 8)):
        yield dropped(f"20: first piece too short for the header of protocol {proto}",
                      piece6(in6(), proto, build(in6())[:short], 0, True), profile=profile)


def atomic(profile):
    """Statement 27: a fragment that is all of the packet is a packet, without DF."""
    for name, proto4, proto6, build, _at in TRANSPORTS:
        for length in (0, 100, 1300):
            data = (DATA * 3)[:length]
            yield to4(f"27: atomic fragment: {name}, {length} bytes of data",
                      piece6(in6(), proto6, build(in6(), data), 0, False, 0xabcd1234),
                      packet(out4(id=0x1234), proto4, build(out4(), data)),
                      profile=profile, mask=())
    for ident in IDENTS:
        yield to4(f"27: atomic fragment, identification {ident:#x}",
                  piece6(in6(), UDP_, udp(in6()), 0, False, ident),
                  packet(out4(id=ident & 0xffff), UDP_, udp(out4())), profile=profile, mask=())
    yield dropped("22: atomic fragment: UDP without checksum",
                  piece6(in6(), UDP_, udp_unsummed(in6()), 0, False), profile=profile)


def together():
    """Statements 6, 21 and 24: conntrack has put together what was in pieces, in whatever
    order they came."""
    data = DATA[:400]
    whole = [(name, proto, proto, build, build) for name, proto, build in KINDS]
    whole += [("UDP without checksum", UDP_, UDP_, udp_unsummed, udp),
              ("echo request", ICMP4, ICMP6, echo(8), echo(8)),
              ("echo reply", ICMP4, ICMP6, echo(0), echo(0))]
    for number, (name, proto4, proto6, before, after) in enumerate(whole):
        for turn, order in enumerate(itertools.permutations(range(len(PIECES)))):
            # What is put together must not be taken for another case's.
            ident = 0x1000 + 8 * number + turn
            sent = [piece4(in4(), proto4, *parts(before(in4(), data))[n], ident) for n in order]
            yield to6(f"24: {name}, pieces {order}", sent,
                      packet(out6(), proto6, after(out6(), data)), profile="ct")
            if before is udp_unsummed:
                continue
            sent = [piece6(in6(), proto6, *parts(before(in6(), data))[n], ident) for n in order]
            yield to4(f"24: {name}, pieces {order}", sent,
                      packet(out4(), proto4, before(out4(), data)), profile="ct")
        # Together they are more than the other side's smallest MTU. DF is about the pieces.
        data_long = (DATA * 6)[:3000]
        carried = MINIMUM_MTU - FRAGMENT_OVERHEAD
        segment = before(in4(), data_long)
        for ident, first, last in ((0x2000 + number, "MF", 0), (0x3000 + number, "MF+DF", "DF")):
            sent = [piece4(in4(), proto4, segment[at:at + 1480], at, True, ident,
                           flags=first if at + 1480 < len(segment) else last)
                    for at in range(0, len(segment), 1480)]
            yield to6(f"6, 24: {name}, 3000 bytes of data in pieces, {first}", sent,
                      *pieces6(out6(), proto6, after(out6(), data_long), carried),
                      profile="ct", mask=GENERATED_FRAGMENT)
        if before is not udp_unsummed:
            sent = pieces6(in6(), proto6, before(in6(), data_long), 1232, 0x2000 + number)
            yield to4(f"24, 27: {name}, 3000 bytes of data in pieces", sent,
                      packet(out4(), proto4, before(out4(), data_long)), profile="ct")


def cases():
    for profile in SINGLY:
        yield from singly_46(profile)
        yield from singly_64(profile)
        yield from atomic(profile)
    for profile in ("in", "out"):
        yield from cut_again(profile, MINIMUM_MTU)
    yield from cut_again("mtu1500", 1500)
    yield from together()
