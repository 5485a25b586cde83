// SPDX-License-Identifier: GPL-2.0-only
/*
 * As much of nft's lexical rules as finding xlat statements and variables
 * takes: comments, strings, line continuations, words.
 */

#include <string.h>

#include "lex.h"

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_' || c == '.';
}

static bool is_name(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') ||
	       c == '/' || c == '-';
}

static bool is_word(char c)
{
	return is_name(c) || c == ':' || c == '*';
}

static void next_line(struct lexer *lex)
{
	lex->line++;
	lex->line_start = lex->pos;
}

/* To nft, a line of nothing but a comment is no line at all: it does not end a
 * statement that a backslash has continued.
 */
static void skip_comment(struct lexer *lex)
{
	const char *line = lex->text + lex->line_start;
	size_t indent = lex->pos - lex->line_start;
	bool alone = true;
	size_t i;

	for (i = 0; i < indent; i++)
		if (line[i] != ' ' && line[i] != '\t')
			alone = false;

	while (lex->pos < lex->len && lex->text[lex->pos] != '\n')
		lex->pos++;
	if (alone && lex->pos < lex->len) {
		lex->pos++;
		next_line(lex);
	}
}

static void skip_blanks(struct lexer *lex)
{
	while (lex->pos < lex->len) {
		char c = lex->text[lex->pos];

		if (c == ' ' || c == '\t') {
			lex->pos++;
		} else if (c == '#') {
			skip_comment(lex);
		} else if (c == '\\' && lex->pos + 1 < lex->len &&
			   lex->text[lex->pos + 1] == '\n') {
			lex->pos += 2;
			next_line(lex);
		} else {
			break;
		}
	}
}

static size_t span(const struct lexer *lex, size_t pos, bool (*in)(char c))
{
	while (pos < lex->len && in(lex->text[pos]))
		pos++;
	return pos;
}

/**
 * lex_init() - start at the beginning of a text
 * @lex: the place
 * @text: the text
 * @len: its length
 */
void lex_init(struct lexer *lex, const char *text, size_t len)
{
	*lex = (struct lexer){ .text = text, .len = len, .line = 1 };
}

/**
 * lex_next() - take the next token
 * @lex: the place, moved behind the token
 *
 * Return: the token.
 */
struct token lex_next(struct lexer *lex)
{
	struct token token = {};
	char c;

	skip_blanks(lex);
	token.start = lex->pos;
	token.end = lex->pos;
	token.line = lex->line;
	token.line_start = lex->line_start;
	if (lex->pos == lex->len)
		return token;

	c = lex->text[lex->pos];
	token.end++;
	if (c == '\n') {
		token.type = TOKEN_NEWLINE;
	} else if (c == '"') {
		const char *end = memchr(lex->text + token.end, '"',
					 lex->len - token.end);

		token.type = TOKEN_STRING;
		token.end = end ? (size_t)(end - lex->text) + 1 : lex->len;
	} else if (c == '$' && token.end < lex->len &&
		   is_name_start(lex->text[token.end])) {
		token.type = TOKEN_VARIABLE;
		token.end = span(lex, token.end, is_name);
	} else if (is_word(c)) {
		token.type = TOKEN_WORD;
		token.end = span(lex, token.end, is_word);
	} else {
		token.type = TOKEN_PUNCT;
	}

	lex->pos = token.end;
	if (token.type == TOKEN_NEWLINE)
		next_line(lex);
	return token;
}

/**
 * lex_peek() - look at the next token
 * @lex: the place, stays
 *
 * Return: the token.
 */
struct token lex_peek(const struct lexer *lex)
{
	struct lexer ahead = *lex;

	return lex_next(&ahead);
}

/**
 * token_is_word() - is the token this word?
 * @lex: where the token comes from
 * @token: the token
 * @word: the word
 *
 * Return: true if it is.
 */
bool token_is_word(const struct lexer *lex, const struct token *token,
		   const char *word)
{
	size_t len = strlen(word);

	return token->type == TOKEN_WORD && token->end - token->start == len &&
	       !memcmp(lex->text + token->start, word, len);
}

/**
 * token_is_punct() - is the token this character?
 * @lex: where the token comes from
 * @token: the token
 * @punct: the character
 *
 * Return: true if it is.
 */
bool token_is_punct(const struct lexer *lex, const struct token *token,
		    char punct)
{
	return token->type == TOKEN_PUNCT &&
	       lex->text[token->start] == punct;
}
