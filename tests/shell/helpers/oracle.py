#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Packets into a stateless translator, and what RFC 7915 says has to come out.

The translator is the namespace `router` of topology.sh, with nothing but xlat rules;
packets are put on the wire in `server` (IPv4) and `host6` (IPv6) and caught on the
other side. Both the packet sent and the packet expected are built, summed and laid
out by scapy. Addresses are of 203.0.113.0/24 for the IPv6 side and of 192.0.2.0/24
for the IPv4 side, none of them assigned to anyone, so that nobody answers. The prefix
is not 64:ff9b::/96, with which no transport checksum changes (RFC 6052 section 4.1),
so that mistakes in them would not show.
"""

import ipaddress
import os
import select
import socket
import struct
import sys
import time

from scapy.config import conf

conf.ipv6_enabled = True

from scapy.compat import raw
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_NOP
from scapy.layers.inet6 import (
    ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6PacketTooBig,
    ICMPv6ParamProblem, ICMPv6TimeExceeded, ICMPv6Unknown, IPv6)
from scapy.packet import Raw

from netns import netns

LIMIT = 30
ETH_P_ALL = 3
SIDES = {4: ("server", "wan"), 6: ("host6", "lan")}

INSIDE4 = "203.0.113.6"
OUTSIDE4 = "192.0.2.33"
NAT64 = ipaddress.ip_network("2001:db8:64::/96")

# RFC 6052 section 2.4, table 1.
RFC6052_EXAMPLES = {
    "2001:db8::/32": "2001:db8:c000:221::",
    "2001:db8:100::/40": "2001:db8:1c0:2:21::",
    "2001:db8:122::/48": "2001:db8:122:c000:2:2100::",
    "2001:db8:122:300::/56": "2001:db8:122:3c0:0:221::",
    "2001:db8:122:344::/64": "2001:db8:122:344:c0:2:2100::",
    "2001:db8:122:344::/96": "2001:db8:122:344::c000:221",
}


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


class Wire:
    """The link of a namespace, as its eth0 sees it."""

    def __init__(self, version):
        namespace, gateway_device = SIDES[version]
        self.version = version
        with netns("router"):
            gateway = self.hardware_address(gateway_device)
        with netns(namespace):
            own = self.hardware_address("eth0")
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                      socket.htons(ETH_P_ALL))
        self.sock.bind(("eth0", ETH_P_ALL))
        self.sock.settimeout(LIMIT)
        self.header = gateway + own + (b"\x08\x00" if version == 4 else b"\x86\xdd")

    @staticmethod
    def hardware_address(device):
        probe = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        probe.bind((device, 0))
        return probe.getsockname()[4]

    def send(self, packet):
        self.sock.send(self.header + packet)

    def packets(self):
        """What has come in, from the IP header on, without what has been sent here
        and without the neighbours' chatter."""
        while True:
            frame, sender = self.sock.recvfrom(1 << 16)
            if sender[2] == socket.PACKET_OUTGOING or frame[12:14] != self.header[12:14]:
                continue
            packet = frame[14:]
            if self.version == 4:
                yield packet[:struct.unpack_from("!H", packet, 2)[0]]
            else:
                packet = packet[:40 + struct.unpack_from("!H", packet, 4)[0]]
                chatter = packet[6] == 0 or packet[6] == 58 and 130 <= packet[40] <= 143
                if not chatter:
                    yield packet

    def ready(self, limit):
        return bool(select.select([self.sock], [], [], limit)[0])


