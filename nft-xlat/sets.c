// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sets that messages tell about: those of the kernel, which libnftables
 * asks for before it puts one into a rule, and those that are sent to it.
 */

#include <stdlib.h>
#include <string.h>

#include <linux/netfilter/nf_tables.h>

#include "attr.h"
#include "sets.h"
#include "util.h"

/* Bits of a component's type in the type of a concatenation. */
#define TYPE_BITS 6

struct known_set {
	struct known_set *next;
	uint8_t family;
	char *table;
	char *name;
	struct set set;
};

static struct known_set *buckets[256];

static unsigned int hash(const char *table, const char *name)
{
	unsigned int value = 5381;

	for (; *table; table++)
		value = value * 33 + (unsigned char)*table;
	for (; *name; name++)
		value = value * 33 + (unsigned char)*name;
	return value % ARRAY_SIZE(buckets);
}

static struct known_set *find(uint8_t family, const char *table,
			      const char *name)
{
	struct known_set *known;

	for (known = buckets[hash(table, name)]; known; known = known->next)
		if (known->family == family && !strcmp(known->table, table) &&
		    !strcmp(known->name, name))
			return known;
	return NULL;
}

static const char *string(const struct nlattr *attr)
{
	return memchr(attr_data(attr), '\0', attr_len(attr)) ?
	       attr_data(attr) : NULL;
}

/**
 * sets_add() - learn about a set
 * @family: family of its table
 * @attrs: what a message says about it, the newest message counts
 * @len: the length of that
 */
void sets_add(uint8_t family, const struct nlattr *attrs, size_t len)
{
	const char *table = NULL, *name = NULL;
	const struct nlattr *attr;
	struct known_set *known;
	struct set set = {};
	unsigned int bucket;

	attr_for_each(attr, attrs, len) {
		switch (attr_type(attr)) {
		case NFTA_SET_TABLE:
			table = string(attr);
			break;
		case NFTA_SET_NAME:
			name = string(attr);
			break;
		case NFTA_SET_FLAGS:
			attr_number(attr, &set.flags);
			break;
		case NFTA_SET_KEY_TYPE:
			attr_number(attr, &set.key_type);
			break;
		case NFTA_SET_KEY_LEN:
			attr_number(attr, &set.key_len);
			break;
		case NFTA_SET_DATA_TYPE:
			attr_number(attr, &set.data_type);
			break;
		case NFTA_SET_DATA_LEN:
			attr_number(attr, &set.data_len);
			break;
		}
	}
	if (!table || !name)
		return;

	known = find(family, table, name);
	if (!known) {
		bucket = hash(table, name);
		known = xrealloc(NULL, sizeof(*known));
		known->next = buckets[bucket];
		known->family = family;
		known->table = xstrdup(table);
		known->name = xstrdup(name);
		buckets[bucket] = known;
	}
	known->set = set;
}

/**
 * sets_find() - what is known about a set
 * @family: family of its table
 * @table: name of its table
 * @name: its name
 *
 * Return: the set, or NULL.
 */
const struct set *sets_find(uint8_t family, const char *table,
			    const char *name)
{
	const struct known_set *known = find(family, table, name);

	return known ? &known->set : NULL;
}

/**
 * sets_free() - forget all sets
 */
void sets_free(void)
{
	struct known_set *known;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(buckets); i++) {
		while ((known = buckets[i])) {
			buckets[i] = known->next;
			free(known->table);
			free(known->name);
			free(known);
		}
	}
}

/**
 * set_is_concat() - are its keys concatenations?
 * @set: the set
 *
 * Return: true if they are.
 */
bool set_is_concat(const struct set *set)
{
	return set->key_type >> TYPE_BITS;
}
