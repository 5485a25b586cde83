# SPDX-License-Identifier: GPL-2.0-only
"""What a translator and the router around it do with a packet: a plain model.

Written from RFC 7915 and what it refers to, and RFC 7757, to be compared with: one rule
after the other in the order of the RFC, a new packet made from the old one each time.
Sections without the name of a document are RFC 7915's.

What is the router's and not the translator's is in Router: the checks on the way in,
the hop limit, and the ICMP errors about packets that are not to be translated.
"""

import dataclasses
import ipaddress
import struct

from profiles import MTU, ROUTER4, ROUTER6, Address, LowBits, Prefix
from stream import IDENTIFICATION, Expect

HOPOPTS, ICMP, TCP, UDP, DCCP, ROUTING, FRAGMENT = 0, 1, 6, 17, 33, 43, 44
AH, ICMPV6, DSTOPTS, MOBILITY, UDPLITE, HIP, SHIM6 = 51, 58, 60, 135, 136, 139, 140

# What IPv6 reads as an extension header or as ICMPv6 whoever sent it.
LIVE = {HOPOPTS, ROUTING, FRAGMENT, AH, ICMPV6, DSTOPTS, MOBILITY, HIP, SHIM6}
# What may not follow a Fragment header (section 5.1.1): all but ESP.
EXTENSIONS = {HOPOPTS, ROUTING, FRAGMENT, AH, DSTOPTS, MOBILITY, HIP, SHIM6}

# Length of the header, where its checksum is.
TRANSPORTS = {TCP: (20, 16), UDP: (8, 6), DCCP: (12, 6), UDPLITE: (8, 6)}

# RFC 1122 section 3.2.2, of ICMP: echo, timestamp, information, address mask.
QUERIES = {0, 8, 13, 14, 15, 16, 17, 18}

LARGEST_ERROR4 = 576
LARGEST_ERROR6 = 1280

# RFC 1191 section 7.1
PLATEAUS = (65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68)


class Dropped(Exception):
    """The packet is discarded without a word."""


class NotMatched(Exception):
    """The packet is not for the translator, and left alone."""


class Refused(Exception):
    """The packet is discarded, and its sender hears why: type, code, rest of header."""


# Checksums (RFC 1071). A number is the sum of its 16-bit digits modulo 65535.

def fold(number):
    return number % 0xffff or (0xffff if number else 0)


def ones_sum(data):
    number = int.from_bytes(data, "big")
    return fold(number << 8 if len(data) & 1 else number)


def checksum(data):
    return 0xffff - ones_sum(data)


def updated(check, old, new):
    """A checksum after the old data has become the new (RFC 1624, equation 3)."""
    return 0xffff - fold((0xffff - check) + (0xffff - ones_sum(old)) + ones_sum(new))


def put(data, at, number):
    """The data with a 16-bit number in it."""
    return data[:at] + struct.pack("!H", number) + data[at + 2:]


def word(data, at):
    return data[at] << 8 | data[at + 1]


# Headers.

@dataclasses.dataclass
class Header4:
    tos: int
    total: int
    identification: int
    flags: int
    offset: int
    ttl: int
    protocol: int
    source: bytes
    destination: bytes
    options: bytes = b""

    DF, MF = 2, 1

    @classmethod
    def parse(cls, data):
        """The header the data begins with and its length."""
        if len(data) < 20:
            raise Dropped("cut in the IPv4 header")
        first, tos, total, identification, flags, ttl, protocol, _, source, destination = (
            struct.unpack_from("!BBHHHBBH4s4s", data))
        size = (first & 15) * 4
        if first >> 4 != 4 or size < 20 or len(data) < size or total < size:
            raise Dropped("malformed IPv4 header")
        return cls(tos, total, identification, flags >> 13, flags & 0x1fff, ttl, protocol,
                   source, destination, data[20:size]), size

    @property
    def fragment(self):
        return bool(self.flags & self.MF or self.offset)

    def build(self):
        """Without options: a translator never writes any."""
        data = struct.pack("!BBHHHBBH4s4s", 0x45, self.tos, self.total, self.identification,
                           self.flags << 13 | self.offset, self.ttl, self.protocol, 0,
                           self.source, self.destination)
        return put(data, 10, checksum(data))


