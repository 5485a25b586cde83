# SPDX-License-Identifier: GPL-2.0-only
"""Ethernet frames at ingress, where nobody has looked at a packet before: what a link has
padded is no part of it, headers are checked, frames for others stay theirs, and a VLAN tag
stays with all that a packet becomes.
"""

import struct

from scapy.layers.inet import IPOption_LSRR

from cases.bad import with_header_sum, with_word
from cases.common import *
from cases.headers_46 import FRAGMENT_OVERHEAD, MINIMUM_MTU
from cases.headers_64 import ROUTING, chained, routing_header
from cases.offload import NEEDS_CSUM, TCPV4, seeded, tcp_segments
from cases.quotes import (
    error4, error4_in6, error6, error6_in4, quoted4, quoted4_in6, quoted6, quoted6_in4)
from cases.stack import own4
from profiles import VLAN

ETHERTYPES = {4: 0x0800, 6: 0x86dd}
TAG = 0x8100
# What the devices of another station, and of all, are called.
SOMEBODY = bytes((2, 0, 0, 0, 9, 9))
EVERYBODY = b"\xff" * 6
PADDING = b"\xa5" * 46


def frame(data, side, ethertype=None, tag=None, to=None):
    """To the device of a side."""
    head = (to or bytes((2, 0, 0, 0, 0, side))) + bytes((2, 0, 0, 0, 1, side))
    if tag is not None:
        head += struct.pack("!HH", TAG, tag)
    return head + struct.pack("!H", ethertype or ETHERTYPES[data[0] >> 4]) + data


def both(name, profile, sent4, after6, sent6, after4, padding=0, tag=None):
    """In either direction; a router that looks into its VLANs has frames of these."""
    if profile in ("frames-vlan", "frames-tagged"):
        tag = VLAN
    behind = PADDING[:padding]
    yield to6(name, [frame(data + behind, 4, tag=tag) for data in sent4], *after6,
              profile=profile)
    yield to4(name, [frame(data + behind, 6, tag=tag) for data in sent6], *after4,
              profile=profile)


def transports(profile):
    """A frame has 46 bytes at least."""
    for name, proto4, proto6, build, _at in TRANSPORTS:
        for length in (0, 1, 18, 100):
            data = DATA[:length]
            packets = ([packet(in4(), proto4, build(in4(), data))],
                       [packet(out6(), proto6, build(out6(), data))],
                       [packet(in6(), proto6, build(in6(), data))],
                       [packet(out4(), proto4, build(out4(), data))])
            for padding in (0, 1, 3, 26, 46):
                yield from both(f"{name}, {length} bytes of data, {padding} of padding", profile,
                                *packets, padding=padding)
            if profile == "frames":
                # The number is in the last twelve bits, none is zero.
                for tag in (0, 0xe000, VLAN, 0x3000 | VLAN):
                    yield from both(f"{name}, {length} bytes of data, tag {tag:#06x}", profile,
                                    *packets, tag=tag)


def cut_up(segment, pieces):
    return [(segment[start:end], start, end is not None) for start, end in pieces]


def padded(profile):
    """Where the end of the packet matters most."""
    for padding in (1, 2, 30):
        pieces = ((0, 64), (64, 256), (256, None))
        yield from both(
            f"8, 27: fragments, {padding} bytes of padding", profile,
            *([piece(head, UDP_, data, at, more)
               for data, at, more in cut_up(udp(head, DATA), pieces)]
              for piece, head in ((piece4, in4()), (piece6, out6()), (piece6, in6()),
                                  (piece4, out4()))), padding=padding)
        data = DATA[:20]
        yield from both(
            f"17: an error, {padding} bytes of padding", profile,
            [error4(packet(quoted4(), UDP_, udp(quoted4(), data)))],
            [error4_in6(packet(quoted4_in6(), UDP_, udp(quoted4_in6(), data)))],
            [error6(packet(quoted6(), UDP_, udp(quoted6(), data)))],
            [error6_in4(packet(quoted6_in4(), UDP_, udp(quoted6_in4(), data)))],
            padding=padding)


