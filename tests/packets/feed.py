#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Feed streams of packets to the translator, and compare what comes out.

For the guest. A write to a TUN device takes the packet through the whole receive and
forward path before it returns, so that what comes out of either device can be read
at once. Everything that comes out has to be expected by the packet just sent.

What is translated at prerouting or postrouting is fed once more to a router that does the
same at ingress or egress of its devices, where the same has to come out. These are Ethernet's
(TAP), but for packets that are too large for such.
"""

import argparse
import contextlib
import fcntl
import os
import select
import shlex
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "shell", "helpers")]

from netns import netns
from profiles import PROFILES, ROUTER4, ROUTER6, VLAN
from stream import IDENTIFICATION, read_cases

TUNSETIFF = 0x400454ca
TUNSETOFFLOAD = 0x400454d0
TUNSETVNETHDRSZ = 0x400454d8
IFF_TUN = 0x0001
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000
IFF_VNET_HDR = 0x4000
# Checksums and segmentation of TCP, of UDP.
TUN_F_TCP = 0x01 | 0x02 | 0x04
TUN_F_UDP = 0x20 | 0x40

# struct virtio_net_hdr, in the byte order of the machine.
VNET = 10
VNET_FIELDS = struct.Struct("=BBHHHH")
NEEDS_CSUM = 1
NO_OFFLOAD = bytes(VNET)

ETHERNET = 14
# The largest that a TAP device carries, and how much an MTU grows or shrinks on its way
# to the other family.
LARGEST_MTU = 65535 - ETHERNET
DIFFERENCE = 20
ETHERTYPES = {4: 0x0800, 6: 0x86dd}
LARGEST = 1 << 17

# Streams that take long, of which one of several kernels may get a part.
LONG = ("eam", "random-")

# Seconds to wait for what is lost or late.
LIMIT = 1

SYSCTLS = {
    "net/ipv4/ip_forward": 1,
    "net/ipv4/conf/all/rp_filter": 0,
    "net/ipv4/conf/default/rp_filter": 0,
    "net/ipv4/conf/all/send_redirects": 0,
    "net/ipv4/conf/default/send_redirects": 0,
    # Not a single error may be held back.
    "net/ipv4/icmp_ratemask": 0,
    "net/ipv6/icmp/ratelimit": 0,
    "net/ipv6/icmp/ratemask": 255,
    # No address and so no router solicitation of its own accord.
    "net/ipv6/conf/default/addr_gen_mode": 1,
    "net/ipv6/conf/default/accept_dad": 0,
    "net/ipv6/auto_flowlabels": 0,
}


def run(*command, **options):
    subprocess.run(command, check=True, **options)


def sysctl(settings):
    for name, value in settings.items():
        with open(f"/proc/sys/{name}", "w", encoding="ascii") as f:
            f.write(str(value))


def moved(vnet, by):
    """The header of offloads for a packet that begins so much later."""
    flags, gso, hdr_len, gso_size, csum_start, csum_offset = VNET_FIELDS.unpack(vnet)
    if hdr_len:
        hdr_len += by
    if flags & NEEDS_CSUM:
        csum_start += by
    return VNET_FIELDS.pack(flags, gso, hdr_len, gso_size, csum_start, csum_offset)


class Router:
    """The namespace of a profile, and both of its devices."""

    def __init__(self, name, profile, ethernet):
        self.profile = profile
        self.namespace = f"packets-{name}"
        self.ethernet = ethernet
        self.usable = True
        run("ip", "netns", "add", self.namespace)
        try:
            with netns(self.namespace):
                self.set_up()
        except BaseException:
            self.close()
            raise

    def set_up(self):
        profile = self.profile
        sysctl(SYSCTLS)
        self.devices = {4: self.device("tun4", profile.mtu4),
                        6: self.device("tun6", profile.mtu6)}
        if profile.frames:
            run("ip", "-batch", "-", text=True, input="".join(
                f"link add link {name} name {name}.{VLAN} type vlan id {VLAN}\n"
                f"link set {name}.{VLAN} arp off multicast off up\n"
                for name in ("tun4", "tun6")))
        # Behind the devices, so that none of them joins the routers' multicast group.
        sysctl({"net/ipv6/conf/all/forwarding": 1})
        run("ip", "-batch", "-", text=True, input=f"""
            address add {ROUTER4}/24 dev tun4
            address add {ROUTER6}/64 dev tun6
            route add default dev tun4
            route add ::/0 dev tun6
            """)
        if profile.hook in ("out", "egress"):
            run("ip", "-batch", "-", text=True, input="""
                route add default dev tun6 table 46
                route add ::/0 dev tun4 table 46
                """)
            run("ip", "rule", "add", "iif", "tun4", "lookup", "46")
            run("ip", "-6", "rule", "add", "iif", "tun6", "lookup", "46")
        for prefix in profile.unreachable:
            run("ip", "route", "add", "unreachable", prefix)
        run(*shlex.split(os.environ.get("NFT", "nft-xlat")), "-f", "-", text=True,
            input=profile.rules)
        self.poll = select.poll()
        for fd in self.devices.values():
            self.poll.register(fd, select.POLLIN)
        self.sides = {fd: side for side, fd in self.devices.items()}

    def device(self, name, mtu):
        fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(fd, TUNSETIFF, struct.pack(
            "16sH22x", name.encode(),
            (IFF_TAP if self.ethernet else IFF_TUN) | IFF_NO_PI | IFF_VNET_HDR))
        fcntl.ioctl(fd, TUNSETVNETHDRSZ, struct.pack("i", VNET))
        if self.profile.udp:
            try:
                fcntl.ioctl(fd, TUNSETOFFLOAD, TUN_F_TCP | TUN_F_UDP)
            except OSError:
                self.usable = False
        offloads = TUN_F_TCP if self.profile.offload else 0
        if self.profile.udp and self.profile.offload and self.usable:
            offloads |= TUN_F_UDP
        fcntl.ioctl(fd, TUNSETOFFLOAD, offloads)
        ethernet = ()
        if self.ethernet:
            ethernet = ("address", f"02:00:00:00:00:0{name[3:]}", "arp", "off")
            mtu = min(mtu, LARGEST_MTU)
        run("ip", "link", "set", name, *ethernet, "multicast", "off", "mtu", str(mtu),
            "txqueuelen", "10000", "up")
        return fd

    def close(self):
        for fd in getattr(self, "devices", {}).values():
            os.close(fd)
        run("ip", "netns", "delete", self.namespace)

    def send(self, side, packet, vnet):
        vnet = vnet or NO_OFFLOAD
        if self.ethernet and not self.profile.frames:
            vnet = moved(vnet, ETHERNET)
            packet = link_header(side, packet) + packet
        with contextlib.suppress(OSError):
            # What the device itself refuses (no IP version, a header of offloads that
            # does not fit) comes to nothing, as it would on its way in.
            os.write(self.devices[side], vnet + packet)

    def read(self, side):
        try:
            data = os.read(self.devices[side], LARGEST)
        except BlockingIOError:
            return None
        vnet, data = data[:VNET], data[VNET:]
        if self.ethernet:
            vnet, data = moved(vnet, -ETHERNET), data[ETHERNET:]
        return vnet + data if self.profile.offload else data

    def rest(self, count, patience):
        """What else comes out, at least that many packets if there is time."""
        got = []
        deadline = time.monotonic() + patience
        while True:
            ready = self.poll.poll(20)
            got += [(self.sides[fd], self.read(self.sides[fd])) for fd, _ in ready]
            if not ready and (len(got) >= count or time.monotonic() > deadline):
                return got

    def feed(self, case, patience):
        """Send the packets of a case: None if all is well, else what came out."""
        for packet in case.packets:
            self.send(case.side, packet, case.vnet)
        got = [(expect.side, self.read(expect.side)) for expect in case.expects]
        if not self.poll.poll(0) and all(
                data is not None and same(data, expect)
                for (_, data), expect in zip(got, case.expects)):
            return None
        # Perhaps the work was put off to a kernel thread, or has another order.
        got = [entry for entry in got if entry[1] is not None]
        got += self.rest(len(case.expects) - len(got), patience)
        return None if self.all_same(got, case.expects) else got

    @staticmethod
    def all_same(got, expects):
        if len(got) != len(expects):
            return False
        for side in (4, 6):
            left = [data for out, data in got if out == side]
            right = [expect for expect in expects if expect.side == side]
            if len(left) != len(right) or not all(map(same, left, right)):
                return False
        return True


def is_larger(expect):
    """Is it, or does it speak of, more than goes through an Ethernet device?"""
    data = expect.data
    mtu = len(data) + DIFFERENCE
    if data[0] >> 4 == 6 and data[6] == 58 and data[40] == 2:
        mtu, = struct.unpack_from("!I", data, 44)
    elif data[0] >> 4 == 4 and data[9] == 1 and data[(data[0] & 15) * 4] == 3:
        mtu, = struct.unpack_from("!H", data, (data[0] & 15) * 4 + 6)
    return mtu + DIFFERENCE > LARGEST_MTU


def link_header(side, packet):
    """Of a frame to the device of a side, of the type that the packet says."""
    ethertype = ETHERTYPES.get(packet[0] >> 4 if packet else 0, ETHERTYPES[side])
    return struct.pack("!6s6sH", bytes((2, 0, 0, 0, 0, side)), bytes((2, 0, 0, 0, 1, side)),
                       ethertype)


def header_sum(data, at):
    """True if the checksum of the IPv4 header there is right."""
    size = (data[at] & 15) * 4
    return int.from_bytes(data[at:at + size], "big") % 0xffff == 0


def same(data, expect):
    want = expect.data
    mask = expect.mask
    if not mask:
        return data == want
    if mask == IDENTIFICATION:
        return (data[12:] == want[12:] and data[:4] == want[:4] and
                data[6:10] == want[6:10] and header_sum(data, 0))
    if len(data) != len(want):
        return False
    header = 0 if (data[0] >> 4) in (4, 6) else VNET
    if data[header] >> 4 == 4 and any(
            start <= header + 5 and start + size > header + 4 for start, size in mask):
        if not header_sum(data, header):
            return False
        mask = (*mask, (header + 10, 2))
    data, want = bytearray(data), bytearray(want)
    for start, size in mask:
        data[start:start + size] = want[start:start + size]
    return data == want


def dissected(side, data, offload):
    """A packet as scapy sees it; scapy is slow to load and not needed when all is well."""
    from scapy.config import conf
    conf.ipv6_enabled = True
    from scapy.layers.inet import IP
    from scapy.layers.inet6 import IPv6
    if offload:
        data = data[VNET:]
    kind = {4: IP, 6: IPv6}.get(data[0] >> 4 if data else 0)
    text = kind(data).show(dump=True) if kind else ""
    return "\n".join("      " + line for line in text.splitlines())


def show(title, side, data, offload=False, note=""):
    print(f"    {title}, IPv{side} side, {len(data)} bytes{note}: {data.hex()}")
    print(dissected(side, data, offload))


def differences(data, want):
    """Where two packets differ, as ranges of offsets."""
    where = [at for at in range(min(len(data), len(want))) if data[at] != want[at]]
    ranges = []
    for at in where:
        if ranges and at == ranges[-1][1] + 1:
            ranges[-1][1] = at
        else:
            ranges.append([at, at])
    text = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges[:20])
    if len(data) != len(want):
        text += f"; {len(data)} bytes and not {len(want)}"
    return text


def report(case, got, offload):
    print(f"  {case.name} (profile {case.profile})")
    for packet in case.packets:
        show("sent", case.side, packet, note=f", {case.vnet.hex()}" if case.vnet else "")
    if not case.expects:
        print("    expected: nothing")
    for expect in case.expects:
        mask = f", but for {list(expect.mask)}" if expect.mask else ""
        show("expected", expect.side, expect.data, offload, mask)
    if not got:
        print("    came out: nothing")
    for side, data in got:
        show("came out", side, data, offload)
    if len(got) == 1 == len(case.expects):
        print(f"    differs at {differences(got[0][1], case.expects[0].data)}")
    sys.stdout.flush()


class Feeder:
    def __init__(self, shown):
        self.routers = {}
        self.shown = shown

    def router(self, case, at_device):
        """None if no router does at a device's hook what the case's does."""
        profile = PROFILES[case.profile]
        name = case.profile
        ethernet = profile.frames
        if at_device:
            profile = profile.at_device
            ethernet = max(map(len, case.packets)) <= LARGEST_MTU and \
                not any(map(is_larger, case.expects))
            name += "-tap" if ethernet else "-tun"
        if name not in self.routers:
            self.routers[name] = Router(name, profile, ethernet) if profile else None
        return self.routers[name]

    def feed(self, path, at_device):
        """Feed one stream: how many packets from each side, how many cases went wrong,
        how many this kernel cannot be given."""
        sent = {4: 0, 6: 0}
        wrong = skipped = 0
        with open(path, "rb", buffering=1 << 20) as f:
            for case in read_cases(f):
                router = self.router(case, at_device)
                if router is None:
                    continue
                if not router.usable:
                    skipped += 1
                    continue
                sent[case.side] += len(case.packets)
                # What is not shown is not worth waiting for.
                got = router.feed(case, LIMIT if wrong < self.shown else 0)
                if got is None:
                    continue
                wrong += 1
                if wrong <= self.shown:
                    report(case, got, router.profile.offload)
        for router in filter(None, self.routers.values()):
            for side, data in router.rest(0, 0):
                wrong += 1
                show("came out late", side, data, router.profile.offload)
        return sent, wrong, skipped

    def close(self):
        for router in filter(None, self.routers.values()):
            router.close()


def to_feed(streams, part):
    """Each stream, at hooks and at devices. Of the long ones one of both goes to the one
    part, the other one to the next, in turn."""
    number, of = part
    turn = 0
    for path in streams:
        long = os.path.basename(path).startswith(LONG)
        for at_device in (False, True):
            if not long or (turn + at_device) % of == number:
                yield path, at_device
        turn += long


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", type=int, default=5,
                        help="how many differences of a stream to show (default 5)")
    parser.add_argument("--part", type=int, nargs=2, default=(0, 1), metavar=("NUMBER", "OF"),
                        help="what long streams are shared out to")
    parser.add_argument("streams", nargs="+")
    args = parser.parse_args()

    if not os.path.exists("/dev/net/tun"):
        run("modprobe", "tun")
    results = {"ok": 0, "FAIL": 0, "skip": 0}
    feeder = Feeder(args.show)
    try:
        for path, at_device in to_feed(args.streams, args.part):
            name = os.path.splitext(os.path.basename(path))[0]
            began = time.monotonic()
            sent, wrong, skipped = feeder.feed(path, at_device)
            if at_device:
                if not any(sent.values()) and not skipped:
                    continue
                name += " at devices"
            text = (f"packets/{name}: {sent[4]} IPv4, {sent[6]} IPv6 in "
                    f"{time.monotonic() - began:.1f} s")
            if skipped:
                text += f", {skipped} cases are not for this kernel"
            if wrong:
                text += f", {wrong} wrong"
            empty = not any(sent.values())
            result = "FAIL" if wrong or empty and not skipped else "skip" if empty else "ok"
            results[result] += 1
            print(f"{result:5} {text}", flush=True)
    finally:
        feeder.close()
    print(f"{results['ok']} passed, {results['FAIL']} failed, {results['skip']} skipped")
    return 1 if results["FAIL"] else 0


if __name__ == "__main__":
    sys.exit(main())
