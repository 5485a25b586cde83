// SPDX-License-Identifier: GPL-2.0-only
/* Re-entry: the packet goes on in the other family, in the same direction. */

#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/percpu.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

/* A packet is translated on its way in, forwarded, and translated on its way
 * out: what goes deeper translates back and forth.
 */
#define NFT_XLAT_DEPTH_MAX	4

static DEFINE_PER_CPU(unsigned int, nft_xlat_depth);

/**
 * nft_xlat_enter() - begin a translation
 *
 * Softirqs are off from here until nft_xlat_leave(). Any context but hard
 * interrupts.
 *
 * Return: false, and nothing to leave, if translations are nested too deeply.
 */
bool nft_xlat_enter(void)
{
	local_bh_disable();
	if (__this_cpu_inc_return(nft_xlat_depth) <= NFT_XLAT_DEPTH_MAX)
		return true;

	nft_xlat_leave();
	return false;
}

/**
 * nft_xlat_leave() - end what nft_xlat_enter() has begun
 */
void nft_xlat_leave(void)
{
	__this_cpu_dec(nft_xlat_depth);
	local_bh_enable();
}

static void nft_xlat_receive(struct sk_buff *skb)
{
	skb_dst_drop(skb);
	skb_orphan(skb);
	nft_xlat_flows_enter();
	netif_receive_skb_core(skb);
	nft_xlat_flows_leave();
}

/* The old family's route stays until the new one is found: it tells the VRF. */
static void nft_xlat_send6(struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	if (ip6_route_me_harder(state->net, state->sk, skb)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_IP_OUTNOROUTES);
		return;
	}
	ip6_local_out(state->net, state->sk, skb);
}

static void nft_xlat_send4(struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	if (ip_route_me_harder(state->net, state->sk, skb, RTN_UNSPEC)) {
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
 * On its way in it is received once more from the device that it came from; on
 * its way out it is routed and sent. Mark, priority and, on the way out, the
 * socket stay with it. Between nft_xlat_enter() and nft_xlat_leave(), under RCU.
 */
void nft_xlat_reenter(struct sk_buff *skb, const struct nf_hook_state *state,
		      bool to_ip6)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	skb_ext_del(skb, SKB_EXT_BRIDGE_NF);
#endif
	if (nft_xlat_way_in(state))
		nft_xlat_receive(skb);
	else if (to_ip6)
		nft_xlat_send6(skb, state);
	else
		nft_xlat_send4(skb, state);
}
