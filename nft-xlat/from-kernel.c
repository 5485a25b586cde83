// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules on their way from the kernel: xlat becomes a stand-in, and what loads its
 * registers something that libnftables can show.
 */

#include <arpa/inet.h>
#include <string.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_xlat.h>

#include "exchange.h"
#include "expr.h"
#include "mapping.h"
#include "mtu.h"
#include "standin.h"

/**
 * struct dumped - a mapping as the kernel has it
 * @there: there is one
 * @prefix: its prefix
 * @min: index of the register for the lowest address, or the key, or -1
 * @max: index of the register for the highest address, or -1
 * @set: name of the map, or NULL
 * @flags: flags
 * @first: the first expression that loads a register for it
 * @end: the expression behind the last of these
 */
struct dumped {
	bool there;
	struct xlat_prefix prefix;
	int min;
	int max;
	const char *set;
	uint32_t flags;
	size_t first;
	size_t end;
};

static bool read_reg(const struct nlattr *attr, int *reg)
{
	uint32_t number;

	if (!attr_number(attr, &number) || number < NFT_REG_1 ||
	    number > NFT_REG32_15)
		return false;
	*reg = reg_index(number);
	return true;
}

static bool read_addr(const struct nlattr *attr, struct in6_addr *addr)
{
	if (attr_len(attr) != sizeof(*addr))
		return false;
	memcpy(addr, attr_data(attr), sizeof(*addr));
	return true;
}

/* What is not known here must not get lost, the rule would mean something else
 * when it is loaded again.
 */
static bool read_dumped(const struct nlattr *attrs, struct dumped *dumped)
{
	const struct nlattr *attr;
	uint32_t ignored;
	bool ok = true;

	*dumped = (struct dumped){ .there = true, .min = -1, .max = -1 };
	attr_for_each(attr, attr_data(attrs), attr_len(attrs)) {
		switch (attr_type(attr)) {
		case NFTA_XLAT_MAP_PREFIX:
			ok &= read_addr(attr, &dumped->prefix.addr);
			break;
		case NFTA_XLAT_MAP_PREFIX_LEN:
			ok &= attr_number(attr, &dumped->prefix.len);
			break;
		case NFTA_XLAT_MAP_SREG_MIN:
			ok &= read_reg(attr, &dumped->min);
			break;
		case NFTA_XLAT_MAP_SREG_MAX:
			ok &= read_reg(attr, &dumped->max);
			break;
		case NFTA_XLAT_MAP_SET:
			ok &= !!memchr(attr_data(attr), '\0', attr_len(attr));
			dumped->set = attr_data(attr);
			break;
		case NFTA_XLAT_MAP_KEY_OFFSET:
			ok &= attr_number(attr, &ignored);
			break;
		case NFTA_XLAT_MAP_FLAGS:
			ok &= attr_number(attr, &dumped->flags);
			break;
		default:
			ok = false;
		}
	}
	return ok && !(dumped->flags & ~NFT_XLAT_MAP_F_PREFIX);
}

static bool read_xlat(const struct expr *expr, struct meaning *meaning,
		      struct dumped *dumped, uint32_t *family)
{
	const struct nlattr *attr;
	bool ok = true;

	meaning->mtu = MTU_DEFAULT;
	if (!expr->attrs)
		return false;
	attr_for_each(attr, attr_data(expr->attrs), attr_len(expr->attrs)) {
		switch (attr_type(attr)) {
		case NFTA_XLAT_PREFIX:
			ok &= read_addr(attr, &meaning->prefix.addr);
			break;
		case NFTA_XLAT_PREFIX_LEN:
			ok &= attr_number(attr, &meaning->prefix.len);
			break;
		case NFTA_XLAT_SADDR:
			ok &= read_dumped(attr, &dumped[SADDR]);
			break;
		case NFTA_XLAT_DADDR:
			ok &= read_dumped(attr, &dumped[DADDR]);
			break;
		case NFTA_XLAT_MTU:
			ok &= attr_number(attr, &meaning->mtu);
			break;
		case NFTA_XLAT_FAMILY:
			ok &= attr_number(attr, family);
			break;
		default:
			ok = false;
		}
	}
	if (meaning->prefix.len && prefix_check(&meaning->prefix))
		return false;
	return ok && !mtu_check(meaning->mtu) &&
	       (meaning->prefix.len ||
		(dumped[SADDR].there && dumped[DADDR].there));
}

