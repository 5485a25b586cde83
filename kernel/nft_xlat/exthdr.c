// SPDX-License-Identifier: GPL-2.0-only
/* IPv6 extension headers: what may stand in front of a transport header, and
 * what of it is lost in IPv4 (RFC 7915 section 5.1).
 */

#include <linux/in6.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

/* Assigned by IANA as extension headers, not known to <net/ipv6.h> */
#define NFT_XLAT_NEXTHDR_HIP	139
#define NFT_XLAT_NEXTHDR_SHIM6	140

/**
 * nft_xlat_is_exthdr() - is it an extension header other than ESP?
 * @nexthdr: next header
 *
 * Any context.
 *
 * Return: true for what IANA's registry lists as IPv6 extension header types,
 * Authentication Header among them, except ESP and the two for experiments.
 */
bool nft_xlat_is_exthdr(u8 nexthdr)
{
	switch (nexthdr) {
	case NEXTHDR_HOP:
	case NEXTHDR_ROUTING:
	case NEXTHDR_FRAGMENT:
	case NEXTHDR_AUTH:
	case NEXTHDR_DEST:
	case NEXTHDR_MOBILITY:
	case NFT_XLAT_NEXTHDR_HIP:
	case NFT_XLAT_NEXTHDR_SHIM6:
		return true;
	default:
		return false;
	}
}

static bool nft_xlat_fragment_hdr(const struct sk_buff *skb,
				  struct nft_xlat_chain *chain)
{
	const struct frag_hdr *fh;
	struct frag_hdr fh_copy;

	fh = skb_header_pointer(skb, chain->thoff, sizeof(fh_copy), &fh_copy);
	if (!fh)
		return false;

	chain->has_frag = true;
	chain->frag.id = fh->identification;
	chain->frag.offset = ntohs(fh->frag_off) & ~(IP6_MF | 0x6);
	chain->frag.more = fh->frag_off & htons(IP6_MF);
	chain->l4proto = fh->nexthdr;
	chain->thoff += sizeof(*fh);

	return !nft_xlat_is_exthdr(chain->l4proto);
}

/**
 * nft_xlat_chain() - walk the extension headers of an IPv6 packet
 * @skb: the packet, or the ICMPv6 error that quotes it
 * @off: where its IPv6 header is; that is linear
 * @chain: what is found
 *
 * Hop-by-hop options, destination options and routing headers are passed by.
 * The walk ends with a Fragment header: RFC 7915 section 5.1.1 has a packet
 * dropped that has more of them behind it. Every step takes bytes of the packet,
 * so that its length bounds the walk. Any context.
 *
 * Return: false if a header is cut short, or one that no translator can carry.
 */
bool nft_xlat_chain(const struct sk_buff *skb, unsigned int off,
		    struct nft_xlat_chain *chain)
{
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)(skb->data + off);
	const struct ipv6_rt_hdr *rh;
	struct ipv6_rt_hdr rh_copy;

	*chain = (struct nft_xlat_chain) {
		.thoff		= off + sizeof(*ip6),
		.l4proto	= ip6->nexthdr,
	};

	for (;;) {
		switch (chain->l4proto) {
		case NEXTHDR_HOP:
		case NEXTHDR_DEST:
		case NEXTHDR_ROUTING:
			break;
		case NEXTHDR_FRAGMENT:
			return nft_xlat_fragment_hdr(skb, chain);
		case NEXTHDR_AUTH:
			return false;
		default:
			return chain->thoff <= skb->len;
		}

		/* The other two begin as a routing header does */
		rh = skb_header_pointer(skb, chain->thoff, sizeof(rh_copy),
					&rh_copy);
		if (!rh)
			return false;

		if (chain->l4proto == NEXTHDR_ROUTING && rh->segments_left &&
		    !chain->segments_off)
			chain->segments_off = chain->thoff +
				offsetof(struct ipv6_rt_hdr, segments_left);

		chain->l4proto = rh->nexthdr;
		chain->thoff += (rh->hdrlen + 1) * 8;
	}
}
