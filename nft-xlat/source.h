/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_SOURCE_H
#define NFT_XLAT_SOURCE_H

#include <stdbool.h>
#include <stdio.h>

void sources_begin(const char *defines);
void sources_end(void);
bool sources_active(void);
void source_opened(FILE *file, const char *name);
bool source_getc(FILE *file, int *c);
size_t source_offset(FILE *file, size_t offset);

#endif /* NFT_XLAT_SOURCE_H */
