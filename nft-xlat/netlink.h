/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_NETLINK_H
#define NFT_XLAT_NETLINK_H

#include <stddef.h>

#include "util.h"

int netlink_to_kernel(const void *data, size_t len, struct buf *out);
void netlink_from_kernel(const void *data, size_t len, struct buf *out);
void netlink_free(void);

#endif /* NFT_XLAT_NETLINK_H */
