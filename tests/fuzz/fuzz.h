/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _XLAT_FUZZ_H
#define _XLAT_FUZZ_H

#include "kernel.h"

/* 198.51.100.9: what the routing table picks as a source */
#define FUZZ_OWN_SADDR	0xc6336409
#define FUZZ_IDENT	0x4321
#define FUZZ_OUT_MAX	256

/**
 * struct fuzz_world - what surrounds the module
 * @fail_after: the allocation with this number fails, 0: none
 * @failing: one of them was to fail
 * @no_route: there is no route to anywhere
 * @dst: the one route otherwise
 * @reload_after: the set is reloaded with the lookup of this number, 0: never
 * @reloaded: it has been
 * @type: the expression that the module has registered
 * @out: the packets that it has sent
 * @outs: their number
 * @refused: number of ICMP errors that it has asked for
 * @skbs: number of packets that exist
 * @dsts: number of references to @dst
 */
struct fuzz_world {
	unsigned int			fail_after;
	bool				failing;
	bool				no_route;
	struct dst_entry		dst;
	unsigned int			reload_after;
	bool				reloaded;
	const struct nft_expr_type	*type;
	struct sk_buff			*out[FUZZ_OUT_MAX];
	unsigned int			outs;
	unsigned int			refused;
	int				skbs;
	int				dsts;
};

extern struct fuzz_world fuzz;

void fuzz_bug(const char *what) __attribute__((noreturn));
void expect(bool cond, const char *what);
void fuzz_share(struct sk_buff *skb);

#endif /* _XLAT_FUZZ_H */
