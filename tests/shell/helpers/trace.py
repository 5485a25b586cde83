#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Ways through a namespace that has trace.nft of the examples loaded, as `nft monitor trace`
and `conntrack -E` tell them, against the listings of a page. The way of an echo request and
its reply, or of a datagram and its answer, are the blocks ```trace NAME out and
```trace NAME back, that of an ICMP error is ```trace NAME error. Lines of these that begin
with # are remarks.
"""

import argparse
import difflib
import errno
import os
import re
import shlex
import socket
import struct
import subprocess
import sys
import tempfile
import time

from netns import netns

LIMIT = 60
DIFFERENT = 3
TABLE = "trace"
CLOSED = 9
UDP_PORT = 5001
END = "127.0.0."
IPV6_MTU_DISCOVER = 23
IP_PMTUDISC_DO = 2
NETLINK_NETFILTER = "12"
# Groups as /proc/net/netlink has them.
TRACE_EVENTS = 1 << 8
CONNTRACK_NEW = 1 << 0
WAYS = {"echo-request": "out", "echo-reply": "back"}
PRIORITIES = {"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "srcnat": 100}
EVENT = re.compile(r"trace id (\w+) (\w+) (\S+) (\S+) (packet:|rule|policy|verdict|unknown)(.*)")
COUNTER = re.compile(r"\bcounter packets \d+ bytes \d+")
STATEMENT = re.compile(r"\b(xlat|snat|dnat|masquerade|notrack|flow|jump|goto|accept|drop|reject)\b")


class Failure(Exception):
    pass


def wait_for(what, condition):
    deadline = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > deadline:
            raise Failure(f"no {what} within {LIMIT} s")
        time.sleep(0.005)


class Listener:
    """A process that listens to a group of netlink events and writes what it hears."""

    def __init__(self, command, group):
        self.file = tempfile.TemporaryFile("w+")
        self.group = group
        self.process = subprocess.Popen(command, stdout=self.file, stderr=subprocess.DEVNULL)

    def listens(self):
        with open("/proc/thread-self/net/netlink", encoding="ascii") as sockets:
            rows = [line.split() for line in sockets]
        return any(row[1] == NETLINK_NETFILTER and int(row[3], 16) & self.group for row in rows)

    def lines(self):
        """Those that are complete."""
        with open(f"/proc/self/fd/{self.file.fileno()}", encoding="utf-8") as text:
            return text.read().split("\n")[:-1]

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Step:
    """A base chain that the packet passes."""

    def __init__(self, chain, place, packet=""):
        self.base = chain
        self.family, self.table, self.chain = chain
        self.hook, self.priority = place
        self.done = []
        self.state = "-"
        self.traced_before = False
        if not packet:
            return
        self.family = re.search(r"\b(ip6?) saddr", packet)[1]
        self.addresses = tuple(re.search(rf"\b{self.family} {end} (\S+)", packet)[1]
                               for end in ("saddr", "daddr"))
        self.hops = re.search(r"\b(?:ttl|hoplimit) (\d+)", packet)[1]
        if kind := re.search(r"\btype ([-\w]+)", packet):
            self.way = WAYS.get(kind[1], "error")
        else:
            self.way = "out" if f"udp dport {UDP_PORT} " in packet else "back"
        self.devices = tuple(match[1] if (match := re.search(rf'\b{end} "([^"]+)"', packet)) else "-"
                             for end in ("iif", "oif"))

    def like(self, other):
        """Of a chain that the trace says nothing of but what it does."""
        for name in ("family", "addresses", "hops", "way", "devices"):
            setattr(self, name, getattr(other, name))
        if self.hook == "egress":
            self.devices = "-", other.devices[1]
        return self

    def __str__(self):
        by = "" if self.table == TABLE else f"{self.table} {self.chain}"
        if self.done:
            by += ": " + ", ".join(self.done)
        state = "" if by else self.state
        return (f"  {self.family:4}{self.hook:12}{self.priority:13}{self.devices[0]:8}"
                f"{self.devices[1]:8}{self.hops:>3}  {state:12}{by}").rstrip()


def priority(listed):
    """As distance from a named one; nft writes only short ones so."""
    if not re.fullmatch(r"-?\d+", listed):
        return listed
    name = min(PRIORITIES, key=lambda name: abs(int(listed) - PRIORITIES[name]))
    distance = int(listed) - PRIORITIES[name]
    if not distance:
        return name
    return f"{name} {'+' if distance > 0 else '-'} {abs(distance)}"


def base_chains(nft):
    """Hook and priority of each, as nft lists them."""
    listing = subprocess.run(nft + ["list", "ruleset"], check=True, text=True, stdout=subprocess.PIPE).stdout
    chains = {}
    for line in listing.splitlines():
        words = line.split()
        if words[:1] == ["table"]:
            table = words[1:3]
        elif words[:1] == ["chain"]:
            chain = words[1]
        elif base := re.search(r"type \w+ hook (\w+) .*?\bpriority ([^;]+);", line):
            chains[(*table, chain)] = (base[1], priority(base[2]))
    return chains


def done(rule):
    """What a rule does, without what it matches and counts."""
    rule = rule.rsplit(" (verdict", 1)[0]
    if counter := COUNTER.search(rule):
        return rule[counter.end():].strip()
    match = STATEMENT.search(rule)
    return rule[match.start():] if match else ""


def steps(lines, chains, expected):
    """The chains that the packets have passed, by the way that they take; None if events are
    missing.

    The event of an xlat statement that translates comes behind those of all chains that
    the packet passes thereafter: it passes them inside the statement."""
    passed, stolen = [], []
    for line in lines:
        if not (event := EVENT.match(line)):
            continue
        ident, *chain, kind, rest = event.groups()
        chain = tuple(chain)
        if kind == "packet:":
            if END in rest:
                continue
            if " saddr " in rest:
                step = Step(chain, chains[chain], rest)
            else:
                # At egress there is no Ethernet header that would tell nft the family
                before = next((step for other, step in reversed(passed) if other == ident), None)
                if not before:
                    continue
                step = Step(chain, chains[chain]).like(before)
            passed.append((ident, step))
        elif kind == "rule" and rest.endswith("(verdict stolen)"):
            stolen.append((ident, chain, done(rest)))
        elif kind == "rule":
            step = next((step for other, step in reversed(passed) if other == ident), None)
            if not step:
                continue
            if state := re.search(r"\bct state (\w+) \(", rest):
                step.state = state[1]
            elif chain[1] == TABLE and "meta length > 0 (" in rest:
                step.traced_before = True
            elif chain[1] != TABLE and (what := done(rest)):
                step.done.append(what)
    ways = {}
    for name in expected:
        packet = [(ident, step) for ident, step in passed if step.way == name]
        if not packet:
            return None
        ways[name] = [step for _, step in packet]
        for at in range(len(packet) - 1, 0, -1):
            ident, step = packet[at]
            before = packet[at - 1][1]
            if ident != packet[at - 1][0] and step.devices[0] == before.devices[0]:
                raise Failure(f"{name}: the trace id changes")
            if step.family == before.family:
                continue
            if not step.traced_before:
                raise Failure(f"{name}: the trace ends where the packet is translated")
            event = next((event for event in stolen if event[0] == ident), None)
            if not event:
                return None
            stolen.remove(event)
            _, chain, what = event
            if chain in chains and chain != before.base:
                before = Step(chain, chains[chain]).like(before)
                ways[name].insert(at, before)
            elif chain[:2] != before.base[:2]:
                raise Failure(f"{name}: nothing seen of the chain that jumps to {chain}")
            before.done.append(what)
    return None if stolen else ways


def listing(way):
    lines = []
    before = None
    for step in way:
        if step.addresses != before:
            lines.append("{} > {}".format(*step.addresses))
            before = step.addresses
        lines.append(str(step))
    return lines


def of_ours(line):
    """Bridges speak IGMP whenever they like, which is tracked as unknown."""
    return "unknown" not in line


def entries(lines, kind, word):
    """What conntrack says of its entries, in this order."""
    told = []
    for line in lines:
        if kind not in line or END in line or not of_ours(line):
            continue
        family = "ip6" if ":" in line else "ip"
        ends = re.findall(r"(?:src|dst)=(\S+)", line)
        told.append("conntrack: {:4}{} > {}, {} {} > {}".format(family, *ends[:2], word, *ends[2:]))
    return told


def send_end(namespace, address):
    """A packet that is the last to be traced and tracked."""
    with netns(namespace):
        sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    ident = os.getpid() & 0x7fff
    sock.sendto(struct.pack("!BBHHH", 8, 0, 0xf7ff - ident, ident, 0), (address, 0))
    sock.close()


def provoke(way):
    """A packet of the client, and what comes back."""
    if way.udp:
        with netns(way.udp):
            far = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        far.settimeout(LIMIT)
        far.bind(("::", UDP_PORT))
    with netns(way.client):
        if not way.error and not way.udp:
            subprocess.run(["ping", "-n", "-c", "1", "-W", str(LIMIT), way.address], check=True,
                           stdout=subprocess.DEVNULL)
            return
        family = socket.AF_INET6 if ":" in way.address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.settimeout(LIMIT)
    sock.connect((way.address, UDP_PORT if way.udp else CLOSED))
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, IP_PMTUDISC_DO)
    sock.send(bytes(way.size))
    if way.udp:
        _, peer = far.recvfrom(1)
        far.sendto(b"yes", peer)
        sock.recv(1)
        return
    try:
        sock.recv(1)
    except OSError as error:
        if error.errno in (errno.ECONNREFUSED, errno.EMSGSIZE):
            return
        raise
    raise Failure("no error comes back")


class Observer:
    """What happens in a namespace, until stopped."""

    def __init__(self, args):
        nft = shlex.split(os.environ["NFT"])
        self.namespace = args.namespace
        self.ends = 1
        with netns(self.namespace):
            self.traced = Listener(nft + ["monitor", "trace"], TRACE_EVENTS)
            self.tracked = None if args.stateless else Listener(["conntrack", "-E"], CONNTRACK_NEW)
            self.chains = base_chains(nft)
            for listener in self.listeners():
                wait_for("listener", listener.listens)

    def listeners(self):
        return [listener for listener in (self.traced, self.tracked) if listener]

    def stop(self):
        for listener in self.listeners():
            listener.stop()

    def observe(self, way):
        """The listings of one way, by name."""
        before = [len(listener.lines()) for listener in self.listeners()]
        self.ends += 1
        end = END + str(self.ends)
        expected = ["error"] if way.error else ["out", "back"]

        def heard():
            return [listener.lines()[start:] for listener, start in zip(self.listeners(), before)]

        provoke(way)
        send_end(self.namespace, end)
        wait_for("last event", lambda: all(any(f"{end} " in line for line in lines) for lines in heard()))
        try:
            wait_for("event of every translation", lambda: steps(heard()[0], self.chains, expected))
        except Failure:
            print(*heard()[0], sep="\n")
            raise
        events = heard()
        listings = {f"{way.name} {name}": listing(passed)
                    for name, passed in steps(events[0], self.chains, expected).items()}
        if self.tracked and not way.error:
            listings[f"{way.name} out"] += entries(events[1], "[NEW]", "confirmed, expects")
            listings[f"{way.name} back"] += entries(events[1], "[UPDATE]", "answered by")
        return listings


def tracked_flows(namespace):
    with netns(namespace):
        listed = subprocess.run(["conntrack", "-L"], check=True, text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL).stdout
    return [line for line in listed.splitlines() if END not in line and of_ours(line)]


def blocks(page):
    found = {}
    name = None
    with open(page, encoding="utf-8") as text:
        for line in text.read().splitlines():
            if line.startswith("```"):
                name = line[len("```trace "):] if line.startswith("```trace ") else None
                found.setdefault(name, [])
            elif name and not line.lstrip().startswith("#"):
                found[name].append(line)
    return found


