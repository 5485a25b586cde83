// SPDX-License-Identifier: GPL-2.0-only

#include <string.h>

#include "view.h"

enum {
	PROTO_HOPOPTS	= 0,
	PROTO_ICMP	= 1,
	PROTO_TCP	= 6,
	PROTO_UDP	= 17,
	PROTO_DCCP	= 33,
	PROTO_ROUTING	= 43,
	PROTO_FRAGMENT	= 44,
	PROTO_ICMPV6	= 58,
	PROTO_DSTOPTS	= 60,
	PROTO_UDPLITE	= 136,
};

static unsigned int get16(const uint8_t *p)
{
	return (unsigned int)p[0] << 8 | p[1];
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void put16(uint8_t *p, unsigned int value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static bool view_parse4(struct view *v)
{
	const uint8_t *p = v->p;

	if (v->len < 20 || (p[0] & 15) < 5)
		return false;
	v->tclass = p[1];
	v->claim = get16(p + 2);
	v->id = get16(p + 4);
	v->df = p[6] & 0x40;
	v->more = p[6] & 0x20;
	v->frag_off = (get16(p + 6) & 0x1fff) * 8;
	v->hops = p[8];
	v->proto = p[9];
	v->l4 = (p[0] & 15) * 4;

	return v->l4 <= v->len && v->l4 <= v->claim;
}

static bool view_walks(unsigned int proto)
{
	return proto == PROTO_HOPOPTS || proto == PROTO_ROUTING ||
	       proto == PROTO_FRAGMENT || proto == PROTO_DSTOPTS;
}

/* One extension header; false if it is none, or cut short */
static bool view_exthdr(struct view *v)
{
	const uint8_t *h = v->p + v->l4;

	if (!view_walks(v->proto) || v->len - v->l4 < 8)
		return false;
	v->behind_frag |= v->has_frag;
	if (v->proto == PROTO_FRAGMENT) {
		v->has_frag = true;
		v->frag_off = get16(h + 2) & 0xfff8;
		v->more = h[3] & 1;
		v->id = get32(h + 4);
		v->l4 += 8;
	} else {
		v->l4 += (h[1] + 1) * 8;
	}
	v->proto = h[0];

	return true;
}

static bool view_parse6(struct view *v)
{
	const uint8_t *p = v->p;

	if (v->len < 40)
		return false;
	v->tclass = get16(p) >> 4 & 0xff;
	v->claim = get16(p + 4) + 40;
	v->proto = p[6];
	v->hops = p[7];
	v->l4 = 40;

	while (!v->frag_off && v->l4 <= v->len && view_exthdr(v))
		;
	if (v->l4 > v->len || v->l4 > v->claim ||
	    (!v->frag_off && view_walks(v->proto)))
		return false;

	/* What is ICMP in the other family is not in this one */
	if (v->proto == PROTO_ICMPV6)
		v->proto = PROTO_ICMP;
	else if (v->proto == PROTO_ICMP)
		v->proto = PROTO_ICMPV6;

	return true;
}

bool view_parse(struct view *v, const uint8_t *p, size_t len)
{
	memset(v, 0, sizeof(*v));
	v->p = p;
	v->len = len;
	if (!len)
		return false;
	v->version = p[0] >> 4;
	switch (v->version) {
	case 4: return view_parse4(v);
	case 6: return view_parse6(v);
	default: return false;
	}
}

/* Bit number @n of the IPv4 address is bit number view_bit() of the IPv6 one */
static unsigned int view_bit(const struct view_prefix *prefix, unsigned int n)
{
	unsigned int bit = prefix->len + n;

	return prefix->len < 72 && bit >= 64 ? bit + 8 : bit;
}

void view_embed(const struct view_prefix *prefix, const uint8_t *addr4,
		uint8_t *addr6)
{
	unsigned int n, bit;

	memcpy(addr6, prefix->addr, 16);
	for (n = 0; n < 32; n++) {
		bit = view_bit(prefix, n);
		addr6[bit / 8] &= ~(0x80 >> bit % 8);
		if (addr4[n / 8] & 0x80 >> n % 8)
			addr6[bit / 8] |= 0x80 >> bit % 8;
	}
}

bool view_extract(const struct view_prefix *prefix, const uint8_t *addr6,
		  uint8_t *addr4)
{
	unsigned int n, bit;

	for (n = 0; n < prefix->len; n++) {
		if ((addr6[n / 8] ^ prefix->addr[n / 8]) & 0x80 >> n % 8)
			return false;
	}
	memset(addr4, 0, 4);
	for (n = 0; n < 32; n++) {
		bit = view_bit(prefix, n);
		if (addr6[bit / 8] & 0x80 >> bit % 8)
			addr4[n / 8] |= 0x80 >> n % 8;
	}

	return true;
}

unsigned int view_sum(const uint8_t *p, size_t len, unsigned int sum)
{
	uint64_t s = sum;
	size_t n;

	for (n = 0; n < len; n++)
		s += n % 2 ? p[n] : (unsigned int)p[n] << 8;

	return s % 0xffff ? s % 0xffff : 0xffff;
}

/* UDP says itself how long it is, where it can be true */
static size_t view_pseudo_len(const struct view *v)
{
	size_t len = v->claim - v->l4, udp;

	if (v->proto == PROTO_UDP && v->len >= v->l4 + 6) {
		udp = get16(v->p + v->l4 + 4);
		if (udp >= 8 && udp <= len)
			return udp;
	}

	return len;
}

unsigned int view_l4_sum(const struct view *v, size_t bytes)
{
	size_t len = view_pseudo_len(v);
	unsigned int sum = 0;

	if (v->proto == PROTO_ICMP && v->version == 4)
		return view_sum(v->p + v->l4, bytes, 0);

	sum = v->version == 4 ? view_sum(v->p + 12, 8, sum) :
				view_sum(v->p + 8, 32, sum);
	sum += len + (v->proto == PROTO_ICMP ? PROTO_ICMPV6 : v->proto);
	if (v->proto == PROTO_UDP && bytes > len)
		bytes = len;

	return view_sum(v->p + v->l4, bytes, sum);
}

int view_check_off(unsigned int proto)
{
	switch (proto) {
	case PROTO_TCP: return 16;
	case PROTO_ICMP: return 2;
	case PROTO_UDP:
	case PROTO_UDPLITE:
	case PROTO_DCCP: return 6;
	default: return -1;
	}
}

bool view_is_error(const struct view *v)
{
	unsigned int type;

	if (v->proto != PROTO_ICMP || v->frag_off || v->len < v->l4 + 8)
		return false;
	type = v->p[v->l4];

	return v->version == 6 ? type < 128 :
	       type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

bool view_quoted(const struct view *v, struct view *quoted)
{
	const uint8_t *icmp = v->p + v->l4;
	size_t len = v->len - v->l4 - 8, length = 0;

	if (v->version == 4 && (icmp[0] == 3 || icmp[0] == 11 || icmp[0] == 12))
		length = icmp[5] * 4;
	if (v->version == 6 && (icmp[0] == 1 || icmp[0] == 3))
		length = icmp[4] * 8;
	if (length && length < len)
		len = length;

	return view_parse(quoted, icmp + 8, len) &&
	       quoted->version == v->version;
}

static void view_repair_l4(const struct view *v, uint8_t *p)
{
	int off = view_check_off(v->proto);
	size_t bytes = v->claim - v->l4;
	unsigned int sum;

	if (off < 0 || v->frag_off || v->more || v->claim > v->len ||
	    bytes < (size_t)off + 2)
		return;
	if (v->proto == PROTO_UDP && bytes >= 8)
		put16(p + v->l4 + 4, (unsigned int)bytes);
	put16(p + v->l4 + off, 0);
	sum = ~view_l4_sum(v, bytes) & 0xffff;
	put16(p + v->l4 + off, sum ? sum : 0xffff);
}

void view_repair(uint8_t *p, size_t len)
{
	struct view v, quoted;

	if (len < 20 || (p[0] >> 4 == 6 && len < 40))
		return;
	if (p[0] >> 4 == 4) {
		put16(p + 2, (unsigned int)len);
		put16(p + 10, 0);
		put16(p + 10, ~view_sum(p, (p[0] & 15) * 4U < len ?
					(p[0] & 15) * 4U : 20, 0));
	} else {
		put16(p + 4, (unsigned int)len - 40);
	}
	if (!view_parse(&v, p, len))
		return;
	if (view_is_error(&v) && view_quoted(&v, &quoted))
		view_repair_l4(&quoted, p + (quoted.p - p));
	view_repair_l4(&v, p);
}
