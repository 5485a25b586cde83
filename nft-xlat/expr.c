// SPDX-License-Identifier: GPL-2.0-only
/* Expressions of rules in netlink messages, and the registers they use. */

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter/nf_tables.h>

#include "expr.h"
#include "standin.h"

/* Registers of 4 bytes in one of 16 bytes. */
#define REG32_PER_REG (NFT_REG_SIZE / NFT_REG32_SIZE)

/**
 * struct load - an expression that writes to a register
 * @name: its name
 * @dreg: the attribute for the register
 * @sreg: the one for a register that it reads, or 0
 */
struct load {
	const char *name;
	unsigned int dreg;
	unsigned int sreg;
};

static const struct load loads[] = {
	{ "bitwise", NFTA_BITWISE_DREG, NFTA_BITWISE_SREG },
	{ "byteorder", NFTA_BYTEORDER_DREG, NFTA_BYTEORDER_SREG },
	{ "ct", NFTA_CT_DREG, 0 },
	{ "exthdr", NFTA_EXTHDR_DREG, 0 },
	{ "fib", NFTA_FIB_DREG, 0 },
	{ "hash", NFTA_HASH_DREG, NFTA_HASH_SREG },
	{ "immediate", NFTA_IMMEDIATE_DREG, 0 },
	{ "lookup", NFTA_LOOKUP_DREG, NFTA_LOOKUP_SREG },
	{ "meta", NFTA_META_DREG, 0 },
	{ "numgen", NFTA_NG_DREG, 0 },
	{ "osf", NFTA_OSF_DREG, 0 },
	{ "payload", NFTA_PAYLOAD_DREG, 0 },
	{ "rt", NFTA_RT_DREG, 0 },
	{ "socket", NFTA_SOCKET_DREG, 0 },
	{ "tunnel", NFTA_TUNNEL_DREG, 0 },
	{ "xfrm", NFTA_XFRM_DREG, 0 },
};

static bool read_expr(const struct nlattr *elem, struct expr *expr)
{
	const struct nlattr *attr;

	*expr = (struct expr){ .elem = elem };
	attr_for_each(attr, attr_data(elem), attr_len(elem)) {
		if (attr_type(attr) == NFTA_EXPR_NAME &&
		    memchr(attr_data(attr), '\0', attr_len(attr)))
			expr->name = attr_data(attr);
		else if (attr_type(attr) == NFTA_EXPR_DATA)
			expr->attrs = attr;
	}
	return expr->name;
}

/**
 * exprs_read() - read the expressions of a rule
 * @exprs: where they go, to be freed with exprs_free() in any case
 * @list: the attribute with all expressions
 *
 * Return: false when they are broken.
 */
bool exprs_read(struct exprs *exprs, const struct nlattr *list)
{
	const char *end = (const char *)attr_data(list) + attr_len(list);
	const struct nlattr *elem;

	*exprs = (struct exprs){};
	attr_for_each(elem, attr_data(list), attr_len(list)) {
		exprs->expr = xrealloc(exprs->expr, (exprs->n + 1) *
						    sizeof(*exprs->expr));
		if (!read_expr(elem, &exprs->expr[exprs->n++]))
			return false;
	}
	return (const char *)elem >= end;
}

/**
 * exprs_free() - release expressions
 * @exprs: the expressions
 */
void exprs_free(struct exprs *exprs)
{
	free(exprs->expr);
}

/**
 * expr_is() - is it an expression of this name?
 * @expr: the expression
 * @name: the name
 *
 * Return: true if it is.
 */
bool expr_is(const struct expr *expr, const char *name)
{
	return !strcmp(expr->name, name);
}

/**
 * expr_attr() - find an attribute of an expression
 * @expr: the expression
 * @type: type of the attribute
 *
 * Return: the attribute, or NULL.
 */
const struct nlattr *expr_attr(const struct expr *expr, unsigned int type)
{
	const struct nlattr *attr;

	if (!expr->attrs)
		return NULL;
	attr_for_each(attr, attr_data(expr->attrs), attr_len(expr->attrs))
		if (attr_type(attr) == type)
			return attr;
	return NULL;
}

/**
 * expr_number() - a number in an expression
 * @expr: the expression
 * @type: type of the attribute
 * @number: where the number goes
 *
 * Return: false when there is none.
 */
bool expr_number(const struct expr *expr, unsigned int type, uint32_t *number)
{
	const struct nlattr *attr = expr_attr(expr, type);

	return attr && attr_number(attr, number);
}

/**
 * expr_string() - a string in an expression
 * @expr: the expression
 * @type: type of the attribute
 *
 * Return: the string, or NULL.
 */
const char *expr_string(const struct expr *expr, unsigned int type)
{
	const struct nlattr *attr = expr_attr(expr, type);

	return attr && memchr(attr_data(attr), '\0', attr_len(attr)) ?
	       attr_data(attr) : NULL;
}

/**
 * expr_data() - a value for a register in an expression
 * @expr: the expression
 * @type: type of the attribute
 *
 * Return: the attribute with the bytes of the value, or NULL.
 */
