// SPDX-License-Identifier: GPL-2.0-only
/* Stand-ins: numbers for the statements that libnftables does not know. */

#include <stdlib.h>
#include <string.h>

#include "standin.h"
#include "util.h"

static const char digit[] =
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

#define BASE (sizeof(digit) - 1)

static struct meaning *meanings;
static unsigned int nmeanings;

static bool same_meaning(const struct meaning *a, const struct meaning *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case MEANING_XLAT:
		return a->prefix.len == b->prefix.len && a->mtu == b->mtu &&
		       IN6_ARE_ADDR_EQUAL(&a->prefix.addr, &b->prefix.addr);
	case MEANING_UNSUPPORTED:
		return true;
	case MEANING_LOG:
		return !strcmp(a->log, b->log);
	}
	return false;
}

/**
 * standin_number() - the number of a meaning
 * @meaning: what is meant; the same meaning has the same number
 *
 * Return: the number.
 */
unsigned int standin_number(const struct meaning *meaning)
{
	unsigned int i;

	for (i = 0; i < nmeanings; i++)
		if (same_meaning(&meanings[i], meaning))
			return i;

	meanings = xrealloc(meanings, (nmeanings + 1) * sizeof(*meanings));
	meanings[nmeanings] = *meaning;
	if (meaning->type == MEANING_LOG)
		meanings[nmeanings].log = xstrdup(meaning->log);
	return nmeanings++;
}

/**
 * standin_write() - write mark and number
 * @s: where to, @digits + 1 bytes, no zero byte follows
 * @digits: how many digits
 * @number: the number
 *
 * Return: false when the number needs more digits.
 */
bool standin_write(char *s, size_t digits, unsigned int number)
{
	size_t i;

	s[0] = STANDIN_MARK;
	for (i = digits; i; i--) {
		s[i] = digit[number % BASE];
		number /= BASE;
	}
	return !number;
}

/**
 * standin_digits() - how many digits are there?
 * @s: text behind a mark
 * @len: its length
 *
 * Return: the number of digits that @s starts with.
 */
size_t standin_digits(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && s[i] && strchr(digit, s[i]); i++)
		;
	return i;
}

/**
 * standin_meaning() - what is meant by a number?
 * @digits: the number
 * @len: how many digits
 *
 * Return: the meaning, or NULL when there is no such number.
 */
const struct meaning *standin_meaning(const char *digits, size_t len)
{
	unsigned int number = 0;
	size_t i;

	if (!len)
		return NULL;
	for (i = 0; i < len; i++) {
		const char *d = digits[i] ? strchr(digit, digits[i]) : NULL;

		if (!d || number >= nmeanings)
			return NULL;
		number = number * BASE + (d - digit);
	}
	return number < nmeanings ? &meanings[number] : NULL;
}

/**
 * standin_free() - forget all numbers
 */
void standin_free(void)
{
	while (nmeanings)
		free(meanings[--nmeanings].log);
	free(meanings);
	meanings = NULL;
}
