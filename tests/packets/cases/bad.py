# SPDX-License-Identifier: GPL-2.0-only
"""Packets that lie about themselves, or end too soon. Nothing malformed may come out;
where only what the translator does not look at is odd, the packet is translated as it is.
"""

import struct

from cases.common import *
from cases.headers_64 import (
    DESTINATION, HEADERS, HOP, ROUTING, chained, options_header, routing_header)
from cases.quotes import error4, error6, quoted6


def with_header_sum(data):
    """The IPv4 packet with the checksum that its header has now."""
    size = min((data[0] & 15) * 4, len(data)) & ~1
    header = data[:10] + b"\0\0" + data[12:size]
    return data[:10] + struct.pack("!H", checksum(header)) + data[12:]


def with_word(data, at, value):
    return data[:at] + struct.pack("!H", value) + data[at + 2:]


def cut(profile):
    """Less of a packet than its header says, at every length."""
    for proto, build in ((UDP_, udp), (TCP_, tcp), (ICMP4, echo(8))):
        whole = packet(in4(), proto, build(in4(), DATA[:40]))
        for size in range(1, len(whole)):
            yield dropped(f"1: protocol {proto}, {size} of {len(whole)} bytes", whole[:size],
                          profile=profile, side=4)
    for proto, build in ((UDP_, udp), (TCP_, tcp), (ICMP6, echo(8))):
        whole = chained(in6(), [(DESTINATION, HEADERS[DESTINATION])], proto,
                        build(in6(), DATA[:40]))
        for size in range(1, len(whole)):
            yield dropped(f"25: protocol {proto}, {size} of {len(whole)} bytes", whole[:size],
                          profile=profile, side=6)


def cut_and_said(profile):
    """The same, and the header says so: the extension headers are what is cut."""
    chain = [(HOP, HEADERS[HOP]), (DESTINATION, options_header(3)), (ROUTING, routing_header()),
             (44, bytes(3) + b"\0\0\xab\xcd")]
    whole = chained(in6(), chain, UDP_, udp(in6()))
    end = 40 + sum(1 + len(body) for _kind, body in chain)
    for size in range(40, end + 8):
        yield dropped(f"25: {size - 40} bytes behind the header",
                      with_word(whole[:size], 4, size - 40), profile=profile)
    for kind in (HOP, DESTINATION, ROUTING):
        for units in (4, 5, 16, 255):
            body = bytes((units,)) + bytes(7 - 1)
            yield dropped(f"25: protocol {kind} of {8 * (units + 1)} bytes in front of 20",
                          chained(in6(), [(kind, body)], UDP_, bytes(20)), profile=profile)


def words4(profile):
    """Every field zero and maximal."""
    data = DATA[:64]
    whole = packet(in4(), UDP_, udp(in4(), data))
    after = packet(out6(), UDP_, udp(out6(), data))
    same_packet = {(2, 0), (2, 0xffff), (3, 0)}
    for word in range(10):
        for value in (0, 0xffff):
            sent = with_word(whole, 2 * word, value)
            title = f"word {word} of the IPv4 header {value:#06x}"
            if word == 5:
                yield dropped(title, sent, profile=profile, side=4)
                continue
            sent = with_header_sum(sent)
            if (word, value) in same_packet:
                yield to6(title, sent, after, profile=profile)
            elif (word, value) == (4, 0xffff):
                yield to6(title, sent, packet(out6(hlim=254), 255, udp(in4(), data)),
                          profile=profile)
            elif word in (7, 9):
                # Nothing wrong with such an address.
                src, dst = (f"192.0.{value & 255}.{value & 255}", INSIDE4) if word == 7 else \
                    (OUTSIDE4, f"203.0.{value & 255}.{value & 255}")
                fixed = packet(in4(src=src, dst=dst), UDP_, udp(in4(src=src, dst=dst), data))
                there = out6(src=embed(src), dst=embed(dst))
                yield to6(title, fixed, packet(there, UDP_, udp(there, data)), profile=profile)
            else:
                yield dropped(title, sent, profile=profile, side=4)
    # Of the transport only the checksum depends on the family.
    for name, proto, build, at, words in (("UDP", UDP_, udp, 6, 4), ("TCP", TCP_, tcp, 16, 10)):
        for word in range(words):
            if 2 * word == at:
                continue
            for value in (0, 0xffff):
                yield to6(f"20: word {word} of {name} {value:#06x}",
                          packet(in4(), proto, with_word(build(in4()), 2 * word, value)),
                          packet(out6(), proto, with_word(build(out6()), 2 * word, value)),
                          profile=profile)
                yield to4(f"20: word {word} of {name} {value:#06x}",
                          packet(in6(), proto, with_word(build(in6()), 2 * word, value)),
                          packet(out4(), proto, with_word(build(out4()), 2 * word, value)),
                          profile=profile)


