# SPDX-License-Identifier: GPL-2.0-only
"""Statements 16 to 18: the packet inside an ICMP error (RFC 7915 sections 4.3 and 5.3),
in both directions.

Inside an error from IPv4 is what the IPv6 side has sent, as IPv4 saw it, and the reverse.
The identification that a packet inside gets where IPv6 had none is zero: it is nobody's.
"""

import itertools

from scapy.layers.inet import IP, IPOption_NOP, IPOption_RR
from scapy.layers.inet6 import IPv6

from cases.common import *
from cases.headers_64 import DESTINATION, HEADERS, HOP, LONGEST_WITHOUT_DF, ROUTING, chained

UNREACHABLE4 = b"\x03\x03\0\0" + bytes(4)
UNREACHABLE6 = b"\x01\x04\0\0" + bytes(4)


# Headers of the packet inside: what a router on the far side had before it.

def quoted4(**fields):
    return IP(**{"src": INSIDE4, "dst": OUTSIDE4, "ttl": 1, "tos": 0xb8, "id": 1234,
                 "flags": "DF", **fields})


def quoted4_in6(**fields):
    return IPv6(**{"src": INSIDE6, "dst": OUTSIDE6, "hlim": 1, "tc": 0xb8, **fields})


def quoted6(**fields):
    return IPv6(**{"src": OUTSIDE6, "dst": INSIDE6, "hlim": 1, "tc": 0xb8, "fl": 0xabcde,
                   **fields})


def quoted6_in4(**fields):
    return IP(**{"src": OUTSIDE4, "dst": INSIDE4, "ttl": 1, "tos": 0xb8, "id": 0, "flags": 0,
                 **fields})


# Errors, as they are sent and as they are expected.

def error4(quote, message=UNREACHABLE4, **fields):
    """An error of a router of the IPv4 side."""
    return packet(in4(**{"src": ROUTER4, "tos": 0xc0, "flags": 0, **fields}), ICMP4,
                  icmp4(message + quote))


def error4_in6(quote, message=UNREACHABLE6, **fields):
    head = out6(**{"src": embed(ROUTER4), "tc": 0xc0, **fields})
    return packet(head, ICMP6, icmp6(head, message + quote))


def error6(quote, message=UNREACHABLE6, **fields):
    """An error of a router of the IPv6 side."""
    head = in6(**{"src": embed(ROUTER6), "tc": 0xc0, **fields})
    return packet(head, ICMP6, icmp6(head, message + quote))


def error6_in4(quote, message=UNREACHABLE4, **fields):
    return packet(out4(**{"src": ROUTER6, "tos": 0xc0, **fields}), ICMP4,
                  icmp4(message + quote))


def pairs46():
    """A name, and the packet that an error is about in both families, whole."""
    for name, proto4, proto6, build, at in TRANSPORTS:
        yield (name, packet(quoted4(), proto4, build(quoted4(), DATA[:100])),
               packet(quoted4_in6(), proto6, build(quoted4_in6(), DATA[:100])), at)


def pairs64():
    for name, proto4, proto6, build, at in TRANSPORTS:
        yield (name, packet(quoted6(), proto6, build(quoted6(), DATA[:100])),
               packet(quoted6_in4(), proto4, build(quoted6_in4(), DATA[:100])), at)


def cut_at(name, before, after, header_before, header_after, at, length):
    """Both packets as far as this much of what follows the headers is quoted: a checksum
    that is not all there is nothing that could be updated. None: the quote says too little
    of an ICMP message."""
    if name.startswith("echo") and length < 8:
        return None
    sent = before[:header_before + length]
    expected = after[:header_after + length]
    if at is not None and length < at + 2:
        expected = after[:header_after] + sent[header_before:]
    return sent, expected


def every_cut(profile):
    """Statement 17: lengths and checksums speak of the packet as it was."""
    for pairs, sizes, error, expected_error, case in (
            (pairs46, (20, 40), error4, error4_in6, to6),
            (pairs64, (40, 20), error6, error6_in4, to4)):
        for name, before, after, at in pairs():
            rest = len(before) - sizes[0]
            for length in (*range(41), rest - 1, rest):
                pair = cut_at(name, before, after, *sizes, at, length)
                title = f"17: {length} bytes of {name} inside"
                if pair:
                    yield case(title, error(pair[0]), expected_error(pair[1]), profile=profile)
                else:
                    yield dropped(title, error(before[:sizes[0] + length]), profile=profile)


