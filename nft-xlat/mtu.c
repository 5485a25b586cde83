// SPDX-License-Identifier: GPL-2.0-only
/* The lowest MTU on the IPv6 side: what is one, and how it is read. */

#include <stdint.h>
#include <stdlib.h>

#include "mtu.h"

static const char message[] =
	"xlat mtu must be a number from 1280 to 65535";

/**
 * mtu_check() - is it an MTU that xlat takes?
 * @mtu: the number
 *
 * Return: NULL, or what is wrong with it.
 */
const char *mtu_check(long long mtu)
{
	return mtu < MTU_DEFAULT || mtu > UINT16_MAX ? message : NULL;
}

/**
 * mtu_parse() - read an MTU as a ruleset has it
 * @text: a number as nft reads it: decimal, hexadecimal or octal
 * @mtu: where the MTU goes
 *
 * Return: NULL, or what is wrong with it.
 */
const char *mtu_parse(const char *text, unsigned int *mtu)
{
	long long number;
	char *end;

	/* What is too large for the type stays too large. */
	number = strtoll(text, &end, 0);
	if (*end)
		return message;
	*mtu = number;
	return mtu_check(number);
}
