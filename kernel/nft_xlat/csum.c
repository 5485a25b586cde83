// SPDX-License-Identifier: GPL-2.0-only
/* Checksums (RFC 7915 sections 4.1 and 4.5, RFC 1624).
 *
 * What a transport checksum covers changes by the addresses of its
 * pseudo-header only, so it is updated, not computed: a packet that came damaged
 * leaves damaged. Only a UDP datagram that has none is summed up.
 */

#include <linux/in.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <uapi/linux/dccp.h>
#include <net/ip6_checksum.h>

#include "nft_xlat.h"

/* Is the checksum of the transport header at @off still to be computed? */
static bool nft_xlat_csum_pending(const struct sk_buff *skb, unsigned int off)
{
	return skb->ip_summed == CHECKSUM_PARTIAL &&
	       skb_checksum_start_offset(skb) == off;
}

/* First word of an ICMP header as far as its type is concerned */
static __wsum nft_xlat_csum_type(u8 type)
{
	return csum_unfold((__force __sum16)htons(type << 8));
}

static void nft_xlat_set_check(struct nft_xlat_pkt *pkt, unsigned int check_off,
			       __sum16 check)
{
	pkt->l4.check = check;
	pkt->l4.check_off = check_off;
	pkt->l4.len = check_off + sizeof(check);
}

/* Where a transport protocol has a checksum that covers addresses */
struct nft_xlat_csum {
	u8	hdr_len;
	u8	check_off;
	bool	zero_is_none;
};

/* RFC 9293, RFC 768, RFC 3828 and RFC 4340. SCTP's checksum does not cover
 * addresses (RFC 7915 section 4.5), nor does anybody else's.
 */
static bool nft_xlat_csum_find(u8 l4proto, struct nft_xlat_csum *csum)
{
	switch (l4proto) {
	case IPPROTO_TCP:
		csum->hdr_len = sizeof(struct tcphdr);
		csum->check_off = offsetof(struct tcphdr, check);
		csum->zero_is_none = false;
		return true;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		csum->hdr_len = sizeof(struct udphdr);
		csum->check_off = offsetof(struct udphdr, check);
		csum->zero_is_none = true;
		return true;
	case IPPROTO_DCCP:
		csum->hdr_len = sizeof(struct dccp_hdr);
		csum->check_off = offsetof(struct dccp_hdr, dccph_checksum);
		csum->zero_is_none = false;
		return true;
	default:
		return false;
	}
}

/**
 * nft_xlat_csum_seed() - sum of a pseudo-header
 * @hdr: the IP header that it is of
 * @is_ip6: whether that is an IPv6 one
 * @len: length of the transport header and what follows it (bytes)
 * @l4proto: transport protocol
 *
 * Any context.
 *
 * Return: what a checksum field holds whose checksum is still to be computed.
 */
__sum16 nft_xlat_csum_seed(const void *hdr, bool is_ip6, unsigned int len,
			   u8 l4proto)
{
	const struct ipv6hdr *ip6 = hdr;
	const struct iphdr *ip4 = hdr;

	if (is_ip6)
		return ~csum_ipv6_magic(&ip6->saddr, &ip6->daddr, len, l4proto,
					0);

	return ~csum_tcpudp_magic(ip4->saddr, ip4->daddr, len, l4proto, 0);
}

/**
 * nft_xlat_csum_leave() - leave the checksum to whoever takes the packet apart
 * @skb: a GSO packet, its checksum field holding the sum of the pseudo-header
 * @thoff: offset of its transport header (bytes)
 * @check_off: where its checksum is in there (bytes)
 *
 * Its segments are no longer a list of packets with checksums of their own.
 * Any context.
 */
void nft_xlat_csum_leave(struct sk_buff *skb, unsigned int thoff,
			 unsigned int check_off)
{
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + thoff;
	skb->csum_offset = check_off;
	skb_shinfo(skb)->gso_type &= ~SKB_GSO_FRAGLIST;
}

/* The checksums of the segments of a GSO packet are made anew when it is taken
 * apart.
 */
