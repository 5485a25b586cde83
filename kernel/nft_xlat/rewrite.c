// SPDX-License-Identifier: GPL-2.0-only
/* The packet itself: headers exchanged in place, in front of a payload that
 * stays where it is, and what the skb says of them.
 */

#include <linux/in.h>

#include "nft_xlat.h"

/**
 * nft_xlat_put_mac_other() - put a link layer header in front of a packet
 * @skb: the packet, its protocol set
 * @mac: the header, anywhere in the same buffer or elsewhere
 * @mac_len: its length (bytes)
 *
 * What nft_xlat_put_mac() leaves to it: none, or one with VLAN tags, or of a
 * link layer other than Ethernet. Any context.
 */
void nft_xlat_put_mac_other(struct sk_buff *skb, const u8 *mac,
			    unsigned int mac_len)
{
	if (!mac_len) {
		skb_reset_mac_header(skb);
		return;
	}

	skb_set_mac_header(skb, -(int)mac_len);
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
	u8 *data;

	mac_len = nft_xlat_mac_len(skb, pkt->state);
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

	nft_xlat_exchange(skb, mac_len, pkt->old_len, pkt->new_len,
			  pkt->to_ip6);
	memcpy(skb->data, pkt->hdr, pkt->new_len);

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
