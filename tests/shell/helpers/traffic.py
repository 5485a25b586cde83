#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Traffic between two network namespaces, and a judgement of what arrived.

Both ends live in this one process, so there is no server to wait for: a socket is
bound in its namespace before the first packet is sent. Times are limits for a
case that hangs, never something to be measured.
"""

import argparse
import contextlib
import ipaddress
import os
import resource
import socket
import struct
import subprocess
import sys
import threading
import time

from netns import netns

LIMIT = 60
PAUSE = 0.005
WINDOW = 16

IP_MTU_DISCOVER = 10
IP_MTU = 14
IP_PMTUDISC_DONT = 0
IP_PMTUDISC_WANT = 1
IPV6_MTU_DISCOVER = 23
IPV6_MTU = 24
UDP_SEGMENT = 103


class Failure(Exception):
    pass


def family_of(address):
    v4 = ipaddress.ip_address(address).version == 4
    return socket.AF_INET if v4 else socket.AF_INET6


def open_socket(namespace, family, kind):
    with netns(namespace):
        sock = socket.socket(family, kind)
    sock.settimeout(LIMIT)
    return sock


def listener(args, kind):
    sock = open_socket(args.server, family_of(args.listen), kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((args.listen, args.port))
    if kind == socket.SOCK_STREAM:
        sock.listen(1)
    return sock


def client(args, kind):
    sock = open_socket(args.client, family_of(args.address), kind)
    if args.bind:
        sock.bind((args.bind, 0))
    sock.connect((args.address, args.port))
    return sock


def check_peer(args, peer):
    if args.peer and ipaddress.ip_address(peer) != ipaddress.ip_address(args.peer):
        raise Failure(f"the server sees {peer}, not {args.peer}")


def receive_all(sock, result):
    received = bytearray()
    while block := sock.recv(1 << 16):
        received += block
    result.append(received)


def carry(sender, receiver, payload, direction):
    result = []
    thread = threading.Thread(target=receive_all, args=(receiver, result))
    thread.start()
    sender.sendall(payload)
    sender.shutdown(socket.SHUT_WR)
    thread.join()
    if not result:
        raise Failure(f"{direction}: nothing within {LIMIT} s")
    received = result[0]
    if len(received) != len(payload):
        raise Failure(f"{direction}: {len(received)} of {len(payload)} bytes arrived")
    if received != payload:
        raise Failure(f"{direction}: the payload has changed")
    print(f"tcp {direction}: {len(received)} bytes, the same")


def run_tcp(args):
    """A connection that carries --bytes of random data each way."""
    listening = listener(args, socket.SOCK_STREAM)
    near = client(args, socket.SOCK_STREAM)
    far, peer = listening.accept()
    far.settimeout(LIMIT)
    check_peer(args, peer[0])
    payload = os.urandom(args.bytes)
    carry(near, far, payload, "client to server")
    carry(far, near, payload[::-1], "server to client")


def run_udp(args):
    """A datagram of every --size to the server, and another one back."""
    far = listener(args, socket.SOCK_DGRAM)
    near = client(args, socket.SOCK_DGRAM)
    for size in args.size:
        payload = os.urandom(size)
        near.send(payload)
        received, peer = far.recvfrom(1 << 16)
        check_peer(args, peer[0])
        if received != payload:
            raise Failure(f"{size} bytes to the server: the payload has changed")
        far.sendto(payload[::-1], peer)
        if near.recv(1 << 16) != payload[::-1]:
            raise Failure(f"{size} bytes to the client: the payload has changed")
        print(f"udp {size} bytes: same payload both ways")


def run_burst(args):
    """Datagrams that the sender's stack cuts from a large one, so that they follow each
    other without a pause, each way."""
    far = listener(args, socket.SOCK_DGRAM)
    near = client(args, socket.SOCK_DGRAM)
    near.send(b"hello")
    _, peer = far.recvfrom(1 << 16)
    far.connect(peer)
    if args.fragment:
        far.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT)
    for sender, receiver, direction in ((near, far, "to the server"), (far, near, "to the client")):
        sender.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, args.size)
        for _ in range(args.times):
            payload = os.urandom(args.count * args.size)
            sender.send(payload)
            for at in range(0, len(payload), args.size):
                if receiver.recv(1 << 16) != payload[at:at + args.size]:
                    raise Failure(f"datagram {at // args.size} {direction}: another payload")
        print(f"{args.times} times {args.count} datagrams {direction}")


def path_mtu(sock):
    if sock.family == socket.AF_INET6:
        return sock.getsockopt(socket.IPPROTO_IPV6, IPV6_MTU)
    return sock.getsockopt(socket.IPPROTO_IP, IP_MTU)


def run_pmtu(args):
    """A datagram as large as the link of the sender: the first is lost and answered
    by an error that tells the path MTU, the second arrives in fragments."""
    far = listener(args, socket.SOCK_DGRAM)
    near = client(args, socket.SOCK_DGRAM)
    near.send(b"hello")
    _, peer = far.recvfrom(1 << 16)
    far.connect(peer)
    sender, receiver = (far, near) if args.sender == "server" else (near, far)
    if sender.family == socket.AF_INET6:
        sender.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, IP_PMTUDISC_WANT)
        header = 48
    else:
        sender.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_WANT)
        header = 28
    link = path_mtu(sender)
    payload = os.urandom(link - header)
    sender.send(b"lost" + payload[4:])
    deadline = time.monotonic() + LIMIT
    while path_mtu(sender) == link:
        if time.monotonic() > deadline:
            raise Failure(f"no error lowers the path MTU of {link}")
        time.sleep(0.05)
    if path_mtu(sender) != args.mtu:
        raise Failure(f"path MTU {path_mtu(sender)}, not {args.mtu}")
    # The same error is pending on the socket, and would be that of the next send.
    sender.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    sender.send(payload)
    if receiver.recv(1 << 16) != payload:
        raise Failure("what arrives is not the second datagram")
    print(f"path MTU {link} -> {args.mtu}, the second datagram arrives")


def run_refused(args):
    """A closed port: the error has to come back as ECONNREFUSED."""
    kind = socket.SOCK_STREAM if args.protocol == "tcp" else socket.SOCK_DGRAM
    try:
        sock = client(args, kind)
        if args.protocol == "udp":
            sock.send(b"anyone?")
            sock.recv(1)
    except ConnectionRefusedError:
        print(f"{args.protocol} {args.address} port {args.port}: refused")
        return
    raise Failure("no error")


def run_carries(args):
    """A connection, datagrams of every size, and both kinds of closed port."""
    run_tcp(args)
    run_udp(args)
    args.port = 9
    for args.protocol in ("tcp", "udp"):
        run_refused(args)


def run_send(args):
    """One datagram, whatever becomes of it."""
    client(args, socket.SOCK_DGRAM).send(b"unsolicited")


def run_open(args):
    """A connection that has carried data both ways and stays open until killed."""
    listening = listener(args, socket.SOCK_STREAM)
    near = client(args, socket.SOCK_STREAM)
    far, _ = listening.accept()
    for sender, receiver in ((near, far), (far, near)):
        sender.sendall(b"hello")
        receiver.settimeout(LIMIT)
        receiver.recv(5, socket.MSG_WAITALL)
    print("open", flush=True)
    threading.Event().wait()


def run_flood(args):
    """Datagrams until killed; errors are part of what is tested."""
    sock = client(args, socket.SOCK_DGRAM)
    payload = bytes(1200)
    while True:
        try:
            sock.send(payload)
        except OSError:
            pass


def echo(sock):
    """Send back every datagram, until the socket is closed."""
    while True:
        try:
            data, peer = sock.recvfrom(1 << 16)
            sock.sendto(data, peer)
        except OSError:
            return


def send_until(sock, stop, result):
    """Random data until told to stop, with pauses for what else there is to do."""
    sent = bytearray()
    while not stop.is_set():
        block = os.urandom(4096)
        sock.sendall(block)
        sent += block
        time.sleep(PAUSE)
    sock.shutdown(socket.SHUT_WR)
    result.append(sent)


def run_steady(args):
    """Datagrams there and back and a connection, all while a command runs: each datagram
    comes back once, and all of the connection's data arrives."""
    if args.one_processor:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    far = listener(args, socket.SOCK_DGRAM)
    near = client(args, socket.SOCK_DGRAM)
    listening = listener(args, socket.SOCK_STREAM)
    connection = client(args, socket.SOCK_STREAM)
    accepted, peer = listening.accept()
    accepted.settimeout(LIMIT)
    check_peer(args, peer[0])

    stop = threading.Event()
    wrote, read = [], []
    threads = [threading.Thread(target=send_until, args=(connection, stop, wrote)),
               threading.Thread(target=receive_all, args=(accepted, read))]
    threading.Thread(target=echo, args=(far,), daemon=True).start()
    for thread in threads:
        thread.start()
    try:
        process = subprocess.Popen(args.command)
        sent = exchange(near, process, 0 if args.connection else WINDOW)
    finally:
        stop.set()
    for thread in threads:
        thread.join()
    if not wrote or wrote != read:
        raise Failure("the connection has not carried what was sent")
    print(f"{sent} datagrams, there and back; {len(wrote[0])} bytes of a connection, the same")


