#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Rules with an xlat expression made by hand, for what no front-end would send.

Every rule goes to the kernel in a batch of its own, behind a table and a base chain.
Prints nothing but what is not as expected; the exit status is the judgement.
"""

import errno
import os
import socket
import struct
import sys

NETLINK_NETFILTER = 12
SOL_NETLINK = 270
NETLINK_EXT_ACK = 11

NLMSG_ERROR = 2
NLM_F_REQUEST, NLM_F_ACK, NLM_F_CREATE, NLM_F_APPEND = 1, 4, 0x400, 0x800
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
NLA_F_NESTED = 0x8000
NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_OFFS = 1, 2

NFNL_SUBSYS_NFTABLES = 10
NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END = 16, 17
NFT_MSG_NEWTABLE, NFT_MSG_NEWCHAIN, NFT_MSG_NEWRULE = 0, 3, 6

NFTA_TABLE_NAME = 1
NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME, NFTA_CHAIN_HOOK, NFTA_CHAIN_TYPE = 1, 3, 4, 7
NFTA_HOOK_HOOKNUM, NFTA_HOOK_PRIORITY = 1, 2
NFTA_RULE_TABLE, NFTA_RULE_CHAIN, NFTA_RULE_EXPRESSIONS = 1, 2, 4
NFTA_LIST_ELEM = 1
NFTA_EXPR_NAME, NFTA_EXPR_DATA = 1, 2

NFTA_XLAT_PREFIX, NFTA_XLAT_PREFIX_LEN, NFTA_XLAT_SADDR, NFTA_XLAT_DADDR = 1, 2, 3, 4
NFTA_XLAT_MTU = 5

NFPROTO_IPV6 = 10
NF_INET_POST_ROUTING = 4


def attr(kind, data):
    length = 4 + len(data)
    return struct.pack("=HH", length, kind) + data + bytes(-length % 4)


def nest(kind, *attrs):
    return attr(kind | NLA_F_NESTED, b"".join(attrs))


def text(kind, value):
    return attr(kind, value.encode() + b"\0")


def message(kind, flags, family, body, seq, resource=0):
    header = struct.pack("=BBH", family, 0, socket.htons(resource))
    length = 16 + len(header) + len(body)
    return struct.pack("=IHHII", length, kind, flags | NLM_F_REQUEST, seq, 0) + header + body


def nftables(kind, flags, body, seq):
    return message(NFNL_SUBSYS_NFTABLES << 8 | kind, flags | NLM_F_ACK, NFPROTO_IPV6, body, seq)


def prefix(address="64:ff9b::"):
    return attr(NFTA_XLAT_PREFIX, socket.inet_pton(socket.AF_INET6, address))


def length(bits=96):
    return attr(NFTA_XLAT_PREFIX_LEN, struct.pack("!I", bits))


def mtu(number):
    return attr(NFTA_XLAT_MTU, struct.pack("!I", number))


def parse_error(data):
    """(errno, offset of the bad attribute or None, text or None) of an NLMSG_ERROR."""
    _, _, flags, _, _ = struct.unpack_from("=IHHII", data)
    error = -struct.unpack_from("=i", data, 16)[0]
    offset = reason = None
    if flags & NLM_F_ACK_TLVS:
        at = 20 + 16
        if not flags & NLM_F_CAPPED:
            at = 20 + struct.unpack_from("=I", data, 20)[0]
        while at + 4 <= len(data):
            size, kind = struct.unpack_from("=HH", data, at)
            if kind == NLMSGERR_ATTR_OFFS:
                offset = struct.unpack_from("=I", data, at + 4)[0]
            elif kind == NLMSGERR_ATTR_MSG:
                reason = data[at + 4:at + size].rstrip(b"\0").decode()
            at += size + (-size % 4)
    return error, offset, reason


def add_rule(sock, attributes):
    """Send the batch. Returns (errno, offset, reason) for the rule, and the span of
    the rule message that the expression covers."""
    table = text(NFTA_TABLE_NAME, "raw")
    hook = nest(NFTA_CHAIN_HOOK,
                attr(NFTA_HOOK_HOOKNUM, struct.pack("!I", NF_INET_POST_ROUTING)),
                attr(NFTA_HOOK_PRIORITY, struct.pack("!i", 110)))
    chain = (text(NFTA_CHAIN_TABLE, "raw") + text(NFTA_CHAIN_NAME, "c") + hook +
             text(NFTA_CHAIN_TYPE, "filter"))
    data = b"" if attributes is None else nest(NFTA_EXPR_DATA, *attributes)
    element = nest(NFTA_LIST_ELEM, text(NFTA_EXPR_NAME, "xlat"), data)
    names = text(NFTA_RULE_TABLE, "raw") + text(NFTA_RULE_CHAIN, "c")
    rule = names + nest(NFTA_RULE_EXPRESSIONS, element)
    first = 20 + len(names) + 4
    batch = (message(NFNL_MSG_BATCH_BEGIN, 0, 0, b"", 1, NFNL_SUBSYS_NFTABLES) +
             nftables(NFT_MSG_NEWTABLE, NLM_F_CREATE, table, 2) +
             nftables(NFT_MSG_NEWCHAIN, NLM_F_CREATE, chain, 3) +
             nftables(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, rule, 4) +
             message(NFNL_MSG_BATCH_END, 0, 0, b"", 5, NFNL_SUBSYS_NFTABLES))
    sock.send(batch)
    verdict = None
    while verdict is None:
        received = sock.recv(1 << 16)
        at = 0
        while at + 16 <= len(received):
            size, kind, _, seq, _ = struct.unpack_from("=IHHII", received, at)
            if kind == NLMSG_ERROR and seq == 4:
                verdict = parse_error(received[at:at + size])
            at += size + (-size % 4)
    return verdict, range(first, first + len(element))


def main():
    reserved = [nest(NFTA_XLAT_SADDR, prefix("2001:db8::"), length(32)),
                nest(NFTA_XLAT_DADDR, prefix("2001:db8::"), length(32))]
    inval = {errno.EINVAL}
    # A value of the wrong size is ERANGE or EINVAL, whichever way the policy says it.
    wrong_size = {errno.EINVAL, errno.ERANGE}
    rules = [
        ("no data", None, inval),
        ("empty data", [], inval),
        ("no prefix", [length()], inval),
        ("no length", [prefix()], inval),
        ("prefix of 4 bytes", [attr(NFTA_XLAT_PREFIX, bytes(4)), length()], wrong_size),
        ("prefix of 15 bytes", [attr(NFTA_XLAT_PREFIX, bytes(15)), length()], wrong_size),
        ("prefix of 17 bytes", [attr(NFTA_XLAT_PREFIX, bytes(17)), length()], wrong_size),
        ("prefix of no bytes", [attr(NFTA_XLAT_PREFIX, b""), length()], wrong_size),
        ("length of 1 byte", [prefix(), attr(NFTA_XLAT_PREFIX_LEN, b"\x60")], wrong_size),
        ("length in host order", [prefix(), attr(NFTA_XLAT_PREFIX_LEN, struct.pack("<I", 96))],
         inval),
        ("length 0", [prefix("::"), length(0)], inval),
        ("length 95", [prefix(), length(95)], inval),
        ("length 97", [prefix(), length(97)], inval),
        ("length 128", [prefix(), length(128)], inval),
        ("length 2^31", [prefix(), length(1 << 31)], inval),
        ("host bits", [prefix("64:ff9b::1"), length()], inval),
        ("host bits", [prefix("2001:db8:1::"), length(32)], inval),
        ("bits 64 to 71 at /96", [prefix("2001:db8::100:0:0:0"), length(96)], inval),
        ("source mapping", [prefix(), length(), reserved[0]], {errno.EOPNOTSUPP}),
        ("destination mapping", [prefix(), length(), reserved[1]], {errno.EOPNOTSUPP}),
        ("both, no prefix", reserved, {errno.EOPNOTSUPP, errno.EINVAL}),
        ("MTU of 2 bytes", [prefix(), length(), attr(NFTA_XLAT_MTU, b"\x05\xdc")], wrong_size),
        ("MTU in host order", [prefix(), length(), attr(NFTA_XLAT_MTU, struct.pack("<I", 1500))],
         inval),
        ("MTU 0", [prefix(), length(), mtu(0)], inval),
        ("MTU 1279", [prefix(), length(), mtu(1279)], inval),
        ("MTU 65536", [prefix(), length(), mtu(65536)], inval),
        ("MTU and no prefix", [length(), mtu(1500)], inval),
        ("good", [prefix(), length()], {0}),
        ("good, MTU 1280", [prefix(), length(), mtu(1280)], {0}),
        ("good, MTU 65535", [prefix(), length(), mtu(65535)], {0}),
        ("good, the other order", [length(64), prefix("2001:db8::")], {0}),
    ]
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
    sock.settimeout(30)
    sock.bind((0, 0))
    wrong = 0
    for name, attributes, expected in rules:
        (error, offset, reason), expression = add_rule(sock, attributes)
        problem = None
        if error not in expected:
            problem = "expected " + "/".join(sorted(os.strerror(e) for e in expected))
        elif error and offset not in expression:
            problem = f"error offset {offset} is outside the expression, {expression}"
        print(f"{name}: {os.strerror(error)}, {reason or 'no message'}")
        if problem:
            print(f"  WRONG: {problem}")
            wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
