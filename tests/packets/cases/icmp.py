# SPDX-License-Identifier: GPL-2.0-only
"""Statements 10 to 15, 19, 29 to 32 and 37: ICMP messages, in both directions (RFC 7915
sections 4.2 and 5.2). What is inside the errors has a table of its own."""

import struct

from scapy.layers.inet import ICMP, IPOption_NOP
from scapy.layers.inet6 import ICMPv6PacketTooBig

from cases.common import *
from cases.headers_46 import ILLEGAL4, MINIMUM_MTU
from cases.headers_64 import DESTINATION, HEADERS, HOP, ROUTING, chained
from cases.quotes import (
    error4, error4_in6, error6, error6_in4, quoted4, quoted4_in6, quoted6, quoted6_in4)
from profiles import PROFILES

# Statement 12: IPv4 codes of type 3, but for 4, to what they become.
UNREACHABLE46 = {
    **{code: (1, 0, 0) for code in (0, 1, 5, 6, 7, 8, 11, 12)},
    **{code: (1, 1, 0) for code in (9, 10, 13, 15)},
    2: (4, 1, 6),
    3: (1, 4, 0),
}
# Statement 15: pointers into the IPv4 header.
POINTERS46 = {0: 0, 1: 1, 2: 4, 3: 4, 8: 7, 9: 6, 12: 8, 13: 8, 14: 8, 15: 8,
              16: 24, 17: 24, 18: 24, 19: 24}
# Statement 29.
UNREACHABLE64 = {0: (3, 1), 1: (3, 10), 2: (3, 1), 3: (3, 1), 4: (3, 3)}
# Statement 31: pointers into the IPv6 header.
POINTERS64 = {0: 0, 1: 1, 4: 2, 5: 2, 6: 9, 7: 8, **{n: 12 for n in range(8, 24)},
              **{n: 16 for n in range(24, 40)}}
# RFC 1191 section 7.1.
PLATEAUS = (65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68)
# The least of IPv4 (RFC 791), below which no MTU is worth telling.
MINIMUM_MTU4 = 68

ERRORS46 = {3, 11, 12}
ERRORS64 = {1, 2, 3, 4}

# Mutually the packets inside.
QUOTE4 = packet(quoted4(), UDP_, udp(quoted4(), DATA[:60]))
QUOTE4_IN6 = packet(quoted4_in6(), UDP_, udp(quoted4_in6(), DATA[:60]))
QUOTE6 = packet(quoted6(), UDP_, udp(quoted6(), DATA[:60]))
QUOTE6_IN4 = packet(quoted6_in4(), UDP_, udp(quoted6_in4(), DATA[:60]))


def message(kind, code, rest=0):
    """The eight bytes in front of the packet inside."""
    return struct.pack("!BBHI", kind, code, 0, rest)


def queries(profile):
    """Statements 11 and 31: echo is the only one that has a counterpart."""
    for kind in range(256):
        for code in (0, 1, 255):
            if kind in (0, 8):
                sent = icmp4(bytes((kind, code)) + raw(ICMP(id=7, seq=8))[2:] + DATA)
                after = icmp6(out6(), bytes((kind == 8 and 128 or 129, code)) + sent[2:])
                yield to6(f"11: type {kind} code {code}", packet(in4(), ICMP4, sent),
                          packet(out6(), ICMP6, after), profile=profile)
            elif kind not in ERRORS46:
                yield dropped(f"11: type {kind} code {code}",
                              packet(in4(), ICMP4, icmp4(message(kind, code) + QUOTE4)),
                              profile=profile)
            if kind in (128, 129):
                sent = icmp6(in6(), bytes((kind, code)) + raw(ICMP(id=7, seq=8))[2:] + DATA)
                after = icmp4(bytes((kind == 128 and 8 or 0, code)) + sent[2:])
                yield to4(f"31: type {kind} code {code}", packet(in6(), ICMP6, sent),
                          packet(out4(), ICMP4, after), profile=profile)
            elif kind not in ERRORS64:
                # Some of these the stack would take for itself.
                yield dropped(f"31: type {kind} code {code}",
                              packet(in6(hlim=255), ICMP6,
                                     icmp6(in6(), message(kind, code) + QUOTE6)),
                              profile=profile)


