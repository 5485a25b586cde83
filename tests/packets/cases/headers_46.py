# SPDX-License-Identifier: GPL-2.0-only
"""Statements 1 to 10, and 33 as far as it concerns addresses that map to nothing: the
IPv6 header for an IPv4 one (RFC 7915 section 4.1)."""

from scapy.layers.inet import (
    ICMP, IP, IPOption_LSRR, IPOption_NOP, IPOption_RR, IPOption_Router_Alert,
    IPOption_SSRR, IPOption_Timestamp)

from cases.common import *

MINIMUM_MTU = 1280
# What a fragment carries behind an IPv6 and a Fragment header, in units of eight bytes.
FRAGMENT_OVERHEAD = 48

# Options that are left out, each with the words that it takes.
OPTIONS = (
    ("NOP", [IPOption_NOP()] * 4),
    ("ten words of NOP", [IPOption_NOP()] * 40),
    ("end of options, then rubbish", [Raw(b"\x00\xff\xff\xff")]),
    ("record route", [IPOption_RR(pointer=8, routers=["192.0.2.1", "0.0.0.0"])]),
    ("timestamp", [IPOption_Timestamp(flg=0, pointer=9)]),
    ("router alert", [IPOption_Router_Alert()]),
    ("an unknown one", [Raw(b"\x1e\x04\xab\xcd")]),
    ("one of the length 2", [Raw(b"\x5e\x02")]),
    ("one that fills the header", [Raw(b"\x5e\x28" + bytes(38))]),
    ("expired LSRR", [IPOption_LSRR(pointer=8, routers=["192.0.2.1"])]),
    ("expired SSRR", [IPOption_SSRR(pointer=12, routers=["192.0.2.1", "192.0.2.2"])]),
    ("empty LSRR", [IPOption_LSRR(pointer=4, routers=[])]),
)

ILLEGAL4 = ("0.0.0.0", "0.0.0.1", "0.255.255.255", "127.0.0.1", "127.255.255.255",
            "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.254", "255.255.255.255")
# The nearest to them that are legal, and others that a router forwards.
LEGAL4 = ("1.0.0.0", "1.0.0.255", "126.255.255.255", "128.0.0.0", "223.255.255.255",
          "10.0.0.1", "100.64.0.1", "192.0.0.8", "192.168.1.255", "198.18.0.1")


def sizes(profile):
    """Statements 1 and 5."""
    for length in (*range(17), 512, 1231, 1232):
        data = DATA[:length] if length < len(DATA) else bytes(length)
        for flags in ("DF", 0):
            head = in4(flags=flags)
            yield to6(f"1, 5: {length} bytes of UDP data, flags {flags}",
                      packet(head, UDP_, udp(head, data)),
                      packet(out6(), UDP_, udp(out6(), data)), profile=profile)
    for length in (1233, 9000, 65000, 65487):
        data = bytes(length)
        yield to6(f"1: {length} bytes of UDP data", packet(in4(), UDP_, udp(in4(), data)),
                  packet(out6(), UDP_, udp(out6(), data)), profile=profile)
    yield to6("1: nothing behind the header", packet(in4(), 253), packet(out6(), 253),
              profile=profile)
    yield to6("1: a link's padding behind the packet",
              packet(in4(), UDP_, udp(in4(), b"short")) + b"\xa5" * 20,
              packet(out6(), UDP_, udp(out6(), b"short")), profile=profile)


def options(profile):
    """Statements 1 and 2."""
    for name, opts in OPTIONS:
        # IPv4 forwards no source routes, not even expired ones, unless told to.
        if profile == "out" and "SRR" in name:
            continue
        for proto, build in ((UDP_, udp), (TCP_, tcp)):
            # Scapy takes the checksum's destination from a source route.
            yield to6(f"1, 2: options: {name}, protocol {proto}",
                      packet(in4(options=opts), proto, build(in4())),
                      packet(out6(), proto, build(out6())), profile=profile)
    for words in range(1, 11):
        yield to6(f"1: a header of {5 + words} words",
                  packet(in4(options=[Raw(bytes((0x1e, 4 * words)) + bytes(4 * words - 2))]),
                         UDP_, udp(in4())),
                  packet(out6(), UDP_, udp(out6())), profile=profile)