def exchange(sock, process, window):
    """Numbered datagrams while the process runs, a few of them under way at any time."""
    if not window:
        process.wait()
    under_way = set()
    sent = 0
    while True:
        if process.poll() is None:
            while len(under_way) < window:
                sock.send(struct.pack("!I", sent) * 100)
                under_way.add(sent)
                sent += 1
        elif not under_way:
            break
        try:
            number, = struct.unpack_from("!I", sock.recv(1 << 16))
        except TimeoutError:
            raise Failure(f"{len(under_way)} of {sent} datagrams are lost") from None
        if number not in under_way:
            raise Failure(f"datagram {number} comes back twice")
        under_way.remove(number)
        time.sleep(PAUSE)
    if process.returncode:
        raise Failure(f"the command's exit status is {process.returncode}")
    return sent


def run_beside(args):
    """Datagrams there and back on one processor while a command runs on the others: all but
    --lost of them come back, in order."""
    far = listener(args, socket.SOCK_DGRAM)
    near = client(args, socket.SOCK_DGRAM)
    processors = os.sched_getaffinity(0)
    own = {min(processors)}
    os.sched_setaffinity(0, processors - own or own)
    process = subprocess.Popen(args.command)
    os.sched_setaffinity(0, own)
    threading.Thread(target=echo, args=(far,), daemon=True).start()

    sent = returned = lost = 0
    done = False
    while returned < sent or not done:
        if not done:
            done = process.poll() is not None
            # The last of all is sent when there is no command that it could be lost by.
            while sent < returned + WINDOW + done:
                # That it is dropped on its way out is another way of being lost.
                with contextlib.suppress(PermissionError):
                    near.send(struct.pack("!I", sent))
                sent += 1
        try:
            number, = struct.unpack("!I", near.recv(1 << 16))
        except TimeoutError:
            raise Failure(f"{lost + sent - returned} of {sent} datagrams are lost") from None
        if number < returned:
            raise Failure(f"datagram {number} comes back behind {returned - 1}")
        lost += number - returned
        returned = number + 1
    if process.returncode:
        raise Failure(f"the command's exit status is {process.returncode}")
    if lost > args.lost:
        raise Failure(f"{lost} of {sent} datagrams are lost")
    print(f"{sent} datagrams, {lost} lost")


