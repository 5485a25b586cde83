// SPDX-License-Identifier: GPL-2.0-only
/* Identifications for IPv4 headers (RFC 6864). They come from the kernel's own
 * generator, which hashes and writes to memory that all processors share. So a
 * pair of hosts that is seen again takes a few at a time.
 */

#include <linux/hash.h>
#include <linux/percpu.h>
#include <net/ip.h>

#include "nft_xlat.h"

#define NFT_XLAT_IDENT_BITS	6
#define NFT_XLAT_IDENT_RUN	8

/* What one processor has taken for one pair of hosts */
struct nft_xlat_ident {
	const struct net	*net;
	__be32			saddr;
	__be32			daddr;
	u16			next;
	u8			left;
	u8			protocol;
};

static DEFINE_PER_CPU(struct nft_xlat_ident,
		      nft_xlat_idents[1 << NFT_XLAT_IDENT_BITS]);

/**
 * nft_xlat_select_ident() - fill in the identification of an IPv4 header
 * @net: network namespace
 * @ip4: the header, its addresses and its protocol set
 * @segs: number of packets that the one in hand will become
 *
 * RFC 7915 section 5.1. Between nft_xlat_enter() and nft_xlat_leave().
 */
void nft_xlat_select_ident(struct net *net, struct iphdr *ip4,
			   unsigned int segs)
{
	u32 hash = (__force u32)ip4->saddr ^ (__force u32)ip4->daddr;
	struct nft_xlat_ident *ident;

	ident = this_cpu_ptr(&nft_xlat_idents[hash_32(hash,
						      NFT_XLAT_IDENT_BITS)]);

	if (ident->saddr != ip4->saddr || ident->daddr != ip4->daddr ||
	    ident->protocol != ip4->protocol || ident->net != net) {
		*ident = (struct nft_xlat_ident) {
			.net		= net,
			.saddr		= ip4->saddr,
			.daddr		= ip4->daddr,
			.protocol	= ip4->protocol,
		};
		__ip_select_ident(net, ip4, segs);
		return;
	}

	if (ident->left < segs) {
		if (segs > NFT_XLAT_IDENT_RUN) {
			__ip_select_ident(net, ip4, segs);
			return;
		}
		__ip_select_ident(net, ip4, NFT_XLAT_IDENT_RUN);
		ident->next = ntohs(ip4->id);
		ident->left = NFT_XLAT_IDENT_RUN;
	}

	ip4->id = htons(ident->next);
	ident->next += segs;
	ident->left -= segs;
}
