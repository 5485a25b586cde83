/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_SCAN_H
#define NFT_XLAT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "lex.h"

/**
 * struct text - a text of a ruleset
 * @name: what nft calls it
 * @lex: the user's text, and how much of it has been scanned
 * @out: the text for libnftables, as long as the user's: the same bytes with
 *	stand-ins for the xlat statements
 * @included: the scanned part ends with an include statement, and that within
 *	a line
 */
struct text {
	const char *name;
	struct lexer lex;
	char *out;
	bool included;
};

void text_init(struct text *text, const char *name, const char *data,
	       size_t len);
void text_free(struct text *text);

void scan_start(void);
void scan_statement(struct text *text);
void scan_all(struct text *text);

#endif /* NFT_XLAT_SCAN_H */
