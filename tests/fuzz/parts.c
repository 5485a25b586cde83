// SPDX-License-Identifier: GPL-2.0-only
/* The parts of the module that need no packet, each against the same said in
 * another way: addresses and maps bit by bit, ICMP by the tables of RFC 7915.
 *
 * The input: which part, then what that part reads.
 */

#include <stdio.h>

#include "fuzz.h"
#include "nft_xlat.h"
#include "view.h"

/* RFC 6052 */
static void parts_addr(const u8 *data)
{
	static const unsigned int lens[] = { 32, 40, 48, 56, 64, 96 };
	struct nft_xlat_prefix prefix = { 0 };
	struct view_prefix ref = { 0 };
	struct in6_addr addr6, ref6;
	unsigned int n, len = data[0];
	__be32 addr4, back = 0;
	bool good = false;
	u8 ref4[4];

	/* Mostly lengths that there are, and prefixes without host bits */
	if (len & 1)
		len = lens[len / 2 % ARRAY_SIZE(lens)];
	memcpy(&addr6, data + 1, sizeof(addr6));
	memcpy(&addr4, data + 17, sizeof(addr4));
	for (n = len; data[0] & 0x80 && n < 128; n++)
		addr6.s6_addr[n / 8] &= ~(0x80 >> n % 8);

	for (n = 0; n < ARRAY_SIZE(lens); n++)
		good |= len == lens[n];
	for (n = len; n < 128; n++)
		good &= !(addr6.s6_addr[n / 8] & 0x80 >> n % 8);
	good &= !addr6.s6_addr[8];
	expect(nft_xlat_prefix_valid(&addr6, len) == good, "prefix_valid");
	if (!good)
		return;

	prefix.addr = addr6;
	prefix.len = len;
	memcpy(ref.addr, &addr6, sizeof(ref.addr));
	ref.len = len;
	nft_xlat_addr46(&prefix, addr4, &addr6);
	view_embed(&ref, (const u8 *)&addr4, (u8 *)&ref6);
	expect(!memcmp(&addr6, &ref6, sizeof(addr6)), "addr46");
	expect(nft_xlat_addr64(&prefix, &addr6, &back) && back == addr4,
	       "there and back");

	/* Any address, close to the prefix: the suffix is ignored */
	addr6.s6_addr[data[21] % 16] ^= data[22];
	good = view_extract(&ref, (const u8 *)&addr6, ref4);
	expect(nft_xlat_addr64(&prefix, &addr6, &back) == good, "in the prefix");
	expect(!good || !memcmp(&back, ref4, sizeof(back)), "addr64");

	n = ntohl(addr4) >> 24;
	expect(nft_xlat_addr4_valid(addr4) == (n && n != 127 && n < 224),
	       "addr4_valid");
}

#define PARTS_PAIRS	4

/* A pair of prefixes, an IPv4 and an IPv6 one */
struct parts_pair {
	u8		addr[2][16];
	unsigned int	len[2];
};

static bool parts_bit(const u8 *addr, unsigned int n)
{
	return addr[n / 8] & 0x80 >> n % 8;
}

static void parts_put(u8 *addr, unsigned int n, bool bit)
{
	addr[n / 8] &= ~(0x80 >> n % 8);
	if (bit)
		addr[n / 8] |= 0x80 >> n % 8;
}

static bool parts_same(const u8 *a, const u8 *b, unsigned int len)
{
	unsigned int n;

	for (n = 0; n < len; n++)
		if (parts_bit(a, n) != parts_bit(b, n))
			return false;

	return true;
}

/* Let the module map an address, an IPv6 one if @six */
static bool parts_mapped(const struct nft_xlat_env *env,
			 const struct nft_xlat_map *map, bool six,
			 const u8 *addr, u8 *got)
{
	struct in6_addr addr6;
	__be32 addr4;
	bool mapped;

	memcpy(&addr6, addr, sizeof(addr6));
	memcpy(&addr4, addr, sizeof(addr4));
	if (six) {
		mapped = nft_xlat_map64(env, map, &addr6, &addr4);
		memcpy(got, &addr4, sizeof(addr4));
	} else {
		mapped = nft_xlat_map46(env, map, addr4, &addr6);
		memcpy(got, &addr6, sizeof(addr6));
	}

	return mapped;
}

static void parts_add(u8 *addr, unsigned int bits, unsigned int value)
{
	unsigned int n;

	for (n = bits / 8; n--; value >>= 8) {
		value += addr[n];
		addr[n] = value;
	}
}

