// SPDX-License-Identifier: GPL-2.0-only
/* The short way, of nearly all packets: TCP or UDP, whole, without options or
 * extension headers, by prefixes of 96 bits. The last word of an address is the
 * same in both families, and what the others add to a checksum is known with
 * the rule.
 *
 * Anything else is told apart before the packet is touched, and goes the long
 * way by nft_xlat_46() or nft_xlat_64() and nft_xlat_rewrite(), which would do
 * the same with these packets.
 */

#include <linux/in.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

/* The checksum of the transport header behind an IP header of @thoff bytes,
 * changed by @diff, and where it is. False: not for the short way.
 */
static bool nft_xlat_fast_l4(const struct sk_buff *skb, unsigned int thoff,
			     u8 l4proto, __wsum diff, __sum16 *check,
			     unsigned int *check_off)
{
	bool udp = l4proto == IPPROTO_UDP;

	if (!udp && l4proto != IPPROTO_TCP)
		return false;

	*check_off = thoff + (udp ? offsetof(struct udphdr, check) :
				    offsetof(struct tcphdr, check));
	if (skb_headlen(skb) < thoff + (udp ? sizeof(struct udphdr) :
					      sizeof(struct tcphdr)) ||
	    skb_is_gso(skb))
		return false;

	*check = *(const __sum16 *)(skb->data + *check_off);
	if (udp && !*check)
		return false;

	switch (skb->ip_summed) {
	case CHECKSUM_COMPLETE:
		return false;
	case CHECKSUM_PARTIAL:
		if (skb_checksum_start_offset(skb) != thoff)
			return false;
		*check = ~csum_fold(csum_add(csum_unfold(*check), diff));
		return true;
	default:
		*check = nft_xlat_csum_update(*check, diff, udp);
		return true;
	}
}

static enum nft_xlat_result nft_xlat_fast64(const struct nft_xlat *priv,
					    struct sk_buff *skb,
					    const struct nf_hook_state *state)
{
	const struct nft_xlat_prefix *sprefix = &priv->map[NFT_XLAT_SRC].prefix;
	const struct nft_xlat_prefix *dprefix = &priv->map[NFT_XLAT_DST].prefix;
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	const struct nft_xlat_chain chain = { .l4proto = ip6->nexthdr };
	unsigned int tot_len, check_off, mac_len;
	__be32 saddr, daddr;
	struct iphdr ip4;
	__sum16 check;

	if (!nft_xlat_extract96(dprefix, &ip6->daddr, &daddr) ||
	    !nft_xlat_addr4_valid(daddr))
		return NFT_XLAT_NONE;

	tot_len = skb->len - sizeof(*ip6) + sizeof(ip4);
	if (tot_len > U16_MAX || skb->ignore_df ||
	    (!nft_xlat_netdev(state) && IP6CB(skb)->frag_max_size) ||
	    !nft_xlat_extract96(sprefix, &ip6->saddr, &saddr) ||
	    !nft_xlat_addr4_valid(saddr) ||
	    !nft_xlat_fast_l4(skb, sizeof(*ip6), chain.l4proto, ~priv->diff46,
			      &check, &check_off))
		return NFT_XLAT_LONG;

	mac_len = nft_xlat_mac_len(skb, state);
	if (skb_cow_head(skb, mac_len) || !nft_xlat_ct_leave(skb, state))
		return NFT_XLAT_DROP;

	nft_xlat_build_ip4(ipv6_hdr(skb), &chain, tot_len, saddr, daddr, &ip4);
	nft_xlat_select_ident(state->net, &ip4, 1);
	ip4.check = ip_fast_csum(&ip4, sizeof(ip4) / sizeof(u32));

	*(__sum16 *)(skb->data + check_off) = check;
	nft_xlat_exchange(skb, mac_len, sizeof(*ip6), sizeof(ip4), false);
	*(struct iphdr *)skb->data = ip4;
	skb->ignore_df = !(ip4.frag_off & htons(IP_DF));

	return NFT_XLAT_DONE;
}

static enum nft_xlat_result nft_xlat_fast46(const struct nft_xlat *priv,
					    struct sk_buff *skb,
					    const struct nf_hook_state *state)
{
	unsigned int payload_len, check_off, mac_len;
	const struct iphdr *ip4 = ip_hdr(skb);
	struct ipv6hdr ip6;
	bool may_fragment;
	__sum16 check;

	if (!nft_xlat_addr4_valid(ip4->daddr))
		return NFT_XLAT_NONE;

	may_fragment = !(ip4->frag_off & htons(IP_DF));
	payload_len = skb->len - sizeof(*ip4);
	if (ip4->ihl != sizeof(*ip4) / sizeof(u32) ||
	    ip4->frag_off & htons(IP_MF | IP_OFFSET) ||
	    (may_fragment && sizeof(ip6) + payload_len > priv->mtu) ||
	    (!nft_xlat_netdev(state) && IPCB(skb)->frag_max_size) ||
	    !nft_xlat_addr4_valid(ip4->saddr) ||
	    !nft_xlat_fast_l4(skb, sizeof(*ip4), ip4->protocol, priv->diff46,
			      &check, &check_off))
		return NFT_XLAT_LONG;

	mac_len = nft_xlat_mac_len(skb, state);
	if (skb_cow_head(skb, sizeof(ip6) - sizeof(*ip4) + mac_len) ||
	    !nft_xlat_ct_leave(skb, state))
		return NFT_XLAT_DROP;

	ip4 = ip_hdr(skb);
	nft_xlat_build_ip6(ip4, payload_len, &ip6);
	nft_xlat_embed96(&priv->map[NFT_XLAT_SRC].prefix, ip4->saddr,
			 &ip6.saddr);
	nft_xlat_embed96(&priv->map[NFT_XLAT_DST].prefix, ip4->daddr,
			 &ip6.daddr);

	*(__sum16 *)(skb->data + check_off) = check;
	nft_xlat_exchange(skb, mac_len, sizeof(*ip4), sizeof(ip6), true);
	*(struct ipv6hdr *)skb->data = ip6;
	skb->ignore_df = may_fragment;

	return NFT_XLAT_DONE;
}

/**
 * nft_xlat_fast() - translate a packet the short way
 * @priv: the rule
 * @skb: the packet; its data begins at the network header
 * @state: the hook that it is at
 * @to_ip6: it is an IPv4 packet, else an IPv6 one
 *
 * RFC 7915 sections 4.1, 4.5, 5.1 and 5.5. Between nft_xlat_enter() and
 * nft_xlat_leave(), under RCU.
 *
 * Return: %NFT_XLAT_DONE; %NFT_XLAT_NONE, or %NFT_XLAT_LONG if the long way has
 * to be asked, with nothing changed; or %NFT_XLAT_DROP.
 */
enum nft_xlat_result nft_xlat_fast(const struct nft_xlat *priv,
				   struct sk_buff *skb,
				   const struct nf_hook_state *state,
				   bool to_ip6)
{
	enum nft_xlat_result result;

	if (!priv->prefix96)
		return NFT_XLAT_LONG;

	result = to_ip6 ? nft_xlat_fast46(priv, skb, state) :
			  nft_xlat_fast64(priv, skb, state);
	if (result == NFT_XLAT_DONE)
		nf_reset_ct(skb);

	return result;
}