def source_routes():
    """Statement 2. The error is the router's own, and quotes all that fits in 576 bytes
    (RFC 1812 section 4.3.2.3)."""
    def refusal(sent):
        return packet(IP(src=OWN4, dst=OUTSIDE4, tos=0xc0, ttl=64), ICMP4,
                      icmp4(raw(ICMP(type=3, code=5)) + sent[:576 - 28]))

    for kind, cls in (("LSRR", IPOption_LSRR), ("SSRR", IPOption_SSRR)):
        for hops in (1, 2, 9):
            routers = [f"192.0.2.{1 + n}" for n in range(hops)]
            for pointer in range(4, 4 + 4 * hops, 4):
                head = in4(options=[cls(pointer=pointer, routers=routers)], tos=0)
                sent = packet(head, UDP_, udp(in4(), b"by way of"))
                yield back(f"2: {kind}, {hops} hops, pointer {pointer}", sent, refusal(sent),
                           mask=RANDOM_ID)
        head = in4(options=[IPOption_NOP(), cls(pointer=4, routers=["192.0.2.1"])])
        sent = packet(head, UDP_, udp(in4(), bytes(1000)))
        yield back(f"2: {kind} behind a NOP, a long packet", sent, refusal(sent), mask=RANDOM_ID)
        sent = packet(head, TCP_, tcp(in4()))
        yield back(f"2: {kind}, TCP", sent, refusal(sent), mask=RANDOM_ID)
        sent = piece4(head, UDP_, udp(in4(), bytes(1000))[:808], 0, True)
        yield back(f"2: {kind}, first fragment", sent, refusal(sent), mask=RANDOM_ID,
                   profile="raw")
        # RFC 1122 section 3.2.2: no error about later fragments, none about errors.
        yield dropped(f"2: {kind}, later fragment",
                      piece4(head, UDP_, bytes(64), 808, False), profile="raw")
        inner = packet(IP(src=INSIDE4, dst=OUTSIDE4), UDP_, udp(IP(src=INSIDE4, dst=OUTSIDE4)))
        yield dropped(f"18: {kind}, an ICMP error",
                      packet(head, ICMP4, icmp4(raw(ICMP(type=3, code=1)) + inner)))


def traffic_classes(profile):
    """Statement 3."""
    for tos in range(256):
        yield to6(f"3: TOS {tos:#04x}", packet(in4(tos=tos), UDP_, udp(in4())),
                  packet(out6(tc=tos, fl=0), UDP_, udp(out6())), profile=profile)


def hop_limits(profile):
    """Statement 4, as long as it does not end here."""
    for ttl in (2, 3, 63, 64, 65, 128, 254, 255):
        yield to6(f"4: TTL {ttl}", packet(in4(ttl=ttl), UDP_, udp(in4())),
                  packet(out6(hlim=ttl - 1), UDP_, udp(out6())), profile=profile)


