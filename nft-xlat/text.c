// SPDX-License-Identifier: GPL-2.0-only
/*
 * Texts of a ruleset: the user's, and what libnftables reads instead. Its lines
 * are the same ones; what has another length in them is remembered, so that
 * errors point at the right place.
 */

#include <arpa/inet.h>
#include <string.h>

#include "diag.h"
#include "text.h"
#include "util.h"

/**
 * text_init() - take a text up
 * @text: the text
 * @name: what nft calls it, has to stay
 * @data: what it says, has to stay
 * @len: its length
 */
void text_init(struct text *text, const char *name, const char *data,
	       size_t len)
{
	text->name = name;
	lex_init(&text->lex, data, len);
	text->out = (struct buf){};
	text->copied = 0;
	text->out_line = 0;
	text->included = false;
}

/**
 * text_free() - release a text
 * @text: the text
 */
void text_free(struct text *text)
{
	buf_free(&text->out);
}

static void add(struct text *text, const char *data, size_t len)
{
	const char *newline = memrchr(data, '\n', len);

	buf_add(&text->out, data, len);
	if (newline)
		text->out_line = text->out.len - (data + len - newline - 1);
}

/**
 * text_copy() - copy what has not been replaced to the text for libnftables
 * @text: the text
 * @end: up to where
 */
void text_copy(struct text *text, size_t end)
{
	add(text, text->lex.text + text->copied, end - text->copied);
	text->copied = end;
}

/**
 * text_replace() - put something in the place of a token
 * @text: the text, in which nothing behind the token has been replaced
 * @token: the token
 * @replacement: what libnftables will read there, with as many newlines
 */
void text_replace(struct text *text, const struct token *token,
		  const char *replacement)
{
	size_t len = strlen(replacement);
	struct shift shift = {
		.name = text->name,
		.line = token->line,
		.start = token->start - token->line_start,
		.end = token->end - token->line_start,
	};

	text_copy(text, token->start);
	shift.out_start = text->out.len - text->out_line;
	shift.out_end = shift.out_start + len;
	add(text, replacement, len);
	text->copied = token->end;
	if (len != token->end - token->start && !strchr(replacement, '\n'))
		diag_shift(&shift);
}

/* Writes an address the last four bytes of which are in dotted form without
 * dots.
 *
 * Return: false if it is none.
 */
static bool add_dotted(struct buf *out, const char *word, size_t len)
{
	const char *colon = memrchr(word, ':', len);
	char text[INET6_ADDRSTRLEN];
	struct in6_addr addr;
	struct in_addr low;
	size_t head;

	if (!colon || !memchr(word, '.', len) || len >= sizeof(text))
		return false;
	memcpy(text, word, len);
	text[len] = '\0';
	head = colon + 1 - word;
	if (inet_pton(AF_INET6, text, &addr) != 1 ||
	    inet_pton(AF_INET, text + head, &low) != 1)
		return false;
	buf_add(out, word, head);
	buf_printf(out, "%x:%x", ntohl(low.s_addr) >> 16,
		   ntohl(low.s_addr) & 0xffff);
	return true;
}

/**
 * text_keep() - leave a token as it is, in words that libnftables knows
 * @text: the text, in which nothing behind the token has been replaced
 * @token: the token
 *
 * An IPv6 address must not end in an IPv4 address.
 */
void text_keep(struct text *text, const struct token *token)
{
	const char *word = text->lex.text + token->start;
	const char *end = text->lex.text + token->end;
	bool changed = false;
	struct buf out = {};

	if (token->type != TOKEN_WORD || !memchr(word, '.', end - word))
		return;
	/* A range and a prefix are one word with their addresses. */
	while (word < end) {
		size_t len = 0;

		while (word + len < end && !strchr("-/", word[len]))
			len++;
		if (add_dotted(&out, word, len))
			changed = true;
		else
			buf_add(&out, word, len);
		if (word + len < end)
			buf_add(&out, word + len++, 1);
		word += len;
	}
	if (changed)
		text_replace(text, token, out.data);
	buf_free(&out);
}
