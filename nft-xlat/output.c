// SPDX-License-Identifier: GPL-2.0-only
/* What libnftables prints, with xlat where it has a stand-in. */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "mtu.h"
#include "output.h"
#include "standin.h"

/* The mark, as JSON has it. */
static const char json_mark[] = "\\u0001";

/* What shows expressions from the kernel, and what is between two of them. */
static const char dup_to[] = "dup to ";
static const char device[] = " device ";

static FILE *output;
static struct buf pending;

/* Is there @word before @pos, with or without blanks between? Moves @pos to its
 * start if so.
 */
static bool step_back(const char *line, size_t *pos, const char *word)
{
	size_t len = strlen(word);
	size_t end = *pos;

	while (end && line[end - 1] == ' ')
		end--;
	if (end < len || memcmp(line + end - len, word, len))
		return false;
	*pos = end - len;
	return true;
}

/**
 * struct hit - a stand-in in a line
 * @meaning: what is meant
 * @start: where the log statement starts
 * @mark: where the mark is
 * @end: where the log statement ends
 */
struct hit {
	const struct meaning *meaning;
	size_t start;
	size_t mark;
	size_t end;
};

/* Return: false when it is no stand-in that stands at the mark. */
static bool read_hit(const char *line, size_t len, size_t mark,
		     struct hit *hit)
{
	size_t digits = standin_digits(line + mark + 1, len - mark - 1);
	bool quoted;

	hit->meaning = standin_meaning(line + mark + 1, digits, NULL);
	hit->mark = mark;
	hit->start = mark;
	hit->end = mark + 1 + digits;
	if (!hit->meaning || hit->meaning->type == MEANING_LOG)
		return hit->meaning;

	/* --debug=netlink prints it without quotes. */
	quoted = step_back(line, &hit->start, "\"");
	if (quoted && (hit->end == len || line[hit->end++] != '"'))
		return false;
	return step_back(line, &hit->start, "prefix") &&
	       step_back(line, &hit->start, "log");
}

/**
 * struct shown - expressions that are shown in front of a stand-in
 * @text: the expressions, the first one comes next; NULL when there are none
 * @len: their length
 */
struct shown {
	const char *text;
	size_t len;
};

/* Finds the statement in front of a stand-in that shows expressions.
 *
 * Return: where it starts, or where the stand-in does when there is none, as in
 * what --debug=netlink prints.
 */
static size_t find_shown(const char *line, size_t from, size_t to,
			 struct shown *shown)
{
	const char *hit, *last = NULL;
	size_t at = from;

	while ((hit = memmem(line + at, to - at, dup_to, strlen(dup_to)))) {
		last = hit;
		at = hit + 1 - line;
	}
	if (!last)
		return to;
	shown->text = last + strlen(dup_to);
	shown->len = line + to - shown->text;
	while (shown->len && shown->text[shown->len - 1] == ' ')
		shown->len--;
	return last - line;
}

static void add_shown(struct buf *out, struct shown *shown)
{
	const char *end;
	size_t len;

	if (!shown->text) {
		buf_add_str(out, " map");
		return;
	}
	end = memmem(shown->text, shown->len, device, strlen(device));
	len = end ? (size_t)(end - shown->text) : shown->len;
	buf_add_str(out, " ");
	buf_add(out, shown->text, len);
	if (end)
		len += strlen(device);
	shown->text += len;
	shown->len -= len;
}

static void add_mapping(struct buf *out, unsigned int addr,
			const struct mapping *mapping, struct shown *shown)
{
	char text[INET6_ADDRSTRLEN];

	if (mapping->type == MAPPING_NONE)
		return;
	buf_printf(out, " %s%s", addr_names[addr],
		   mapping->type == MAPPING_PREFIX ? " prefix" :
		   mapping->prefix_to ? " prefix to" : "");
	if (mapping->type == MAPPING_MAP) {
		add_shown(out, shown);
		return;
	}
	constant_format(mapping, text);
	buf_printf(out, " %s", text);
	if (mapping->type == MAPPING_PREFIX || mapping->prefix_to)
		buf_printf(out, "/%u", mapping->prefix.len);
}

static void add_statement(struct buf *out, const struct meaning *meaning,
			  struct shown *shown)
{
	char addr[INET6_ADDRSTRLEN];
	unsigned int i;

