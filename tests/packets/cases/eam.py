# SPDX-License-Identifier: GPL-2.0-only
"""Statements 35, 36, 37 and 40: mappings of one address (RFC 7757), beside the prefix or
in its place; what they make of the addresses of packets inside ICMP errors; checksums
that no mapping is neutral to.

The IPv6 address beside each IPv4 one is worked out by hand, by RFC 7757 section 3.3.
"""

from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6

from cases.common import *
from cases.quotes import UNREACHABLE4, UNREACHABLE6
from profiles import PREFIX2, PROFILES, RFC7757

# The rows of the RFC's example table with a few of the addresses of each.
EXAMPLES = (
    ("192.0.2.1", "2001:db8:aaaa::"),
    ("192.0.2.2", "2001:db8:bbbb::b"),
    ("192.0.2.16", "2001:db8:cccc::"),
    ("192.0.2.24", "2001:db8:cccc::8"),
    ("192.0.2.31", "2001:db8:cccc::f"),
    ("192.0.2.128", "2001:db8:dddd::"),
    ("192.0.2.152", "2001:db8:dddd:0:6000::"),
    ("192.0.2.183", "2001:db8:dddd:0:dc00::"),
    ("192.0.2.191", "2001:db8:dddd:0:fc00::"),
    ("192.0.2.192", "2001:db8:eeee:8::"),
    ("192.0.2.195", "2001:db8:eeee:9:8000::"),
    ("192.0.2.199", "2001:db8:eeee:b:8000::"),
    ("192.0.2.224", "64:ff9b::"),
    ("192.0.2.225", "64:ff9b::1"),
)

# The addresses around those prefixes.
NEXT4 = ("192.0.2.0", "192.0.2.3", "192.0.2.15", "192.0.2.32", "192.0.2.127", "192.0.2.200",
         "192.0.2.223", "192.0.2.226")
NEXT6 = ("2001:db8:aaaa::1", "2001:db8:bbbb::a", "2001:db8:bbbb::c", "2001:db8:cccc::10",
         "2001:db8:dddc:ffff:ffff:ffff:ffff:ffff", "2001:db8:dddd:1::",
         "2001:db8:eeee:7:ffff:ffff:ffff:ffff", "2001:db8:eeee:c::", "64:ff9b::2")

# Behind the last bit of the IPv4 address, IPv6 has more bits.
IGNORED = (
    ("192.0.2.152", "2001:db8:dddd:0:6000:beef::"),
    ("192.0.2.152", "2001:db8:dddd:0:6000::1"),
    ("192.0.2.152", "2001:db8:dddd:0:63ff:ffff:ffff:ffff"),
    ("192.0.2.195", "2001:db8:eeee:9:8000::1"),
    ("192.0.2.195", "2001:db8:eeee:9:ffff:ffff:ffff:ffff"),
)

