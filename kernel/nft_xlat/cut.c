// SPDX-License-Identifier: GPL-2.0-only
/* Packets that have to become several: GSO packets whose segments have to be
 * translated each, and what is too large for IPv6 and may be fragmented.
 */

#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "compat.h"
#include "nft_xlat.h"

/**
 * nft_xlat_gso_fits() - how large are a GSO packet's segments once translated?
 * @skb: the packet
 * @thoff: offset of its transport header (bytes)
 * @hdr_len: length of the headers that will take the place of those in front
 *	of it (bytes)
 * @mtu: what they are compared with (bytes)
 *
 * Any context.
 *
 * Return: true if none of them is larger than @mtu.
 */
bool nft_xlat_gso_fits(struct sk_buff *skb, unsigned int thoff,
		       unsigned int hdr_len, unsigned int mtu)
{
	skb_set_transport_header(skb, thoff);

	return skb_gso_validate_network_len(skb, mtu + thoff - hdr_len);
}

/* Of a list of packets that GRO has made the kernel hands out the packets
 * themselves, the one in hand being the first: make it an ordinary GSO packet.
 */
static int nft_xlat_unlist(const struct nft_xlat_pkt *pkt)
{
	unsigned int check_off = pkt->l4.check_off;
	struct sk_buff *skb = pkt->skb;

	if (skb_ensure_writable(skb, skb->len))
		return -ENOMEM;

	*(__sum16 *)(skb->data + pkt->thoff + check_off) =
		nft_xlat_csum_seed(skb->data, !pkt->to_ip6,
				   skb->len - pkt->thoff, pkt->l4proto);
	nft_xlat_csum_leave(skb, pkt->thoff, check_off);
	skb_set_transport_header(skb, pkt->thoff);

	return 0;
}

/**
 * nft_xlat_segment() - take a GSO packet apart
 * @pkt: the packet, not rewritten yet, which stays the caller's
 *
 * The segments share its payload where they can, and their checksums are still
 * pending. Hook context.
 *
 * Return: a list of the segments, or NULL.
 */
struct sk_buff *nft_xlat_segment(const struct nft_xlat_pkt *pkt)
{
	struct sk_buff *skb = pkt->skb, *segs, *seg, *next;
	unsigned int mac_len = nft_xlat_mac_len(skb, pkt->state);

	if (skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST &&
	    nft_xlat_unlist(pkt))
		return NULL;

	/* What it finds in front of the network header it puts in front of
	 * each segment.
	 */
	__skb_push(skb, mac_len);
	segs = skb_gso_segment(skb, NETIF_F_SG | NETIF_F_HW_CSUM);
	__skb_pull(skb, mac_len);
	if (IS_ERR_OR_NULL(segs))
		return NULL;

	skb_list_walk_safe(segs, seg, next)
		__skb_pull(seg, mac_len);

	return segs;
}

/* The next fragment, with the link layer header of the whole */
static struct sk_buff *nft_xlat_cut_next(const struct nft_xlat_pkt *pkt,
					 struct ip6_frag_state *state,
					 unsigned int mac_len)
{
	struct sk_buff *skb = pkt->skb, *frag;

	frag = ip6_frag_next(skb, state);
	if (IS_ERR(frag))
		return NULL;

	/* The part that ends a fragment is not the end of the datagram */
	if (pkt->frag.more && !state->left) {
		struct frag_hdr *fh = (struct frag_hdr *)(ipv6_hdr(frag) + 1);

		fh->frag_off |= htons(IP6_MF);
	}

	skb_set_transport_header(frag, sizeof(struct ipv6hdr));
	__vlan_hwaccel_copy_tag(frag, skb);
	nft_xlat_put_mac(frag, skb->data - mac_len, mac_len);

	return frag;
}

/**
 * nft_xlat_cut() - cut an IPv6 packet into fragments
 * @pkt: the packet, rewritten, without a Fragment header; stays the caller's
 *
 * RFC 7915 sections 4 and 4.1: none is larger than the MTU, the identification
 * is that of the IPv4 packet. Hook context.
 *
 * Return: a list of the fragments, or NULL.
 */
struct sk_buff *nft_xlat_cut(const struct nft_xlat_pkt *pkt)
{
	const unsigned int hdr_len = sizeof(struct ipv6hdr);
	struct sk_buff *skb = pkt->skb, *frags = NULL;
	unsigned int mac_len = nft_xlat_mac_len(skb, pkt->state);
	struct sk_buff **tail = &frags;
	struct ip6_frag_state state;
	struct ipv6hdr *ip6;

	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb))
		return NULL;

	ip6 = ipv6_hdr(skb);
	ip6_frag_init(skb, hdr_len,
		      pkt->mtu - hdr_len - sizeof(struct frag_hdr),
		      skb->dev ? skb->dev->needed_tailroom : 0,
		      ALIGN(LL_MAX_HEADER + mac_len, sizeof(u32)),
		      &ip6->nexthdr, ip6->nexthdr, pkt->frag.id, &state);
	state.offset = pkt->frag.offset;

	while (state.left) {
		*tail = nft_xlat_cut_next(pkt, &state, mac_len);
		if (!*tail) {
			kfree_skb_list(frags);
			return NULL;
		}
		tail = &(*tail)->next;
	}

	return frags;
}
