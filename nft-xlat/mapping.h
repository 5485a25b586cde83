/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_MAPPING_H
#define NFT_XLAT_MAPPING_H

#include <stdbool.h>
#include <stdint.h>

#include "prefix.h"
#include "util.h"

/* The two addresses of a packet. */
enum {
	SADDR,
	DADDR,
	ADDRS
};

extern const char * const addr_names[ADDRS];

/* What is wrong where a prefix should be, or should not be. */
extern const char mapping_no_prefix[];
extern const char mapping_no_address[];

/**
 * enum mapping_type - how an address is mapped
 * @MAPPING_NONE: by the prefix of the statement
 * @MAPPING_PREFIX: by a prefix of its own
 * @MAPPING_CONSTANT: to an address, or to a prefix
 * @MAPPING_MAP: to what is in a map; expression and map are libnftables' matter
 */
enum mapping_type {
	MAPPING_NONE,
	MAPPING_PREFIX,
	MAPPING_CONSTANT,
	MAPPING_MAP,
};

/**
 * struct mapping - how an address is mapped
 * @type: how
 * @prefix_to: not to an address, but to a prefix
 * @family: of MAPPING_CONSTANT, AF_INET or AF_INET6
 * @prefix: of MAPPING_PREFIX and MAPPING_CONSTANT; an IPv4 address takes the
 *	first bytes of it, an address has the length of all its bits
 */
struct mapping {
	enum mapping_type type;
	bool prefix_to;
	int family;
	struct xlat_prefix prefix;
};

bool mapping_equal(const struct mapping *a, const struct mapping *b);
bool mapping_has_expression(const struct mapping *mapping);
int family_of_protocol(uint32_t protocol);
bool is_family_mixed(uint32_t protocol);
int other_family(int family);
unsigned int family_bits(int family);
const char *constant_set(struct mapping *mapping, const char *addr,
			 unsigned int len);
const char *constant_parse(const char *text, struct mapping *mapping);
void constant_format(const struct mapping *mapping, char *addr);
void constant_max(const struct mapping *mapping, unsigned char *max);
bool constant_from_range(struct mapping *mapping, const unsigned char *max);
const char *mapping_unsupported(unsigned int addr);

#endif /* NFT_XLAT_MAPPING_H */