# The table with prefixes inside of others: what becomes of an IPv4 address, ...
LONGEST46 = (
    ("192.0.2.64", "2001:db8::abcd"),
    ("64.1.2.3", "2001:db8:ff40:102:300::"),
    ("127.255.255.255", None),
    ("128.0.0.1", "2001:db8:8000:1::"),
    ("198.18.7.9", "2001:db8:c612:709::"),
    ("10.9.8.7", "2001:db8:a09:807::"),
    ("10.1.7.7", "2001:db8:a01:707::"),
    ("10.1.2.5", "2001:db8:a00:101:4000::"),
    ("10.1.2.130", "2001:db8:a00:100:8080::"),
    ("10.1.2.133", "2001:db8:a00:100:8000::1"),
    ("10.33.0.9", "2001:db8:a02::1:9"),
    ("10.33.1.1", "2001:db8:a02::fff1"),
    ("172.17.3.4", "2001:db8:ff00:1234:1030:4000::"),
    ("100.64.255.1", "2001:db8:6464::ff01"),
    ("203.0.113.80", "2001:db8:cb::50"),
    ("203.0.113.77", "2001:db8:64::cb00:714d"),
    ("192.0.2.1", "2001:db8:aaaa::"),
    ("192.0.2.3", "2001:db8:c000:203::"),
    ("192.0.2.130", "2001:db8:dddd:0:800::"),
)
# ... and of an IPv6 address, which need not be the way back. None: nobody can have that.
LONGEST64 = (
    ("192.0.2.64", "2001:db8::abcd"),
    ("192.0.2.64", "2001:db8:ffc0:2:4000::"),
    (None, "2001:db8:ff00:102:300::"),
    (None, "2001:db8:ff7f:0:100::"),
    (None, "2001:db8:eeee:c::"),
    (None, "2001:db9::"),
    ("64.1.2.3", "2001:db8:ff40:102:300::"),
    ("192.0.2.3", "2001:db8:c000:203::"),
    ("170.170.0.0", "2001:db8:aaaa::1"),
    ("192.0.2.1", "2001:db8:aaaa::"),
    ("192.0.2.130", "2001:db8:dddd:0:800::"),
    ("221.221.0.1", "2001:db8:dddd:1::"),
    ("10.9.8.7", "2001:db8:a09:807::"),
    ("10.5.6.0", "2001:db8:a05:600::"),
    ("10.1.7.7", "2001:db8:a01:707::"),
    ("10.1.2.0", "2001:db8:a00:100::"),
    ("10.1.2.5", "2001:db8:a00:101:4000::"),
    ("10.1.2.128", "2001:db8:a00:100:8000::2"),
    ("10.1.2.133", "2001:db8:a00:100:8000::1"),
    ("10.33.0.9", "2001:db8:a02::1:9"),
    ("172.17.3.4", "2001:db8:ff00:1234:1030:4000::ffff"),
    ("203.0.113.77", "2001:db8:64::cb00:714d"),
    ("203.0.113.77", "2001:db8:cb::4d"),
)

# Pairs of an address in either family: of the example table, and behind the prefix.
HOST = ("192.0.2.152", "2001:db8:dddd:0:6000::")
OTHER = ("192.0.2.2", "2001:db8:bbbb::b")
OUTSIDE = (OUTSIDE4, OUTSIDE6)
ROUTER = (ROUTER4, embed(ROUTER4))


# A packet, and one inside an error that comes the other way. All ends are pairs.

def from4(title, source, target, profile, transports=TRANSPORTS):
    for name, proto4, proto6, build, _at in transports:
        before = in4(src=source[0], dst=target[0])
        after = out6(src=source[1], dst=target[1])
        yield to6(f"{title}: {name} from {source[0]} to {target[0]}",
                  packet(before, proto4, build(before)), packet(after, proto6, build(after)),
                  profile=profile)


def from6(title, source, target, profile, transports=TRANSPORTS):
    for name, proto4, proto6, build, _at in transports:
        before = in6(src=source[1], dst=target[1])
        after = out4(src=source[0], dst=target[0])
        yield to4(f"{title}: {name} from {source[1]} to {target[1]}",
                  packet(before, proto6, build(before)), packet(after, proto4, build(after)),
                  profile=profile)


def both(title, inside, outside, profile, transports=TRANSPORTS):
    yield from from4(title, outside, inside, profile, transports)
    yield from from6(title, inside, outside, profile, transports)


def error_from4(title, router, source, target, profile, transports=TRANSPORTS):
    """An error of a router of the IPv4 side about a packet of the IPv6 side."""
    for name, proto4, proto6, build, at in transports:
        inner4, inner6 = IP(src=source[0], dst=target[0], flags="DF"), \
            IPv6(src=source[1], dst=target[1], hlim=64)
        quote4, quote6 = packet(inner4, proto4, build(inner4, DATA[:100])), \
            packet(inner6, proto6, build(inner6, DATA[:100]))
        for cut in (None, 8):
            if cut:
                if at is None or at + 2 > cut:
                    continue
                quote4, quote6 = quote4[:20 + cut], quote6[:40 + cut]
            head = in4(src=router[0], dst=source[0], flags=0)
            after = out6(src=router[1], dst=source[1])
            yield to6(f"{title}: from {router[0]} about {name} from {source[0]} to {target[0]}"
                      + (", cut" if cut else ""),
                      packet(head, ICMP4, icmp4(UNREACHABLE4 + quote4)),
                      packet(after, ICMP6, icmp6(after, UNREACHABLE6 + quote6)), profile=profile)


