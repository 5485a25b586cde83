// SPDX-License-Identifier: GPL-2.0-only
/* The packet itself: headers exchanged in place, in front of a payload that
 * stays where it is, and what the skb says of them.
 */

#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/netdevice.h>

#include "nft_xlat.h"

/* A packet on its way in is seen by packet sockets and matched by its link
 * layer header, which therefore moves along, and names the new family. On its
 * way out it has none yet, and at output no device either.
 */
static void nft_xlat_move_mac(struct sk_buff *skb, const u8 *mac,
			      unsigned int mac_len)
{
	if (!mac_len) {
		skb_reset_mac_header(skb);
		return;
	}

	memmove(skb->data - mac_len, mac, mac_len);
	skb_set_mac_header(skb, -(int)mac_len);

	if (skb->dev->type == ARPHRD_ETHER && mac_len >= ETH_HLEN)
		*(__be16 *)(skb->data - sizeof(__be16)) = skb->protocol;
}

static void nft_xlat_set_gso(struct sk_buff *skb, u8 l4proto, bool to_ip6)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);

	if (!skb_is_gso(skb) || l4proto != IPPROTO_TCP)
		return;

	shinfo->gso_type &= ~(SKB_GSO_TCPV4 | SKB_GSO_TCPV6 |
			      SKB_GSO_TCP_FIXEDID);
	shinfo->gso_type |= to_ip6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
}

/**
 * nft_xlat_rewrite() - exchange the packet's headers
 * @pkt: the packet, its new headers ready
 *
 * A GSO packet stays one packet. CHECKSUM_PARTIAL needs nothing: it counts from
 * the start of the buffer, where the transport header does not move. Hook
 * context.
 *
 * Return: 0, or -ENOMEM with the packet as it was.
 */
int nft_xlat_rewrite(struct nft_xlat_pkt *pkt)
{
	const struct nft_xlat_l4 *l4 = &pkt->l4;
	struct sk_buff *skb = pkt->skb;
	unsigned int mac_len = 0, grow;
	const u8 *mac;
	u8 *data;

	if (nft_xlat_way_in(pkt) && skb_mac_header_was_set(skb))
		mac_len = -skb_mac_offset(skb);

	grow = pkt->new_len > pkt->old_len ? pkt->new_len - pkt->old_len : 0;
	if (skb_cow_head(skb, grow + mac_len))
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
	nft_xlat_move_mac(skb, mac, mac_len);
	memcpy(skb->data, pkt->hdr, pkt->new_len);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, pkt->to_ip6 ? sizeof(struct ipv6hdr) :
						    sizeof(struct iphdr));

	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_add(skb->csum,
				     csum_partial(skb->data,
						  pkt->new_len + l4->len, 0));

	nft_xlat_set_gso(skb, pkt->l4proto, pkt->to_ip6);
	skb->ignore_df = pkt->may_fragment;

	return 0;
}
