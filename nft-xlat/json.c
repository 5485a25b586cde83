// SPDX-License-Identifier: GPL-2.0-only
/* xlat statements in a ruleset in JSON, replaced by stand-ins. */

#include <arpa/inet.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "json.h"
#include "mtu.h"
#include "prefix.h"
#include "standin.h"

/* As libnftables tells errors in JSON. */
static void __attribute__((format(printf, 1, 2))) error(const char *fmt, ...)
{
	va_list ap;

	fputs("internal:0:0-0: Error: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\n\n", stderr);
}

/* Return: NULL, or what is wrong with it. */
static const char *read_prefix(const json_t *value, struct xlat_prefix *prefix)
{
	const json_t *addr = json_object_get(value, "addr");
	const json_t *len = json_object_get(value, "len");

	if (!json_is_string(addr) || !json_is_integer(len) ||
	    json_object_size(value) != 2)
		return "xlat prefix must be an object with a string addr and an integer len";
	if (inet_pton(AF_INET6, json_string_value(addr), &prefix->addr) != 1)
		return "xlat prefix addr must be an IPv6 address";
	if (json_integer_value(len) < 0 || json_integer_value(len) > 128)
		return "xlat prefix len must be a number of bits";
	prefix->len = json_integer_value(len);
	return prefix_check(prefix);
}

/* A map is for libnftables to look at. */
static bool is_map(const json_t *value)
{
	json_t *map = json_object_get(value, "map");
	const char *data = json_string_value(json_object_get(map, "data"));

	return json_object_get(map, "key") && data && *data == '@';
}

/* Return: NULL, or what is wrong with it. */
static const char *read_expression(const json_t *value, unsigned int addr,
				   struct mapping *mapping)
{
	const json_t *prefix = json_object_get(value, "prefix");
	const json_t *len = json_object_get(prefix, "len");
	const char *text;

	if (is_map(value)) {
		mapping->type = MAPPING_MAP;
		return NULL;
	}
	if (json_is_string(value))
		return constant_set(mapping, json_string_value(value),
				    UINT_MAX);
	if (!prefix)
		return mapping_unsupported(addr);
	text = json_string_value(json_object_get(prefix, "addr"));
	return constant_set(mapping, text && json_is_integer(len) ? text : "",
			    json_integer_value(len));
}

/* Return: NULL, or what is wrong with it. */
static const char *read_mapping(const json_t *value, unsigned int addr,
				struct mapping *mapping)
{
	const json_t *prefix = json_object_get(value, "prefix");
	const json_t *to = json_object_get(value, "prefix_to");

	if (!value)
		return NULL;
	if (prefix) {
		mapping->type = MAPPING_PREFIX;
		return read_prefix(prefix, &mapping->prefix);
	}
	mapping->prefix_to = to;
	return read_expression(to ? to : value, addr, mapping);
}

/* Return: NULL, or what is wrong with it. */
static const char *read_xlat(const json_t *xlat, struct meaning *meaning)
{
	const json_t *prefix = json_object_get(xlat, "prefix");
	const json_t *saddr = json_object_get(xlat, "saddr");
	const json_t *daddr = json_object_get(xlat, "daddr");
	const json_t *mtu = json_object_get(xlat, "mtu");
	const char *wrong;

	meaning->type = MEANING_XLAT;
	meaning->mtu = MTU_DEFAULT;
	if (!json_is_object(xlat) ||
	    json_object_size(xlat) !=
	    (size_t)(!!prefix + !!saddr + !!daddr + !!mtu))
		return "xlat must be an object with the properties prefix, saddr, daddr and mtu";
	if (!prefix && (!saddr || !daddr))
		return "xlat needs a prefix, or a mapping of both addresses";
	wrong = prefix ? read_prefix(prefix, &meaning->prefix) : NULL;
	if (!wrong)
		wrong = read_mapping(saddr, SADDR, &meaning->mapping[SADDR]);
	if (!wrong)
		wrong = read_mapping(daddr, DADDR, &meaning->mapping[DADDR]);
	if (wrong || !mtu)
		return wrong;
	/* The value of what is no integer is 0. */
	meaning->mtu = json_integer_value(mtu);
	return mtu_check(json_integer_value(mtu));
}

