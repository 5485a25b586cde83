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
import os
import subprocess

EAM_MAPS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples",
                        "eam-maps")

ROUTER4 = "198.51.100.1"
ROUTER6 = "2001:db8:1::1"
# The source of a translated ICMP error that has none (RFC 7600, RFC 6791).
STANDIN4 = "192.0.0.8"
PREFIX = "2001:db8:64::/96"
MTU = 65535
# Of a VLAN device on top of either device, where there are frames.
VLAN = 7

# Of addresses, as nft has them: `ip saddr`.
KEYS = {4: "ip", 6: "ip6"}

# Translated on the way in.
_IN = """
table ip translator {{
	{maps4}chain pre {{
		type filter hook prerouting priority {priority}; policy {rest};
		iifname "tun6" {other}
		{rules4}
	}}
}}
table ip6 translator {{
	{maps6}chain pre {{
		type filter hook prerouting priority {priority}; policy {rest};
		iifname "tun4" {other}
		{rules6}
	}}
}}
"""

# The same in one table and one chain.
_INET = """
table inet translator {{
	{maps4}{maps6}chain pre {{
		type filter hook prerouting priority {priority}; policy {rest};
		meta nfproto ipv4 iifname "tun6" {other}
		meta nfproto ipv6 iifname "tun4" {other}
		{rules4}
		{rules6}
	}}
}}
"""

# The same as the first thing that happens to what comes in. Pieces of what is cut come in
# once more, in the other family.
_INGRESS = """
table netdev translator {{
	{maps4}{maps6}chain in4 {{
		type filter hook ingress device "tun4" priority 0; policy accept;
		{rules4}
		meta protocol ip {rest}
	}}
	chain in6 {{
		type filter hook ingress device "tun6" priority 0; policy accept;
		{rules6}
		meta protocol ip6 {rest}
	}}
}}
"""

# What comes in by a VLAN, and stays there.
_TAGGED = _INGRESS + """
table inet tagged {{
	chain pre {{
		type filter hook prerouting priority raw; policy accept;
		iifname {{ "tun4", "tun6" }} drop
	}}
}}
"""

# In a table that has the other hooks as well.
_INGRESS_INET = _INGRESS.replace("netdev", "inet", 1)

# Chains behind that see it in its new family.
_INGRESS_HAIRPIN = _INGRESS.replace("""{rest}
	}}
}}""", """{rest}
	}}
	chain turned {{
		type filter hook ingress device "tun6" priority 10; policy accept;
		meta protocol ip {words4}
	}}
}}""")

# What has become IPv4 and is mapped to IPv6 again turns around.
_HAIRPIN = _IN.replace('iifname "tun6" {other}', '{words4}\n\t\tiifname "tun6" {other}')

