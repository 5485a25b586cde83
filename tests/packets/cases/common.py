# SPDX-License-Identifier: GPL-2.0-only
"""What the tables of cases are written with.

Packets are laid out and summed by scapy, what is sent and what is expected alike; the
few transports that scapy does not know are put together here, and summed by scapy's
pseudo-headers. Nothing here translates: each table says what RFC 7915 makes of its
packets. The prefix is not 64:ff9b::/96, with which no transport checksum changes (RFC
6052 section 4.1), so that mistakes in them would not show.
"""

import ipaddress
import struct

from scapy.config import conf

conf.ipv6_enabled = True

from scapy.compat import raw
from scapy.layers.inet import ICMP, IP, TCP, UDP, in4_pseudoheader
from scapy.layers.inet6 import (
    ICMPv6EchoReply, ICMPv6EchoRequest, IPv6, IPv6ExtHdrFragment, in6_pseudoheader)
from scapy.packet import Raw
from scapy.utils import checksum

from stream import Expect, IDENTIFICATION

NAT64 = ipaddress.ip_network("2001:db8:64::/96")

# A host of the IPv6 side, one of the IPv4 side, and routers on the way to them. The
# last two are the translator's own.
INSIDE4 = "203.0.113.6"
OUTSIDE4 = "192.0.2.33"
ROUTER4 = "192.0.2.77"
ROUTER6 = "203.0.113.77"
FOREIGN6 = "2001:db8:1::3"
OWN4 = "198.51.100.1"
OWN6 = "2001:db8:1::1"

TCP_, UDP_, ICMP4, ICMP6, DCCP_, SCTP_, UDPLITE = 6, 17, 1, 58, 33, 132, 136

# What IPv6 reads as one of its own headers (RFC 8200 section 4, RFC 4302, RFC 6275,
# RFC 7401, RFC 5533).
EXTENSIONS = {0: "hop-by-hop options", 43: "routing", 44: "fragment", 51: "AH",
              60: "destination options", 135: "mobility", 139: "HIP", 140: "shim6"}

DATA = bytes(range(256)) * 2 + b"odd"
RANDOM_ID = IDENTIFICATION


def embed(v4, prefix=NAT64):
    """RFC 6052 section 2.2: the bits of the prefix, those of the IPv4 address, with
    a zero byte in the place of bits 64 to 71, and zeros."""
    out = bytearray(16)
    length = prefix.prefixlen // 8
    out[:length] = prefix.network_address.packed[:length]
    at = length
    for byte in ipaddress.IPv4Address(v4).packed:
        if at == 8:
            at += 1
        out[at] = byte
        at += 1
    return str(ipaddress.IPv6Address(bytes(out)))


INSIDE6 = embed(INSIDE4)
OUTSIDE6 = embed(OUTSIDE4)


# Headers, as the translator gets them and as they leave it: one hop later.

def in4(**fields):
    return IP(**{"src": OUTSIDE4, "dst": INSIDE4, "ttl": 64, "flags": "DF", "id": 0x1234,
                 **fields})


def out6(**fields):
    return IPv6(**{"src": OUTSIDE6, "dst": INSIDE6, "hlim": 63, **fields})


def in6(**fields):
    return IPv6(**{"src": INSIDE6, "dst": OUTSIDE6, "hlim": 64, **fields})


def out4(**fields):
    return IP(**{"src": INSIDE4, "dst": OUTSIDE4, "ttl": 63, "id": 0, **fields})


# Transports: functions of the header that the checksum covers, and of the data.

def pseudo(header, proto, length):
    if header.version == 4:
        return in4_pseudoheader(proto, header, length)
    return raw(in6_pseudoheader(proto, header, length))


def summed(header, proto, segment, at, covered=None):
    """The segment with its checksum, which lies at an offset and covers so much."""
    total = checksum(pseudo(header, proto, len(segment)) + segment[:covered])
    return segment[:at] + struct.pack("!H", total) + segment[at + 2:]


def tcp(header, data=DATA, **fields):
    fields = {"sport": 40000, "dport": 443, "seq": 0x12345678, "ack": 0x9abcdef0,
              "flags": "PAU", "window": 4321, "urgptr": 7,
              "options": [("NOP", None), ("NOP", None), ("Timestamp", (11, 22))], **fields}
    return raw((header / TCP(**fields) / Raw(data)).payload) if "chksum" in fields else \
        summed(header, TCP_, raw(TCP(chksum=0, **fields) / Raw(data)), 16)


def udp(header, data=DATA, sport=40001, dport=53, length=None):
    """A sum of zero is sent as 0xffff (RFC 768)."""
    segment = summed(header, UDP_, raw(UDP(sport=sport, dport=dport, chksum=0,
                                           len=length) / Raw(data)), 6)
    if segment[6:8] == b"\0\0":
        segment = segment[:6] + b"\xff\xff" + segment[8:]
    return segment


def udp_unsummed(_header, data=DATA, sport=40001, dport=53, length=None):
    return raw(UDP(sport=sport, dport=dport, chksum=0, len=length) / Raw(data))


