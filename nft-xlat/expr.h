/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_EXPR_H
#define NFT_XLAT_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "util.h"

/**
 * struct expr - an expression of a rule
 * @elem: all of it
 * @name: its name
 * @attrs: the attribute with its attributes, or NULL
 */
struct expr {
	const struct nlattr *elem;
	const char *name;
	const struct nlattr *attrs;
};

/**
 * struct exprs - expressions of a rule
 * @expr: the expressions
 * @n: their number
 */
struct exprs {
	struct expr *expr;
	size_t n;
};

bool exprs_read(struct exprs *exprs, const struct nlattr *list);
void exprs_free(struct exprs *exprs);

bool expr_is(const struct expr *expr, const char *name);
const struct nlattr *expr_attr(const struct expr *expr, unsigned int type);
bool expr_number(const struct expr *expr, unsigned int type,
		 uint32_t *number);
const struct nlattr *expr_data(const struct expr *expr, unsigned int type);
const char *expr_string(const struct expr *expr, unsigned int type);

const char *expr_mark(const struct expr *expr);
bool expr_loads(const struct expr *expr, unsigned int *reg);
bool expr_copy(const struct expr *expr, unsigned int shift, struct buf *out);
size_t expr_begin(struct buf *out, const char *name, size_t *attrs);
void expr_end(struct buf *out, size_t begin, size_t attrs);
void expr_put_number(struct buf *out, unsigned int type, uint32_t number);
void expr_put_data(struct buf *out, unsigned int type, const void *data,
		   size_t len);

unsigned int reg_index(uint32_t reg);
uint32_t reg_number(unsigned int index);

#endif /* NFT_XLAT_EXPR_H */
