# SPDX-License-Identifier: GPL-2.0-only
"""Statement 38: extensions of ICMP errors (RFC 4884, RFC 7915 sections 4.2 and 5.2).

The length of the packet inside, padded, counts words of 32 bits in the sixth byte of
an ICMP message of the types 3, 11 and 12, and of 64 bits in the fifth byte of an ICMPv6
message of the types 1 and 3. Other types of ICMPv6 have no place for it.
"""

from scapy.layers.inet import IPOption_NOP

from cases.common import *
from cases.headers_64 import DESTINATION, HEADERS, chained
from cases.icmp import UNREACHABLE46, UNREACHABLE64, message
from cases.quotes import (
    error4, error4_in6, error6, error6_in4, quoted4, quoted4_in6, quoted6, quoted6_in4)

# RFC 4884 section 5.1: what is in front of extensions has so much at least.
LEAST = 128
CAP4, CAP6 = 576, 1280


def objects(size):
    """An extension structure (RFC 4884 section 7) with one object, of so many bytes."""
    body = (size - 4).to_bytes(2, "big") + b"\x01\x01" + (DATA * 3)[:size - 8]
    structure = b"\x20\0\0\0" + body
    return structure[:2] + checksum(structure).to_bytes(2, "big") + structure[4:]


EXTENSION = objects(20)