def words6(profile):
    data = DATA[:64]
    whole = packet(in6(), UDP_, udp(in6(), data))
    for word, value, drop in ((0, 0, True), (0, 0xffff, True), (1, 0, False), (1, 0xffff, False),
                              (2, 0, True), (2, 0xffff, True)):
        sent = with_word(whole, 2 * word, value)
        title = f"word {word} of the IPv6 header {value:#06x}"
        if drop:
            yield dropped(title, sent, profile=profile, side=6)
        else:
            yield to4(title, sent, packet(out4(), UDP_, udp(out4(), data)), profile=profile)
    yield to4("next header and hop limit 255", with_word(whole, 6, 0xffff),
              packet(out4(ttl=254), 255, udp(in6(), data)), profile=profile)
    for length in range(8):
        yield dropped(f"20: a payload length of {length} with UDP", with_word(whole, 4, length),
                      profile=profile)


def versions(profile):
    for version in range(16):
        if version != 4:
            sent = with_header_sum(packet(in4(version=version), UDP_, udp(in4())))
            yield dropped(f"1: version {version}", sent, profile=profile, side=4)
        if version != 6:
            sent = packet(in6(), UDP_, udp(in6()))
            yield dropped(f"25: version {version}",
                          bytes((version << 4 | sent[0] & 15,)) + sent[1:], profile=profile,
                          side=6)
    for words in range(5):
        yield dropped(f"1: a header of {words} words",
                      with_header_sum(packet(in4(ihl=words), UDP_, udp(in4()))), profile=profile)
    for words in range(6, 16):
        yield dropped(f"1: a header of {words} words in 20 bytes",
                      with_header_sum(packet(in4(ihl=words), UDP_)), profile=profile)
    for length in (0, 1, 19):
        yield dropped(f"1: a total length of {length}",
                      packet(in4(len=length), UDP_, udp(in4())), profile=profile)


def options(profile):
    """Options whose length is too small to be one, or ends behind the header."""
    lies = {
        "length 0": b"\x1e\0\0\0", "length 1": b"\x1e\1\0\0", "length 5 of 4": b"\x1e\5\0\0",
        "length 255": b"\x1e\xff\0\0", "no room for a length": b"\1\1\1\x1e",
        "behind a NOP, length 4 of 3": b"\1\x1e\4\0",
        "behind another, length 0": b"\x1e\4\0\0\x07\0\0\0",
        "LSRR, length 0": b"\x83\0\0\0", "LSRR, length 1": b"\x83\1\4\0",
        "LSRR, length 255": b"\x83\xff\4\0", "SSRR, length 39 of 8": b"\x89\x27\4\0" + bytes(4),
        "LSRR, no room for a pointer": b"\1\1\x83\2",
    }
    for name, body in lies.items():
        for proto, build in ((UDP_, udp), (ICMP4, echo(8))):
            yield dropped(f"2: option: {name}, protocol {proto}",
                          packet(in4(options=[Raw(body)]), proto, build(in4())),
                          profile=profile)
    # Behind the end of options nothing is read.
    yield to6("2: an option of the length 0 behind the end of options",
              packet(in4(options=[Raw(b"\0\x83\0\xff")]), UDP_, udp(in4())),
              packet(out6(), UDP_, udp(out6())), profile=profile)


