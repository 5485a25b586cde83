/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NFT_XLAT_H
#define _NFT_XLAT_H

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_tables.h>

/**
 * struct nft_xlat_prefix - an RFC 6052 prefix
 * @addr: the prefix; every bit behind @len is zero
 * @len: length in bits: 32, 40, 48, 56, 64 or 96
 */
struct nft_xlat_prefix {
	struct in6_addr	addr;
	u8		len;
};

/**
 * enum nft_xlat_map_type - what maps an address
 * @NFT_XLAT_MAP_PREFIX96: an RFC 6052 prefix of 96 bits
 * @NFT_XLAT_MAP_PREFIX: one of another length
 * @NFT_XLAT_MAP_REGS: what expressions in front have left in registers
 * @NFT_XLAT_MAP_SET: a map of nf_tables
 */
enum nft_xlat_map_type {
	NFT_XLAT_MAP_PREFIX96,
	NFT_XLAT_MAP_PREFIX,
	NFT_XLAT_MAP_REGS,
	NFT_XLAT_MAP_SET,
};

/**
 * struct nft_xlat_map - how an address is mapped
 * @type: what maps it
 * @own: the rule says it of this address, not of both
 * @suffix: registers or map have a prefix, its lowest and its highest address,
 *	and the suffix of the old address is kept (RFC 7757)
 * @keyed: the old address is part of the key
 * @key_off: where in the key (bytes)
 * @sreg_min: register of the address, of the lowest one or of the key
 * @sreg_max: register of the highest address
 * @prefix: the prefix
 * @set: the map
 * @binding: ties the rule to it
 */
struct nft_xlat_map {
	enum nft_xlat_map_type	type;
	bool			own;
	bool			suffix;
	bool			keyed;
	u8			key_off;
	u8			sreg_min;
	u8			sreg_max;
	struct nft_xlat_prefix	prefix;
	struct nft_set		*set;
	struct nft_set_binding	binding;
};

/* The two mappings of a rule */
enum {
	NFT_XLAT_SRC,
	NFT_XLAT_DST,
	NFT_XLAT_MAPS,
};

/**
 * struct nft_xlat - the expression of a rule
 * @map: how a packet's source and its destination are mapped
 * @prefix: what maps those of the two that have nothing of their own; its
 *	length is zero if both have
 * @mtu: what every path of the IPv6 side carries (bytes)
 * @family: the only packets that are translated, NFPROTO_UNSPEC: those of the
 *	table
 * @inner: families whose flows may leave by this rule, a bit each
 * @prefix96: both mappings are by prefixes of 96 bits
 * @diff46: what these add to the sum of a pseudo-header, valid if @prefix96
 */
struct nft_xlat {
	struct nft_xlat_map	map[NFT_XLAT_MAPS];
	struct nft_xlat_prefix	prefix;
	u32			mtu;
	u8			family;
	u8			inner;
	bool			prefix96;
	__wsum			diff46;
};

/**
 * enum nft_xlat_result - what a step of the translation says of the packet
 * @NFT_XLAT_DONE: the step is done, the next one may follow
 * @NFT_XLAT_NONE: not for this translator: leave the packet as it is, the rule
 *	does not match
 * @NFT_XLAT_DROP: malformed, or one that RFC 7915 says to drop
 * @NFT_XLAT_SEGMENTS: each of its segments is to be translated
 * @NFT_XLAT_LONG: not for the short way of nft_xlat_fast()
 */
enum nft_xlat_result {
	NFT_XLAT_DONE,
	NFT_XLAT_NONE,
	NFT_XLAT_DROP,
	NFT_XLAT_SEGMENTS,
	NFT_XLAT_LONG,
};

/* The longest run of new headers: those of an ICMP error, those of the packet
 * that it quotes, and a Fragment header for the latter.
 */
#define NFT_XLAT_HDR_MAX \
	(sizeof(struct ipv6hdr) + sizeof(struct icmp6hdr) + \
	 sizeof(struct ipv6hdr) + sizeof(struct frag_hdr))

/* How much of a transport header is looked at: a TCP header without options */
#define NFT_XLAT_L4_MAX		20U

/* Difference between the two families' headers, by which an MTU changes */
#define NFT_XLAT_HDR_DIFF \
	(sizeof(struct ipv6hdr) - sizeof(struct iphdr))

