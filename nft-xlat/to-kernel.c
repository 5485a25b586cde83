// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules on their way to the kernel: a stand-in, and the matches behind it, become
 * xlat and the expressions that load its registers.
 */

#include <arpa/inet.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_xlat.h>

#include "diag.h"
#include "exchange.h"
#include "expr.h"
#include "mapping.h"
#include "mtu.h"
#include "sets.h"
#include "standin.h"

/* Registers of 4 bytes that anything but a concatenation takes. */
#define REG_SPACE (NFT_REG_SIZE / NFT_REG32_SIZE)

/* All of these registers. */
#define REGS (NFT_REG32_15 - NFT_REG32_00 + 1)

static const unsigned int mapping_attrs[ADDRS] = {
	[SADDR] = NFTA_XLAT_SADDR,
	[DADDR] = NFTA_XLAT_DADDR,
};

static const struct meaning *meaning_of(const struct expr *expr,
					unsigned int *number)
{
	const char *prefix = expr_mark(expr);

	return prefix ? standin_meaning(prefix + 1, strlen(prefix + 1), number)
		      : NULL;
}

/**
 * struct lookup - how the kernel looks an address up
 * @first: the first expression that loads the key
 * @match: the expression behind the last of these, that libnftables has for it
 * @set: what is known about the map
 */
struct lookup {
	size_t first;
	size_t match;
	const struct set *set;
};

/**
 * struct xlat - an xlat statement on its way to the kernel
 * @rule: its rule
 * @exprs: the expressions of the rule
 * @number: number of the stand-in
 * @meaning: what is meant by it
 * @standin: the stand-in's expression
 * @lookup: the lookups of the addresses
 * @reg: index of the register where what an address takes starts
 * @family: of the packets that it is for, AF_INET or AF_INET6, or 0
 */
struct xlat {
	const struct rule *rule;
	const struct exprs *exprs;
	unsigned int number;
	struct meaning meaning;
	size_t standin;
	struct lookup lookup[ADDRS];
	unsigned int reg[ADDRS];
	int family;
};

static const struct standin_places *places(const struct xlat *xlat)
{
	return diag_places(xlat->number);
}

static bool refuse(const struct place *place, const char *message)
{
	diag_refuse(place, message);
	return false;
}

static bool find_standin(struct xlat *xlat)
{
	const struct exprs *exprs = xlat->exprs;
	const struct meaning *meaning;

	for (xlat->standin = 0; xlat->standin < exprs->n; xlat->standin++) {
		meaning = meaning_of(&exprs->expr[xlat->standin],
				     &xlat->number);
		if (meaning && meaning->type == MEANING_XLAT) {
			xlat->meaning = *meaning;
			return true;
		}
	}
	return false;
}

/* Finds what libnftables has made of the matches behind the stand-in: what the
 * key depends on, its loads and the lookup.
 */
static bool find_lookup(struct xlat *xlat, unsigned int addr, size_t *at)
{
	struct lookup *lookup = &xlat->lookup[addr];
	const struct exprs *exprs = xlat->exprs;
	const char *name = NULL;
	size_t i;

	lookup->first = *at;
	for (i = *at; i < exprs->n; i++) {
		const struct expr *expr = &exprs->expr[i];

		if (expr_is(expr, "cmp"))
			lookup->first = i + 1;
		if (expr_is(expr, "lookup") &&
		    !expr_attr(expr, NFTA_LOOKUP_DREG)) {
			name = expr_string(expr, NFTA_LOOKUP_SET);
			break;
		}
	}
	lookup->match = i;
	*at = i + 1;
	if (name && xlat->rule->table)
		lookup->set = sets_find(xlat->rule->family, xlat->rule->table,
					name);
	return lookup->set;
}

/* The family of the addresses that a map has as data, or 0. */
static int data_family(const struct set *set)
{
	switch (set->data_type) {
	case TYPE_IPV4_ADDR:
		return AF_INET;
	case TYPE_IPV6_ADDR:
		return AF_INET6;
	}
	return 0;
}