/* Finds which of the expressions in front of xlat belong to which mapping. Those
 * of the source come first; its registers are not written to later.
 */
static void find_loads(const struct exprs *exprs, size_t xlat,
		       struct dumped *dumped)
{
	size_t first = xlat, border, i;
	unsigned int reg;

	if (dumped[SADDR].min < 0 && dumped[DADDR].min < 0)
		return;
	while (first && expr_loads(&exprs->expr[first - 1], &reg))
		first--;
	border = first;
	if (dumped[SADDR].min >= 0)
		for (i = first; i < xlat; i++)
			if (expr_loads(&exprs->expr[i], &reg) &&
			    (dumped[DADDR].min < 0 ||
			     reg < (unsigned int)dumped[DADDR].min))
				border = i + 1;
	dumped[SADDR].first = first;
	dumped[SADDR].end = border;
	dumped[DADDR].first = border;
	dumped[DADDR].end = xlat;
}

/* The family of the packets that a rule is for, or 0. */
static int rule_family(const struct rule *rule, uint32_t protocol)
{
	return family_of_protocol(is_family_mixed(rule->family) ? protocol :
								  rule->family);
}

/* Reads what an immediate expression puts into a register. */
static bool read_immediate(const struct expr *expr, int reg, size_t len,
			   void *data)
{
	const struct nlattr *attr = expr_data(expr, NFTA_IMMEDIATE_DATA);
	unsigned int written;

	if (!expr_is(expr, "immediate") || !expr_loads(expr, &written) ||
	    reg != (int)written)
		return false;
	if (!attr || attr_len(attr) != len)
		return false;
	memcpy(data, attr_data(attr), len);
	return true;
}

static bool read_constant(const struct exprs *exprs,
			  const struct dumped *dumped, struct mapping *mapping)
{
	size_t len = family_bits(mapping->family) / 8;
	unsigned char max[sizeof(struct in6_addr)];
	const struct expr *expr = &exprs->expr[dumped->first];

	mapping->type = MAPPING_CONSTANT;
	mapping->prefix.len = family_bits(mapping->family);
	if (dumped->end - dumped->first != (mapping->prefix_to ? 2 : 1) ||
	    (dumped->max >= 0) != mapping->prefix_to ||
	    !read_immediate(expr, dumped->min, len, &mapping->prefix.addr))
		return false;
	return !mapping->prefix_to ||
	       (read_immediate(expr + 1, dumped->max, len, max) &&
		constant_from_range(mapping, max));
}

static bool read_mapping(const struct exprs *exprs, const struct dumped *dumped,
			 int family, struct mapping *mapping)
{
	if (!dumped->there)
		return true;
	mapping->prefix_to = dumped->flags & NFT_XLAT_MAP_F_PREFIX;
	if (dumped->min < 0) {
		mapping->type = MAPPING_PREFIX;
		mapping->prefix = dumped->prefix;
		return !prefix_check(&mapping->prefix) && !dumped->set &&
		       !dumped->flags && dumped->max < 0;
	}
	if (!family || dumped->prefix.len)
		return false;
	mapping->family = other_family(family);
	if (!dumped->set && dumped->end > dumped->first &&
	    expr_is(&exprs->expr[dumped->first], "immediate"))
		return read_constant(exprs, dumped, mapping);
	mapping->type = MAPPING_MAP;
	return dumped->max < 0 && dumped->end > dumped->first;
}

static void put_standin(const struct meaning *meaning, struct buf *out)
{
	size_t attrs, begin = expr_begin(out, "log", &attrs);
	struct buf prefix = {};

	standin_write(&prefix, standin_number(meaning));
	attr_put(out, NFTA_LOG_PREFIX, prefix.data, prefix.len + 1);
	buf_free(&prefix);
	expr_end(out, begin, attrs);
}

/* Puts what a map is looked up with, and the lookup. */
static void put_shown(const struct exprs *exprs, const struct dumped *dumped,
		      struct buf *out)
{
	uint32_t reg = reg_number(dumped->min);
	size_t attrs, begin, i;

	for (i = dumped->first; i < dumped->end; i++)
		expr_copy(&exprs->expr[i], 0, out);
	if (!dumped->set)
		return;
	begin = expr_begin(out, "lookup", &attrs);
	attr_put(out, NFTA_LOOKUP_SET, dumped->set, strlen(dumped->set) + 1);
	expr_put_number(out, NFTA_LOOKUP_SREG, reg);
	expr_put_number(out, NFTA_LOOKUP_DREG, reg);
	expr_end(out, begin, attrs);
}