def error_from6(title, router, source, target, profile, transports=TRANSPORTS):
    """An error of a router of the IPv6 side about a packet of the IPv4 side."""
    for name, proto4, proto6, build, at in transports:
        inner6, inner4 = IPv6(src=source[1], dst=target[1]), \
            IP(src=source[0], dst=target[0], id=0)
        quote6, quote4 = packet(inner6, proto6, build(inner6, DATA[:100])), \
            packet(inner4, proto4, build(inner4, DATA[:100]))
        for cut in (None, 8):
            if cut:
                if at is None or at + 2 > cut:
                    continue
                quote4, quote6 = quote4[:20 + cut], quote6[:40 + cut]
            head = in6(src=router[1], dst=source[1])
            after = out4(src=router[0], dst=source[0])
            yield to4(f"{title}: from {router[1]} about {name} from {source[1]} to {target[1]}"
                      + (", cut" if cut else ""),
                      packet(head, ICMP6, icmp6(head, UNREACHABLE6 + quote6)),
                      packet(after, ICMP4, icmp4(UNREACHABLE4 + quote4)), profile=profile)


UDP_ONLY = TRANSPORTS[1:2]


def left_alone(title, side, source, target, profile):
    """Nothing but the hop limit changes, and what the rules do not match is accepted."""
    if side == 4:
        head, after = in4(src=source, dst=target), in4(src=source, dst=target, ttl=63)
    else:
        head, after = in6(src=source, dst=target), in6(src=source, dst=target, hlim=63)
    yield back(f"{title}: IPv{side}, from {source} to {target}", packet(head, UDP_, udp(head)),
               packet(after, UDP_, udp(after)), profile=profile)


def table(profile):
    """Statement 35: the table first, the prefix for what it has not, either address on
    its own."""
    for pair in EXAMPLES:
        yield from both("35: in the table", pair, OUTSIDE, profile)
    for pair in EXAMPLES[3], EXAMPLES[10]:
        # From a host of the IPv4 side that the table has, to one that it has not.
        yield from both("35: in the table, on the other side", OUTSIDE, pair, profile)
        yield from both("35: both in the table", pair, OTHER, profile)
    for pair in IGNORED:
        yield from from6("35: bits behind the suffix", pair, OUTSIDE, profile, UDP_ONLY)
        yield from from6("35: bits behind the suffix", OUTSIDE, pair, profile, UDP_ONLY)
    for address in NEXT4:
        yield from both("35: beside the table", (address, embed(address)), OUTSIDE, profile,
                        UDP_ONLY)


def table_alone(profile):
    """Statement 35: without a prefix, what the table has not is not matched."""
    yield from both("35: both in the table", HOST, OTHER, profile)
    for address in NEXT4:
        yield from left_alone("35: not in the table", 4, address, HOST[0], profile)
        yield from left_alone("35: not in the table", 4, HOST[0], address, profile)
    for address in NEXT6:
        yield from left_alone("35: not in the table", 6, address, HOST[1], profile)
        yield from left_alone("35: not in the table", 6, HOST[1], address, profile)
    # Nor is an error about a packet whose addresses it has not.
    for side, error, proto, ends in ((4, UNREACHABLE4, ICMP4, 0), (6, UNREACHABLE6, ICMP6, 1)):
        host, other = HOST[ends], OTHER[ends]
        header, checked = (in4, lambda _head, message: icmp4(message)) if side == 4 else \
            (in6, icmp6)
        hops = "ttl" if side == 4 else "hlim"
        for source, target in ((host, OUTSIDE[ends]), (OUTSIDE[ends], host)):
            inner = header(src=source, dst=target)
            message = error + packet(inner, UDP_, udp(inner))
            head, after = (header(src=other, dst=host, **{hops: ttl}) for ttl in (64, 63))
            yield back(f"35: an error about a packet from {source} to {target}",
                       packet(head, proto, checked(head, message)),
                       packet(after, proto, checked(after, message)), profile=profile)


