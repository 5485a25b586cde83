# SPDX-License-Identifier: GPL-2.0-only
"""Statements 20 to 22, and 11 as far as echo goes: what follows the IP header, in both
directions (RFC 7915 sections 4.2, 4.5 and 5.2)."""

import struct

from scapy.layers.inet import TCP, UDP

from cases.common import *

# RFC 7915 knows nothing shorter; a checksum that is not all there cannot be updated.
SHORTEST = {"TCP": 20, "UDP": 8, "UDP-Lite": 8, "DCCP": 12, "echo request": 8, "echo reply": 8}


def that_sums_to_zero(header, build, at):
    """Two bytes of data with which the checksum of the header's transport is zero."""
    data = build(header, b"\0\0")[at:at + 2]
    segment = build(header, data)
    assert segment[at:at + 2] in (b"\0\0", b"\xff\xff")
    return data


def both_ways(name, proto4, proto6, here, there, profile):
    """A transport from IPv4 to IPv6 and the reverse: here and there give the segment
    that is sent and the one expected, from the header."""
    yield to6(f"{name}", packet(in4(), proto4, here(in4())),
              packet(out6(), proto6, there(out6())), profile=profile)
    yield to4(f"{name}", packet(in6(), proto6, here(in6())),
              packet(out4(), proto4, there(out4())), profile=profile)


def every_length(profile):
    for name, proto4, proto6, build, _at in TRANSPORTS:
        for length in (0, 1, 2, 3, 4, 7, 8, 100, 511):
            yield from both_ways(
                f"20: {name}, {length} bytes of data", proto4, proto6,
                lambda head, build=build, length=length: build(head, DATA[:length]),
                lambda head, build=build, length=length: build(head, DATA[:length]), profile)


def checksums(profile):
    for name, proto4, proto6, build, at in TRANSPORTS:
        if at is None:
            continue
        # Off by one here, off by one there.
        def wrong(head, build=build, at=at):
            return damaged(build(head), at)
        yield from both_ways(f"20: {name}, a wrong checksum stays wrong", proto4, proto6,
                             wrong, wrong, profile)
        # A sum of zero: 0xffff where zero says that there is none.
        for here, there, proto_here, proto_there, case in (
                (in4(), out6(), proto4, proto6, to6), (in6(), out4(), proto6, proto4, to4)):
            data = that_sums_to_zero(there, build, at)
            expected = build(there, data)
            assert expected[at:at + 2] == (b"\xff\xff" if "UDP" in name else b"\0\0")
            yield case(f"22: {name}, a sum that comes out as zero",
                       packet(here, proto_here, build(here, data)),
                       packet(there, proto_there, expected), profile=profile)
            data = that_sums_to_zero(here, build, at)
            yield case(f"22: {name}, a sum that was zero",
                       packet(here, proto_here, build(here, data)),
                       packet(there, proto_there, build(there, data)), profile=profile)
        # Zero where the protocol has no way to say "none": it is a sum, and a wrong one
        # or a right one, to be updated.
        if name in ("TCP", "DCCP"):
            def nothing(head, build=build, at=at):
                segment = build(head)
                return segment[:at] + b"\0\0" + segment[at + 2:]

            def updated(head, before, build=build, at=at):
                """The sum of before, and what the headers differ by."""
                length = len(build(head))
                old = ~checksum(pseudo(before, proto4, length)) & 0xffff
                new = ~checksum(pseudo(head, proto4, length)) & 0xffff
                total = 0xffff + new + 0xffff - old
                while total > 0xffff:
                    total = (total & 0xffff) + (total >> 16)
                segment = build(head)
                return segment[:at] + struct.pack("!H", ~total & 0xffff) + segment[at + 2:]

            yield to6(f"20: {name}, a checksum of zero is one like any other",
                      packet(in4(), proto4, nothing(in4())),
                      packet(out6(), proto6, updated(out6(), in4())), profile=profile)
            yield to4(f"20: {name}, a checksum of zero is one like any other",
                      packet(in6(), proto6, nothing(in6())),
                      packet(out4(), proto4, updated(out4(), in6())), profile=profile)


