/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_LEX_H
#define NFT_XLAT_LEX_H

#include <stdbool.h>
#include <stddef.h>

enum token_type {
	TOKEN_EOF,
	TOKEN_NEWLINE,
	TOKEN_WORD,	/* keyword, name, number, address, any of them joined */
	TOKEN_VARIABLE,	/* $ and a name */
	TOKEN_STRING,	/* in double quotes */
	TOKEN_PUNCT,	/* any other character */
};

/**
 * struct lexer - place in a text
 * @text: the text
 * @len: its length
 * @pos: where the next token is looked for
 * @line: number of the line, from 1
 * @line_start: where it starts
 *
 * Lines are counted as nft counts them: a quoted string does not end one.
 */
struct lexer {
	const char *text;
	size_t len;
	size_t pos;
	unsigned int line;
	size_t line_start;
};

/**
 * struct token - a token and where it stands
 * @type: its type
 * @start: of its text
 * @end: of its text
 * @line: number of the line
 * @line_start: where the line starts
 */
struct token {
	enum token_type type;
	size_t start;
	size_t end;
	unsigned int line;
	size_t line_start;
};

void lex_init(struct lexer *lex, const char *text, size_t len);
struct token lex_next(struct lexer *lex);
struct token lex_peek(const struct lexer *lex);
bool token_is_word(const struct lexer *lex, const struct token *token,
		   const char *word);
bool token_is_punct(const struct lexer *lex, const struct token *token,
		    char punct);

#endif /* NFT_XLAT_LEX_H */