# Translated on the way out. Either family routes by way of the other one's device
# what has come in by its own, and only what has been translated leaves by its own.
_OUT = """
table ip translator {{
	{maps4}chain post {{
		type filter hook postrouting priority srcnat + 10; policy drop;
		oifname "tun4" accept
		{rules4}
	}}
}}
table ip6 translator {{
	{maps6}chain post {{
		type filter hook postrouting priority srcnat + 10; policy drop;
		oifname "tun6" accept
		{rules6}
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


# Conntrack is there, but for none of all this.
_UNTRACKED = _CONNTRACK + """
table inet untracked {{
	chain pre {{
		type filter hook prerouting priority -450; policy accept;
		notrack
	}}
}}
"""

# The same as the last thing that happens to what goes out, of what has not been cut by then.
_EGRESS = """
table netdev translator {{
	{maps4}{maps6}chain out4 {{
		type filter hook egress device "tun6" priority 0; policy accept;
		{rules4}
		meta protocol ip drop
	}}
	chain out6 {{
		type filter hook egress device "tun4" priority 0; policy accept;
		{rules6}
		meta protocol ip6 drop
	}}
}}
"""

# What does at ingress or egress what a template does at prerouting or postrouting.
_AT_DEVICE = {
    _OUT: _EGRESS,
    _IN: _INGRESS,
    _INET: _INGRESS_INET,
    _HAIRPIN: _INGRESS_HAIRPIN,
    _IN + _OWN: _INGRESS + _OWN,
    _IN + _CONNTRACK: _INGRESS + _UNTRACKED,
}


# Mappings of one address: how they stand behind saddr or daddr in a rule for the packets
# of one side, and the map that they look into.

@dataclasses.dataclass(frozen=True)
class Prefix:
    """RFC 6052 with a prefix for this address alone."""

    prefix: str

    def words(self, _side, _field):
        return f"prefix {self.prefix}"


@dataclasses.dataclass(frozen=True)
class Address:
    """One address, whatever the packet has."""

    address: str

    def words(self, _side, _field):
        return self.address


@dataclasses.dataclass(frozen=True)
class LowBits:
    """The low bits of the address, behind another prefix."""

    prefix: str

    def words(self, _side, _field):
        return f"prefix to {self.prefix}"


@dataclasses.dataclass(frozen=True)
class Explicit:
    """RFC 7757: a table of an IPv4 and an IPv6 prefix a row."""

    rows: tuple[tuple[str, str], ...]

    def words(self, side, field):
        return f"prefix to {KEYS[side]} {field} map @eam{side}"

    def declare(self, side):
        return (f"map eam{side} {{ type ipv{side}_addr : interval ipv{10 - side}_addr; "
                "flags interval; }")

    def elements(self, family):
        """By the script that is shipped for it, with which overlaps do no harm."""
        table = "".join(f"{four} {six}\n" for four, six in self.rows)
        return subprocess.run(
            (EAM_MAPS, "-4", f"{family[4]} translator eam4", "-6", f"{family[6]} translator eam6"),
            check=True, capture_output=True, text=True, input=table).stdout


@dataclasses.dataclass(frozen=True)
class Hosts:
    """A table of an IPv4 and an IPv6 address a row."""

    rows: tuple[tuple[str, str], ...]

    def words(self, side, field):
        return f"{KEYS[side]} {field} map @hosts{side}"

    def declare(self, side):
        return f"map hosts{side} {{ type ipv{side}_addr : ipv{10 - side}_addr; }}"

    def elements(self, family):
        return "".join(
            f"add element {family[side]} translator hosts{side} {{ " +
            ", ".join(f"{row[at]} : {row[1 - at]}" for row in self.rows) + " }\n"
            for at, side in ((0, 4), (1, 6)))


@dataclasses.dataclass(frozen=True)
class Statement:
    """One xlat statement."""

    prefix: str = ""
    saddr: object = None
    daddr: object = None

    def words(self, side):
        text = "xlat"
        if self.prefix:
            text += f" prefix {self.prefix}"
        for field, mapping in (("saddr", self.saddr), ("daddr", self.daddr)):
            if mapping:
                text += f" {field} {mapping.words(side, field)}"
        return text


@dataclasses.dataclass(frozen=True)
class Profile:
    """hook is where packets are translated, "in" or "out", or "ingress" or "egress" of the
    devices; mtu4 and mtu6 are those of the devices, and mtu is the lowest one of the IPv6
    side (RFC 7915 section 4). whole: conntrack has put fragments together before they are
    translated. offload: the devices take what TUNSETOFFLOAD can ask for, and what comes out
    is compared with its struct virtio_net_hdr in front. udp: there is segmentation of UDP,
    which TUN devices know since Linux 6.2. unreachable: prefixes that are not routed. rest:
    what becomes of packets that the rules leave alone. frames: at ingress, what is sent
    begins with its Ethernet header. from4 and from6: the statements for packets of either
    side, the first that matches is the one; there is one with the prefix alone if they are
    not given."""

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
    frames: bool = False
    unreachable: tuple[str, ...] = ()
    from4: tuple[Statement, ...] = ()
    from6: tuple[Statement, ...] = ()

    @property
    def standin(self):
        return STANDIN4 if self.hook in ("in", "ingress") else ROUTER4

    def statements(self, side):
        return (self.from4 if side == 4 else self.from6) or (Statement(self.prefix),)

    def mappings(self, side):
        """Those that stand in statements, without the prefixes of both addresses."""
        return list(dict.fromkeys(mapping for statement in self.statements(side)
                                  for mapping in (statement.saddr, statement.daddr) if mapping))

    @property
    def family(self):
        """Of the table, if it is one for both families."""
        if self.template is _INET or self.template is _INGRESS_INET:
            return "inet"
        return "netdev" if self.hook in ("ingress", "egress") else ""

    @property
    def at_device(self):
        """The same router that translates at ingress or egress, None if that is not the same:
        conntrack, or what cuts packets, is on the other side of these."""
        hook = {"in": "ingress", "out": "egress"}.get(self.hook)
        if not hook or self.whole or hook == "egress" and min(self.mtu4, self.mtu6) < MTU:
            return None
        return dataclasses.replace(self, hook=hook, template=_AT_DEVICE[self.template])

    @property
    def rules(self):
        mtu = f" mtu {self.mtu}" if self.mtu != 1280 else ""
        inet = self.template is _INET
        family = dict.fromkeys((4, 6), self.family) if self.family else KEYS
        text = {}
        tables = []
        for side in (4, 6):
            device = {
                "ingress": f"meta protocol {KEYS[side]}",
                "egress": f"meta protocol {KEYS[side]}",
                "in": f'iifname "tun{side}"',
                "out": f'oifname "tun{10 - side}"',
            }[self.hook]
            if inet:
                device = f"meta nfproto ipv{side} {device}"
            words = [statement.words(side) + mtu for statement in self.statements(side)]
            text[f"words{side}"] = "\n\t\t".join(words)
            text[f"rules{side}"] = "\n\t\t".join(f"{device} {line}" for line in words)
            maps = [mapping for mapping in self.mappings(side) if hasattr(mapping, "rows")]
            text[f"maps{side}"] = "".join(f"{mapping.declare(side)}\n\t" for mapping in maps)
            tables += maps
        return self.template.format(
            prefix=self.prefix, priority=self.priority, other=self.other,
            rest=self.rest, ROUTER6=ROUTER6, mtu=mtu, **text) + "".join(
                mapping.elements(family) for mapping in dict.fromkeys(tables))


# The examples of RFC 6052 section 2.4.
RFC6052 = {
    32: "2001:db8::/32",
    40: "2001:db8:100::/40",
    48: "2001:db8:122::/48",
    56: "2001:db8:122:300::/56",
    64: "2001:db8:122:344::/64",
    96: "2001:db8:122:344::/96",
}

# RFC 7757 section 3.2, figure 1.
RFC7757 = (
    ("192.0.2.1", "2001:db8:aaaa::"),
    ("192.0.2.2/32", "2001:db8:bbbb::b/128"),
    ("192.0.2.16/28", "2001:db8:cccc::/124"),
    ("192.0.2.128/26", "2001:db8:dddd::/64"),
    ("192.0.2.192/29", "2001:db8:eeee:8::/62"),
    ("192.0.2.224/31", "64:ff9b::/127"),
)

# Prefixes within prefixes, in either family, in both and in neither, down from all of IPv4
# (RFC 7757 section 5 has the first two); whole octets and others, as many bits left in
# either family and more in IPv6.
OVERLAPS = (
    ("0.0.0.0/0", "2001:db8:ff00::/40"),
    ("192.0.2.64", "2001:db8::abcd"),
    ("10.0.0.0/8", "2001:db8:a00::/40"),
    ("10.1.0.0/16", "2001:db8:a01::/48"),
    ("10.1.2.0/23", "2001:db8:a00:100::/57"),
    ("10.1.2.128/25", "2001:db8:a00:100:8000::/67"),
    ("10.1.2.133", "2001:db8:a00:100:8000::1"),
    ("10.32.0.0/11", "2001:db8:a02::/107"),
    ("10.33.1.0/31", "2001:db8:a02::fff0/127"),
    ("172.16.0.0/12", "2001:db8:ff00:1234::/64"),
    ("100.64.0.0/10", "2001:db8:6464::/106"),
    ("203.0.113.0/24", "2001:db8:cb::/120"),
    ("203.0.113.77", "2001:db8:64::cb00:714d"),
    ("128.0.0.0/1", "2001:db8:8000::/33"),
)

HOSTS = (
    ("203.0.113.6", "2001:db8:1:2::6"),
    ("203.0.113.77", "2001:db8:1:2::4d"),
    ("192.0.2.33", "2001:db8:3:4:5:6:7:8"),
)

_EAM = Explicit(RFC7757)
_ALL = Explicit(RFC7757 + OVERLAPS)
_HOSTS = Hosts(HOSTS)
# What RFC 7757 section 3.3 does with either address, each on its own: the table, else the
# prefix.
_EITHER = tuple(Statement(PREFIX, saddr, daddr)
                for saddr in (_EAM, None) for daddr in (_EAM, None))
# The relay of RFC 7755: the hosts of its network are in the table, all others behind the
# prefix.
_INWARDS = (Statement(PREFIX, daddr=_EAM),)
_OUTWARDS = (Statement(PREFIX, saddr=_EAM),)
# With two prefixes: that of the IPv6 side's hosts, and PREFIX for all of IPv4.
PREFIX2 = "2001:db8:122:344::/64"

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
    "own-below": Profile(template=_IN + _OWN, mtu6=1400, mtu=1500),
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
    "eam": Profile(from4=_EITHER, from6=_EITHER),
    "eam-out": Profile(hook="out", template=_OUT, from4=_EITHER, from6=_EITHER),
    "eam-inet": Profile(template=_INET, from4=_EITHER, from6=_EITHER),
    "eam-alone": Profile(from4=(Statement("", _EAM, _EAM),), from6=(Statement("", _EAM, _EAM),)),
    "eam-left": Profile(from4=(Statement("", _EAM, _EAM),), from6=(Statement("", _EAM, _EAM),),
                        rest="accept"),
    "eam-all": Profile(from4=(Statement("", _ALL, _ALL),), from6=(Statement("", _ALL, _ALL),)),
    "border": Profile(from4=_INWARDS, from6=_OUTWARDS),
    "border-out": Profile(hook="out", template=_OUT, from4=_INWARDS, from6=_OUTWARDS),
    "hosts": Profile(from4=(Statement(PREFIX, daddr=_HOSTS),),
                     from6=(Statement(PREFIX, saddr=_HOSTS),)),
    # The host of the IPv6 side is one address.
    "own-address": Profile(from4=(Statement(PREFIX, daddr=Address("2001:db8:1:1::c1a7")),),
                           from6=(Statement(PREFIX, saddr=Address("192.0.0.1")),)),
    "own-address-out": Profile(
        hook="out", template=_OUT,
        from4=(Statement(PREFIX, daddr=Address("2001:db8:1:1::c1a7")),),
        from6=(Statement(PREFIX, saddr=Address("192.0.0.1")),)),
    "addresses": Profile(
        from4=(Statement("", Address("2001:db8:5::1"), Address("2001:db8:5::2")),),
        from6=(Statement("", Address("203.0.113.5"), Address("192.0.2.5")),)),
    "two-prefixes": Profile(from4=(Statement(PREFIX, daddr=Prefix(PREFIX2)),),
                            from6=(Statement(PREFIX, saddr=Prefix(PREFIX2)),)),
    "prefixes-alone": Profile(
        from4=(Statement("", Prefix(PREFIX), Prefix(PREFIX2)),),
        from6=(Statement("", Prefix(PREFIX2), Prefix(PREFIX)),)),
    "low-bits": Profile(
        from4=(Statement(PREFIX, daddr=LowBits("2001:db8:9::/104")),),
        from6=(Statement(PREFIX, saddr=LowBits("203.0.113.0/25")),)),
    "low-bits-both": Profile(
        from4=(Statement("", LowBits("2001:db8:8::c000:0/108"), LowBits("2001:db8:9::/96")),)),
    "hairpin": Profile(template=_HAIRPIN, from4=_INWARDS, from6=_OUTWARDS, rest="accept"),
    # Frames of Ethernet as they are sent, with tags and with what is behind the packet, to
    # devices with a VLAN on top of them.
    "frames": Profile(hook="ingress", template=_INGRESS, frames=True),
    "frames-tagged": Profile(hook="ingress", template=_TAGGED, frames=True),
    "frames-own": Profile(hook="ingress", template=_INGRESS + _OWN, frames=True),
    "frames-mtu6": Profile(hook="ingress", template=_INGRESS + _OWN, frames=True, mtu6=1400,
                           mtu=1400),
    "frames-vlan": Profile(hook="ingress", frames=True,
                           template=_INGRESS.replace('tun4"', f'tun4.{VLAN}"')
                           .replace('tun6"', f'tun6.{VLAN}"')),
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
