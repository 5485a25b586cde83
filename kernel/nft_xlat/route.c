// SPDX-License-Identifier: GPL-2.0-only
/* What the routing tables are asked: addresses and MTUs of ICMP errors, and the
 * way of those that this host sends itself.
 */

#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/icmp.h>
#include <net/ip6_fib.h>
#include <net/ip_fib.h>
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

/* What sockets and IPsec have to say of a route is not asked for here */
static bool nft_xlat_route_alone(const struct nf_hook_state *state)
{
#ifdef CONFIG_XFRM
	const struct netns_xfrm *xfrm = &state->net->xfrm;

	if (READ_ONCE(xfrm->policy_count[XFRM_POLICY_OUT]) ||
	    xfrm->policy_default[XFRM_POLICY_OUT] == XFRM_USERPOLICY_BLOCK)
		return false;
#endif
	return !state->sk;
}

/**
 * nft_xlat_route_out4() - find the way out of a translated packet, in IPv4
 * @skb: the packet, with the route that it had; it gets the new one
 * @state: the hook
 *
 * The rules of policy routing see the mark, the VRF that the packet is in and
 * its ports. Hook context, under RCU.
 *
 * Return: 0, or a negative error.
 */
int nft_xlat_route_out4(struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct iphdr *ip4 = ip_hdr(skb);
	struct net *net = state->net;
	struct flow_keys keys;
	struct flowi4 fl4;
	struct rtable *rt;

	if (!nft_xlat_route_alone(state))
		return ip_route_me_harder(net, state->sk, skb, RTN_UNSPEC);

	/* The source need not be an address of this host */
	fl4 = (struct flowi4) {
		.daddr		= ip4->daddr,
		.saddr		= ip4->saddr,
		.flowi4_tos	= RT_TOS(ip4->tos),
		.flowi4_mark	= skb->mark,
		.flowi4_l3mdev	= l3mdev_master_ifindex(skb_dst(skb)->dev),
		.flowi4_flags	= FLOWI_FLAG_ANYSRC,
	};
	fib4_rules_early_flow_dissect(net, skb, &fl4, &keys);
	rt = ip_route_output_key(net, &fl4);
	if (IS_ERR(rt))
		return PTR_ERR(rt);

	skb_dst_drop(skb);
	skb_dst_set(skb, &rt->dst);

	return rt->dst.error;
}

/**
 * nft_xlat_route_out6() - find the way out of a translated packet, in IPv6
 * @skb: the packet, with the route that it had; it gets the new one
 * @state: the hook
 *
 * As nft_xlat_route_out4(). Hook context, under RCU.
 *
 * Return: 0, or a negative error.
 */
int nft_xlat_route_out6(struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	struct net *net = state->net;
	struct dst_entry *dst;
	struct flow_keys keys;
	struct flowi6 fl6;
	int err;

	/* A link-local address is one of the link that the packet is for */
	if (!nft_xlat_route_alone(state) ||
	    ipv6_addr_type(&ip6->daddr) & (IPV6_ADDR_MULTICAST |
					   IPV6_ADDR_LINKLOCAL))
		return ip6_route_me_harder(net, state->sk, skb);

	fl6 = (struct flowi6) {
		.daddr		= ip6->daddr,
		.saddr		= ip6->saddr,
		.flowi6_mark	= skb->mark,
		.flowi6_l3mdev	= l3mdev_master_ifindex(skb_dst(skb)->dev),
		.flowi6_uid	= sock_net_uid(net, NULL),
	};
	fib6_rules_early_flow_dissect(net, skb, &fl6, &keys);
	dst = ip6_route_output(net, NULL, &fl6);
	err = dst->error;
	if (err) {
		IP6_INC_STATS(net, ip6_dst_idev(dst), IPSTATS_MIB_OUTNOROUTES);
		dst_release(dst);
		return err;
	}

	skb_dst_drop(skb);
	skb_dst_set(skb, dst);

	return 0;
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