/* An IPv4 packet of up to this many bytes fitted into IPv6's smallest MTU
 * before translation, and IPv4 routers may cut it (RFC 7915 section 5.1).
 */
#define NFT_XLAT_NO_DF_MAX	(IPV6_MIN_MTU - 20)

/* RFC 4884 section 3: the packet inside an ICMP error that has extensions is
 * counted in these units (bytes), and is at least so long (bytes).
 */
#define NFT_XLAT_QUOTE_UNIT4	4
#define NFT_XLAT_QUOTE_UNIT6	8
#define NFT_XLAT_QUOTE_MIN	128

/**
 * struct nft_xlat_frag - which part of a datagram a packet is
 * @id: identification, as an IPv6 Fragment header holds it
 * @offset: of the part (bytes)
 * @more: there are parts behind it
 */
struct nft_xlat_frag {
	__be32	id;
	u16	offset;
	bool	more;
};

/**
 * nft_xlat_is_frag() - is the packet but a part of a datagram?
 * @frag: what it says of itself
 *
 * Return: false for a whole datagram and for an atomic fragment (RFC 6946).
 */
static inline bool nft_xlat_is_frag(const struct nft_xlat_frag *frag)
{
	return frag->offset || frag->more;
}

/**
 * nft_xlat_frag_valid() - can the packet be a part of a datagram?
 * @frag: what it says of itself
 * @len: length of the part (bytes)
 *
 * Return: false if the datagram could never be put together (RFC 791 section
 * 3.2, RFC 8200 section 4.5).
 */
static inline bool nft_xlat_frag_valid(const struct nft_xlat_frag *frag,
				       unsigned int len)
{
	return !nft_xlat_is_frag(frag) ||
	       (len && frag->offset + len <= U16_MAX &&
		!(frag->more && len % 8));
}

/**
 * struct nft_xlat_chain - the headers in front of an IPv6 transport header
 * @thoff: offset of the transport header, or of a later fragment's data (bytes)
 * @segments_off: offset of the Segments Left field of a source route that is
 *	still under way, 0: there is none (bytes)
 * @frag: what the Fragment header says
 * @has_frag: there is one
 * @l4proto: next header of the last one
 */
struct nft_xlat_chain {
	unsigned int		thoff;
	unsigned int		segments_off;
	struct nft_xlat_frag	frag;
	bool			has_frag;
	u8			l4proto;
};

/**
 * struct nft_xlat_l4 - what changes in the transport header
 * @check: new checksum, valid if @check_off is not zero
 * @check_off: where the checksum lies in the header (bytes), 0: none to write
 * @type: new ICMP type, valid if @set_type
 * @set_type: the header is an ICMP query, its type is rewritten
 * @pending: @check is the sum of the pseudo-header only, and the rest of it is
 *	left to whoever takes the packet apart
 * @len: how much of the header is touched (bytes, even)
 */
struct nft_xlat_l4 {
	__sum16	check;
	u8	check_off;
	u8	type;
	bool	set_type;
	bool	pending;
	u8	len;
};

/**
 * struct nft_xlat_quote - what changes behind the headers that an error quotes
 * @cut_off: offset in the old packet (bytes)
 * @cut_len: bytes that are taken out there
 * @pad_len: zero bytes that are put in there
 */
struct nft_xlat_quote {
	unsigned int	cut_off;
	unsigned int	cut_len;
	unsigned int	pad_len;
};

/**
 * struct nft_xlat_env - what maps an address beside the rule
 * @info: what nf_tables knows about the packet
 * @regs: what the expressions in front have left
 * @quoted: the address is in a packet inside an ICMP error
 */
struct nft_xlat_env {
	const struct nft_pktinfo	*info;
	struct nft_regs			*regs;
	bool				quoted;
};

/**
 * struct nft_xlat_pkt - one packet on its way through the translation
 * @skb: the packet; its data begins at the network header
 * @state: the hook it is at
 * @env: what maps its addresses beside the rule
 * @saddr: how its source is mapped, and the destination of a packet inside
 * @daddr: how its destination is mapped, and the source of a packet inside
 * @mtu: what every path of the IPv6 side carries (bytes)
 * @thoff: offset of its transport header (bytes)
 * @l4proto: its transport protocol, in the family that it has come in
 * @to_ip6: it is an IPv4 packet that becomes an IPv6 one, else the reverse
 * @reassembled: it has come as fragments, which conntrack has put together
 * @may_fragment: the new family's output path may cut it to size
 * @segment: it is to be taken apart first, and each segment translated
 * @cut: its IPv6 form is cut into fragments of at most @mtu
 * @frag: which part of a datagram it is, and what the fragments that it is cut
 *	into are called
 * @old_len: length of the headers that go (bytes)
 * @new_len: length of the headers that take their place (bytes)
 * @l4: what changes behind them
 * @quote: what changes behind that in an ICMP error
 * @hdr: the new headers
 *
 * Translation first fills @hdr, @l4 and @quote from a packet that it only
 * reads, so that until nft_xlat_rewrite() it can still be left as it is.
 */