static json_t *standin(const struct meaning *meaning)
{
	struct buf text = {};
	json_t *log;

	standin_write(&text, standin_new(meaning));
	log = json_pack("{s:{s:s}}", "log", "prefix", text.data);
	buf_free(&text);
	return log;
}

/* A match of the key against the map, as it is in a text. */
static json_t *match(const json_t *value)
{
	json_t *to = json_object_get(value, "prefix_to");
	json_t *map = json_object_get(to ? to : value, "map");

	return json_pack("{s:{s:s, s:O, s:O}}", "match", "op", "!=",
			 "left", json_object_get(map, "key"),
			 "right", json_object_get(map, "data"));
}

/* Replaces a statement if it is xlat.
 *
 * Return: NULL, or what is wrong with it.
 */
static const char *replace(json_t *expr, size_t i, bool *changed)
{
	const json_t *stmt = json_array_get(expr, i);
	json_t *xlat = json_object_get(stmt, "xlat");
	struct meaning meaning = {};
	const char *log, *wrong;
	unsigned int addr;

	log = json_string_value(json_object_get(json_object_get(stmt, "log"),
						"prefix"));
	if (log && *log == STANDIN_MARK)
		return "a log prefix must not start with U+0001";
	if (!xlat)
		return NULL;

	wrong = read_xlat(xlat, &meaning);
	if (wrong)
		return wrong;
	if (i + 1 < json_array_size(expr))
		return "Statement after terminal statement has no effect";
	json_incref(xlat);
	json_array_set_new(expr, i, standin(&meaning));
	for (addr = SADDR; addr < ADDRS; addr++)
		if (meaning.mapping[addr].type == MAPPING_MAP)
			json_array_append_new(expr,
				match(json_object_get(xlat, addr_names[addr])));
	json_decref(xlat);
	*changed = true;
	return NULL;
}

static bool replace_all(json_t *expr, bool *changed)
{
	const char *wrong;
	size_t i;

	size_t n = json_array_size(expr);

	/* Matches come behind the last one. */
	for (i = 0; i < n; i++) {
		wrong = replace(expr, i, changed);
		if (wrong) {
			error("%s", wrong);
			error("Parsing expr array at index %zu failed.", i);
			return false;
		}
	}
	return true;
}

/* Looks for the statements of rules. */
static bool walk(json_t *value, bool *changed)
{
	const char *key;
	json_t *member;
	size_t i;

	json_array_foreach(value, i, member)
		if (!walk(member, changed))
			return false;
	json_object_foreach(value, key, member) {
		if (!strcmp(key, "expr") && json_is_array(member) &&
		    !replace_all(member, changed))
			return false;
		if (!walk(member, changed))
			return false;
	}
	return true;
}

/**
 * json_translate() - put stand-ins where xlat is
 * @text: a ruleset, maybe in JSON
 * @len: its length
 * @out: where the ruleset for libnftables goes, if it differs
 *
 * Return: what has become of the text.
 */
enum json_result json_translate(const char *text, size_t len, struct buf *out)
{
	enum json_result result = JSON_SAME;
	json_t *root, *commands;
	bool changed = false;
	char *dump;
	size_t i;

	root = json_loadb(text, len, 0, NULL);
	if (!root)
		return JSON_NONE;

	commands = json_object_get(root, "nftables");
	for (i = 0; i < json_array_size(commands); i++) {
		if (!walk(json_array_get(commands, i), &changed)) {
			error("Parsing command array at index %zu failed.", i);
			result = JSON_WRONG;
			break;
		}
	}
	if (result == JSON_SAME && changed) {
		dump = json_dumps(root, 0);
		buf_add_str(out, dump ? dump : "");
		free(dump);
		result = JSON_CHANGED;
	}
	json_decref(root);
	return result;
}
