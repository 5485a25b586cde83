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

#include <net/netfilter/nf_tables.h>
#include <net/netfilter/nf_tables_core.h>

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

#endif /* _NFT_XLAT_COMPAT_H */
