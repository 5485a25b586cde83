// SPDX-License-Identifier: GPL-2.0-only
/* Header translation, IPv4 to IPv6 (RFC 7915 section 4). */

#include <linux/in.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

/**
 * nft_xlat_frag4() - which part of a datagram is an IPv4 packet?
 * @ip4: its header
 * @frag: what it says
 *
 * RFC 7915 section 4.1: the identification becomes the low 16 bits of an IPv6
 * one. Any context.
 */
void nft_xlat_frag4(const struct iphdr *ip4, struct nft_xlat_frag *frag)
{
	frag->id = htonl(ntohs(ip4->id));
	frag->offset = (ntohs(ip4->frag_off) & IP_OFFSET) * 8;
	frag->more = ip4->frag_off & htons(IP_MF);
}

/**
 * nft_xlat_build_fh() - make an IPv6 packet one with a Fragment header
 * @frag: which part of a datagram it is
 * @ip6: its header, which comes to speak of the Fragment header
 * @fh: the Fragment header to fill
 *
 * RFC 7915 section 4.1. Any context.
 */
void nft_xlat_build_fh(const struct nft_xlat_frag *frag, struct ipv6hdr *ip6,
		       struct frag_hdr *fh)
{
	fh->nexthdr = ip6->nexthdr;
	fh->reserved = 0;
	fh->frag_off = htons(frag->offset | (frag->more ? IP6_MF : 0));
	fh->identification = frag->id;

	ip6->nexthdr = NEXTHDR_FRAGMENT;
	ip6->payload_len = htons(ntohs(ip6->payload_len) + sizeof(*fh));
}

/**
 * nft_xlat_proto46_valid() - may the protocol number stand in an IPv6 packet?
 * @protocol: IPv4 protocol number
 *
 * What means nothing in IPv4 and is an extension header or ICMPv6 in IPv6 would
 * come to life by the translation. Any context.
 *
 * Return: false if it is one of those.
 */
bool nft_xlat_proto46_valid(u8 protocol)
{
	return protocol != IPPROTO_ICMPV6 && !nft_xlat_is_exthdr(protocol);
}

/* Options are dropped, but for a source route that is still under way, which
 * the sender is told of (RFC 7915 section 4.1).
 */
static bool nft_xlat_46_options_ok(const struct nft_xlat_pkt *pkt,
				   bool illegal_saddr)
{
	const u8 *opt, *end;

	opt = pkt->skb->data + sizeof(struct iphdr);
	end = pkt->skb->data + pkt->thoff;

	while (opt < end && opt[IPOPT_OPTVAL] != IPOPT_END) {
		if (opt[IPOPT_OPTVAL] == IPOPT_NOOP) {
			opt++;
			continue;
		}

		if (end - opt < 2 || opt[IPOPT_OLEN] < 2 ||
		    opt[IPOPT_OLEN] > end - opt)
			return false;

		if (opt[IPOPT_OPTVAL] == IPOPT_LSRR ||
		    opt[IPOPT_OPTVAL] == IPOPT_SSRR) {
			if (opt[IPOPT_OLEN] <= IPOPT_OFFSET)
				return false;
			if (opt[IPOPT_OFFSET] <= opt[IPOPT_OLEN]) {
				if (!illegal_saddr)
					nft_xlat_refuse4(pkt, ICMP_SR_FAILED);
				return false;
			}
		}

		opt += opt[IPOPT_OLEN];
	}

	return true;
}

/* ICMP, which has a pseudo-header in one family and none in the other. Part of
 * a message has no checksum to be updated (RFC 7915 section 1.2).
 */
static enum nft_xlat_result nft_xlat_46_icmp(struct nft_xlat_pkt *pkt,
					     const struct ipv6hdr *ip6,
					     bool illegal_saddr)
{
	struct sk_buff *skb = pkt->skb;
	const struct icmphdr *icmp;

	if (nft_xlat_is_frag(&pkt->frag) ||
	    !pskb_may_pull(skb, pkt->thoff + sizeof(*icmp)))
		return NFT_XLAT_DROP;

	/* Rare enough to be done with here: only virtual machines send it */
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return NFT_XLAT_DROP;

	icmp = (const struct icmphdr *)(skb->data + pkt->thoff);
	if (nft_xlat_icmp46_is_error(icmp->type))
		return nft_xlat_icmp46_error(pkt);

	if (illegal_saddr)
		return NFT_XLAT_DROP;

	return nft_xlat_csum_query(pkt, pkt->thoff, ip6,
				   skb->len - pkt->thoff);
}

