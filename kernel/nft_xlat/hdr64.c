// SPDX-License-Identifier: GPL-2.0-only
/* Header translation, IPv6 to IPv4 (RFC 7915 section 5). */

#include <linux/in.h>
#include <net/dsfield.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

/**
 * nft_xlat_build_ip4() - the IPv4 header for an IPv6 one
 * @ip6: the IPv6 header
 * @protocol: the IPv4 protocol number
 * @tot_len: length of the IPv4 packet (bytes)
 * @saddr: its source
 * @daddr: its destination
 * @ip4: the IPv4 header to fill: not a fragment, identification zero, DF and
 *	checksum left for the caller
 *
 * RFC 7915 section 5.1: the traffic class becomes TOS, the flow label is lost,
 * the hop limit is not touched. Any context.
 */
void nft_xlat_build_ip4(const struct ipv6hdr *ip6, u8 protocol,
			unsigned int tot_len, __be32 saddr, __be32 daddr,
			struct iphdr *ip4)
{
	*ip4 = (struct iphdr) {
		.version	= 4,
		.ihl		= sizeof(*ip4) / 4,
		.tos		= ipv6_get_dsfield(ip6),
		.tot_len	= htons(tot_len),
		.ttl		= ip6->hop_limit,
		.protocol	= protocol,
		.saddr		= saddr,
		.daddr		= daddr,
	};
}

/* What the extension headers in front of the transport header allow: not a
 * fragment, nor a source route that is still under way.
 */
static bool nft_xlat_64_exthdrs_ok(const struct nft_xlat_pkt *pkt)
{
	unsigned int off = 0;
	int flags = IP6_FH_F_SKIP_RH;

	if (pkt->thoff == sizeof(struct ipv6hdr))
		return true;

	if (ipv6_find_hdr(pkt->skb, &off, NEXTHDR_ROUTING, NULL,
			  &flags) == NEXTHDR_ROUTING)
		return false;

	off = 0;
	return ipv6_find_hdr(pkt->skb, &off, NEXTHDR_FRAGMENT, NULL,
			     NULL) != NEXTHDR_FRAGMENT;
}

/* RFC 7915 section 5.1, by the size of what will be on the wire. A packet that
 * was, or would have been, a run of IPv6 fragments may be fragmented again.
 */
static bool nft_xlat_64_df(const struct nft_xlat_pkt *pkt)
{
	struct sk_buff *skb = pkt->skb;
	const struct dst_entry *dst = skb_dst(skb);
	unsigned int len = skb->len;

	if (pkt->reassembled)
		return false;

	if (skb_is_gso(skb))
		len = pkt->thoff + pkt->l4.len + skb_shinfo(skb)->gso_size;
	else if (skb->ignore_df && dst && len > dst_mtu(dst))
		return false;

	return len - pkt->thoff + sizeof(struct iphdr) > NFT_XLAT_NO_DF_MAX;
}

/* ICMPv6, which has a pseudo-header, to ICMP, which has none */
static enum nft_xlat_result nft_xlat_64_icmp(struct nft_xlat_pkt *pkt,
					     bool mapped, __be32 saddr,
					     __be32 daddr)
{
	struct sk_buff *skb = pkt->skb;
	const struct icmp6hdr *icmp6;

	if (!pskb_may_pull(skb, pkt->thoff + sizeof(*icmp6)))
		return NFT_XLAT_DROP;

	icmp6 = (const struct icmp6hdr *)(skb->data + pkt->thoff);
	if (nft_xlat_icmp64_is_error(icmp6->icmp6_type)) {
		/* RFC 6791: the error is worth more than its sender's name */
		if (!mapped)
			saddr = nft_xlat_own_saddr(pkt, daddr);
		return nft_xlat_icmp64_error(pkt, saddr, daddr);
	}

	if (!mapped)
		return NFT_XLAT_NONE;

	return nft_xlat_csum_query(pkt, pkt->thoff, ipv6_hdr(skb),
				   skb->len - pkt->thoff);
}

/**
 * nft_xlat_64() - prepare the translation of an IPv6 packet
 * @pkt: the packet; @pkt->hdr and @pkt->l4 are filled, the packet is only read
 *
 * RFC 7915 section 5. Hook context, under RCU. May move the packet's headers
 * into its linear part, so that pointers into it have to be taken anew.
 *
 * Return: what to do with the packet.
 */
enum nft_xlat_result nft_xlat_64(struct nft_xlat_pkt *pkt)
{
	struct iphdr *ip4 = (struct iphdr *)pkt->hdr;
	const struct ipv6hdr *ip6 = ipv6_hdr(pkt->skb);
	struct sk_buff *skb = pkt->skb;
	enum nft_xlat_result result;
	__be32 saddr = 0, daddr;
	unsigned int tot_len;
	bool mapped;
	__wsum diff;

	mapped = nft_xlat_addr64(pkt->prefix, &ip6->saddr, &saddr) &&
		 nft_xlat_addr4_valid(saddr);
	if (!mapped && pkt->l4proto != IPPROTO_ICMPV6)
		return NFT_XLAT_NONE;

	if (!nft_xlat_addr64(pkt->prefix, &ip6->daddr, &daddr) ||
	    !nft_xlat_addr4_valid(daddr))
		return NFT_XLAT_NONE;

	if (!nft_xlat_64_exthdrs_ok(pkt))
		return NFT_XLAT_NONE;

	tot_len = skb->len - pkt->thoff + sizeof(*ip4);
	if (tot_len > U16_MAX)
		return NFT_XLAT_NONE;

	pkt->reassembled = IP6CB(skb)->frag_max_size;
	pkt->old_len = pkt->thoff;
	pkt->new_len = sizeof(*ip4);
	nft_xlat_build_ip4(ip6, nft_xlat_proto64(pkt->l4proto), tot_len, saddr,
			   daddr, ip4);

	switch (pkt->l4proto) {
	case IPPROTO_ICMPV6:
		result = nft_xlat_64_icmp(pkt, mapped, saddr, daddr);
		break;
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		diff = csum_sub(nft_xlat_csum_addrs4(ip4),
				nft_xlat_csum_addrs6(ip6));
		result = nft_xlat_csum_l4(pkt, pkt->l4proto, pkt->thoff, diff);
		break;
	default:
		return NFT_XLAT_NONE;
	}
	if (result != NFT_XLAT_DONE)
		return result;

	if (nft_xlat_64_df(pkt))
		ip4->frag_off = htons(IP_DF);
	pkt->may_fragment = !ip4->frag_off;
	__ip_select_ident(pkt->state->net, ip4,
			  max_t(int, 1, skb_shinfo(skb)->gso_segs));
	ip4->check = ip_fast_csum(ip4, ip4->ihl);

	return NFT_XLAT_DONE;
}
