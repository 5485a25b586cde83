/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_HOOKS_H
#define NFT_XLAT_HOOKS_H

#include <stdbool.h>

void hooks_enable(bool on);
void hooks_free(void);

#endif /* NFT_XLAT_HOOKS_H */
