// SPDX-License-Identifier: GPL-2.0-only
/* RFC 6052 prefixes: what is one, and how it is read and written. */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prefix.h"

static bool length_valid(unsigned int len)
{
	switch (len) {
	case 32:
	case 40:
	case 48:
	case 56:
	case 64:
	case 96:
		return true;
	}
	return false;
}

/**
 * prefix_equal() - are two prefixes the same?
 * @a: one
 * @b: the other
 *
 * Return: true if they are.
 */
bool prefix_equal(const struct xlat_prefix *a, const struct xlat_prefix *b)
{
	return a->len == b->len && IN6_ARE_ADDR_EQUAL(&a->addr, &b->addr);
}

/**
 * prefix_check() - is it a prefix that xlat takes?
 * @prefix: the prefix
 *
 * Return: NULL, or what is wrong with it, up to the next call.
 */
const char *prefix_check(const struct xlat_prefix *prefix)
{
	static char message[80];
	unsigned int i;

	if (!length_valid(prefix->len)) {
		snprintf(message, sizeof(message),
			 "Length of xlat prefix is %u, expected one of 32, 40, 48, 56, 64 or 96",
			 prefix->len);
		return message;
	}
	for (i = prefix->len / 8; i < sizeof(prefix->addr); i++)
		if (prefix->addr.s6_addr[i])
			return "xlat prefix has bits set beyond its length";
	/* RFC 6052 section 2.2, the "u" octet */
	if (prefix->addr.s6_addr[8])
		return "Bits 64 to 71 of xlat prefix are not zero";
	return NULL;
}

/**
 * prefix_parse() - read a prefix as a ruleset has it
 * @text: address, slash and length
 * @prefix: where the prefix goes
 *
 * Return: NULL, or what is wrong with it, up to the next call.
 */
const char *prefix_parse(const char *text, struct xlat_prefix *prefix)
{
	static const char no_prefix[] = "xlat needs an IPv6 prefix";
	const char *slash = strchrnul(text, '/');
	char addr[INET6_ADDRSTRLEN];
	unsigned long len;
	char *end;

	if ((size_t)(slash - text) >= sizeof(addr))
		return no_prefix;
	memcpy(addr, text, slash - text);
	addr[slash - text] = '\0';
	if (inet_pton(AF_INET6, addr, &prefix->addr) != 1)
		return no_prefix;
	if (slash[0] != '/' || slash[1] < '0' || slash[1] > '9')
		return no_prefix;
	len = strtoul(slash + 1, &end, 10);
	if (*end || len > 128)
		return no_prefix;
	prefix->len = len;
	return prefix_check(prefix);
}

/**
 * prefix_format() - write the address of a prefix
 * @prefix: the prefix
 * @addr: where the text goes, INET6_ADDRSTRLEN bytes
 */
void prefix_format(const struct xlat_prefix *prefix, char *addr)
{
	const uint8_t *low = &prefix->addr.s6_addr[12];

	inet_ntop(AF_INET6, &prefix->addr, addr, INET6_ADDRSTRLEN);
	/* nft up to 1.0.6 cannot read ::ffff:0.0.0.0. */
	if (strchr(addr, '.'))
		snprintf(strrchr(addr, ':'), 11, ":%x:%x",
			 low[0] << 8 | low[1], low[2] << 8 | low[3]);
}
