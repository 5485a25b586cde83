// SPDX-License-Identifier: GPL-2.0-only
/*
 * Follows a ruleset as nft's parser reads it, as far as it takes to know where
 * an xlat statement can stand and what a variable is worth there. The state is
 * one for all texts of a run, as libnftables goes from one into another and
 * back where an include statement stands.
 */

#include <stdlib.h>
#include <string.h>

#include "scan.h"
#include "statement.h"
#include "text.h"
#include "util.h"
#include "vars.h"

/* Longer than any value that xlat could take. */
#define VALUE_MAX 256

/**
 * enum command - how much of a command that stands outside of blocks is read
 * @COMMAND_START: nothing, or its verb
 * @COMMAND_NAMES: rule, then the names of table and chain follow
 * @COMMAND_RULE: the names of table and chain, statements follow
 * @COMMAND_OTHER: that it has no statements
 */
enum command {
	COMMAND_START,
	COMMAND_NAMES,
	COMMAND_RULE,
	COMMAND_OTHER,
};

/**
 * enum define - how much of a definition is read
 * @DEFINE_NONE: there is none
 * @DEFINE_NAME: its keyword, the name follows
 * @DEFINE_EQUALS: its name
 * @DEFINE_VALUE: the equals sign
 * @DEFINE_UNDEFINE: the keyword that takes a definition back
 */
enum define {
	DEFINE_NONE,
	DEFINE_NAME,
	DEFINE_EQUALS,
	DEFINE_VALUE,
	DEFINE_UNDEFINE,
};

static struct {
	unsigned int depth;
	bool at_start;
	bool include;

	enum command command;
	unsigned int names;
	bool family;

	enum define define;
	unsigned int define_depth;
	struct buf define_name;
	struct buf define_value;
} scan;

static bool is_one_of(const struct lexer *lex, const struct token *token,
		      const char * const *words)
{
	for (; *words; words++)
		if (token_is_word(lex, token, *words))
			return true;
	return false;
}

static void read_command(const struct lexer *lex, const struct token *token)
{
	static const char * const rule_verbs[] = {
		"add", "create", "insert", "replace", NULL
	};
	static const char * const families[] = {
		"ip", "ip6", "inet", "arp", "bridge", "netdev", NULL
	};
	static const char * const others[] = {
		"delete", "destroy", "describe", "export", "flush", "get",
		"import", "list", "monitor", "rename", "reset",
		"chain", "counter", "ct", "element", "flowtable", "limit",
		"map", "meter", "quota", "secmark", "set", "synproxy", "table",
		NULL
	};

	switch (scan.command) {
	case COMMAND_START:
		if (is_one_of(lex, token, rule_verbs))
			return;
		if (is_one_of(lex, token, others)) {
			scan.command = COMMAND_OTHER;
			return;
		}
		scan.command = COMMAND_NAMES;
		scan.names = 2;
		scan.family = false;
		if (token_is_word(lex, token, "rule"))
			return;
		/* The word rule may be left out. */
		/* fall through */
	case COMMAND_NAMES:
		if (scan.names == 2 && !scan.family &&
		    is_one_of(lex, token, families))
			scan.family = true;
		else if (!--scan.names)
			scan.command = COMMAND_RULE;
		return;
	case COMMAND_RULE:
	case COMMAND_OTHER:
		return;
	}
}

static void begin_define(enum define define)
{
	scan.define = define;
	scan.define_depth = scan.depth;
	buf_reset(&scan.define_name);
	buf_reset(&scan.define_value);
	buf_add_str(&scan.define_value, "");
}

