// SPDX-License-Identifier: GPL-2.0-only
/*
 * xlat statements in a text: read, checked and replaced by stand-ins that take
 * the very same columns, so that whatever nft says about the line points at the
 * right place.
 */

#include <string.h>

#include "diag.h"
#include "mtu.h"
#include "standin.h"
#include "statement.h"
#include "util.h"
#include "vars.h"

static const char unknown_variable[] = "unknown variable";

/**
 * struct statement - an xlat statement in a text
 * @keyword: the word xlat
 * @prefix: the word prefix
 * @last: last token of the statement
 */
struct statement {
	struct token keyword;
	struct token prefix;
	struct token last;
};

static struct place place_of(const struct text *text,
			     const struct token *first,
			     const struct token *last)
{
	struct place place = {
		.name = text->name,
		.text = text->lex.text,
		.len = text->lex.len,
		.line = first->line,
		.line_start = first->line_start,
		.start = first->start,
		.end = first->line == last->line ? last->end : first->end,
	};

	return place;
}

static bool ends_statement(const struct lexer *lex, const struct token *token)
{
	return token->type == TOKEN_EOF || token->type == TOKEN_NEWLINE ||
	       token_is_punct(lex, token, ';') ||
	       token_is_punct(lex, token, '}');
}

/* The word xlat may be a name where a statement could be. There is neither an
 * address nor a variable behind a name.
 */
static bool could_be_prefix(const struct lexer *lex, const struct token *token)
{
	return token->type == TOKEN_VARIABLE ||
	       (token->type == TOKEN_WORD &&
		memchr(lex->text + token->start, ':',
		       token->end - token->start));
}

/* Adds what a token says, or the variable that it names.
 *
 * Return: NULL, or unknown_variable.
 */
static const char *add_value(const struct lexer *lex,
			     const struct token *token, struct buf *value)
{
	const char *word = lex->text + token->start;
	size_t len = token->end - token->start;
	const char *defined;

	if (token->type != TOKEN_VARIABLE) {
		buf_add(value, word, len);
		return NULL;
	}
	defined = vars_lookup(word + 1, len - 1);
	if (!defined)
		return unknown_variable;
	buf_add_str(value, defined);
	return NULL;
}

static void take(struct lexer *lex, struct statement *stmt)
{
	stmt->last = lex_next(lex);
}

/* Takes the tokens of the prefix: an address, a slash and a length, which may
 * stand apart from each other, or a variable for all of it or the address.
 *
 * Return: NULL, or what is wrong, with the place in *@at.
 */
static const char *read_prefix(struct text *text, struct statement *stmt,
			       struct xlat_prefix *prefix, struct place *at)
{
	struct lexer *lex = &text->lex;
	struct token first = lex_peek(lex);
	struct buf value = {};
	struct token token;
	const char *error;

	if (ends_statement(lex, &first)) {
		*at = place_of(text, &stmt->keyword, &stmt->prefix);
		return "xlat needs an IPv6 prefix";
	}
	take(lex, stmt);
	*at = place_of(text, &first, &first);
	error = add_value(lex, &first, &value);
	if (error)
		return error;

	for (;;) {
		token = lex_peek(lex);
		if (token.type != TOKEN_WORD || !value.len ||
		    (lex->text[token.start] != '/' &&
		     value.data[value.len - 1] != '/'))
			break;
		take(lex, stmt);
		add_value(lex, &token, &value);
	}

	*at = place_of(text, &first, &stmt->last);
	error = prefix_parse(value.data, prefix);
	buf_free(&value);
	return error;
}

/* Takes the word mtu and a number, or a variable for the number, if they are
 * there.
 *
 * Return: NULL, or what is wrong, with the place in *@at.
 */
static const char *read_mtu(struct text *text, struct statement *stmt,
			    unsigned int *mtu, struct place *at)
{
	struct lexer *lex = &text->lex;
	struct token token = lex_peek(lex);
	struct buf value = {};
	const char *error;

	*mtu = MTU_DEFAULT;
	if (!token_is_word(lex, &token, "mtu"))
		return NULL;
	take(lex, stmt);
	*at = place_of(text, &token, &token);

	token = lex_peek(lex);
	if (ends_statement(lex, &token))
		return mtu_parse("", mtu);
	take(lex, stmt);
	*at = place_of(text, &token, &token);
	error = add_value(lex, &token, &value);
	if (!error)
		error = mtu_parse(value.data, mtu);
	buf_free(&value);
	return error;
}

/* Blanks out a piece of text but for what breaks it into lines. */
static void blank(char *s, size_t len)
{
	bool comment = false;
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '#')
			comment = true;
		else if (s[i] == '\n')
			comment = false;
		if (!comment && s[i] != '\n' && s[i] != '\t' &&
		    (s[i] != '\\' || i + 1 == len || s[i + 1] != '\n'))
			s[i] = ' ';
	}
}