def cut(profile, mtu):
    """Statements 5 and 6: pieces no larger than the MTU, as large as they can be, with
    the identification of the IPv4 packet."""
    carried = (mtu - FRAGMENT_OVERHEAD) // 8 * 8
    for name, proto, build in (("UDP", UDP_, udp), ("TCP", TCP_, tcp), ("SCTP", SCTP_, sctp),
                               ("UDP without checksum", UDP_, udp_unsummed),
                               ("echo request", ICMP4, echo(8)), ("GRE", 47, None)):
        for total in (mtu - 21, mtu - 20, mtu - 19, mtu - 12, mtu, 2 * mtu, 3 * mtu + 1):
            head = in4(flags=0, id=0xfedc)
            # What the transport's header leaves for data.
            space = total - 20 - (len(build(head, b"")) if build else 0)
            data = (DATA * (1 + space // len(DATA)))[:space]
            there = build or (lambda _header, data: data)
            sent = packet(head, proto, there(head, data))
            after = udp if build is udp_unsummed else there
            nh = ICMP6 if proto == ICMP4 else proto
            payload = after(out6(), data)
            if len(payload) + 40 <= mtu:
                expected = [packet(out6(), nh, payload)]
            else:
                expected = pieces6(out6(), nh, payload, carried, 0xfedc)
            assert all(len(piece) <= mtu for piece in expected)
            yield to6(f"5, 6: {name}, {total} bytes, no DF, mtu {mtu}", sent, *expected,
                      profile=profile)
    for ident in (0, 1, 0x7fff, 0x8000, 0xffff):
        head = in4(flags=0, id=ident, tos=0xb8)
        data = bytes(2 * mtu)
        yield to6(f"6: identification {ident:#06x}, mtu {mtu}",
                  packet(head, UDP_, udp(head, data)),
                  *pieces6(out6(tc=0xb8), UDP_, udp(out6(), data), carried, ident),
                  profile=profile)
    head = in4(flags=0, id=7)
    data = (DATA * 128)[:65535 - 28]
    yield to6(f"6: the longest packet, mtu {mtu}", packet(head, UDP_, udp(head, data)),
              *pieces6(out6(), UDP_, udp(out6(), data), carried, 7), profile=profile)
    head = in4(flags=0, id=7, options=[IPOption_NOP()] * 40)
    for data in (bytes(mtu - 48), bytes(mtu - 47)):
        payload = udp(out6(), data)
        whole = packet(out6(), UDP_, payload)
        expected = [whole] if len(whole) <= mtu else pieces6(out6(), UDP_, payload, carried, 7)
        yield to6(f"5, 6: {len(data)} bytes of data behind options, mtu {mtu}",
                  packet(head, UDP_, udp(in4(), data)), *expected, profile=profile)


def not_cut(profile):
    """Statement 7: with DF, whatever the size."""
    for length in (1233, 1500, 9000, 60000):
        data = bytes(length)
        for name, proto, build in (("UDP", UDP_, udp), ("TCP", TCP_, tcp)):
            yield to6(f"7: {name}, {length} bytes of data, DF",
                      packet(in4(), proto, build(in4(), data)),
                      packet(out6(), proto, build(out6(), data)), profile=profile)


def protocols(profile):
    """Statements 9 and 20: every protocol that has no table of its own."""
    known = {ICMP4, TCP_, UDP_, DCCP_, UDPLITE}
    # Nothing in it that could pass for a header.
    payload = bytes(range(0xa0, 0xe0))
    for proto in range(256):
        sent = packet(in4(), proto, payload)
        if proto == ICMP6:
            yield dropped("9: protocol 58, ICMPv6 in IPv4", sent, profile=profile)
        elif is_extension(proto):
            yield dropped(f"9: protocol {proto}, {EXTENSIONS[proto]}", sent, profile=profile)
        elif proto not in known:
            yield to6(f"20: protocol {proto}", sent, packet(out6(), proto, payload),
                      profile=profile)
    # What they would do in IPv6, if they came through.
    yield dropped("9: a hop-by-hop header with a jumbo payload option",
                  packet(in4(), 0, b"\x11\0\xc2\x04" + bytes(4) + udp(in4())), profile=profile)
    yield dropped("9: a Fragment header",
                  packet(in4(), 44, b"\x11\0\0\1" + bytes(4) + udp(in4())), profile=profile)
    yield dropped("9: a router advertisement",
                  packet(in4(ttl=255), ICMP6, icmp6(out6(), b"\x86\0" + bytes(14))),
                  profile=profile)


def illegal_sources(profile):
    """Statement 10. The errors among them are in the table of ICMP errors."""
    for source in ILLEGAL4:
        head = in4(src=source)
        for name, proto, build in (("UDP", UDP_, udp), ("TCP", TCP_, tcp),
                                   ("echo request", ICMP4, echo(8))):
            yield dropped(f"10: {name} from {source}", packet(head, proto, build(head)),
                          profile=profile)
    for source in LEGAL4:
        head, after = in4(src=source), out6(src=embed(source))
        yield to6(f"10: from {source}", packet(head, UDP_, udp(head)),
                  packet(after, UDP_, udp(after)), profile=profile)


def illegal_destinations():
    """Nothing to map: the rule does not match, and the next one drops."""
    for destination in ILLEGAL4:
        head = in4(dst=destination)
        yield dropped(f"10: UDP to {destination}", packet(head, UDP_, udp(head)))


def cases():
    for profile in ("in", "out"):
        yield from sizes(profile)
        yield from options(profile)
        yield from traffic_classes(profile)
        yield from hop_limits(profile)
        yield from cut(profile, MINIMUM_MTU)
        yield from not_cut(profile)
        yield from protocols(profile)
        yield from illegal_sources(profile)
    yield from cut("mtu1500", 1500)
    yield from source_routes()
    # What is dropped does not go on as it is.
    yield from protocols("alone")
    yield from illegal_sources("alone")
    yield from illegal_destinations()