def anybody(profile):
    """Statement 16: inside, any address is embedded and extracted, those too that nobody
    can have: it is what the packet has had."""
    for address in ("0.1.2.3", "127.0.0.1", "227.55.190.159", "255.255.255.255"):
        inner4, inner6 = {"src": address}, {"src": embed(address)}
        yield to6(f"16: {address} inside, from IPv4",
                  error4(packet(quoted4(**inner4), UDP_, udp(quoted4(**inner4)))),
                  error4_in6(packet(quoted4_in6(**inner6), UDP_, udp(quoted4_in6(**inner6)))),
                  profile=profile)
        yield to4(f"16: {address} inside, from IPv6",
                  error6(packet(quoted6(**inner6), UDP_, udp(quoted6(**inner6)))),
                  error6_in4(packet(quoted6_in4(**inner4), UDP_, udp(quoted6_in4(**inner4)))),
                  profile=profile)


def headers(profile):
    """Statement 16."""
    for ttl in (0, 1, 2, 64, 255):
        yield to6(f"16: TTL {ttl} inside",
                  error4(packet(quoted4(ttl=ttl), UDP_, udp(quoted4()))),
                  error4_in6(packet(quoted4_in6(hlim=ttl), UDP_, udp(quoted4_in6()))),
                  profile=profile)
        yield to4(f"16: hop limit {ttl} inside",
                  error6(packet(quoted6(hlim=ttl), UDP_, udp(quoted6(), DATA[:400]))),
                  error6_in4(packet(quoted6_in4(ttl=ttl), UDP_, udp(quoted6_in4(), DATA[:400]))),
                  profile=profile)
    for tos in (0, 1, 3, 0x80, 0xff):
        yield to6(f"3, 16: TOS {tos:#x} inside",
                  error4(packet(quoted4(tos=tos), UDP_, udp(quoted4()))),
                  error4_in6(packet(quoted4_in6(tc=tos), UDP_, udp(quoted4_in6()))),
                  profile=profile)
        yield to4(f"3, 16: traffic class {tos:#x} inside",
                  error6(packet(quoted6(tc=tos), UDP_, udp(quoted6(), DATA[:400]))),
                  error6_in4(packet(quoted6_in4(tos=tos), UDP_, udp(quoted6_in4(), DATA[:400]))),
                  profile=profile)
    for flags, ident in ((0, 0), (0, 0xffff), ("DF", 0x8000), ("evil", 1)):
        yield to6(f"16: flags {flags}, identification {ident:#x} inside",
                  error4(packet(quoted4(flags=flags, id=ident), UDP_, udp(quoted4()))),
                  error4_in6(packet(quoted4_in6(), UDP_, udp(quoted4_in6()))), profile=profile)
    for words in (1, 2, 9, 10):
        head = quoted4(options=[IPOption_NOP()] * 4 * words)
        yield to6(f"1, 16: {words} words of options inside",
                  error4(packet(head, UDP_, udp(quoted4()))),
                  error4_in6(packet(quoted4_in6(), UDP_, udp(quoted4_in6()))), profile=profile)
    # The rule for DF speaks of the packet that was sent, however little is quoted.
    for total in (1259, 1260, 1261, 65515):
        data = bytes(total - 28)
        df = "DF" if total > LONGEST_WITHOUT_DF else 0
        yield to4(f"17, 26: {total} bytes, 60 of them inside",
                  error6(packet(quoted6(), UDP_, udp(quoted6(), data))[:80]),
                  error6_in4(packet(quoted6_in4(flags=df), UDP_,
                                    udp(quoted6_in4(), data))[:60]), profile=profile)
    for total in (1260, 1261, 1500, 65515):
        data = bytes(total - 28)
        yield to6(f"17: {total} bytes, 60 of them inside",
                  error4(packet(quoted4(flags=0), UDP_, udp(quoted4(), data))[:60]),
                  error4_in6(packet(quoted4_in6(), UDP_, udp(quoted4_in6(), data))[:80]),
                  profile=profile)
    yield to6("16: a source route inside has been taken",
              error4(packet(quoted4(options=[IPOption_RR(pointer=8, routers=["192.0.2.1"])]),
                            UDP_, udp(quoted4()))),
              error4_in6(packet(quoted4_in6(), UDP_, udp(quoted4_in6()))), profile=profile)


