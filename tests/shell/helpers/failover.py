#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Flows that have to live on while one router takes over from another.

Each kind of flow is CLIENT BIND SERVER ADDRESS LISTEN: the client, at its address BIND,
asks for ADDRESS, and the server listens at LISTEN. Before each of the commands some
connections and UDP flows of each kind begin; all kinds have the same ports. When it has
run, all flows so far, silent meanwhile, have to carry data, and to the client first: that
takes state in the routers. One more connection of each kind, from then on, carries data
both ways all the time.
"""

import argparse
import os
import socket
import subprocess
import sys
import threading

import traffic
from traffic import Failure, LIMIT, family_of, open_socket, receive_all, send_until

# The routers have other things to do.
traffic.PAUSE = 0.05

PORT = 5001
FIRST_PORT = 40000


class Kind:
    def __init__(self, client, bind, server, address, listen, *, listeners):
        self.client, self.bind, self.address = client, bind, address
        if (server, listen) not in listeners:
            listeners[server, listen] = [self.listener(server, listen, kind) for kind in
                                         (socket.SOCK_STREAM, socket.SOCK_DGRAM)]
        self.stream, self.datagram = listeners[server, listen]

    @staticmethod
    def listener(server, listen, kind):
        sock = open_socket(server, family_of(listen), kind)
        sock.bind((listen, PORT))
        if kind == socket.SOCK_STREAM:
            sock.listen(100)
        return sock

    def connected(self, kind, port):
        sock = open_socket(self.client, family_of(self.address), kind)
        sock.bind((self.bind, port))
        sock.connect((self.address, PORT))
        return sock

    def connection(self, port):
        near = self.connected(socket.SOCK_STREAM, port)
        far, _ = self.stream.accept()
        far.settimeout(LIMIT)
        return near, far


class Connection:
    """One that is silent, or a flow of UDP."""

    def __init__(self, kind, port, datagrams):
        self.datagrams = datagrams
        if datagrams:
            self.near = kind.connected(socket.SOCK_DGRAM, port)
            self.far, self.peer = kind.datagram, None
        else:
            self.near, self.far = kind.connection(port)
        self.number = 0
        self.to_server()
        self.to_client()

    def expect(self, sock, data):
        if not self.datagrams:
            received, peer = sock.recv(len(data), socket.MSG_WAITALL), None
        else:
            received, peer = sock.recvfrom(1 << 16)
        if received != data:
            raise Failure(f"{received}, not {data}")
        return peer

    def data(self):
        self.number += 1
        return self.number.to_bytes(4, "big") + os.urandom(60)

    def to_server(self):
        data = self.data()
        self.near.send(data)
        peer = self.expect(self.far, data)
        if self.datagrams and self.peer not in (None, peer):
            raise Failure(f"UDP comes from {peer}, not {self.peer}")
        self.peer = peer

    def to_client(self):
        data = self.data()
        if self.datagrams:
            self.far.sendto(data, self.peer)
        else:
            self.far.send(data)
        self.expect(self.near, data)


class Steady:
    """A connection that carries data both ways, from now on."""

    def __init__(self, kind, port, stop):
        near, far = kind.connection(port)
        self.results = []
        self.threads = []
        for sender, receiver in ((near, far), (far, near)):
            sent, received = [], []
            self.results.append((sent, received))
            for function, *args in ((send_until, sender, stop, sent),
                                    (receive_all, receiver, received)):
                thread = threading.Thread(target=function, args=args, daemon=True)
                thread.start()
                self.threads.append(thread)

    def judge(self):
        for thread in self.threads:
            thread.join()
        for sent, received in self.results:
            if not sent or sent != received:
                raise Failure("a connection has not carried what was sent")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flow", nargs=5, action="append", required=True,
                        metavar=("CLIENT", "BIND", "SERVER", "ADDRESS", "LISTEN"))
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()

    listeners = {}
    kinds = [Kind(*flow, listeners=listeners) for flow in args.flow]
    stop = threading.Event()
    silent, steady = [], []
    port = FIRST_PORT
    try:
        for command in args.command:
            steady += [Steady(kind, port, stop) for kind in kinds]
            port += 1
            silent += [Connection(kind, port + n, datagrams) for n in range(args.count)
                       for kind in kinds for datagrams in (False, True)]
            port += args.count
            subprocess.run(command, shell=True, check=True)
            for connection in silent:
                connection.to_client()
                connection.to_server()
            print(f"{len(silent)} flows live on")
        stop.set()
        for connection in steady:
            connection.judge()
    except (Failure, OSError, subprocess.SubprocessError) as error:
        # Not to wait for the threads of what is broken.
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)


if __name__ == "__main__":
    main()