	if (meaning->type == MEANING_UNSUPPORTED) {
		buf_add_str(out, "xlat <unsupported>");
		return;
	}
	buf_add_str(out, "xlat");
	if (meaning->prefix.len) {
		prefix_format(&meaning->prefix, addr);
		buf_printf(out, " prefix %s/%u", addr, meaning->prefix.len);
	}
	for (i = SADDR; i < ADDRS; i++)
		add_mapping(out, i, &meaning->mapping[i], shown);
	if (meaning->mtu != MTU_DEFAULT)
		buf_printf(out, " mtu %u", meaning->mtu);
}

static void translate_text(const char *line, size_t len, struct buf *out)
{
	size_t copied = 0, pos = 0;
	const char *mark;
	struct hit hit;

	while ((mark = memchr(line + pos, STANDIN_MARK, len - pos))) {
		struct shown shown = {};

		pos = mark + 1 - line;
		if (!read_hit(line, len, mark - line, &hit) ||
		    hit.start < copied)
			continue;
		if (hit.meaning->type == MEANING_XLAT &&
		    meaning_has_map(hit.meaning))
			hit.start = find_shown(line, copied, hit.start, &shown);
		buf_add(out, line + copied, hit.start - copied);
		if (hit.meaning->type == MEANING_LOG)
			buf_add_str(out, hit.meaning->log);
		else
			add_statement(out, hit.meaning, &shown);
		copied = hit.end;
		pos = copied;
	}
	buf_add(out, line + copied, len - copied);
}

static json_t *prefix_json(const char *addr, unsigned int len)
{
	return json_pack("{s:{s:s, s:i}}", "prefix", "addr", addr, "len", len);
}

/* The mapping, with an expression that is shown if it has one. */
static json_t *mapping_json(const struct mapping *mapping, json_t *shown)
{
	char addr[INET6_ADDRSTRLEN];
	json_t *value;

	if (mapping->type == MAPPING_MAP) {
		value = json_incref(shown);
	} else {
		constant_format(mapping, addr);
		value = mapping->type == MAPPING_PREFIX || mapping->prefix_to ?
			prefix_json(addr, mapping->prefix.len) :
			json_string(addr);
	}
	return mapping->prefix_to ?
	       json_pack("{s:o}", "prefix_to", value) : value;
}

/* The statement, with the expressions that are shown. */
static json_t *statement_json(const struct meaning *meaning, json_t *shown)
{
	json_t *xlat = json_object(), *prefix;
	char text[INET6_ADDRSTRLEN];
	unsigned int addr;
	size_t next = 0;

	if (meaning->type == MEANING_UNSUPPORTED) {
		json_decref(xlat);
		return json_pack("{s:s}", "xlat", "unsupported");
	}
	if (meaning->prefix.len) {
		prefix_format(&meaning->prefix, text);
		prefix = prefix_json(text, meaning->prefix.len);
		json_object_update(xlat, prefix);
		json_decref(prefix);
	}
	for (addr = SADDR; addr < ADDRS; addr++) {
		const struct mapping *mapping = &meaning->mapping[addr];

		if (mapping->type == MAPPING_NONE)
			continue;
		json_object_set_new(xlat, addr_names[addr],
				    mapping_json(mapping,
						 json_array_get(shown, next)));
		if (mapping->type == MAPPING_MAP)
			next++;
	}
	if (meaning->mtu != MTU_DEFAULT)
		json_object_set_new(xlat, "mtu", json_integer(meaning->mtu));
	return json_pack("{s:o}", "xlat", xlat);
}

/* Takes the expressions out of what shows them: dup in front of a stand-in, or
 * matches behind it where libnftables repeats what it has read.
 */
static json_t *take_shown(const struct meaning *meaning, json_t *expr,
			  size_t *i)
{
	json_t *shown = json_array(), *dup, *match;
	unsigned int addr;

	if (*i && *i + 1 == json_array_size(expr)) {
		dup = json_object_get(json_array_get(expr, *i - 1), "dup");
		json_array_append(shown, json_object_get(dup, "addr"));
		json_array_append(shown, json_object_get(dup, "dev"));
		json_array_remove(expr, --*i);
		return shown;
	}
	for (addr = SADDR; addr < ADDRS; addr++) {
		if (meaning->mapping[addr].type != MAPPING_MAP)
			continue;
		match = json_object_get(json_array_get(expr, *i + 1), "match");
		json_array_append_new(shown,
			json_pack("{s:{s:O, s:O}}", "map",
				  "key", json_object_get(match, "left"),
				  "data", json_object_get(match, "right")));
		json_array_remove(expr, *i + 1);
	}
	return shown;
}