def unreachable(profile):
    """Statements 12 and 29."""
    for code in range(256):
        # What is not used says nothing.
        for rest in (0, 0xa500a5a5) if code < 16 else (0,):
            title = f"type 3 code {code}, rest {rest:#x}"
            if code in UNREACHABLE46:
                kind6, code6, pointer = UNREACHABLE46[code]
                yield to6(f"12: {title}", error4(QUOTE4, message(3, code, rest)),
                          error4_in6(QUOTE4_IN6, message(kind6, code6, pointer)),
                          profile=profile)
            elif code != 4:
                yield dropped(f"12: {title}", error4(QUOTE4, message(3, code, rest)),
                              profile=profile)
        for rest in (0, 0x00a5a5a5) if code < 8 else (0,):
            title = f"29: type 1 code {code}, rest {rest:#x}"
            if code in UNREACHABLE64:
                yield to4(title, error6(QUOTE6, message(1, code, rest)),
                          error6_in4(QUOTE6_IN4, message(*UNREACHABLE64[code])),
                          profile=profile)
            else:
                yield dropped(title, error6(QUOTE6, message(1, code, rest)), profile=profile)


def too_big46(name):
    """Statement 13: the MTU by the rule, from the devices of the profile: the error goes
    on by tun6, and what it is about went by tun4."""
    profile = PROFILES[name]
    edges = {1, 67, 68, 296, 576, 1259, 1260, 1261, 1280, 1399, 1400, 1459, 1460, 1461, 1480,
             1492, 1500, 9000, 65515, 65535}
    for mtu in sorted(edges):
        mtu6 = max(MINIMUM_MTU, min(mtu + 20, profile.mtu6, profile.mtu4 + 20))
        yield to6(f"13: MTU {mtu}", error4(QUOTE4, message(3, 4, mtu)),
                  error4_in6(QUOTE4_IN6, message(2, 0, mtu6)), profile=name)
    yield to6("13: MTU 1400, what is not used is set",
              error4(QUOTE4, message(3, 4, 0xa5000000 | 1400)),
              error4_in6(QUOTE4_IN6, message(2, 0, min(1420, profile.mtu6, profile.mtu4 + 20))),
              profile=name)


def plateaus(name):
    """Statement 14."""
    profile = PROFILES[name]
    lengths = {length + step for length in PLATEAUS for step in (-1, 0, 1)} - {65536}
    for length in sorted({28, 1280, 1300, 1500} | lengths):
        plateau = max((plateau for plateau in PLATEAUS if plateau < length), default=0)
        mtu6 = max(MINIMUM_MTU, min(plateau + 20, profile.mtu6, profile.mtu4 + 20))
        # Only the beginning of the packet is quoted. IPv6 has no room for the last bytes
        # of the longest one: its payload length counts all but the header.
        head, after = quoted4(len=length), quoted4_in6(plen=length - 20)
        data = bytes(max(length - 28, 0))
        quote = packet(head, UDP_, udp(quoted4(), data)[:40])
        quote6 = packet(after, UDP_, udp(quoted4_in6(), data)[:40])
        yield to6(f"14: MTU 0, {length} bytes", error4(quote, message(3, 4)),
                  error4_in6(quote6, message(2, 0, mtu6)), profile=name)


def too_big64(name):
    """Statement 30: the error goes on by tun4, and what it is about went by tun6."""
    profile = PROFILES[name]
    edges = {0, 1, 19, 20, 21, 68, 87, 88, 89, 1259, 1260, 1279, 1280, 1281, 1399, 1400, 1401,
             1419, 1420, 1421, 1480, 1481, 1500, 9000, 65534, 65535, 65536, 65555, 65556, 1 << 20,
             0x7fffffff, 0xffffffff}
    for mtu in sorted(edges):
        mtu4 = max(MINIMUM_MTU4, min(mtu - 20, profile.mtu4, profile.mtu6 - 20))
        sent = error6(QUOTE6, raw(ICMPv6PacketTooBig(mtu=mtu, cksum=0)))
        yield to4(f"30: MTU {mtu}", sent,
                  error6_in4(QUOTE6_IN4, raw(ICMP(type=3, code=4, nexthopmtu=mtu4, chksum=0))),
                  profile=name)
    # RFC 4443 section 3.2: the code is ignored.
    yield to4("30: a code that is not zero", error6(QUOTE6, message(2, 1, 1300)),
              error6_in4(QUOTE6_IN4, message(3, 4, min(1280, profile.mtu4))), profile=name)