def udplite(header, data=DATA, coverage=0):
    """RFC 3828: the length field tells how much the checksum covers, 0 is all."""
    segment = struct.pack("!HHHH", 40002, 53, coverage, 0) + data
    segment = summed(header, UDPLITE, segment, 6, coverage or None)
    if segment[6:8] == b"\0\0":
        segment = segment[:6] + b"\xff\xff" + segment[8:]
    return segment


def dccp(header, data=DATA, coverage=0, extended=True):
    """RFC 4340 section 5.1: a Data packet; its header has twelve bytes with short
    sequence numbers, else sixteen. The coverage counts words of the data from one on, 0 is all."""
    kind = 2 << 1 | extended
    words = 4 if extended else 3
    start = struct.pack("!HHBBHB", 40003, 5001, words, coverage, 0, kind)
    start += b"\0\x12\x34\x56\x78\x9a\xbc" if extended else b"\x12\x34\x56"
    covered = len(start) + 4 * (coverage - 1) if coverage else None
    return summed(header, DCCP_, start + data, 6, covered)


def sctp(_header, data=DATA):
    """A DATA chunk; no checksum of SCTP's covers an address (RFC 9260 section 6.8)."""
    chunk = struct.pack("!BBHIHHI", 0, 3, 16 + len(data), 1, 2, 3, 4) + data
    return struct.pack("!HHII", 40004, 9, 0xdeadbeef, 0x12345678) + chunk


def echo(kind):
    """Echo requests and replies of either family: kind is 8 or 0."""
    def build(header, data=DATA, ident=99, seq=3):
        if header.version == 4:
            return raw(ICMP(type=kind, id=ident, seq=seq) / Raw(data))
        cls = ICMPv6EchoRequest if kind == 8 else ICMPv6EchoReply
        return icmp6(header, raw(cls(id=ident, seq=seq, data=data, cksum=0)))
    return build


def icmp6(header, message):
    """An ICMPv6 message with its checksum."""
    return summed(header, ICMP6, message[:2] + b"\0\0" + message[4:], 2)


def icmp4(message):
    message = message[:2] + b"\0\0" + message[4:]
    return message[:2] + struct.pack("!H", checksum(message)) + message[4:]


# Name, protocol in IPv4 and in IPv6, builder, where its checksum lies.
TRANSPORTS = (
    ("TCP", TCP_, TCP_, tcp, 16),
    ("UDP", UDP_, UDP_, udp, 6),
    ("UDP-Lite", UDPLITE, UDPLITE, udplite, 6),
    ("DCCP", DCCP_, DCCP_, dccp, 6),
    ("SCTP", SCTP_, SCTP_, sctp, None),
    ("echo request", ICMP4, ICMP6, echo(8), 2),
    ("echo reply", ICMP4, ICMP6, echo(0), 2),
)


def damaged(segment, at):
    """The checksum off by one: a translator that updates it keeps that, one that
    computes it anew hides what happened to the packet."""
    value, = struct.unpack_from("!H", segment, at)
    return segment[:at] + struct.pack("!H", value + 1 if value < 0xffff else 1) + \
        segment[at + 2:]


# Packets.

def packet(header, proto, payload=b""):
    header = header.copy()
    if header.version == 4:
        header.proto = proto
    else:
        header.nh = proto
    return raw(header / Raw(payload))


def piece4(header, proto, payload, offset, more, ident=0x1234, **fields):
    """A fragment that carries the payload's part, at the offset in bytes."""
    header = header.copy()
    header.flags = "MF" if more else 0
    header.frag = offset // 8
    header.id = ident
    for name, value in fields.items():
        setattr(header, name, value)
    return packet(header, proto, payload)


def piece6(header, nh, payload, offset, more, ident=0x1234, **fields):
    return packet(header, 44, raw(IPv6ExtHdrFragment(nh=nh, offset=offset // 8, m=int(more),
                                                     id=ident, **fields)) + payload)


def pieces6(header, nh, payload, size, ident=0x1234):
    """The payload cut into fragments that carry so many bytes."""
    return [piece6(header, nh, payload[at:at + size], at, at + size < len(payload), ident)
            for at in range(0, len(payload), size)]


def is_extension(proto):
    return proto in EXTENSIONS


# Cases: what a table yields.

def to6(name, sent, *expected, profile="in", mask=()):
    """What is sent on the IPv4 side comes out of the IPv6 side."""
    return name, profile, 4, [sent] if isinstance(sent, bytes) else sent, \
        [Expect(6, data, mask) for data in expected]


def to4(name, sent, *expected, profile="in", mask=RANDOM_ID):
    """The identification of an IPv4 packet that had none in IPv6 is free."""
    return name, profile, 6, [sent] if isinstance(sent, bytes) else sent, \
        [Expect(4, data, mask) for data in expected]


def back(name, sent, *expected, profile="in", mask=()):
    """The answer comes out of the side that the packet went in."""
    side = sent[0] >> 4
    return name, profile, side, [sent], [Expect(side, data, mask) for data in expected]


def dropped(name, sent, profile="in", side=None):
    sent = [sent] if isinstance(sent, bytes) else sent
    return name, profile, side or sent[0][0] >> 4, sent, []