static const char *type_name(uint32_t type)
{
	switch (type) {
	case NFT_DATA_VERDICT:
		return "netfilter verdict";
	case TYPE_INTEGER:
		return "integer";
	case TYPE_IPV4_ADDR:
		return "IPv4 address";
	case TYPE_IPV6_ADDR:
		return "IPv6 address";
	case TYPE_INET_SERVICE:
		return "internet network service";
	case TYPE_MARK:
		return "packet mark";
	}
	return "another one";
}

static const char *address_name(int family)
{
	return family == AF_INET ? "IPv4 address" : "IPv6 address";
}

/* Points at the statement too. */
static bool refuse_at_statement(const struct xlat *xlat, unsigned int addr,
				const char *message)
{
	const struct place *statement = &places(xlat)->statement;
	struct place place = places(xlat)->expr[addr];

	if (place.line == statement->line) {
		place.other_start = statement->start;
		place.other_end = statement->end;
	}
	return refuse(&place, message);
}

static bool refuse_type(const struct xlat *xlat, unsigned int addr,
			const char *actual)
{
	struct buf message = {};

	buf_printf(&message,
		   "datatype mismatch: expected %s, expression has type %s",
		   address_name(other_family(xlat->family)), actual);
	refuse_at_statement(xlat, addr, message.data);
	buf_free(&message);
	return false;
}

/* An address of the other family is what each address has to be mapped to. */
static bool check_family(const struct xlat *xlat, unsigned int addr)
{
	const struct mapping *mapping = &xlat->meaning.mapping[addr];
	const struct set *set = xlat->lookup[addr].set;

	if (mapping->type == MAPPING_MAP && !xlat->family)
		return refuse_at_statement(xlat, addr,
					   "xlat cannot tell the address family of this mapping");
	if (mapping->type == MAPPING_CONSTANT)
		return mapping->family != xlat->family ||
		       refuse_type(xlat, addr, address_name(mapping->family));
	if (mapping->type == MAPPING_MAP)
		return data_family(set) == other_family(xlat->family) ||
		       refuse_type(xlat, addr, type_name(set->data_type));
	return true;
}

/* Prefixes are intervals. */
static bool check_interval(const struct xlat *xlat, unsigned int addr)
{
	const struct mapping *mapping = &xlat->meaning.mapping[addr];
	const struct set *set = xlat->lookup[addr].set;
	bool interval;

	if (mapping->type != MAPPING_MAP)
		return true;
	interval = set->data_len == 2 * family_bits(data_family(set)) / 8;
	if (interval == mapping->prefix_to)
		return true;
	return refuse(&places(xlat)->expr[addr],
		      interval ? mapping_no_address : mapping_no_prefix);
}

/* The family that a protocol of netfilter's or of Ethernet's stands for, or 0. */
static int family_of_data(const struct nlattr *attr)
{
	const unsigned char *protocol = attr_data(attr);

	switch (attr_len(attr)) {
	case 1:
		return family_of_protocol(*protocol);
	case 2:
		switch (protocol[0] << 8 | protocol[1]) {
		case ETH_P_IP:
			return AF_INET;
		case ETH_P_IPV6:
			return AF_INET6;
		}
	}
	return 0;
}

/* The family of the packets that what stands in front of xlat leaves over, or
 * 0: what the meta expression has loaded is compared with it.
 */
static int matched_family(const struct xlat *xlat)
{
	const uint32_t protocol = xlat->rule->family == NFPROTO_NETDEV ?
				  NFT_META_PROTOCOL : NFT_META_NFPROTO;
	const struct exprs *exprs = xlat->exprs;
	const struct nlattr *attr;
	uint32_t key, op;
	int family = 0;
	size_t i;

	for (i = 0; i + 1 < exprs->n; i++) {
		const struct expr *cmp = &exprs->expr[i + 1];

		if (!expr_is(&exprs->expr[i], "meta") || !expr_is(cmp, "cmp") ||
		    !expr_number(&exprs->expr[i], NFTA_META_KEY, &key) ||
		    !expr_number(cmp, NFTA_CMP_OP, &op) ||
		    key != protocol || op != NFT_CMP_EQ)
			continue;
		attr = expr_data(cmp, NFTA_CMP_DATA);
		if (attr)
			family = family_of_data(attr);
	}
	return family;
}

