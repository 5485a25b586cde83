// SPDX-License-Identifier: GPL-2.0-only
/* The packet itself: headers exchanged in place, in front of a payload that
 * stays where it is, and what the skb says of them.
 */

#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/netdevice.h>

#include "nft_xlat.h"

/**
 * nft_xlat_mac_len() - length of the packet's link layer header
 * @pkt: the packet
 *
 * A packet on its way in is seen by packet sockets and matched by its link
 * layer header, which therefore moves along. On its way out it has none yet.
 *
 * Return: the length in bytes.
 */
unsigned int nft_xlat_mac_len(const struct nft_xlat_pkt *pkt)
{
	if (!nft_xlat_way_in(pkt->state) || !skb_mac_header_was_set(pkt->skb))
		return 0;

	return -skb_mac_offset(pkt->skb);
}

/**
 * nft_xlat_put_mac() - put a link layer header in front of a packet
 * @skb: the packet, its protocol set
 * @mac: the header, anywhere in the same buffer or elsewhere
 * @mac_len: its length (bytes)
 *
 * An Ethernet header comes to name the packet's protocol. Any context.
 */
void nft_xlat_put_mac(struct sk_buff *skb, const u8 *mac, unsigned int mac_len)
{
	if (!mac_len) {
		skb_reset_mac_header(skb);
		return;
	}

	skb_set_mac_header(skb, -(int)mac_len);
	if (mac_len == ETH_HLEN) {
		struct ethhdr eth = *(const struct ethhdr *)mac;

		if (skb->dev->type == ARPHRD_ETHER)
			eth.h_proto = skb->protocol;
		*eth_hdr(skb) = eth;
		return;
	}

	memmove(skb->data - mac_len, mac, mac_len);
	if (skb->dev->type == ARPHRD_ETHER && mac_len > ETH_HLEN)
		*(__be16 *)(skb->data - sizeof(__be16)) = skb->protocol;
}

/* What GSO says of the families: of a TCP packet, and of one in a tunnel */
static void nft_xlat_set_gso(struct nft_xlat_pkt *pkt)
{
	struct skb_shared_info *shinfo = skb_shinfo(pkt->skb);
	unsigned int type4, type6;

	switch (pkt->l4proto) {
	case IPPROTO_TCP:
		type4 = SKB_GSO_TCPV4;
		type6 = SKB_GSO_TCPV6;
		shinfo->gso_type &= ~SKB_GSO_TCP_FIXEDID;
		break;
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
		type4 = SKB_GSO_IPXIP4;
		type6 = SKB_GSO_IPXIP6;
		break;
	default:
		return;
	}

	shinfo->gso_type &= ~(type4 | type6);
	shinfo->gso_type |= pkt->to_ip6 ? type6 : type4;
}

/* Of the usual lengths, which the compiler knows what to do with */
static void nft_xlat_put_hdr(const struct nft_xlat_pkt *pkt)
{
	void *data = pkt->skb->data;

	switch (pkt->new_len) {
	case sizeof(struct ipv6hdr):
		memcpy(data, pkt->hdr, sizeof(struct ipv6hdr));
		break;
	case sizeof(struct iphdr):
		memcpy(data, pkt->hdr, sizeof(struct iphdr));
		break;
	default:
		memcpy(data, pkt->hdr, pkt->new_len);
	}
}

/**
 * nft_xlat_rewrite() - exchange the packet's headers
 * @pkt: the packet, its new headers ready
 *
 * A GSO packet stays one packet. CHECKSUM_PARTIAL needs nothing: it counts from
 * the start of the buffer, where the transport header does not move. Hook
 * context.
 *
 * Return: 0, or -ENOMEM with the packet fit for nothing but to be freed.
 */
int nft_xlat_rewrite(struct nft_xlat_pkt *pkt)
{
	const struct nft_xlat_l4 *l4 = &pkt->l4;
	struct sk_buff *skb = pkt->skb;
	unsigned int mac_len, grow;
	const u8 *mac;
	u8 *data;

	mac_len = nft_xlat_mac_len(pkt);
	grow = pkt->new_len > pkt->old_len ? pkt->new_len - pkt->old_len : 0;
	if (skb_cow_head(skb, grow + mac_len))
		return -ENOMEM;
	if ((pkt->quote.cut_len || pkt->quote.pad_len) &&
	    nft_xlat_quote_edit(pkt))
		return -ENOMEM;

	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_sub(skb->csum,
				     csum_partial(skb->data,
						  pkt->old_len + l4->len, 0));

	data = skb->data + pkt->old_len;
	if (l4->check_off)
		*(__sum16 *)(data + l4->check_off) = l4->check;
	if (l4->set_type)
		*data = l4->type;

	skb->protocol = htons(pkt->to_ip6 ? ETH_P_IPV6 : ETH_P_IP);
	mac = skb->data - mac_len;
	__skb_pull(skb, pkt->old_len);
	__skb_push(skb, pkt->new_len);
	nft_xlat_put_mac(skb, mac, mac_len);
	nft_xlat_put_hdr(pkt);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, pkt->to_ip6 ? sizeof(struct ipv6hdr) :
						    sizeof(struct iphdr));

	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_add(skb->csum,
				     csum_partial(skb->data,
						  pkt->new_len + l4->len, 0));

	if (l4->pending)
		nft_xlat_csum_leave(skb, pkt->new_len, l4->check_off);
	if (skb_is_gso(skb))
		nft_xlat_set_gso(pkt);
	skb->ignore_df = pkt->may_fragment;

	return 0;
}