class Oracle:
    def __init__(self):
        # Two packets of one sender stay in order on one CPU only.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        self.wires = {4: Wire(4), 6: Wire(6)}
        self.count = 0
        self.wrong = 0

    def exchange(self, version, packet):
        """Send packet into the wire of its version, a marker behind it, and return
        what arrives at both wires before the marker arrives at the other one."""
        self.count += 1
        there = 10 - version
        payload = b"marker %d" % self.count
        if version == 4:
            marker = IP(src=OUTSIDE4, dst=INSIDE4) / UDP(sport=7, dport=7) / payload
        else:
            marker = IPv6(src=INSIDE6, dst=OUTSIDE6) / UDP(sport=7, dport=7) / payload
        self.wires[version].send(packet)
        self.wires[version].send(raw(marker))
        got = {4: [], 6: []}
        end = time.monotonic() + LIMIT
        streams = {v: wire.packets() for v, wire in self.wires.items()}
        while self.wires[there].ready(max(0, end - time.monotonic())):
            arrived = next(streams[there])
            if arrived.endswith(payload):
                break
            got[there].append(arrived)
        else:
            raise SystemExit(f"the marker behind packet {self.count} is lost")
        self.wires[version].sock.setblocking(False)
        try:
            for arrived in streams[version]:
                got[version].append(arrived)
        except BlockingIOError:
            pass
        self.wires[version].sock.settimeout(LIMIT)
        return got[there], got[version]

    def report(self, name, problem, *packets):
        print(f"{'WRONG' if problem else 'ok   '} {name}{': ' if problem else ''}{problem or ''}")
        if problem:
            self.wrong = 1
            for title, packet in packets:
                cls = IP if packet[0] >> 4 == 4 else IPv6
                print(f"      {title} {packet.hex()}")
                print(f"      {title} {cls(packet).summary()}: {cls(packet)!r}")

    def translated(self, name, sent, expected, ignore=None):
        """sent comes out on the other side as expected, once, and nothing comes back.
        ignore(packet) clears what RFC 7915 leaves to the translator."""
        sent, expected = raw(sent), raw(expected)
        there, back = self.exchange(sent[0] >> 4, sent)
        shown = [("sent    ", sent), ("expected", expected)]
        shown += [("received", packet) for packet in there + back]
        if back:
            self.report(name, "something comes back", *shown)
        elif len(there) != 1:
            self.report(name, f"{len(there)} packets come out", *shown)
        elif (ignore or bytes)(there[0]) != (ignore or bytes)(expected):
            self.report(name, "not what RFC 7915 says", *shown)
        else:
            self.report(name, None)

    def dropped(self, name, sent):
        sent = raw(sent)
        there, back = self.exchange(sent[0] >> 4, sent)
        shown = [("sent    ", sent)] + [("received", packet) for packet in there + back]
        self.report(name, "not dropped silently" if there or back else None, *shown)


def no_identification(packet):
    """The identification of an IPv4 packet that has not been one of IPv6 is free; the
    header checksum has to be right all the same."""
    header = bytearray(packet)
    if checksum(header[:(header[0] & 15) * 4]) != 0:
        return b"wrong IPv4 header checksum"
    header[4:6] = header[10:12] = b"\0\0"
    return bytes(header)


def no_inner_identification(packet):
    """The same for the packet inside an ICMP error, whose flags are free as well;
    the ICMP checksum that covers them has to be right."""
    if checksum(packet[20:]) != 0:
        return b"wrong ICMP checksum"
    if checksum(packet[28:48]) != 0:
        return b"wrong inner IPv4 header checksum"
    out = bytearray(no_identification(packet))
    for start, end in ((22, 24), (32, 36), (38, 40)):
        out[start:end] = bytes(end - start)
    return bytes(out)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data[:len(data) & ~1]))
    if len(data) % 2:
        total += data[-1] << 8
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(**fields):
    return IP(**{"src": OUTSIDE4, "dst": INSIDE4, "ttl": 64, "flags": "DF", **fields})


def ipv6(**fields):
    return IPv6(**{"src": OUTSIDE6, "dst": INSIDE6, "hlim": 63, **fields})


def ipv6_out(**fields):
    return IPv6(**{"src": INSIDE6, "dst": OUTSIDE6, "hlim": 64, **fields})


def ipv4_out(**fields):
    return IP(**{"src": INSIDE4, "dst": OUTSIDE4, "ttl": 63, **fields})


def zero_checksum(header):
    """A payload that makes the UDP checksum of header / UDP come out as zero."""
    payload = b"\0\0"
    datagram = raw(header / UDP(sport=1000, dport=2000) / payload)
    udp = datagram[-10:]
    return udp[6:8]


