#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Rules with an xlat expression made by hand, for what no front-end would send.

Every rule goes to the kernel in a batch of its own, behind a table, a base chain and a
few maps.
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
NFT_MSG_NEWTABLE, NFT_MSG_DELTABLE, NFT_MSG_NEWCHAIN = 0, 2, 3
NFT_MSG_NEWRULE, NFT_MSG_NEWSET = 6, 9

NFTA_TABLE_NAME = 1
NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME, NFTA_CHAIN_HOOK, NFTA_CHAIN_TYPE = 1, 3, 4, 7
NFTA_HOOK_HOOKNUM, NFTA_HOOK_PRIORITY = 1, 2
NFTA_RULE_TABLE, NFTA_RULE_CHAIN, NFTA_RULE_EXPRESSIONS = 1, 2, 4
NFTA_LIST_ELEM = 1
NFTA_EXPR_NAME, NFTA_EXPR_DATA = 1, 2

NFTA_IMMEDIATE_DREG, NFTA_IMMEDIATE_DATA, NFTA_DATA_VALUE = 1, 2, 1
NFTA_SET_TABLE, NFTA_SET_NAME, NFTA_SET_FLAGS = 1, 2, 3
NFTA_SET_KEY_LEN, NFTA_SET_DATA_TYPE, NFTA_SET_DATA_LEN, NFTA_SET_ID = 5, 6, 7, 10
NFTA_SET_OBJ_TYPE = 15

NFT_SET_ANONYMOUS, NFT_SET_CONSTANT, NFT_SET_MAP, NFT_SET_OBJECT = 1, 2, 8, 0x40
NFT_DATA_ANY, NFT_DATA_VERDICT, NFT_OBJECT_COUNTER = 1, 0xffffff00, 1

NFTA_XLAT_PREFIX, NFTA_XLAT_PREFIX_LEN, NFTA_XLAT_SADDR, NFTA_XLAT_DADDR = 1, 2, 3, 4
NFTA_XLAT_MTU, NFTA_XLAT_FAMILY = 5, 6
(NFTA_XLAT_MAP_PREFIX, NFTA_XLAT_MAP_PREFIX_LEN, NFTA_XLAT_MAP_SREG_MIN,
 NFTA_XLAT_MAP_SREG_MAX, NFTA_XLAT_MAP_SET, NFTA_XLAT_MAP_SET_ID,
 NFTA_XLAT_MAP_KEY_OFFSET, NFTA_XLAT_MAP_FLAGS) = range(1, 9)
NFT_XLAT_MAP_F_PREFIX = 1

NFPROTO_INET, NFPROTO_IPV4, NFPROTO_IPV6 = 1, 2, 10
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


def nftables(kind, flags, body, seq, family):
    return message(NFNL_SUBSYS_NFTABLES << 8 | kind, flags | NLM_F_ACK, family, body, seq)


def prefix(address="64:ff9b::"):
    return attr(NFTA_XLAT_PREFIX, socket.inet_pton(socket.AF_INET6, address))


def length(bits=96):
    return attr(NFTA_XLAT_PREFIX_LEN, struct.pack("!I", bits))


def number(kind, value):
    return attr(kind, struct.pack("!I", value))


def mtu(value):
    return number(NFTA_XLAT_MTU, value)


def family(value):
    return number(NFTA_XLAT_FAMILY, value)


def mapping(kind, **fields):
    """SADDR or DADDR; the fields are named as the attributes, in small letters."""
    attributes = []
    for name, value in fields.items():
        code = globals()["NFTA_XLAT_MAP_" + name.upper()]
        if isinstance(value, bytes):
            attributes.append(attr(code, value))
        elif isinstance(value, int):
            attributes.append(number(code, value))
        elif name == "prefix":
            attributes.append(attr(code, socket.inet_pton(socket.AF_INET6, value)))
        else:
            attributes.append(text(code, value))
    return nest(kind, *attributes)


def saddr(**fields):
    return mapping(NFTA_XLAT_SADDR, **fields)


def daddr(**fields):
    return mapping(NFTA_XLAT_DADDR, **fields)