def padded(quote, unit, least=LEAST):
    size = max(least, -(-len(quote) // unit) * unit)
    return quote + bytes(size - len(quote))


def with_length4(kind, code, rest, length):
    return message(kind, code, rest | length // 4 << 16)


def with_length6(kind, code, length):
    return message(kind, code, length // 8 << 24)


def pair46(size):
    """The packet inside in both families, so much of it as it is in IPv4."""
    head, after = quoted4(), quoted4_in6()
    return (packet(head, UDP_, udp(head, DATA * 3))[:size],
            packet(after, UDP_, udp(after, DATA * 3))[:size + 20])


def pair64(size):
    head, after = quoted6(), quoted6_in4(flags="DF")
    return (packet(head, UDP_, udp(head, DATA * 3))[:size],
            packet(after, UDP_, udp(after, DATA * 3))[:size - 20])


# What becomes of the types: ICMP type, code, the rest of its header; ICMPv6 type, code,
# rest; whether that has a place for the length.
TYPES46 = (
    *((3, code, 0, *to, to[0] == 1) for code, to in UNREACHABLE46.items()),
    (3, 4, 1400, 2, 0, 1420, False),
    (11, 0, 0, 3, 0, 0, True),
    (11, 1, 0, 3, 1, 0, True),
    (12, 0, 0, 4, 0, 0, False),
    (12, 2, 9 << 24, 4, 0, 6, False),
)
TYPES64 = (
    *((1, code, *to) for code, to in UNREACHABLE64.items()),
    (3, 0, 11, 0),
    (3, 1, 11, 1),
)


def types(profile):
    for kind, code, rest, kind6, code6, rest6, has_length in TYPES46:
        for size in (128, 160, 200):
            quote, quote6 = pair46(size)
            title = f"38: type {kind} code {code}, {size} bytes inside"
            if has_length:
                after = padded(quote6, 8)
                expected = error4_in6(after + EXTENSION, with_length6(kind6, code6, len(after)))
            else:
                # Without the length an extension would pass for part of the packet.
                expected = error4_in6(quote6, message(kind6, code6, rest6))
            yield to6(title, error4(quote + EXTENSION, with_length4(kind, code, rest, size)),
                      expected, profile=profile)
            # A length without extensions behind it.
            yield to6(title + ", a length and no extension",
                      error4(quote, with_length4(kind, code, rest, size)),
                      error4_in6(quote6, message(kind6, code6, rest6)), profile=profile)
    for kind, code, kind4, code4 in TYPES64:
        for size in (128, 160, 200):
            quote, quote4 = pair64(size)
            title = f"38: type {kind} code {code}, {size} bytes inside"
            after = padded(quote4, 4)
            yield to4(title, error6(quote + EXTENSION, with_length6(kind, code, size)),
                      error6_in4(after + EXTENSION, with_length4(kind4, code4, 0, len(after))),
                      profile=profile)
            yield to4(title + ", a length and no extension",
                      error6(quote, with_length6(kind, code, size)),
                      error6_in4(quote4, message(kind4, code4)), profile=profile)


def lengths(profile):
    """Padding that was there is part of what is inside; more is added where it has to."""
    for size in range(128, 180, 4):
        quote, quote6 = pair46(size)
        after = padded(quote6, 8)
        yield to6(f"38: {size} bytes inside", error4(quote + EXTENSION,
                                                     with_length4(11, 0, 0, size)),
                  error4_in6(after + EXTENSION, with_length6(3, 0, len(after))), profile=profile)
    for size in range(128, 180, 8):
        quote, quote4 = pair64(size)
        after = padded(quote4, 4)
        yield to4(f"38: {size} bytes inside", error6(quote + EXTENSION, with_length6(3, 0, size)),
                  error6_in4(after + EXTENSION, with_length4(11, 0, 0, len(after))),
                  profile=profile)
    # A short packet, padded to 128 bytes by who has sent the error.
    head, after = quoted4(), quoted4_in6()
    for length in (0, 1, 5, 20):
        data = DATA[:length]
        quote = padded(packet(head, UDP_, udp(head, data)), 4)
        quote6 = padded(packet(after, UDP_, udp(after, data)) + bytes(100 - length), 8)
        yield to6(f"38: a packet with {length} bytes of data and padding inside",
                  error4(quote + EXTENSION, with_length4(11, 0, 0, 128)),
                  error4_in6(quote6 + EXTENSION, with_length6(3, 0, len(quote6))),
                  profile=profile)
    # Shorter than RFC 4884 allows: it is to be long enough when it leaves.
    for size in (28, 32, 64, 100, 124):
        quote, quote6 = pair46(size)
        after = padded(quote6, 8)
        yield to6(f"38: only {size} bytes inside",
                  error4(quote + EXTENSION, with_length4(11, 0, 0, size)),
                  error4_in6(after + EXTENSION, with_length6(3, 0, len(after))), profile=profile)
    for size in (48, 64, 120):
        quote, quote4 = pair64(size)
        after = padded(quote4, 4)
        yield to4(f"38: only {size} bytes inside",
                  error6(quote + EXTENSION, with_length6(3, 0, size)),
                  error6_in4(after + EXTENSION, with_length4(11, 0, 0, len(after))),
                  profile=profile)


def extension_sizes(profile):
    quote, quote6 = pair46(128)
    after6 = padded(quote6, 8)
    quote_, quote4 = pair64(128)
    after4 = padded(quote4, 4)
    for size in range(8, 64, 4):
        extension = objects(size)
        yield to6(f"38: an extension of {size} bytes",
                  error4(quote + extension, with_length4(11, 0, 0, 128)),
                  error4_in6(after6 + extension, with_length6(3, 0, len(after6))),
                  profile=profile)
        yield to4(f"38: an extension of {size} bytes",
                  error6(quote_ + extension, with_length6(3, 0, 128)),
                  error6_in4(after4 + extension, with_length4(11, 0, 0, len(after4))),
                  profile=profile)
    # Less than an extension header is none.
    for size in (1, 2, 3):
        yield to6(f"38: {size} bytes behind the packet",
                  error4(quote + b"\x20\0\0"[:size], with_length4(11, 0, 0, 128)),
                  error4_in6(quote6, message(3, 0)), profile=profile)
        yield to4(f"38: {size} bytes behind the packet",
                  error6(quote_ + b"\x20\0\0"[:size], with_length6(3, 0, 128)),
                  error6_in4(quote4, message(11, 0)), profile=profile)
    # Without a length all of it is the packet.
    yield to6("38: an extension without a length", error4(quote + EXTENSION, message(11, 0)),
              error4_in6(quote6 + EXTENSION, message(3, 0)), profile=profile)
    yield to4("38: an extension without a length", error6(quote_ + EXTENSION, message(3, 0)),
              error6_in4(quote4 + EXTENSION, message(11, 0)), profile=profile)


def caps(profile):
    """Statements 19, 32 and 38: the packet inside gives way, down to 128 bytes, then the
    extension does."""
    for size, extension in ((1000, 20), (1020, 200), (600, 580), (600, 632), (128, 1100)):
        quote, quote6 = pair46(size)
        room = (CAP6 - 48 - extension) // 8 * 8
        after = padded(quote6, 8)[:max(room, LEAST)]
        assert len(after) + extension + 48 <= CAP6
        yield to6(f"19, 38: {size} bytes inside and an extension of {extension}",
                  error4(quote + objects(extension), with_length4(3, 1, 0, size)),
                  error4_in6(after + objects(extension), with_length6(1, 0, len(after))),
                  profile=profile)
    for size, extension in ((800, 20), (560, 40), (560, 100), (568, 420), (128, 416), (400, 300)):
        quote, quote4 = pair64(size)
        room = (CAP4 - 28 - extension) // 4 * 4
        after = padded(quote4, 4)[:max(room, LEAST)]
        assert len(after) + extension + 28 <= CAP4
        yield to4(f"32, 38: {size} bytes inside and an extension of {extension}",
                  error6(quote + objects(extension), with_length6(1, 0, size)),
                  error6_in4(after + objects(extension), with_length4(3, 1, 0, len(after))),
                  profile=profile)
    for size, extension in ((200, 1108), (128, 1200), (1000, 1112)):
        quote, quote6 = pair46(size)
        yield to6(f"19, 38: {size} bytes inside and an extension of {extension}, too long",
                  error4(quote + objects(extension), with_length4(3, 1, 0, size)),
                  error4_in6(quote6[:CAP6 - 48], message(1, 0)), profile=profile)
    for size, extension in ((128, 424), (800, 424), (200, 600)):
        quote, quote4 = pair64(size)
        yield to4(f"32, 38: {size} bytes inside and an extension of {extension}, too long",
                  error6(quote + objects(extension), with_length6(1, 0, size)),
                  error6_in4(quote4[:CAP4 - 28], message(3, 1)), profile=profile)


def lies(profile):
    """A length beyond the message, or one that ends within the header inside."""
    quote, _ = pair46(128)
    for words in (1, 4, *range(38, 64), 255):
        yield dropped(f"38: a length of {words} words of {len(quote + EXTENSION) // 4}",
                      error4(quote + EXTENSION, message(11, 0, words << 16)), profile=profile)
    quote, _ = pair64(128)
    for words in (1, 4, *range(19, 40), 255):
        yield dropped(f"38: a length of {words} words, {len(quote + EXTENSION)} bytes",
                      error6(quote + EXTENSION, message(3, 0, words << 24)), profile=profile)


def other_headers(profile):
    """Options and extension headers inside make room for padding."""
    head, after = quoted4(options=[IPOption_NOP()] * 40), quoted4_in6()
    quote = packet(head, UDP_, udp(quoted4(), DATA))[:160]
    after = padded(packet(after, UDP_, udp(after, DATA))[:140], 8)
    yield to6("38: options inside", error4(quote + EXTENSION, with_length4(11, 0, 0, 160)),
              error4_in6(after + EXTENSION, with_length6(3, 0, len(after))), profile=profile)
    chain = [(DESTINATION, HEADERS[DESTINATION])] * 3
    quote = chained(quoted6(), chain, UDP_, udp(quoted6(), DATA))[:160]
    after = padded(packet(quoted6_in4(), UDP_, udp(quoted6_in4(), DATA))[:116], 4)
    yield to4("38: destination options inside",
              error6(quote + EXTENSION, with_length6(3, 0, 160)),
              error6_in4(after + EXTENSION, with_length4(11, 0, 0, len(after))), profile=profile)


def cases():
    for profile in ("in", "out"):
        yield from types(profile)
        yield from lengths(profile)
        yield from extension_sizes(profile)
        yield from caps(profile)
        yield from lies(profile)
        yield from other_headers(profile)
