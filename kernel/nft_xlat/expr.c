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

/* Everything up to the new packet, in a frame of its own, so that it is off the
 * stack when that goes on. What comes out of it is a list in @out: the packet,
 * or what it has been cut into; if it says NFT_XLAT_SEGMENTS, segments that are
 * to be translated each. The packet itself is gone only if it is cut.
 */
static noinline_for_stack enum nft_xlat_result
nft_xlat_translate(const struct nft_xlat *priv, const struct nft_xlat_env *env,
		   struct sk_buff *skb, bool to_ip6, struct sk_buff **out)
{
	const struct nf_hook_state *state = env->info->state;
	enum nft_xlat_result result;
	struct nft_xlat_pkt pkt;

	/* What is not set here is written before it is read */
	pkt.skb = skb;
	pkt.state = state;
	pkt.env = *env;
	pkt.saddr = &priv->map[NFT_XLAT_SRC];
	pkt.daddr = &priv->map[NFT_XLAT_DST];
	pkt.mtu = priv->mtu;
	pkt.to_ip6 = to_ip6;
	pkt.segment = false;
	pkt.cut = false;
	pkt.l4 = (struct nft_xlat_l4) {};
	pkt.quote = (struct nft_xlat_quote) {};

	result = to_ip6 ? nft_xlat_46(&pkt) : nft_xlat_64(&pkt);
	if (result != NFT_XLAT_DONE)
		return result;

	if (!nft_xlat_ct_leave(skb, state))
		return NFT_XLAT_DROP;

	if (pkt.segment) {
		*out = nft_xlat_segment(&pkt);
		return *out ? NFT_XLAT_SEGMENTS : NFT_XLAT_DROP;
	}

	if (nft_xlat_rewrite(&pkt))
		return NFT_XLAT_DROP;

	nf_reset_ct(skb);
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
				   const struct nft_xlat_env *env,
				   struct sk_buff *segs, bool to_ip6)
{
	struct sk_buff *skb, *next, *out;

