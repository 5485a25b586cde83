# SPDX-License-Identifier: GPL-2.0-only
"""Statement 23, and 3, 6, 20, 26 for packets that are segmented or summed by a device:
struct virtio_net_hdr says on the way in what is left to do, and on the way out of the
profile `gso` what has been left. In the profile `nogso` the stack has done it all before
the packet leaves.
"""

import struct

from scapy.layers.inet import IP

from cases.common import *
from cases.headers_46 import FRAGMENT_OVERHEAD, MINIMUM_MTU
from cases.headers_64 import LONGEST_WITHOUT_DF

NEEDS_CSUM, DATA_VALID = 1, 2
TCPV4, TCPV6, ECN = 1, 4, 0x80
# How much of a packet is in one piece is up to whoever builds it.
HEADER_LENGTH = (2, 2)
VNET = 10


def vnet(header=None, offset=0, gso_type=0, hdr_len=0, gso_size=0):
    """The checksum is at the offset in the transport header; None: it is done."""
    start = {None: 0, 4: 20, 6: 40}[header and header.version]
    return struct.pack("=BBHHHH", NEEDS_CSUM if header else 0, gso_type, hdr_len, gso_size,
                       start, offset)


def seeded(header, proto, segment, at):
    """The segment with the sum of its pseudo-header in place of a checksum."""
    total = ~checksum(pseudo(header, proto, len(segment))) & 0xffff
    return segment[:at] + struct.pack("!H", total) + segment[at + 2:]


KINDS = (("TCP", TCP_, tcp, 16), ("UDP", UDP_, udp, 6))


def partial():
    """A checksum that is left to the device."""
    for name, proto, build, at in KINDS:
        for length in (0, 1, 100, 515, 1400):
            data = (DATA * 3)[:length]
            df = "DF" if len(build(in6(), data)) + 20 > LONGEST_WITHOUT_DF else 0
            title = f"23: {name}, {length} bytes of data, checksum left to the device"
            sent4 = packet(in4(), proto, seeded(in4(), proto, build(in4(), data), at))
            sent6 = packet(in6(), proto, seeded(in6(), proto, build(in6(), data), at))
            expected6 = packet(out6(), proto, seeded(out6(), proto, build(out6(), data), at))
            expected4 = packet(out4(flags=df), proto,
                               seeded(out4(), proto, build(out4(), data), at))
            yield title, "gso", 4, [sent4], [Expect(6, vnet(out6(), at) + expected6)], \
                vnet(in4(), at)
            yield title, "gso", 6, [sent6], \
                [Expect(4, vnet(out4(), at) + expected4, ((VNET + 4, 2),))], vnet(in6(), at)
            yield *to6(title, sent4, packet(out6(), proto, build(out6(), data)),
                       profile="nogso"), vnet(in4(), at)
            yield *to4(title, sent6, packet(out4(flags=df), proto, build(out4(), data)),
                       profile="nogso"), vnet(in6(), at)
    # ICMPv6 has a pseudo-header, ICMP has none.
    for kind in (8, 0):
        segment = echo(kind)(in4())
        sent4 = packet(in4(), ICMP4, segment[:2] + b"\0\0" + segment[4:])
        sent6 = packet(in6(), ICMP6, seeded(in6(), ICMP6, echo(kind)(in6()), 2))
        title = f"11, 23: echo {kind}, checksum left to the device"
        yield *to6(title, sent4, packet(out6(), ICMP6, echo(kind)(out6())), profile="nogso"), \
            vnet(in4(), 2)
        yield *to4(title, sent6, packet(out4(), ICMP4, echo(kind)(out4())), profile="nogso"), \
            vnet(in6(), 2)
    # A checksum that somebody has verified is still the packet's.
    for name, proto, build, _at in KINDS:
        yield *to6(f"23: {name}, checksum verified", packet(in4(), proto, build(in4())),
                   packet(out6(), proto, build(out6())), profile="nogso"), \
            struct.pack("=BBHHHH", DATA_VALID, 0, 0, 0, 0, 0)
        yield *to4(f"23: {name}, checksum verified", packet(in6(), proto, build(in6())),
                   packet(out4(), proto, build(out4())), profile="nogso"), \
            struct.pack("=BBHHHH", DATA_VALID, 0, 0, 0, 0, 0)
    # What is cut has to have its checksum first.
    carried = MINIMUM_MTU - FRAGMENT_OVERHEAD
    for name, proto, build, at in KINDS:
        head = in4(flags=0, id=0xabcd)
        data = (DATA * 6)[:3000]
        sent = packet(head, proto, seeded(head, proto, build(head, data), at))
        yield *to6(f"6, 23: {name}, cut, checksum left to the device", sent,
                   *pieces6(out6(), proto, build(out6(), data), carried, 0xabcd),
                   profile="nogso"), vnet(in4(), at)


