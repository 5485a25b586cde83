// SPDX-License-Identifier: GPL-2.0-only
/* Flowtables: what is translated on its way out stays out of them. A flowtable
 * takes a packet from one device to another and past postrouting, where it
 * would have become one of the other family.
 *
 * A flow whose conntrack entry has a helper is never put into a flowtable. So
 * there is one that does nothing, for which only a new entry has room. Either
 * its first packet leaves through xlat, or it has come in through xlat and it is
 * the answer that will leave. conntrackd takes the helper's name to the entry's
 * copy on another router.
 */

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/percpu.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netns/generic.h>

#include "nft_xlat.h"

/**
 * struct nft_xlat_net - what a network namespace has of rules
 * @rules: number of rules by which packets of a family may leave
 */
struct nft_xlat_net {
	unsigned int	rules[NFT_XLAT_FLOWS_FAMILIES];
};

static unsigned int nft_xlat_net_id __read_mostly;
static DEFINE_MUTEX(nft_xlat_net_mutex);

/* Packets that are received once more by this processor, one inside another */
static DEFINE_PER_CPU(unsigned int, nft_xlat_flows_entering);

static int nft_xlat_help(struct sk_buff *skb, unsigned int protoff,
			 struct nf_conn *ct, enum ip_conntrack_info ctinfo)
{
	return NF_ACCEPT;
}

static const struct nf_conntrack_expect_policy nft_xlat_expect_policy;

#define NFT_XLAT_HELPER(l3, l4) {			\
	.name		= "xlat",			\
	.me		= THIS_MODULE,			\
	.tuple		= {				\
		.src.l3num	= l3,			\
		.dst.protonum	= l4,			\
	},						\
	.expect_policy	= &nft_xlat_expect_policy,	\
	.help		= nft_xlat_help,		\
}

/* Of what flowtables take */
static struct nf_conntrack_helper nft_xlat_helpers[] = {
	NFT_XLAT_HELPER(NFPROTO_IPV4, IPPROTO_TCP),
	NFT_XLAT_HELPER(NFPROTO_IPV4, IPPROTO_UDP),
	NFT_XLAT_HELPER(NFPROTO_IPV4, IPPROTO_GRE),
	NFT_XLAT_HELPER(NFPROTO_IPV6, IPPROTO_TCP),
	NFT_XLAT_HELPER(NFPROTO_IPV6, IPPROTO_UDP),
	NFT_XLAT_HELPER(NFPROTO_IPV6, IPPROTO_GRE),
};

static struct nf_conntrack_helper *nft_xlat_helper(const struct nf_conn *ct)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(nft_xlat_helpers); i++)
		if (nft_xlat_helpers[i].tuple.src.l3num == nf_ct_l3num(ct) &&
		    nft_xlat_helpers[i].tuple.dst.protonum == nf_ct_protonum(ct))
			return &nft_xlat_helpers[i];

	return NULL;
}

/* False if there is no memory to mark the entry */
static bool nft_xlat_flow_mark(struct sk_buff *skb)
{
	struct nf_conntrack_helper *helper;
	enum ip_conntrack_info ctinfo;
	struct nf_conn_help *help;
	struct nf_conn *ct;

	ct = nf_ct_get(skb, &ctinfo);
	if (!ct || nf_ct_is_confirmed(ct) || nf_ct_is_template(ct) ||
	    nfct_help(ct))
		return true;

	helper = nft_xlat_helper(ct);
	if (!helper)
		return true;

	help = nf_ct_helper_ext_add(ct, GFP_ATOMIC);
	if (!help)
		return false;

	rcu_assign_pointer(help->helper, helper);

	return true;
}

/**
 * nft_xlat_flow_keep() - keep a flow that leaves its family out of flowtables
 * @skb: the packet
 * @state: the hook that it is at
 *
 * To be called ahead of nft_xlat_ct_confirm(). Hook context, under RCU.
 *
 * Return: false if there is no memory to see to it: drop the packet.
 */
bool nft_xlat_flow_keep(struct sk_buff *skb, const struct nf_hook_state *state)
{
	/* Elsewhere it is not forwarded in the family that it leaves */
	if (state->hook != NF_INET_POST_ROUTING)
		return true;

	return nft_xlat_flow_mark(skb);
}

/* What has been received once more and is forwarded now begins a flow whose
 * answers will leave through xlat. Helpers have been assigned by now.
 */
