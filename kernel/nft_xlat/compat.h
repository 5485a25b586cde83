/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between the kernel versions that this module is built for */
#ifndef _NFT_XLAT_COMPAT_H
#define _NFT_XLAT_COMPAT_H

/* 6.5 moved GSO from <linux/netdevice.h> to a header of its own */
#ifdef NFT_XLAT_NET_GSO_H
#include <net/gso.h>
#else
#include <linux/netdevice.h>
#endif

#endif /* _NFT_XLAT_COMPAT_H */