@dataclasses.dataclass
class Header6:
    traffic_class: int
    length: int
    next_header: int
    hop_limit: int
    source: bytes
    destination: bytes

    @classmethod
    def parse(cls, data):
        if len(data) < 40:
            raise Dropped("cut in the IPv6 header")
        first, length, next_header, hop_limit, source, destination = struct.unpack_from(
            "!IHBB16s16s", data)
        if first >> 28 != 6:
            raise Dropped("not IPv6")
        return cls(first >> 20 & 0xff, length, next_header, hop_limit, source, destination)

    def build(self):
        """The flow label is zero."""
        return struct.pack("!IHBB16s16s", 6 << 28 | self.traffic_class << 20, self.length,
                           self.next_header, self.hop_limit, self.source, self.destination)


@dataclasses.dataclass
class FragmentHeader:
    offset: int
    more: bool
    identification: int

    @classmethod
    def parse(cls, data):
        offset, identification = struct.unpack_from("!HI", data, 2)
        return cls(offset >> 3, bool(offset & 1), identification)

    @property
    def atomic(self):
        return self.offset == 0 and not self.more

    def build(self, next_header):
        return struct.pack("!BBHI", next_header, 0, self.offset << 3 | self.more,
                           self.identification)


@dataclasses.dataclass
class Chain:
    """The extension headers behind an IPv6 header: how long they are in all, what
    follows them, the Fragment header if there is one, and where in the packet the
    segments left of a routing header are that is not done."""

    size: int
    protocol: int
    fragment: FragmentHeader | None
    segments_left: int | None


def walk(packet, next_header):
    """The extension headers of a packet. Section 5.1: those are skipped, and so is
    the Fragment header where it is taken note of."""
    at = 40
    fragment = segments_left = None
    while next_header in EXTENSIONS:
        if fragment:
            raise Dropped("an extension header behind the Fragment header")
        if next_header == AH:
            raise Dropped("AH does not survive")
        if next_header in (MOBILITY, HIP, SHIM6):
            break
        if len(packet) < at + 8:
            raise Dropped("cut in the extension headers")
        following, size = packet[at], 8
        if next_header == FRAGMENT:
            fragment = FragmentHeader.parse(packet[at:])
        else:
            size = (packet[at + 1] + 1) * 8
            if len(packet) < at + size:
                raise Dropped("cut in the extension headers")
            if next_header == ROUTING and packet[at + 3] and segments_left is None:
                segments_left = at + 3
        next_header = following
        at += size
    return Chain(at - 40, next_header, fragment, segments_left)


def pseudo4(header, protocol, length):
    return struct.pack("!4s4sBBH", header.source, header.destination, 0, protocol, length)


def pseudo6(header, protocol, length):
    return struct.pack("!16s16sI3xB", header.source, header.destination, length, protocol)


def legal(address):
    """Section 4.1 by way of RFC 1812 section 5.3.7: what can be an IPv4 source."""
    return address[0] not in (0, 127) and address[0] < 224


def bits_of(data):
    return "".join(f"{byte:08b}" for byte in data)


def address_of(bits):
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def prefix_bits(text):
    """The bits of a prefix; an address is one of its full length."""
    network = ipaddress.ip_network(text)
    return bits_of(network.network_address.packed)[:network.prefixlen]


# How one address becomes one of the other family. What has no counterpart is not matched.

