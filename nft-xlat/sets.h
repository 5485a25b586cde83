/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_SETS_H
#define NFT_XLAT_SETS_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/netlink.h>

/* Numbers of nft's for types of data. */
#define TYPE_INTEGER 4
#define TYPE_IPV4_ADDR 7
#define TYPE_IPV6_ADDR 8
#define TYPE_INET_SERVICE 13
#define TYPE_MARK 19

/**
 * struct set - what is known about a set
 * @flags: its flags, of enum nft_set_flags
 * @key_type: type of its keys
 * @key_len: their length in bytes
 * @data_type: type of what a map maps to
 * @data_len: its length in bytes
 */
struct set {
	uint32_t flags;
	uint32_t key_type;
	uint32_t key_len;
	uint32_t data_type;
	uint32_t data_len;
};

void sets_add(uint8_t family, const struct nlattr *attrs, size_t len);
const struct set *sets_find(uint8_t family, const char *table,
			    const char *name);
void sets_free(void);

bool set_is_concat(const struct set *set);

#endif /* NFT_XLAT_SETS_H */
