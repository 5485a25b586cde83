/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_MTU_H
#define NFT_XLAT_MTU_H

/* The minimum MTU of IPv6, what holds where a statement names no other. */
#define MTU_DEFAULT 1280

const char *mtu_check(long long mtu);
const char *mtu_parse(const char *text, unsigned int *mtu);

#endif /* NFT_XLAT_MTU_H */
