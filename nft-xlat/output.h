/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_OUTPUT_H
#define NFT_XLAT_OUTPUT_H

#include <stdio.h>

#include "util.h"

void output_translate(const char *text, size_t len, struct buf *out);
FILE *output_open(void);
void output_close(void);

#endif /* NFT_XLAT_OUTPUT_H */
