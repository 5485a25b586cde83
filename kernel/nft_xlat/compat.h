/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between the kernel versions that this module is built for */
#ifndef _NFT_XLAT_COMPAT_H
#define _NFT_XLAT_COMPAT_H

/* 6.5 moved GSO from <linux/netdevice.h> to a header of its own */
#ifdef NFT_XLAT_NET_GSO_H
#include <net/gso.h>
#else
#include <linux/netdevice.h>
#endif

#include <net/ip.h>
#include <net/netfilter/nf_tables.h>
#include <net/netfilter/nf_tables_core.h>
#include <net/route.h>

/* 6.17 made the element the result of the lookup */
static inline const struct nft_set_ext *
nft_xlat_set_lookup(const struct net *net, const struct nft_set *set,
		    const u32 *key)
{
#ifdef NFT_XLAT_LOOKUP_BY_REF
	const struct nft_set_ext *ext;

	return nft_set_do_lookup(net, set, key, &ext) ? ext : NULL;
#else
	return nft_set_do_lookup(net, set, key);
#endif
}

/* Exported, but declared in a header that is not among those for modules */
void nf_queue_nf_hook_drop(struct net *net);

/* 6.13 takes a DSCP where there was a whole TOS */
static inline int nft_xlat_route_input4(struct sk_buff *skb,
					const struct iphdr *ip4,
					struct net_device *dev)
{
#ifdef NFT_XLAT_ROUTE_BY_DSCP
	return ip_route_input_noref(skb, ip4->daddr, ip4->saddr,
				    ip4h_dscp(ip4), dev);
#else
	return ip_route_input_noref(skb, ip4->daddr, ip4->saddr, ip4->tos, dev);
#endif
}

#endif /* _NFT_XLAT_COMPAT_H */