static void write_error(struct text *text, const struct statement *stmt,
			const struct place *at, const char *message)
{
	char *s = text->out + stmt->keyword.start;
	size_t len = stmt->last.end - stmt->keyword.start;
	char name[DIAG_NAME_LEN];

	diag_error(at, message, name);
	blank(s, len);
	*s = '$';
	memcpy(s + 1, name, sizeof(name));
}

/* Leaves the variable alone, for libnftables to complain about. */
static void write_variable(struct text *text, const struct statement *stmt)
{
	blank(text->out + stmt->keyword.start,
	      stmt->last.start - stmt->keyword.start);
}

/* Looks for a line of the statement that has room from @from on, the last one
 * if it can be. Comments and what continues a line have to stay.
 *
 * Return: how much room there is before *@end.
 */
static size_t find_room(const char *s, size_t from, size_t len,
			size_t shortest, size_t *end)
{
	const char *newline;
	size_t start, stop;

	for (stop = len; ; stop = newline - s) {
		newline = memrchr(s + from, '\n', stop - from);
		start = newline ? (size_t)(newline + 1 - s) : from;
		*end = stop < len ? stop - 1 : len;
		if (*end >= start + shortest &&
		    !memchr(s + start, '#', *end - start))
			return *end - start;
		if (!newline)
			return 0;
	}
}

/* Writes log prefix "..." over the statement: its first word over xlat, the
 * string as far behind as it fits in.
 *
 * Return: NULL, or why it does not fit in.
 */
static const char *write_standin(struct text *text,
				 const struct statement *stmt,
				 const struct meaning *meaning)
{
	static const char log[] = "log", word[] = "prefix";
	const size_t shortest = strlen("\"\1\1\"");
	size_t len = stmt->last.end - stmt->keyword.start;
	size_t at = stmt->prefix.start - stmt->keyword.start;
	char *s = text->out + stmt->keyword.start;
	size_t room, digits, end;

	/* The string does not fit in the place of a variable with a name of one
	 * letter. The first word is one shorter than xlat, that is enough.
	 */
	if (stmt->prefix.line == stmt->keyword.line &&
	    at + strlen(word) + shortest > len)
		at = strlen(log) + 1;

	room = find_room(s, at + strlen(word), len, shortest, &end);
	if (!room)
		return "xlat and its prefix must stand on one line";

	digits = room - strlen("\"\1\"");
	if (digits > STANDIN_DIGITS)
		digits = STANDIN_DIGITS;

	blank(s, len);
	memcpy(s, log, strlen(log));
	memcpy(s + at, word, strlen(word));
	s += end - 1;
	*s = '"';
	s -= digits + 1;
	if (!standin_write(s, digits, standin_number(meaning)))
		return "too many xlat prefixes for variables with short names";
	*--s = '"';
	return NULL;
}

/**
 * statement_replace() - put a stand-in in the place of an xlat statement
 * @text: the text, scanned up to and including @keyword
 * @keyword: the word xlat, where a statement may stand
 *
 * A wrong statement is replaced by something that makes libnftables fail there.
 */
void statement_replace(struct text *text, const struct token *keyword)
{
	struct lexer *lex = &text->lex;
	struct statement stmt = { .keyword = *keyword };
	struct meaning meaning = { .type = MEANING_XLAT };
	const char *error;
	struct token next;
	struct place at;

	stmt.prefix = lex_peek(lex);
	if (!token_is_word(lex, &stmt.prefix, "prefix")) {
		if (!could_be_prefix(lex, &stmt.prefix))
			return;
		stmt.last = *keyword;
		at = place_of(text, &stmt.prefix, &stmt.prefix);
		write_error(text, &stmt, &at,
			    "syntax error, expecting prefix");
		return;
	}
	lex_next(lex);
	stmt.last = stmt.prefix;

	error = read_prefix(text, &stmt, &meaning.prefix, &at);
	if (!error)
		error = read_mtu(text, &stmt, &meaning.mtu, &at);
	if (error == unknown_variable) {
		write_variable(text, &stmt);
		return;
	}
	next = lex_peek(lex);
	if (!error && !ends_statement(lex, &next) &&
	    !token_is_word(lex, &next, "comment")) {
		at = place_of(text, &next, &next);
		if (stmt.keyword.line == next.line) {
			at.other_start = stmt.keyword.start;
			at.other_end = stmt.last.end;
		}
		error = "Statement after terminal statement has no effect";
	}
	if (!error) {
		at = place_of(text, &stmt.keyword, &stmt.last);
		error = write_standin(text, &stmt, &meaning);
	}
	if (error)
		write_error(text, &stmt, &at, error);
	else
		diag_standin(&at);
}

/**
 * statement_check_string() - refuse a string that looks like a stand-in
 * @text: the text, scanned up to and including @string
 * @string: the string
 */
void statement_check_string(struct text *text, const struct token *string)
{
	struct statement stmt = { .keyword = *string, .last = *string };
	struct place at = place_of(text, string, string);

	if (string->end - string->start > strlen("\"\1\"") &&
	    text->lex.text[string->start + 1] == STANDIN_MARK)
		write_error(text, &stmt, &at,
			    "a string must not start with the character 0x01");
}