# Maps: name, number, flags, length of key and data, and what else there is. The kernel
# does not know types of data, but that verdicts are none.
ANONYMOUS = 7
MAPS = (
    ("m64", 1, NFT_SET_MAP, 16, 4, []),
    ("m64range", 2, NFT_SET_MAP, 16, 8, []),
    ("m46", 3, NFT_SET_MAP, 4, 16, []),
    ("m_key20", 4, NFT_SET_MAP, 20, 4, []),
    ("set", 5, 0, 16, 0, []),
    ("verdicts", 6, NFT_SET_MAP, 16, 0, [number(NFTA_SET_DATA_TYPE, NFT_DATA_VERDICT)]),
    ("__map%d", ANONYMOUS, NFT_SET_MAP | NFT_SET_ANONYMOUS | NFT_SET_CONSTANT, 16, 4, []),
    ("counters", 8, NFT_SET_OBJECT, 16, 0, [number(NFTA_SET_OBJ_TYPE, NFT_OBJECT_COUNTER)]),
)


def new_sets():
    for name, ident, flags, key, data, more in MAPS:
        yield b"".join((text(NFTA_SET_TABLE, "raw"), text(NFTA_SET_NAME, name),
                        number(NFTA_SET_FLAGS, flags), number(NFTA_SET_KEY_LEN, key),
                        number(NFTA_SET_DATA_TYPE, NFT_DATA_ANY) +
                        number(NFTA_SET_DATA_LEN, data) if data else b"",
                        number(NFTA_SET_ID, ident), *more))


def immediate(register, value):
    data = nest(NFTA_IMMEDIATE_DATA, attr(NFTA_DATA_VALUE, value))
    return nest(NFTA_LIST_ELEM, text(NFTA_EXPR_NAME, "immediate"),
                nest(NFTA_EXPR_DATA, number(NFTA_IMMEDIATE_DREG, register), data))


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


def transaction(sock, bodies, table_family):
    """Send one; returns what parse_error() says of each of its messages. The batch's own
    two are not answered."""
    batch = message(NFNL_MSG_BATCH_BEGIN, 0, 0, b"", 0, NFNL_SUBSYS_NFTABLES)
    for seq, (kind, flags, body) in enumerate(bodies, 1):
        batch += nftables(kind, flags, body, seq, table_family)
    batch += message(NFNL_MSG_BATCH_END, 0, 0, b"", len(bodies) + 1, NFNL_SUBSYS_NFTABLES)
    sock.send(batch)
    verdicts = {}
    while len(verdicts) < len(bodies):
        received = sock.recv(1 << 16)
        at = 0
        while at + 16 <= len(received):
            size, kind, _, seq, _ = struct.unpack_from("=IHHII", received, at)
            if kind == NLMSG_ERROR:
                verdicts[seq] = parse_error(received[at:at + size])
            at += size + (-size % 4)
    return [verdicts[seq] for seq in range(1, len(bodies) + 1)]


def add_rule(sock, attributes, table_family):
    """Send one, and delete its table if it is taken. Returns (errno, offset, reason) for
    the rule, and the span of its message that the expression covers. Registers 1 and 2
    have 16 bytes each, 3 and 4 nothing."""
    table = text(NFTA_TABLE_NAME, "raw")
    hook = nest(NFTA_CHAIN_HOOK,
                attr(NFTA_HOOK_HOOKNUM, struct.pack("!I", NF_INET_POST_ROUTING)),
                attr(NFTA_HOOK_PRIORITY, struct.pack("!i", 110)))
    chain = (text(NFTA_CHAIN_TABLE, "raw") + text(NFTA_CHAIN_NAME, "c") + hook +
             text(NFTA_CHAIN_TYPE, "filter"))
    data = b"" if attributes is None else nest(NFTA_EXPR_DATA, *attributes)
    element = nest(NFTA_LIST_ELEM, text(NFTA_EXPR_NAME, "xlat"), data)
    before = immediate(1, bytes(16)) + immediate(2, bytes(16))
    names = text(NFTA_RULE_TABLE, "raw") + text(NFTA_RULE_CHAIN, "c")
    rule = names + nest(NFTA_RULE_EXPRESSIONS, before, element)
    first = 20 + len(names) + 4 + len(before)
    bodies = [(NFT_MSG_NEWTABLE, NLM_F_CREATE, table), (NFT_MSG_NEWCHAIN, NLM_F_CREATE, chain)]
    # Anonymous maps belong to one rule: without one there may be none.
    bodies += [(NFT_MSG_NEWSET, NLM_F_CREATE, body) for body in new_sets()
               if b"__map" not in body or attributes and b"__map" in b"".join(attributes)]
    bodies.append((NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, rule))
    *others, verdict = transaction(sock, bodies, table_family)
    for body, (error, _, _) in zip(bodies, others):
        if error:
            sys.exit(f"message {body} of the batch: {os.strerror(error)}")
    if not verdict[0]:
        (error, _, _), = transaction(sock, [(NFT_MSG_DELTABLE, 0, table)], table_family)
        if error:
            sys.exit(f"the table cannot be deleted: {os.strerror(error)}")
    return verdict, range(first, first + len(element))


