# SPDX-License-Identifier: GPL-2.0-only
"""Streams: packets to feed to the translator, with what has to come out of it.

A stream is made on the build machine, where Python is fast, and fed in the guest
(feed.py). It is a sequence of cases; a case is one packet, or a few that belong
together (fragments), sent on one side of the router, and all the packets that have
to come out, of either side. The side is that of a device: 4 the IPv4 side, 6 the
IPv6 side. A packet begins with its IP header.
"""

import collections
import struct

MAGIC = b"xlat packets 1\n"

_CASE = struct.Struct("!IBBBBB")
_SIZE = struct.Struct("!I")
_EXPECT = struct.Struct("!BIB")
_RANGE = struct.Struct("!II")

Case = collections.namedtuple("Case", "name profile side packets expects vnet")


class Expect(collections.namedtuple("Expect", "side data mask")):
    """A packet that has to come out of the device of a side. The mask lists the
    (offset, length) of what is not compared. Where that covers the identification of
    the IPv4 header, its checksum is not compared either, but verified."""

    __slots__ = ()

    def __new__(cls, side, data, mask=()):
        return super().__new__(cls, side, bytes(data), tuple(mask))


# A generated IPv4 identification.
IDENTIFICATION = ((4, 2),)


def start(f):
    """Begin a stream in a file opened for writing bytes."""
    f.write(MAGIC)


def write_case(f, name, profile, side, packets, expects, vnet=None):
    """Append a case. The packets are bytes, or a list of bytes to send one after the
    other; the expected ones are given in the order in which they come out of their
    side, none at all if nothing may come out. vnet is the struct virtio_net_hdr to
    send before each packet (10 bytes), for offloads."""
    if isinstance(packets, (bytes, bytearray)):
        packets = (packets,)
    name = name.encode()
    profile = profile.encode()
    body = [profile, name, vnet or b""]
    for packet in packets:
        body += (_SIZE.pack(len(packet)), packet)
    for expect in expects:
        body.append(_EXPECT.pack(expect.side, len(expect.data), len(expect.mask)))
        body += (_RANGE.pack(*part) for part in expect.mask)
        body.append(expect.data)
    body = b"".join(body)
    f.write(_CASE.pack(len(body), len(profile), len(vnet or b""), side, len(packets),
                       len(expects)))
    f.write(_SIZE.pack(len(name)))
    f.write(body)


def read_cases(f):
    """All cases of a stream."""
    if f.read(len(MAGIC)) != MAGIC:
        raise ValueError(f"{f.name} is not a stream of packets")
    while head := f.read(_CASE.size + _SIZE.size):
        size, profile, vnet, side, packets, expects = _CASE.unpack_from(head)
        name, = _SIZE.unpack_from(head, _CASE.size)
        yield _read_case(f.read(size), profile, name, vnet, side, packets, expects)


def _read_case(body, profile, name, vnet, side, packets, expects):
    at = profile + name + vnet
    sent = []
    for _ in range(packets):
        size, = _SIZE.unpack_from(body, at)
        at += 4 + size
        sent.append(body[at - size:at])
    expected = []
    for _ in range(expects):
        out, size, ranges = _EXPECT.unpack_from(body, at)
        at += _EXPECT.size
        mask = [_RANGE.unpack_from(body, at + 8 * n) for n in range(ranges)]
        at += 8 * ranges + size
        expected.append(Expect(out, body[at - size:at], mask))
    return Case(body[profile:profile + name].decode(), body[:profile].decode(), side, sent,
                expected, body[profile + name:profile + name + vnet] or None)