static bool check_match(const struct xlat *xlat, unsigned int addr)
{
	struct buf message = {};

	if (!mapping_has_expression(&xlat->meaning.mapping[addr]))
		return true;
	if (!matched_family(xlat) || matched_family(xlat) == xlat->family)
		return true;
	buf_printf(&message, "%s packets cannot be mapped to an %s",
		   xlat->family == AF_INET ? "ip6" : "ip",
		   address_name(other_family(xlat->family)));
	refuse(&places(xlat)->expr[addr], message.data);
	buf_free(&message);
	return false;
}

/* A table may be for both families: what a mapping maps to tells. */
static void find_family(struct xlat *xlat, unsigned int addr)
{
	const struct mapping *mapping = &xlat->meaning.mapping[addr];
	int to = 0;

	if (mapping->type == MAPPING_CONSTANT)
		to = mapping->family;
	else if (mapping->type == MAPPING_MAP)
		to = data_family(xlat->lookup[addr].set);
	if (!xlat->family && to)
		xlat->family = other_family(to);
}

static bool check_maps(const struct xlat *xlat)
{
	unsigned int addr;

	for (addr = SADDR; addr < ADDRS; addr++)
		if (xlat->meaning.mapping[addr].type == MAPPING_MAP &&
		    !(xlat->lookup[addr].set->flags & NFT_SET_MAP))
			return refuse(&places(xlat)->map[addr],
				      "Expression is not a map");
	return true;
}

static bool check(struct xlat *xlat)
{
	unsigned int addr;

	if (!is_family_mixed(xlat->rule->family)) {
		xlat->family = family_of_protocol(xlat->rule->family);
		if (!xlat->family)
			return refuse(&places(xlat)->statement,
				      "xlat is only supported in ip, ip6, inet and netdev tables");
	}
	if (!check_maps(xlat))
		return false;
	find_family(xlat, SADDR);
	find_family(xlat, DADDR);
	if (!xlat->family)
		xlat->family = matched_family(xlat);
	for (addr = SADDR; addr < ADDRS; addr++)
		if (!check_family(xlat, addr) || !check_interval(xlat, addr))
			return false;
	return check_match(xlat, SADDR) && check_match(xlat, DADDR);
}

/* How many registers of 4 bytes a mapping takes. */
static unsigned int reg_space(const struct xlat *xlat, unsigned int addr)
{
	const struct mapping *mapping = &xlat->meaning.mapping[addr];
	const struct set *set = xlat->lookup[addr].set;

	switch (mapping->type) {
	case MAPPING_NONE:
	case MAPPING_PREFIX:
		break;
	case MAPPING_CONSTANT:
		return mapping->prefix_to ? 2 * REG_SPACE : REG_SPACE;
	case MAPPING_MAP:
		if (!set_is_concat(set))
			return REG_SPACE;
		return (set->key_len + NFT_REG32_SIZE - 1) / NFT_REG32_SIZE;
	}
	return 0;
}

static void put_immediate(struct buf *out, unsigned int reg, const void *data,
			  size_t len)
{
	size_t attrs, begin = expr_begin(out, "immediate", &attrs);

	expr_put_number(out, NFTA_IMMEDIATE_DREG, reg_number(reg));
	expr_put_data(out, NFTA_IMMEDIATE_DATA, data, len);
	expr_end(out, begin, attrs);
}

/* Puts what makes a mapping's registers hold what they have to. */
static bool put_loads(const struct xlat *xlat, unsigned int addr,
		      struct buf *out)
{
	const struct mapping *mapping = &xlat->meaning.mapping[addr];
	const struct lookup *lookup = &xlat->lookup[addr];
	unsigned char max[sizeof(struct in6_addr)];
	size_t len = family_bits(mapping->family) / 8, i;