/* RFC 7915 section 4: what IPv4 routers might cut has to be cut here, to what
 * every IPv6 path carries.
 */
static void nft_xlat_46_size(struct nft_xlat_pkt *pkt)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)pkt->hdr;
	struct sk_buff *skb = pkt->skb;
	unsigned int len;

	if (skb_is_gso(skb)) {
		if (pkt->may_fragment &&
		    !nft_xlat_gso_fits(skb, pkt->thoff, sizeof(*ip6), pkt->mtu))
			pkt->segment = true;
		return;
	}

	len = sizeof(*ip6) + ntohs(ip6->payload_len);
	if (nft_xlat_is_frag(&pkt->frag))
		len += sizeof(struct frag_hdr);
	pkt->cut = pkt->may_fragment && len > pkt->mtu;

	if (nft_xlat_is_frag(&pkt->frag) && !pkt->cut) {
		nft_xlat_build_fh(&pkt->frag, ip6,
				  (struct frag_hdr *)(ip6 + 1));
		pkt->new_len += sizeof(struct frag_hdr);
	}
}

/**
 * nft_xlat_46() - prepare the translation of an IPv4 packet
 * @pkt: the packet; @pkt->hdr, @pkt->l4 and @pkt->quote are filled, the packet
 *	is only read
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
	enum nft_xlat_result result = NFT_XLAT_DONE;
	unsigned int payload_len;
	bool illegal_saddr;
	__wsum diff;

	if (!nft_xlat_addr4_valid(ip4->daddr) ||
	    !nft_xlat_map46(&pkt->env, pkt->daddr, ip4->daddr, &ip6->daddr) ||
	    !nft_xlat_map46(&pkt->env, pkt->saddr, ip4->saddr, &ip6->saddr))
		return NFT_XLAT_NONE;

	illegal_saddr = !nft_xlat_addr4_valid(ip4->saddr);
	if (illegal_saddr && ip4->protocol != IPPROTO_ICMP)
		return NFT_XLAT_DROP;

	pkt->thoff = ip4->ihl * 4;
	pkt->l4proto = ip4->protocol;
	if (!nft_xlat_proto46_valid(pkt->l4proto))
		return NFT_XLAT_DROP;

	if (pkt->thoff > sizeof(*ip4) &&
	    !nft_xlat_46_options_ok(pkt, illegal_saddr))
		return NFT_XLAT_DROP;

	payload_len = pkt->skb->len - pkt->thoff;
	if (payload_len > IPV6_MAXPLEN) {
		if (!skb_is_gso(pkt->skb))
			return NFT_XLAT_DROP;
		pkt->segment = true;
	}

	nft_xlat_frag4(ip4, &pkt->frag);
	if (!nft_xlat_frag_valid(&pkt->frag, payload_len))
		return NFT_XLAT_DROP;

	pkt->reassembled = !nft_xlat_netdev(pkt->state) &&
			   IPCB(pkt->skb)->frag_max_size;
	pkt->may_fragment = pkt->reassembled || !(ip4->frag_off & htons(IP_DF));
	pkt->old_len = pkt->thoff;
	pkt->new_len = sizeof(*ip6);
	nft_xlat_build_ip6(ip4, payload_len, ip6);
	diff = csum_sub(nft_xlat_csum_addrs6(ip6), nft_xlat_csum_addrs4(ip4));

	if (pkt->l4proto == IPPROTO_ICMP)
		result = nft_xlat_46_icmp(pkt, ip6, illegal_saddr);
	else if (!pkt->frag.offset)
		result = nft_xlat_csum_l4(pkt, diff);
	if (result != NFT_XLAT_DONE)
		return result;

	nft_xlat_46_size(pkt);

	return NFT_XLAT_DONE;
}
