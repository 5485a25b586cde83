/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_DIAG_H
#define NFT_XLAT_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "lex.h"
#include "mapping.h"

/* What nft calls the text that stands on the command line. */
#define CMDLINE_NAME "<cmdline>"

/* An error stands in the text as a variable that does not exist: a dollar sign
 * and DIAG_NAME_LEN characters.
 */
#define DIAG_NAME_LEN 3

/* Reasons why the kernel has refused an xlat. */
enum diag_hint {
	DIAG_HINT_PLACE,
	DIAG_HINT_MODULE,
	DIAG_HINT_MAX
};

/**
 * struct place - a piece of a text, to point at
 * @name: what the text is called
 * @text: the text
 * @len: its length
 * @line: number of the line
 * @line_start: where the line starts
 * @start: of the piece
 * @end: of the piece
 * @other_start: of another piece that has to do with it
 * @other_end: of the other piece, 0 when there is none
 */
struct place {
	const char *name;
	const char *text;
	size_t len;
	unsigned int line;
	size_t line_start;
	size_t start;
	size_t end;
	size_t other_start;
	size_t other_end;
};

/**
 * struct standin_places - where an xlat statement is
 * @statement: all of it
 * @expr: what the addresses are mapped to
 * @map: the maps in these
 */
struct standin_places {
	struct place statement;
	struct place expr[ADDRS];
	struct place map[ADDRS];
};

/**
 * struct shift - something that has another length in the text for libnftables
 * @name: what the text is called
 * @line: number of the line
 * @start: column of its start in the user's text, from 0
 * @end: column of its end there
 * @out_start: column of its start in the text for libnftables
 * @out_end: column of its end there
 */
struct shift {
	const char *name;
	unsigned int line;
	size_t start;
	size_t end;
	size_t out_start;
	size_t out_end;
};

void diag_start(void);
void diag_error(const struct place *place, const char *message, char *name);
void diag_standin(unsigned int number, const struct standin_places *places);
const struct standin_places *diag_places(unsigned int number);
void diag_refuse(const struct place *place, const char *message);
void diag_shift(const struct shift *shift);
void diag_alias(const char *alias, const char *name);
const char *diag_name(const char *name);
void diag_cmdline(const char *text, const char *standin_text);
void diag_hint(enum diag_hint hint);
bool diag_failed(void);
void diag_print(const char *errors);
void diag_free(void);

#endif /* NFT_XLAT_DIAG_H */
