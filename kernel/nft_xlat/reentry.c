// SPDX-License-Identifier: GPL-2.0-only
/* Re-entry: the packet goes on in the other family, in the same direction. */

#include <linux/netdevice.h>
#include <linux/netfilter_ipv6.h>
#include <linux/netfilter_netdev.h>
#include <net/addrconf.h>
#include <net/dst_metadata.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/net_namespace.h>
#include <net/route.h>

#include "compat.h"
#include "nft_xlat.h"

DEFINE_PER_CPU(unsigned int, nft_xlat_depth);

/* What IPv4 input does with a packet that prerouting has let through */
static int nft_xlat_input4(struct net *net, struct sock *sk,
			   struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	const struct iphdr *ip4;

	skb = l3mdev_ip_rcv(skb);
	if (!skb)
		return NET_RX_SUCCESS;

	ip4 = ip_hdr(skb);
	if (!skb_valid_dst(skb) &&
	    nft_xlat_route_input4(skb, ip4, dev)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_IP_INADDRERRORS);
		return NET_RX_DROP;
	}

	return dst_input(skb);
}

/* What IPv6 input does with a packet that prerouting has let through */
static int nft_xlat_input6(struct net *net, struct sock *sk,
			   struct sk_buff *skb)
{
	skb = l3mdev_ip6_rcv(skb);
	if (!skb)
		return NET_RX_SUCCESS;

	if (!skb_valid_dst(skb))
		nf_get_ipv6_ops()->route_input(skb);

	return dst_input(skb);
}

static void nft_xlat_receive4(struct sk_buff *skb, struct net *net)
{
	const struct iphdr *ip4 = ip_hdr(skb);

	__IP_UPD_PO_STATS(net, IPSTATS_MIB_IN, skb->len);
	__IP_ADD_STATS(net, IPSTATS_MIB_NOECTPKTS + (ip4->tos & INET_ECN_MASK),
		       max_t(unsigned short, 1, skb_shinfo(skb)->gso_segs));

	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	IPCB(skb)->iif = skb->skb_iif;

	NF_HOOK(NFPROTO_IPV4, NF_INET_PRE_ROUTING, net, NULL, skb, skb->dev,
		NULL, nft_xlat_input4);
}

static void nft_xlat_receive6(struct sk_buff *skb, struct net *net,
			      struct inet6_dev *idev)
{
	u8 ecn = ipv6_get_dsfield(ipv6_hdr(skb)) & INET_ECN_MASK;

	__IP6_UPD_PO_STATS(net, idev, IPSTATS_MIB_IN, skb->len);
	__IP6_ADD_STATS(net, idev, IPSTATS_MIB_NOECTPKTS + ecn,
			max_t(unsigned short, 1, skb_shinfo(skb)->gso_segs));

	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	IP6CB(skb)->iif = skb->dev->ifindex;
	IP6CB(skb)->nhoff = offsetof(struct ipv6hdr, nexthdr);

	NF_HOOK(NFPROTO_IPV6, NF_INET_PRE_ROUTING, net, NULL, skb, skb->dev,
		NULL, nft_xlat_input6);
}

/* Is there anything that IPv6 input would find fault with? Addresses that a
 * rule names may be any.
 */
static bool nft_xlat_odd6(const struct sk_buff *skb,
			  const struct inet6_dev *idev)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);

	return !idev || READ_ONCE(idev->cnf.disable_ipv6) ||
	       !ip6->saddr.s6_addr32[0] || !ip6->daddr.s6_addr32[0] ||
	       ipv6_addr_is_multicast(&ip6->saddr) ||
	       ipv6_addr_is_multicast(&ip6->daddr);
}

/* A packet comes in once: packet sockets and tc have seen it. Chains and
 * flowtables at the device's ingress are asked again, as the new family may
 * have its own. What is out of the ordinary is left to those who know all of
 * the rules.
 */
static void nft_xlat_receive(struct sk_buff *skb, struct net *net, bool to_ip6)
{
	struct inet6_dev *idev = to_ip6 ? __in6_dev_get(skb->dev) : NULL;

	skb_dst_drop(skb);
	skb_orphan(skb);

	if (skb->pkt_type != PACKET_HOST || nf_hook_ingress_active(skb) ||
	    (to_ip6 && nft_xlat_odd6(skb, idev)))
		netif_receive_skb_core(skb);
	else if (to_ip6)
		nft_xlat_receive6(skb, net, idev);
	else
		nft_xlat_receive4(skb, net);
}

/* The old family's route stays until the new one is found: it tells the VRF. */
static void nft_xlat_send6(struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	if (nft_xlat_route_out6(skb, state)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_IP_OUTNOROUTES);
		return;
	}
	ip6_local_out(state->net, state->sk, skb);
}

static void nft_xlat_send4(struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	if (nft_xlat_route_out4(skb, state)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_IP_OUTNOROUTES);
		return;
	}
	ip_local_out(state->net, state->sk, skb);
}

/**
 * nft_xlat_reenter() - hand the translated packet to its new family
 * @skb: the packet, which is gone thereafter
 * @state: the hook of the old family that it was at
 * @to_ip6: the new family is IPv6
 *
 * On its way in it passes the other family's prerouting, as received from the
 * device that it came from; pieces of what came to a device's ingress are
 * received by that device anew. On its way out it is routed and sent. Mark,
 * priority and, on the way out, the socket stay with it. Between
 * nft_xlat_enter() and nft_xlat_leave(), under RCU.
 */
void nft_xlat_reenter(struct sk_buff *skb, const struct nf_hook_state *state,
		      bool to_ip6)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	skb_ext_del(skb, SKB_EXT_BRIDGE_NF);
#endif
	if (!nft_xlat_way_in(state)) {
		if (to_ip6)
			nft_xlat_send6(skb, state);
		else
			nft_xlat_send4(skb, state);
	} else if (nft_xlat_netdev(state)) {
		nft_xlat_netdev_accept(skb);
		netif_receive_skb_core(skb);
	} else {
		nft_xlat_flows_enter();
		nft_xlat_receive(skb, state->net, to_ip6);
		nft_xlat_flows_leave();
	}
}

/* A packet that waits in a queue for somebody's verdict would go on in here */
static void __net_exit nft_xlat_reentry_net_exit(struct net *net)
{
	nf_queue_nf_hook_drop(net);
}

static struct pernet_operations nft_xlat_reentry_net_ops = {
	.exit	= nft_xlat_reentry_net_exit,
};

/**
 * nft_xlat_reentry_init() - be ready for packets in any network namespace
 *
 * Return: 0, or a negative error.
 */
int nft_xlat_reentry_init(void)
{
	return register_pernet_subsys(&nft_xlat_reentry_net_ops);
}

/**
 * nft_xlat_reentry_exit() - wait until no packet goes on in here
 *
 * There are no rules any more. May sleep.
 */
void nft_xlat_reentry_exit(void)
{
	unregister_pernet_subsys(&nft_xlat_reentry_net_ops);
	synchronize_net();
}
