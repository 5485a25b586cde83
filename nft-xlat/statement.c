// SPDX-License-Identifier: GPL-2.0-only
/*
 * xlat statements in a text: read, checked and replaced by stand-ins. What
 * libnftables has to read of them stays where it is.
 */

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mtu.h"
#include "standin.h"
#include "statement.h"
#include "util.h"
#include "vars.h"

static const char unknown_variable[] = "unknown variable";

/**
 * enum action - what becomes of a token
 * @ACTION_BLANK: blanks
 * @ACTION_KEEP: it stays
 * @ACTION_MATCH: an operator, what is on its sides becomes a match
 */
enum action {
	ACTION_BLANK,
	ACTION_KEEP,
	ACTION_MATCH,
};

struct edit {
	struct token token;
	enum action action;
};

/**
 * struct statement - an xlat statement in a text
 * @text: the text
 * @edits: tokens of the statement, the first is the word xlat
 * @nedits: number of tokens
 * @at: what is wrong, if something is
 * @places: where its parts are
 */
struct statement {
	struct text *text;
	struct edit *edits;
	size_t nedits;
	struct place at;
	struct standin_places places;
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

static struct token peek(const struct statement *stmt)
{
	return lex_peek(&stmt->text->lex);
}

static bool next_is(const struct statement *stmt, const char *word)
{
	struct token token = peek(stmt);

	return token_is_word(&stmt->text->lex, &token, word);
}

static bool at_end(const struct statement *stmt)
{
	struct token token = peek(stmt);

	return ends_statement(&stmt->text->lex, &token);
}

static void add_edit(struct statement *stmt, const struct token *token,
		     enum action action)
{
	stmt->edits = xrealloc(stmt->edits,
			       (stmt->nedits + 1) * sizeof(*stmt->edits));
	stmt->edits[stmt->nedits++] = (struct edit){ *token, action };
}

static struct token take(struct statement *stmt, enum action action)
{
	struct token token = lex_next(&stmt->text->lex);