class Embedding:
    """RFC 6052 section 2.2: the bits 64 to 71 are in nobody's way, they are zero."""

    def __init__(self, prefix):
        network = ipaddress.ip_network(prefix)
        self.bits = network.prefixlen
        self.prefix = network.network_address.packed

    def to_six(self, four):
        if self.bits == 96:
            return self.prefix[:12] + four
        at = self.bits // 8
        joined = self.prefix[:at] + four
        return (joined[:8] + b"\0" + joined[8:] + bytes(16))[:16]

    def to_four(self, six):
        """What follows the IPv4 address is not looked at."""
        at = self.bits // 8
        if six[:at] != self.prefix[:at]:
            raise NotMatched("not of the prefix")
        return six[12:] if self.bits == 96 else (six[:8] + six[9:])[at:at + 4]


class Table:
    """RFC 7757 section 3.3: the row of the longest prefix; the bits behind it follow the
    row's other prefix. Of the two suffixes that of IPv6 may be the longer one: it is
    filled up with zeros when written and ignored there when read."""

    def __init__(self, rows):
        self.rows = [(prefix_bits(four), prefix_bits(six)) for four, six in rows]

    def mapped(self, address, size, rows):
        bits = bits_of(address)
        rows = [row for row in rows if bits.startswith(row[0])]
        if not rows:
            raise NotMatched("not in the table")
        prefix, other = max(rows, key=lambda row: len(row[0]))
        return address_of((other + bits[len(prefix):] + "0" * size)[:size])

    def to_six(self, four):
        return self.mapped(four, 128, self.rows)

    def to_four(self, six):
        return self.mapped(six, 32, [row[::-1] for row in self.rows])


class Fixed:
    """One address, whatever the packet's is."""

    def __init__(self, address):
        self.address = ipaddress.ip_address(address).packed

    def to_six(self, _four):
        return self.address

    def to_four(self, _six):
        return self.address


class Suffix:
    """A prefix in front of as many of the last bits of the address as there is room for."""

    def __init__(self, prefix):
        self.prefix = prefix_bits(prefix)

    def behind(self, address, size):
        room = size - len(self.prefix)
        return address_of(self.prefix + ("0" * size + bits_of(address))[-room:] if room
                          else self.prefix)

    def to_six(self, four):
        return self.behind(four, 128)

    def to_four(self, six):
        return self.behind(six, 32)


def mapping_of(mapping):
    """How an address is mapped that a statement has a mapping for."""
    if isinstance(mapping, Prefix):
        return Embedding(mapping.prefix)
    if isinstance(mapping, Address):
        return Fixed(mapping.address)
    if isinstance(mapping, LowBits):
        return Suffix(mapping.prefix)
    return Table(mapping.rows)


