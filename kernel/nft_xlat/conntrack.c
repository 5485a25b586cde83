// SPDX-License-Identifier: GPL-2.0-only
/* Conntrack: each family has an entry of its own for the flow. */

#include <linux/netfilter.h>
#include <net/netfilter/nf_conntrack_core.h>

#include "nft_xlat.h"

/**
 * nft_xlat_ct_confirm() - confirm the entry of the family that is left
 * @skb: the packet
 *
 * The packet never comes to that family's last hook, where a new entry would be
 * confirmed and its events delivered. Hook context, under RCU.
 *
 * Return: false if conntrack wants the packet dropped.
 */
bool nft_xlat_ct_confirm(struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	/* Ahead of conntrack there is at most a template, say for a zone */
	if (ct && nf_ct_is_template(ct))
		return true;

	return nf_conntrack_confirm(skb) == NF_ACCEPT;
}