def time_exceeded(profile):
    """Statements 15 and 31."""
    for code in range(256):
        for rest in (0, 0xa500a5a5):
            yield to6(f"15: type 11 code {code}, rest {rest:#x}",
                      error4(QUOTE4, message(11, code, rest)),
                      error4_in6(QUOTE4_IN6, message(3, code)), profile=profile)
        for rest in (0, 0x00a5a5a5):
            yield to4(f"31: type 3 code {code}, rest {rest:#x}",
                      error6(QUOTE6, message(3, code, rest)),
                      error6_in4(QUOTE6_IN4, message(11, code)), profile=profile)


def parameter_problem(profile):
    """Statements 15 and 31."""
    for code in (0, 1, 2, 3, 255):
        for pointer in range(256):
            title = f"15: type 12 code {code} pointer {pointer}"
            sent = error4(QUOTE4, message(12, code, pointer << 24 | 0xa5a5))
            if code in (0, 2) and pointer in POINTERS46:
                yield to6(title, sent,
                          error4_in6(QUOTE4_IN6, message(4, 0, POINTERS46[pointer])),
                          profile=profile)
            else:
                yield dropped(title, sent, profile=profile)
    for pointer in (*range(256), 256, 260, 0x10000, 0x1000000, 0x80000000, 0xffffffff):
        title = f"31: type 4 code 0 pointer {pointer}"
        sent = error6(QUOTE6, message(4, 0, pointer))
        if pointer in POINTERS64:
            yield to4(title, sent,
                      error6_in4(QUOTE6_IN4, message(12, 0, POINTERS64[pointer] << 24)),
                      profile=profile)
        else:
            yield dropped(title, sent, profile=profile)
    for pointer in (0, 6, 40, 0xffffffff):
        yield to4(f"31: type 4 code 1 pointer {pointer}", error6(QUOTE6, message(4, 1, pointer)),
                  error6_in4(QUOTE6_IN4, message(3, 2)), profile=profile)
    for code in (*range(2, 16), 255):
        for pointer in (0, 6):
            yield dropped(f"31: type 4 code {code} pointer {pointer}",
                          error6(QUOTE6, message(4, code, pointer)), profile=profile)


def sources(name):
    """Statements 10 and 37."""
    standin = PROFILES[name].standin
    errors = (("unreachable", message(1, 0), message(3, 1)),
              ("too big", message(2, 0, 1300), message(3, 4, 1280)),
              ("time exceeded", message(3, 0), message(11, 0)),
              ("parameter problem", message(4, 0, 0), message(12, 0)))
    for title, here, there in errors:
        for source in (FOREIGN6, "2001:db8:64:1::cb00:7106", "fd00::1",
                       embed("127.0.0.1"), embed("224.0.0.1"), embed("0.0.0.0"),
                       embed("255.255.255.255")):
            yield to4(f"37: {title} from {source}", error6(QUOTE6, here, src=source),
                      error6_in4(QUOTE6_IN4, there, src=standin), profile=name)
    for here, there in ((message(3, 1), message(1, 0)), (message(11, 0), message(3, 0)),
                        (message(3, 4, 1400), message(2, 0, 1420))):
        for source in ILLEGAL4:
            sent = error4(QUOTE4, here, src=source)
            title = f"10: type {here[0]} code {here[1]} from {source}"
            if name == "in":
                yield to6(title, sent, error4_in6(QUOTE4_IN6, there, src=embed(source)))
    for source in ("192.0.0.8", "10.0.0.1", "100.64.0.1"):
        yield to6(f"10: time exceeded from {source}",
                  error4(QUOTE4, message(11, 0), src=source),
                  error4_in6(QUOTE4_IN6, message(3, 0), src=embed(source)), profile=name)