struct nft_xlat_pkt {
	struct sk_buff			*skb;
	const struct nf_hook_state	*state;
	struct nft_xlat_env		env;
	const struct nft_xlat_map	*saddr;
	const struct nft_xlat_map	*daddr;
	unsigned int			mtu;
	unsigned int			thoff;
	u8				l4proto;
	bool				to_ip6;
	bool				reassembled;
	bool				may_fragment;
	bool				segment;
	bool				cut;
	struct nft_xlat_frag		frag;
	unsigned int			old_len;
	unsigned int			new_len;
	struct nft_xlat_l4		l4;
	struct nft_xlat_quote		quote;
	u8				hdr[NFT_XLAT_HDR_MAX] __aligned(4);
};

static_assert((int)NF_NETDEV_INGRESS == (int)NF_INET_PRE_ROUTING);

/**
 * nft_xlat_way_in() - does a packet continue on its way in?
 * @state: the hook that it is at
 *
 * Return: true at ingress and prerouting, false at the hooks of the output path
 * and at egress.
 */
static inline bool nft_xlat_way_in(const struct nf_hook_state *state)
{
	return state->hook == NF_INET_PRE_ROUTING ||
	       state->hook == NF_INET_INGRESS;
}

/**
 * nft_xlat_netdev() - is it a hook of a device?
 * @state: the hook
 *
 * Return: true at ingress and egress, of whatever table.
 */
static inline bool nft_xlat_netdev(const struct nf_hook_state *state)
{
	return state->pf == NFPROTO_NETDEV || state->hook == NF_INET_INGRESS;
}

/* addr.c */
bool nft_xlat_prefix_valid(const struct in6_addr *addr, u32 len);
void nft_xlat_addr46(const struct nft_xlat_prefix *prefix, __be32 addr4,
		     struct in6_addr *addr6);
bool nft_xlat_addr64(const struct nft_xlat_prefix *prefix,
		     const struct in6_addr *addr6, __be32 *addr4);

/**
 * nft_xlat_embed96() - put an IPv4 address behind a prefix of 96 bits
 * @prefix: the prefix
 * @addr4: the IPv4 address
 * @addr6: where the IPv6 address goes
 *
 * RFC 6052 section 2.3. Any context.
 */
static inline void nft_xlat_embed96(const struct nft_xlat_prefix *prefix,
				    __be32 addr4, struct in6_addr *addr6)
{
	addr6->s6_addr32[0] = prefix->addr.s6_addr32[0];
	addr6->s6_addr32[1] = prefix->addr.s6_addr32[1];
	addr6->s6_addr32[2] = prefix->addr.s6_addr32[2];
	addr6->s6_addr32[3] = addr4;
}

/**
 * nft_xlat_extract96() - take an IPv4 address from behind a prefix of 96 bits
 * @prefix: the prefix
 * @addr6: the IPv6 address
 * @addr4: where the IPv4 address goes
 *
 * RFC 6052 section 2.3. Any context.
 *
 * Return: false if the IPv6 address has another prefix.
 */
static inline bool nft_xlat_extract96(const struct nft_xlat_prefix *prefix,
				      const struct in6_addr *addr6,
				      __be32 *addr4)
{
	const __be32 *want = prefix->addr.s6_addr32;
	const __be32 *have = addr6->s6_addr32;

	*addr4 = have[3];

	return !((have[0] ^ want[0]) | (have[1] ^ want[1]) |
		 (have[2] ^ want[2]));
}

/**
 * nft_xlat_addr4_valid() - may the address stand in an IPv4 header?
 * @addr4: the address
 *
 * An address that is embedded in an IPv6 one is the sender's choice: without
 * this check 64:ff9b::127.0.0.1 would reach what listens on the translator's
 * own loopback, past the tests that IPv4 input makes. Any context.
 *
 * Return: false for 0/8, 127/8, multicast and 240/4 (RFC 1122 section 3.2.1.3,
 * RFC 7915 section 4.1).
 */
