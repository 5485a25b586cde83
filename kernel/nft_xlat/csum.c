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
#include <net/ip6_checksum.h>

#include "nft_xlat.h"

/**
 * nft_xlat_csum_addrs4() - sum of an IPv4 header's addresses
 * @ip4: the header
 *
 * Return: their part of the pseudo-header's sum. Any context.
 */
__wsum nft_xlat_csum_addrs4(const struct iphdr *ip4)
{
	return csum_partial(&ip4->saddr, 2 * sizeof(ip4->saddr), 0);
}

/**
 * nft_xlat_csum_addrs6() - sum of an IPv6 header's addresses
 * @ip6: the header
 *
 * Return: their part of the pseudo-header's sum. Any context.
 */
__wsum nft_xlat_csum_addrs6(const struct ipv6hdr *ip6)
{
	return csum_partial(&ip6->saddr, 2 * sizeof(ip6->saddr), 0);
}

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

/* A UDP datagram without checksum, which IPv6 does not have */
static enum nft_xlat_result nft_xlat_csum_udp_make(struct nft_xlat_pkt *pkt,
						   unsigned int off)
{
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)pkt->hdr;
	struct sk_buff *skb = pkt->skb;
	unsigned int len;
	__sum16 check;

	if (!pkt->to_ip6 || skb_is_gso(skb))
		return NFT_XLAT_DROP;

	/* What a tunnel inside has left for later is part of the sum */
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return NFT_XLAT_DROP;

	len = ntohs(((const struct udphdr *)(skb->data + off))->len);
	if (len < sizeof(struct udphdr) || len > skb->len - off)
		return NFT_XLAT_DROP;

	check = csum_ipv6_magic(&ip6->saddr, &ip6->daddr, len, IPPROTO_UDP,
				skb_checksum(skb, off, len, 0));
	nft_xlat_set_check(pkt, offsetof(struct udphdr, check),
			   check ?: CSUM_MANGLED_0);

	return NFT_XLAT_DONE;
}

/**
 * nft_xlat_csum_l4() - checksum of a TCP or UDP header
 * @pkt: the packet; @pkt->l4 is filled
 * @l4proto: IPPROTO_TCP or IPPROTO_UDP
 * @off: where the header is; behind @pkt->thoff it is in a packet that an ICMP
 *	error quotes, may be cut short, and what there is of it is linear
 * @diff: difference that the new addresses make to the pseudo-header's sum
 *
 * RFC 7915 sections 4.5 and 5.1. Hook context.
 *
 * Return: what to do with the packet.
 */
enum nft_xlat_result nft_xlat_csum_l4(struct nft_xlat_pkt *pkt, u8 l4proto,
				      unsigned int off, __wsum diff)
{
	bool quoted = off != pkt->thoff;
	struct sk_buff *skb = pkt->skb;
	unsigned int len, check_off;
	__sum16 check;

	if (l4proto == IPPROTO_TCP) {
		len = sizeof(struct tcphdr);
		check_off = offsetof(struct tcphdr, check);
	} else {
		len = sizeof(struct udphdr);
		check_off = offsetof(struct udphdr, check);
	}

	if (quoted) {
		if (skb->len < off + check_off + sizeof(check))
			return NFT_XLAT_DONE;
	} else if (!pskb_may_pull(skb, off + len)) {
		return NFT_XLAT_DROP;
	}

	check = *(const __sum16 *)(skb->data + off + check_off);

	if (!quoted && nft_xlat_csum_pending(skb, off)) {
		/* The field holds the sum of the pseudo-header */
		check = ~csum_fold(csum_add(csum_unfold(check), diff));
	} else if (l4proto == IPPROTO_UDP && !check) {
		return quoted ? NFT_XLAT_DONE :
				nft_xlat_csum_udp_make(pkt, off);
	} else {
		check = csum_fold(csum_add(~csum_unfold(check), diff));
		if (l4proto == IPPROTO_UDP && !check)
			check = CSUM_MANGLED_0;
	}

	nft_xlat_set_check(pkt, check_off, check);

	return NFT_XLAT_DONE;
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
		pseudo = ~csum_ipv6_magic(&ip6->saddr, &ip6->daddr, len,
					  IPPROTO_ICMPV6, 0);
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
