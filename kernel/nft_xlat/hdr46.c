// SPDX-License-Identifier: GPL-2.0-only
/* Header translation, IPv4 to IPv6 (RFC 7915 section 4). */

#include <linux/in.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

/**
 * nft_xlat_build_ip6() - the IPv6 header for an IPv4 one
 * @prefix: maps both addresses
 * @ip4: the IPv4 header; its options are not looked at
 * @payload_len: length of what will follow the IPv6 header (bytes)
 * @ip6: the IPv6 header to fill
 *
 * RFC 7915 section 4.1: all eight bits of TOS become the traffic class, the
 * flow label is zero, the hop limit is not touched. Any context.
 */
void nft_xlat_build_ip6(const struct nft_xlat_prefix *prefix,
			const struct iphdr *ip4, unsigned int payload_len,
			struct ipv6hdr *ip6)
{
	ip6_flow_hdr(ip6, ip4->tos, 0);
	ip6->payload_len = htons(payload_len);
	ip6->nexthdr = nft_xlat_proto46(ip4->protocol);
	ip6->hop_limit = ip4->ttl;
	nft_xlat_addr46(prefix, ip4->saddr, &ip6->saddr);
	nft_xlat_addr46(prefix, ip4->daddr, &ip6->daddr);
}

/* ICMP, which has a pseudo-header in one family and none in the other */
static enum nft_xlat_result nft_xlat_46_icmp(struct nft_xlat_pkt *pkt,
					     const struct ipv6hdr *ip6)
{
	struct sk_buff *skb = pkt->skb;
	const struct icmphdr *icmp;

	if (!pskb_may_pull(skb, pkt->thoff + sizeof(*icmp)))
		return NFT_XLAT_DROP;

	icmp = (const struct icmphdr *)(skb->data + pkt->thoff);
	if (nft_xlat_icmp46_is_error(icmp->type))
		return nft_xlat_icmp46_error(pkt);

	return nft_xlat_csum_query(pkt, pkt->thoff, ip6,
				   skb->len - pkt->thoff);
}

/**
 * nft_xlat_46() - prepare the translation of an IPv4 packet
 * @pkt: the packet; @pkt->hdr and @pkt->l4 are filled, the packet is only read
 *
 * RFC 7915 section 4. Hook context, under RCU. May move the packet's headers
 * into its linear part, so that pointers into it have to be taken anew.
 *
 * Return: what to do with the packet.
 */
enum nft_xlat_result nft_xlat_46(struct nft_xlat_pkt *pkt)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)pkt->hdr;
	const struct iphdr *ip4 = ip_hdr(pkt->skb);
	unsigned int payload_len;
	__wsum diff;

	if (ip_is_fragment(ip4))
		return NFT_XLAT_NONE;

	if (!nft_xlat_addr4_valid(ip4->saddr) ||
	    !nft_xlat_addr4_valid(ip4->daddr))
		return NFT_XLAT_NONE;

	payload_len = pkt->skb->len - pkt->thoff;
	if (payload_len > IPV6_MAXPLEN)
		return NFT_XLAT_NONE;

	pkt->reassembled = IPCB(pkt->skb)->frag_max_size;
	pkt->may_fragment = pkt->reassembled || !(ip4->frag_off & htons(IP_DF));
	pkt->old_len = pkt->thoff;
	pkt->new_len = sizeof(*ip6);
	nft_xlat_build_ip6(pkt->prefix, ip4, payload_len, ip6);

	switch (pkt->l4proto) {
	case IPPROTO_ICMP:
		return nft_xlat_46_icmp(pkt, ip6);
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		diff = csum_sub(nft_xlat_csum_addrs6(ip6),
				nft_xlat_csum_addrs4(ip4));
		return nft_xlat_csum_l4(pkt, pkt->l4proto, pkt->thoff, diff);
	default:
		return NFT_XLAT_NONE;
	}
}