	switch (mapping->type) {
	case MAPPING_NONE:
	case MAPPING_PREFIX:
		break;
	case MAPPING_CONSTANT:
		put_immediate(out, xlat->reg[addr], &mapping->prefix.addr, len);
		if (!mapping->prefix_to)
			break;
		constant_max(mapping, max);
		put_immediate(out, xlat->reg[addr] + REG_SPACE, max, len);
		break;
	case MAPPING_MAP:
		for (i = lookup->first; i < lookup->match; i++)
			if (!expr_copy(&xlat->exprs->expr[i], xlat->reg[addr],
				       out))
				return false;
		break;
	}
	return true;
}

/* Is it the load of the address that is mapped? */
static bool loads_address(const struct xlat *xlat, unsigned int addr,
			  const struct expr *expr)
{
	uint32_t base, offset, len;

	if (!expr_is(expr, "payload") ||
	    !expr_number(expr, NFTA_PAYLOAD_BASE, &base) ||
	    !expr_number(expr, NFTA_PAYLOAD_OFFSET, &offset) ||
	    !expr_number(expr, NFTA_PAYLOAD_LEN, &len) ||
	    base != NFT_PAYLOAD_NETWORK_HEADER)
		return false;
	if (xlat->family == AF_INET)
		return len == 4 && offset == (addr == SADDR ? 12 : 16);
	return len == 16 && offset == (addr == SADDR ? 8 : 24);
}

/* Looks for the address that is mapped among the components of the key.
 *
 * Return: false when it is not there.
 */
static bool find_key_offset(const struct xlat *xlat, unsigned int addr,
			    uint32_t *offset)
{
	const struct lookup *lookup = &xlat->lookup[addr];
	bool found = false;
	unsigned int reg;
	size_t i;

	*offset = 0;
	for (i = lookup->first; i < lookup->match; i++) {
		const struct expr *expr = &xlat->exprs->expr[i];

		if (!expr_loads(expr, &reg))
			continue;
		/* What is made of the address is another matter. */
		if (found && reg * NFT_REG32_SIZE == *offset)
			found = false;
		if (!found && loads_address(xlat, addr, expr) &&
		    reg * NFT_REG32_SIZE < lookup->set->key_len) {
			*offset = reg * NFT_REG32_SIZE;
			found = true;
		}
	}
	return found;
}

static void put_prefix(const struct xlat_prefix *prefix, unsigned int type,
		       unsigned int len_type, struct buf *out)
{
	attr_put(out, type, &prefix->addr, sizeof(prefix->addr));
	expr_put_number(out, len_type, prefix->len);
}

static void put_lookup(const struct xlat *xlat, unsigned int addr,
		       struct buf *out)
{
	const struct lookup *lookup = &xlat->lookup[addr];
	const struct expr *match = &xlat->exprs->expr[lookup->match];
	const char *name = expr_string(match, NFTA_LOOKUP_SET);
	uint32_t id = 0, offset;

	expr_number(match, NFTA_LOOKUP_SET_ID, &id);
	attr_put(out, NFTA_XLAT_MAP_SET, name, strlen(name) + 1);
	expr_put_number(out, NFTA_XLAT_MAP_SET_ID, id);
	if (find_key_offset(xlat, addr, &offset))
		expr_put_number(out, NFTA_XLAT_MAP_KEY_OFFSET, offset);
}

static void put_mapping(const struct xlat *xlat, unsigned int addr,
			struct buf *out)
{
	const struct mapping *mapping = &xlat->meaning.mapping[addr];
	unsigned int reg = xlat->reg[addr];
	size_t begin;

