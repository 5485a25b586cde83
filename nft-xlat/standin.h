/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_STANDIN_H
#define NFT_XLAT_STANDIN_H

#include <stdbool.h>
#include <stddef.h>

#include "mapping.h"
#include "prefix.h"
#include "util.h"

/*
 * libnftables does not know xlat. What it sees instead, both in the text that
 * it reads and in the netlink messages that it gets, is a log statement whose
 * prefix is STANDIN_MARK and a number. The number leads to what is meant. The
 * mark is a control character: no log prefix of a user's starts with it.
 *
 * What a map is looked up with is an expression that libnftables knows, and has
 * to take care of. Towards the kernel it follows the stand-in, in a match of the
 * expression with the map, which no kernel would take; from the kernel it comes
 * before the stand-in, in a dup statement that takes what the maps return.
 */
#define STANDIN_MARK '\1'

/**
 * enum meaning_type - what a stand-in stands for
 * @MEANING_XLAT: an xlat statement
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
 * @prefix: of MEANING_XLAT, of length 0 when there is none
 * @mapping: of MEANING_XLAT, of the addresses
 * @mtu: of MEANING_XLAT
 * @log: of MEANING_LOG
 */
struct meaning {
	enum meaning_type type;
	struct xlat_prefix prefix;
	struct mapping mapping[ADDRS];
	unsigned int mtu;
	char *log;
};

bool meaning_has_map(const struct meaning *meaning);

unsigned int standin_new(const struct meaning *meaning);
unsigned int standin_number(const struct meaning *meaning);
void standin_write(struct buf *out, unsigned int number);
size_t standin_digits(const char *s, size_t len);
const struct meaning *standin_meaning(const char *digits, size_t len,
				      unsigned int *number);
void standin_free(void);

#endif /* NFT_XLAT_STANDIN_H */
