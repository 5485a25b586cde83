#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write the seeds of the fuzzers to DIRECTORY. packet/: every kind of packet that
the translator treats in its own way, once in each state that a packet can be in.
parts/: something for each part.

usage: make-corpus.py DIRECTORY
"""

import os
import struct
import sys

from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_LSRR, IPOption_RR
from scapy.layers.inet6 import (
    ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6PacketTooBig,
    ICMPv6ParamProblem, ICMPv6TimeExceeded, IPv6, IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting)
from scapy.packet import Raw

IN, OUTPUT, POST = 0, 1, 2
NONE, UNNECESSARY, COMPLETE, PARTIAL = (n << 2 for n in range(4))
CLONED, REASSEMBLED, IGNORE_DF, NO_ROUTE = 0x10, 0x20, 0x40, 0x80
MAC, ETHERNET = 1, 2
PREFIX, REPAIR = 7, 8

A4, B4, C4 = "192.0.2.33", "198.51.100.2", "203.0.113.7"
A6, B6, C6 = ("2001:db8:64::" + a for a in ("c000:221", "c633:6402", "cb00:7107"))
HOST6 = "2001:db8:1::2"


def case(skb=IN, prefix=1, linear=0, fail=0, mtu=0, route_mtu=1500,
         frame=MAC | ETHERNET, packet=PREFIX):
    return struct.pack("!BBBBHHBB", skb, prefix, linear, fail, mtu, route_mtu,
                       frame, packet)


def length(packet, where, field, **kwargs):
    """An error whose length field says where the extensions begin (RFC 4884)."""
    raw = bytearray(bytes(packet))
    raw[where + field] = kwargs["words"]
    return bytes(raw)


def seeds():
    data = Raw(bytes(range(48)))
    l4 = {
        "tcp": TCP(sport=1024, dport=80, flags="A", seq=1, ack=2) / data,
        "udp": UDP(sport=1024, dport=53) / data,
        "udp-zero": UDP(sport=1024, dport=53, chksum=0) / data,
    }
    for name, payload in l4.items():
        yield name + "-46", case(), IP(src=A4, dst=B4, ttl=9, tos=0xb9) / payload
        yield name + "-64", case(), IPv6(src=A6, dst=B6, hlim=9, tc=0xb9) / payload
        yield name + "-linear-46", case(linear=60), IP(src=A4, dst=B4) / payload
        yield name + "-linear-64", case(linear=60), IPv6(src=A6, dst=B6) / payload
    # Larger than any packet of IPv4
    yield "largest-64", case(linear=60, packet=PREFIX | REPAIR | 0xf0), \
        IPv6(src=A6, dst=B6) / UDP(sport=1024, dport=53) / Raw(bytes(4))
    for name, proto in (("sctp", 132), ("dccp", 33), ("udplite", 136), ("esp", 50),
                        ("gre", 47), ("none", 59), ("ah", 51), ("hop", 0),
                        ("routing", 43), ("icmp6", 58), ("mobility", 135)):
        yield name + "-46", case(packet=15), IP(src=A4, dst=B4, proto=proto) / data
        yield name + "-64", case(packet=15), IPv6(src=A6, dst=B6, nh=proto) / data
    yield "icmp-in-64", case(), IPv6(src=A6, dst=B6, nh=1) / data

    echo4 = IP(src=A4, dst=B4, id=77) / ICMP(type=8, id=5, seq=6) / data
    echo6 = IPv6(src=A6, dst=B6) / ICMPv6EchoRequest(id=5, seq=6, data=bytes(40))
    yield "echo-46", case(), echo4
    yield "echo-64", case(), echo6
    yield "reply-46", case(), IP(src=A4, dst=B4) / ICMP(type=0, id=5, seq=6)
    yield "reply-64", case(), IPv6(src=A6, dst=B6) / ICMPv6EchoReply(id=5, seq=6)
    yield "timestamp-46", case(), IP(src=A4, dst=B4) / ICMP(
        type=13, ts_ori=1, ts_rx=2, ts_tx=3) / data

    # The states, and the prefixes
    tcp4, tcp6 = IP(src=A4, dst=B4) / l4["tcp"], IPv6(src=A6, dst=B6) / l4["tcp"]
    for name, how in (("output", OUTPUT), ("post", POST), ("complete", COMPLETE),
                      ("partial", PARTIAL), ("cloned", CLONED),
                      ("noroute", POST | NO_ROUTE), ("ignoredf", POST | IGNORE_DF),
                      ("reassembled", REASSEMBLED)):
        yield name + "-46", case(how), tcp4
        yield name + "-64", case(how), tcp6
    for prefix in (0, 2, 3, 4, 5, 6, 7):
        yield f"prefix{prefix}-46", case(prefix=prefix), tcp4
        yield f"prefix{prefix}-64", case(prefix=prefix), tcp6
    yield "fail-46", case(fail=200), tcp4
    yield "fail-64", case(fail=201), tcp6
    for name, payload in (("tcp", l4["tcp"]), ("udp", l4["udp"])):
        for size in (1, 2, 3):
            how = {"skb": PARTIAL, "frame": MAC | ETHERNET | size << 2,
                   "packet": PREFIX | REPAIR | 0x10}
            yield f"gso{size}-{name}-46", case(**how), IP(src=A4, dst=B4) / payload
            yield f"gso{size}-{name}-64", case(**how), IPv6(src=A6, dst=B6) / payload
            how.update(skb=UNNECESSARY, linear=size - 1)
            yield f"list{size}-{name}-46", case(**how), IP(src=A4, dst=B4) / payload
            yield f"list{size}-{name}-64", case(**how), IPv6(src=A6, dst=B6) / payload
    yield "gso-chain-cut-64", case(UNNECESSARY, frame=4), IPv6(
        src=A6, dst=B6, nh=0) / Raw(b"\x11\xff" + bytes(62))
    yield "cloned-linear-46", case(CLONED, linear=255), tcp4
    yield "noframe-46", case(frame=0), tcp4

    # Addresses, options, extension headers
    yield "source-illegal", case(), IP(src="127.0.0.1", dst=B4) / l4["udp"]
    yield "dest-illegal", case(), IP(src=A4, dst="240.1.1.1") / l4["udp"]
    yield "dest-outside", case(packet=0), IPv6(src=A6, dst=HOST6) / l4["udp"]
    yield "rr-46", case(), IP(src=A4, dst=B4,
                              options=[IPOption_RR(routers=[C4])]) / l4["udp"]
    for name, pointer in (("live", 4), ("expired", 8)):
        yield f"lsrr-{name}", case(), IP(src=A4, dst=B4, options=[
            IPOption_LSRR(pointer=pointer, routers=[C4])]) / l4["udp"]
    yield "lsrr-cut", case(), IP(src=A4, dst=B4, options=b"\1\1\x83\3") / l4["udp"]
    chain = IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt()
    yield "esp-behind-chain-64", case(), IPv6(src=A6, dst=B6) / IPv6ExtHdrHopByHop(
        nh=50) / data
    for name, left in (("live", 1), ("expired", 0)):
        yield f"routing-{name}", case(), IPv6(src=A6, dst=B6) / chain / \
            IPv6ExtHdrRouting(addresses=[C6], segleft=left) / l4["udp"]

    # Fragments, and what has to be cut
    for name, offset, more in (("first", 0, 1), ("middle", 9, 1), ("last", 18, 0)):
        yield f"frag-{name}-46", case(), IP(
            src=A4, dst=B4, id=4660, frag=offset, flags=more, proto=17) / data
        yield f"frag-{name}-64", case(), IPv6(src=A6, dst=B6) / IPv6ExtHdrFragment(
            nh=17, id=0x12345678, offset=offset, m=more) / data
    yield "atomic-64", case(), IPv6(src=A6, dst=B6) / IPv6ExtHdrFragment(
        id=0x12345678) / l4["tcp"]
    yield "chain-behind-frag", case(), IPv6(src=A6, dst=B6) / \
        IPv6ExtHdrFragment() / IPv6ExtHdrDestOpt() / l4["udp"]
    # Zeros behind the packet make it 4369 and 65,000 bytes
    yield "cut-46", case(packet=REPAIR | 0x10), IP(src=A4, dst=B4) / l4["udp"]
    yield "cut-1400", case(mtu=1400, packet=REPAIR | 0x10), IP(
        src=A4, dst=B4) / l4["udp"]
    yield "cut-fragment", case(packet=REPAIR | 0x10), IP(
        src=A4, dst=B4, flags=1, proto=17) / Raw(bytes(3))
    yield "large-df-46", case(packet=REPAIR | 0xe0), IP(
        src=A4, dst=B4, flags=2) / l4["udp"]
    yield "large-64", case(packet=PREFIX | REPAIR | 0xe0), IPv6(
        src=A6, dst=B6) / l4["udp"]

    for size in (1260, 1261):
        yield f"df-{size}-64", case(), IPv6(src=A6, dst=B6, nh=50) / Raw(
            bytes(size - 20))
    yield "fits-46", case(), IP(src=A4, dst=B4, proto=50) / Raw(bytes(1240))

    # Errors
    inner4 = {
        "udp": IP(src=B4, dst=A4, id=9) / l4["udp"],
        "tcp8": bytes(IP(src=B4, dst=A4, len=600) / l4["tcp"])[:28],
        "echo": IP(src=B4, dst=A4) / ICMP(id=5, seq=6) / data,
        "frag": IP(src=B4, dst=A4, frag=9, flags=1, proto=17) / data,
        "options": IP(src=B4, dst=A4, options=[IPOption_RR()]) / l4["udp"],
        "error": IP(src=B4, dst=A4) / ICMP(type=3) / data,
    }
    inner6 = {
        "udp": IPv6(src=B6, dst=A6) / l4["udp"],
        "tcp8": bytes(IPv6(src=B6, dst=A6, plen=600) / l4["tcp"])[:48],
        "echo": IPv6(src=B6, dst=A6) / ICMPv6EchoRequest(id=5, seq=6, data=bytes(40)),
        "frag": IPv6(src=B6, dst=A6) / IPv6ExtHdrFragment(nh=17, offset=9, m=1) / data,
        "chain": IPv6(src=B6, dst=A6) / chain / l4["udp"],
        "error": IPv6(src=B6, dst=A6) / ICMPv6DestUnreach() / data,
    }
    for name, inner in inner4.items():
        yield f"unreach-{name}-46", case(), IP(src=A4, dst=B4) / ICMP(
            type=3, code=3) / inner
    for name, inner in inner6.items():
        yield f"unreach-{name}-64", case(), IPv6(src=A6, dst=B6) / ICMPv6DestUnreach(
            code=4) / Raw(bytes(inner))
    udp4, udp6 = inner4["udp"], Raw(bytes(inner6["udp"]))
    for name, icmp in (("exceeded", ICMP(type=11)), ("pointer", ICMP(type=12, ptr=16)),
                       ("toobig", ICMP(type=3, code=4, nexthopmtu=1400)),
                       ("plateau", ICMP(type=3, code=4)), ("quench", ICMP(type=4)),
                       ("redirect", ICMP(type=5)),
                       ("protocol", ICMP(type=3, code=2))):
        yield f"{name}-46", case(), IP(src=A4, dst=B4) / icmp / udp4
    for name, icmp in (("exceeded", ICMPv6TimeExceeded()),
                       ("pointer", ICMPv6ParamProblem(code=0, ptr=24)),
                       ("nexthdr", ICMPv6ParamProblem(code=1, ptr=6)),
                       ("toobig", ICMPv6PacketTooBig(mtu=1400))):
        yield f"{name}-64", case(), IPv6(src=A6, dst=B6) / icmp / udp6
    yield "standin-64", case(packet=5), IPv6(src=HOST6, dst=B6) / \
        ICMPv6TimeExceeded() / udp6
    yield "standin-post-64", case(POST, packet=5), IPv6(src=HOST6, dst=B6) / \
        ICMPv6TimeExceeded() / udp6
    yield "error-illegal-46", case(), IP(src="127.0.0.1", dst=B4) / \
        ICMP(type=11) / udp4

    # Errors with extensions, and too long ones
    ext = bytes.fromhex("2000dfff00080101000640ff")
    for name, size, more in (("ext", 128, ext), ("ext-long", 552, ext),
                             ("ext-longer", 1020, ext * 30)):
        quote4 = (bytes(udp4) + bytes(size))[:size]
        yield f"{name}-46", case(packet=REPAIR | PREFIX), length(
            IP(src=A4, dst=B4) / ICMP(type=11) / Raw(quote4 + more), 20, 5,
            words=size // 4)
        quote6 = (bytes(udp6) + bytes(size))[:size]
        yield f"{name}-64", case(packet=REPAIR | PREFIX), length(
            IPv6(src=A6, dst=B6) / ICMPv6TimeExceeded() / Raw(quote6 + more), 40, 4,
            words=size // 8)
    yield "error-long-46", case(packet=REPAIR), IP(src=A4, dst=B4) / ICMP(
        type=11) / Raw(bytes(udp4) + bytes(1300))
    yield "error-long-64", case(packet=REPAIR | PREFIX), IPv6(src=A6, dst=B6) / \
        ICMPv6TimeExceeded() / Raw(bytes(udp6) + bytes(1100))


def parts():
    address = bytes.fromhex("20010db8") + bytes(12) + bytes([192, 0, 2, 33])
    yield "addr", 0, b"\x81" + address
    yield "icmp46", 1, bytes(ICMP(type=3, code=4, nexthopmtu=1400)) + b"\x05\xdc"
    yield "icmp64", 2, bytes(ICMPv6ParamProblem(ptr=24)) + b"\x01"
    yield "kinds", 3, b"\x0b\x20"
    yield "csum", 4, bytes(IPv6(src=A6, dst=B6))
    yield "chain", 5, b"\x00" + bytes(
        IPv6(src=A6, dst=B6) / IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt() /
        IPv6ExtHdrRouting(segleft=1) / IPv6ExtHdrFragment() / UDP())
    pairs = bytes([22, 94, 26, 62, 30, 126, 6, 46]) + address + address[::-1]
    for name, flags, reload in (("map46", 0xc0, 0), ("map64", 0xc1, 0), ("map46-equal", 0xc4, 0),
                                ("map64-key", 0xc3, 0), ("map64-end", 0xc9, 0),
                                ("map46-reload", 0xc0, 2), ("map64-reload", 0xc1, 3)):
        yield name, 6, bytes([flags]) + pairs.ljust(56, b"\x55") + bytes([0, 128, reload])
    yield "map-range", 6, (bytes([0x80]) + pairs.ljust(56, b"\x55") +
                           bytes([0, 128, 0, 3, 5]))
    yield "regs46", 7, b"\x02\x08" + address + address
    yield "regs64", 7, b"\x03\x08" + address + address[12:]


def write(directory, name, data):
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, name), "wb") as f:
        f.write(data)


def main():
    for name, head, packet in seeds():
        write(os.path.join(sys.argv[1], "packet"), name, head + bytes(packet))
    for name, part, data in parts():
        write(os.path.join(sys.argv[1], "parts"), name,
              bytes([part]) + data.ljust(64, b"\0"))


if __name__ == "__main__":
    main()