def tunnel():
    """Statement 20 and a checksum that is left to the device, but is not the packet's own: that
    one counts as if the other were there."""
    inner = IP(src="10.9.8.7", dst="10.9.8.6", flags="DF")
    for name, proto, build, at in KINDS:
        carried = packet(inner, proto, build(inner))
        todo = packet(inner, proto, seeded(inner, proto, build(inner), at))
        title = f"20, 23: {name} in UDP, its checksum left to the device"
        yield *to6(title, packet(in4(), UDP_, udp(in4(), carried)[:8] + todo),
                   packet(out6(), UDP_, udp(out6(), carried)), profile="nogso"), \
            struct.pack("=BBHHHH", NEEDS_CSUM, 0, 0, 0, 20 + 8 + 20, at)
        yield *to4(title, packet(in6(), UDP_, udp(in6(), carried)[:8] + todo),
                   packet(out4(), UDP_, udp(out4(), carried)), profile="nogso"), \
            struct.pack("=BBHHHH", NEEDS_CSUM, 0, 0, 0, 40 + 8 + 20, at)


def tcp_segments(header, data, size, flags):
    """What a super-packet stands for: FIN and PSH belong to its end, CWR to its beginning."""
    for at in range(0, len(data), size):
        now = flags if at + size >= len(data) else flags.replace("F", "").replace("P", "")
        now = now if at == 0 else now.replace("C", "")
        yield tcp(header, data[at:at + size], seq=0x12345678 + at, flags=now)


def tso():
    for length, size, flags in ((3000, 1000, "A"), (3001, 1000, "PA"), (4000, 536, "FPA"),
                                (20000, 1440, "PA"), (60000, 1448, "A"), (3000, 1000, "CPA")):
        data = (DATA * 128)[:length]
        # With CWR it is another kind, which these devices do not take.
        ecn = ECN if "C" in flags else 0
        for df in ("DF", 0):
            if not df and size + 32 + 40 > MINIMUM_MTU:
                continue
            title = f"20, 23: TSO, {length} bytes in segments of {size}, flags {flags}, {df or 0}"
            head = in4(flags=df, tos=0xb8)
            sent = packet(head, TCP_, seeded(head, TCP_, tcp(head, data, flags=flags), 16))
            after = out6(tc=0xb8)
            whole = packet(after, TCP_, seeded(after, TCP_, tcp(after, data, flags=flags), 16))
            here = vnet(head, 16, TCPV4 | ecn, 52, size)
            if not ecn:
                yield title, "gso", 4, [sent], \
                    [Expect(6, vnet(after, 16, TCPV6, 0, size) + whole, (HEADER_LENGTH,))], here
            yield *to6(title, sent, *(packet(after, TCP_, segment) for segment in
                                      tcp_segments(after, data, size, flags)),
                       profile="nogso"), here
        title = f"20, 23: TSO, {length} bytes in segments of {size}, flags {flags}"
        head = in6(tc=0xb8)
        sent = packet(head, TCP_, seeded(head, TCP_, tcp(head, data, flags=flags), 16))
        # Each segment will be a packet, and for that the rule is.
        df = "DF" if size + 52 > LONGEST_WITHOUT_DF else 0
        after = out4(tos=0xb8, flags=df)
        whole = packet(after, TCP_, seeded(after, TCP_, tcp(after, data, flags=flags), 16))
        here = vnet(head, 16, TCPV6 | ecn, 72, size)
        if not ecn:
            yield title, "gso", 6, [sent], \
                [Expect(4, vnet(after, 16, TCPV4, 0, size) + whole,
                        (HEADER_LENGTH, (VNET + 4, 2)))], here
        yield *to4(title, sent, *(packet(after, TCP_, segment) for segment in
                                  tcp_segments(after, data, size, flags)), profile="nogso"), here
    # Without DF each segment is one that may not be larger than 1280 bytes in IPv6, and
    # that has an identification of its own.
    data = (DATA * 10)[:4000]
    size = 1448
    head = in4(flags=0, id=0x1000)
    sent = packet(head, TCP_, seeded(head, TCP_, tcp(head, data, flags="PA"), 16))
    expected = []
    for number, segment in enumerate(tcp_segments(out6(), data, size, "PA")):
        whole = packet(out6(), TCP_, segment)
        expected += [whole] if len(whole) <= MINIMUM_MTU else \
            pieces6(out6(), TCP_, segment, MINIMUM_MTU - FRAGMENT_OVERHEAD, 0x1000 + number)
    yield *to6("6, 23: TSO without DF, segments that have to be cut", sent, *expected,
               profile="nogso"), vnet(head, 16, TCPV4, 52, size)


def cases():
    yield from partial()
    yield from tunnel()
    yield from tso()