	add_edit(stmt, &token, action);
	return token;
}

static const struct token *last_token(const struct statement *stmt)
{
	return &stmt->edits[stmt->nedits - 1].token;
}

/* What has been read since @first. */
static struct place place_from(const struct statement *stmt,
			       const struct token *first)
{
	return place_of(stmt->text, first, last_token(stmt));
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

/* Takes the tokens of an address or a prefix: an address, a slash and a length,
 * which may stand apart from each other, or a variable for all of it or the
 * address.
 *
 * Return: NULL, or what is wrong, as with the other functions that read.
 */
static const char *read_words(struct statement *stmt, struct buf *value)
{
	const struct lexer *lex = &stmt->text->lex;
	struct token first = take(stmt, ACTION_BLANK);
	const char *error = add_value(lex, &first, value);

	while (!error && value->len) {
		struct token token = peek(stmt);

		if (token.type != TOKEN_WORD ||
		    (lex->text[token.start] != '/' &&
		     value->data[value->len - 1] != '/'))
			break;
		take(stmt, ACTION_BLANK);
		add_value(lex, &token, value);
	}
	stmt->at = place_from(stmt, &first);
	return error;
}

/* Takes an RFC 6052 prefix, the word prefix is in front of it. */
static const char *read_prefix(struct statement *stmt,
			       const struct token *start,
			       struct xlat_prefix *prefix)
{
	struct buf value = {};
	const char *error;

	if (at_end(stmt)) {
		stmt->at = place_from(stmt, start);
		return "xlat needs an IPv6 prefix";
	}
	error = read_words(stmt, &value);
	if (!error)
		error = prefix_parse(value.data, prefix);
	buf_free(&value);
	return error;
}

/* Does an address start here, or a variable with one? */
static bool is_constant(const struct statement *stmt)
{
	const struct lexer *lex = &stmt->text->lex;
	struct token token = peek(stmt);
	const char *word = lex->text + token.start;

	return token.type == TOKEN_VARIABLE ||
	       (token.type == TOKEN_WORD &&
		((*word >= '0' && *word <= '9') ||
		 memchr(word, ':', token.end - token.start)));
}

static const char *read_constant(struct statement *stmt, unsigned int addr,
				 struct mapping *mapping)
{
	struct token first = peek(stmt);
	struct buf value = {};
	const char *error;

	error = read_words(stmt, &value);
	if (!error && first.type == TOKEN_VARIABLE &&
	    value.len && !strchr("0123456789abcdefABCDEF:", value.data[0]))
		error = mapping_unsupported(addr);
	if (!error)
		error = constant_parse(value.data, mapping);
	buf_free(&value);
	return error;
}

/* Takes the map behind an expression: its name, or a variable for it. */
static const char *read_map(struct statement *stmt, unsigned int addr)
{
	const struct lexer *lex = &stmt->text->lex;
	struct token token = peek(stmt);
	const char *error = NULL;
	struct buf value = {};

	if (token_is_punct(lex, &token, '@')) {
		take(stmt, ACTION_KEEP);
		if (!at_end(stmt))
			take(stmt, ACTION_KEEP);
		return NULL;
	}
	if (token.type == TOKEN_VARIABLE) {
		take(stmt, ACTION_KEEP);
		error = add_value(lex, &token, &value);
		if (!error && (!value.len || value.data[0] != '@'))
			error = mapping_unsupported(addr);
		buf_free(&value);
		return error;
	}
	return mapping_unsupported(addr);
}

static const char *read_lookup(struct statement *stmt, unsigned int addr)
{
	const struct lexer *lex = &stmt->text->lex;
	struct token token = peek(stmt), first = token;
	const char *error;

	while (!token_is_word(lex, &token, "map")) {
		if (ends_statement(lex, &token) ||
		    token_is_punct(lex, &token, '{')) {
			stmt->at = first.start == token.start ?
				   place_of(stmt->text, &first, &first) :
				   place_from(stmt, &first);
			return mapping_unsupported(addr);
		}
		take(stmt, ACTION_KEEP);
		token = peek(stmt);
	}
	take(stmt, ACTION_MATCH);
	token = peek(stmt);
	error = read_map(stmt, addr);
	stmt->places.map[addr] = place_from(stmt, &token);
	stmt->at = place_from(stmt, &first);
	return error;
}

/* Takes the mapping of an address, if there is one. */
static const char *read_mapping(struct statement *stmt, unsigned int addr,
				struct mapping *mapping)
{
	struct token keyword, prefix;
	const char *error;

	if (!next_is(stmt, addr_names[addr]))
		return NULL;
	keyword = take(stmt, ACTION_BLANK);
	if (next_is(stmt, "prefix")) {
		prefix = take(stmt, ACTION_BLANK);
		if (!next_is(stmt, "to")) {
			mapping->type = MAPPING_PREFIX;
			return read_prefix(stmt, &prefix, &mapping->prefix);
		}
		take(stmt, ACTION_BLANK);
		mapping->prefix_to = true;
	}

	if (at_end(stmt) || next_is(stmt, "daddr") || next_is(stmt, "mtu") ||
	    next_is(stmt, "comment")) {
		stmt->at = place_from(stmt, &keyword);
		return constant_set(mapping, "", 0);
	}
	if (is_constant(stmt)) {
		error = read_constant(stmt, addr, mapping);
	} else {
		mapping->type = MAPPING_MAP;
		error = read_lookup(stmt, addr);
	}
	stmt->places.expr[addr] = stmt->at;
	return error;
}

/* Takes the word mtu and a number, or a variable for the number, if they are
 * there.
 */
static const char *read_mtu(struct statement *stmt, unsigned int *mtu)
{
	struct buf value = {};
	struct token token;
	const char *error;

	*mtu = MTU_DEFAULT;
	if (!next_is(stmt, "mtu"))
		return NULL;
	token = take(stmt, ACTION_BLANK);
	stmt->at = place_from(stmt, &token);
	if (at_end(stmt))
		return mtu_parse("", mtu);

	token = take(stmt, ACTION_BLANK);
	stmt->at = place_from(stmt, &token);
	error = add_value(&stmt->text->lex, &token, &value);
	if (!error)
		error = mtu_parse(value.data, mtu);
	buf_free(&value);
	return error;
}

static const char *read_statement(struct statement *stmt,
				  struct meaning *meaning)
{
	const struct token keyword = stmt->edits[0].token;
	const char *error = NULL;
	struct token token;

	if (next_is(stmt, "prefix")) {
		take(stmt, ACTION_BLANK);
		error = read_prefix(stmt, &keyword, &meaning->prefix);
	}
	if (!error)
		error = read_mapping(stmt, SADDR, &meaning->mapping[SADDR]);
	if (!error)
		error = read_mapping(stmt, DADDR, &meaning->mapping[DADDR]);
	if (!error)
		error = read_mtu(stmt, &meaning->mtu);
	if (error)
		return error;

	token = peek(stmt);
	stmt->at = place_of(stmt->text, &token, &token);
	if (next_is(stmt, "saddr") || next_is(stmt, "daddr") ||
	    next_is(stmt, "prefix"))
		return "syntax error, expecting prefix, saddr, daddr and mtu in this order";

	stmt->at = place_from(stmt, &keyword);
	if (!meaning->prefix.len &&
	    (meaning->mapping[SADDR].type == MAPPING_NONE ||
	     meaning->mapping[DADDR].type == MAPPING_NONE))
		return "xlat needs a prefix, or a mapping of both addresses";
	if (at_end(stmt) || next_is(stmt, "comment"))
		return NULL;

	stmt->at = place_of(stmt->text, &token, &token);
	if (keyword.line == token.line) {
		stmt->at.other_start = keyword.start;
		stmt->at.other_end = last_token(stmt)->end;
	}
	return "Statement after terminal statement has no effect";
}

static void write_blanks(struct text *text, const struct token *token)
{
	struct buf blanks = {};
	size_t i;

	for (i = token->start; i < token->end; i++)
		buf_add_str(&blanks, text->lex.text[i] == '\n' ? "\n" : " ");
	text_replace(text, token, blanks.data);
	buf_free(&blanks);
}

static void write_error(struct text *text, const struct token *token,
			const struct place *at, const char *message)
{
	struct buf variable = {};
	char name[DIAG_NAME_LEN];
	size_t i;

	diag_error(at, message, name);
	buf_add_str(&variable, "$");
	buf_add(&variable, name, sizeof(name));
	for (i = token->start; i < token->end; i++)
		if (text->lex.text[i] == '\n')
			buf_add_str(&variable, "\n");
	text_replace(text, token, variable.data);
	buf_free(&variable);
}

/* Leaves nothing but what is to be in the place of the word xlat. */
static void write_wrong(struct statement *stmt, const char *message)
{
	size_t i;

	write_error(stmt->text, &stmt->edits[0].token, &stmt->at, message);
	for (i = 1; i < stmt->nedits; i++)
		write_blanks(stmt->text, &stmt->edits[i].token);
}

/* Leaves nothing but the variable, for libnftables to complain about. */
static void write_variable(struct statement *stmt)
{
	size_t i;

	for (i = 0; i + 1 < stmt->nedits; i++)
		write_blanks(stmt->text, &stmt->edits[i].token);
}

static void write_standin(struct statement *stmt, const struct meaning *meaning)
{
	unsigned int number = standin_new(meaning);
	struct buf standin = {};
	size_t i;

	stmt->places.statement = stmt->at;
	diag_standin(number, &stmt->places);
	buf_add_str(&standin, "log prefix \"");
	standin_write(&standin, number);
	buf_add_str(&standin, "\"");
	text_replace(stmt->text, &stmt->edits[0].token, standin.data);
	buf_free(&standin);

	for (i = 1; i < stmt->nedits; i++) {
		const struct token *token = &stmt->edits[i].token;

		switch (stmt->edits[i].action) {
		case ACTION_BLANK:
			write_blanks(stmt->text, token);
			break;
		case ACTION_KEEP:
			text_keep(stmt->text, token);
			break;
		case ACTION_MATCH:
			text_replace(stmt->text, token, "!= ");
			break;
		}
	}
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

/**
 * statement_replace() - put a stand-in in the place of an xlat statement
 * @text: the text, scanned up to and including @keyword
 * @keyword: the word xlat, where a statement may stand
 *
 * A wrong statement is replaced by something that makes libnftables fail there.
 */
void statement_replace(struct text *text, const struct token *keyword)
{
	struct statement stmt = { .text = text };
	struct meaning meaning = { .type = MEANING_XLAT };
	struct token next = peek(&stmt);
	const char *error;

	if (!next_is(&stmt, "prefix") && !next_is(&stmt, "saddr") &&
	    !next_is(&stmt, "daddr") && !next_is(&stmt, "mtu")) {
		if (could_be_prefix(&text->lex, &next)) {
			stmt.at = place_of(text, &next, &next);
			write_error(text, keyword, &stmt.at,
				    "syntax error, expecting prefix");
		}
		return;
	}

	add_edit(&stmt, keyword, ACTION_BLANK);
	error = read_statement(&stmt, &meaning);
	if (error == unknown_variable)
		write_variable(&stmt);
	else if (error)
		write_wrong(&stmt, error);
	else
		write_standin(&stmt, &meaning);
	free(stmt.edits);
}

/**
 * statement_check_string() - refuse a string that looks like a stand-in
 * @text: the text, scanned up to and including @string
 * @string: the string
 */
void statement_check_string(struct text *text, const struct token *string)
{
	struct place at = place_of(text, string, string);

	if (string->end - string->start > strlen("\"\1\"") &&
	    text->lex.text[string->start + 1] == STANDIN_MARK)
		write_error(text, string, &at,
			    "a string must not start with the character 0x01");
}
