// SPDX-License-Identifier: GPL-2.0-only
/* The short way, of nearly all packets: TCP or UDP, whole, without options or
 * extension headers. By two prefixes of 96 bits, the last word of an address is
 * the same in both families, and what the others add to a checksum is known with
 * the rule.
 *
 * Anything else is told apart before an address is mapped, and goes the long
 * way by nft_xlat_46() or nft_xlat_64() and nft_xlat_rewrite(), which would do
 * the same with these packets.
 */

#include <linux/in.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

/* Is what is behind an IP header of @thoff bytes for the short way, and where is
 * its checksum?
 */
static bool nft_xlat_fast_l4(const struct sk_buff *skb, unsigned int thoff,
			     u8 l4proto, unsigned int *check_off)
{
	unsigned int hdr_len;

	switch (l4proto) {
	case IPPROTO_TCP:
		hdr_len = sizeof(struct tcphdr);
		*check_off = thoff + offsetof(struct tcphdr, check);
		break;
	case IPPROTO_UDP:
		hdr_len = sizeof(struct udphdr);
		*check_off = thoff + offsetof(struct udphdr, check);
		break;
	default:
		return false;
	}

	if (skb_headlen(skb) < thoff + hdr_len || skb_is_gso(skb) ||
	    skb->ip_summed == CHECKSUM_COMPLETE)
		return false;

	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    skb_checksum_start_offset(skb) != thoff)
		return false;

	/* UDP may have none */
	return l4proto == IPPROTO_TCP ||
	       *(const __sum16 *)(skb->data + *check_off);
}

static void nft_xlat_fast_check(struct sk_buff *skb, u8 l4proto,
				unsigned int check_off, __wsum diff)
{
	__sum16 *check = (__sum16 *)(skb->data + check_off);

	if (skb->ip_summed == CHECKSUM_PARTIAL)
		*check = ~csum_fold(csum_add(csum_unfold(*check), diff));
	else
		*check = nft_xlat_csum_update(*check, diff,
					      l4proto == IPPROTO_UDP);
}

/* What the new addresses add to the sum of a pseudo-header */
static __wsum nft_xlat_fast_diff46(const struct nft_xlat *priv,
				   const struct iphdr *ip4,
				   const struct ipv6hdr *ip6)
{
	if (priv->prefix96)
		return priv->diff46;

	return csum_sub(nft_xlat_csum_addrs6(ip6), nft_xlat_csum_addrs4(ip4));
}

static enum nft_xlat_result nft_xlat_fast64(const struct nft_xlat *priv,
					    const struct nft_xlat_env *env,
					    struct sk_buff *skb)
{
	const struct nf_hook_state *state = env->info->state;
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	const struct nft_xlat_chain chain = { .l4proto = ip6->nexthdr };
	unsigned int tot_len, check_off, mac_len;
	__be32 saddr, daddr;
	struct iphdr ip4;

	/* What conntrack has put together says so by ignore_df */
	tot_len = skb->len - sizeof(*ip6) + sizeof(ip4);
	if (tot_len > U16_MAX || skb->ignore_df ||
	    !nft_xlat_fast_l4(skb, sizeof(*ip6), chain.l4proto, &check_off))
		return NFT_XLAT_LONG;

	if (!nft_xlat_map64(env, &priv->map[NFT_XLAT_DST], &ip6->daddr,
			    &daddr) ||
	    !nft_xlat_addr4_valid(daddr) ||
	    !nft_xlat_map64(env, &priv->map[NFT_XLAT_SRC], &ip6->saddr,
			    &saddr) ||
	    !nft_xlat_addr4_valid(saddr))
		return NFT_XLAT_NONE;

	mac_len = nft_xlat_mac_len(skb, state);
	if (skb_cow_head(skb, mac_len) || !nft_xlat_ct_leave(skb, state))
		return NFT_XLAT_DROP;

