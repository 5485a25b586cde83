/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_STATEMENT_H
#define NFT_XLAT_STATEMENT_H

#include "text.h"

void statement_replace(struct text *text, const struct token *keyword);
void statement_check_string(struct text *text, const struct token *string);

#endif /* NFT_XLAT_STATEMENT_H */
