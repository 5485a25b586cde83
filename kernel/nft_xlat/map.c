// SPDX-License-Identifier: GPL-2.0-only
/* Address mapping as a rule says it: by a prefix, by what is in registers, or by
 * a map (RFC 7757).
 *
 * Maps are looked up here and not by an expression in front, as an ICMP error
 * has two more addresses to be mapped, those of the packet inside, which no
 * register holds.
 */

#include <linux/string.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_tables.h>

#include "compat.h"
#include "nft_xlat.h"

#define NFT_XLAT_WORD_BITS	(sizeof(__be32) * BITS_PER_BYTE)

/* An IPv4 address is one word of an IPv6 one */
#define NFT_XLAT_WORDS4		1
#define NFT_XLAT_WORDS6		4

/* Length of the suffix of what is not a prefix, and of what has changed while it
 * was looked at
 */
#define NFT_XLAT_NO_PREFIX	(-1)
#define NFT_XLAT_STALE		(-2)

/* How often a map that changes is looked at afresh */
#define NFT_XLAT_TRIES		3

/* What an address is mapped to, and by what.
 *
 * @first: the address, or the lowest one of a prefix
 * @last: the highest one of a prefix
 * @ext: element of the map that says so
 * @key: what has been looked up
 */
struct nft_xlat_found {
	__be32				first[NFT_XLAT_WORDS6];
	__be32				last[NFT_XLAT_WORDS6];
	const struct nft_set_ext	*ext;
	u32				key[NFT_REG32_COUNT];
};

/* Bits behind the prefix whose lowest and highest address these are */
static int nft_xlat_suffix_len(const __be32 *first, const __be32 *last,
			       unsigned int words)
{
	unsigned int n, len = 0;

	for (n = 0; n < words; n++) {
		u32 diff = ntohl(first[n] ^ last[n]);

		if (diff & (diff + 1) || (len && diff != U32_MAX))
			return NFT_XLAT_NO_PREFIX;
		len += fls(diff);
	}

	return len;
}

/* The lowest @len bits set, of at most 32 */
static u32 nft_xlat_low_bits(unsigned int len)
{
	return len ? U32_MAX >> (NFT_XLAT_WORD_BITS - len) : 0;
}

/* @len bits of an address of @words words, above its lowest @shift ones */
static u32 nft_xlat_get_bits(const __be32 *addr, unsigned int words,
			     unsigned int shift, unsigned int len)
{
	unsigned int n = shift / NFT_XLAT_WORD_BITS;
	u64 bits = 0;

	if (n < words)
		bits = ntohl(addr[words - 1 - n]);
	if (n + 1 < words)
		bits |= (u64)ntohl(addr[words - 2 - n]) << NFT_XLAT_WORD_BITS;

	return bits >> shift % NFT_XLAT_WORD_BITS & nft_xlat_low_bits(len);
}

/* The reverse, where all these bits are zero */
static void nft_xlat_put_bits(__be32 *addr, unsigned int words,
			      unsigned int shift, u32 value)
{
	unsigned int n = shift / NFT_XLAT_WORD_BITS;
	u64 bits = (u64)value << shift % NFT_XLAT_WORD_BITS;

	if (n < words)
		addr[words - 1 - n] |= htonl(lower_32_bits(bits));
	if (n + 1 < words)
		addr[words - 2 - n] |= htonl(upper_32_bits(bits));
}

static const struct nft_set_ext *
nft_xlat_map_lookup(const struct nft_xlat_env *env,
		    const struct nft_xlat_map *map, const u32 *key)
{
	const struct net *net = nft_net(env->info);
	const struct nft_set_ext *ext;

	ext = nft_xlat_set_lookup(net, map->set, key);

	return ext ?: nft_set_catchall_lookup(net, map->set);
}

/* How many of the lowest bits of an address are zero? */
static unsigned int nft_xlat_zero_bits(const __be32 *addr, unsigned int words)
{
	unsigned int n, len = 0;

	for (n = words; n--; len += NFT_XLAT_WORD_BITS)
		if (addr[n])
			return len + __ffs(ntohl(addr[n]));

	return len;
}

/* Does the element, whose first key is in @found, hold the one that is higher by
 * this bit of the address too?
 */
static bool nft_xlat_key_spans(const struct nft_xlat_env *env,
			       const struct nft_xlat_map *map,
			       struct nft_xlat_found *found, unsigned int words,
			       unsigned int bit)
{
	__be32 *word, mask = htonl(BIT(bit % NFT_XLAT_WORD_BITS));
	bool spans;

	word = (__be32 *)found->key + map->key_off / sizeof(*word) +
	       words - 1 - bit / NFT_XLAT_WORD_BITS;

	*word ^= mask;
	spans = nft_xlat_map_lookup(env, map, found->key) == found->ext;
	*word ^= mask;

	return spans;
}