/* RFC 7757 section 3.3, from family @from to the other one, with one of two sets:
 * one that tells where an element ends, and one that does not. The address is
 * alone in the key, or behind something else. The set may be loaded anew, with
 * the same elements, while it is looked at. The first element may be a range, of
 * which only the prefix counts that it begins with, but where a single IPv4
 * address is what all of it is mapped to.
 */
static void parts_map(const u8 *data)
{
	static const unsigned int bits[] = { 32, 128 };
	struct nft_set_ext elems[PARTS_PAIRS] = { 0 }, reloaded[PARTS_PAIRS];
	struct parts_pair pairs[PARTS_PAIRS] = { 0 }, *pair = NULL;
	unsigned int from = data[0] & 1, to = !from, n, i, suffix;
	unsigned int off = data[0] & 2 ? 4 : 0;
	unsigned int nelems = 1 + data[0] / 64;
	unsigned int more = data[61];
	struct nft_set set = {
		.flags	= NFT_SET_MAP | NFT_SET_INTERVAL,
		.klen	= off + bits[from] / 8,
		.dlen	= 2 * bits[to] / 8,
		.elems	= elems,
		.nelems	= nelems,
		.next	= reloaded,
	};
	struct nft_xlat_map map = {
		.type		= NFT_XLAT_MAP_SET,
		.suffix		= true,
		.keyed		= true,
		.key_off	= off,
		.set		= &set,
	};
	struct nft_regs regs = { .data = { 0x12345678 } };
	struct nf_hook_state state = { 0 };
	struct nft_pktinfo info = { .state = &state };
	struct nft_xlat_env env = { .info = &info, .regs = &regs };
	u8 addr[16], got[16], good[16] = { 0 };
	bool mapped, same;

	for (i = 0; i < nelems; i++) {
		u8 *key = (u8 *)elems[i].key.data + off;
		u8 *end = (u8 *)elems[i].key_end.data + off;
		u8 *first = (u8 *)elems[i].data.data;
		u8 *last = first + bits[to] / 8;

		for (n = 0; n < 2; n++) {
			pairs[i].len[n] = 2 + data[1 + 2 * i + n] % (bits[n] - 1);
			memcpy(pairs[i].addr[n], data + 9 + 8 * i, 16);
			parts_put(pairs[i].addr[n], 0, i & 1);
			parts_put(pairs[i].addr[n], 1, i & 2);
		}
		/* Mostly pairs that are equally long behind the prefix */
		if (data[0] & 4 && pairs[i].len[0] > 1)
			pairs[i].len[1] = 96 + pairs[i].len[0];
		for (n = 0; n < bits[from]; n++) {
			same = n < pairs[i].len[from];
			parts_put(key, n, same && parts_bit(pairs[i].addr[from], n));
			parts_put(end, n, !same || parts_bit(pairs[i].addr[from], n));
		}
		for (n = 0; n < bits[to]; n++) {
			same = n < pairs[i].len[to];
			parts_put(first, n, same && parts_bit(pairs[i].addr[to], n));
			parts_put(last, n, !same || parts_bit(pairs[i].addr[to], n));
		}
		if (off) {
			elems[i].key.data[0] = regs.data[0];
			elems[i].key_end.data[0] = regs.data[0];
		}
		elems[i].has_key = true;
		elems[i].has_end = data[0] & 8;
	}

	if (data[60] & 1 && !elems[0].has_end) {
		u8 *key = (u8 *)elems[0].key.data + off;
		u8 *end = (u8 *)elems[0].key_end.data + off;

		/* Not into what another element has */
		more = min(more, 255U - key[bits[from] / 8 - 1]);
		memcpy(end, key, bits[from] / 8);
		parts_add(end, bits[from], more);
		for (n = 0; more >> n && !parts_bit(key, bits[from] - 1 - n); )
			n++;
		memcpy(pairs[0].addr[from], key, bits[from] / 8);
		pairs[0].len[from] = bits[from] - n;
	}
	memcpy(reloaded, elems, sizeof(reloaded));

	/* An address that is in one of them up to some bit, most often all */
	memcpy(addr, data + 41, sizeof(addr));
	i = data[57] % PARTS_PAIRS;
	for (n = 0; n < pairs[i].len[from] && n < data[58]; n++)
		parts_put(addr, n, parts_bit(pairs[i].addr[from], n));
	if (data[60] & 2) {
		memcpy(addr, (u8 *)elems[0].key.data + off, bits[from] / 8);
		parts_add(addr, bits[from], data[56] % (more + 1));
	}

	for (i = 0; i < nelems; i++)
		if (memcmp(addr, (u8 *)elems[i].key.data + off,
			   bits[from] / 8) >= 0 &&
		    memcmp(addr, (u8 *)elems[i].key_end.data + off,
			   bits[from] / 8) <= 0 &&
		    (parts_same(addr, pairs[i].addr[from], pairs[i].len[from]) ||
		     (from && pairs[i].len[to] == 32)))
			pair = &pairs[i];
	suffix = pair ? 32 - pair->len[0] : 0;
	if (pair && suffix <= 128 - pair->len[1]) {
		for (n = 0; n < pair->len[to]; n++)
			parts_put(good, n, parts_bit(pair->addr[to], n));
		for (n = 0; n < suffix; n++)
			parts_put(good, pair->len[to] + n,
				  parts_bit(addr, pair->len[from] + n));
	} else {
		pair = NULL;
	}

	fuzz.reloaded = false;
	fuzz.reload_after = data[59] % 16;
	mapped = parts_mapped(&env, &map, from, addr, got);
	same = mapped && !memcmp(got, good, bits[to] / 8);
	expect(mapped == !!pair, "in one of the prefixes");
	expect(!pair || same, "prefix to prefix");
}

