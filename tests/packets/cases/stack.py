# SPDX-License-Identifier: GPL-2.0-only
"""Statements 4, 7, 26, 27 and 37: the errors that the stacks of the translator make, and
how they come out on the other side: with a source that is the translator's own, about
the packet as it was sent. And what the stacks cut.
"""

from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6

from cases.common import *
from cases.headers_46 import FRAGMENT_OVERHEAD, cut
from cases.headers_64 import LONGEST_WITHOUT_DF
from cases.icmp import message

CAP4, CAP6 = 576, 1280
KINDS = (("UDP", UDP_, UDP_, udp), ("TCP", TCP_, TCP_, tcp),
         ("echo request", ICMP4, ICMP6, echo(8)))


def to_ipv4(quote, kind, code, rest=0):
    """An ICMPv6 error of the translator, as IPv4 gets it: IPv6 leaves its traffic class
    zero."""
    body = icmp4(message(kind, code, rest) + quote[:CAP4 - 28])
    return packet(IP(src=OWN4, dst=OUTSIDE4, ttl=64, id=0, flags=0), ICMP4, body)


def to_ipv6(quote, kind, code, rest=0):
    """An ICMP error of the translator, as IPv6 gets it: of the precedence of network
    control (RFC 1812 section 4.3.2.5), with what fits in 576 bytes (section 4.3.2.3)."""
    head = IPv6(src=embed(OWN4), dst=INSIDE6, tc=0xc0, hlim=64)
    return packet(head, ICMP6, icmp6(head, message(kind, code, rest) +
                                     quote[:CAP4 - 28 + 20]))


def own4(quote, kind, code, rest=0):
    body = icmp4(message(kind, code, rest) + quote[:CAP4 - 28])
    return packet(IP(src=OWN4, dst=OUTSIDE4, tos=0xc0, ttl=64, id=0, flags=0), ICMP4, body)


def own6(quote, kind, code, rest=0):
    head = IPv6(src=OWN6, dst=INSIDE6, hlim=64)
    return packet(head, ICMP6, icmp6(head, message(kind, code, rest) + quote[:CAP6 - 48]))


def as_sent4(proto, build, data, dst=INSIDE4, **fields):
    """A packet of IPv4 that has been in IPv6: its identification is gone, and DF with it
    where it would not have mattered."""
    total = 20 + len(build(in4(dst=dst), data))
    head = in4(dst=dst, id=0, flags="DF" if total > LONGEST_WITHOUT_DF else 0, **fields)
    return packet(head, proto, build(head, data))


def hop_limit():
    """Statement 4."""
    for limit in (0, 1):
        for name, proto4, proto6, build in KINDS:
            for length in (0, 100, 480, 600, 1400):
                data = (DATA * 3)[:length]
                head4, head6 = in4(ttl=limit), in6(hlim=limit)
                sent4 = packet(head4, proto4, build(head4, data))
                sent6 = packet(head6, proto6, build(head6, data))
                title = f"4: {name}, {length} bytes of data, hop limit {limit}"
                yield back(title, sent4,
                           to_ipv4(as_sent4(proto4, build, data, ttl=limit), 11, 0),
                           profile="own", mask=RANDOM_ID)
                yield back(title, sent6, to_ipv6(sent6, 3, 0), profile="own")
                # Before the translation, and so of its own family and about the very
                # packet that came.
                yield back(title, sent4, own4(sent4, 11, 0), profile="out", mask=RANDOM_ID)
                yield back(title, sent6, own6(sent6, 3, 0), profile="out")
        # No error about an error (statement 18).
        inner4 = packet(IP(src=INSIDE4, dst=OUTSIDE4), UDP_, udp(IP(src=INSIDE4, dst=OUTSIDE4)))
        inner6 = packet(IPv6(src=OUTSIDE6, dst=INSIDE6), UDP_,
                        udp(IPv6(src=OUTSIDE6, dst=INSIDE6)))
        for profile in ("own", "out"):
            yield dropped(f"4, 18: an error, hop limit {limit}",
                          packet(in4(ttl=limit), ICMP4, icmp4(message(3, 1) + inner4)),
                          profile=profile)
            yield dropped(f"4, 18: an error, hop limit {limit}",
                          packet(in6(hlim=limit), ICMP6,
                                 icmp6(in6(), message(1, 0) + inner6)), profile=profile)


