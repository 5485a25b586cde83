/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_TEXT_H
#define NFT_XLAT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lex.h"
#include "util.h"

/**
 * struct text - a text of a ruleset
 * @name: what nft calls it
 * @lex: the user's text, and how much of it has been scanned
 * @out: the text for libnftables, as far as the user's has been scanned: the
 *	same lines with stand-ins for the xlat statements
 * @copied: how much of the user's text is in @out
 * @out_line: where the last line starts in @out
 * @included: the scanned part ends with an include statement, and that within
 *	a line
 */
struct text {
	const char *name;
	struct lexer lex;
	struct buf out;
	size_t copied;
	size_t out_line;
	bool included;
};

void text_init(struct text *text, const char *name, const char *data,
	       size_t len);
void text_free(struct text *text);

void text_copy(struct text *text, size_t end);
void text_replace(struct text *text, const struct token *token,
		  const char *replacement);
void text_keep(struct text *text, const struct token *token);

#endif /* NFT_XLAT_TEXT_H */
