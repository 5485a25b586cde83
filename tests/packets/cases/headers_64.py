# SPDX-License-Identifier: GPL-2.0-only
"""Statements 3, 4, 20, 25, 26 and 28, and 33 as far as it concerns addresses that map
to nothing: the IPv4 header for an IPv6 one (RFC 7915 section 5.1)."""

import itertools

from scapy.layers.inet6 import ICMPv6ParamProblem, ICMPv6TimeExceeded, IPv6

from cases.common import *
from cases.headers_46 import ILLEGAL4, LEGAL4

# The longest IPv4 packet that may still be cut on its way.
LONGEST_WITHOUT_DF = 1260

HOP, ROUTING, DESTINATION = 0, 43, 60


def options_header(units=1, body=b""):
    """A hop-by-hop or destination options header of so many times eight bytes, without
    the byte that tells what follows: options that whoever does not know them skips."""
    size = 8 * units - 2
    while len(body) < size:
        space = min(size - len(body), 257)
        body += b"\0" if space == 1 else bytes((0x1e, space - 2)) + bytes(space - 2)
    return bytes((units - 1,)) + body


def routing_header(kind=0, left=0, addresses=1):
    return bytes((2 * addresses, kind, left)) + bytes(4) + bytes(range(16)) * addresses


HEADERS = {HOP: options_header(), DESTINATION: options_header(), ROUTING: routing_header()}


def chained(header, chain, proto, payload):
    """The payload behind a chain of (protocol, header)."""
    kinds = [kind for kind, _body in chain] + [proto]
    behind = b"".join(bytes((following,)) + body
                      for following, (_kind, body) in zip(kinds[1:], chain))
    return packet(header, kinds[0], behind + payload)


def named(chain):
    names = {HOP: "HBH", ROUTING: "RH", DESTINATION: "DO"}
    return ", ".join(names[kind] for kind, _body in chain)


def dont_fragment(profile):
    """Statement 26."""
    for length in (*range(17), 512, 1230, 1231, 1232, 1233, 1234, 1400, 9000, 65000, 65479):
        data = DATA[:length] if length < len(DATA) else bytes(length)
        df = "DF" if 28 + length > LONGEST_WITHOUT_DF else 0
        yield to4(f"26: {length} bytes of UDP data", packet(in6(), UDP_, udp(in6(), data)),
                  packet(out4(flags=df), UDP_, udp(out4(), data)), profile=profile)
    for total in (1259, 1260, 1261, 1262):
        for name, proto, proto4, build in (("TCP", TCP_, TCP_, tcp), ("SCTP", SCTP_, SCTP_, sctp),
                                           ("echo request", ICMP6, ICMP4, echo(8)),
                                           ("UDP-Lite", UDPLITE, UDPLITE, udplite)):
            data = bytes(total - 20 - len(build(in6(), b"")))
            df = "DF" if total > LONGEST_WITHOUT_DF else 0
            sent = packet(in6(), proto, build(in6(), data))
            yield to4(f"26: {name}, {total} bytes", sent,
                      packet(out4(flags=df), proto4, build(out4(), data)), profile=profile)
            # It is the size in IPv4 that counts, without the headers that go.
            for chain in ([(DESTINATION, HEADERS[DESTINATION])], [(HOP, options_header(8))]):
                yield to4(f"26: {name}, {total} bytes behind {named(chain)}",
                          chained(in6(), chain, proto, build(in6(), data)),
                          packet(out4(flags=df), proto4, build(out4(), data)), profile=profile)
    yield to4("26: nothing behind the header", packet(in6(), 253), packet(out4(), 253),
              profile=profile)
    yield to4("26: a link's padding behind the packet",
              packet(in6(), UDP_, udp(in6(), b"short")) + b"\xa5" * 20,
              packet(out4(), UDP_, udp(out4(), b"short")), profile=profile)


def traffic_classes(profile):
    """Statement 3."""
    for tc in range(256):
        yield to4(f"3: traffic class {tc:#04x}", packet(in6(tc=tc), UDP_, udp(in6())),
                  packet(out4(tos=tc), UDP_, udp(out4())), profile=profile)
    for label in (1, 0xabcde, 0xfffff):
        yield to4(f"3: flow label {label:#x}", packet(in6(fl=label), UDP_, udp(in6())),
                  packet(out4(), UDP_, udp(out4())), profile=profile)


def hop_limits(profile):
    """Statement 4, as long as it does not end here."""
    for hlim in (2, 3, 63, 64, 65, 128, 254, 255):
        yield to4(f"4: hop limit {hlim}", packet(in6(hlim=hlim), UDP_, udp(in6())),
                  packet(out4(ttl=hlim - 1), UDP_, udp(out4())), profile=profile)


