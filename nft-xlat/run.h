/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_RUN_H
#define NFT_XLAT_RUN_H

#include <stdbool.h>

#include <nftables/libnftables.h>

int run_begin(struct nft_ctx *nft);
void run_end(struct nft_ctx *nft);
bool run_is_native(void);
int run_define(struct nft_ctx *nft, const char *define);
int run_commands(struct nft_ctx *nft, const char *commands);
int run_file(struct nft_ctx *nft, const char *name);
int run_interactive(struct nft_ctx *nft);

#endif /* NFT_XLAT_RUN_H */