def check_headers(oracle):
    tcp = TCP(sport=40000, dport=443, seq=0x12345678, ack=0x9abcdef0, flags="PAU", window=4321,
              urgptr=7, options=[("NOP", None), ("NOP", None), ("Timestamp", (11, 22))])
    udp = UDP(sport=40001, dport=53)
    data = bytes(range(256)) * 2 + b"odd"

    # 4 to 6.
    for l4, name in ((tcp, "TCP"), (udp, "UDP")):
        oracle.translated(f"4>6 {name}", ipv4() / l4 / data, ipv6() / l4 / data)
        oracle.translated(f"4>6 {name} without data", ipv4() / l4, ipv6() / l4)
        oracle.translated(f"4>6 {name}, DF clear, identification set",
                          ipv4(flags=0, id=4711) / l4 / data, ipv6() / l4 / data)
    for tos in (0xb8, 0x02, 0x03, 0xff):
        oracle.translated(f"4>6 TOS {tos:#x}", ipv4(tos=tos) / udp / data,
                          ipv6(tc=tos) / udp / data)
    for ttl in (2, 255):
        oracle.translated(f"4>6 TTL {ttl}", ipv4(ttl=ttl) / udp / data,
                          ipv6(hlim=ttl - 1) / udp / data)
    oracle.translated("4>6 options are left out",
                      ipv4(options=[IPOption_NOP()] * 4) / udp / data, ipv6() / udp / data)
    oracle.translated("4>6 UDP without checksum",
                      ipv4() / UDP(sport=1, dport=2, chksum=0) / data,
                      ipv6() / UDP(sport=1, dport=2) / data)
    payload = zero_checksum(ipv6())
    assert raw(ipv6() / UDP(sport=1000, dport=2000) / payload)[46:48] == b"\xff\xff"
    oracle.translated("4>6 UDP checksum that comes out as zero",
                      ipv4() / UDP(sport=1000, dport=2000) / payload,
                      ipv6() / UDP(sport=1000, dport=2000) / payload)
    oracle.translated("4>6 wrong TCP checksum stays wrong",
                      ipv4() / wrong(tcp, ipv4()) / data, ipv6() / wrong(tcp, ipv6()) / data)
    for kind, kind6 in ((8, ICMPv6EchoRequest), (0, ICMPv6EchoReply)):
        oracle.translated(f"4>6 ICMP {kind}", ipv4() / ICMP(type=kind, id=99, seq=3) / data,
                          ipv6() / kind6(id=99, seq=3, data=data))

    # 6 to 4.
    for l4, name in ((tcp, "TCP"), (udp, "UDP")):
        oracle.translated(f"6>4 {name}", ipv6_out() / l4 / data, ipv4_out() / l4 / data,
                          no_identification)
        oracle.translated(f"6>4 {name} without data", ipv6_out() / l4, ipv4_out() / l4,
                          no_identification)
        long = bytes(1300)
        oracle.translated(f"6>4 {name} longer than 1260 bytes", ipv6_out() / l4 / long,
                          ipv4_out(flags="DF") / l4 / long, no_identification)
    for tos in (0xb8, 0x02, 0x03, 0xff):
        oracle.translated(f"6>4 traffic class {tos:#x}", ipv6_out(tc=tos) / udp / data,
                          ipv4_out(tos=tos) / udp / data, no_identification)
    oracle.translated("6>4 flow label", ipv6_out(fl=0xabcde) / udp / data,
                      ipv4_out() / udp / data, no_identification)
    for hlim in (2, 255):
        oracle.translated(f"6>4 hop limit {hlim}", ipv6_out(hlim=hlim) / udp / data,
                          ipv4_out(ttl=hlim - 1) / udp / data, no_identification)
    payload = zero_checksum(ipv4_out())
    assert raw(ipv4_out() / UDP(sport=1000, dport=2000) / payload)[26:28] == b"\xff\xff"
    oracle.translated("6>4 UDP checksum that comes out as zero",
                      ipv6_out() / UDP(sport=1000, dport=2000) / payload,
                      ipv4_out() / UDP(sport=1000, dport=2000) / payload, no_identification)
    for kind, kind6 in ((8, ICMPv6EchoRequest), (0, ICMPv6EchoReply)):
        oracle.translated(f"6>4 ICMPv6 {kind6().type}",
                          ipv6_out() / kind6(id=99, seq=3, data=data),
                          ipv4_out() / ICMP(type=kind, id=99, seq=3) / data,
                          no_identification)


def wrong(l4, header):
    """l4 with a checksum that is off by one wherever it goes."""
    built = raw(header / l4 / (bytes(range(256)) * 2 + b"odd"))
    at = (20 if header.version == 4 else 40) + 16
    value = struct.unpack_from("!H", built, at)[0]
    copy = l4.copy()
    copy.chksum = value + 1
    return copy