/* Puts a stand-in behind what libnftables has to show of it: dup takes up to two
 * expressions, and like xlat, as one statement.
 */
static void put_known(const struct exprs *exprs, const struct dumped *dumped,
		      const struct meaning *meaning, struct buf *out)
{
	unsigned int type = NFTA_DUP_SREG_ADDR, addr;
	size_t attrs, begin;

	if (meaning_has_map(meaning)) {
		for (addr = SADDR; addr < ADDRS; addr++)
			if (meaning->mapping[addr].type == MAPPING_MAP)
				put_shown(exprs, &dumped[addr], out);
		begin = expr_begin(out, "dup", &attrs);
		for (addr = SADDR; addr < ADDRS; addr++) {
			if (meaning->mapping[addr].type != MAPPING_MAP)
				continue;
			expr_put_number(out, type,
					reg_number(dumped[addr].min));
			type = NFTA_DUP_SREG_DEV;
		}
		expr_end(out, begin, attrs);
	}
	put_standin(meaning, out);
}

static size_t find_xlat(const struct exprs *exprs)
{
	size_t i;

	for (i = 0; i < exprs->n; i++)
		if (expr_is(&exprs->expr[i], "xlat"))
			break;
	return i;
}

/* Return: the expression that is to be copied no more. */
static size_t read_statement(const struct rule *rule, const struct exprs *exprs,
			     size_t at, struct meaning *meaning,
			     struct dumped *dumped)
{
	size_t first = at;
	uint32_t protocol = 0;
	bool known;
	int family;

	known = read_xlat(&exprs->expr[at], meaning, dumped, &protocol);
	family = rule_family(rule, protocol);
	if (known) {
		find_loads(exprs, at, dumped);
		if (dumped[SADDR].min >= 0 || dumped[DADDR].min >= 0)
			first = dumped[SADDR].first;
		known = read_mapping(exprs, &dumped[SADDR], family,
				     &meaning->mapping[SADDR]) &&
			read_mapping(exprs, &dumped[DADDR], family,
				     &meaning->mapping[DADDR]);
	}
	meaning->type = known ? MEANING_XLAT : MEANING_UNSUPPORTED;
	return known ? first : at;
}

/* A log expression whose prefix looks like a stand-in gets one itself. */
static void put_log(const struct expr *expr, const char *prefix,
		    struct buf *out)
{
	const struct meaning meaning = {
		.type = MEANING_LOG,
		.log = (char *)prefix,
	};
	size_t attrs, begin = expr_begin(out, "log", &attrs);
	const struct nlattr *attr;
	struct buf standin = {};

	standin_write(&standin, standin_number(&meaning));
	attr_for_each(attr, attr_data(expr->attrs), attr_len(expr->attrs)) {
		if (attr_type(attr) == NFTA_LOG_PREFIX)
			attr_put(out, NFTA_LOG_PREFIX, standin.data,
				 standin.len + 1);
		else
			attr_put(out, attr->nla_type, attr_data(attr),
				 attr_len(attr));
	}
	buf_free(&standin);
	expr_end(out, begin, attrs);
}

/**
 * exchange_from_kernel() - exchange xlat for a stand-in
 * @rule: the rule
 * @out: where its expressions go
 *
 * Return: true if there has been something to exchange.
 */
bool exchange_from_kernel(const struct rule *rule, struct buf *out)
{
	struct dumped dumped[ADDRS] = { { .min = -1 }, { .min = -1 } };
	struct meaning meaning = {};
	bool changed = false;
	struct exprs exprs;
	size_t xlat, first, i;
	const char *prefix;

	if (!exprs_read(&exprs, rule->list)) {
		exprs_free(&exprs);
		return false;
	}
	xlat = find_xlat(&exprs);
	first = xlat < exprs.n ? read_statement(rule, &exprs, xlat, &meaning,
						dumped) : xlat;
	for (i = 0; i < exprs.n; i++) {
		if (i == first && xlat < exprs.n) {
			put_known(&exprs, dumped, &meaning, out);
			i = xlat;
			changed = true;
			continue;
		}
		prefix = expr_mark(&exprs.expr[i]);
		if (prefix) {
			put_log(&exprs.expr[i], prefix, out);
			changed = true;
		} else {
			expr_copy(&exprs.expr[i], 0, out);
		}
	}
	exprs_free(&exprs);
	return changed;
}
