/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_PREFIX_H
#define NFT_XLAT_PREFIX_H

#include <stdbool.h>

#include <netinet/in.h>

/**
 * struct xlat_prefix - the prefix of an xlat statement
 * @addr: its address, bits behind the prefix are zero
 * @len: its length in bits
 */
struct xlat_prefix {
	struct in6_addr addr;
	unsigned int len;
};

bool prefix_equal(const struct xlat_prefix *a, const struct xlat_prefix *b);
const char *prefix_check(const struct xlat_prefix *prefix);
const char *prefix_parse(const char *text, struct xlat_prefix *prefix);
void prefix_format(const struct xlat_prefix *prefix, char *addr);

#endif /* NFT_XLAT_PREFIX_H */