def parse_way(words):
    parser = argparse.ArgumentParser(prog="way")
    parser.add_argument("--error", action="store_true", help="that a datagram to a closed port causes")
    parser.add_argument("--size", type=int, default=8, help="of the datagram")
    parser.add_argument("--udp", metavar="SERVER", help="a datagram to that namespace")
    parser.add_argument("name", help="of the listings")
    parser.add_argument("client", help="namespace that pings")
    parser.add_argument("address")
    return parser.parse_args(words.split())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stateless", action="store_true", help="conntrack must have no entries")
    parser.add_argument("page")
    parser.add_argument("namespace", help="that is looked at")
    parser.add_argument("way", type=parse_way, nargs="+")
    args = parser.parse_args()
    page = blocks(args.page)
    different = False
    try:
        observer = Observer(args)
        try:
            for way in args.way:
                for name, lines in observer.observe(way).items():
                    print(f"```trace {name}", *lines, "```", sep="\n")
                    for line in difflib.unified_diff(page.get(name, []), lines, args.page, "seen", lineterm=""):
                        print(line, file=sys.stderr)
                        different = True
        finally:
            observer.stop()
        if args.stateless and (flows := tracked_flows(args.namespace)):
            print(*flows, sep="\n")
            raise Failure("conntrack has flows")
    except (Failure, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    if different:
        sys.exit(DIFFERENT)


if __name__ == "__main__":
    main()
