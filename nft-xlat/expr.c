// SPDX-License-Identifier: GPL-2.0-only
/* The exchange of expressions: stand-in against xlat. */

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_xlat.h>

#include "expr.h"
#include "mtu.h"
#include "standin.h"

/**
 * struct expr - an expression of a rule
 * @name: its name, a string
 * @data: its attributes, or NULL
 */
struct expr {
	const char *name;
	const struct nlattr *data;
};

static bool read_expr(const struct nlattr *elem, struct expr *expr)
{
	const struct nlattr *attr;

	*expr = (struct expr){};
	attr_for_each(attr, attr_data(elem), attr_len(elem)) {
		if (attr_type(attr) == NFTA_EXPR_NAME &&
		    memchr(attr_data(attr), '\0', attr_len(attr)))
			expr->name = attr_data(attr);
		else if (attr_type(attr) == NFTA_EXPR_DATA)
			expr->data = attr;
	}
	return expr->name;
}

/* Writes an expression up to where its attributes start. */
static size_t begin_expr(struct buf *out, const struct nlattr *elem,
			 const char *name, size_t *data)
{
	size_t begin = attr_begin(out, elem->nla_type);

	attr_put(out, NFTA_EXPR_NAME, name, strlen(name) + 1);
	*data = attr_begin(out, NFTA_EXPR_DATA | NLA_F_NESTED);
	return begin;
}

static void end_expr(struct buf *out, size_t begin, size_t data)
{
	attr_end(out, data);
	attr_end(out, begin);
}

/* The string that a log expression has for a prefix, or NULL. */
static const char *log_prefix(const struct expr *expr)
{
	const struct nlattr *attr;

	if (strcmp(expr->name, "log") || !expr->data)
		return NULL;
	attr_for_each(attr, attr_data(expr->data), attr_len(expr->data))
		if (attr_type(attr) == NFTA_LOG_PREFIX &&
		    memchr(attr_data(attr), '\0', attr_len(attr)))
			return attr_data(attr);
	return NULL;
}

static void put_number(struct buf *out, unsigned int type, uint32_t number)
{
	number = htonl(number);
	attr_put(out, type, &number, sizeof(number));
}

/**
 * expr_to_kernel() - exchange a stand-in for xlat
 * @elem: an expression of a rule
 * @out: where xlat goes, if the expression is a stand-in
 *
 * Return: true if it is one.
 */
bool expr_to_kernel(const struct nlattr *elem, struct buf *out)
{
	const struct meaning *meaning;
	size_t begin, data, digits;
	const char *prefix;
	struct expr expr;

	if (!read_expr(elem, &expr))
		return false;
	prefix = log_prefix(&expr);
	if (!prefix || *prefix++ != STANDIN_MARK)
		return false;
	digits = standin_digits(prefix, strlen(prefix));
	if (prefix[digits])
		return false;
	meaning = standin_meaning(prefix, digits);
	if (!meaning || meaning->type != MEANING_XLAT)
		return false;

	begin = begin_expr(out, elem, "xlat", &data);
	attr_put(out, NFTA_XLAT_PREFIX, &meaning->prefix.addr,
		 sizeof(meaning->prefix.addr));
	put_number(out, NFTA_XLAT_PREFIX_LEN, meaning->prefix.len);
	if (meaning->mtu != MTU_DEFAULT)
		put_number(out, NFTA_XLAT_MTU, meaning->mtu);
	end_expr(out, begin, data);
	return true;
}

static bool read_number(const struct nlattr *attr, unsigned int *number)
{
	uint32_t value;

	if (attr_len(attr) != sizeof(value))
		return false;
	memcpy(&value, attr_data(attr), sizeof(value));
	*number = ntohl(value);
	return true;
}

/* What an xlat expression of the kernel says. What a newer kernel may add must
 * not get lost, the rule would mean something else when it is loaded again.
 */
static void read_xlat(const struct nlattr *attrs, struct meaning *meaning)
{
	bool addr = false, len = false;
	const struct nlattr *attr;

	meaning->type = MEANING_UNSUPPORTED;
	meaning->mtu = MTU_DEFAULT;
	if (!attrs)
		return;
	attr_for_each(attr, attr_data(attrs), attr_len(attrs)) {
		if (attr_type(attr) == NFTA_XLAT_PREFIX &&
		    attr_len(attr) == sizeof(meaning->prefix.addr)) {
			memcpy(&meaning->prefix.addr, attr_data(attr),
			       sizeof(meaning->prefix.addr));
			addr = true;
		} else if (attr_type(attr) == NFTA_XLAT_PREFIX_LEN &&
			   read_number(attr, &meaning->prefix.len)) {
			len = true;
		} else if (attr_type(attr) != NFTA_XLAT_MTU ||
			   !read_number(attr, &meaning->mtu)) {
			return;
		}
	}
	if (addr && len && !prefix_check(&meaning->prefix) &&
	    !mtu_check(meaning->mtu))
		meaning->type = MEANING_XLAT;
}

static void put_standin(struct buf *out, const struct meaning *meaning)
{
	char prefix[STANDIN_DIGITS + 2] = {};

	standin_write(prefix, STANDIN_DIGITS, standin_number(meaning));
	attr_put(out, NFTA_LOG_PREFIX, prefix, sizeof(prefix));
}

/* A log expression whose prefix looks like a stand-in gets one itself. */
static void exchange_log(const struct nlattr *elem, const struct expr *expr,
			 const char *prefix, struct buf *out)
{
	const struct meaning meaning = {
		.type = MEANING_LOG,
		.log = (char *)prefix,
	};
	const struct nlattr *attr;
	size_t begin, data;

	begin = begin_expr(out, elem, "log", &data);
	attr_for_each(attr, attr_data(expr->data), attr_len(expr->data)) {
		if (attr_type(attr) == NFTA_LOG_PREFIX)
			put_standin(out, &meaning);
		else
			attr_put(out, attr->nla_type, attr_data(attr),
				 attr_len(attr));
	}
	end_expr(out, begin, data);
}

/**
 * expr_from_kernel() - exchange xlat for a stand-in
 * @elem: an expression of a rule
 * @out: where the stand-in goes, if the expression is xlat
 *
 * Return: true if it is.
 */
bool expr_from_kernel(const struct nlattr *elem, struct buf *out)
{
	struct meaning meaning = {};
	size_t begin, data;
	const char *prefix;
	struct expr expr;

	if (!read_expr(elem, &expr))
		return false;

	prefix = log_prefix(&expr);
	if (prefix && *prefix == STANDIN_MARK) {
		exchange_log(elem, &expr, prefix, out);
		return true;
	}

	if (strcmp(expr.name, "xlat"))
		return false;
	read_xlat(expr.data, &meaning);
	begin = begin_expr(out, elem, "log", &data);
	put_standin(out, &meaning);
	end_expr(out, begin, data);
	return true;
}