def chains(profile):
    """Statement 25: every order of up to three, the same one twice too. IPv6 itself takes
    a hop-by-hop header for one only where it is the first (RFC 8200 section 4.1)."""
    for length in (1, 2, 3):
        for kinds in itertools.product((HOP, ROUTING, DESTINATION), repeat=length):
            if HOP in kinds[1:]:
                continue
            chain = [(kind, HEADERS[kind]) for kind in kinds]
            for name, proto6, proto4, build in (("UDP", UDP_, UDP_, udp), ("TCP", TCP_, TCP_, tcp),
                                                ("echo request", ICMP6, ICMP4, echo(8)),
                                                ("GRE", 47, 47, lambda _header: DATA)):
                yield to4(f"25: {name} behind {named(chain)}",
                          chained(in6(), chain, proto6, build(in6())),
                          packet(out4(), proto4, build(out4())), profile=profile)
    for units in (1, 2, 3, 31, 32, 33, 100, 255, 256):
        for kind in (HOP, DESTINATION):
            chain = [(kind, options_header(units))]
            yield to4(f"25: {named(chain)} of {8 * units} bytes",
                      chained(in6(), chain, UDP_, udp(in6())),
                      packet(out4(), UDP_, udp(out4())), profile=profile)
    for count in (1, 2, 8, 127):
        chain = [(ROUTING, routing_header(addresses=count))]
        yield to4(f"25: RH with {count} addresses, none left",
                  chained(in6(), chain, UDP_, udp(in6())),
                  packet(out4(), UDP_, udp(out4())), profile=profile)
    for kind in (0, 1, 2, 3, 4, 253, 255):
        chain = [(ROUTING, routing_header(kind=kind))]
        yield to4(f"25: RH of type {kind}, none left", chained(in6(), chain, UDP_, udp(in6())),
                  packet(out4(), UDP_, udp(out4())), profile=profile)
    chain = [(HOP, HEADERS[HOP])] + 20 * [(DESTINATION, HEADERS[DESTINATION])]
    yield to4("25: 20 DO behind an HBH", chained(in6(), chain, UDP_, udp(in6())),
              packet(out4(), UDP_, udp(out4())), profile=profile)
    # Hop-by-hop options that a router has to look at.
    for name, body in (("router alert", b"\x05\x02\x00\x00\x01\x00"),
                       ("padding", b"\x01\x04" + bytes(4)), ("single padding", bytes(6))):
        chain = [(HOP, options_header(1, body))]
        yield to4(f"25: HBH: {name}", chained(in6(), chain, UDP_, udp(in6())),
                  packet(out4(), UDP_, udp(out4())), profile=profile)
    yield to4("25: an atomic fragment behind HBH, RH, DO",
              chained(in6(), [(kind, HEADERS[kind]) for kind in (HOP, ROUTING, DESTINATION)] +
                      [(44, bytes(3) + b"\0\0\xab\xcd")], UDP_, udp(in6())),
              packet(out4(id=0xabcd), UDP_, udp(out4())), profile=profile)


def segments_left():
    """Statement 25: the error is the router's own, points at the segments-left byte and
    quotes all that fits in 1280 bytes (RFC 4443 section 2.4)."""
    def refusal(sent, pointer):
        head = IPv6(src=OWN6, dst=INSIDE6, hlim=64)
        problem = raw(ICMPv6ParamProblem(code=0, ptr=pointer, cksum=0))
        return packet(head, ICMP6, icmp6(head, problem + sent[:1280 - 48]))

    for left, addresses, kind in ((1, 1, 0), (1, 2, 0), (2, 2, 0), (255, 1, 0), (1, 1, 2),
                                  (1, 1, 4), (3, 3, 253)):
        routing = (ROUTING, routing_header(kind, left, addresses))
        for before in ([], [(HOP, HEADERS[HOP])], [(DESTINATION, HEADERS[DESTINATION])],
                       [(HOP, options_header(4)), (DESTINATION, HEADERS[DESTINATION])],
                       [(ROUTING, routing_header())]):
            sent = chained(in6(), before + [routing], UDP_, udp(in6(), b"by way of"))
            # The byte is the fourth of its header.
            pointer = 40 + sum(1 + len(body) for _kind, body in before) + 3
            yield back(f"25: RH of type {kind}, {left} of {addresses} left, behind "
                       f"{named(before) or 'nothing'}", sent, refusal(sent, pointer))
    sent = chained(in6(), [(ROUTING, routing_header(0, 1))], TCP_, tcp(in6(), bytes(2000)))
    yield back("25: RH with segments left, a long packet", sent, refusal(sent, 43))
    sent = chained(in6(), [(ROUTING, routing_header(0, 1)), (44, bytes(1) + b"\0\1" + bytes(4))],
                   UDP_, udp(in6(), bytes(1000))[:808])
    yield back("25: RH with segments left, first fragment", sent, refusal(sent, 43),
               profile="raw")
    # RFC 4443 section 2.4 (e): no error about an error.
    inner = packet(out6(), UDP_, udp(out6()))
    error = icmp6(in6(), raw(ICMPv6TimeExceeded(cksum=0)) + inner)
    yield dropped("18: RH with segments left, an ICMPv6 error",
                  chained(in6(), [(ROUTING, routing_header(0, 1))], ICMP6, error))