	ip6 = ipv6_hdr(skb);
	nft_xlat_build_ip4(ip6, &chain, tot_len, saddr, daddr, &ip4);
	nft_xlat_select_ident(state->net, &ip4, 1);
	ip4.check = ip_fast_csum(&ip4, sizeof(ip4) / sizeof(u32));

	nft_xlat_fast_check(skb, chain.l4proto, check_off,
			    ~nft_xlat_fast_diff46(priv, &ip4, ip6));
	nft_xlat_exchange(skb, mac_len, sizeof(*ip6), sizeof(ip4), false);
	*(struct iphdr *)skb->data = ip4;

	return NFT_XLAT_DONE;
}

static enum nft_xlat_result nft_xlat_fast46(const struct nft_xlat *priv,
					    const struct nft_xlat_env *env,
					    struct sk_buff *skb)
{
	const struct nf_hook_state *state = env->info->state;
	unsigned int payload_len, check_off, mac_len;
	const struct iphdr *ip4 = ip_hdr(skb);
	struct ipv6hdr ip6;
	bool may_fragment;

	may_fragment = !(ip4->frag_off & htons(IP_DF));
	payload_len = skb->len - sizeof(*ip4);
	if (ip4->ihl != sizeof(*ip4) / sizeof(u32) ||
	    ip4->frag_off & htons(IP_MF | IP_OFFSET) ||
	    (may_fragment && sizeof(ip6) + payload_len > priv->mtu) ||
	    (!nft_xlat_netdev(state) && IPCB(skb)->frag_max_size) ||
	    !nft_xlat_addr4_valid(ip4->saddr) ||
	    !nft_xlat_fast_l4(skb, sizeof(*ip4), ip4->protocol, &check_off))
		return NFT_XLAT_LONG;

	if (!nft_xlat_addr4_valid(ip4->daddr) ||
	    !nft_xlat_map46(env, &priv->map[NFT_XLAT_DST], ip4->daddr,
			    &ip6.daddr) ||
	    !nft_xlat_map46(env, &priv->map[NFT_XLAT_SRC], ip4->saddr,
			    &ip6.saddr))
		return NFT_XLAT_NONE;

	mac_len = nft_xlat_mac_len(skb, state);
	if (skb_cow_head(skb, sizeof(ip6) - sizeof(*ip4) + mac_len) ||
	    !nft_xlat_ct_leave(skb, state))
		return NFT_XLAT_DROP;

	ip4 = ip_hdr(skb);
	nft_xlat_build_ip6(ip4, payload_len, &ip6);

	nft_xlat_fast_check(skb, ip4->protocol, check_off,
			    nft_xlat_fast_diff46(priv, ip4, &ip6));
	nft_xlat_exchange(skb, mac_len, sizeof(*ip4), sizeof(ip6), true);
	*(struct ipv6hdr *)skb->data = ip6;
	skb->ignore_df = may_fragment;

	return NFT_XLAT_DONE;
}

/**
 * nft_xlat_fast() - translate a packet the short way
 * @priv: the rule
 * @env: what maps its addresses beside the rule
 * @skb: the packet; its data begins at the network header
 * @to_ip6: it is an IPv4 packet, else an IPv6 one
 *
 * RFC 7915 sections 4.1, 4.5, 5.1 and 5.5. Between nft_xlat_enter() and
 * nft_xlat_leave(), under RCU.
 *
 * Return: %NFT_XLAT_DONE; %NFT_XLAT_LONG if it has to go the long way, with
 * nothing changed and no address mapped; %NFT_XLAT_NONE, with nothing changed;
 * or %NFT_XLAT_DROP.
 */
enum nft_xlat_result nft_xlat_fast(const struct nft_xlat *priv,
				   const struct nft_xlat_env *env,
				   struct sk_buff *skb, bool to_ip6)
{
	enum nft_xlat_result result;

	result = to_ip6 ? nft_xlat_fast46(priv, env, skb) :
			  nft_xlat_fast64(priv, env, skb);
	if (result == NFT_XLAT_DONE)
		nf_reset_ct(skb);

	return result;
}
