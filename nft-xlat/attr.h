/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_ATTR_H
#define NFT_XLAT_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

#include "util.h"

/* Walks over attributes, as long as they are well-formed. */
#define attr_for_each(attr, data, size)					\
	for (attr = (const struct nlattr *)(data);			\
	     attr_ok(attr, (const char *)(data) + (size) -		\
			   (const char *)(attr));			\
	     attr = attr_next(attr))

bool attr_ok(const struct nlattr *attr, ptrdiff_t left);
const struct nlattr *attr_next(const struct nlattr *attr);
unsigned int attr_type(const struct nlattr *attr);
const void *attr_data(const struct nlattr *attr);
size_t attr_len(const struct nlattr *attr);
bool attr_number(const struct nlattr *attr, uint32_t *number);

size_t attr_begin(struct buf *out, unsigned int type);
bool attr_end(struct buf *out, size_t begin);
void attr_put(struct buf *out, unsigned int type, const void *data,
	      size_t len);

#endif /* NFT_XLAT_ATTR_H */