static void read_define(const struct lexer *lex, const struct token *token)
{
	const char *word = lex->text + token->start;
	size_t len = token->end - token->start;
	const char *value;

	switch (scan.define) {
	case DEFINE_NAME:
	case DEFINE_UNDEFINE:
		buf_add(&scan.define_name, word, len);
		if (scan.define == DEFINE_NAME)
			scan.define = DEFINE_EQUALS;
		return;
	case DEFINE_EQUALS:
		if (token_is_punct(lex, token, '='))
			scan.define = DEFINE_VALUE;
		return;
	case DEFINE_VALUE:
		if (scan.define_value.len + len > VALUE_MAX)
			return;
		if (token->type == TOKEN_VARIABLE) {
			value = vars_lookup(word + 1, len - 1);
			buf_add_str(&scan.define_value, value ? value : "");
		} else {
			buf_add(&scan.define_value, word, len);
		}
		return;
	case DEFINE_NONE:
		return;
	}
}

static void end_define(void)
{
	const struct buf *name = &scan.define_name;

	if (scan.define == DEFINE_VALUE)
		vars_define(name->data, name->len, scan.define_value.data,
			    scan.define_depth);
	else if (scan.define == DEFINE_UNDEFINE && name->len)
		vars_undefine(name->data, name->len, scan.define_depth);
	scan.define = DEFINE_NONE;
}

static void read_word(struct text *text, const struct token *token)
{
	const struct lexer *lex = &text->lex;

	if (scan.at_start && (token_is_word(lex, token, "define") ||
			      token_is_word(lex, token, "redefine")))
		begin_define(DEFINE_NAME);
	else if (scan.at_start && token_is_word(lex, token, "undefine"))
		begin_define(DEFINE_UNDEFINE);
	else if (scan.at_start && token_is_word(lex, token, "include"))
		scan.include = true;
	else if ((scan.depth || scan.command == COMMAND_RULE) &&
		 token_is_word(lex, token, "xlat"))
		statement_replace(text, token);
	else if (!scan.depth)
		read_command(lex, token);
}

/* Return: true when the token ends a statement. */
static bool read_token(struct text *text, const struct token *token)
{
	const struct lexer *lex = &text->lex;
	bool ends = token->type == TOKEN_NEWLINE ||
		    token_is_punct(lex, token, ';');

	text_keep(text, token);
	if (token->type == TOKEN_STRING)
		statement_check_string(text, token);

	if (ends && (scan.define == DEFINE_NONE ||
		     scan.depth <= scan.define_depth)) {
		end_define();
		if (!scan.depth)
			scan.command = COMMAND_START;
		scan.at_start = true;
		return true;
	}

	if (scan.define != DEFINE_NONE && !ends)
		read_define(lex, token);

	if (token_is_punct(lex, token, '{')) {
		scan.depth++;
		scan.at_start = true;
	} else if (token_is_punct(lex, token, '}')) {
		if (scan.depth)
			vars_leave(scan.depth--);
		scan.at_start = true;
	} else if (scan.define == DEFINE_NONE) {
		read_word(text, token);
		scan.at_start = false;
	}
	return false;
}

/**
 * scan_start() - start with a new ruleset, without any variables
 */
void scan_start(void)
{
	vars_leave(0);
	buf_free(&scan.define_name);
	buf_free(&scan.define_value);
	memset(&scan, 0, sizeof(scan));
	scan.at_start = true;
}

static void read_statement(struct text *text)
{
	struct token token;

	text->included = false;
	for (;;) {
		token = lex_next(&text->lex);
		if (token.type == TOKEN_EOF)
			return;
		if (!read_token(text, &token))
			continue;
		if (token.type == TOKEN_NEWLINE) {
			scan.include = false;
			return;
		}
		if (scan.include) {
			scan.include = false;
			text->included = true;
			return;
		}
	}
}

/**
 * scan_statement() - scan to the end of a line, or of an include statement
 * @text: the text
 *
 * libnftables must have read all that is scanned before the next statement is:
 * what it includes comes first.
 */
void scan_statement(struct text *text)
{
	read_statement(text);
	text_copy(text, text->lex.pos);
}

/**
 * scan_all() - scan a text that includes nothing
 * @text: the text
 */
void scan_all(struct text *text)
{
	while (text->lex.pos < text->lex.len)
		scan_statement(text);
}