class Translator:
    """The rules of RFC 7915 with a mapping for either address.

    The packet inside an ICMP error has gone the other way: what was the source is now
    the destination, and the mappings change places (RFC 7757 section 3.3 looks up both
    alike). mtu is the lowest one of the IPv6 side (section 4), route_mtu4 and route_mtu6
    are those of the next hops, standin is the source of an ICMP error that has none
    (RFC 6791)."""

    def __init__(self, source, destination, mtu, route_mtu4, route_mtu6, standin):
        self.source = source
        self.destination = destination
        self.mtu = mtu
        self.route_mtu4 = route_mtu4
        self.route_mtu6 = route_mtu6
        self.standin = ipaddress.IPv4Address(standin).packed

    @staticmethod
    def legal_four(mapping, six):
        """The IPv4 address of an address that the packet is to travel with."""
        four = mapping.to_four(six)
        if not legal(four):
            raise NotMatched("an IPv4 address that nobody can have")
        return four

    # IPv4 to IPv6

    def four_to_six(self, packet):
        """The IPv6 packets that an IPv4 packet becomes."""
        header, size = Header4.parse(packet)
        payload = packet[size:header.total]
        if not legal(header.destination):
            raise NotMatched("an IPv4 address that nobody can have")
        # Section 4.1: an illegal source, unless the packet is an ICMP error.
        error = (header.protocol == ICMP and not header.offset and
                 payload[:1] and payload[0] in (3, 4, 5, 11, 12))
        if not legal(header.source) and not error:
            raise Dropped("illegal source")
        # What would become a live extension header, or ICMPv6, for whoever receives it.
        if header.protocol in LIVE:
            raise Dropped(f"protocol {header.protocol}")
        if source_routed(header.options):
            # RFC 1122 section 3.2.2: nobody hears of errors or of later fragments. Linux
            # takes every type for an error that is not a query or the answer to one.
            query = header.protocol != ICMP or payload[:1] and payload[0] in QUERIES
            if not query or header.offset:
                raise Dropped("source route")
            raise Refused(3, 5, 0)

        if header.fragment:
            check_fragment(header.offset, header.flags & Header4.MF, payload)

        # Section 4.1
        six = Header6(header.tos, 0, ICMPV6 if header.protocol == ICMP else header.protocol,
                      header.ttl, self.source.to_six(header.source),
                      self.destination.to_six(header.destination))
        if header.fragment and header.protocol == ICMP:
            raise Dropped("the checksum needs all of the ICMP message")
        if header.protocol == ICMP:
            payload = self.icmp_to_six(payload, six)
        elif not header.offset:
            payload = self.transport(header.protocol, payload, header, six,
                                     whole=not header.fragment)
        return self.cut(six, payload, header)

    def cut(self, six, payload, header):
        """Section 4 and 4.1: a fragment has a Fragment header; what may be fragmented
        and is too large is."""
        fits = len(payload) + 40 + (8 if header.fragment else 0) <= self.mtu
        if not header.fragment and (fits or header.flags & Header4.DF):
            six.length = len(payload)
            return [six.build() + payload]
        room = (self.mtu - 48) // 8 * 8
        pieces = []
        at = 0
        while True:
            last = fits or bool(header.flags & Header4.DF) or len(payload) - at <= self.mtu - 48
            piece = payload[at:] if last else payload[at:at + room]
            fragment = FragmentHeader(header.offset + at // 8,
                                      not last or bool(header.flags & Header4.MF),
                                      header.identification)
            outer = dataclasses.replace(six, length=len(piece) + 8, next_header=FRAGMENT)
            pieces.append(outer.build() + fragment.build(six.next_header) + piece)
            at += len(piece)
            if last:
                return pieces

    def icmp_to_six(self, message, six):
        """Section 4.2"""
        if len(message) < 8:
            raise Dropped("cut in the ICMP header")
        kind, code = message[0], message[1]
        if kind in (8, 0):
            head = bytes((128 if kind == 8 else 129, code))
            check = updated(word(message, 2), message[:2],
                            head + pseudo6(six, ICMPV6, len(message)))
            return head + struct.pack("!H", check) + message[4:]
        translated = self.error_to_six(message)
        check = updated(word(message, 2), message[:2] + message[4:],
                        pseudo6(six, ICMPV6, len(translated)) + translated)
        return put(translated, 2, check)

    def error_to_six(self, message):
        """An ICMPv6 error for an ICMP error, its checksum zero."""
        kind, code, rest = message[0], message[1], message[4:8]
        field = bytes(4)
        if kind == 3 and code in (0, 1, 5, 6, 7, 8, 11, 12):
            new = (1, 0)
        elif kind == 3 and code in (9, 10, 13, 15):
            new = (1, 1)
        elif kind == 3 and code == 3:
            new = (1, 4)
        elif kind == 3 and code == 2:
            new, field = (4, 1), struct.pack("!I", 6)
        elif kind == 3 and code == 4:
            new, field = (2, 0), struct.pack("!I", self.mtu_for_six(message))
        elif kind == 11:
            new = (3, code)
        elif kind == 12 and code in (0, 2):
            new, field = (4, 0), struct.pack("!I", pointer_for_six(rest[0]))
        else:
            raise Dropped(f"ICMP {kind}/{code}")

        quote, extensions = split_extensions(message[8:], rest[1] * 4, inner_size=20)
        quote = self.inner_to_six(quote)
        quote, extensions, units = fit(quote, extensions if new[0] in (1, 3) else b"", 8,
                                       LARGEST_ERROR6 - 48)
        if units:
            field = bytes((units, 0, 0, 0))
        return bytes(new) + b"\0\0" + field + quote + extensions

    def mtu_for_six(self, message):
        """Section 4.2, at Fragmentation Needed."""
        mtu = word(message, 6)
        if mtu == 0:
            total = word(message, 10) if len(message) >= 12 else 0
            mtu = max((plateau for plateau in PLATEAUS if plateau < total), default=68)
        return max(1280, min(mtu + 20, self.route_mtu6, self.route_mtu4 + 20))

    def inner_to_six(self, quote):
        """Section 4.3: the packet in error as the IPv6 side has sent it. It may be cut,
        what its header says is about all of it."""
        header, size = Header4.parse(quote)
        if header.protocol in LIVE:
            raise Dropped(f"protocol {header.protocol} in an ICMP error")
        length = header.total - size
        six = Header6(header.tos, length,
                      ICMPV6 if header.protocol == ICMP else header.protocol,
                      header.ttl, self.destination.to_six(header.source),
                      self.source.to_six(header.destination))
        payload = quote[size:]
        if not header.offset:
            if header.protocol == ICMP:
                payload = inner_echo(payload, {8: 128, 0: 129}, b"",
                                     pseudo6(six, ICMPV6, length))
            else:
                payload = inner_transport(header.protocol, payload, header, six)
        if not header.fragment:
            return six.build() + payload
        fragment = FragmentHeader(header.offset, bool(header.flags & Header4.MF),
                                  header.identification)
        protocol = six.next_header
        six.length += 8
        six.next_header = FRAGMENT
        return six.build() + fragment.build(protocol) + payload

    # IPv6 to IPv4

    def six_to_four(self, packet):
        """The IPv4 packet that an IPv6 packet becomes, and if its identification is
        made up."""
        header = Header6.parse(packet)
        packet = packet[:40 + header.length]
        destination = self.legal_four(self.destination, header.destination)
        chain = walk(packet, header.next_header)
        payload = packet[40 + chain.size:]
        error = (chain.protocol == ICMPV6 and payload[:1] and payload[0] < 128 and
                 (not chain.fragment or not chain.fragment.offset))
        try:
            source = self.legal_four(self.source, header.source)
        except NotMatched:
            # RFC 6791
            if not error:
                raise
            source = self.standin
        if chain.segments_left is not None:
            if error:
                raise Dropped("an error about an error")
            raise Refused(4, 0, chain.segments_left)
        if chain.protocol == ICMP:
            raise Dropped("ICMP in IPv6")

        fragmented = chain.fragment and not chain.fragment.atomic
        if fragmented:
            if chain.protocol == ICMPV6:
                raise Dropped("the checksum needs all of the ICMP message")
            check_fragment(chain.fragment.offset, chain.fragment.more, payload)

        # Section 5.1, 5.1.1
        four = Header4(header.traffic_class, 0, 0, 0, 0, header.hop_limit,
                       ICMP if chain.protocol == ICMPV6 else chain.protocol,
                       source, destination)
        if chain.fragment:
            four.identification = chain.fragment.identification & 0xffff
            four.flags = Header4.MF if chain.fragment.more else 0
            four.offset = chain.fragment.offset
        if chain.protocol == ICMPV6:
            payload = self.icmp_to_four(payload, header)
        elif not four.offset:
            payload = self.transport(chain.protocol, payload, header, four,
                                     whole=not fragmented)
        four.total = 20 + len(payload)
        if four.total > MTU:
            raise Dropped("larger than any IPv4 packet")
        if not chain.fragment and four.total > 1260:
            four.flags = Header4.DF
        return four.build() + payload, not chain.fragment

    def icmp_to_four(self, message, header):
        """Section 5.2"""
        if len(message) < 8:
            raise Dropped("cut in the ICMPv6 header")
        kind, code = message[0], message[1]
        old = pseudo6(header, ICMPV6, len(message))
        if kind in (128, 129):
            head = bytes((8 if kind == 128 else 0, code))
            check = updated(word(message, 2), message[:2] + old, head)
            return head + struct.pack("!H", check) + message[4:]
        translated = self.error_to_four(message)
        check = updated(word(message, 2), old + message[:2] + message[4:], translated)
        return put(translated, 2, check)

    def error_to_four(self, message):
        """An ICMP error for an ICMPv6 error, its checksum zero."""
        kind, code = message[0], message[1]
        rest, = struct.unpack_from("!I", message, 4)
        field = bytes(4)
        if kind == 1 and code in (0, 2, 3):
            new = (3, 1)
        elif kind == 1 and code == 1:
            new = (3, 10)
        elif kind == 1 and code == 4:
            new = (3, 3)
        elif kind == 2:
            mtu = min(rest - 20, self.route_mtu4, self.route_mtu6 - 20)
            new, field = (3, 4), struct.pack("!HH", 0, min(max(mtu, 68), MTU))
        elif kind == 3:
            new = (11, code)
        elif kind == 4 and code == 0:
            new, field = (12, 0), bytes((pointer_for_four(rest), 0, 0, 0))
        elif kind == 4 and code == 1:
            new = (3, 2)
        else:
            raise Dropped(f"ICMPv6 {kind}/{code}")

        quoted = message[4] * 8 if kind in (1, 3) else 0
        quote, extensions = split_extensions(message[8:], quoted, inner_size=40)
        quote = self.inner_to_four(quote)
        quote, extensions, units = fit(quote, extensions, 4, LARGEST_ERROR4 - 28)
        if units:
            field = bytes((0, units, 0, 0))
        return bytes(new) + b"\0\0" + field + quote + extensions

    def inner_to_four(self, quote):
        """Section 5.3"""
        header = Header6.parse(quote)
        chain = walk(quote, header.next_header)
        if chain.protocol == ICMP:
            raise Dropped("ICMP in IPv6 in an ICMP error")
        length = header.length - chain.size
        if length < 0 or length + 20 > MTU:
            raise Dropped("a length that lies")
        four = Header4(header.traffic_class, length + 20, 0,
                       Header4.DF if length + 20 > 1260 else 0, 0, header.hop_limit,
                       ICMP if chain.protocol == ICMPV6 else chain.protocol,
                       self.destination.to_four(header.source),
                       self.source.to_four(header.destination))
        if chain.fragment:
            four.identification = chain.fragment.identification & 0xffff
            four.flags = Header4.MF if chain.fragment.more else 0
            four.offset = chain.fragment.offset
        payload = quote[40 + chain.size:]
        if not four.offset:
            if chain.protocol == ICMPV6:
                payload = inner_echo(payload, {128: 8, 129: 0},
                                     pseudo6(header, ICMPV6, length), b"")
            else:
                payload = inner_transport(chain.protocol, payload, header, four)
        return four.build() + payload

    # Transports, either way

    def transport(self, protocol, payload, old, new, whole):
        """Section 4.5, 5.5: a checksum follows the pseudo-header, where the payload
        begins with the transport header."""
        if protocol not in TRANSPORTS:
            return payload
        size, at = TRANSPORTS[protocol]
        if len(payload) < size:
            raise Dropped("cut in the transport header")
        if protocol == UDP and word(payload, at) == 0:
            # Section 4.5: made where all of the datagram is there; IPv6 knows no such.
            length = word(payload, 4)
            if isinstance(old, Header6) or not whole or not 8 <= length <= len(payload):
                raise Dropped("UDP without checksum")
            check = checksum(pseudo6(new, UDP, length) + payload[:length])
        else:
            check = updated(word(payload, at), old.source + old.destination,
                            new.source + new.destination)
        if check == 0 and protocol in (UDP, UDPLITE):
            check = 0xffff
        return put(payload, at, check)