def longest(profile):
    """Statement 35: the longest prefix, in either direction."""
    peer = ("203.0.113.76", "2001:db8:cb::4c")
    for four, six in LONGEST46:
        if six:
            yield from from4("35: longest prefix", (four, six), peer, profile, UDP_ONLY)
            yield from from4("35: longest prefix", peer, (four, six), profile)
        else:
            yield dropped(f"35: longest prefix: to {four}",
                          packet(in4(src=peer[0], dst=four), UDP_, DATA), profile=profile)
    for four, six in LONGEST64:
        if four:
            yield from from6("35: longest prefix", (four, six), peer, profile, UDP_ONLY)
            yield from from6("35: longest prefix", peer, (four, six), profile)
            continue
        for source, target in ((six, peer[1]), (peer[1], six)):
            head = in6(src=source, dst=target)
            yield dropped(f"35: longest prefix: from {source} to {target}",
                          packet(head, UDP_, udp(head)), profile=profile)


def errors(profile):
    """Statements 35 and 37: routers need not be in the table, what is inside is looked up
    alike; who has sent it is who hears of it."""
    standin = (PROFILES[profile].standin, FOREIGN6)
    yield from error_from4("16, 35: by a router", ROUTER, HOST, OUTSIDE, profile)
    yield from error_from4("16, 35: by the other end", OUTSIDE, HOST, OUTSIDE, profile)
    yield from error_from6("16, 37: by a router", standin, OUTSIDE, HOST, profile)
    yield from error_from6("16, 35: by the other end", HOST, OUTSIDE, HOST, profile)
    yield from error_from6("16, 35: by another host", OTHER, OUTSIDE, HOST, profile)
    for pair in EXAMPLES:
        yield from error_from4("16, 35: every row", ROUTER, pair, OUTSIDE, profile, UDP_ONLY)
        yield from error_from6("16, 37: every row", standin, OUTSIDE, pair, profile, UDP_ONLY)
    for pair in IGNORED:
        yield from error_from6("16, 37: bits behind the suffix", standin, OUTSIDE, pair, profile,
                               UDP_ONLY)


def both_in_the_table(profile):
    """Statement 35: of both ends, and of an error's three."""
    router = ("192.0.2.31", "2001:db8:cccc::f")
    yield from both("35: both in the table", HOST, OTHER, profile)
    yield from error_from4("16, 35: all in the table", router, HOST, OTHER, profile)
    yield from error_from6("16, 35: all in the table", router, OTHER, HOST, profile)
    yield from error_from6("16, 37: both in the table", (PROFILES[profile].standin, FOREIGN6),
                           OTHER, HOST, profile)


def relay(profile):
    """Statement 35, as RFC 7755 has it: the hosts of the network are in the table, all of
    IPv4 is behind the prefix."""
    for pair in EXAMPLES:
        yield from both("35: relay", pair, OUTSIDE, profile, UDP_ONLY)
    for address in NEXT4:
        head = in4(dst=address)
        yield dropped(f"35: relay: to {address}, which is nobody's",
                      packet(head, UDP_, udp(head)), profile=profile)
    for address in NEXT6:
        head = in6(src=address)
        yield dropped(f"35: relay: from {address}, which is nobody's",
                      packet(head, UDP_, udp(head)), profile=profile)
    # An error about a packet of nobody's.
    inner = in6(src=OUTSIDE6, dst=NEXT6[0])
    head = in6(src=HOST[1], dst=OUTSIDE6)
    yield dropped("35: relay: an error about a packet to nobody",
                  packet(head, ICMP6, icmp6(head, UNREACHABLE6 + packet(inner, UDP_, udp(inner)))),
                  profile=profile)
    inner = in4(src=NEXT4[0], dst=OUTSIDE4)
    head = in4(src=ROUTER4, dst=HOST[0], flags=0)
    yield dropped("35: relay: an error about a packet from nobody",
                  packet(head, ICMP4, icmp4(UNREACHABLE4 + packet(inner, UDP_, udp(inner)))),
                  profile=profile)