def too_big():
    """Statement 7, and its counterpart. The devices have an MTU of 1400 in IPv6, or of 1300
    in IPv4."""
    for name, proto4, proto6, build in KINDS:
        overhead4, overhead6 = len(build(in4(), b"")), len(build(in6(), b""))
        for total in (1379, 1380, 1381, 1400, 1401, 1500, 9000):
            data = (DATA * 20)[:total - 20 - overhead4]
            sent = packet(in4(), proto4, build(in4(), data))
            title = f"7: {name}, {total} bytes, DF"
            if total + 20 <= 1400:
                yield to6(title, sent, packet(out6(), proto6, build(out6(), data)),
                          profile="own-mtu6")
            else:
                yield back(title, sent, to_ipv4(as_sent4(proto4, build, data, ttl=64), 3, 4,
                                                1400 - 20), profile="own-mtu6", mask=RANDOM_ID)
        for total in (1319, 1320, 1321, 1400, 1500, 9000):
            data = (DATA * 20)[:total - 40 - overhead6]
            sent = packet(in6(), proto6, build(in6(), data))
            title = f"7, 26: {name}, {total} bytes"
            if total - 20 <= 1300:
                yield to4(title, sent, packet(out4(flags="DF"), proto4, build(out4(), data)),
                          profile="own-mtu4")
            else:
                yield back(title, sent, to_ipv6(sent, 2, 0, 1300 + 20), profile="own-mtu4")
    # A fragment may be cut, in IPv4 as well (statement 27).
    for length in (1272, 1273, 1400, 3000):
        data = (DATA * 6)[:length]
        payload, carried = udp(out4(), data), 1280
        expected = [packet(out4(id=0x1234), UDP_, payload)] if length <= 1272 else \
            [piece4(out4(), UDP_, payload[at:at + carried], at, at + carried < len(payload))
             for at in range(0, len(payload), carried)]
        yield to4(f"27: an atomic fragment with {length} bytes of UDP data",
                  piece6(in6(), UDP_, udp(in6(), data), 0, False), *expected,
                  profile="own-mtu4", mask=())


def below():
    """Statement 6, where the IPv6 link carries less than the rule says: what may be cut is cut
    there, and the identification is the link's sender's."""
    for total in (1380, 1381, 1480):
        data = (DATA * 20)[:total - 28]
        head = in4(flags=0)
        payload = udp(out6(), data)
        expected = [packet(out6(), UDP_, payload)]
        if total + 20 > 1400:
            expected = pieces6(out6(), UDP_, payload, (1400 - FRAGMENT_OVERHEAD) // 8 * 8)
        yield to6(f"6: {total} bytes, no DF, mtu 1500", packet(head, UDP_, udp(head, data)),
                  *expected, profile="own-below", mask=((44, 4),) if expected[1:] else ())


def unreachable():
    """Statement 37. Neither family has a route to there."""
    there4, there6 = "203.0.113.200", embed("192.0.2.200")
    for name, proto4, proto6, build in KINDS:
        head4, head6 = in4(dst=there4), in6(dst=there6)
        data = DATA[:100]
        sent4 = packet(head4, proto4, build(head4, data))
        sent6 = packet(head6, proto6, build(head6, data))
        yield back(f"29, 37: {name} to {there4}", sent4,
                   to_ipv4(as_sent4(proto4, build, data, dst=there4), 3, 1),
                   profile="unreach", mask=RANDOM_ID)
        yield back(f"12, 37: {name} to {there6}", sent6, to_ipv6(sent6, 1, 0), profile="unreach")


def cases():
    yield from hop_limit()
    yield from too_big()
    yield from below()
    yield from unreachable()
    # As large as the device takes, and no larger.
    yield from cut("own-mtu6", 1400)