def check_fragment(offset, more, payload):
    """RFC 791 section 3.2, RFC 8200 section 4.5: all but the last end where another can
    begin, and none ends where no packet can."""
    if not payload or more and len(payload) % 8 or offset * 8 + len(payload) > 65535:
        raise Dropped("malformed fragment")


def source_routed(options):
    """RFC 791 section 3.1: true if a source route is not at its end yet."""
    at = 0
    routed = False
    while at < len(options) and options[at] != 0:
        if options[at] == 1:
            at += 1
            continue
        size = options[at + 1] if at + 1 < len(options) else 0
        route = options[at] in (131, 137)
        if size < (3 if route else 2) or at + size > len(options):
            raise Dropped("malformed option")
        if route and options[at + 2] <= size:
            routed = True
        at += size
    return routed


def pointer_for_six(pointer):
    """Section 4.2, figure 3: from IPv4 to IPv6."""
    table = {0: 0, 1: 1, 2: 4, 3: 4, 8: 7, 9: 6}
    table.update((at, 8) for at in range(12, 16))
    table.update((at, 24) for at in range(16, 20))
    if pointer not in table:
        raise Dropped("a pointer to what IPv6 has not")
    return table[pointer]


def pointer_for_four(pointer):
    """Section 5.2, figure 6: from IPv6 to IPv4."""
    table = {0: 0, 1: 1, 4: 2, 5: 2, 6: 9, 7: 8}
    table.update((at, 12) for at in range(8, 24))
    table.update((at, 16) for at in range(24, 40))
    if pointer not in table:
        raise Dropped("a pointer to what IPv4 has not")
    return table[pointer]


