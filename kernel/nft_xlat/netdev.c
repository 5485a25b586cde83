// SPDX-License-Identifier: GPL-2.0-only
/* Ingress and egress of a device. Ahead of the stack nobody has looked at a
 * packet's IP header, and there are link layer headers in front of it.
 */

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <net/dst_metadata.h>
#include <net/ip.h>

#include "nft_xlat.h"

/* As much as the stack's own input asks for (RFC 791, RFC 1122 section
 * 3.2.1.2). What a link has padded goes: it is no part of the packet.
 */
static bool nft_xlat_netdev_valid4(struct sk_buff *skb)
{
	const struct iphdr *ip4;
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(*ip4)))
		return false;

	ip4 = ip_hdr(skb);
	if (ip4->version != 4 || ip4->ihl < sizeof(*ip4) / 4 ||
	    !pskb_may_pull(skb, ip4->ihl * 4))
		return false;

	ip4 = ip_hdr(skb);
	len = ntohs(ip4->tot_len);
	if (!len && skb_is_gso(skb))
		len = skb->len;

	return len >= ip4->ihl * 4 && len <= skb->len &&
	       !ip_fast_csum(ip4, ip4->ihl) && !pskb_trim_rcsum(skb, len);
}

/* The same for RFC 8200. Of jumbograms (RFC 2675) there are those only that GRO
 * has made.
 */
static bool nft_xlat_netdev_valid6(struct sk_buff *skb)
{
	const struct ipv6hdr *ip6;
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(*ip6)))
		return false;

	ip6 = ipv6_hdr(skb);
	if (ip6->version != 6)
		return false;

	len = ntohs(ip6->payload_len);
	if (!len && skb_is_gso(skb))
		return true;

	len += sizeof(*ip6);

	return len <= skb->len && !pskb_trim_rcsum(skb, len);
}

/**
 * nft_xlat_netdev_begin() - look at a packet at ingress or egress
 * @skb: the packet
 * @state: the hook
 * @to_ip6: it is an IPv4 packet, else an IPv6 one
 *
 * Its data begins at the network header from here on. At egress it has to have
 * a route, which bridged frames and those of packet sockets have not. Hook
 * context, under RCU.
 *
 * Return: %NFT_XLAT_DONE, %NFT_XLAT_NONE with nothing changed, or
 * %NFT_XLAT_DROP.
 */
enum nft_xlat_result nft_xlat_netdev_begin(struct sk_buff *skb,
					   const struct nf_hook_state *state,
					   bool to_ip6)
{
	if (!nft_xlat_way_in(state) && !skb_valid_dst(skb))
		return NFT_XLAT_NONE;

	/* No header can be exchanged under the eyes of somebody else */
	if (skb_shared(skb))
		return NFT_XLAT_DROP;

	__skb_pull(skb, skb_network_offset(skb));
	if (!(to_ip6 ? nft_xlat_netdev_valid4(skb) :
		       nft_xlat_netdev_valid6(skb)))
		return NFT_XLAT_DROP;

	return NFT_XLAT_DONE;
}

/**
 * nft_xlat_netdev_leave() - leave a packet at ingress or egress as it is
 * @skb: the packet
 * @state: the hook
 *
 * The reverse of nft_xlat_netdev_begin(). Hook context.
 */
void nft_xlat_netdev_leave(struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	if (!nft_xlat_way_in(state))
		__skb_push(skb, -skb_mac_offset(skb));
}

/**
 * nft_xlat_netdev_accept() - a packet goes on in its new family where it is
 * @skb: the packet, translated at ingress
 *
 * What belongs to the old family, a loopback device has let it have, goes. Hook
 * context.
 */
void nft_xlat_netdev_accept(struct sk_buff *skb)
{
	skb_dst_drop(skb);
	skb_orphan(skb);
}

/**
 * nft_xlat_netdev_clean() - make room for what the IP layers know of a packet
 * @skb: a packet at ingress or egress that is dropped, and whose sender is told
 * @state: the hook
 *
 * The control block is that of the device's layer, or nobody's. Hook context.
 */
void nft_xlat_netdev_clean(struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	memset(skb->cb, 0, sizeof(skb->cb));
	if (skb->protocol == htons(ETH_P_IPV6))
		IP6CB(skb)->iif = nft_xlat_way_in(state) ?
				  skb->dev->ifindex : skb->skb_iif;
}