static void nft_xlat_csum_gso(struct nft_xlat_pkt *pkt, unsigned int check_off)
{
	nft_xlat_set_check(pkt, check_off,
			   nft_xlat_csum_seed(pkt->hdr, pkt->to_ip6,
					      pkt->skb->len - pkt->thoff,
					      pkt->l4proto));
	pkt->l4.pending = true;
}

/* GRO has made a list of packets, each with a checksum of its own. If they look
 * as it has made them, they serve as the payload of one GSO packet.
 */
static void nft_xlat_csum_fraglist(struct nft_xlat_pkt *pkt,
				   const struct nft_xlat_csum *csum)
{
	const struct sk_buff *skb = pkt->skb;
	unsigned int len = skb_shinfo(skb)->gso_size + pkt->thoff;

	if (pkt->l4proto == IPPROTO_TCP)
		len += ((const struct tcphdr *)(skb->data + pkt->thoff))->doff * 4;
	else
		len += csum->hdr_len;

	if (skb_shinfo(skb)->gso_type & SKB_GSO_DODGY ||
	    skb_pagelen(skb) != len)
		pkt->segment = true;

	nft_xlat_csum_gso(pkt, csum->check_off);
}

/* A UDP datagram without checksum, which IPv6 does not have */
static enum nft_xlat_result nft_xlat_csum_udp_make(struct nft_xlat_pkt *pkt)
{
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)pkt->hdr;
	struct sk_buff *skb = pkt->skb;
	unsigned int len;
	__sum16 check;

	if (!pkt->to_ip6 || nft_xlat_is_frag(&pkt->frag))
		return NFT_XLAT_DROP;

	if (skb_is_gso(skb)) {
		if (skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4)
			nft_xlat_csum_gso(pkt, offsetof(struct udphdr, check));
		else
			pkt->segment = true;
		return NFT_XLAT_DONE;
	}

	/* What a tunnel inside has left for later is part of the sum */
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return NFT_XLAT_DROP;

	len = ntohs(((const struct udphdr *)(skb->data + pkt->thoff))->len);
	if (len < sizeof(struct udphdr) || len > skb->len - pkt->thoff)
		return NFT_XLAT_DROP;

	check = csum_ipv6_magic(&ip6->saddr, &ip6->daddr, len, IPPROTO_UDP,
				skb_checksum(skb, pkt->thoff, len, 0));
	nft_xlat_set_check(pkt, offsetof(struct udphdr, check),
			   check ?: CSUM_MANGLED_0);

	return NFT_XLAT_DONE;
}

/**
 * nft_xlat_csum_l4() - checksum of the transport header
 * @pkt: the packet, not a later fragment; @pkt->l4 is filled
 * @diff: difference that the new addresses make to the pseudo-header's sum
 *
 * RFC 7915 sections 4.1, 4.5 and 5.1. Hook context.
 *
 * Return: what to do with the packet.
 */
enum nft_xlat_result nft_xlat_csum_l4(struct nft_xlat_pkt *pkt, __wsum diff)
{
	struct sk_buff *skb = pkt->skb;
	struct nft_xlat_csum csum;
	__sum16 check;
	bool pending;

	if (!nft_xlat_csum_find(pkt->l4proto, &csum))
		return NFT_XLAT_DONE;

	if (!pskb_may_pull(skb, pkt->thoff + csum.hdr_len))
		return NFT_XLAT_DROP;

	check = *(const __sum16 *)(skb->data + pkt->thoff + csum.check_off);

	if (skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST) {
		nft_xlat_csum_fraglist(pkt, &csum);
		return NFT_XLAT_DONE;
	}

	/* The field may hold the sum of the pseudo-header only. GSO says so of
	 * a datagram that had no checksum, too, and of a tunnel's by its type.
	 */
	pending = nft_xlat_csum_pending(skb, pkt->thoff);
	if (pkt->l4proto == IPPROTO_UDP && !check &&
	    (!pending || skb_is_gso(skb)))
		return nft_xlat_csum_udp_make(pkt);
	if (pkt->l4proto == IPPROTO_UDP &&
	    skb_shinfo(skb)->gso_type & SKB_GSO_UDP_TUNNEL_CSUM)
		pending = true;

