// SPDX-License-Identifier: GPL-2.0-only
/* Stand-ins: numbers for the statements that libnftables does not know. */

#include <stdlib.h>
#include <string.h>

#include "standin.h"
#include "util.h"

static struct meaning *meanings;
static unsigned int nmeanings;

static bool same_meaning(const struct meaning *a, const struct meaning *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case MEANING_XLAT:
		return a->mtu == b->mtu && prefix_equal(&a->prefix, &b->prefix) &&
		       mapping_equal(&a->mapping[SADDR], &b->mapping[SADDR]) &&
		       mapping_equal(&a->mapping[DADDR], &b->mapping[DADDR]);
	case MEANING_UNSUPPORTED:
		return true;
	case MEANING_LOG:
		return !strcmp(a->log, b->log);
	}
	return false;
}

/**
 * meaning_has_map() - is an address mapped by a map?
 * @meaning: what is meant
 *
 * Return: true if one is.
 */
bool meaning_has_map(const struct meaning *meaning)
{
	return meaning->mapping[SADDR].type == MAPPING_MAP ||
	       meaning->mapping[DADDR].type == MAPPING_MAP;
}

/**
 * standin_new() - a number of its own for a meaning
 * @meaning: what is meant
 *
 * Return: the number.
 */
unsigned int standin_new(const struct meaning *meaning)
{
	/* As many as a power of two are there before more are. */
	if (!(nmeanings & (nmeanings - 1)))
		meanings = xrealloc(meanings, (nmeanings ? 2 * nmeanings : 1) *
					      sizeof(*meanings));
	meanings[nmeanings] = *meaning;
	if (meaning->type == MEANING_LOG)
		meanings[nmeanings].log = xstrdup(meaning->log);
	return nmeanings++;
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
	return standin_new(meaning);
}

/**
 * standin_write() - write mark and number
 * @out: where to
 * @number: the number
 */
void standin_write(struct buf *out, unsigned int number)
{
	buf_printf(out, "%c%u", STANDIN_MARK, number);
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

	for (i = 0; i < len && s[i] >= '0' && s[i] <= '9'; i++)
		;
	return i;
}

/**
 * standin_meaning() - what is meant by a number?
 * @digits: the number
 * @len: how many digits
 * @number: where the number goes, or NULL
 *
 * Return: the meaning, up to the next new number, or NULL when there is no such
 * number.
 */
const struct meaning *standin_meaning(const char *digits, size_t len,
				      unsigned int *number)
{
	unsigned int n = 0;
	size_t i;

	if (!len || standin_digits(digits, len) != len)
		return NULL;
	for (i = 0; i < len; i++) {
		if (n >= nmeanings)
			return NULL;
		n = n * 10 + (digits[i] - '0');
	}
	if (n >= nmeanings)
		return NULL;
	if (number)
		*number = n;
	return &meanings[n];
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