def udp_without(profile):
    """Statements 21 and 22."""
    for length in (*range(10), 100, 511, 1232):
        data = (DATA * 3)[:length]
        for flags in (0, "DF"):
            head = in4(flags=flags)
            yield to6(f"21: UDP without checksum, {length} bytes of data, flags {flags}",
                      packet(head, UDP_, udp_unsummed(head, data)),
                      packet(out6(), UDP_, udp(out6(), data)), profile=profile)
        yield dropped(f"22: UDP without checksum in IPv6, {length} bytes of data",
                      packet(in6(), UDP_, udp_unsummed(in6(), data)), profile=profile)
    for length in (1233, 1473, 9000, 65487):
        data = (DATA * 128)[:length]
        yield to6(f"21: UDP without checksum, {length} bytes of data, DF",
                  packet(in4(), UDP_, udp_unsummed(in4(), data)),
                  packet(out6(), UDP_, udp(out6(), data)), profile=profile)
    # The sum that is made may come out as zero too.
    data = that_sums_to_zero(out6(), udp, 6)
    yield to6("22: UDP without checksum, a sum that comes out as zero",
              packet(in4(), UDP_, udp_unsummed(in4(), data)),
              packet(out6(), UDP_, udp(out6(), data)), profile=profile)
    # The datagram ends where its length says (RFC 768), and so does what is summed. What
    # is behind it is passed on.
    for length in (8, 9, 20):
        data = DATA[:length - 8]
        yield to6(f"21: UDP without checksum, of {length} bytes, and more behind it",
                  packet(in4(), UDP_, udp_unsummed(in4(), data) + b"behind it"),
                  packet(out6(), UDP_, udp(out6(), data) + b"behind it"), profile=profile)
    for length in (0, 1, 7, 29, 100, 65535):
        yield dropped(f"21: UDP without checksum that says {length} of 28 bytes",
                      packet(in4(), UDP_, udp_unsummed(in4(), DATA[:20], length=length)),
                      profile=profile)


def coverage(profile):
    """What a partial checksum leaves out is no business of the translator's."""
    for covered in (0, 8, 9, 12, 20, 8 + len(DATA)):
        yield from both_ways(f"20: UDP-Lite, coverage {covered}", UDPLITE, UDPLITE,
                             lambda head, covered=covered: udplite(head, coverage=covered),
                             lambda head, covered=covered: udplite(head, coverage=covered),
                             profile)
    for covered in (0, 1, 2, 15):
        for extended in (False, True):
            yield from both_ways(
                f"20: DCCP, coverage {covered}, {'long' if extended else 'short'} numbers",
                DCCP_, DCCP_,
                lambda head, covered=covered, extended=extended:
                dccp(head, coverage=covered, extended=extended),
                lambda head, covered=covered, extended=extended:
                dccp(head, coverage=covered, extended=extended), profile)


def fields(profile):
    """Nothing else in a transport header is touched."""
    for flags in ("", "S", "SA", "F", "R", "A", "PA", "FSRPAUEC"):
        yield from both_ways(f"20: TCP flags {flags or 'none'}", TCP_, TCP_,
                             lambda head, flags=flags: tcp(head, flags=flags),
                             lambda head, flags=flags: tcp(head, flags=flags), profile)
    for mss in (536, 1220, 1440, 1460, 65535):
        yield from both_ways(f"20: TCP MSS {mss}", TCP_, TCP_,
                             lambda head, mss=mss: tcp(head, b"", flags="S",
                                                       options=[("MSS", mss)]),
                             lambda head, mss=mss: tcp(head, b"", flags="S",
                                                       options=[("MSS", mss)]), profile)
    yield from both_ways("20: TCP, forty bytes of options", TCP_, TCP_,
                         lambda head: tcp(head, options=[("NOP", None)] * 40),
                         lambda head: tcp(head, options=[("NOP", None)] * 40), profile)
    for ports in ((0, 0), (65535, 65535), (1, 65535)):
        yield from both_ways(f"20: UDP ports {ports}", UDP_, UDP_,
                             lambda head, ports=ports: udp(head, sport=ports[0], dport=ports[1]),
                             lambda head, ports=ports: udp(head, sport=ports[0], dport=ports[1]),
                             profile)
    for ident, seq in ((0, 0), (0xffff, 0xffff), (0x8000, 1)):
        for kind in (8, 0):
            yield from both_ways(
                f"11: echo {kind}, identifier {ident:#x}, number {seq:#x}", ICMP4, ICMP6,
                lambda head, kind=kind, ident=ident, seq=seq:
                echo(kind)(head, ident=ident, seq=seq),
                lambda head, kind=kind, ident=ident, seq=seq:
                echo(kind)(head, ident=ident, seq=seq), profile)


def cut_short(profile):
    for name, proto4, proto6, build, at in TRANSPORTS:
        if at is None:
            continue
        for length in range(SHORTEST[name]):
            for head, proto in ((in4(), proto4), (in6(), proto6)):
                yield dropped(f"20: {length} bytes of {name}",
                              packet(head, proto, build(head)[:length]), profile=profile)
    # Others are not looked at.
    for proto in (SCTP_, 47, 50, 253):
        for length in range(9):
            yield from both_ways(f"20: {length} bytes of protocol {proto}", proto, proto,
                                 lambda _head, length=length: DATA[:length],
                                 lambda _head, length=length: DATA[:length], profile)


def cases():
    for profile in ("in", "out", "ct"):
        yield from every_length(profile)
        yield from checksums(profile)
        yield from udp_without(profile)
        yield from coverage(profile)
        yield from fields(profile)
    for profile in ("in", "out"):
        yield from cut_short(profile)