/* Registers, and the element that stands for all that no other does: as much is
 * kept as the new prefix leaves room for, from the same end.
 */
static void parts_regs(const u8 *data)
{
	static const unsigned int bits[] = { 32, 128 };
	unsigned int from = data[0] & 1, to = !from, n;
	unsigned int suffix = data[1] % (bits[to] + 1), hole;
	struct nft_regs regs = { .data = { 0 } };
	struct nft_xlat_map map = {
		.type		= NFT_XLAT_MAP_REGS,
		.suffix		= data[0] & 2,
		.sreg_min	= 3,
		.sreg_max	= 9,
	};
	struct nft_xlat_env env = { .regs = &regs };
	u8 *first = (u8 *)&regs.data[3], *last = (u8 *)&regs.data[9];
	u8 addr[16], got[16], good[16];
	bool mapped, same;

	memcpy(addr, data + 2, sizeof(addr));
	memcpy(good, data + 18, sizeof(good));
	for (n = 0; n < bits[to]; n++) {
		bool behind = map.suffix && n >= bits[to] - suffix;

		parts_put(first, n, !behind && parts_bit(good, n));
		parts_put(last, n, behind || parts_bit(good, n));
		if (behind)
			parts_put(good, n, suffix <= 32 &&
				  parts_bit(addr, bits[from] - bits[to] + n));
	}
	/* Not a prefix */
	hole = data[0] & 4 ? data[0] & 8 ? 32 : 1 : 0;
	if (suffix <= hole)
		hole = 0;
	for (n = bits[to] - hole; n < bits[to]; n++)
		parts_put(last, n, parts_bit(first, n));

	mapped = parts_mapped(&env, &map, from, addr, got);
	same = mapped && !memcmp(got, good, bits[to] / 8);
	if (map.suffix && (suffix > 32 || hole))
		expect(!mapped, "mapped to what is no prefix, or too short");
	else
		expect(same, "mapped to what registers say");
}

/* RFC 7915: a row for each message; code -1 is any, and stays */
struct parts_row {
	int	type;
	int	code;
	int	to_type;
	int	to_code;
	u32	rest;
};

#define PARTS_MTU	1
#define PARTS_POINTER	2

static const struct parts_row rows46[] = {
	{ 3, 0, 1, 0, 0 }, { 3, 1, 1, 0, 0 }, { 3, 5, 1, 0, 0 },
	{ 3, 6, 1, 0, 0 }, { 3, 7, 1, 0, 0 }, { 3, 8, 1, 0, 0 },
	{ 3, 11, 1, 0, 0 }, { 3, 12, 1, 0, 0 },
	{ 3, 9, 1, 1, 0 }, { 3, 10, 1, 1, 0 }, { 3, 13, 1, 1, 0 },
	{ 3, 15, 1, 1, 0 },
	{ 3, 2, 4, 1, 6 << 8 }, { 3, 3, 1, 4, 0 }, { 3, 4, 2, 0, PARTS_MTU },
	{ 11, -1, 3, -1, 0 },
	{ 12, 0, 4, 0, PARTS_POINTER }, { 12, 2, 4, 0, PARTS_POINTER },
};

static const struct parts_row rows64[] = {
	{ 1, 0, 3, 1, 0 }, { 1, 2, 3, 1, 0 }, { 1, 3, 3, 1, 0 },
	{ 1, 1, 3, 10, 0 }, { 1, 4, 3, 3, 0 },
	{ 2, -1, 3, 4, PARTS_MTU },
	{ 3, -1, 11, -1, 0 },
	{ 4, 0, 12, 0, PARTS_POINTER }, { 4, 1, 3, 2, 0 },
};

