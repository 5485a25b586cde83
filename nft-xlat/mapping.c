// SPDX-License-Identifier: GPL-2.0-only
/* Mappings of an address, of those that are no map the constants in them. */

#include <arpa/inet.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter.h>

#include "mapping.h"

const char * const addr_names[ADDRS] = {
	[SADDR] = "saddr",
	[DADDR] = "daddr",
};

const char mapping_no_prefix[] =
	"\"prefix to\" needs a prefix, or a map with intervals as data";
const char mapping_no_address[] =
	"xlat maps to single addresses, use \"prefix to\" for prefixes";

/**
 * mapping_equal() - are two mappings the same?
 * @a: one
 * @b: the other
 *
 * Return: true if they are, as far as it depends on what is known here.
 */
bool mapping_equal(const struct mapping *a, const struct mapping *b)
{
	return a->type == b->type && a->prefix_to == b->prefix_to &&
	       a->family == b->family && prefix_equal(&a->prefix, &b->prefix);
}

/**
 * mapping_has_expression() - is it a mapping to addresses of one family?
 * @mapping: the mapping
 *
 * Return: true if it is, false if it is by a prefix or none at all.
 */
bool mapping_has_expression(const struct mapping *mapping)
{
	return mapping->type == MAPPING_CONSTANT ||
	       mapping->type == MAPPING_MAP;
}

/**
 * family_of_protocol() - the family of addresses
 * @protocol: a number that netfilter has for protocols
 *
 * Return: AF_INET, AF_INET6, or 0 when it is another protocol.
 */
int family_of_protocol(uint32_t protocol)
{
	switch (protocol) {
	case NFPROTO_IPV4:
		return AF_INET;
	case NFPROTO_IPV6:
		return AF_INET6;
	}
	return 0;
}

/**
 * is_family_mixed() - has a table packets of both families?
 * @protocol: the family of the table, a number that netfilter has for protocols
 *
 * Return: true if a rule has to say which ones it is for.
 */
bool is_family_mixed(uint32_t protocol)
{
	return protocol == NFPROTO_INET || protocol == NFPROTO_NETDEV;
}

/**
 * other_family() - the family that packets are translated to
 * @family: AF_INET or AF_INET6
 *
 * Return: the other one of these.
 */
int other_family(int family)
{
	return family == AF_INET ? AF_INET6 : AF_INET;
}

/**
 * family_bits() - how long are addresses?
 * @family: AF_INET or AF_INET6
 *
 * Return: the number of bits.
 */
unsigned int family_bits(int family)
{
	return family == AF_INET ? 32 : 128;
}

static void addr_mask(struct in6_addr *addr, unsigned int len)
{
	unsigned int i;

	for (i = len; i < 8 * sizeof(*addr); i++)
		addr->s6_addr[i / 8] &= ~(0x80 >> i % 8);
}

/**
 * constant_set() - take an address, or a prefix
 * @mapping: what is to be a constant, @prefix_to tells which
 * @addr: the address
 * @len: length of the prefix, UINT_MAX when there is none
 *
 * Return: NULL, or what is wrong with it.
 */
const char *constant_set(struct mapping *mapping, const char *addr,
			 unsigned int len)
{
	unsigned int bits;

	mapping->type = MAPPING_CONSTANT;
	memset(&mapping->prefix, 0, sizeof(mapping->prefix));
	mapping->family = strchr(addr, ':') ? AF_INET6 : AF_INET;
	bits = family_bits(mapping->family);
	mapping->prefix.len = len == UINT_MAX ? bits : len;
	if (inet_pton(mapping->family, addr, &mapping->prefix.addr) != 1 ||
	    mapping->prefix.len > bits)
		return mapping->prefix_to ? mapping_no_prefix
					  : "xlat needs an address";
	if (mapping->prefix_to && len == UINT_MAX)
		return mapping_no_prefix;
	if (!mapping->prefix_to && len != UINT_MAX)
		return mapping_no_address;
	if (mapping->prefix_to && bits - len > 32)
		return "xlat cannot map to a prefix with a suffix longer than 32 bits";

	/* As nft does with prefixes. */
	addr_mask(&mapping->prefix.addr, mapping->prefix.len);
	return NULL;
}

/**
 * constant_parse() - read an address, or a prefix
 * @text: the address, for a prefix a slash and the length behind it
 * @mapping: what is to be a constant, @prefix_to tells which
 *
 * Return: NULL, or what is wrong with it.
 */
const char *constant_parse(const char *text, struct mapping *mapping)
{
	const char *slash = strchrnul(text, '/');
	unsigned long len = UINT_MAX;
	char addr[INET6_ADDRSTRLEN];
	char *end;

	if (strchr(text, '-'))
		return mapping->prefix_to ? mapping_no_prefix
					  : mapping_no_address;
	if ((size_t)(slash - text) >= sizeof(addr))
		return constant_set(mapping, "", len);
	memcpy(addr, text, slash - text);
	addr[slash - text] = '\0';
	if (*slash) {
		if (slash[1] < '0' || slash[1] > '9')
			return constant_set(mapping, "", len);
		len = strtoul(slash + 1, &end, 10);
		if (*end || len > 128)
			return constant_set(mapping, "", 0);
	}
	return constant_set(mapping, addr, len);
}

/**
 * constant_format() - write the address of a constant, or of a prefix
 * @mapping: the mapping that has it
 * @addr: where the text goes, INET6_ADDRSTRLEN bytes
 */
void constant_format(const struct mapping *mapping, char *addr)
{
	if (mapping->type == MAPPING_CONSTANT && mapping->family == AF_INET)
		inet_ntop(AF_INET, &mapping->prefix.addr, addr,
			  INET6_ADDRSTRLEN);
	else
		prefix_format(&mapping->prefix, addr);
}

/**
 * constant_max() - the highest address of a prefix
 * @mapping: the prefix
 * @max: where the address goes, room for an IPv6 address
 */
void constant_max(const struct mapping *mapping, unsigned char *max)
{
	unsigned int i;

	memcpy(max, &mapping->prefix.addr, sizeof(mapping->prefix.addr));
	for (i = mapping->prefix.len; i < family_bits(mapping->family); i++)
		max[i / 8] |= 0x80 >> i % 8;
}

/**
 * constant_from_range() - find the length of a prefix
 * @mapping: the prefix, its length will be set
 * @max: its highest address
 *
 * Return: false when these are not the addresses of a prefix.
 */
bool constant_from_range(struct mapping *mapping, const unsigned char *max)
{
	unsigned int bits = family_bits(mapping->family);
	unsigned char expected[sizeof(struct in6_addr)];
	struct in6_addr masked;

	for (mapping->prefix.len = 0; mapping->prefix.len <= bits;
	     mapping->prefix.len++) {
		constant_max(mapping, expected);
		masked = mapping->prefix.addr;
		addr_mask(&masked, mapping->prefix.len);
		if (IN6_ARE_ADDR_EQUAL(&masked, &mapping->prefix.addr) &&
		    !memcmp(expected, max, bits / 8))
			return true;
	}
	return false;
}

/**
 * mapping_unsupported() - what is wrong with an expression that cannot be done here
 * @addr: which address it maps
 *
 * Return: the message, up to the next call.
 */
const char *mapping_unsupported(unsigned int addr)
{
	static char message[160];

	snprintf(message, sizeof(message),
		 "nft-xlat can do xlat %s with addresses and named maps only, this takes an nft that knows xlat itself",
		 addr_names[addr]);
	return message;
}
