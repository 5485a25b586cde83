// SPDX-License-Identifier: GPL-2.0-only
/* What the routing tables are asked: addresses and MTUs of ICMP errors, and the
 * way of those that this host sends itself.
 */

#include <linux/netdevice.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/route.h>

#include "nft_xlat.h"

/* The VRF that the packet is in: its index, 0: none */
static int nft_xlat_l3mdev(const struct nft_xlat_pkt *pkt)
{
	const struct dst_entry *dst = skb_dst(pkt->skb);

	return l3mdev_master_ifindex_rcu(dst ? dst->dev : pkt->skb->dev);
}

static struct rtable *nft_xlat_route4(const struct nft_xlat_pkt *pkt,
				      struct flowi4 *fl4, __be32 daddr)
{
	*fl4 = (struct flowi4) {
		.daddr		= daddr,
		.flowi4_mark	= pkt->skb->mark,
		.flowi4_l3mdev	= nft_xlat_l3mdev(pkt),
	};

	return ip_route_output_key(pkt->state->net, fl4);
}

/**
 * nft_xlat_own_saddr() - source for an ICMP error whose own cannot be mapped
 * @pkt: the error
 * @daddr: its IPv4 destination
 *
 * RFC 6791, RFC 7600 section 4.8: 192.0.0.8, the IPv4 dummy address, where the
 * packet stays on this host or is forwarded by it; where it leaves, what a
 * socket of this host would send from. Hook context, under RCU.
 *
 * Return: the source address.
 */
__be32 nft_xlat_own_saddr(const struct nft_xlat_pkt *pkt, __be32 daddr)
{
	struct flowi4 fl4;
	struct rtable *rt;

	if (nft_xlat_way_in(pkt->state))
		return htonl(INADDR_DUMMY);

	rt = nft_xlat_route4(pkt, &fl4, daddr);
	if (IS_ERR(rt))
		return htonl(INADDR_DUMMY);
	ip_rt_put(rt);

	return fl4.saddr;
}

/**
 * nft_xlat_route_mtu4() - MTU of the next hop to an IPv4 address
 * @pkt: the ICMP error that asks
 * @daddr: the address
 *
 * RFC 7915 sections 4.2 and 5.2. Hook context, under RCU.
 *
 * Return: the MTU in bytes, the largest that there is if no route is known.
 */
u32 nft_xlat_route_mtu4(const struct nft_xlat_pkt *pkt, __be32 daddr)
{
	struct flowi4 fl4;
	struct rtable *rt;
	u32 mtu;

	rt = nft_xlat_route4(pkt, &fl4, daddr);
	if (IS_ERR(rt))
		return IP_MAX_MTU;

	mtu = dst_mtu(&rt->dst);
	ip_rt_put(rt);

	return mtu;
}

/**
 * nft_xlat_route_mtu6() - MTU of the next hop to an IPv6 address
 * @pkt: the ICMP error that asks
 * @daddr: the address
 *
 * RFC 7915 sections 4.2 and 5.2. Hook context, under RCU.
 *
 * Return: the MTU in bytes, the largest that there is if no route is known.
 */
u32 nft_xlat_route_mtu6(const struct nft_xlat_pkt *pkt,
			const struct in6_addr *daddr)
{
	struct flowi6 fl6 = {
		.daddr		= *daddr,
		.flowi6_mark	= pkt->skb->mark,
		.flowi6_l3mdev	= nft_xlat_l3mdev(pkt),
	};
	struct dst_entry *dst;
	u32 mtu = IP6_MAX_MTU;

	dst = ip6_route_output(pkt->state->net, NULL, &fl6);
	if (!dst->error)
		mtu = dst_mtu(dst);
	dst_release(dst);

	return mtu;
}

/**
 * nft_xlat_refuse4() - tell the sender of an IPv4 packet that it is dropped
 * @pkt: the packet
 * @code: code of an ICMP destination unreachable
 *
 * Says nothing to ICMP errors, to later fragments and to what cannot be routed
 * back. Hook context, under RCU.
 */
void nft_xlat_refuse4(const struct nft_xlat_pkt *pkt, u8 code)
{
	struct sk_buff *skb = pkt->skb;
	struct flowi4 fl4;
	struct rtable *rt;

	if (nft_xlat_netdev(pkt->state))
		nft_xlat_netdev_clean(skb, pkt->state);

	/* Ahead of routing there is no route to answer by */
	if (!skb_dst(skb)) {
		rt = nft_xlat_route4(pkt, &fl4, ip_hdr(skb)->saddr);
		if (IS_ERR(rt))
			return;
		skb_dst_set(skb, &rt->dst);
	}

	icmp_send(skb, ICMP_DEST_UNREACH, code, 0);
}

/**
 * nft_xlat_refuse6() - tell the sender of an IPv6 packet that it is dropped
 * @pkt: the packet
 * @pointer: offset of the header field that is to blame (bytes)
 *
 * Says nothing to ICMPv6 errors. Hook context, under RCU.
 */
void nft_xlat_refuse6(const struct nft_xlat_pkt *pkt, u32 pointer)
{
	struct sk_buff *skb = pkt->skb;

	if (nft_xlat_netdev(pkt->state))
		nft_xlat_netdev_clean(skb, pkt->state);

	icmpv6_send(skb, ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD, pointer);
}