def inner_packets(header4, header6):
    """A name, and the packet that an error is about in both families, whole."""
    data = bytes(range(100))
    tcp = TCP(sport=40000, dport=443, seq=0x12345678, ack=1, flags="A")
    udp = UDP(sport=40001, dport=53)
    yield "TCP", raw(header4 / tcp / data), raw(header6 / tcp / data)
    yield "UDP", raw(header4 / udp / data), raw(header6 / udp / data)
    yield ("echo request", raw(header4 / ICMP(type=8, id=9, seq=1) / data),
           raw(header6 / ICMPv6EchoRequest(id=9, seq=1, data=data)))
    yield ("echo reply", raw(header4 / ICMP(type=0, id=9, seq=1) / data),
           raw(header6 / ICMPv6EchoReply(id=9, seq=1, data=data)))


def check_icmp46(oracle):
    # What the IPv6 side has sent and an IPv4 router complains about. The TTL inside
    # is what it was there.
    header4 = IP(src=INSIDE4, dst=OUTSIDE4, ttl=1, tos=0xb8, id=1234, flags="DF")
    header6 = IPv6(src=INSIDE6, dst=OUTSIDE6, hlim=1, tc=0xb8)
    outer4 = ipv4(src="192.0.2.77", tos=0xc0)
    outer6 = ipv6(src=embed("192.0.2.77"), tc=0xc0)
    errors = [
        (dict(type=3, code=0), ICMPv6DestUnreach(code=0)),
        (dict(type=3, code=1), ICMPv6DestUnreach(code=0)),
        (dict(type=3, code=3), ICMPv6DestUnreach(code=4)),
        (dict(type=3, code=10), ICMPv6DestUnreach(code=1)),
        (dict(type=3, code=13), ICMPv6DestUnreach(code=1)),
        (dict(type=3, code=2), ICMPv6ParamProblem(code=1, ptr=6)),
        (dict(type=3, code=4, nexthopmtu=1400), ICMPv6PacketTooBig(mtu=1420)),
        (dict(type=3, code=4, nexthopmtu=600), ICMPv6PacketTooBig(mtu=1280)),
        (dict(type=11, code=0), ICMPv6TimeExceeded(code=0)),
        (dict(type=11, code=1), ICMPv6TimeExceeded(code=1)),
    ]
    inner = list(inner_packets(header4, header6))
    for fields, error6 in errors:
        label = "4>6 ICMP " + "/".join(str(value) for value in fields.values())
        for name, inner4, inner6 in inner:
            oracle.translated(f"{label}, {name} inside",
                              outer4 / ICMP(**fields) / Raw(inner4),
                              outer6 / error6 / Raw(inner6))
    # RFC 792: a header and eight bytes are enough.
    for name, inner4, inner6 in inner:
        oracle.translated(f"4>6 ICMP 3/3, 8 bytes of {name} inside",
                          outer4 / ICMP(type=3, code=3) / Raw(inner4[:28]),
                          outer6 / ICMPv6DestUnreach(code=4) / Raw(inner6[:48]))
    for kind in (4, 5, 9, 10, 13, 14, 15, 16, 17, 18, 40):
        oracle.dropped(f"4>6 ICMP {kind} is dropped",
                       ipv4() / ICMP(type=kind) / Raw(inner[1][1]))
    nested = raw(header4 / ICMP(type=3, code=3) / Raw(inner[1][1]))
    oracle.dropped("4>6 an error about an error is dropped",
                   outer4 / ICMP(type=3, code=3) / Raw(nested))