static inline bool nft_xlat_addr4_valid(__be32 addr4)
{
	u8 first = ntohl(addr4) >> 24;

	return first && first != IN_LOOPBACKNET && first < 224;
}

/* map.c */
bool nft_xlat_map46_other(const struct nft_xlat_env *env,
			  const struct nft_xlat_map *map, __be32 addr4,
			  struct in6_addr *addr6);
bool nft_xlat_map64_other(const struct nft_xlat_env *env,
			  const struct nft_xlat_map *map,
			  const struct in6_addr *addr6, __be32 *addr4);

/**
 * nft_xlat_map46() - map an IPv4 address
 * @env: what maps it beside the rule
 * @map: how
 * @addr4: the address
 * @addr6: where the IPv6 address goes
 *
 * RFC 6052 section 2.3, RFC 7757 section 3.3. Hook context, under RCU.
 *
 * Return: false if the rule has no address for it.
 */
static inline bool nft_xlat_map46(const struct nft_xlat_env *env,
				  const struct nft_xlat_map *map, __be32 addr4,
				  struct in6_addr *addr6)
{
	if (map->type != NFT_XLAT_MAP_PREFIX96)
		return nft_xlat_map46_other(env, map, addr4, addr6);

	nft_xlat_embed96(&map->prefix, addr4, addr6);

	return true;
}

/**
 * nft_xlat_map64() - map an IPv6 address
 * @env: what maps it beside the rule
 * @map: how
 * @addr6: the address
 * @addr4: where the IPv4 address goes
 *
 * RFC 6052 section 2.3, RFC 7757 section 3.3. Hook context, under RCU.
 *
 * Return: false if the rule has no address for it.
 */
static inline bool nft_xlat_map64(const struct nft_xlat_env *env,
				  const struct nft_xlat_map *map,
				  const struct in6_addr *addr6, __be32 *addr4)
{
	if (map->type != NFT_XLAT_MAP_PREFIX96)
		return nft_xlat_map64_other(env, map, addr6, addr4);

	return nft_xlat_extract96(&map->prefix, addr6, addr4);
}

/**
 * nft_xlat_proto46() - protocol number, IPv4 to IPv6
 * @protocol: the IPv4 protocol number
 *
 * Return: the IPv6 next header. Any context.
 */
static inline u8 nft_xlat_proto46(u8 protocol)
{
	return protocol == IPPROTO_ICMP ? IPPROTO_ICMPV6 : protocol;
}

/**
 * nft_xlat_proto64() - protocol number, IPv6 to IPv4
 * @nexthdr: the IPv6 next header
 *
 * Return: the IPv4 protocol number. Any context.
 */
static inline u8 nft_xlat_proto64(u8 nexthdr)
{
	return nexthdr == IPPROTO_ICMPV6 ? IPPROTO_ICMP : nexthdr;
}

/**
 * nft_xlat_build_ip6() - the IPv6 header for an IPv4 one
 * @ip4: the IPv4 header; its options are not looked at
 * @payload_len: length of what will follow the IPv6 header (bytes)
 * @ip6: the IPv6 header to fill, but for its addresses
 *
 * RFC 7915 section 4.1: all eight bits of TOS become the traffic class, the
 * flow label is zero, the hop limit is not touched. Any context.
 */
static inline void nft_xlat_build_ip6(const struct iphdr *ip4,
				      unsigned int payload_len,
				      struct ipv6hdr *ip6)
{
	__be32 *word = (__be32 *)ip6;

	/* Words, for words are what is read of it at once */
	word[0] = htonl(6U << 28 | ip4->tos << 20);
	word[1] = htonl(payload_len << 16 |
			nft_xlat_proto46(ip4->protocol) << 8 | ip4->ttl);
}

/**
 * nft_xlat_build_ip4() - the IPv4 header for an IPv6 one
 * @ip6: the IPv6 header
 * @chain: what is behind it
 * @tot_len: length of the IPv4 packet (bytes)
 * @saddr: its source
 * @daddr: its destination
 * @ip4: the IPv4 header to fill, identification and checksum zero unless it
 *	comes from a Fragment header, checksum left for the caller
 *
 * RFC 7915 sections 5.1 and 5.1.1: the traffic class becomes TOS, the flow
 * label is lost, the hop limit is not touched; what no IPv6 router would have
 * cut gets DF if it is larger than every IPv6 link carries. Any context.
 */
