// SPDX-License-Identifier: GPL-2.0-only
/* nf_tables xlat expression: translates a packet between IPv4 and IPv6
 * (RFC 7915), statelessly, whatever it is that conntrack and NAT do beside it.
 */

#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_xlat.h>
#include <net/netfilter/nf_tables.h>

#include "nft_xlat.h"

struct nft_xlat {
	struct nft_xlat_prefix	prefix;
	u32			mtu;
};

/* Everything up to the new packet, in a frame of its own, so that it is off the
 * stack when that goes on. What comes out of it is a list in @out: the packet,
 * or what it has been cut into; if it says NFT_XLAT_SEGMENTS, segments that are
 * to be translated each. The packet itself is gone only if it is cut.
 */
static noinline_for_stack enum nft_xlat_result
nft_xlat_translate(const struct nft_xlat *priv, struct sk_buff *skb,
		   const struct nf_hook_state *state, bool to_ip6,
		   struct sk_buff **out)
{
	struct nft_xlat_pkt pkt = {
		.skb	= skb,
		.state	= state,
		.prefix	= &priv->prefix,
		.mtu	= priv->mtu,
		.to_ip6	= to_ip6,
	};
	enum nft_xlat_result result;

	result = to_ip6 ? nft_xlat_46(&pkt) : nft_xlat_64(&pkt);
	if (result != NFT_XLAT_DONE)
		return result;

	if (!nft_xlat_ct_confirm(skb))
		return NFT_XLAT_DROP;

	if (pkt.segment) {
		*out = nft_xlat_segment(&pkt);
		return *out ? NFT_XLAT_SEGMENTS : NFT_XLAT_DROP;
	}

	if (nft_xlat_rewrite(&pkt))
		return NFT_XLAT_DROP;

	nft_xlat_ct_release(skb);
	*out = skb;
	if (!pkt.cut)
		return NFT_XLAT_DONE;

	*out = nft_xlat_cut(&pkt);
	if (!*out)
		return NFT_XLAT_DROP;
	consume_skb(skb);

	return NFT_XLAT_DONE;
}

static void nft_xlat_reenter_list(struct sk_buff *list,
				  const struct nf_hook_state *state,
				  bool to_ip6)
{
	struct sk_buff *skb, *next;

	skb_list_walk_safe(list, skb, next) {
		skb_mark_not_on_list(skb);
		nft_xlat_reenter(skb, state, to_ip6);
	}
}

static void nft_xlat_eval_segments(const struct nft_xlat *priv,
				   struct sk_buff *segs,
				   const struct nf_hook_state *state,
				   bool to_ip6)
{
	struct sk_buff *skb, *next, *out;

	skb_list_walk_safe(segs, skb, next) {
		skb_mark_not_on_list(skb);
		if (nft_xlat_translate(priv, skb, state, to_ip6,
				       &out) == NFT_XLAT_DONE)
			nft_xlat_reenter_list(out, state, to_ip6);
		else
			kfree_skb(skb);
	}
}

/* With br_netfilter, frames pass the IP hooks that a bridge forwards: they are
 * on their way neither in nor out. A frame for the bridge itself passes
 * prerouting there, and not once more.
 */
static bool nft_xlat_bridged(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	const struct nf_bridge_info *nf_bridge = nf_bridge_info_get(skb);

	return nf_bridge && (nf_bridge->pkt_otherhost || nf_bridge->physoutdev);
#else
	return false;
#endif
}

static void nft_xlat_eval(const struct nft_expr *expr, struct nft_regs *regs,
			  const struct nft_pktinfo *pkt)
{
	const struct nft_xlat *priv = nft_expr_priv(expr);
	bool to_ip6 = nft_pf(pkt) == NFPROTO_IPV4;
	struct sk_buff *skb = pkt->skb, *out;

	if (nft_xlat_bridged(skb)) {
		regs->verdict.code = NFT_BREAK;
		return;
	}

	if (!nft_xlat_enter()) {
		regs->verdict.code = NF_DROP;
		return;
	}

	switch (nft_xlat_translate(priv, skb, pkt->state, to_ip6, &out)) {
	case NFT_XLAT_DONE:
		nft_xlat_reenter_list(out, pkt->state, to_ip6);
		regs->verdict.code = NF_STOLEN;
		break;
	case NFT_XLAT_SEGMENTS:
		nft_xlat_eval_segments(priv, out, pkt->state, to_ip6);
		consume_skb(skb);
		regs->verdict.code = NF_STOLEN;
		break;
	case NFT_XLAT_NONE:
		regs->verdict.code = NFT_BREAK;
		break;
	case NFT_XLAT_DROP:
		regs->verdict.code = NF_DROP;
		break;
	}

	nft_xlat_leave();
}