/* Are both addresses the same but for their lowest @suffix_len bits? */
static bool nft_xlat_same_prefix(const __be32 *a, const __be32 *b,
				 unsigned int words, unsigned int suffix_len)
{
	unsigned int n, whole = suffix_len / NFT_XLAT_WORD_BITS;

	for (n = 0; n + whole < words; n++) {
		u32 diff = ntohl(a[n] ^ b[n]);

		if (n + whole + 1 == words)
			diff >>= suffix_len % NFT_XLAT_WORD_BITS;
		if (diff)
			return false;
	}

	return true;
}

/* Sets of intervals tell where one begins, but not where it ends. As it is a
 * prefix, its length can be found by asking for other addresses. Most often it
 * is that of the prefix that it is mapped to, @guess.
 *
 * That an address is not found says nothing of an element that has gone in the
 * meantime, so it has to be found once more after that.
 */
static int nft_xlat_key_probe(const struct nft_xlat_env *env,
			      const struct nft_xlat_map *map,
			      struct nft_xlat_found *found, unsigned int words,
			      unsigned int guess)
{
	const struct nft_set_ext *ext = found->ext;
	unsigned int low = 0, high;

	memcpy(found->key, nft_set_ext_key(ext)->data, map->set->klen);

	/* All bits behind a prefix are zero where it begins */
	high = nft_xlat_zero_bits((__be32 *)found->key +
				  map->key_off / sizeof(__be32), words);
	guess = min(guess, high);
	if ((guess == high ||
	     !nft_xlat_key_spans(env, map, found, words, guess)) &&
	    (guess ?
	     nft_xlat_key_spans(env, map, found, words, guess - 1) :
	     nft_xlat_map_lookup(env, map, found->key) == ext))
		return guess;

	while (low < high) {
		unsigned int bit = (low + high) / 2;

		if (nft_xlat_key_spans(env, map, found, words, bit))
			low = bit + 1;
		else
			high = bit;
	}

	return nft_xlat_map_lookup(env, map, found->key) == ext ?
	       low : NFT_XLAT_STALE;
}

/* How many bits of @addr, of @words words, are behind the prefix that is the
 * element's key?
 */
static int nft_xlat_key_suffix_len(const struct nft_xlat_env *env,
				   const struct nft_xlat_map *map,
				   const __be32 *addr, unsigned int words,
				   struct nft_xlat_found *found,
				   unsigned int guess)
{
	const struct nft_set_ext *ext = found->ext;
	unsigned int off = map->key_off / sizeof(*addr);
	const __be32 *key;
	int len;

	/* The element that stands for all that no other does */
	if (!nft_set_ext_exists(ext, NFT_SET_EXT_KEY))
		return words * NFT_XLAT_WORD_BITS;

	if (!(map->set->flags & NFT_SET_INTERVAL))
		return 0;

	key = (const __be32 *)nft_set_ext_key(ext)->data + off;
	if (nft_set_ext_exists(ext, NFT_SET_EXT_KEY_END))
		return nft_xlat_suffix_len(key, (const __be32 *)
					   nft_set_ext_key_end(ext)->data + off,
					   words);

	len = nft_xlat_key_probe(env, map, found, words, guess);

	/* A range may begin with a prefix and be none */
	if (len >= 0 && !nft_xlat_same_prefix(addr, key, words, len))
		return NFT_XLAT_NO_PREFIX;

	return len;
}

/* What does the rule map the address to? */
static bool nft_xlat_map_find(const struct nft_xlat_env *env,
			      const struct nft_xlat_map *map,
			      const __be32 *addr, unsigned int words,
			      unsigned int to_words,
			      struct nft_xlat_found *found)
{
	unsigned int len = to_words * sizeof(*found->first);
	const u32 *first, *last;

	if (map->type == NFT_XLAT_MAP_REGS) {
		first = &env->regs->data[map->sreg_min];
		last = &env->regs->data[map->sreg_max];
	} else {
		memcpy(found->key, &env->regs->data[map->sreg_min],
		       map->set->klen);
		if (map->keyed)
			memcpy((u8 *)found->key + map->key_off, addr,
			       words * sizeof(*addr));

		found->ext = nft_xlat_map_lookup(env, map, found->key);
		if (!found->ext)
			return false;

		first = nft_set_ext_data(found->ext)->data;
		last = first + to_words;
	}

	memcpy(found->first, first, len);
	if (map->suffix)
		memcpy(found->last, last, len);