def keep_flows():
    """Conntrack has patience with a slow machine, in every namespace where it is."""
    for name in os.listdir("/run/netns"):
        with netns(name), contextlib.suppress(FileNotFoundError):
            with open("/proc/sys/net/netfilter/nf_conntrack_udp_timeout", "w",
                      encoding="ascii") as timeout:
                timeout.write("600")


def run_flows(args):
    """Many flows of UDP and of TCP that are all there at once: the server sees each of them
    as another, and each gets the answer that is for it."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 16, 1 << 16))
    keep_flows()
    connections = []
    listening = listener(args, socket.SOCK_STREAM)
    for _ in range(args.count // 10):
        near = client(args, socket.SOCK_STREAM)
        far, peer = listening.accept()
        check_peer(args, peer[0])
        connections.append((near, far))
    far = listener(args, socket.SOCK_DGRAM)
    flows = [client(args, socket.SOCK_DGRAM) for _ in range(args.count)]

    # All of them have begun before the first is answered.
    peers = {}
    for number, near in enumerate(flows):
        near.send(struct.pack("!I", number))
        data, peer = far.recvfrom(100)
        check_peer(args, peer[0])
        if peers.setdefault(peer, data) != struct.pack("!I", number):
            raise Failure(f"flow {number} comes as {peer}, which is another")
    for near, (peer, data) in zip(flows, peers.items()):
        far.sendto(data[::-1], peer)
        if near.recv(100)[::-1] != data:
            raise Failure(f"flow {data.hex()} gets the answer of another")
    for number, pair in enumerate(connections):
        data = struct.pack("!I", number)
        for sender, receiver in (pair, pair[::-1]):
            sender.sendall(data)
            receiver.settimeout(LIMIT)
            if receiver.recv(4, socket.MSG_WAITALL) != data:
                raise Failure(f"connection {number} has the data of another")
    print(f"{len(peers)} flows of UDP, {len(connections)} connections at once")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)

    def command(name, function, server=True):
        sub = commands.add_parser(name, help=function.__doc__)
        sub.set_defaults(run=function)
        sub.add_argument("client", help="namespace of the client")
        if server:
            sub.add_argument("server", help="namespace of the server")
            sub.add_argument("--listen", default="0.0.0.0")
            sub.add_argument("--peer", help="address that the server sees")
        sub.add_argument("address", help="address that the client connects to")
        sub.add_argument("--port", type=int, default=5001)
        sub.add_argument("--bind", help="address of the client")
        return sub

    command("tcp", run_tcp).add_argument("--bytes", type=int, default=300000)
    command("udp", run_udp).add_argument("--size", type=int, nargs="+", default=[0, 1, 512, 1232])
    carries = command("carries", run_carries)
    carries.add_argument("--bytes", type=int, default=100000)
    carries.add_argument("--size", type=int, nargs="+", default=[1, 1232, 3000])
    burst = command("burst", run_burst)
    burst.add_argument("--size", type=int, default=1000)
    burst.add_argument("--count", type=int, default=20)
    burst.add_argument("--times", type=int, default=20)
    burst.add_argument("--fragment", action="store_true",
                       help="IPv4 routers may cut what the server sends")
    pmtu = command("pmtu", run_pmtu)
    pmtu.add_argument("--sender", choices=("client", "server"), required=True)
    pmtu.add_argument("--mtu", type=int, required=True)
    command("refused", run_refused, server=False).add_argument(
        "--protocol", choices=("tcp", "udp"), required=True)
    command("open", run_open)
    command("send", run_send, server=False)
    command("flood", run_flood, server=False)
    command("flows", run_flows).add_argument("--count", type=int, default=2000)
    steady = command("steady", run_steady)
    steady.add_argument("--connection", action="store_true", help="no datagrams")
    steady.add_argument("--one-processor", action="store_true",
                        help="for the command and all packets")
    steady.add_argument("command", nargs="+")
    beside = command("beside", run_beside)
    beside.add_argument("--lost", type=int, default=0, help="so many datagrams at most")
    beside.add_argument("command", nargs="+")

    args = parser.parse_args()
    try:
        args.run(args)
    except (Failure, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
