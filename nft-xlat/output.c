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

/* The same for @word behind @pos. */
static bool step_on(const char *line, size_t len, size_t *pos, char c)
{
	size_t at = *pos;

	while (at < len && line[at] == ' ')
		at++;
	if (at == len || line[at] != c)
		return false;
	*pos = at + 1;
	return true;
}

static void add_text(struct buf *out, const struct meaning *meaning)
{
	char addr[INET6_ADDRSTRLEN];

	if (meaning->type == MEANING_UNSUPPORTED) {
		buf_add_str(out, "xlat <unsupported>");
		return;
	}
	prefix_format(&meaning->prefix, addr);
	buf_printf(out, "xlat prefix %s/%u", addr, meaning->prefix.len);
	if (meaning->mtu != MTU_DEFAULT)
		buf_printf(out, " mtu %u", meaning->mtu);
}

static void add_json(struct buf *out, const struct meaning *meaning)
{
	char addr[INET6_ADDRSTRLEN];

	if (meaning->type == MEANING_UNSUPPORTED) {
		buf_add_str(out, "{\"xlat\": \"unsupported\"}");
		return;
	}
	prefix_format(&meaning->prefix, addr);
	buf_printf(out,
		   "{\"xlat\": {\"prefix\": {\"addr\": \"%s\", \"len\": %u}",
		   addr, meaning->prefix.len);
	if (meaning->mtu != MTU_DEFAULT)
		buf_printf(out, ", \"mtu\": %u", meaning->mtu);
	buf_add_str(out, "}}");
}

static void add_json_string(struct buf *out, const char *s)
{
	json_t *value = json_string(s);
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;

	if (text)
		buf_add(out, text + 1, strlen(text) - 2);
	free(text);
	json_decref(value);
}

/* Takes the stand-in with a mark at @mark, unless there is none.
 *
 * Return: where to go on.
 */
static size_t take_text(const char *line, size_t len, size_t copied,
			size_t mark, struct buf *out)
{
	size_t digits = standin_digits(line + mark + 1, len - mark - 1);
	const struct meaning *meaning = standin_meaning(line + mark + 1,
							digits);
	size_t end = mark + 1 + digits;
	size_t start = mark;
	bool quoted;

	if (!meaning)
		return copied;
	if (meaning->type == MEANING_LOG) {
		buf_add(out, line + copied, mark - copied);
		buf_add_str(out, meaning->log);
		return end;
	}

	/* --debug=netlink prints it without quotes. */
	quoted = step_back(line, &start, "\"");
	if (!step_back(line, &start, "prefix") ||
	    !step_back(line, &start, "log") ||
	    (quoted && !step_on(line, len, &end, '"')))
		return copied;
	buf_add(out, line + copied, start - copied);
	add_text(out, meaning);
	return end;
}

static size_t take_json(const char *line, size_t len, size_t copied,
			size_t mark, struct buf *out)
{
	size_t end = mark + strlen(json_mark);
	size_t digits = standin_digits(line + end, len - end);
	const struct meaning *meaning = standin_meaning(line + end, digits);
	size_t start = mark;

	end += digits;
	if (!meaning)
		return copied;
	if (meaning->type == MEANING_LOG) {
		buf_add(out, line + copied, mark - copied);
		add_json_string(out, meaning->log);
		return end;
	}

	if (!step_back(line, &start, "\"") ||
	    !step_back(line, &start, ":") ||
	    !step_back(line, &start, "\"prefix\"") ||
	    !step_back(line, &start, "{") ||
	    !step_back(line, &start, ":") ||
	    !step_back(line, &start, "\"log\"") ||
	    !step_back(line, &start, "{") ||
	    !step_on(line, len, &end, '"') ||
	    !step_on(line, len, &end, '}') ||
	    !step_on(line, len, &end, '}'))
		return copied;
	buf_add(out, line + copied, start - copied);
	add_json(out, meaning);
	return end;
}

/**
 * output_translate() - put xlat where stand-ins are
 * @line: what libnftables has printed, whole lines
 * @len: its length
 * @out: where the result goes
 */
void output_translate(const char *line, size_t len, struct buf *out)
{
	size_t copied = 0;
	const char *hit;
	size_t pos;

	for (pos = 0; (hit = memchr(line + pos, STANDIN_MARK, len - pos));
	     pos = hit - line + 1)
		copied = take_text(line, len, copied, hit - line, out);

	/* There are no control characters in JSON. */
	if (!copied)
		for (pos = 0; (hit = memmem(line + pos, len - pos, json_mark,
					    strlen(json_mark)));
		     pos = hit - line + 1)
			copied = take_json(line, len, copied, hit - line, out);

	buf_add(out, line + copied, len - copied);
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