def pieces(profile):
    """Statements 6, 20, 21 and 27 with addresses that nothing is neutral to."""
    before, after = in4(dst=HOST[0], flags=0), out6(dst=HOST[1])
    data = bytes(range(250)) * 10
    yield to6("6, 35: a datagram is cut", packet(before, UDP_, udp(before, data)),
              *pieces6(after, UDP_, udp(after, data), 1232), profile=profile)
    yield to6("21, 35: UDP without checksum", packet(before, UDP_, udp_unsummed(before)),
              packet(after, UDP_, udp(after)), profile=profile)
    data = data[:2000]
    segment, expected = udp(before, data), udp(after, data)
    for offset, end in ((0, 1200), (1200, None)):
        yield to6(f"8, 20, 35: a piece of a datagram at {offset}",
                  piece4(before, UDP_, segment[offset:end], offset, end is not None),
                  piece6(after, UDP_, expected[offset:end], offset, end is not None),
                  profile=profile)
    before, after = in6(src=HOST[1]), out4(src=HOST[0])
    segment, expected = udp(before, data), udp(after, data)
    for offset, end in ((0, 1200), (1200, None)):
        yield to4(f"20, 27, 35: a piece of a datagram at {offset}",
                  piece6(before, UDP_, segment[offset:end], offset, end is not None),
                  piece4(after, UDP_, expected[offset:end], offset, end is not None),
                  profile=profile, mask=())
    for name, proto4, proto6, build, at in TRANSPORTS:
        if at is not None:
            before, after = in4(dst=HOST[0]), out6(dst=HOST[1])
            yield to6(f"20, 35: {name}, a wrong checksum stays wrong",
                      packet(before, proto4, damaged(build(before), at)),
                      packet(after, proto6, damaged(build(after), at)), profile=profile)


def hosts():
    """Statement 35: addresses for addresses."""
    for pair in (("203.0.113.6", "2001:db8:1:2::6"), ("203.0.113.77", "2001:db8:1:2::4d")):
        yield from both("35: hosts", pair, OUTSIDE, "hosts")
        yield from error_from4("16, 35: hosts", ROUTER, pair, OUTSIDE, "hosts")
        yield from error_from6("16, 35: hosts", pair, OUTSIDE, pair, "hosts")
        yield from error_from6("16, 37: hosts", (PROFILES["hosts"].standin, FOREIGN6), OUTSIDE,
                               pair, "hosts")
    yield dropped("35: hosts: another", packet(in4(dst="203.0.113.7"), UDP_, DATA),
                  profile="hosts")
    head = in6(src="2001:db8:1:2::7")
    yield dropped("35: hosts: another", packet(head, UDP_, udp(head)), profile="hosts")


def own_address(profile):
    """Statement 40: a CLAT with an address of its own, seen from both of its sides. What the
    rule names is the source of every error too, whoever it is from."""
    own = ("192.0.0.1", "2001:db8:1:1::c1a7")
    yield from both("40: own address", own, OUTSIDE, profile)
    yield from error_from4("16, 40: own address", ROUTER, own, OUTSIDE, profile)
    yield from error_from6("16, 40: own address", own, OUTSIDE, own, profile)
    yield from error_from6("16, 37, 40: own address", ("192.0.0.1", FOREIGN6), OUTSIDE, own,
                           profile)


def addresses():
    """Both addresses from the rule."""
    yield from from4("40: addresses", (OUTSIDE4, "2001:db8:5::1"), (INSIDE4, "2001:db8:5::2"),
                     "addresses")
    yield from from6("40: addresses", ("203.0.113.5", INSIDE6), ("192.0.2.5", OUTSIDE6),
                     "addresses")
    yield from from6("40: addresses", ("203.0.113.5", "fd00::1"), ("192.0.2.5", "fd00::2"),
                     "addresses")


def prefixes(profile):
    """Statement 40: a prefix for each address, as a CLAT with a delegated one has it."""
    other = ipaddress.ip_network(PREFIX2)
    for address in (INSIDE4, "192.168.1.2", "10.0.0.1"):
        host = (address, embed(address, other))
        yield from both("40: two prefixes", host, OUTSIDE, profile)
        yield from error_from4("16, 40: two prefixes", ROUTER, host, OUTSIDE, profile)
        yield from error_from6("16, 40: two prefixes", host, OUTSIDE, host, profile)
        yield from error_from6("16, 37, 40: two prefixes", (PROFILES[profile].standin, FOREIGN6),
                               OUTSIDE, host, profile)
    # Each stands for its own address alone.
    for source, target in ((INSIDE6, OUTSIDE6), (embed(INSIDE4, other), embed(OUTSIDE4, other)),
                           (INSIDE6, embed(OUTSIDE4, other))):
        head = in6(src=source, dst=target)
        yield dropped(f"40: two prefixes: from {source} to {target}",
                      packet(head, UDP_, udp(head)), profile=profile)


