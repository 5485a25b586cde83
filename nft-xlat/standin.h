/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_STANDIN_H
#define NFT_XLAT_STANDIN_H

#include <stdbool.h>
#include <stddef.h>

#include "prefix.h"

/*
 * libnftables does not know xlat. What it sees instead, both in the text that
 * it reads and in the netlink messages that it gets, is a log statement whose
 * prefix is STANDIN_MARK and a number. The number leads to what is meant. The
 * mark is a control character: no log prefix of a user's starts with it.
 */
#define STANDIN_MARK '\1'

/* Digits of the number where there is no lack of room. */
#define STANDIN_DIGITS 4

/**
 * enum meaning_type - what a stand-in stands for
 * @MEANING_XLAT: xlat prefix P mtu N
 * @MEANING_UNSUPPORTED: xlat with attributes that are not known here
 * @MEANING_LOG: a genuine log prefix that starts with the mark
 */
enum meaning_type {
	MEANING_XLAT,
	MEANING_UNSUPPORTED,
	MEANING_LOG,
};

/**
 * struct meaning - what a stand-in stands for
 * @type: which of the members below counts
 * @prefix: of MEANING_XLAT
 * @mtu: of MEANING_XLAT
 * @log: of MEANING_LOG
 */
struct meaning {
	enum meaning_type type;
	struct xlat_prefix prefix;
	unsigned int mtu;
	char *log;
};

unsigned int standin_number(const struct meaning *meaning);
bool standin_write(char *s, size_t digits, unsigned int number);
size_t standin_digits(const char *s, size_t len);
const struct meaning *standin_meaning(const char *digits, size_t len);
void standin_free(void);

#endif /* NFT_XLAT_STANDIN_H */
