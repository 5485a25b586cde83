// SPDX-License-Identifier: GPL-2.0-only
/* Header translation, IPv6 to IPv4 (RFC 7915 section 5). */

#include <linux/in.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

/* A packet that was, or would have been, a run of IPv6 fragments may be
 * fragmented again; of a GSO packet it is the segments' size that counts.
 */
static bool nft_xlat_64_no_df(const struct nft_xlat_pkt *pkt)
{
	const struct dst_entry *dst = skb_dst(pkt->skb);
	struct sk_buff *skb = pkt->skb;

	if (pkt->reassembled)
		return true;

	if (skb_is_gso(skb))
		return nft_xlat_gso_fits(skb, pkt->thoff, sizeof(struct iphdr),
					 NFT_XLAT_NO_DF_MAX);

	return skb->ignore_df && dst && skb->len > dst_mtu(dst);
}

/* Does the packet carry an ICMPv6 error? A later fragment does not tell. */
static bool nft_xlat_64_is_error(const struct sk_buff *skb,
				 const struct nft_xlat_chain *chain)
{
	const u8 *type;
	u8 type_copy;

	if (chain->l4proto != IPPROTO_ICMPV6 || chain->frag.offset)
		return false;

	type = skb_header_pointer(skb, chain->thoff, sizeof(type_copy),
				  &type_copy);

	return type && nft_xlat_icmp64_is_error(*type);
}

/* ICMPv6, which has a pseudo-header, to ICMP, which has none. Part of a message
 * has no checksum to be updated (RFC 7915 section 1.2).
 */
static enum nft_xlat_result nft_xlat_64_icmp(struct nft_xlat_pkt *pkt,
					     bool mapped, __be32 saddr,
					     __be32 daddr)
{
	struct sk_buff *skb = pkt->skb;
	const struct icmp6hdr *icmp6;

	if (nft_xlat_is_frag(&pkt->frag) ||
	    !pskb_may_pull(skb, pkt->thoff + sizeof(*icmp6)))
		return NFT_XLAT_DROP;

	/* Rare enough to be done with here: only virtual machines send it */
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return NFT_XLAT_DROP;

	icmp6 = (const struct icmp6hdr *)(skb->data + pkt->thoff);
	if (nft_xlat_icmp64_is_error(icmp6->icmp6_type)) {
		/* RFC 6791: the error is worth more than its sender's name */
		if (!mapped)
			saddr = nft_xlat_own_saddr(pkt, daddr);
		return nft_xlat_icmp64_error(pkt, saddr, daddr);
	}

	return nft_xlat_csum_query(pkt, pkt->thoff, ipv6_hdr(skb),
				   skb->len - pkt->thoff);
}

/* RFC 7915 section 5.1: a source route that is still under way has no
 * counterpart, and the sender is told so.
 */
static bool nft_xlat_64_chain_ok(const struct nft_xlat_pkt *pkt,
				 const struct nft_xlat_chain *chain)
{
	if (chain->segments_off) {
		nft_xlat_refuse6(pkt, chain->segments_off);
		return false;
	}

	return chain->l4proto != IPPROTO_ICMP &&
	       nft_xlat_frag_valid(&chain->frag, pkt->skb->len - chain->thoff);
}

/**
 * nft_xlat_64() - prepare the translation of an IPv6 packet
 * @pkt: the packet; @pkt->hdr, @pkt->l4 and @pkt->quote are filled, the packet
 *	is only read
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
	enum nft_xlat_result result = NFT_XLAT_DONE;
	struct sk_buff *skb = pkt->skb;
	struct nft_xlat_chain chain;
	__be32 saddr = 0, daddr;
	unsigned int tot_len;
	bool chain_ok, mapped;
	__wsum diff;

	if (!nft_xlat_map64(&pkt->env, pkt->daddr, &ip6->daddr, &daddr) ||
	    !nft_xlat_addr4_valid(daddr))
		return NFT_XLAT_NONE;

	mapped = nft_xlat_map64(&pkt->env, pkt->saddr, &ip6->saddr, &saddr) &&
		 nft_xlat_addr4_valid(saddr);

	chain_ok = nft_xlat_chain(skb, 0, &chain);
	if (!mapped && !nft_xlat_64_is_error(skb, &chain))
		return NFT_XLAT_NONE;

	if (!chain_ok || !nft_xlat_64_chain_ok(pkt, &chain) ||
	    !pskb_may_pull(skb, chain.thoff))
		return NFT_XLAT_DROP;

	ip6 = ipv6_hdr(skb);
	pkt->thoff = chain.thoff;
	pkt->l4proto = chain.l4proto;
	tot_len = skb->len - pkt->thoff + sizeof(*ip4);
	if (tot_len > U16_MAX) {
		if (!skb_is_gso(skb))
			return NFT_XLAT_DROP;
		pkt->segment = true;
	}

	pkt->frag = chain.frag;
	pkt->reassembled = !nft_xlat_netdev(pkt->state) &&
			   IP6CB(skb)->frag_max_size;
	pkt->old_len = pkt->thoff;
	pkt->new_len = sizeof(*ip4);
	nft_xlat_build_ip4(ip6, &chain, tot_len, saddr, daddr, ip4);
	diff = csum_sub(nft_xlat_csum_addrs4(ip4), nft_xlat_csum_addrs6(ip6));

	if (pkt->l4proto == IPPROTO_ICMPV6)
		result = nft_xlat_64_icmp(pkt, mapped, saddr, daddr);
	else if (!pkt->frag.offset)
		result = nft_xlat_csum_l4(pkt, diff);
	if (result != NFT_XLAT_DONE)
		return result;

	if (!chain.has_frag) {
		if (nft_xlat_64_no_df(pkt))
			ip4->frag_off = 0;
		nft_xlat_select_ident(pkt->state->net, ip4,
				      max_t(unsigned int, 1,
					    skb_shinfo(skb)->gso_segs));
	}
	pkt->may_fragment = !(ip4->frag_off & htons(IP_DF));
	ip4->check = ip_fast_csum(ip4, ip4->ihl);

	return NFT_XLAT_DONE;
}