static inline void nft_xlat_build_ip4(const struct ipv6hdr *ip6,
				      const struct nft_xlat_chain *chain,
				      unsigned int tot_len, __be32 saddr,
				      __be32 daddr, struct iphdr *ip4)
{
	__be32 *word = (__be32 *)ip4;
	u32 frag = 0;

	if (chain->has_frag)
		frag = ntohl(chain->frag.id) << 16 | chain->frag.offset / 8 |
		       (chain->frag.more ? IP_MF : 0);
	else if (tot_len > NFT_XLAT_NO_DF_MAX)
		frag = IP_DF;

	/* Words, for words are what is read of it at once */
	word[0] = htonl(0x45 << 24 | ipv6_get_dsfield(ip6) << 16 | tot_len);
	word[1] = htonl(frag);
	word[2] = htonl((u32)ip6->hop_limit << 24 |
			nft_xlat_proto64(chain->l4proto) << 16);
	ip4->saddr = saddr;
	ip4->daddr = daddr;
}

/* hdr46.c */
void nft_xlat_build_fh(const struct nft_xlat_frag *frag, struct ipv6hdr *ip6,
		       struct frag_hdr *fh);
void nft_xlat_frag4(const struct iphdr *ip4, struct nft_xlat_frag *frag);
bool nft_xlat_proto46_valid(u8 protocol);
enum nft_xlat_result nft_xlat_46(struct nft_xlat_pkt *pkt);

/* hdr64.c */
enum nft_xlat_result nft_xlat_64(struct nft_xlat_pkt *pkt);

/* exthdr.c */
bool nft_xlat_chain(const struct sk_buff *skb, unsigned int off,
		    struct nft_xlat_chain *chain);
bool nft_xlat_is_exthdr(u8 nexthdr);

/* icmp.c */
bool nft_xlat_icmp46_is_error(u8 type);
bool nft_xlat_icmp64_is_error(u8 type);
bool nft_xlat_icmp46_query(u8 *type);
bool nft_xlat_icmp64_query(u8 *type);
bool nft_xlat_icmp46_error_hdr(const struct icmphdr *icmp, u16 inner_len,
			       struct icmp6hdr *icmp6);
bool nft_xlat_icmp64_error_hdr(const struct icmp6hdr *icmp6,
			       struct icmphdr *icmp);
unsigned int nft_xlat_icmp4_quote_len(const struct icmphdr *icmp);
unsigned int nft_xlat_icmp6_quote_len(const struct icmp6hdr *icmp6);

/* quote.c */
enum nft_xlat_result nft_xlat_icmp46_error(struct nft_xlat_pkt *pkt);
enum nft_xlat_result nft_xlat_icmp64_error(struct nft_xlat_pkt *pkt,
					   __be32 saddr, __be32 daddr);
int nft_xlat_quote_edit(struct nft_xlat_pkt *pkt);

/* What a 64-bit sum of 32-bit words is as one of 32 bits */
static inline __wsum nft_xlat_csum_fold64(u64 sum)
{
	sum += sum >> 32 | sum << 32;

	return (__force __wsum)(sum >> 32);
}

/**
 * nft_xlat_csum_addrs4() - sum of an IPv4 header's addresses
 * @ip4: the header
 *
 * Return: their part of the pseudo-header's sum. Any context.
 */
static inline __wsum nft_xlat_csum_addrs4(const struct iphdr *ip4)
{
	return csum_add((__force __wsum)ip4->saddr,
			(__force __wsum)ip4->daddr);
}

/**
 * nft_xlat_csum_addrs6() - sum of an IPv6 header's addresses
 * @ip6: the header
 *
 * Return: their part of the pseudo-header's sum. Any context.
 */
static inline __wsum nft_xlat_csum_addrs6(const struct ipv6hdr *ip6)
{
	const __be32 *saddr = ip6->saddr.s6_addr32;
	const __be32 *daddr = ip6->daddr.s6_addr32;
	u64 sum = 0;
	int n;

	for (n = 0; n < sizeof(ip6->saddr) / sizeof(*saddr); n++)
		sum += (u64)(__force u32)saddr[n] + (__force u32)daddr[n];

	return nft_xlat_csum_fold64(sum);
}