const struct nlattr *expr_data(const struct expr *expr, unsigned int type)
{
	const struct expr value = { .attrs = expr_attr(expr, type) };

	return expr_attr(&value, NFTA_DATA_VALUE);
}

/**
 * expr_mark() - is it a log expression that looks like a stand-in?
 * @expr: the expression
 *
 * Return: the prefix that starts with the mark, or NULL.
 */
const char *expr_mark(const struct expr *expr)
{
	const char *prefix = expr_is(expr, "log") ?
			     expr_string(expr, NFTA_LOG_PREFIX) : NULL;

	return prefix && *prefix == STANDIN_MARK ? prefix : NULL;
}

static const struct load *find_load(const struct expr *expr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(loads); i++)
		if (expr_is(expr, loads[i].name))
			return &loads[i];
	return NULL;
}

/**
 * expr_loads() - does an expression do nothing but write to a register?
 * @expr: the expression
 * @reg: where the index of the register goes
 *
 * Return: true if it does.
 */
bool expr_loads(const struct expr *expr, unsigned int *reg)
{
	const struct load *load = find_load(expr);
	uint32_t number;

	if (!load || !expr_number(expr, load->dreg, &number) ||
	    number == NFT_REG_VERDICT)
		return false;
	*reg = reg_index(number);
	return true;
}

/**
 * expr_copy() - copy an expression, with other registers
 * @expr: the expression
 * @shift: how many registers of 4 bytes its registers are to be higher
 * @out: where to
 *
 * Return: false when the expression is not known here.
 */
bool expr_copy(const struct expr *expr, unsigned int shift, struct buf *out)
{
	const struct load *load = find_load(expr);
	const struct nlattr *attr;
	size_t begin, attrs;
	uint32_t number;

	if (!shift) {
		attr_put(out, expr->elem->nla_type, attr_data(expr->elem),
			 attr_len(expr->elem));
		return true;
	}
	if (!load || !expr->attrs)
		return false;
	/* A second source register, for which headers may lack a name. */
	if (expr_is(expr, "bitwise") && expr_attr(expr, NFTA_BITWISE_DATA + 1))
		return false;

	begin = expr_begin(out, expr->name, &attrs);
	attr_for_each(attr, attr_data(expr->attrs), attr_len(expr->attrs)) {
		if ((attr_type(attr) == load->dreg ||
		     attr_type(attr) == load->sreg) &&
		    attr_number(attr, &number))
			expr_put_number(out, attr->nla_type,
					reg_number(reg_index(number) + shift));
		else
			attr_put(out, attr->nla_type, attr_data(attr),
				 attr_len(attr));
	}
	expr_end(out, begin, attrs);
	return true;
}

/**
 * expr_begin() - begin an expression
 * @out: where to
 * @name: its name
 * @attrs: what expr_end() wants too
 *
 * Return: what expr_end() wants.
 */
size_t expr_begin(struct buf *out, const char *name, size_t *attrs)
{
	size_t begin = attr_begin(out, NFTA_LIST_ELEM | NLA_F_NESTED);

	attr_put(out, NFTA_EXPR_NAME, name, strlen(name) + 1);
	*attrs = attr_begin(out, NFTA_EXPR_DATA | NLA_F_NESTED);
	return begin;
}

/**
 * expr_end() - end an expression
 * @out: where to
 * @begin: what expr_begin() has returned
 * @attrs: what expr_begin() has set
 */
void expr_end(struct buf *out, size_t begin, size_t attrs)
{
	attr_end(out, attrs);
	attr_end(out, begin);
}

/**
 * expr_put_number() - append a number
 * @out: where to
 * @type: type of the attribute
 * @number: the number
 */
void expr_put_number(struct buf *out, unsigned int type, uint32_t number)
{
	number = htonl(number);
	attr_put(out, type, &number, sizeof(number));
}

/**
 * expr_put_data() - append what is to be in a register
 * @out: where to
 * @type: type of the attribute
 * @data: the bytes
 * @len: their number
 */
void expr_put_data(struct buf *out, unsigned int type, const void *data,
		   size_t len)
{
	size_t begin = attr_begin(out, type | NLA_F_NESTED);

	attr_put(out, NFTA_DATA_VALUE, data, len);
	attr_end(out, begin);
}

/**
 * reg_index() - the index of a register
 * @reg: its number in messages, that of a register of 16 or of 4 bytes
 *
 * Return: how many registers of 4 bytes come before it.
 */
unsigned int reg_index(uint32_t reg)
{
	return reg >= NFT_REG32_00 ? reg - NFT_REG32_00
				   : (reg - NFT_REG_1) * REG32_PER_REG;
}

/**
 * reg_number() - the number of a register in messages
 * @index: how many registers of 4 bytes come before it
 *
 * Return: the number, that of a register of 16 bytes where one starts.
 */
uint32_t reg_number(unsigned int index)
{
	return index % REG32_PER_REG ? NFT_REG32_00 + index
				     : NFT_REG_1 + index / REG32_PER_REG;
}