	skb_list_walk_safe(segs, skb, next) {
		skb_mark_not_on_list(skb);
		if (nft_xlat_translate(priv, env, skb, to_ip6, &out) ==
		    NFT_XLAT_DONE)
			nft_xlat_reenter_list(out, env->info->state, to_ip6);
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

/* Which family is the packet of? A device's hooks see others, too. */
static u8 nft_xlat_family(const struct nft_pktinfo *pkt)
{
	if (nft_pf(pkt) != NFPROTO_NETDEV)
		return nft_pf(pkt);

	switch (pkt->skb->protocol) {
	case htons(ETH_P_IP):
		return NFPROTO_IPV4;
	case htons(ETH_P_IPV6):
		return NFPROTO_IPV6;
	default:
		return NFPROTO_UNSPEC;
	}
}

/* What is whole goes on from a device's ingress without going back */
static unsigned int nft_xlat_continue(const struct nft_pktinfo *pkt,
				      struct sk_buff *out, bool to_ip6)
{
	if (out == pkt->skb && nft_xlat_netdev(pkt->state) &&
	    nft_xlat_way_in(pkt->state)) {
		nft_xlat_netdev_accept(out);
		/* What it was is still told of it to those who trace it */
		nft_set_pktinfo_unspec((struct nft_pktinfo *)pkt);
		return NF_ACCEPT;
	}

	nft_xlat_reenter_list(out, pkt->state, to_ip6);

	return NF_STOLEN;
}

static void nft_xlat_eval(const struct nft_expr *expr, struct nft_regs *regs,
			  const struct nft_pktinfo *pkt)
{
	const struct nft_xlat_env env = { .info = pkt, .regs = regs };
	const struct nft_xlat *priv = nft_expr_priv(expr);
	const struct nf_hook_state *state = pkt->state;
	enum nft_xlat_result result = NFT_XLAT_DONE;
	struct sk_buff *skb = pkt->skb, *out;
	u8 family = nft_xlat_family(pkt);
	bool to_ip6 = family == NFPROTO_IPV4;

	if (nft_xlat_bridged(skb) || family == NFPROTO_UNSPEC ||
	    (priv->family && priv->family != family)) {
		regs->verdict.code = NFT_BREAK;
		return;
	}

	if (!nft_xlat_enter()) {
		regs->verdict.code = NF_DROP;
		return;
	}

	if (nft_xlat_netdev(state))
		result = nft_xlat_netdev_begin(skb, state, to_ip6);
	if (result == NFT_XLAT_DONE) {
		out = skb;
		result = nft_xlat_fast(priv, &env, skb, to_ip6);
		if (result == NFT_XLAT_LONG)
			result = nft_xlat_translate(priv, &env, skb, to_ip6,
						    &out);
		if (result == NFT_XLAT_NONE && nft_xlat_netdev(state))
			nft_xlat_netdev_leave(skb, state);
	}

	switch (result) {
	case NFT_XLAT_DONE:
		regs->verdict.code = nft_xlat_continue(pkt, out, to_ip6);
		break;
	case NFT_XLAT_SEGMENTS:
		nft_xlat_eval_segments(priv, &env, out, to_ip6);
		consume_skb(skb);
		regs->verdict.code = NF_STOLEN;
		break;
	case NFT_XLAT_NONE:
		regs->verdict.code = NFT_BREAK;
		break;
	default:
		regs->verdict.code = NF_DROP;
		break;
	}

	nft_xlat_leave();
}

static int nft_xlat_validate(const struct nft_ctx *ctx,
			     const struct nft_expr *expr)
{
	unsigned int hooks = BIT(NF_INET_PRE_ROUTING) | BIT(NF_INET_LOCAL_OUT) |
			     BIT(NF_INET_POST_ROUTING);

	switch (ctx->family) {
	case NFPROTO_IPV4:
	case NFPROTO_IPV6:
		break;
	case NFPROTO_INET:
		hooks |= BIT(NF_INET_INGRESS);
		break;
	case NFPROTO_NETDEV:
		hooks = BIT(NF_NETDEV_INGRESS) | BIT(NF_NETDEV_EGRESS);
		break;
	default:
		return -EOPNOTSUPP;
	}

	/* A nat chain sees but the first packet of a flow */
	if (nft_is_base_chain(ctx->chain) &&
	    nft_base_chain(ctx->chain)->type->type == NFT_CHAIN_T_NAT)
		return -EOPNOTSUPP;

	return nft_chain_validate_hooks(ctx->chain, hooks);
}

static const struct nla_policy nft_xlat_policy[NFTA_XLAT_MAX + 1] = {
	[NFTA_XLAT_PREFIX]	= NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[NFTA_XLAT_PREFIX_LEN]	= { .type = NLA_U32 },
	[NFTA_XLAT_SADDR]	= { .type = NLA_NESTED },
	[NFTA_XLAT_DADDR]	= { .type = NLA_NESTED },
	[NFTA_XLAT_MTU]		= { .type = NLA_U32 },
	[NFTA_XLAT_FAMILY]	= { .type = NLA_U32 },
};

static const struct nla_policy
nft_xlat_map_policy[NFTA_XLAT_MAP_MAX + 1] = {
	[NFTA_XLAT_MAP_PREFIX]	= NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[NFTA_XLAT_MAP_PREFIX_LEN]	= { .type = NLA_U32 },
	[NFTA_XLAT_MAP_SREG_MIN]	= { .type = NLA_U32 },
	[NFTA_XLAT_MAP_SREG_MAX]	= { .type = NLA_U32 },
	[NFTA_XLAT_MAP_SET]	= { .type = NLA_STRING,
				    .len = NFT_SET_MAXNAMELEN - 1 },
	[NFTA_XLAT_MAP_SET_ID]	= { .type = NLA_U32 },
	[NFTA_XLAT_MAP_KEY_OFFSET]	= { .type = NLA_U32 },
	[NFTA_XLAT_MAP_FLAGS]	=
		NLA_POLICY_MASK(NLA_BE32, NFT_XLAT_MAP_F_PREFIX),
};

static int nft_xlat_init_prefix(const struct nlattr *addr_attr,
				const struct nlattr *len_attr,
				struct nft_xlat_prefix *prefix)
{
	u32 len;

	if (!addr_attr || !len_attr)
		return -EINVAL;

	prefix->addr = nla_get_in6_addr(addr_attr);
	len = ntohl(nla_get_be32(len_attr));
	if (!nft_xlat_prefix_valid(&prefix->addr, len))
		return -EINVAL;

	prefix->len = len;

	return 0;
}

static void nft_xlat_map_by_prefix(struct nft_xlat_map *map,
				   const struct nft_xlat_prefix *prefix)
{
	map->type = prefix->len == 96 ? NFT_XLAT_MAP_PREFIX96 :
					NFT_XLAT_MAP_PREFIX;
	map->prefix = *prefix;
}

/* A map: what it is of, and where its key has the address that is mapped */
static int nft_xlat_init_set(const struct nft_ctx *ctx,
			     const struct nlattr * const tb[],
			     unsigned int addr_len, unsigned int data_len,
			     struct nft_xlat_map *map)
{
	struct nft_set *set;
	u32 off;

	if (tb[NFTA_XLAT_MAP_SREG_MAX])
		return -EINVAL;

	set = nft_set_lookup_global(ctx->net, ctx->table, tb[NFTA_XLAT_MAP_SET],
				    tb[NFTA_XLAT_MAP_SET_ID],
				    nft_genmask_next(ctx->net));
	if (IS_ERR(set))
		return PTR_ERR(set);

	if (!(set->flags & NFT_SET_MAP) || set->dtype == NFT_DATA_VERDICT ||
	    set->dlen != data_len)
		return -EINVAL;

	if (tb[NFTA_XLAT_MAP_KEY_OFFSET]) {
		off = ntohl(nla_get_be32(tb[NFTA_XLAT_MAP_KEY_OFFSET]));
		if (off % sizeof(u32) || off > set->klen ||
		    addr_len > set->klen - off)
			return -EINVAL;
		map->keyed = true;
		map->key_off = off;
	}

	map->type = NFT_XLAT_MAP_SET;
	map->set = set;

	return nft_parse_register_load(ctx, tb[NFTA_XLAT_MAP_SREG_MIN],
				       &map->sreg_min, set->klen);
}

/* Addresses in registers */
static int nft_xlat_init_regs(const struct nft_ctx *ctx,
			      const struct nlattr * const tb[],
			      unsigned int to_len, struct nft_xlat_map *map)
{
	int err;

	if (tb[NFTA_XLAT_MAP_SET_ID] || tb[NFTA_XLAT_MAP_KEY_OFFSET] ||
	    !tb[NFTA_XLAT_MAP_SREG_MAX] == map->suffix)
		return -EINVAL;

	map->type = NFT_XLAT_MAP_REGS;
	err = nft_parse_register_load(ctx, tb[NFTA_XLAT_MAP_SREG_MIN],
				      &map->sreg_min, to_len);
	if (err < 0 || !map->suffix)
		return err;

	return nft_parse_register_load(ctx, tb[NFTA_XLAT_MAP_SREG_MAX],
				       &map->sreg_max, to_len);
}

/* One of the two addresses, which are of @family. Nothing is bound yet. */
static int nft_xlat_init_map(const struct nft_ctx *ctx, u8 family,
			     const struct nlattr *attr,
			     const struct nft_xlat_prefix *prefix,
			     struct nft_xlat_map *map)
{
	const struct nlattr *tb[NFTA_XLAT_MAP_MAX + 1];
	unsigned int addr_len, to_len, n;
	struct nft_xlat_prefix own;
	int err;

	if (!attr) {
		nft_xlat_map_by_prefix(map, prefix);
		return prefix->len ? 0 : -EINVAL;
	}

	err = nla_parse_nested_deprecated((struct nlattr **)tb,
					  NFTA_XLAT_MAP_MAX, attr,
					  nft_xlat_map_policy, NULL);
	if (err < 0)
		return err;

	map->own = true;
	if (tb[NFTA_XLAT_MAP_PREFIX]) {
		for (n = NFTA_XLAT_MAP_PREFIX_LEN + 1; n < ARRAY_SIZE(tb); n++)
			if (tb[n])
				return -EINVAL;
		err = nft_xlat_init_prefix(tb[NFTA_XLAT_MAP_PREFIX],
					   tb[NFTA_XLAT_MAP_PREFIX_LEN],
					   &own);
		if (err < 0)
			return err;
		nft_xlat_map_by_prefix(map, &own);
		return 0;
	}

	if (tb[NFTA_XLAT_MAP_PREFIX_LEN] || !tb[NFTA_XLAT_MAP_SREG_MIN] ||
	    (family != NFPROTO_IPV4 && family != NFPROTO_IPV6))
		return -EINVAL;

	if (tb[NFTA_XLAT_MAP_FLAGS])
		map->suffix = nla_get_be32(tb[NFTA_XLAT_MAP_FLAGS]) &
			      htonl(NFT_XLAT_MAP_F_PREFIX);

	addr_len = sizeof(struct in6_addr);
	to_len = sizeof(__be32);
	if (family == NFPROTO_IPV4)
		swap(addr_len, to_len);

	if (tb[NFTA_XLAT_MAP_SET])
		return nft_xlat_init_set(ctx, tb, addr_len,
					 map->suffix ? 2 * to_len : to_len,
					 map);

	return nft_xlat_init_regs(ctx, tb, to_len, map);
}

/* What the rule's two prefixes of 96 bits make of a checksum */
static void nft_xlat_init_prefix96(struct nft_xlat *priv)
{
	int i;

	priv->prefix96 = true;
	priv->diff46 = 0;
	for (i = 0; i < NFT_XLAT_MAPS; i++) {
		priv->prefix96 &= priv->map[i].type == NFT_XLAT_MAP_PREFIX96;
		priv->diff46 = csum_partial(&priv->map[i].prefix.addr,
					    sizeof(struct in6_addr),
					    priv->diff46);
	}
}

static int nft_xlat_bind(const struct nft_ctx *ctx, struct nft_xlat_map *map)
{
	if (map->type != NFT_XLAT_MAP_SET)
		return 0;

	map->binding.flags = map->set->flags & NFT_SET_MAP;

	return nf_tables_bind_set(ctx, map->set, &map->binding);
}

static void nft_xlat_unbind(const struct nft_ctx *ctx, struct nft_xlat_map *map,
			    enum nft_trans_phase phase)
{
	if (map->type == NFT_XLAT_MAP_SET)
		nf_tables_deactivate_set(ctx, map->set, &map->binding, phase);
}

/* Families whose packets may leave through this rule: not those that it
 * receives, and not those that a flowtable may have handed to a device. Where a
 * chain that is not a base chain hangs, is not said here.
 */
static u8 nft_xlat_inner(const struct nft_ctx *ctx, const struct nft_xlat *priv)
{
	u32 family = priv->family ?: ctx->family;
	unsigned int hook;

	if (nft_is_base_chain(ctx->chain)) {
		hook = nft_base_chain(ctx->chain)->ops.hooknum;
		if (hook == NF_INET_PRE_ROUTING || hook == NF_INET_INGRESS)
			return 0;
	}

	if (ctx->family == NFPROTO_NETDEV)
		return 0;

	switch (family) {
	case NFPROTO_IPV4:
		return BIT(NFT_XLAT_FLOWS_IP);
	case NFPROTO_IPV6:
		return BIT(NFT_XLAT_FLOWS_IP6);
	default:
		return BIT(NFT_XLAT_FLOWS_IP) | BIT(NFT_XLAT_FLOWS_IP6);
	}
}

static int nft_xlat_init(const struct nft_ctx *ctx, const struct nft_expr *expr,
			 const struct nlattr * const tb[])
{
	struct nft_xlat *priv = nft_expr_priv(expr);
	u32 family = ctx->family;
	int i, err;

	if (tb[NFTA_XLAT_FAMILY]) {
		family = ntohl(nla_get_be32(tb[NFTA_XLAT_FAMILY]));
		if ((ctx->family != NFPROTO_INET &&
		     ctx->family != NFPROTO_NETDEV) ||
		    (family != NFPROTO_IPV4 && family != NFPROTO_IPV6))
			return -EINVAL;
		priv->family = family;
	}

	priv->mtu = IPV6_MIN_MTU;
	if (tb[NFTA_XLAT_MTU])
		priv->mtu = ntohl(nla_get_be32(tb[NFTA_XLAT_MTU]));
	if (priv->mtu < IPV6_MIN_MTU || priv->mtu > U16_MAX)
		return -EINVAL;

	if (tb[NFTA_XLAT_PREFIX] || tb[NFTA_XLAT_PREFIX_LEN]) {
		err = nft_xlat_init_prefix(tb[NFTA_XLAT_PREFIX],
					   tb[NFTA_XLAT_PREFIX_LEN],
					   &priv->prefix);
		if (err < 0)
			return err;
	}

	/* Here, and not only once the table is complete, so that the error
	 * that user space gets points at this expression.
	 */
	err = nft_xlat_validate(ctx, expr);
	if (err < 0)
		return err;

	for (i = 0; i < NFT_XLAT_MAPS; i++) {
		err = nft_xlat_init_map(ctx, family, tb[NFTA_XLAT_SADDR + i],
					&priv->prefix, &priv->map[i]);
		if (err < 0)
			return err;
	}

	for (i = 0; i < NFT_XLAT_MAPS; i++) {
		err = nft_xlat_bind(ctx, &priv->map[i]);
		if (err < 0)
			goto err_unbind;
	}

	nft_xlat_init_prefix96(priv);
	priv->inner = nft_xlat_inner(ctx, priv);
	err = nft_xlat_flows_get(ctx->net, priv->inner);
	if (err < 0)
		goto err_unbind;

	return 0;

err_unbind:
	while (i-- > 0)
		nft_xlat_unbind(ctx, &priv->map[i], NFT_TRANS_PREPARE_ERROR);

	return err;
}

static void nft_xlat_activate(const struct nft_ctx *ctx,
			      const struct nft_expr *expr)
{
	const struct nft_xlat *priv = nft_expr_priv(expr);
	int i;

	for (i = 0; i < NFT_XLAT_MAPS; i++)
		if (priv->map[i].type == NFT_XLAT_MAP_SET)
			nf_tables_activate_set(ctx, priv->map[i].set);
}

static void nft_xlat_deactivate(const struct nft_ctx *ctx,
				const struct nft_expr *expr,
				enum nft_trans_phase phase)
{
	struct nft_xlat *priv = nft_expr_priv(expr);
	int i;

	for (i = 0; i < NFT_XLAT_MAPS; i++)
		nft_xlat_unbind(ctx, &priv->map[i], phase);
}

static void nft_xlat_destroy(const struct nft_ctx *ctx,
			     const struct nft_expr *expr)
{
	const struct nft_xlat *priv = nft_expr_priv(expr);
	int i;

	nft_xlat_flows_put(ctx->net, priv->inner);
	for (i = 0; i < NFT_XLAT_MAPS; i++)
		if (priv->map[i].type == NFT_XLAT_MAP_SET)
			nf_tables_destroy_set(ctx, priv->map[i].set);
}

static int nft_xlat_dump_prefix(struct sk_buff *skb, int addr_attr,
				int len_attr,
				const struct nft_xlat_prefix *prefix)
{
	if (nla_put_in6_addr(skb, addr_attr, &prefix->addr) ||
	    nla_put_be32(skb, len_attr, htonl(prefix->len)))
		return -1;

	return 0;
}

static int nft_xlat_dump_map(struct sk_buff *skb, int attr,
			     const struct nft_xlat_map *map)
{
	struct nlattr *nest;

	if (!map->own)
		return 0;

	nest = nla_nest_start(skb, attr);
	if (!nest)
		return -1;

	switch (map->type) {
	case NFT_XLAT_MAP_PREFIX96:
	case NFT_XLAT_MAP_PREFIX:
		if (nft_xlat_dump_prefix(skb, NFTA_XLAT_MAP_PREFIX,
					 NFTA_XLAT_MAP_PREFIX_LEN,
					 &map->prefix))
			return -1;
		break;
	case NFT_XLAT_MAP_REGS:
		if (nft_dump_register(skb, NFTA_XLAT_MAP_SREG_MIN,
				      map->sreg_min) ||
		    (map->suffix &&
		     nft_dump_register(skb, NFTA_XLAT_MAP_SREG_MAX,
				       map->sreg_max)))
			return -1;
		break;
	case NFT_XLAT_MAP_SET:
		if (nft_dump_register(skb, NFTA_XLAT_MAP_SREG_MIN,
				      map->sreg_min) ||
		    nla_put_string(skb, NFTA_XLAT_MAP_SET, map->set->name) ||
		    (map->keyed &&
		     nla_put_be32(skb, NFTA_XLAT_MAP_KEY_OFFSET,
				  htonl(map->key_off))))
			return -1;
		break;
	}

	if (map->suffix &&
	    nla_put_be32(skb, NFTA_XLAT_MAP_FLAGS,
			 htonl(NFT_XLAT_MAP_F_PREFIX)))
		return -1;

	nla_nest_end(skb, nest);

	return 0;
}

static int nft_xlat_dump(struct sk_buff *skb, const struct nft_expr *expr,
			 bool reset)
{
	const struct nft_xlat *priv = nft_expr_priv(expr);
	int i;

	if (priv->prefix.len &&
	    nft_xlat_dump_prefix(skb, NFTA_XLAT_PREFIX, NFTA_XLAT_PREFIX_LEN,
				 &priv->prefix))
		return -1;

	for (i = 0; i < NFT_XLAT_MAPS; i++)
		if (nft_xlat_dump_map(skb, NFTA_XLAT_SADDR + i, &priv->map[i]))
			return -1;

	if (priv->mtu != IPV6_MIN_MTU &&
	    nla_put_be32(skb, NFTA_XLAT_MTU, htonl(priv->mtu)))
		return -1;

	if (priv->family &&
	    nla_put_be32(skb, NFTA_XLAT_FAMILY, htonl(priv->family)))
		return -1;

	return 0;
}

static struct nft_expr_type nft_xlat_type;
static const struct nft_expr_ops nft_xlat_ops = {
	.type		= &nft_xlat_type,
	.size		= NFT_EXPR_SIZE(sizeof(struct nft_xlat)),
	.eval		= nft_xlat_eval,
	.init		= nft_xlat_init,
	.activate	= nft_xlat_activate,
	.deactivate	= nft_xlat_deactivate,
	.destroy	= nft_xlat_destroy,
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
	int err;

	err = nft_xlat_flows_init();
	if (err < 0)
		return err;

	err = nft_xlat_reentry_init();
	if (err < 0)
		goto err_reentry;

	err = nft_register_expr(&nft_xlat_type);
	if (err < 0)
		goto err_register;

	return 0;

err_register:
	nft_xlat_reentry_exit();
err_reentry:
	nft_xlat_flows_exit();

	return err;
}

static void __exit nft_xlat_module_exit(void)
{
	nft_unregister_expr(&nft_xlat_type);
	nft_xlat_reentry_exit();
	nft_xlat_flows_exit();
}

module_init(nft_xlat_module_init);
module_exit(nft_xlat_module_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The nft xlat developers");
MODULE_DESCRIPTION("nf_tables IPv4/IPv6 translation (RFC 7915)");
MODULE_ALIAS_NFT_EXPR("xlat");