static unsigned int nft_xlat_flows_hook(void *priv, struct sk_buff *skb,
					const struct nf_hook_state *state)
{
	if (!__this_cpu_read(nft_xlat_flows_entering))
		return NF_ACCEPT;

	return nft_xlat_flow_mark(skb) ? NF_ACCEPT : NF_DROP;
}

static const struct nf_hook_ops nft_xlat_flows_ops[NFT_XLAT_FLOWS_FAMILIES] = {
	[NFT_XLAT_FLOWS_IP] = {
		.hook		= nft_xlat_flows_hook,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP_PRI_LAST - 1,
	},
	[NFT_XLAT_FLOWS_IP6] = {
		.hook		= nft_xlat_flows_hook,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP6_PRI_LAST - 1,
	},
};

/**
 * nft_xlat_flows_enter() - a packet is about to be received once more
 *
 * Between nft_xlat_enter() and nft_xlat_leave().
 */
void nft_xlat_flows_enter(void)
{
	__this_cpu_inc(nft_xlat_flows_entering);
}

/**
 * nft_xlat_flows_leave() - it has been received
 */
void nft_xlat_flows_leave(void)
{
	__this_cpu_dec(nft_xlat_flows_entering);
}

static void nft_xlat_flows_put_family(struct net *net, int family)
{
	struct nft_xlat_net *xnet = net_generic(net, nft_xlat_net_id);

	if (--xnet->rules[family] == 0)
		nf_unregister_net_hook(net, &nft_xlat_flows_ops[family]);
}

/**
 * nft_xlat_flows_get() - there is a rule by which packets may leave
 * @net: network namespace
 * @families: which packets, bits NFT_XLAT_FLOWS_IP and NFT_XLAT_FLOWS_IP6
 *
 * Process context, may sleep.
 *
 * Return: 0, or a negative error.
 */
int nft_xlat_flows_get(struct net *net, u8 families)
{
	struct nft_xlat_net *xnet = net_generic(net, nft_xlat_net_id);
	int i, err = 0;

	mutex_lock(&nft_xlat_net_mutex);
	for (i = 0; i < NFT_XLAT_FLOWS_FAMILIES; i++) {
		if (!(families & BIT(i)))
			continue;

		if (!xnet->rules[i])
			err = nf_register_net_hook(net, &nft_xlat_flows_ops[i]);
		if (err < 0)
			break;
		xnet->rules[i]++;
	}
	if (err < 0)
		while (i-- > 0)
			if (families & BIT(i))
				nft_xlat_flows_put_family(net, i);
	mutex_unlock(&nft_xlat_net_mutex);

	return err;
}

/**
 * nft_xlat_flows_put() - there was a rule by which packets may leave
 * @net: network namespace
 * @families: as for nft_xlat_flows_get()
 *
 * Process context, may sleep.
 */
void nft_xlat_flows_put(struct net *net, u8 families)
{
	int i;

	mutex_lock(&nft_xlat_net_mutex);
	for (i = 0; i < NFT_XLAT_FLOWS_FAMILIES; i++)
		if (families & BIT(i))
			nft_xlat_flows_put_family(net, i);
	mutex_unlock(&nft_xlat_net_mutex);
}

static struct pernet_operations nft_xlat_net_ops = {
	.id	= &nft_xlat_net_id,
	.size	= sizeof(struct nft_xlat_net),
};

/**
 * nft_xlat_flows_init() - be ready for rules in any network namespace
 *
 * Return: 0, or a negative error.
 */
int nft_xlat_flows_init(void)
{
	int err;

	err = nf_conntrack_helpers_register(nft_xlat_helpers,
					    ARRAY_SIZE(nft_xlat_helpers));
	if (err < 0)
		return err;

	err = register_pernet_subsys(&nft_xlat_net_ops);
	if (err < 0)
		nf_conntrack_helpers_unregister(nft_xlat_helpers,
						ARRAY_SIZE(nft_xlat_helpers));

	return err;
}

/**
 * nft_xlat_flows_exit() - end what nft_xlat_flows_init() has begun
 */
void nft_xlat_flows_exit(void)
{
	unregister_pernet_subsys(&nft_xlat_net_ops);
	nf_conntrack_helpers_unregister(nft_xlat_helpers,
					ARRAY_SIZE(nft_xlat_helpers));
}

MODULE_ALIAS_NFCT_HELPER("xlat");