def check_icmp64(oracle):
    header6 = IPv6(src=OUTSIDE6, dst=INSIDE6, hlim=1, tc=0xb8)
    header4 = IP(src=OUTSIDE4, dst=INSIDE4, ttl=1, tos=0xb8)
    outer6 = ipv6_out(src=embed("203.0.113.77"), tc=0xc0)
    outer4 = ipv4_out(src="203.0.113.77", tos=0xc0)
    errors = [
        (ICMPv6DestUnreach(code=0), dict(type=3, code=1)),
        (ICMPv6DestUnreach(code=1), dict(type=3, code=10)),
        (ICMPv6DestUnreach(code=2), dict(type=3, code=1)),
        (ICMPv6DestUnreach(code=3), dict(type=3, code=1)),
        (ICMPv6DestUnreach(code=4), dict(type=3, code=3)),
        (ICMPv6PacketTooBig(mtu=1400), dict(type=3, code=4, nexthopmtu=1380)),
        (ICMPv6PacketTooBig(mtu=1280), dict(type=3, code=4, nexthopmtu=1260)),
        (ICMPv6TimeExceeded(code=0), dict(type=11, code=0)),
        (ICMPv6TimeExceeded(code=1), dict(type=11, code=1)),
        (ICMPv6ParamProblem(code=1, ptr=6), dict(type=3, code=2)),
    ]
    inner = list(inner_packets(header4, header6))
    for error6, fields in errors:
        label = f"6>4 ICMPv6 {error6.type}/{error6.code}"
        for name, inner4, inner6 in inner:
            oracle.translated(f"{label}, {name} inside", outer6 / error6 / Raw(inner6),
                              outer4 / ICMP(**fields) / Raw(inner4), no_inner_identification)
    for name, inner4, inner6 in inner:
        oracle.translated(f"6>4 ICMPv6 1/4, 8 bytes of {name} inside",
                          outer6 / ICMPv6DestUnreach(code=4) / Raw(inner6[:48]),
                          outer4 / ICMP(type=3, code=3) / Raw(inner4[:28]),
                          no_inner_identification)
    # RFC 6791, RFC 7600: a router that has no IPv4 address speaks as 192.0.0.8.
    oracle.translated("6>4 ICMPv6 3/0 from an address outside the prefix",
                      ipv6_out(src="2001:db8:1::3") / ICMPv6TimeExceeded() / Raw(inner[1][2]),
                      ipv4_out(src="192.0.0.8") / ICMP(type=11) / Raw(inner[1][1]),
                      no_inner_identification)
    for kind in (100, 127, 138, 139, 140, 200):
        oracle.dropped(f"6>4 ICMPv6 {kind} is dropped",
                       ipv6_out() / ICMPv6Unknown(type=kind, msgbody=bytes(60)))
    nested = raw(header6 / ICMPv6DestUnreach(code=4) / Raw(inner[1][2]))
    oracle.dropped("6>4 an error about an error is dropped",
                   outer6 / ICMPv6DestUnreach(code=4) / Raw(nested))


def check_prefixes(oracle):
    """The rules translate 203.0.113.LENGTH with the example prefix of that length."""
    udp = UDP(sport=40001, dport=53)
    data = b"RFC 6052"
    for text, example in RFC6052_EXAMPLES.items():
        prefix = ipaddress.ip_network(text)
        inside4 = f"203.0.113.{prefix.prefixlen}"
        inside6 = embed(inside4, prefix)
        assert embed(OUTSIDE4, prefix) == str(ipaddress.IPv6Address(example))
        oracle.translated(f"4>6 {text}", ipv4(dst=inside4) / udp / data,
                          ipv6(src=example, dst=inside6) / udp / data)
        oracle.translated(f"6>4 {text}", ipv6_out(src=inside6, dst=example) / udp / data,
                          ipv4_out(src=inside4) / udp / data, no_identification)
        if prefix.prefixlen == 96:
            continue
        # The suffix is for later use and not looked at.
        suffixed = ipaddress.IPv6Address(int(ipaddress.IPv6Address(inside6)) | 0xbeef)
        oracle.translated(f"6>4 {text} with a suffix",
                          ipv6_out(src=str(suffixed), dst=example) / udp / data,
                          ipv4_out(src=inside4) / udp / data, no_identification)


def check_unmappable(oracle):
    """Packets that cannot be translated: the next rule counts and drops them."""
    udp = UDP(sport=40001, dport=53)
    for source in ("2001:db8:1::3", "2001:db8:64:1::cb00:7106", "2001:db8:64::1:cb00:7106"):
        oracle.dropped(f"6>4 from {source}", ipv6_out(src=source) / udp / b"unmappable")
    oracle.dropped("6>4 echo request from 2001:db8:1::3",
                   ipv6_out(src="2001:db8:1::3") / ICMPv6EchoRequest(id=1))


def main():
    checks = {name[6:]: check for name, check in globals().items() if name.startswith("check_")}
    oracle = Oracle()
    checks[sys.argv[1]](oracle)
    print(f"{oracle.count} packets")
    return oracle.wrong


if __name__ == "__main__":
    sys.exit(main())