	if (pending)
		check = ~csum_fold(csum_add(csum_unfold(check), diff));
	else
		check = nft_xlat_csum_update(check, diff, csum.zero_is_none);

	nft_xlat_set_check(pkt, csum.check_off, check);

	return NFT_XLAT_DONE;
}

/**
 * nft_xlat_csum_quoted() - checksum in the packet that an ICMP error quotes
 * @pkt: the error; @pkt->l4 is filled
 * @l4proto: transport protocol of the packet inside
 * @off: where its transport header is (bytes); what there is of it is linear
 * @end: where that may be cut short (bytes)
 * @diff: difference that the new addresses make to the pseudo-header's sum
 *
 * RFC 7915 sections 4.3 and 5.3. A UDP datagram without checksum stays what it
 * is: there is no whole of it to sum up. Hook context.
 */
void nft_xlat_csum_quoted(struct nft_xlat_pkt *pkt, u8 l4proto,
			  unsigned int off, unsigned int end, __wsum diff)
{
	struct nft_xlat_csum csum;
	__sum16 check;

	if (!nft_xlat_csum_find(l4proto, &csum) ||
	    end < off + csum.check_off + sizeof(check))
		return;

	check = *(const __sum16 *)(pkt->skb->data + off + csum.check_off);
	if (l4proto == IPPROTO_UDP && !check)
		return;

	nft_xlat_set_check(pkt, csum.check_off,
			   nft_xlat_csum_update(check, diff, csum.zero_is_none));
}

/**
 * nft_xlat_csum_query() - type and checksum of an ICMP echo
 * @pkt: the packet; @pkt->l4 is filled
 * @off: where the ICMP header is; it is linear
 * @ip6: the IPv6 header, old or new, of the packet that it is in
 * @len: length of the ICMP message (bytes)
 *
 * ICMPv6 has a pseudo-header, ICMP has none (RFC 7915 section 4.2). Hook
 * context.
 *
 * Return: what to do with the packet.
 */
enum nft_xlat_result nft_xlat_csum_query(struct nft_xlat_pkt *pkt,
					 unsigned int off,
					 const struct ipv6hdr *ip6,
					 unsigned int len)
{
	const struct icmphdr *icmp;
	__sum16 check, pseudo;
	__wsum sum;
	u8 type;

	icmp = (const struct icmphdr *)(pkt->skb->data + off);
	type = icmp->type;
	if (!(pkt->to_ip6 ? nft_xlat_icmp46_query(&type) :
			    nft_xlat_icmp64_query(&type)))
		return NFT_XLAT_DROP;

	sum = csum_sub(~csum_unfold(icmp->checksum),
		       nft_xlat_csum_type(icmp->type));
	sum = csum_add(sum, nft_xlat_csum_type(type));

	if (pkt->to_ip6) {
		check = csum_ipv6_magic(&ip6->saddr, &ip6->daddr, len,
					IPPROTO_ICMPV6, sum);
	} else {
		pseudo = nft_xlat_csum_seed(ip6, true, len, IPPROTO_ICMPV6);
		check = csum_fold(csum_sub(sum, csum_unfold(pseudo)));
	}

	pkt->l4.type = type;
	pkt->l4.set_type = true;
	nft_xlat_set_check(pkt, offsetof(struct icmphdr, checksum), check);

	return NFT_XLAT_DONE;
}

/**
 * nft_xlat_csum_l4_diff() - what the new transport header sums up to
 * @pkt: the packet, @pkt->l4 filled, not yet rewritten
 * @off: where the transport header is
 *
 * Return: the difference to the old one's sum. Any context.
 */
__wsum nft_xlat_csum_l4_diff(const struct nft_xlat_pkt *pkt, unsigned int off)
{
	const struct nft_xlat_l4 *l4 = &pkt->l4;
	const u8 *data = pkt->skb->data + off;
	__wsum diff = 0;

	if (l4->check_off) {
		diff = csum_sub(csum_unfold(l4->check),
				csum_unfold(*(const __sum16 *)
					    (data + l4->check_off)));
	}

	if (l4->set_type) {
		diff = csum_add(diff, nft_xlat_csum_type(l4->type));
		diff = csum_sub(diff, nft_xlat_csum_type(*data));
	}

	return diff;
}