def outer(profile):
    """Statements 3, 4, 19, 25 and 27 for the packet around."""
    for tos in (0, 0x80, 0xff):
        yield to6(f"3: an error with TOS {tos:#x}", error4(QUOTE4, tos=tos),
                  error4_in6(QUOTE4_IN6, tc=tos), profile=profile)
        yield to4(f"3: an error with traffic class {tos:#x}", error6(QUOTE6, tc=tos),
                  error6_in4(QUOTE6_IN4, tos=tos), profile=profile)
    for ttl in (2, 255):
        yield to6(f"4: an error with TTL {ttl}", error4(QUOTE4, ttl=ttl),
                  error4_in6(QUOTE4_IN6, hlim=ttl - 1), profile=profile)
        yield to4(f"4: an error with hop limit {ttl}", error6(QUOTE6, hlim=ttl),
                  error6_in4(QUOTE6_IN4, ttl=ttl - 1), profile=profile)
    yield to6("1: an error with options", error4(QUOTE4, options=[IPOption_NOP()] * 8),
              error4_in6(QUOTE4_IN6), profile=profile)
    behind = icmp6(in6(src=embed(ROUTER6)), message(1, 4) + QUOTE6)
    for kinds in ((HOP,), (DESTINATION,), (ROUTING,), (HOP, DESTINATION, ROUTING)):
        yield to4(f"25: an error behind protocols {kinds}",
                  chained(in6(src=embed(ROUTER6), tc=0xc0),
                          [(kind, HEADERS[kind]) for kind in kinds], ICMP6, behind),
                  error6_in4(QUOTE6_IN4), profile=profile)
    yield to4("27: an error that is an atomic fragment",
              piece6(in6(src=embed(ROUTER6), tc=0xc0), ICMP6, behind, 0, False, 0x54321),
              error6_in4(QUOTE6_IN4, id=0x4321), profile=profile, mask=())
    for offset in (0, 64):
        yield dropped(f"24: an error in pieces, at {offset}",
                      piece6(in6(src=embed(ROUTER6)), ICMP6, behind[offset:offset + 64], offset,
                             True), profile=profile)
        yield dropped(f"24: an error in pieces, at {offset}",
                      piece4(in4(src=ROUTER4), ICMP4,
                             icmp4(message(3, 3) + QUOTE4)[offset:offset + 64], offset, True),
                      profile=profile)


def caps(profile):
    """Statements 19 and 32: an error is no longer than 1280 bytes in IPv6, 576 in IPv4. The
    end of the packet inside goes."""
    for length in (40, 1184, 1185, 1400, 5000):
        data = (DATA * 10)[:length]
        before = packet(quoted4(), UDP_, udp(quoted4(), data))
        after = packet(quoted4_in6(), UDP_, udp(quoted4_in6(), data))
        yield to6(f"19: an error with {length} bytes of UDP data inside", error4(before),
                  error4_in6(after[:1280 - 48]), profile=profile)
    for length in (40, 519, 520, 521, 800, 1184):
        data = (DATA * 10)[:length]
        before = packet(quoted6(), UDP_, udp(quoted6(), data))
        after = packet(quoted6_in4(), UDP_, udp(quoted6_in4(), data))
        yield to4(f"32: an error with {length} bytes of UDP data inside", error6(before),
                  error6_in4(after[:576 - 28]), profile=profile)


def damage(profile):
    """A message whose checksum is wrong must not leave with a right one."""
    good4, good6 = error4(QUOTE4), error6(QUOTE6)
    yield to6("19: a wrong checksum of an error stays wrong",
              good4[:20] + damaged(good4[20:], 2),
              (lambda after: after[:40] + damaged(after[40:], 2))(error4_in6(QUOTE4_IN6)),
              profile=profile)
    yield to4("32: a wrong checksum of an error stays wrong",
              good6[:40] + damaged(good6[40:], 2),
              (lambda after: after[:20] + damaged(after[20:], 2))(error6_in4(QUOTE6_IN4)),
              profile=profile)


def cases():
    for profile in ("in", "out"):
        yield from queries(profile)
        yield from unreachable(profile)
        yield from too_big46(profile)
        yield from plateaus(profile)
        yield from too_big64(profile)
        yield from time_exceeded(profile)
        yield from parameter_problem(profile)
        yield from sources(profile)
        yield from outer(profile)
        yield from caps(profile)
        yield from damage(profile)
    for profile in ("own-mtu4", "own-mtu6", "out-mtu4", "out-mtu6"):
        yield from too_big46(profile)
        yield from plateaus(profile)
        yield from too_big64(profile)
