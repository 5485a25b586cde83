/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_SCAN_H
#define NFT_XLAT_SCAN_H

#include "text.h"

void scan_start(void);
void scan_statement(struct text *text);
void scan_all(struct text *text);

#endif /* NFT_XLAT_SCAN_H */
