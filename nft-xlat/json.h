/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_JSON_H
#define NFT_XLAT_JSON_H

#include <stddef.h>

#include "util.h"

/**
 * enum json_result - what has become of a text
 * @JSON_NONE: it is not JSON
 * @JSON_SAME: it has no xlat statement
 * @JSON_CHANGED: its xlat statements have been replaced
 * @JSON_WRONG: there is something wrong with one, and that has been told
 */
enum json_result {
	JSON_NONE,
	JSON_SAME,
	JSON_CHANGED,
	JSON_WRONG,
};

enum json_result json_translate(const char *text, size_t len, struct buf *out);

#endif /* NFT_XLAT_JSON_H */