static const struct parts_row *parts_find(const struct parts_row *rows,
					  size_t count, int type, int code)
{
	size_t n;

	for (n = 0; n < count; n++) {
		if (rows[n].type == type &&
		    (rows[n].code == code || rows[n].code < 0))
			return &rows[n];
	}

	return NULL;
}

/* RFC 7915, figures 3 and 6; -1: no counterpart */
static int parts_pointer46(u8 ptr)
{
	static const int to[] = {
		0, 1, 4, 4, -1, -1, -1, -1, 7, 6, -1, -1, 8, 8, 8, 8, 24, 24,
		24, 24,
	};

	return ptr < ARRAY_SIZE(to) ? to[ptr] : -1;
}

static int parts_pointer64(u32 ptr)
{
	static const int to[] = {
		0, 1, -1, -1, 2, 2, 9, 8,
		12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
		16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
	};

	return ptr < ARRAY_SIZE(to) ? to[ptr] : -1;
}

/* RFC 1191 section 7.1, from below */
static u32 parts_plateau(u32 len)
{
	static const u32 plateaus[] = {
		68, 296, 508, 1006, 1492, 2002, 4352, 8166, 17914, 32000, 65535,
	};
	u32 n = 1;

	while (n < ARRAY_SIZE(plateaus) && plateaus[n] < len)
		n++;

	return plateaus[n - 1];
}

static void parts_expect_icmp(const u8 *icmp, const struct parts_row *row,
			      int code, u32 rest)
{
	expect(icmp[0] == row->to_type, "type");
	expect(icmp[1] == (row->to_code < 0 ? code : row->to_code), "code");
	expect(!icmp[2] && !icmp[3], "checksum");
	expect(get_unaligned_be32(icmp + 4) == rest, "rest of the header");
}

static void parts_icmp46(const u8 *data)
{
	u16 len = get_unaligned_be16(data + 8);
	const struct parts_row *row;
	struct icmp6hdr icmp6;
	struct icmphdr icmp;
	bool good;
	u32 rest;

	memcpy(&icmp, data, sizeof(icmp));
	icmp.type %= 16;
	icmp.code %= 32;
	row = parts_find(rows46, ARRAY_SIZE(rows46), icmp.type, icmp.code);
	good = row && (row->rest != PARTS_POINTER || parts_pointer46(data[4]) >= 0);
	expect(nft_xlat_icmp46_error_hdr(&icmp, len, &icmp6) == good,
	       "translated or not");
	if (!good)
		return;

	switch (row->rest) {
	case PARTS_MTU:
		rest = get_unaligned_be16(data + 6);
		rest = max((rest ? rest : parts_plateau(len)) + 20, 1280U);
		break;
	case PARTS_POINTER:
		rest = parts_pointer46(data[4]);
		break;
	default:
		rest = row->rest >> 8;
	}
	parts_expect_icmp((const u8 *)&icmp6, row, icmp.code, rest);
}

static void parts_icmp64(const u8 *data)
{
	u32 ptr = get_unaligned_be32(data + 4), rest = 0;
	const struct parts_row *row;
	struct icmp6hdr icmp6;
	struct icmphdr icmp;
	bool good;

	/* Mostly pointers that may point somewhere */
	if (data[8] & 1)
		ptr %= 48;
	memcpy(&icmp6, data, sizeof(icmp6));
	icmp6.icmp6_type %= 8;
	icmp6.icmp6_code %= 8;
	icmp6.icmp6_pointer = htonl(ptr);
	row = parts_find(rows64, ARRAY_SIZE(rows64), icmp6.icmp6_type,
			 icmp6.icmp6_code);
	good = row && (row->rest != PARTS_POINTER || parts_pointer64(ptr) >= 0);
	expect(nft_xlat_icmp64_error_hdr(&icmp6, &icmp) == good,
	       "translated or not");
	if (!good)
		return;

	if (row->rest == PARTS_MTU)
		rest = min(max(ptr, 88U) - 20, 65535U);
	else if (row->rest == PARTS_POINTER)
		rest = (u32)parts_pointer64(ptr) << 24;
	parts_expect_icmp((const u8 *)&icmp, row, icmp6.icmp6_code, rest);
}

