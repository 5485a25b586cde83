/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
#ifndef _LINUX_NF_TABLES_XLAT_H
#define _LINUX_NF_TABLES_XLAT_H

/**
 * enum nft_xlat_attributes - nf_tables xlat expression netlink attributes
 *
 * @NFTA_XLAT_PREFIX: RFC 6052 prefix that maps both addresses, if they have no
 *	mapping of their own (NLA_BINARY, struct in6_addr)
 * @NFTA_XLAT_PREFIX_LEN: length of that prefix in bits (NLA_U32)
 * @NFTA_XLAT_SADDR: mapping of the source address, in place of the prefix
 *	(NLA_NESTED: nft_xlat_map_attributes)
 * @NFTA_XLAT_DADDR: mapping of the destination address, in place of the prefix
 *	(NLA_NESTED: nft_xlat_map_attributes)
 * @NFTA_XLAT_MTU: what every path of the IPv6 side carries, in bytes, 1280 if
 *	it is not said: larger IPv4 packets without DF are cut (NLA_U32)
 * @NFTA_XLAT_FAMILY: the packets that are translated, NFPROTO_IPV4 or
 *	NFPROTO_IPV6: what an inet or netdev table does not say by itself,
 *	but the size of addresses in registers and maps depends on (NLA_U32)
 *
 * Numbers are in network byte order, as in all of nf_tables.
 */
enum nft_xlat_attributes {
	NFTA_XLAT_UNSPEC,
	NFTA_XLAT_PREFIX,
	NFTA_XLAT_PREFIX_LEN,
	NFTA_XLAT_SADDR,
	NFTA_XLAT_DADDR,
	NFTA_XLAT_MTU,
	NFTA_XLAT_FAMILY,
	__NFTA_XLAT_MAX
};

#define NFTA_XLAT_MAX	(__NFTA_XLAT_MAX - 1)

/**
 * enum nft_xlat_map_flags - how an address is mapped
 *
 * @NFT_XLAT_MAP_F_PREFIX: prefix to prefix (RFC 7757): registers and maps hold
 *	the lowest and the highest address of a prefix, and the suffix of the
 *	old address is kept
 */
enum nft_xlat_map_flags {
	NFT_XLAT_MAP_F_PREFIX	= (1 << 0),
};

/**
 * enum nft_xlat_map_attributes - mapping of one address
 *
 * One of: a prefix; registers; a map with its key in registers.
 *
 * @NFTA_XLAT_MAP_PREFIX: RFC 6052 prefix (NLA_BINARY, struct in6_addr)
 * @NFTA_XLAT_MAP_PREFIX_LEN: length of that prefix in bits (NLA_U32)
 * @NFTA_XLAT_MAP_SREG_MIN: source register: the address, the lowest one of a
 *	prefix, or the key to look up in the map (NLA_U32: nft_registers)
 * @NFTA_XLAT_MAP_SREG_MAX: source register: the highest address of a prefix
 *	(NLA_U32: nft_registers)
 * @NFTA_XLAT_MAP_SET: name of the map (NLA_STRING)
 * @NFTA_XLAT_MAP_SET_ID: the map's id within the transaction (NLA_U32)
 * @NFTA_XLAT_MAP_KEY_OFFSET: where in the key the old address stands, in bytes,
 *	nothing if it does not: what else is mapped, in ICMP errors, is looked
 *	up with its own address there (NLA_U32)
 * @NFTA_XLAT_MAP_FLAGS: nft_xlat_map_flags (NLA_U32)
 */
enum nft_xlat_map_attributes {
	NFTA_XLAT_MAP_UNSPEC,
	NFTA_XLAT_MAP_PREFIX,
	NFTA_XLAT_MAP_PREFIX_LEN,
	NFTA_XLAT_MAP_SREG_MIN,
	NFTA_XLAT_MAP_SREG_MAX,
	NFTA_XLAT_MAP_SET,
	NFTA_XLAT_MAP_SET_ID,
	NFTA_XLAT_MAP_KEY_OFFSET,
	NFTA_XLAT_MAP_FLAGS,
	__NFTA_XLAT_MAP_MAX
};

#define NFTA_XLAT_MAP_MAX	(__NFTA_XLAT_MAP_MAX - 1)

#endif /* _LINUX_NF_TABLES_XLAT_H */
