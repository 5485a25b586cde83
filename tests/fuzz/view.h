/* SPDX-License-Identifier: GPL-2.0-only */
/* What the fuzzers know of packets by themselves, from the RFCs and bytes: none
 * of it is shared with the module or with the kernel's headers.
 */
#ifndef _XLAT_FUZZ_VIEW_H
#define _XLAT_FUZZ_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct view_prefix - an RFC 6052 prefix
 * @addr: its bytes
 * @len: its length (bits)
 */
struct view_prefix {
	uint8_t		addr[16];
	unsigned int	len;
};

/**
 * struct view - a packet, or what an ICMP error quotes of one
 * @p: the packet
 * @len: what there is of it (bytes)
 * @claim: length that it has by its own header (bytes)
 * @version: 4 or 6
 * @tclass: TOS or traffic class
 * @hops: TTL or hop limit
 * @df: IPv4: may not be fragmented
 * @has_frag: IPv6: has a Fragment header
 * @behind_frag: IPv6: extension headers behind that, which it says nothing of
 * @more: fragments follow
 * @frag_off: offset of the fragment (bytes)
 * @id: identification
 * @l4: offset of the transport header (bytes)
 * @proto: transport protocol, ICMPv6 counted as ICMP
 */
struct view {
	const uint8_t	*p;
	size_t		len;
	size_t		claim;
	unsigned int	version;
	unsigned int	tclass;
	unsigned int	hops;
	bool		df;
	bool		has_frag;
	bool		behind_frag;
	bool		more;
	unsigned int	frag_off;
	uint32_t	id;
	size_t		l4;
	unsigned int	proto;
};

/* view_parse() - false if the headers are malformed or cut short */
bool view_parse(struct view *v, const uint8_t *p, size_t len);

/* Addresses by RFC 6052; view_extract() is false outside of the prefix */
void view_embed(const struct view_prefix *prefix, const uint8_t *addr4,
		uint8_t *addr6);
bool view_extract(const struct view_prefix *prefix, const uint8_t *addr6,
		  uint8_t *addr4);

/* A plain one's complement sum of @len bytes, 1 to 0xffff, 0xffff also for 0 */
unsigned int view_sum(const uint8_t *p, size_t len, unsigned int sum);

/* The transport's sum over @bytes, with the pseudo-header if it has one: the
 * same on both sides of a translation, 0xffff in a packet that is not damaged.
 */
unsigned int view_l4_sum(const struct view *v, size_t bytes);

/* Offset of the checksum that covers addresses, -1: there is none */
int view_check_off(unsigned int proto);

/* Is it an ICMP error? Its quote is at view_quote() from the transport header */
bool view_is_error(const struct view *v);

/* The packet inside an error, by RFC 4884 */
bool view_quoted(const struct view *v, struct view *quoted);

/* Make lengths and checksums right, those of a packet inside included */
void view_repair(uint8_t *p, size_t len);

#endif /* _XLAT_FUZZ_VIEW_H */