static int nft_xlat_validate(const struct nft_ctx *ctx,
			     const struct nft_expr *expr)
{
	switch (ctx->family) {
	case NFPROTO_IPV4:
	case NFPROTO_IPV6:
	case NFPROTO_INET:
		break;
	default:
		return -EOPNOTSUPP;
	}

	/* A nat chain sees but the first packet of a flow */
	if (nft_is_base_chain(ctx->chain) &&
	    nft_base_chain(ctx->chain)->type->type == NFT_CHAIN_T_NAT)
		return -EOPNOTSUPP;

	return nft_chain_validate_hooks(ctx->chain,
					BIT(NF_INET_PRE_ROUTING) |
					BIT(NF_INET_LOCAL_OUT) |
					BIT(NF_INET_POST_ROUTING));
}

static const struct nla_policy nft_xlat_policy[NFTA_XLAT_MAX + 1] = {
	[NFTA_XLAT_PREFIX]	= NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[NFTA_XLAT_PREFIX_LEN]	= { .type = NLA_U32 },
	[NFTA_XLAT_SADDR]	= { .type = NLA_NESTED },
	[NFTA_XLAT_DADDR]	= { .type = NLA_NESTED },
	[NFTA_XLAT_MTU]		= { .type = NLA_U32 },
};

static int nft_xlat_init(const struct nft_ctx *ctx, const struct nft_expr *expr,
			 const struct nlattr * const tb[])
{
	struct nft_xlat *priv = nft_expr_priv(expr);
	struct in6_addr addr;
	u32 len;

	if (tb[NFTA_XLAT_SADDR] || tb[NFTA_XLAT_DADDR])
		return -EOPNOTSUPP;

	if (!tb[NFTA_XLAT_PREFIX] || !tb[NFTA_XLAT_PREFIX_LEN])
		return -EINVAL;

	addr = nla_get_in6_addr(tb[NFTA_XLAT_PREFIX]);
	len = ntohl(nla_get_be32(tb[NFTA_XLAT_PREFIX_LEN]));
	if (!nft_xlat_prefix_valid(&addr, len))
		return -EINVAL;

	priv->prefix.addr = addr;
	priv->prefix.len = len;

	priv->mtu = IPV6_MIN_MTU;
	if (tb[NFTA_XLAT_MTU])
		priv->mtu = ntohl(nla_get_be32(tb[NFTA_XLAT_MTU]));
	if (priv->mtu < IPV6_MIN_MTU || priv->mtu > U16_MAX)
		return -EINVAL;

	/* Here, and not only once the table is complete, so that the error
	 * that user space gets points at this expression.
	 */
	return nft_xlat_validate(ctx, expr);
}

static int nft_xlat_dump(struct sk_buff *skb, const struct nft_expr *expr,
			 bool reset)
{
	const struct nft_xlat *priv = nft_expr_priv(expr);

	if (nla_put_in6_addr(skb, NFTA_XLAT_PREFIX, &priv->prefix.addr) ||
	    nla_put_be32(skb, NFTA_XLAT_PREFIX_LEN, htonl(priv->prefix.len)))
		return -1;

	if (priv->mtu != IPV6_MIN_MTU &&
	    nla_put_be32(skb, NFTA_XLAT_MTU, htonl(priv->mtu)))
		return -1;

	return 0;
}

static struct nft_expr_type nft_xlat_type;
static const struct nft_expr_ops nft_xlat_ops = {
	.type		= &nft_xlat_type,
	.size		= NFT_EXPR_SIZE(sizeof(struct nft_xlat)),
	.eval		= nft_xlat_eval,
	.init		= nft_xlat_init,
	.dump		= nft_xlat_dump,
	.reduce		= NFT_REDUCE_READONLY,
	.validate	= nft_xlat_validate,
};

static struct nft_expr_type nft_xlat_type __read_mostly = {
	.name		= "xlat",
	.ops		= &nft_xlat_ops,
	.policy		= nft_xlat_policy,
	.maxattr	= NFTA_XLAT_MAX,
	.owner		= THIS_MODULE,
};

static int __init nft_xlat_module_init(void)
{
	return nft_register_expr(&nft_xlat_type);
}

static void __exit nft_xlat_module_exit(void)
{
	nft_unregister_expr(&nft_xlat_type);
}

module_init(nft_xlat_module_init);
module_exit(nft_xlat_module_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The nft xlat developers");
MODULE_DESCRIPTION("nf_tables IPv4/IPv6 translation (RFC 7915)");
MODULE_ALIAS_NFT_EXPR("xlat");