def cut(profile):
    """Statement 6: pieces come in once more, with the tag."""
    carried = MINIMUM_MTU - FRAGMENT_OVERHEAD
    head = in4(flags=0, id=0xabcd)
    for tag in (None,) if profile == "frames" else (VLAN,):
        data = (DATA * 6)[:3000]
        pieces = pieces6(out6(), UDP_, udp(out6(), data), carried, 0xabcd)
        sent = packet(head, UDP_, udp(head, data))
        for padding in (0, 7):
            yield to6(f"6: cut, {padding} bytes of padding, tag {tag}",
                      frame(sent + PADDING[:padding], 4, tag=tag), *pieces, profile=profile)
        for title, to in (("another station", SOMEBODY), ("all stations", EVERYBODY)):
            yield dropped(f"6: cut, to {title}, tag {tag}", frame(sent, 4, tag=tag, to=to),
                          profile=profile, side=4)
        # Segments that are cut each.
        data = (DATA * 10)[:4000]
        size = 1448
        sent = packet(head, TCP_, seeded(head, TCP_, tcp(head, data, flags="PA"), 16))
        expected = []
        for number, segment in enumerate(tcp_segments(out6(), data, size, "PA")):
            whole = packet(out6(), TCP_, segment)
            expected += [whole] if len(whole) <= MINIMUM_MTU else \
                pieces6(out6(), TCP_, segment, carried, 0xabcd + number)
        link = 14 if tag is None else 18
        yield *to6(f"6, 23: TSO without DF, tag {tag}", frame(sent, 4, tag=tag), *expected,
                   profile=profile), \
            struct.pack("=BBHHHH", NEEDS_CSUM, TCPV4, link + 52, size, link + 20, 16)


def others(profile):
    """To another station, or to all: no packet of IP's comes of it, and no error."""
    tag = VLAN if profile in ("frames-vlan", "frames-tagged") else None
    route4 = packet(in4(options=[IPOption_LSRR(pointer=4, routers=["192.0.2.1"])]), UDP_,
                    udp(in4()))
    route6 = chained(in6(), [(ROUTING, routing_header(0, 1))], UDP_, udp(in6()))
    for title, to in (("another station", SOMEBODY), ("all stations", EVERYBODY)):
        for side, name, sent in (
                (4, "UDP", packet(in4(), UDP_, udp(in4()))),
                (6, "UDP", packet(in6(), UDP_, udp(in6()))),
                (4, "2: a source route", route4), (6, "25: a source route", route6),
                (4, "4: TTL 1", packet(in4(ttl=1), UDP_, udp(in4()))),
                (6, "4: hop limit 1", packet(in6(hlim=1), UDP_, udp(in6())))):
            yield dropped(f"{name}, to {title}", frame(sent, side, tag=tag, to=to),
                          profile=profile, side=side)
    # That the same to this station has an answer.
    refusal = own4(route4, 3, 5)
    yield f"2: a source route, padding (to {profile})", profile, 4, \
        [frame(route4 + PADDING[:9], 4, tag=tag)], \
        [Expect(4, refusal, RANDOM_ID)]


def wrong():
    """What the type of the frame says is not what is in it."""
    four, six = packet(in4(), UDP_, udp(in4())), packet(in6(), UDP_, udp(in6()))
    for version in range(16):
        if version != 4:
            sent = with_header_sum(packet(in4(version=version), UDP_, udp(in4())))
            yield dropped(f"1: version {version}", frame(sent, 4, ethertype=ETHERTYPES[4]),
                          profile="frames", side=4)
        if version != 6:
            yield dropped(f"25: version {version}",
                          frame(bytes((version << 4 | six[0] & 15,)) + six[1:], 6,
                                ethertype=ETHERTYPES[6]), profile="frames", side=6)
    for ethertype in (0x0806, 0x88b5, 0x86dd):
        yield dropped(f"IPv4 in a frame of {ethertype:#06x}", frame(four, 4, ethertype=ethertype),
                      profile="frames", side=4)
    for ethertype in (0x0800, 0x88b5):
        yield dropped(f"IPv6 in a frame of {ethertype:#06x}", frame(six, 6, ethertype=ethertype),
                      profile="frames", side=6)
    # The frame ends before the packet, whatever is in it then.
    for data, side in ((four, 4), (six, 6)):
        for size in range(1, len(data)):
            yield dropped(f"{size} of {len(data)} bytes",
                          frame(data[:size], side, ethertype=ETHERTYPES[side]),
                          profile="frames", side=side)
        yield dropped("an empty frame", frame(b"", side, ethertype=ETHERTYPES[side]),
                      profile="frames", side=side)
    # Less than the headers need, and enough behind them.
    for length in (0, 1, 19):
        yield dropped(f"1: a total length of {length}, padding",
                      frame(with_header_sum(with_word(four, 2, length)) + PADDING, 4),
                      profile="frames", side=4)
    for word in range(10):
        yield dropped(f"1: word {word} of the header, and its checksum is as it was",
                      frame(with_word(four, 2 * word, 0x4520 if word == 0 else 0x2a2a), 4),
                      profile="frames", side=4)
    for length in range(8):
        yield dropped(f"20: a payload length of {length} with UDP, padding",
                      frame(with_word(six, 4, length) + PADDING, 6), profile="frames", side=6)


def cases():
    for profile in ("frames", "frames-tagged", "frames-vlan"):
        yield from transports(profile)
        yield from padded(profile)
        yield from cut(profile)
        yield from others(profile)
    yield from others("frames-own")
    yield from wrong()