def chains(profile):
    """Statements 16, 25 and 27: extension headers and fragments inside."""
    for length in (1, 2, 3):
        for kinds in itertools.product((HOP, ROUTING, DESTINATION), repeat=length):
            if HOP in kinds[1:]:
                continue
            chain = [(kind, HEADERS[kind]) for kind in kinds]
            name = " ".join(map(str, kinds))
            for title, proto6, proto4, build in (("UDP", UDP_, UDP_, udp),
                                                 ("echo request", ICMP6, ICMP4, echo(8))):
                quote = chained(quoted6(), chain, proto6, build(quoted6(), DATA[:300]))
                after = packet(quoted6_in4(), proto4, build(quoted6_in4(), DATA[:300]))
                yield to4(f"16, 25: {title} behind {name} inside", error6(quote),
                          error6_in4(after), profile=profile)
                # Cut within the payload: the chain's length is still to be taken off.
                size = sum(1 + len(body) for _kind, body in chain)
                yield to4(f"17, 25: {title} behind {name} inside, cut",
                          error6(quote[:40 + size + 20]), error6_in4(after[:40]),
                          profile=profile)
            for cut in range(1, size, 3):
                yield dropped(f"17: {cut} bytes of the headers {name} inside",
                              error6(quote[:40 + cut]), profile=profile)
    for name, proto4, proto6, build, at in TRANSPORTS:
        before, after = build(quoted6(), DATA[:200]), build(quoted6_in4(), DATA[:200])
        for offset, more, end in ((0, True, 80), (80, True, 160), (80, False, None)):
            if proto6 == ICMP6 and offset == 0:
                continue
            yield to4(f"16, 27: {name} inside, a fragment at {offset}, more {more}",
                      error6(piece6(quoted6(), proto6, before[offset:end], offset, more,
                                    0xabcd1234)),
                      error6_in4(piece4(quoted6_in4(), proto4, after[offset:end], offset, more,
                                        0x1234)), profile=profile)
        yield to4(f"16, 27: {name} inside, an atomic fragment",
                  error6(piece6(quoted6(), proto6, before, 0, False, 0xabcd1234)),
                  error6_in4(packet(quoted6_in4(id=0x1234), proto4, after)), profile=profile)
        before, after = build(quoted4(), DATA[:200]), build(quoted4_in6(), DATA[:200])
        for offset, more, end in ((0, True, 80), (80, True, 160), (80, False, None)):
            if proto4 == ICMP4 and offset == 0:
                continue
            yield to6(f"8, 16: {name} inside, a fragment at {offset}, more {more}",
                      error4(piece4(quoted4(), proto4, before[offset:end], offset, more)),
                      error4_in6(piece6(quoted4_in6(), proto6, after[offset:end], offset, more)),
                      profile=profile)
    for cut in range(1, 8):
        quote = piece6(quoted6(), UDP_, udp(quoted6()), 80, False)
        yield dropped(f"17: {cut} bytes of a Fragment header inside", error6(quote[:40 + cut]),
                      profile=profile)


def protocols(profile):
    """Statements 9, 16 and 20."""
    known = {ICMP4, ICMP6, TCP_, UDP_, DCCP_, UDPLITE}
    payload = bytes(range(0xa0, 0xe0))
    for proto in range(256):
        if proto in known:
            continue
        quote4, quote6 = packet(quoted4(), proto, payload), packet(quoted6(), proto, payload)
        if is_extension(proto):
            yield dropped(f"9, 16: protocol {proto} inside", error4(quote4), profile=profile)
        else:
            yield to6(f"16, 20: protocol {proto} inside", error4(quote4),
                      error4_in6(packet(quoted4_in6(), proto, payload)), profile=profile)
        if proto == 51:
            yield dropped("16, 20: protocol 51 inside", error6(quote6), profile=profile)
        elif proto not in (HOP, ROUTING, 44, DESTINATION):
            yield to4(f"16, 20: protocol {proto} inside", error6(quote6),
                      error6_in4(packet(quoted6_in4(), proto, payload)), profile=profile)
    yield dropped("9, 16: protocol 58 inside", error4(packet(quoted4(), ICMP6, payload)),
                  profile=profile)
    yield dropped("16, 20: protocol 1 inside", error6(packet(quoted6(), ICMP4, payload)),
                  profile=profile)