def split_extensions(body, quoted, inner_size):
    """RFC 4884 section 4 and 5: the packet in error, and the extensions behind it."""
    if not quoted:
        return body, b""
    if len(body) < quoted or quoted < inner_size:
        raise Dropped("a length that lies")
    return body[:quoted], body[quoted:]


def fit(quote, extensions, unit, room):
    """The packet in error with what is appended to it, no larger than the room there
    is, and the length for the field of RFC 4884: zero where nothing is appended."""
    if len(extensions) >= 4:
        most = (room - len(extensions)) // unit * unit
        if most >= 128:
            size = min(max(128, (len(quote) + unit - 1) // unit * unit), most)
            return (quote + bytes(size))[:size], extensions, size // unit
    return quote[:room], b"", 0


def inner_transport(protocol, payload, old, new):
    """A checksum in the packet in error, if that has not been cut before it."""
    size, at = TRANSPORTS.get(protocol, (0, 0))
    if not size or len(payload) < at + 2:
        return payload
    if protocol == UDP and word(payload, at) == 0:
        return payload
    check = updated(word(payload, at), old.source + old.destination,
                    new.source + new.destination)
    if check == 0 and protocol in (UDP, UDPLITE):
        check = 0xffff
    return put(payload, at, check)


def inner_echo(payload, types, old, new):
    """An echo message in the packet in error; an error there has caused none."""
    if len(payload) < 8 or payload[0] not in types:
        raise Dropped("ICMP in an ICMP error")
    head = bytes((types[payload[0]], payload[1]))
    check = updated(word(payload, 2), payload[:2] + old, head + new)
    return head + struct.pack("!H", check) + payload[4:]


class Router:
    """What comes out of the router of a profile."""

    def __init__(self, profile):
        self.profile = profile
        self.translators = {side: [self.translator(statement) for statement
                                   in profile.statements(side)] for side in (4, 6)}
        self.own4 = ipaddress.IPv4Address(ROUTER4).packed
        self.own6 = ipaddress.IPv6Address(ROUTER6).packed

    def translator(self, statement):
        prefix = Prefix(statement.prefix) if statement.prefix else None
        profile = self.profile
        return Translator(mapping_of(statement.saddr or prefix),
                          mapping_of(statement.daddr or prefix),
                          profile.mtu, profile.mtu4, profile.mtu6, profile.standin)

    def translated(self, side, packet):
        """By the first rule that matches."""
        for translator in self.translators[side]:
            try:
                if side == 4:
                    return translator.four_to_six(packet)
                return translator.six_to_four(packet)
            except NotMatched:
                continue
        raise NotMatched("by no rule")

    def expect(self, side, packet):
        """What has to come out for a packet: a list, as of stream.write_case()."""
        try:
            return self.from_four(packet) if side == 4 else self.from_six(packet)
        except (Dropped, NotMatched):
            return []

    def can_receive(self, side, packet):
        """True if the packet can be sent on that side: not what only the router can
        send, nor what ends here, because of which it would speak up."""
        if side == 4:
            return packet[8] > 1 and packet[12:16] != self.own4
        return packet[7] > 1 and packet[8:24] != self.own6

    def from_four(self, packet):
        header, size = Header4.parse(packet)
        if header.total > len(packet) or checksum(packet[:size]):
            return []
        packet = packet[:header.total]
        if self.profile.hook == "out":
            # RFC 1812 section 5.3.7: not forwarded, nor are source routes.
            if (header.source[0] == 127 or 224 <= header.source[0] < 240 or
                    header.source in (bytes(4), b"\xff" * 4)):
                return []
            if any(kind in (131, 137) for kind in option_types(header.options)):
                return []
        try:
            pieces = self.translated(4, packet)
        except Refused as error:
            return [self.error_to_four_sender(error.args, header, packet)]
        # Conntrack puts these together, and IPv6 takes them apart as it likes.
        mask = ((44, 4),) if self.profile.whole and len(pieces) > 1 else ()
        return [Expect(6, forwarded6(piece), mask) for piece in pieces]

    def from_six(self, packet):
        header = Header6.parse(packet)
        if header.length + 40 > len(packet):
            return []
        packet = packet[:header.length + 40]
        try:
            translated, made_up = self.translated(6, packet)
        except Refused as error:
            if self.profile.hook == "out":
                packet = forwarded6(packet)
            return [self.error_to_six_sender(error.args, header, packet)]
        # Nothing but that there was a Fragment header is left where conntrack has
        # taken it off.
        made_up = made_up or self.profile.whole
        return [Expect(4, forwarded4(translated), IDENTIFICATION if made_up else ())]

    # Errors of the router's own, as Linux makes them.

    def error_to_four_sender(self, error, header, packet):
        """RFC 1812 section 4.3.2: no larger than 576, of the precedence 6."""
        kind, code, rest = error
        message = struct.pack("!BBHI", kind, code, 0, rest) + packet[:LARGEST_ERROR4 - 28]
        message = put(message, 2, checksum(message))
        four = Header4(header.tos & 0x1e | 0xc0, 20 + len(message), 0, 0, 0, 64, ICMP,
                       self.own4, header.source)
        return Expect(4, four.build() + message, IDENTIFICATION)

    def error_to_six_sender(self, error, header, packet):
        """RFC 4443 section 2.4: as much as fits the minimum MTU."""
        kind, code, rest = error
        message = struct.pack("!BBHI", kind, code, 0, rest) + packet[:LARGEST_ERROR6 - 48]
        six = Header6(0, len(message), ICMPV6, 64, self.own6, header.source)
        message = put(message, 2, checksum(pseudo6(six, ICMPV6, len(message)) + message))
        return Expect(6, six.build() + message)


def option_types(options):
    at = 0
    while at < len(options) and options[at] != 0:
        yield options[at]
        at += 1 if options[at] == 1 else max(2, (options + b"\0")[at + 1])


def forwarded4(packet):
    packet = packet[:8] + bytes((packet[8] - 1,)) + packet[9:]
    return put(packet, 10, checksum(put(packet[:20], 10, 0)))


def forwarded6(packet):
    return packet[:7] + bytes((packet[7] - 1,)) + packet[8:]