static void replace_json(json_t *expr, size_t i)
{
	json_t *log = json_object_get(json_array_get(expr, i), "log");
	const char *text = json_string_value(json_object_get(log, "prefix"));
	const struct meaning *meaning;
	json_t *shown = NULL;

	if (!text || *text != STANDIN_MARK)
		return;
	meaning = standin_meaning(text + 1, strlen(text + 1), NULL);
	if (!meaning)
		return;
	if (meaning->type == MEANING_LOG) {
		json_object_set_new(log, "prefix", json_string(meaning->log));
		return;
	}
	if (meaning->type == MEANING_XLAT && meaning_has_map(meaning))
		shown = take_shown(meaning, expr, &i);
	json_array_set_new(expr, i, statement_json(meaning, shown));
	json_decref(shown);
}

static void walk_json(json_t *value)
{
	const char *key;
	json_t *member;
	size_t i;

	/* From the end, since something in front of an element may go. */
	for (i = json_array_size(value); i--; ) {
		walk_json(json_array_get(value, i));
		replace_json(value, i);
	}
	json_object_foreach(value, key, member)
		walk_json(member);
}

static bool translate_json(const char *line, size_t len, struct buf *out)
{
	json_t *root = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
	char *text;

	if (!root)
		return false;
	walk_json(root);
	text = json_dumps(root, 0);
	if (text)
		buf_add_str(out, text);
	if (text && len && line[len - 1] == '\n')
		buf_add_str(out, "\n");
	json_decref(root);
	free(text);
	return text;
}

static void translate_line(const char *line, size_t len, struct buf *out)
{
	/* There are no control characters in JSON. */
	if (memchr(line, STANDIN_MARK, len))
		translate_text(line, len, out);
	else if (!memmem(line, len, json_mark, strlen(json_mark)) ||
		 !translate_json(line, len, out))
		buf_add(out, line, len);
}

/**
 * output_translate() - put xlat where stand-ins are
 * @text: what libnftables has printed, whole lines
 * @len: its length
 * @out: where the result goes
 */
void output_translate(const char *text, size_t len, struct buf *out)
{
	const char *end = text + len, *next;

	for (; text < end; text = next) {
		next = memchr(text, '\n', end - text);
		next = next ? next + 1 : end;
		translate_line(text, next - text, out);
	}
}

static bool write_all(const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, data, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			data += n;
			len -= n;
		}
	}
	return true;
}

static bool flush_pending(size_t len)
{
	struct buf out = {};
	bool ok;

	output_translate(pending.data, len, &out);
	ok = write_all(out.data, out.len);
	buf_free(&out);
	pending.len -= len;
	memmove(pending.data, pending.data + len, pending.len);
	return ok;
}

static ssize_t write_output(void *cookie, const char *data, size_t len)
{
	const char *end = memrchr(data, '\n', len);
	size_t lines = 0;

	(void)cookie;
	if (end)
		lines = pending.len + (end + 1 - data);
	buf_add(&pending, data, len);
	return !lines || flush_pending(lines) ? (ssize_t)len : 0;
}

/* libnftables ends the program by itself in some cases. */
static void finish_output(void)
{
	if (output)
		fflush(output);
	if (pending.len)
		flush_pending(pending.len);
}

/**
 * output_open() - a file that writes to the standard output
 *
 * What is written comes out as soon as the line is complete.
 *
 * Return: the file for libnftables to write to, or NULL with errno set.
 */
FILE *output_open(void)
{
	const cookie_io_functions_t functions = { .write = write_output };

	output = fopencookie(NULL, "w", functions);
	if (output)
		atexit(finish_output);
	return output;
}

/**
 * output_close() - write what is left
 */
void output_close(void)
{
	finish_output();
	if (output)
		fclose(output);
	output = NULL;
	buf_free(&pending);
}