/**
 * nft_xlat_csum_update() - change a transport checksum
 * @check: the checksum
 * @diff: difference that the new addresses make to the pseudo-header's sum
 * @zero_is_none: a field of zero means that there is no checksum (UDP)
 *
 * RFC 1624. Any context.
 *
 * Return: the new one.
 */
static inline __sum16 nft_xlat_csum_update(__sum16 check, __wsum diff,
					   bool zero_is_none)
{
	check = csum_fold(csum_add(~csum_unfold(check), diff));

	return check || !zero_is_none ? check : CSUM_MANGLED_0;
}

/* csum.c */
__sum16 nft_xlat_csum_seed(const void *hdr, bool is_ip6, unsigned int len,
			   u8 l4proto);
void nft_xlat_csum_leave(struct sk_buff *skb, unsigned int thoff,
			 unsigned int check_off);
enum nft_xlat_result nft_xlat_csum_l4(struct nft_xlat_pkt *pkt, __wsum diff);
void nft_xlat_csum_quoted(struct nft_xlat_pkt *pkt, u8 l4proto,
			  unsigned int off, unsigned int end, __wsum diff);
enum nft_xlat_result nft_xlat_csum_query(struct nft_xlat_pkt *pkt,
					 unsigned int off,
					 const struct ipv6hdr *ip6,
					 unsigned int len);
__wsum nft_xlat_csum_l4_diff(const struct nft_xlat_pkt *pkt, unsigned int off);

/* rewrite.c */
/**
 * nft_xlat_mac_len() - length of a packet's link layer header
 * @skb: the packet
 * @state: the hook that it is at
 *
 * A packet on its way in is seen by packet sockets and matched by its link
 * layer header, which therefore moves along. On its way out it has none yet.
 *
 * Return: the length in bytes.
 */
static inline unsigned int nft_xlat_mac_len(const struct sk_buff *skb,
					    const struct nf_hook_state *state)
{
	if (!nft_xlat_way_in(state) || !skb_mac_header_was_set(skb))
		return 0;

	return -skb_mac_offset(skb);
}

void nft_xlat_put_mac_other(struct sk_buff *skb, const u8 *mac,
			    unsigned int mac_len);
int nft_xlat_rewrite(struct nft_xlat_pkt *pkt);

/**
 * nft_xlat_put_mac() - put a link layer header in front of a packet
 * @skb: the packet, its protocol set
 * @mac: the header, anywhere in the same buffer or elsewhere
 * @mac_len: its length (bytes)
 *
 * An Ethernet header comes to name the packet's protocol. Any context.
 */
static inline void nft_xlat_put_mac(struct sk_buff *skb, const u8 *mac,
				    unsigned int mac_len)
{
	struct ethhdr eth;

	if (mac_len != ETH_HLEN) {
		nft_xlat_put_mac_other(skb, mac, mac_len);
		return;
	}

	skb_set_mac_header(skb, -ETH_HLEN);
	eth = *(const struct ethhdr *)mac;
	if (skb->dev->type == ARPHRD_ETHER)
		eth.h_proto = skb->protocol;
	*eth_hdr(skb) = eth;
}

/**
 * nft_xlat_exchange() - exchange the room of a packet's IP header
 * @skb: the packet, which has the headroom for it
 * @mac_len: length of its link layer header, which moves along (bytes)
 * @old_len: length of the headers that go (bytes)
 * @new_len: length of those that take their place (bytes)
 * @to_ip6: they are IPv6 ones, to be written to skb->data, else IPv4 ones
 *
 * Hook context.
 */
static inline void nft_xlat_exchange(struct sk_buff *skb, unsigned int mac_len,
				     unsigned int old_len, unsigned int new_len,
				     bool to_ip6)
{
	const u8 *mac = skb->data - mac_len;

	skb->protocol = htons(to_ip6 ? ETH_P_IPV6 : ETH_P_IP);
	__skb_pull(skb, old_len);
	__skb_push(skb, new_len);
	nft_xlat_put_mac(skb, mac, mac_len);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, to_ip6 ? sizeof(struct ipv6hdr) :
					       sizeof(struct iphdr));
}

/* cut.c */
bool nft_xlat_gso_fits(struct sk_buff *skb, unsigned int thoff,
		       unsigned int hdr_len, unsigned int mtu);
