/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_EXCHANGE_H
#define NFT_XLAT_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "util.h"

/**
 * struct rule - a rule
 * @family: family of its table
 * @table: name of its table
 * @list: the attribute with its expressions
 */
struct rule {
	uint8_t family;
	const char *table;
	const struct nlattr *list;
};

bool exchange_to_kernel(const struct rule *rule, struct buf *out,
			size_t *changed);
bool exchange_from_kernel(const struct rule *rule, struct buf *out);

#endif /* NFT_XLAT_EXCHANGE_H */
