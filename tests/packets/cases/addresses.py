# SPDX-License-Identifier: GPL-2.0-only
"""Statement 33: every length of prefix, with the octet of the bits 64 to 71 and the
suffix (RFC 6052 section 2.2). The rules' side of it is in tests/shell, refuse/prefix."""

import ipaddress

from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6

from cases.common import *
from cases.quotes import UNREACHABLE4, UNREACHABLE6
from profiles import RFC6052

# RFC 6052 section 2.4, table 1: what 192.0.2.33 becomes.
EXAMPLES = {
    32: "2001:db8:c000:221::",
    40: "2001:db8:1c0:2:21::",
    48: "2001:db8:122:c000:2:2100::",
    56: "2001:db8:122:3c0:0:221::",
    64: "2001:db8:122:344:c0:2:2100::",
    96: "2001:db8:122:344::c000:221",
}

# The bytes of an address are told from one another.
ADDRESSES = ("192.0.2.33", "1.2.3.4", "223.255.254.253", "10.171.205.239", "100.64.255.1",
             "128.0.0.1", "18.52.86.120")


def ones(address, first, last):
    """The address with these bits set."""
    mask = (1 << 128 - first) - (1 << 127 - last)
    return str(ipaddress.IPv6Address(int(ipaddress.IPv6Address(address)) | mask))


def in_prefix(length):
    prefix = ipaddress.ip_network(RFC6052[length])
    profile = f"pl-{length}"
    inside = embed(INSIDE4, prefix)
    assert embed("192.0.2.33", prefix) == str(ipaddress.IPv6Address(EXAMPLES[length]))
    for address in ADDRESSES:
        there = embed(address, prefix)
        for source4, target4, source6, target6 in ((address, INSIDE4, there, inside),
                                                   (INSIDE4, address, inside, there)):
            for name, proto4, proto6, build, _at in TRANSPORTS:
                before, after = in4(src=source4, dst=target4), out6(src=source6, dst=target6)
                yield to6(f"33: /{length}: {name} from {source4} to {target4}",
                          packet(before, proto4, build(before)),
                          packet(after, proto6, build(after)), profile=profile)
                before, after = in6(src=source6, dst=target6), out4(src=source4, dst=target4)
                yield to4(f"33: /{length}: {name} from {source4} to {target4}",
                          packet(before, proto6, build(before)),
                          packet(after, proto4, build(after)), profile=profile)
    outside = EXAMPLES[length]
    # The packet inside is mapped alike.
    before, after = IP(src=INSIDE4, dst=OUTSIDE4, flags="DF"), IPv6(src=inside, dst=outside)
    head, after_head = in4(flags=0), out6(src=outside, dst=inside)
    yield to6(f"16, 33: /{length}: inside an error",
              packet(head, ICMP4, icmp4(UNREACHABLE4 + packet(before, UDP_, udp(before)))),
              packet(after_head, ICMP6,
                     icmp6(after_head, UNREACHABLE6 +
                           packet(IPv6(src=inside, dst=outside, hlim=64), UDP_, udp(after)))),
              profile=profile)
    # Suffix and octet are ignored when read (RFC 6052 section 2.2 leaves them to be used
    # some day), in any address.
    if length < 96:
        end = max(length + 32, 64) + (8 if length + 32 > 64 else 0)
        ranges = [("the suffix", end, 127), ("the last bit", 127, 127)]
        ranges.append(("bits 64 to 71", 64, 71))
        for title, first, last in ranges:
            source, target = ones(inside, first, last), ones(outside, first, last)
            for name, one, other in (("of both", source, target),
                                     ("of the source", source, outside),
                                     ("of the destination", inside, target)):
                head = in6(src=one, dst=other)
                yield to4(f"33: /{length}: {title} {name} not zero",
                          packet(head, UDP_, udp(head)),
                          packet(out4(), UDP_, udp(out4())), profile=profile)
    # One bit off, and it is another prefix.
    for bit in range(length):
        flipped = str(ipaddress.IPv6Address(
            int(ipaddress.IPv6Address(inside)) ^ 1 << 127 - bit))
        head = in6(src=flipped, dst=outside)
        yield dropped(f"33: /{length}: bit {bit} of the source's prefix is another",
                      packet(head, UDP_, udp(head)), profile=profile)


def cases():
    for length in EXAMPLES:
        yield from in_prefix(length)