struct sk_buff *nft_xlat_segment(const struct nft_xlat_pkt *pkt);
struct sk_buff *nft_xlat_cut(const struct nft_xlat_pkt *pkt);

/* conntrack.c */
bool nft_xlat_ct_confirm(struct sk_buff *skb);

/* flowtable.c */
/* Families that a packet can leave; in sets of them, numbers of bits */
enum {
	NFT_XLAT_FLOWS_IP,
	NFT_XLAT_FLOWS_IP6,
	NFT_XLAT_FLOWS_FAMILIES,
};

bool nft_xlat_flow_keep(struct sk_buff *skb, const struct nf_hook_state *state);
void nft_xlat_flows_enter(void);
void nft_xlat_flows_leave(void);
int nft_xlat_flows_get(struct net *net, u8 families);
void nft_xlat_flows_put(struct net *net, u8 families);
int nft_xlat_flows_init(void);
void nft_xlat_flows_exit(void);

/* route.c */
__be32 nft_xlat_own_saddr(const struct nft_xlat_pkt *pkt, __be32 daddr);
u32 nft_xlat_route_mtu4(const struct nft_xlat_pkt *pkt, __be32 daddr);
u32 nft_xlat_route_mtu6(const struct nft_xlat_pkt *pkt,
			const struct in6_addr *daddr);
int nft_xlat_route_out4(struct sk_buff *skb, const struct nf_hook_state *state);
int nft_xlat_route_out6(struct sk_buff *skb, const struct nf_hook_state *state);
void nft_xlat_refuse4(const struct nft_xlat_pkt *pkt, u8 code);
void nft_xlat_refuse6(const struct nft_xlat_pkt *pkt, u32 pointer);

/* netdev.c */
enum nft_xlat_result nft_xlat_netdev_begin(struct sk_buff *skb,
					   const struct nf_hook_state *state,
					   bool to_ip6);
void nft_xlat_netdev_leave(struct sk_buff *skb,
			   const struct nf_hook_state *state);
void nft_xlat_netdev_accept(struct sk_buff *skb);
void nft_xlat_netdev_clean(struct sk_buff *skb,
			   const struct nf_hook_state *state);

/**
 * nft_xlat_ct_leave() - a packet leaves its family, and conntrack's view
 * @skb: the packet
 * @state: the hook that it is at
 *
 * Ahead of conntrack, as at a device, there is no entry. The packet keeps the
 * one that it has until it has been translated. Hook context, under RCU.
 *
 * Return: false if it is to be dropped.
 */
static inline bool nft_xlat_ct_leave(struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	return nft_xlat_netdev(state) || !skb_nfct(skb) ||
	       (nft_xlat_flow_keep(skb, state) && nft_xlat_ct_confirm(skb));
}

/* fast.c */
enum nft_xlat_result nft_xlat_fast(const struct nft_xlat *priv,
				   const struct nft_xlat_env *env,
				   struct sk_buff *skb, bool to_ip6);

/* ident.c */
void nft_xlat_select_ident(struct net *net, struct iphdr *ip4,
			   unsigned int segs);

/* reentry.c */
/* A packet is translated on its way in, forwarded, and translated on its way
 * out: what goes deeper translates back and forth.
 */
#define NFT_XLAT_DEPTH_MAX	4

DECLARE_PER_CPU(unsigned int, nft_xlat_depth);

/**
 * nft_xlat_leave() - end what nft_xlat_enter() has begun
 */
static inline void nft_xlat_leave(void)
{
	__this_cpu_dec(nft_xlat_depth);
	local_bh_enable();
}

/**
 * nft_xlat_enter() - begin a translation
 *
 * Softirqs are off from here until nft_xlat_leave(). Any context but hard
 * interrupts.
 *
 * Return: false, and nothing to leave, if translations are nested too deeply.
 */
static inline bool nft_xlat_enter(void)
{
	local_bh_disable();
	if (__this_cpu_inc_return(nft_xlat_depth) <= NFT_XLAT_DEPTH_MAX)
		return true;

	nft_xlat_leave();

	return false;
}

void nft_xlat_reenter(struct sk_buff *skb, const struct nf_hook_state *state,
		      bool to_ip6);
int nft_xlat_reentry_init(void);
void nft_xlat_reentry_exit(void);

#endif /* _NFT_XLAT_H */