def chains(profile):
    """Extension headers in great number, as long as a packet can be."""
    for count in (100, 1000, 8000):
        yield to4(f"25: {count} destination options headers",
                  chained(in6(), [(DESTINATION, HEADERS[DESTINATION])] * count, UDP_,
                          udp(in6(), b"inmost")),
                  packet(out4(), UDP_, udp(out4(), b"inmost")), profile=profile)
        yield dropped(f"25: {count} destination options headers, and nothing else",
                      chained(in6(), [(DESTINATION, HEADERS[DESTINATION])] * (count - 1),
                              DESTINATION, HEADERS[DESTINATION][:6]), profile=profile)
    # One that names itself as the next one is what follows read as another.
    for kind in (DESTINATION, ROUTING):
        body = bytes((kind, 0)) + bytes(6)
        yield dropped(f"25: protocol {kind}, over and over, to the end",
                      packet(in6(), kind, body * 8), profile=profile)
    yield dropped("28: Fragment headers, over and over",
                  packet(in6(), 44, (b"\x2c\0\0\0" + b"\0\0\0\1") * 8), profile=profile)
    for first, second in (("later", "first"), ("first", "later")):
        offsets = {"first": b"\0\1", "later": b"\1\1"}
        yield dropped(f"28: a {second} fragment within a {first} one",
                      packet(in6(), 44, b"\x2c\0" + offsets[first] + b"\0\0\0\1" +
                             b"\x11\0" + offsets[second] + b"\0\0\0\1" + udp(in6())),
                      profile=profile)


def fragments(profile):
    """Statements 8 and 27: what could not be put together."""
    for length in (1, 4, 7, 9, 63):
        for offset in (0, 128):
            yield dropped(f"8: {length} bytes at {offset}, and more",
                          piece4(in4(), 47, DATA[:length], offset, True), profile=profile)
            yield dropped(f"27: {length} bytes at {offset}, and more",
                          piece6(in6(), 47, DATA[:length], offset, True), profile=profile)
    for length in (8, 16, 64, 512):
        yield dropped(f"8: {length} bytes at 65528",
                      piece4(in4(), 47, DATA[:length], 65528, False), profile=profile)
        yield dropped(f"27: {length} bytes at 65528",
                      piece6(in6(), 47, DATA[:length], 65528, False), profile=profile)
    for offset, more in ((0, True), (128, True), (128, False)):
        yield dropped(f"8: nothing at {offset}, more {more}",
                      piece4(in4(), 47, b"", offset, more), profile=profile)
        yield dropped(f"27: nothing at {offset}, more {more}",
                      piece6(in6(), 47, b"", offset, more), profile=profile)


def errors(profile):
    """What is inside an error may be anything; quotes.py has the rest of it."""
    for fill in (0, 0xff, 0x45, 0x60):
        for size in range(61):
            if fill in (0, 0xff) or size < 20:
                yield dropped(f"17: {size} bytes of {fill:#04x} inside",
                              error4(bytes((fill,)) * size), profile=profile)
            if fill in (0, 0xff, 0x45) or size < 40:
                yield dropped(f"17: {size} bytes of {fill:#04x} inside",
                              error6(bytes((fill,)) * size), profile=profile)
    # Sixty bytes that name each other as extension headers.
    for kind in (HOP, ROUTING, DESTINATION):
        head = packet(quoted6(), kind, bytes((kind, 0)) * 32)
        for size in (40, 44, 48, 60, len(head)):
            yield dropped(f"17: headers of protocol {kind}, over and over, {size} bytes inside",
                          error6(head[:size]), profile=profile)
    # A payload that is shorter than the headers that are there of it.
    chain = [(DESTINATION, options_header(3))]
    for length in (0, 8, 23):
        quote = with_word(chained(quoted6(), chain, UDP_, udp(quoted6())), 4, length)
        yield dropped(f"17: a payload length of {length} and 24 bytes of headers inside",
                      error6(quote), profile=profile)
    # More than IPv4 can say (RFC 7915 section 5.3 leaves no way to).
    for length in (65516, 65535):
        quote = with_word(packet(quoted6(), UDP_, udp(quoted6())), 4, length)
        yield dropped(f"17: a payload length of {length} inside", error6(quote), profile=profile)


def cases():
    for profile in ("in", "raw"):
        yield from cut(profile)
        yield from cut_and_said(profile)
        yield from words4(profile)
        yield from words6(profile)
        yield from versions(profile)
        yield from options(profile)
        yield from chains(profile)
        yield from fragments(profile)
        yield from errors(profile)