def main():
    inval = {errno.EINVAL}
    ok = {0}
    # Older kernels read zeros where nothing has been written.
    unset = {0, errno.ENODATA}
    suffix = {"flags": NFT_XLAT_MAP_F_PREFIX}
    keyed = {"sreg_min": 1, "set": "m64", "key_offset": 0}
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
        ("family in an ip6 table", [prefix(), length(), family(NFPROTO_IPV6)], inval),
    ]
    # Each of them for either address, the other one by the prefix.
    mappings = [
        ("empty", {}, inval),
        ("prefix", {"prefix": "2001:db8::", "prefix_len": 32}, ok),
        ("prefix without length", {"prefix": "2001:db8::"}, inval),
        ("length without prefix", {"prefix_len": 32}, inval),
        ("length without prefix, register", {"prefix_len": 32, "sreg_min": 1}, inval),
        ("prefix of length 33", {"prefix": "2001:db8::", "prefix_len": 33}, inval),
        ("prefix of 8 bytes", {"prefix": bytes(8), "prefix_len": 32}, wrong_size),
        ("prefix and register", {"prefix": "2001:db8::", "prefix_len": 32, "sreg_min": 1},
         inval),
        ("prefix and map", {"prefix": "2001:db8::", "prefix_len": 32, "set": "m64"}, inval),
        ("prefix and flags", {"prefix": "2001:db8::", "prefix_len": 32, **suffix}, inval),
        ("register", {"sreg_min": 1}, ok),
        ("register 0", {"sreg_min": 0}, wrong_size),
        ("register 99", {"sreg_min": 99}, wrong_size),
        ("register of one byte", {"sreg_min": b"\1"}, wrong_size),
        ("register that holds nothing", {"sreg_min": 4}, unset),
        ("last register, with room for 4 bytes", {"sreg_min": 23}, unset),
        ("two registers", {"sreg_min": 1, "sreg_max": 2}, inval),
        ("two registers of a prefix", {"sreg_min": 1, "sreg_max": 2, **suffix}, ok),
        ("the second holds nothing", {"sreg_min": 1, "sreg_max": 4, **suffix}, unset),
        ("one register of a prefix", {"sreg_min": 1, **suffix}, inval),
        ("register and unknown flag", {"sreg_min": 1, "sreg_max": 2, "flags": 3}, wrong_size),
        ("register and id", {"sreg_min": 1, "set_id": 1}, inval),
        ("register and key offset", {"sreg_min": 1, "key_offset": 0}, inval),
        ("map", {"sreg_min": 1, "set": "m64"}, ok),
        ("map with the address in its key", keyed, ok),
        ("map by its number", {**keyed, "set": "nobody", "set_id": 1}, ok),
        ("map without key", {"set": "m64"}, inval),
        ("map, key holds nothing", {**keyed, "sreg_min": 4}, unset),
        ("map with a second register", {"sreg_min": 1, "sreg_max": 2, "set": "m64"}, inval),
        ("map of no name", {"sreg_min": 1, "set": ""}, {errno.ENOENT}),
        ("map that is not there", {"sreg_min": 1, "set": "nobody"}, {errno.ENOENT}),
        ("map of a long name", {"sreg_min": 1, "set": "m" * 300}, wrong_size),
        ("set, not a map", {"sreg_min": 1, "set": "set"}, inval),
        ("map of verdicts", {"sreg_min": 1, "set": "verdicts"}, inval),
        ("map of objects", {"sreg_min": 1, "set": "counters"}, inval),
        ("map to the other family", {"sreg_min": 1, "set": "m46"}, inval),
        ("map to prefixes", {"sreg_min": 1, "set": "m64range"}, inval),
        ("map to prefixes, as such", {**keyed, "set": "m64range", **suffix}, ok),
        ("map to addresses, as prefixes", {**keyed, **suffix}, inval),
        ("map and unknown flag", {**keyed, "flags": 2}, wrong_size),
        ("key offset 4 of 16", {**keyed, "key_offset": 4}, inval),
        ("key offset 2^32 - 4", {**keyed, "key_offset": (1 << 32) - 4}, inval),
        ("key offset 4 of 20", {**keyed, "set": "m_key20", "key_offset": 4}, ok),
        ("key offset 2 of 20", {**keyed, "set": "m_key20", "key_offset": 2}, inval),
        ("anonymous map", {**keyed, "set": "__map%d", "set_id": ANONYMOUS}, ok),
    ]
    v4, v6 = family(NFPROTO_IPV4), family(NFPROTO_IPV6)
    regs = {"sreg_min": 1}
    rules = [(name, NFPROTO_IPV6, *rest) for name, *rest in rules]
    for name, fields, expected in mappings:
        rules += [(f"source: {name}", NFPROTO_IPV6, [prefix(), length(), saddr(**fields)],
                   expected),
                  (f"destination: {name}", NFPROTO_IPV6, [prefix(), length(), daddr(**fields)],
                   expected)]
    anonymous = {**keyed, "set": "__map%d", "set_id": ANONYMOUS}
    rules += [
        ("both, no prefix", NFPROTO_IPV6, [saddr(**keyed), daddr(**keyed)], ok),
        ("source, no prefix", NFPROTO_IPV6, [saddr(**keyed)], inval),
        ("destination, no prefix", NFPROTO_IPV6, [daddr(**keyed)], inval),
        ("good source, bad destination", NFPROTO_IPV6,
         [saddr(**keyed), daddr(sreg_min=1, set="nobody")], {errno.ENOENT}),
        ("one anonymous map for both", NFPROTO_IPV6, [saddr(**anonymous), daddr(**anonymous)],
         {errno.EBUSY}),
        ("named and anonymous map", NFPROTO_IPV6, [saddr(**keyed), daddr(**anonymous)], ok),
        ("inet", NFPROTO_INET, [prefix(), length()], ok),
        ("inet, another prefix", NFPROTO_INET,
         [prefix(), length(), saddr(prefix="2001:db8::", prefix_len=32)], ok),
        ("inet, register, no family", NFPROTO_INET, [prefix(), length(), saddr(**regs)], inval),
        ("inet, IPv4, register", NFPROTO_INET, [prefix(), length(), saddr(**regs), v4], ok),
        ("inet, IPv6, register", NFPROTO_INET, [prefix(), length(), saddr(**regs), v6], ok),
        ("inet, IPv6, map to IPv4", NFPROTO_INET, [prefix(), length(), saddr(**keyed), v6], ok),
        ("inet, IPv4, map to IPv4", NFPROTO_INET, [prefix(), length(), saddr(**keyed), v4], inval),
        ("inet, IPv4, map to IPv6", NFPROTO_INET,
         [prefix(), length(), saddr(sreg_min=1, set="m46", key_offset=0), v4], ok),
        ("inet, no family of IP", NFPROTO_INET, [prefix(), length(), family(7)], inval),
        ("inet, family 2^31", NFPROTO_INET, [prefix(), length(), family(1 << 31)], inval),
        ("inet, family of 1 byte", NFPROTO_INET,
         [prefix(), length(), attr(NFTA_XLAT_FAMILY, b"\2")], wrong_size),
        ("IPv4, register", NFPROTO_IPV4, [prefix(), length(), daddr(**regs)], ok),
        ("IPv4, map to IPv4", NFPROTO_IPV4, [prefix(), length(), daddr(**keyed)], inval),
        ("IPv4, map of verdicts, as long as addresses", NFPROTO_IPV4,
         [prefix(), length(), daddr(sreg_min=1, set="verdicts")], inval),
    ]
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
    sock.settimeout(30)
    sock.bind((0, 0))
    wrong = 0
    for name, table_family, attributes, expected in rules:
        (error, offset, reason), expression = add_rule(sock, attributes, table_family)
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
