/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_VARS_H
#define NFT_XLAT_VARS_H

#include <stddef.h>

void vars_define(const char *name, size_t len, const char *value,
		 unsigned int scope);
void vars_undefine(const char *name, size_t len, unsigned int scope);
const char *vars_lookup(const char *name, size_t len);
void vars_leave(unsigned int scope);

#endif /* NFT_XLAT_VARS_H */
