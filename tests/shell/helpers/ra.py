#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""ra.py NAMESPACE DEVICE PREFIX=PREFERRED...: advertise a router and its /64 prefixes, once,
from the link-local address of DEVICE. The router's lifetime is half an hour, that of the
prefixes an hour, and each is preferred for so many seconds."""

import ipaddress
import socket
import struct
import sys

from netns import netns

ADVERTISEMENT = 134
PREFIX_INFORMATION = 3
ON_LINK_AUTONOMOUS = 0xc0


def prefix_option(argument):
    prefix, preferred = argument.split("=")
    return struct.pack("!BBBBIII16s", PREFIX_INFORMATION, 4, 64, ON_LINK_AUTONOMOUS,
                       3600, int(preferred), 0, ipaddress.ip_address(prefix).packed)


def main(namespace, device, *prefixes):
    # The kernel fills the checksum in.
    message = struct.pack("!BBHBBHII", ADVERTISEMENT, 0, 0, 64, 0, 1800, 0, 0)
    message += b"".join(map(prefix_option, prefixes))
    with netns(namespace):
        sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        index = socket.if_nametoindex(device)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    sock.sendto(message, ("ff02::1", 0, 0, index))


if __name__ == "__main__":
    main(*sys.argv[1:])