/* RFC 4884, and what is an error, what a query */
static void parts_icmp_kinds(const u8 *data)
{
	struct icmphdr icmp = { .type = data[0], .un.reserved[1] = data[1] };
	struct icmp6hdr icmp6 = { .icmp6_type = data[0],
				  .icmp6_dataun.un_data8[0] = data[1] };
	u8 type = data[0], to4 = type, to6 = type;

	expect(nft_xlat_icmp4_quote_len(&icmp) ==
	       (type == 3 || type == 11 || type == 12 ? data[1] * 4U : 0),
	       "length of an ICMP quote");
	expect(nft_xlat_icmp6_quote_len(&icmp6) ==
	       (type == 1 || type == 3 ? data[1] * 8U : 0),
	       "length of an ICMPv6 quote");
	expect(nft_xlat_icmp46_is_error(type) ==
	       (type == 3 || type == 4 || type == 5 || type == 11 || type == 12),
	       "ICMP error");
	expect(nft_xlat_icmp64_is_error(type) == (type < 128), "ICMPv6 error");
	expect(nft_xlat_icmp46_query(&to6) == (type == 0 || type == 8) &&
	       to6 == (type == 0 ? 129 : type == 8 ? 128 : type), "ICMP query");
	expect(nft_xlat_icmp64_query(&to4) == (type == 128 || type == 129) &&
	       to4 == (type == 128 ? 8 : type == 129 ? 0 : type), "ICMPv6 query");
}

/* Sums of addresses; 0 and 0xffff are the same */
static void parts_csum(const u8 *data)
{
	struct ipv6hdr ip6;
	struct iphdr ip4;
	u16 sum;

	memcpy(&ip6, data, sizeof(ip6));
	memcpy(&ip4, data, sizeof(ip4));
	sum = ~ntohs(csum_fold(nft_xlat_csum_addrs4(&ip4)));
	expect((sum ? sum : 0xffff) == view_sum(data + 12, 8, 0), "csum_addrs4");
	sum = ~ntohs(csum_fold(nft_xlat_csum_addrs6(&ip6)));
	expect((sum ? sum : 0xffff) == view_sum(data + 8, 32, 0), "csum_addrs6");
}

static bool parts_is_exthdr(unsigned int proto)
{
	return proto == 0 || proto == 43 || proto == 44 || proto == 51 ||
	       proto == 60 || proto == 135 || proto == 139 || proto == 140;
}

/* The walk of extension headers, of a packet in two parts */
static void parts_chain(const u8 *data, size_t size)
{
	unsigned int linear = min_t(unsigned int, 40 + data[0], size - 1);
	struct nft_xlat_chain chain;
	struct sk_buff *skb;
	struct view v;
	u8 *p, proto;
	bool good;

	data++;
	size--;
	p = malloc(size);
	memcpy(p, data, size);
	p[0] = 0x60;
	put_unaligned_be16(size - 40, p + 4);
	good = view_parse(&v, p, size);

	skb = alloc_skb(linear, GFP_KERNEL);
	memcpy(skb_put(skb, linear), p, linear);
	skb->data_len = size - linear;
	skb->len = size;
	skb->shinfo.frag = malloc(skb->data_len);
	memcpy(skb->shinfo.frag, p + linear, skb->data_len);

	proto = v.proto == IPPROTO_ICMP ? IPPROTO_ICMPV6 :
		v.proto == IPPROTO_ICMPV6 ? IPPROTO_ICMP : v.proto;
	good = good && proto != IPPROTO_AH && !v.behind_frag &&
	       !(v.has_frag && parts_is_exthdr(proto));
	expect(nft_xlat_chain(skb, 0, &chain) == good, "chain good or not");
	if (good) {
		expect(chain.thoff == v.l4, "offset of the transport header");
		expect(chain.l4proto == proto, "transport protocol");
		expect(chain.has_frag == v.has_frag, "Fragment header");
		expect(!v.has_frag || (chain.frag.offset == v.frag_off &&
				       chain.frag.more == v.more &&
				       ntohl(chain.frag.id) == v.id),
		       "what the Fragment header says");
		expect(!chain.segments_off || (chain.segments_off < v.l4 &&
					       p[chain.segments_off]),
		       "segments left");
	}
	kfree_skb(skb);
	free(p);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (size < 64)
		return 0;

	switch (data[0] % 8) {
	case 0: parts_addr(data + 1); break;
	case 1: parts_icmp46(data + 1); break;
	case 2: parts_icmp64(data + 1); break;
	case 3: parts_icmp_kinds(data + 1); break;
	case 4: parts_csum(data + 1); break;
	case 5: parts_chain(data + 1, size - 1); break;
	case 6: parts_map(data + 1); break;
	case 7: parts_regs(data + 1); break;
	}
	expect(!fuzz.skbs, "a packet is left over");

	return 0;
}