def protocols(profile):
    """Statements 20, 25 and 28: every protocol that has no table of its own."""
    known = {ICMP6, TCP_, UDP_, DCCP_, UDPLITE, HOP, ROUTING, 44, DESTINATION}
    payload = bytes(range(0xa0, 0xe0))
    for proto in range(256):
        if proto in known:
            continue
        sent = packet(in6(), proto, payload)
        behind = chained(in6(), [(DESTINATION, HEADERS[DESTINATION])], proto, payload)
        if proto in (ICMP4, 51):
            # ICMP of IPv4 would become live; RFC 7915 section 5.1.1 drops AH, which
            # cannot hold for another family.
            for name, wrong in (("", sent), (" behind DO", behind)):
                yield dropped(f"20: protocol {proto}{name}", wrong, profile=profile)
            continue
        expected = packet(out4(), proto, payload)
        yield to4(f"20: protocol {proto}", sent, expected, profile=profile)
        yield to4(f"20, 25: protocol {proto} behind DO", behind, expected, profile=profile)
    for proto in range(256):
        if proto in known - set(EXTENSIONS):
            continue
        sent = packet(in6(), 44, bytes((proto,)) + bytes(3) + b"\0\1\xab\xcd" + payload)
        if proto == ICMP4:
            yield dropped("20: protocol 1 behind a Fragment header", sent, profile=profile)
        elif is_extension(proto):
            yield dropped(f"28: {EXTENSIONS[proto]} behind a Fragment header", sent,
                          profile=profile)
        else:
            yield to4(f"28: protocol {proto} behind a Fragment header", sent,
                      packet(out4(id=0xabcd), proto, payload), profile=profile)
    for kind, body in HEADERS.items():
        yield dropped(f"28: a real {EXTENSIONS[kind]} header behind a Fragment header",
                      chained(in6(), [(44, bytes(3) + b"\0\1\xab\xcd"), (kind, body)], UDP_,
                              udp(in6())), profile=profile)


def addresses(profile):
    """Statement 37: nothing but an ICMPv6 error comes from an address that does not map;
    statement 33: the suffix and what lies outside of the prefix."""
    for address in ILLEGAL4:
        bad = embed(address)
        for name, proto, build in (("UDP", UDP_, udp), ("TCP", TCP_, tcp),
                                   ("echo request", ICMP6, echo(8))):
            yield dropped(f"37: {name} from {address} embedded",
                          packet(in6(src=bad), proto, build(in6(src=bad))), profile=profile)
        yield dropped(f"33: UDP to {address} embedded",
                      packet(in6(dst=bad), UDP_, udp(in6(dst=bad))), profile=profile)
    for address in LEGAL4:
        head, after = in6(src=embed(address)), out4(src=address)
        yield to4(f"33: from {address} embedded", packet(head, UDP_, udp(head)),
                  packet(after, UDP_, udp(after)), profile=profile)
    for source in (FOREIGN6, "2001:db8:64:1::cb00:7106", "2001:db8:64::1:cb00:7106",
                   "2001:db8:64:0:1::cb00:7106", "2001:db8:65::cb00:7106", "64:ff9b::cb00:7106"):
        for name, proto, build in (("UDP", UDP_, udp), ("TCP", TCP_, tcp),
                                   ("echo request", ICMP6, echo(8)),
                                   ("echo reply", ICMP6, echo(0))):
            head = in6(src=source)
            yield dropped(f"37: {name} from {source}", packet(head, proto, build(head)),
                          profile=profile)


def left_alone():
    """Statements 33 and 37: what cannot be mapped does not match, and goes on as it is,
    which is not the same as what is dropped."""
    def as_it_was(title, **fields):
        for name, proto, build in (("UDP", UDP_, udp), ("echo request", ICMP6, echo(8))):
            head = in6(**fields)
            after = in6(**{**fields, "hlim": 63})
            yield back(f"{title}: {name}", packet(head, proto, build(head)),
                       packet(after, proto, build(after)), profile="alone")

    for source in (FOREIGN6, "2001:db8:65::cb00:7106", embed("127.0.0.1"), embed("224.0.0.1")):
        yield from as_it_was(f"37: left alone, from {source}", src=source)
    for destination in ("2001:db8:65::c000:221", embed("127.0.0.1"), embed("240.0.0.1")):
        yield from as_it_was(f"33: left alone, to {destination}", dst=destination)
    # An error about what this rule has never translated.
    head = in6(src=FOREIGN6)
    inner = packet(IPv6(src="64:ff9b::1", dst=INSIDE6), UDP_, DATA[:8])
    error = raw(ICMPv6TimeExceeded(cksum=0)) + inner
    after = in6(src=FOREIGN6, hlim=63)
    yield back("37: left alone, an error about another translator's packet",
               packet(head, ICMP6, icmp6(head, error)),
               packet(after, ICMP6, icmp6(after, error)), profile="alone")
    yield dropped("22: dropped, and not left alone, UDP without checksum",
                  packet(in6(), UDP_, udp_unsummed(in6())), profile="alone")
    yield from protocols("alone")


def cases():
    yield from left_alone()
    for profile in ("in", "out"):
        yield from dont_fragment(profile)
        yield from traffic_classes(profile)
        yield from hop_limits(profile)
        yield from chains(profile)
        yield from protocols(profile)
        yield from addresses(profile)
    yield from segments_left()