def low_bits():
    """As many of the last bits as there is room for."""
    yield from from4("35: low bits", OUTSIDE, (INSIDE4, "2001:db8:9::7106"), "low-bits")
    yield from from4("35: low bits", OUTSIDE, ("203.130.255.254", "2001:db8:9::82:fffe"),
                     "low-bits", UDP_ONLY)
    yield from from6("35: low bits", ("203.0.113.5", "2001:db8:7::f105"), OUTSIDE, "low-bits")
    yield from from6("35: low bits", ("203.0.113.127", "fd00::ffff"), OUTSIDE, "low-bits",
                     UDP_ONLY)
    yield from error_from4("16, 35: low bits", ROUTER, (INSIDE4, "2001:db8:9::7106"), OUTSIDE,
                           "low-bits")
    yield from error_from6("16, 35: low bits", ("203.0.113.77", "2001:db8:7::4d"), OUTSIDE,
                           ("203.0.113.5", "2001:db8:7::f105"), "low-bits")
    yield from from4("35: low bits of both", (OUTSIDE4, "2001:db8:8::c000:221"),
                     (INSIDE4, "2001:db8:9::cb00:7106"), "low-bits-both")
    yield from from4("35: low bits of both", ("10.171.205.239", "2001:db8:8::c00b:cdef"),
                     (INSIDE4, "2001:db8:9::cb00:7106"), "low-bits-both", UDP_ONLY)


def hairpin():
    """Statement 36: RFC 7757 section 4.2. Two hosts of the table, one of which knows only
    the IPv4 address of the other: it hears from there alone, errors too."""
    profile = "hairpin"
    here, there = HOST[1], OTHER[1]
    here_in_prefix, there_in_prefix = embed(HOST[0]), embed(OTHER[0])
    for name, _proto4, proto6, build, _at in TRANSPORTS:
        before = in6(src=here, dst=there_in_prefix)
        after = out6(src=here_in_prefix, dst=there)
        yield back(f"36: {name}", packet(before, proto6, build(before)),
                   packet(after, proto6, build(after)), profile=profile)
        # About that packet, from its destination to its source.
        seen, sent = (IPv6(src=source, dst=target) for source, target in (
            (here_in_prefix, there), (here, there_in_prefix)))
        before = in6(src=there, dst=here_in_prefix)
        after = out6(src=there_in_prefix, dst=here)
        yield back(f"36: an error about {name}",
                   packet(before, ICMP6, icmp6(before, UNREACHABLE6 +
                                               packet(seen, proto6, build(seen, DATA[:100])))),
                   packet(after, ICMP6, icmp6(after, UNREACHABLE6 + packet(
                       IPv6(src=here, dst=there_in_prefix), proto6, build(sent, DATA[:100])))),
                   profile=profile)
    # What is not for a host of the table leaves as IPv4.
    yield from from6("36: not to the table", HOST, OUTSIDE, profile, UDP_ONLY)


def cases():
    for profile in ("eam", "eam-out", "eam-inet"):
        yield from table(profile)
        yield from errors(profile)
        yield from both_in_the_table(profile)
        yield from pieces(profile)
    yield from table_alone("eam-left")
    yield from both_in_the_table("eam-alone")
    yield from longest("eam-all")
    for profile in ("border", "border-out"):
        yield from relay(profile)
        yield from errors(profile)
        yield from pieces(profile)
    yield from hosts()
    for profile in ("own-address", "own-address-out"):
        yield from own_address(profile)
    yield from addresses()
    for profile in ("two-prefixes", "prefixes-alone"):
        yield from prefixes(profile)
    yield from low_bits()
    yield from hairpin()