	return true;
}

/* Counters, limits and the like that an element of a map has. They are about
 * packets, hence not for addresses inside them.
 */
static bool nft_xlat_elem_pass(const struct nft_xlat_env *env,
			       const struct nft_set_ext *ext)
{
	if (env->quoted)
		return true;

	nft_set_elem_update_expr(ext, env->regs, env->info);

	return env->regs->verdict.code != NFT_BREAK;
}

/* Exchange prefixes: what is behind the prefix of @addr, if that is known, goes
 * behind the one that is found, and zeros behind that (RFC 7757 section 3.3).
 * Else only as much is taken from @addr as there is room for.
 *
 * Returns the length of the suffix that is kept, or that there is none.
 */
static int nft_xlat_map_suffix(const struct nft_xlat_env *env,
			       const struct nft_xlat_map *map,
			       const __be32 *addr, unsigned int words,
			       struct nft_xlat_found *found,
			       unsigned int to_words)
{
	int len, from_len, to_len;
	unsigned int n;

	to_len = nft_xlat_suffix_len(found->first, found->last, to_words);

	/* A single IPv4 address takes nothing from the old one */
	if (!to_len && to_words == NFT_XLAT_WORDS4)
		return 0;

	from_len = to_len;
	if (map->keyed && to_len >= 0)
		from_len = nft_xlat_key_suffix_len(env, map, addr, words, found,
						   to_len);
	if (from_len < 0)
		return from_len;

	/* The IPv4 suffix is the one that is kept whole */
	len = words == NFT_XLAT_WORDS4 ? from_len : to_len;
	if (len > NFT_XLAT_WORD_BITS || len > from_len || len > to_len)
		return NFT_XLAT_NO_PREFIX;

	for (n = 0; n < to_words; n++)
		found->first[n] &= found->last[n];

	nft_xlat_put_bits(found->first, to_words, to_len - len,
			  nft_xlat_get_bits(addr, words, from_len - len, len));

	return len;
}

/* Map an address of @words words to one of @to_words words */
static bool nft_xlat_map_addr(const struct nft_xlat_env *env,
			      const struct nft_xlat_map *map,
			      const __be32 *addr, unsigned int words,
			      __be32 *to, unsigned int to_words)
{
	unsigned int tries = NFT_XLAT_TRIES;
	struct nft_xlat_found found;
	int len = 0;

	do {
		if (!nft_xlat_map_find(env, map, addr, words, to_words, &found))
			return false;
		if (map->suffix)
			len = nft_xlat_map_suffix(env, map, addr, words, &found,
						  to_words);
	} while (len == NFT_XLAT_STALE && --tries);

	if (len < 0)
		return false;

	memcpy(to, found.first, to_words * sizeof(*to));

	return map->type == NFT_XLAT_MAP_REGS ||
	       nft_xlat_elem_pass(env, found.ext);
}

/**
 * nft_xlat_map46_other() - map an IPv4 address by other than 96 bits
 * @env: what maps it beside the rule
 * @map: how
 * @addr4: the address
 * @addr6: where the IPv6 address goes
 *
 * What nft_xlat_map46() leaves to it. Hook context, under RCU.
 *
 * Return: false if the rule has no address for it.
 */
bool nft_xlat_map46_other(const struct nft_xlat_env *env,
			  const struct nft_xlat_map *map, __be32 addr4,
			  struct in6_addr *addr6)
{
	if (map->type == NFT_XLAT_MAP_PREFIX) {
		nft_xlat_addr46(&map->prefix, addr4, addr6);
		return true;
	}

	return nft_xlat_map_addr(env, map, &addr4, NFT_XLAT_WORDS4,
				 addr6->s6_addr32, NFT_XLAT_WORDS6);
}

/**
 * nft_xlat_map64_other() - map an IPv6 address by other than 96 bits
 * @env: what maps it beside the rule
 * @map: how
 * @addr6: the address
 * @addr4: where the IPv4 address goes
 *
 * What nft_xlat_map64() leaves to it. Hook context, under RCU.
 *
 * Return: false if the rule has no address for it.
 */
bool nft_xlat_map64_other(const struct nft_xlat_env *env,
			  const struct nft_xlat_map *map,
			  const struct in6_addr *addr6, __be32 *addr4)
{
	if (map->type == NFT_XLAT_MAP_PREFIX)
		return nft_xlat_addr64(&map->prefix, addr6, addr4);

	return nft_xlat_map_addr(env, map, addr6->s6_addr32, NFT_XLAT_WORDS6,
				 addr4, NFT_XLAT_WORDS4);
}