	if (mapping->type == MAPPING_NONE)
		return;
	begin = attr_begin(out, mapping_attrs[addr] | NLA_F_NESTED);
	if (mapping->type == MAPPING_PREFIX)
		put_prefix(&mapping->prefix, NFTA_XLAT_MAP_PREFIX,
			   NFTA_XLAT_MAP_PREFIX_LEN, out);
	else
		expr_put_number(out, NFTA_XLAT_MAP_SREG_MIN, reg_number(reg));
	if (mapping->type == MAPPING_CONSTANT && mapping->prefix_to)
		expr_put_number(out, NFTA_XLAT_MAP_SREG_MAX,
				reg_number(reg + REG_SPACE));
	if (mapping->type == MAPPING_MAP)
		put_lookup(xlat, addr, out);
	if (mapping->prefix_to)
		expr_put_number(out, NFTA_XLAT_MAP_FLAGS,
				NFT_XLAT_MAP_F_PREFIX);
	attr_end(out, begin);
}

static void put_xlat(const struct xlat *xlat, struct buf *out)
{
	const struct meaning *meaning = &xlat->meaning;
	size_t attrs, begin = expr_begin(out, "xlat", &attrs);

	if (meaning->prefix.len)
		put_prefix(&meaning->prefix, NFTA_XLAT_PREFIX,
			   NFTA_XLAT_PREFIX_LEN, out);
	put_mapping(xlat, SADDR, out);
	put_mapping(xlat, DADDR, out);
	if (meaning->mtu != MTU_DEFAULT)
		expr_put_number(out, NFTA_XLAT_MTU, meaning->mtu);
	/* The table does not say how long the addresses are. */
	if (is_family_mixed(xlat->rule->family) &&
	    (mapping_has_expression(&meaning->mapping[SADDR]) ||
	     mapping_has_expression(&meaning->mapping[DADDR])))
		expr_put_number(out, NFTA_XLAT_FAMILY,
				xlat->family == AF_INET ? NFPROTO_IPV4 :
							  NFPROTO_IPV6);
	expr_end(out, begin, attrs);
}

static bool put_statement(struct xlat *xlat, struct buf *out)
{
	size_t at = xlat->standin + 1, i;
	unsigned int addr;

	for (addr = SADDR; addr < ADDRS; addr++) {
		size_t start = at;

		if (xlat->meaning.mapping[addr].type != MAPPING_MAP)
			continue;
		if (!find_lookup(xlat, addr, &at))
			return refuse(&places(xlat)->expr[addr],
				      mapping_unsupported(addr));
		/* What keys depend on comes before all keys. */
		for (i = start; i < xlat->lookup[addr].first; i++)
			expr_copy(&xlat->exprs->expr[i], 0, out);
	}
	if (!check(xlat))
		return false;

	xlat->reg[DADDR] = reg_space(xlat, SADDR);
	if (xlat->reg[DADDR] + reg_space(xlat, DADDR) > REGS)
		return refuse(&places(xlat)->statement,
			      "xlat mappings need more registers than there are");
	for (addr = SADDR; addr < ADDRS; addr++)
		if (!put_loads(xlat, addr, out))
			return refuse(&places(xlat)->expr[addr],
				      mapping_unsupported(addr));
	put_xlat(xlat, out);
	for (i = at; i < xlat->exprs->n; i++)
		expr_copy(&xlat->exprs->expr[i], 0, out);
	return true;
}

/**
 * exchange_to_kernel() - exchange a stand-in for xlat
 * @rule: the rule
 * @out: where its expressions go
 * @changed: where the place in @out goes from which on they are other ones
 *
 * Return: true if there is a stand-in. It may be wrong: then that is known to
 * diag_failed().
 */
bool exchange_to_kernel(const struct rule *rule, struct buf *out,
			size_t *changed)
{
	struct exprs exprs;
	struct xlat xlat = { .rule = rule, .exprs = &exprs };
	bool found;
	size_t i;

	found = exprs_read(&exprs, rule->list) && find_standin(&xlat);
	if (found) {
		for (i = 0; i < xlat.standin; i++)
			expr_copy(&exprs.expr[i], 0, out);
		*changed = out->len;
		put_statement(&xlat, out);
	}
	exprs_free(&exprs);
	return found;
}