def checksums(profile):
    for name, proto4, proto6, build, at in TRANSPORTS:
        if at is None:
            continue
        for pair, error, after_error, case, protos in (
                ((quoted4(), quoted4_in6()), error4, error4_in6, to6, (proto4, proto6)),
                ((quoted6(), quoted6_in4()), error6, error6_in4, to4, (proto6, proto4))):
            before, after = (packet(head, proto, damaged(build(head, DATA[:100]), at))
                             for head, proto in zip(pair, protos))
            yield case(f"16: {name} inside, a wrong checksum stays wrong", error(before),
                       after_error(after), profile=profile)
    # Without a checksum it was sent, and without one it is quoted.
    for pair, error, after_error, case in (
            ((quoted4(), quoted4_in6()), error4, error4_in6, to6),
            ((quoted6(), quoted6_in4()), error6, error6_in4, to4)):
        before, after = (packet(head, UDP_, udp_unsummed(head, DATA[:100])) for head in pair)
        yield case("16, 21: UDP without checksum inside", error(before), after_error(after),
                   profile=profile)


def nested(profile):
    """Statement 18: no error about an error, and nothing inside that has no counterpart."""
    inner4 = packet(IP(src=OUTSIDE4, dst=INSIDE4), UDP_, udp(IP(src=OUTSIDE4, dst=INSIDE4)))
    inner6 = packet(IPv6(src=INSIDE6, dst=OUTSIDE6), UDP_,
                    udp(IPv6(src=INSIDE6, dst=OUTSIDE6)))
    for kind in range(256):
        if kind not in (0, 8):
            yield dropped(f"18: ICMP type {kind} inside",
                          error4(packet(quoted4(), ICMP4,
                                        icmp4(bytes((kind, 0)) + bytes(6) + inner4[:28]))),
                          profile=profile)
        if kind not in (128, 129):
            yield dropped(f"18: ICMPv6 type {kind} inside",
                          error6(packet(quoted6(), ICMP6,
                                        icmp6(quoted6(), bytes((kind, 0)) + bytes(6) +
                                              inner6[:48]))),
                          profile=profile)


def addresses(profile):
    """Statements 16 and 37: what is inside a translatable error was translated when it
    was sent, so both of its addresses map."""
    for source in (FOREIGN6, "64:ff9b::c000:221"):
        head = quoted6(src=source)
        yield dropped(f"37: inside from {source}", error6(packet(head, UDP_, udp(head))),
                      profile=profile)
        head = quoted6(dst=source)
        yield dropped(f"37: inside to {source}", error6(packet(head, UDP_, udp(head))),
                      profile=profile)
    # IPv4 has no address that could not be embedded.
    for address in ("0.0.0.0", "10.0.0.1", "127.0.0.1", "224.0.0.1", "255.255.255.255"):
        head, after = quoted4(dst=address), quoted4_in6(dst=embed(address))
        yield to6(f"16: inside to {address}", error4(packet(head, UDP_, udp(head))),
                  error4_in6(packet(after, UDP_, udp(after))), profile=profile)


def malformed(profile):
    for size in range(20):
        yield dropped(f"17: {size} bytes inside",
                      error4(packet(quoted4(), UDP_, udp(quoted4()))[:size]), profile=profile)
    for size in range(40):
        yield dropped(f"17: {size} bytes inside",
                      error6(packet(quoted6(), UDP_, udp(quoted6()))[:size]), profile=profile)
    for version in range(16):
        if version != 4:
            yield dropped(f"17: version {version} inside",
                          error4(packet(quoted4(version=version), UDP_, udp(quoted4()))),
                          profile=profile)
        if version != 6:
            quote = bytearray(packet(quoted6(), UDP_, udp(quoted6())))
            quote[0] = version << 4 | quote[0] & 15
            yield dropped(f"17: version {version} inside", error6(bytes(quote)), profile=profile)
    for words in range(5):
        yield dropped(f"17: a header of {words} words inside",
                      error4(packet(quoted4(ihl=words), UDP_, udp(quoted4()))), profile=profile)
    for words in range(6, 16):
        yield dropped(f"17: a header of {words} words inside, 20 bytes of it there",
                      error4(packet(quoted4(ihl=words), UDP_, b"")), profile=profile)
    for length in (0, 1, 19):
        yield dropped(f"17: a total length of {length} inside",
                      error4(packet(quoted4(len=length), UDP_, udp(quoted4()))), profile=profile)


def cases():
    for profile in ("in", "out"):
        yield from every_cut(profile)
        yield from headers(profile)
        yield from chains(profile)
        yield from protocols(profile)
        yield from checksums(profile)
        yield from nested(profile)
        yield from addresses(profile)
        yield from anybody(profile)
        yield from malformed(profile)
