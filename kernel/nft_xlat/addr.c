// SPDX-License-Identifier: GPL-2.0-only
/* Address mapping: an IPv4 address inside an IPv6 one (RFC 6052 section 2.2).
 *
 * The 32 bits of the IPv4 address follow the prefix, but step over bits 64 to
 * 71 of the IPv6 address (the "u" octet), which are zero. What is behind them
 * is the suffix: zero when written, ignored when read.
 */

#include <linux/in.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

#define NFT_XLAT_U_OCTET	8

/* Offset of byte @n of the IPv4 address within the IPv6 address */
static unsigned int nft_xlat_byte_off(const struct nft_xlat_prefix *prefix,
				      unsigned int n)
{
	unsigned int off = prefix->len / BITS_PER_BYTE + n;

	if (prefix->len <= NFT_XLAT_U_OCTET * BITS_PER_BYTE &&
	    off >= NFT_XLAT_U_OCTET)
		off++;

	return off;
}

/**
 * nft_xlat_prefix_valid() - can the prefix carry an IPv4 address?
 * @addr: the prefix
 * @len: its length in bits
 *
 * RFC 6052 section 2.2. Any context.
 *
 * Return: false if the length is none of those that the RFC knows, if a bit
 * behind the prefix is set, or if bits 64 to 71 are not zero.
 */
bool nft_xlat_prefix_valid(const struct in6_addr *addr, u32 len)
{
	struct in6_addr masked;

	switch (len) {
	case 32:
	case 40:
	case 48:
	case 56:
	case 64:
	case 96:
		break;
	default:
		return false;
	}

	ipv6_addr_prefix(&masked, addr, len);

	return ipv6_addr_equal(&masked, addr) &&
	       !addr->s6_addr[NFT_XLAT_U_OCTET];
}

/**
 * nft_xlat_addr46() - embed an IPv4 address
 * @prefix: where to embed it
 * @addr4: the address
 * @addr6: where the IPv6 address goes
 *
 * RFC 6052 section 2.3, a prefix of any length. Any context.
 */
void nft_xlat_addr46(const struct nft_xlat_prefix *prefix, __be32 addr4,
		     struct in6_addr *addr6)
{
	const u8 *byte = (const u8 *)&addr4;
	unsigned int n;

	*addr6 = prefix->addr;

	for (n = 0; n < sizeof(addr4); n++)
		addr6->s6_addr[nft_xlat_byte_off(prefix, n)] = byte[n];
}

/**
 * nft_xlat_addr64() - extract an embedded IPv4 address
 * @prefix: where it is embedded
 * @addr6: the IPv6 address
 * @addr4: where the IPv4 address goes
 *
 * RFC 6052 section 2.3. Any context.
 *
 * Return: false if @addr6 is not within @prefix.
 */
bool nft_xlat_addr64(const struct nft_xlat_prefix *prefix,
		     const struct in6_addr *addr6, __be32 *addr4)
{
	u8 *byte = (u8 *)addr4;
	unsigned int n;

	if (!ipv6_prefix_equal(addr6, &prefix->addr, prefix->len))
		return false;

	for (n = 0; n < sizeof(*addr4); n++)
		byte[n] = addr6->s6_addr[nft_xlat_byte_off(prefix, n)];

	return true;
}
