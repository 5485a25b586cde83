# SPDX-License-Identifier: GPL-2.0-only
"""What other translators have got wrong, each by its name; the tables hold the rest of
the values."""

from cases.common import *
from cases.headers_46 import MINIMUM_MTU
from cases.icmp import QUOTE6, QUOTE6_IN4, message
from cases.quotes import (
    error4, error4_in6, error6, error6_in4, quoted4, quoted4_in6, quoted6, quoted6_in4)


def cases():
    # A mask of 0x7f instead of 0xff: EF, 0xb8, became 0x38.
    for tos, name in ((0xb8, "EF"), (0x88, "AF41"), (0xe0, "CS7"), (0xc0, "CS6")):
        yield to6(f"3: DSCP top bit lost, {name}", packet(in4(tos=tos), UDP_, udp(in4())),
                  packet(out6(tc=tos), UDP_, udp(out6())))
        yield to4(f"3: DSCP top bit lost, {name}", packet(in6(tc=tos), UDP_, udp(in6())),
                  packet(out4(tos=tos), UDP_, udp(out4())))
    yield to4("29: administratively prohibited, 1/1, to 3/13 instead of 3/10",
              error6(QUOTE6, message(1, 1)), error6_in4(QUOTE6_IN4, message(3, 10)))
    for flags in (0, "DF"):
        yield to6(f"21: UDP checksum 0 left 0, flags {flags}",
                  packet(in4(flags=flags), UDP_, udp_unsummed(in4())),
                  packet(out6(), UDP_, udp(out6())))
    before, after = quoted4(), quoted4_in6()
    yield to6("16: inner headers untranslated", error4(packet(before, TCP_, tcp(before))[:48]),
              error4_in6(packet(after, TCP_, tcp(after))[:68]))
    before, after = quoted6(), quoted6_in4()
    yield to4("16: inner headers untranslated",
              error6(packet(before, TCP_, tcp(before, DATA[:300]))),
              error6_in4(packet(after, TCP_, tcp(after, DATA[:300]))))
    for kind, name in ((8, "request"), (0, "reply")):
        before, after = quoted4(), quoted4_in6()
        yield to6(f"16: inner ICMP type and checksum untranslated, echo {name}",
                  error4(packet(before, ICMP4, echo(kind)(before))),
                  error4_in6(packet(after, ICMP6, echo(kind)(after))))
    # An MTU of 0 became 1280, or 576 and what IPv6 adds, whatever the packet inside was.
    for length, plateau in ((1500, 1492), (1492, 1006), (2003, 2002), (9000, 8166), (576, 508)):
        before, after = quoted4(len=length), quoted4_in6(plen=length - 20)
        data = bytes(length - 28)
        yield to6(f"14: plateau replaced by a constant, {length} bytes",
                  error4(packet(before, UDP_, udp(quoted4(), data)[:8]), message(3, 4)),
                  error4_in6(packet(after, UDP_, udp(quoted4_in6(), data)[:8]),
                             message(2, 0, max(MINIMUM_MTU, plateau + 20))))
    for profile in ("in", "out", "raw", "ct"):
        yield to6("4: hop limit never decremented", packet(in4(ttl=2), UDP_, udp(in4())),
                  packet(out6(hlim=1), UDP_, udp(out6())), profile=profile)
        yield to4("4: hop limit never decremented", packet(in6(hlim=2), UDP_, udp(in6())),
                  packet(out4(ttl=1), UDP_, udp(out4())), profile=profile)
