# SPDX-License-Identifier: GPL-2.0-only
"""The routers that packets are fed to.

Each is a network namespace with two devices, tun4 with the default route of IPv4 and
tun6 with that of IPv6, which forwards and has nothing but xlat rules: whatever comes
in by tun4 becomes IPv6 and leaves by tun6, and the other way round. What the rules
leave alone is dropped. The addresses of the router are the only ones that are
anybody's.
"""

import dataclasses
import ipaddress

ROUTER4 = "198.51.100.1"
ROUTER6 = "2001:db8:1::1"
# The source of a translated ICMP error that has none (RFC 7600, RFC 6791).
STANDIN4 = "192.0.0.8"
PREFIX = "2001:db8:64::/96"
MTU = 65535

# Translated on the way in.
_IN = """
table ip translator {{
	chain pre {{
		type filter hook prerouting priority {priority}; policy {rest};
		iifname "tun6" {other}
		iifname "tun4" xlat prefix {prefix}{mtu}
	}}
}}
table ip6 translator {{
	chain pre {{
		type filter hook prerouting priority {priority}; policy {rest};
		iifname "tun4" {other}
		iifname "tun6" xlat prefix {prefix}{mtu}
	}}
}}
"""

# Translated on the way out. Either family routes by way of the other one's device
# what has come in by its own, and only what has been translated leaves by its own.
_OUT = """
table ip translator {{
	chain post {{
		type filter hook postrouting priority srcnat + 10; policy drop;
		oifname "tun4" accept
		oifname "tun6" xlat prefix {prefix}{mtu}
	}}
}}
table ip6 translator {{
	chain post {{
		type filter hook postrouting priority srcnat + 10; policy drop;
		oifname "tun6" accept
		oifname "tun4" xlat prefix {prefix}{mtu}
	}}
}}
"""

# What the router itself says to hosts of the other side, its errors for example. Not
# again what has just been translated.
_OWN = """
table ip own {{
	chain output {{
		type filter hook output priority 0; policy accept;
		ip daddr 203.0.113.0/24 xlat prefix {prefix}{mtu}
	}}
}}
table ip6 own {{
	chain output {{
		type filter hook output priority 0; policy accept;
		ip6 saddr {ROUTER6} ip6 daddr {prefix} xlat prefix {prefix}{mtu}
	}}
}}
"""

# Any use of ct makes the kernel track connections, and put fragments together for it.
_CONNTRACK = """
table inet state {{
	chain forward {{
		type filter hook forward priority 0; policy accept;
		ct state new,established,related,invalid,untracked counter
	}}
}}
"""


@dataclasses.dataclass(frozen=True)
class Profile:
    """hook is where packets are translated, "in" or "out"; mtu4 and mtu6 are those of
    the devices, and mtu is the lowest one of the IPv6 side (RFC 7915 section 4).
    whole: conntrack has put fragments together before they are translated. offload:
    the devices take what TUNSETOFFLOAD can ask for, and what comes out is compared
    with its struct virtio_net_hdr in front. udp: there is segmentation of UDP, which
    TUN devices know since Linux 6.2. unreachable: prefixes that are not routed. rest:
    what becomes of packets that the rules leave alone."""

    prefix: str = PREFIX
    hook: str = "in"
    mtu: int = 1280
    mtu4: int = MTU
    mtu6: int = MTU
    whole: bool = False
    offload: bool = False
    udp: bool = False
    template: str = _IN
    priority: str = "dstnat + 10"
    other: str = "accept"
    rest: str = "drop"
    unreachable: tuple[str, ...] = ()

    @property
    def standin(self):
        return STANDIN4 if self.hook == "in" else ROUTER4

    @property
    def rules(self):
        return self.template.format(
            prefix=self.prefix, priority=self.priority, other=self.other,
            rest=self.rest, ROUTER6=ROUTER6,
            mtu=f" mtu {self.mtu}" if self.mtu != 1280 else "")


# The examples of RFC 6052 section 2.4.
RFC6052 = {
    32: "2001:db8::/32",
    40: "2001:db8:100::/40",
    48: "2001:db8:122::/48",
    56: "2001:db8:122:300::/56",
    64: "2001:db8:122:344::/64",
    96: "2001:db8:122:344::/96",
}

PROFILES = {
    "in": Profile(),
    # Shows what is left alone, and that it is not what is dropped.
    "alone": Profile(rest="accept"),
    "out": Profile(hook="out", template=_OUT),
    # Before conntrack, which is there: not to put together again what has been
    # translated as fragments, it must not track that.
    "raw": Profile(template=_IN + _CONNTRACK, priority="-450", other="notrack accept"),
    "ct": Profile(template=_IN + _CONNTRACK, whole=True),
    "mtu1500": Profile(mtu=1500),
    "narrow": Profile(mtu4=1600, mtu6=1700),
    "own": Profile(template=_IN + _OWN),
    "own-mtu4": Profile(template=_IN + _OWN, mtu4=1300),
    "own-mtu6": Profile(template=_IN + _OWN, mtu6=1400, mtu=1400),
    "out-mtu4": Profile(hook="out", template=_OUT, mtu4=1300),
    "out-mtu6": Profile(hook="out", template=_OUT, mtu6=1400, mtu=1400),
    "unreach": Profile(template=_IN + _OWN,
                       unreachable=("192.0.2.128/25", "2001:db8:64::cb00:7180/121")),
    # The devices segment and sum nothing, so the kernel has to before they get it; or
    # they take what the kernel has left to them.
    "nogso": Profile(),
    "gso": Profile(offload=True),
    "nouso": Profile(udp=True),
    "uso": Profile(offload=True, udp=True),
    **{f"pl-{length}": Profile(prefix=prefix) for length, prefix in RFC6052.items()},
}


def embed(address, prefix=PREFIX):
    """The 16 bytes of an IPv4-embedded IPv6 address (RFC 6052 section 2.2)."""
    network = ipaddress.ip_network(prefix)
    head = network.network_address.packed
    four = ipaddress.IPv4Address(address).packed
    if network.prefixlen == 96:
        return head[:12] + four
    start = network.prefixlen // 8
    # Around the octet of the bits 64 to 71, which stays zero.
    return (head[:start] + four[:8 - start] + b"\0" + four[8 - start:] + bytes(16))[:16]
