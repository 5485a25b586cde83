/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
#ifndef _LINUX_NF_TABLES_XLAT_H
#define _LINUX_NF_TABLES_XLAT_H

/**
 * enum nft_xlat_attributes - nf_tables xlat expression netlink attributes
 *
 * @NFTA_XLAT_PREFIX: RFC 6052 prefix that maps both addresses (NLA_BINARY,
 *	struct in6_addr)
 * @NFTA_XLAT_PREFIX_LEN: length of that prefix in bits (NLA_U32)
 * @NFTA_XLAT_SADDR: mapping of the source address, in place of the prefix
 *	(NLA_NESTED, reserved: refused by this version)
 * @NFTA_XLAT_DADDR: mapping of the destination address, in place of the prefix
 *	(NLA_NESTED, reserved: refused by this version)
 * @NFTA_XLAT_MTU: what every path of the IPv6 side carries, in bytes, 1280 if
 *	it is not said: larger IPv4 packets without DF are cut (NLA_U32)
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
	__NFTA_XLAT_MAX
};

#define NFTA_XLAT_MAX	(__NFTA_XLAT_MAX - 1)

#endif /* _LINUX_NF_TABLES_XLAT_H */
