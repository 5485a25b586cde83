// SPDX-License-Identifier: GPL-2.0-only
/* One packet through the module, as nf_tables hands it over, and what comes out
 * held against what went in.
 *
 * The input: struct fuzz_case, then the packet.
 */

#include <stdio.h>

#include "fuzz.h"
#include "view.h"

/**
 * struct fuzz_case - where the packet is, in what state, and in what world
 * @skb: bits 0-1 hook (a device's ingress is one), 2-3 ip_summed, 4 cloned, 5 put together from fragments,
 *	6 ignore_df, 7 no route
 * @prefix: which one of fuzz_prefixes
 * @linear: bytes behind the network header in the linear part, at ingress with
 *	that header; of a list, bit 0
 *	an odd first packet, 1 from a source that is not trusted
 * @fail: which allocation fails, if above 199
 * @mtu: of the rule, 0: its default
 * @route_mtu: of the route
 * @frame: bit 0 link layer header, 1 Ethernet, 2-3 size of GSO segments in 600
 *	bytes, with CHECKSUM_PARTIAL, or of packets in a list that GRO has made, with
 *	CHECKSUM_UNNECESSARY, 4-7 headroom in 4 bytes
 * @packet: bits 0-2 put the prefix into IPv6 destination, source, those inside
 *	an error, at ingress 0 leaves an IPv4 header its checksum; 3 make lengths
 *	and checksums right; 4-7 zeros behind it
 */
struct fuzz_case {
	u8	skb;
	u8	prefix;
	u8	linear;
	u8	fail;
	u8	mtu[2];
	u8	route_mtu[2];
	u8	frame;
	u8	packet;
};

#define FUZZ_PAD_UNIT	4368
#define FUZZ_GSO_UNIT	600

static const struct view_prefix fuzz_prefixes[] = {
	{ { 0x00, 0x64, 0xff, 0x9b }, 96 },
	{ { 0x20, 0x01, 0x0d, 0xb8, 0x00, 0x64 }, 96 },
	{ { 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03, 0x44 }, 64 },
	{ { 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22, 0x03 }, 56 },
	{ { 0x20, 0x01, 0x0d, 0xb8, 0x01, 0x22 }, 48 },
	{ { 0x20, 0x01, 0x0d, 0xb8, 0x01 }, 40 },
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 },
	{ { 0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0xff, 0xff, 0x00, 0xff, 0xff,
	    0xff }, 96 },
};

/* What goes in: the packet as it was, at ingress what was received, and what is
 * known of it; @wire bytes from
 * the transport header on are in the largest packet on the wire, @gso_hdr of them
 * the transport header of each segment.
 */
struct fuzz_in {
	const struct fuzz_case		*c;
	const struct view_prefix	*prefix;
	unsigned int			mtu;
	u8				*p;
	size_t				len;
	u8				*raw;
	size_t				raw_len;
	bool				malformed;
	size_t				wire;
	size_t				gso_hdr;
	struct view			v;
};

static unsigned int fuzz_hook(const struct fuzz_case *c)
{
	static const unsigned int hooks[] = {
		NF_INET_PRE_ROUTING, NF_INET_LOCAL_OUT,
		NF_INET_POST_ROUTING, NF_NETDEV_INGRESS,
	};

	return hooks[c->skb & 3];
}

/* Ahead of the stack, which sees to it elsewhere that a packet is one */
static bool fuzz_ingress(const struct fuzz_case *c)
{
	return (c->skb & 3) == 3;
}

/* The rule */

static struct nft_expr *fuzz_rule(const struct view_prefix *prefix,
				  unsigned int mtu)
{
	struct {
		struct nlattr	attr;
		u8		addr[16];
	} prefix_attr = { .attr.nla_len = 20 };
	struct {
		struct nlattr	attr;
		__be32		value;
	} len_attr = { { .nla_len = 8 }, htonl(prefix->len) },
	  mtu_attr = { { .nla_len = 8 }, htonl(mtu) };
	const struct nlattr *tb[NFTA_XLAT_MAX + 1] = {
		[NFTA_XLAT_PREFIX] = &prefix_attr.attr,
		[NFTA_XLAT_PREFIX_LEN] = &len_attr.attr,
		[NFTA_XLAT_MTU] = mtu ? &mtu_attr.attr : NULL,
	};
	struct nft_ctx ctx = { .family = NFPROTO_INET };
	struct nft_expr *expr = calloc(1, fuzz.type->ops->size);

	memcpy(prefix_attr.addr, prefix->addr, sizeof(prefix_attr.addr));
	expr->ops = fuzz.type->ops;
	if (!expr->ops->init(&ctx, expr, tb)) {
		expect(!mtu || (mtu >= 1280 && mtu <= 65535),
		       "an MTU that no path can have was taken");
		return expr;
	}
	expect(mtu && mtu < 1280, "a good rule was refused");
	free(expr);

	return NULL;
}

/* The packet */

static void fuzz_put_prefix(const struct view_prefix *prefix, u8 *addr)
{
	u8 addr4[4];

	memcpy(addr4, addr + 12, sizeof(addr4));
	view_embed(prefix, addr4, addr);
}

/* As large and as right as the case says */
static bool fuzz_bytes_in(struct fuzz_in *in, const u8 *data, size_t size)
{
	const struct fuzz_case *c = in->c;
	struct view quoted;

	in->len = size + (c->packet >> 4) * FUZZ_PAD_UNIT;
	if (!size || in->len < (data[0] >> 4 == 6 ? 40 : 20))
		return false;
	if (in->len > (data[0] >> 4 == 6 ? 65575 : 65535))
		return false;
	in->p = calloc(1, in->len);
	memcpy(in->p, data, size);

	if (in->p[0] >> 4 == 6) {
		if (c->packet & 1)
			fuzz_put_prefix(in->prefix, in->p + 24);
		if (c->packet & 2)
			fuzz_put_prefix(in->prefix, in->p + 8);
		if (c->packet & 4 && view_parse(&in->v, in->p, in->len) &&
		    view_is_error(&in->v) && view_quoted(&in->v, &quoted)) {
			fuzz_put_prefix(in->prefix,
					in->p + (quoted.p - in->p) + 8);
			fuzz_put_prefix(in->prefix,
					in->p + (quoted.p - in->p) + 24);
		}
	}
	if (c->packet & 8)
		view_repair(in->p, in->len);

	return true;
}

/* How long the packet says that it is; 0: the IP layers would drop it */
static size_t fuzz_claim(const struct fuzz_in *in)
{
	size_t claim, hdr_len = (in->p[0] & 15) * 4U;

	switch (in->p[0] >> 4) {
	case 4:
		claim = get_unaligned_be16(in->p + 2);
		if (hdr_len < 20 || hdr_len > claim)
			return 0;
		break;
	case 6:
		claim = get_unaligned_be16(in->p + 4) + 40U;
		break;
	default:
		return 0;
	}

	return claim <= in->len ? claim : 0;
}

/* What the IP layers would not let through to a hook is worth a look at ingress
 * only, where they have not seen it.
 */
static bool fuzz_packet(struct fuzz_in *in, const u8 *data, size_t size)
{
	size_t claim, hdr_len;
	bool ip4;

	if (!fuzz_bytes_in(in, data, size))
		return false;

	claim = fuzz_claim(in);
	ip4 = in->p[0] >> 4 == 4;
	hdr_len = (in->p[0] & 15) * 4U;
	if (claim && ip4 && !(fuzz_ingress(in->c) && in->c->packet & 1)) {
		put_unaligned_be16(0, in->p + 10);
		put_unaligned_be16(~view_sum(in->p, hdr_len, 0), in->p + 10);
	}
	if (fuzz_ingress(in->c)) {
		in->raw = malloc(in->len);
		in->raw_len = in->len;
		memcpy(in->raw, in->p, in->len);
		if (claim && ip4 && view_sum(in->p, hdr_len, 0) != 0xffff)
			claim = 0;
		in->malformed = !claim;
	}
	if (!claim)
		return in->malformed;

	in->len = claim;
	in->p = realloc(in->p, claim);
	view_parse(&in->v, in->p, in->len);

	return true;
}

static struct net fuzz_net;
static struct net_device fuzz_dev;
static const u8 fuzz_mac[ETH_HLEN] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };

/* Can the packet be as if its checksum had been left to the device? */
static bool fuzz_may_sum(const struct view *v)
{
	int off = view_check_off(v->proto);
	size_t bytes = v->len - v->l4;

	return off >= 0 && !v->frag_off && !v->more && v->l4 <= v->len &&
	       bytes >= off + 2U &&
	       (v->proto != IPPROTO_UDP ||
		get_unaligned_be16(v->p + v->l4 + 4) == bytes);
}

/* The checksum that comes out when somebody computes it */
static void fuzz_set_check(struct fuzz_in *in)
{
	u8 *check = in->p + in->v.l4 + view_check_off(in->v.proto);
	unsigned int sum;

	put_unaligned_be16(0, check);
	sum = ~view_l4_sum(&in->v, in->v.len - in->v.l4) & 0xffff;
	put_unaligned_be16(sum ? sum : 0xffff, check);
}

/* A transport checksum that is still to be computed */
static void fuzz_set_partial(struct fuzz_in *in, struct sk_buff *skb)
{
	int off = view_check_off(in->v.proto);
	const struct view *v = &in->v;

	if (!fuzz_may_sum(v) || skb->headlen < v->l4 + off + 2U) {
		skb->ip_summed = CHECKSUM_NONE;
		return;
	}
	put_unaligned_be16(view_l4_sum(v, 0), skb->data + v->l4 + off);
	skb->csum_start = skb_headroom(skb) + v->l4;
	skb->csum_offset = off;
	fuzz_set_check(in);
}

static struct sk_buff *fuzz_skb(const struct fuzz_in *in, const u8 *p,
				size_t len)
{
	bool way_in = fuzz_hook(in->c) == NF_INET_PRE_ROUTING;
	unsigned int mac_len, headroom, linear;
	struct sk_buff *skb;

	mac_len = way_in && in->c->frame & 1 ? ETH_HLEN : 0;
	headroom = round_up(mac_len, 4) + (in->c->frame >> 4) * 4;
	linear = in->c->linear;
	if (!fuzz_ingress(in->c))
		linear += p[0] >> 4 == 4 ? (p[0] & 15) * 4 : 40;
	linear = min_t(unsigned int, linear, len);

	skb = alloc_skb(headroom + linear, GFP_KERNEL);
	skb_reserve(skb, headroom);
	memcpy(skb_put(skb, linear), p, linear);
	if (linear < len) {
		skb->data_len = len - linear;
		skb->len = len;
		skb->shinfo.nr_frags = 1;
		skb->shinfo.frag = malloc(skb->data_len);
		memcpy(skb->shinfo.frag, p + linear, skb->data_len);
	}
	skb_reset_network_header(skb);
	skb->protocol = htons(p[0] >> 4 == 4 ? ETH_P_IP : ETH_P_IPV6);

	fuzz_dev.type = in->c->frame & 2 ? ARPHRD_ETHER : ARPHRD_NONE;
	if (fuzz_hook(in->c) != NF_INET_LOCAL_OUT)
		skb->dev = &fuzz_dev;
	if (way_in) {
		skb_set_mac_header(skb, -(int)mac_len);
		memcpy(skb->data - mac_len, fuzz_mac, mac_len);
	} else {
		fuzz.dsts++;
		skb->dst = &fuzz.dst;
	}

	return skb;
}

/* One packet for many, of TCP or UDP */
static void fuzz_set_gso(struct fuzz_in *in, struct sk_buff *skb)
{
	unsigned int size = (in->c->frame >> 2 & 3) * FUZZ_GSO_UNIT, type;
	bool list = skb->ip_summed == CHECKSUM_UNNECESSARY;
	const struct view *v = &in->v;
	unsigned int hdr_len;

	if (!size || !fuzz_may_sum(v) || v->has_frag ||
	    (!list && skb->ip_summed != CHECKSUM_PARTIAL))
		return;
	if (v->proto == IPPROTO_TCP && v->len >= v->l4 + 20) {
		hdr_len = max((in->p[v->l4 + 12] >> 4) * 4U, 20U);
		type = v->version == 4 ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6;
	} else if (v->proto == IPPROTO_UDP) {
		hdr_len = sizeof(struct udphdr);
		type = SKB_GSO_UDP_L4;
	} else {
		return;
	}
	if ((v->proto == IPPROTO_TCP && in->p[v->l4 + 12] >> 4 < 5) ||
	    v->l4 + hdr_len + size >= v->len ||
	    !pskb_may_pull(skb, v->l4 + hdr_len))
		return;
	if (list) {
		type |= SKB_GSO_FRAGLIST |
			(in->c->linear & 2 ? SKB_GSO_DODGY : 0);
		skb->pagelen = v->l4 + hdr_len + size + (in->c->linear & 1);
		fuzz_set_check(in);
		memcpy(skb->data + v->l4, in->p + v->l4, hdr_len);
	}
	in->gso_hdr = hdr_len;
	in->wire = hdr_len + size;
	skb->shinfo.gso_type = type;
	skb->shinfo.gso_size = size;
	skb->shinfo.gso_segs = DIV_ROUND_UP(v->len - v->l4 - hdr_len, size);
}

/* What is said of the packet beside its bytes */
static void fuzz_skb_state(struct fuzz_in *in, struct sk_buff *skb)
{
	const struct fuzz_case *c = in->c;

	in->wire = in->v.len - in->v.l4;
	skb->ip_summed = c->skb >> 2 & 3;
	if (skb->ip_summed == CHECKSUM_PARTIAL && !in->malformed)
		fuzz_set_partial(in, skb);
	if (!in->malformed)
		fuzz_set_gso(in, skb);
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = skb_checksum(skb, 0, skb->len, 0);
	/* Conntrack says both of what it has put together */
	skb->ignore_df = !!(c->skb & 0x60);
	if (c->skb & 0x20)
		IPCB(skb)->frag_max_size = 1280;
	if (c->skb & 0x10)
		fuzz_share(skb);
}

static unsigned int fuzz_eval(const struct fuzz_in *in,
			      const struct nft_expr *expr, struct sk_buff *skb,
			      const struct view *v)
{
	struct nf_hook_state state = {
		.hook	= fuzz_hook(in->c),
		.pf	= v->version == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6,
		.net	= &fuzz_net,
	};
	struct nft_pktinfo pkt = {
		.skb	= skb,
		.state	= &state,
		.flags	= NFT_PKTINFO_L4PROTO,
		.tprot	= v->proto,
		.fragoff = v->frag_off / 8,
		.thoff	= v->l4,
	};
	struct nft_regs regs = { .verdict.code = NFT_CONTINUE };

	if (state.hook == NF_INET_PRE_ROUTING)
		state.in = &fuzz_dev;
	else
		state.out = &fuzz_dev;
	fuzz.outs = 0;
	fuzz.refused = 0;
	if (fuzz_ingress(in->c))
		state.pf = NFPROTO_NETDEV;
	expr->ops->eval(expr, &regs, &pkt);
	if (!fuzz_ingress(in->c))
		expect(regs.verdict.code != NF_ACCEPT, "accepted elsewhere");
	if (regs.verdict.code != NF_ACCEPT)
		return regs.verdict.code;

	/* It goes on where it is */
	expect(!fuzz.outs, "received anew and accepted");
	fuzz.out[fuzz.outs++] = skb;

	return NF_STOLEN;
}

/* What comes out */

static u8 *fuzz_bytes(const struct sk_buff *skb)
{
	u8 *p = malloc(skb->len);

	expect(!skb_copy_bits(skb, 0, p, skb->len), "the packet has lost bytes");

	return p;
}

/* The packet's own state, and its bytes with every checksum computed */
static u8 *fuzz_finish(const struct fuzz_in *in, struct sk_buff *skb)
{
	__be16 protocol = htons(in->v.version == 4 ? ETH_P_IPV6 : ETH_P_IP);
	u8 *p;

	expect(skb->protocol == protocol, "skb->protocol is not the new family's");
	expect(!skb_network_offset(skb), "the network header is elsewhere");
	expect(skb_transport_offset(skb) > 0 &&
	       skb_transport_offset(skb) <= (int)skb->headlen,
	       "the transport header is elsewhere");
	if (fuzz_hook(in->c) == NF_INET_PRE_ROUTING && in->c->frame & 1) {
		expect(skb_mac_offset(skb) == -ETH_HLEN,
		       "the link layer header is elsewhere");
		expect(!memcmp(skb_mac_header(skb), fuzz_mac, 2 * ETH_ALEN),
		       "the link layer header has changed");
		expect(!(in->c->frame & 2) ||
		       !memcmp(skb->data - 2, &protocol, 2),
		       "the link layer header names the old family");
	}

	if (skb_is_gso(skb)) {
		expect(skb->ip_summed == CHECKSUM_PARTIAL,
		       "GSO without CHECKSUM_PARTIAL");
		expect((skb->shinfo.gso_type & ~SKB_GSO_DODGY) ==
		       (in->v.proto == IPPROTO_UDP ? SKB_GSO_UDP_L4 :
			in->v.version == 4 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4),
		       "GSO of the old family");
	}
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		expect(csum_fold(skb->csum) ==
		       csum_fold(skb_checksum(skb, 0, skb->len, 0)) ||
		       !(u16)(csum_fold(skb->csum) + 1),
		       "CHECKSUM_COMPLETE is wrong");
	fuzz.fail_after = 0;
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		expect(!skb_checksum_help(skb), "CHECKSUM_PARTIAL points nowhere");

	p = fuzz_bytes(skb);
	expect(p[0] >> 4 == (in->v.version == 4 ? 6 : 4), "not the other family");

	return p;
}

static void fuzz_check_addrs(const struct fuzz_in *in, const struct view *from,
			     const struct view *to, bool saddr_too)
{
	const u8 *p4 = from->version == 4 ? from->p : to->p;
	const u8 *p6 = from->version == 6 ? from->p : to->p;
	u8 addr4[4], addr6[16];

	if (from->version == 4) {
		view_embed(in->prefix, p4 + 16, addr6);
		expect(!memcmp(p6 + 24, addr6, 16), "wrong IPv6 destination");
		view_embed(in->prefix, p4 + 12, addr6);
		expect(!memcmp(p6 + 8, addr6, 16), "wrong IPv6 source");
	} else {
		expect(view_extract(in->prefix, p6 + 24, addr4),
		       "the destination is not in the prefix");
		expect(!memcmp(p4 + 16, addr4, 4), "wrong IPv4 destination");
		if (view_extract(in->prefix, p6 + 8, addr4) && saddr_too)
			expect(!memcmp(p4 + 12, addr4, 4), "wrong IPv4 source");
	}
}

/* What both headers say of a packet, outside or inside of an error */
static void fuzz_check_hdr(const struct view *from, const struct view *to)
{
	expect(to->tclass == from->tclass, "traffic class has changed");
	expect(to->hops == from->hops, "hop limit has changed");
	expect(to->proto == from->proto, "protocol has changed");
	expect(to->frag_off == from->frag_off, "fragment offset has changed");
	expect(to->more == from->more, "more fragments has changed");
	expect(to->claim - to->l4 == from->claim - from->l4,
	       "length of the payload has changed");
	if (from->version == 4) {
		expect(!memcmp(to->p, (u8[]){ 0x60 | from->tclass >> 4 }, 1) &&
		       !(to->p[1] & 15) && !to->p[2] && !to->p[3],
		       "flow label");
		expect(!to->has_frag || to->id == from->id,
		       "identification has changed");
		expect(to->l4 == (to->has_frag ? 48 : 40),
		       "more than a Fragment header");
	} else {
		expect(to->l4 == 20, "IPv4 options");
		expect(view_sum(to->p, 20, 0) == 0xffff,
		       "wrong IPv4 header checksum");
		expect(!from->has_frag || to->id == (from->id & 0xffff),
		       "identification has changed");
		expect(!(from->has_frag && to->df), "DF on a fragment");
		expect(!(to->p[6] & 0x80), "the reserved flag");
	}
}

/* The transport: unchanged but for a checksum, which is as right as before */
static void fuzz_check_l4(const struct view *from, const struct view *to,
			  bool quoted)
{
	size_t bytes = min(from->len - from->l4, to->len - to->l4), n;
	int off = from->frag_off ? -1 : view_check_off(from->proto);
	const u8 *a = from->p + from->l4, *b = to->p + to->l4;
	bool summed = off >= 0 && bytes >= (size_t)off + 2 &&
		      from->claim - from->l4 >= (size_t)off + 2;

	if (summed && from->proto == IPPROTO_UDP && !a[6] && !a[7]) {
		summed = false;
		if (!quoted)
			expect(view_l4_sum(to, bytes) == 0xffff,
			       "UDP checksum made wrong");
	} else if (summed) {
		expect(view_l4_sum(from, bytes) == view_l4_sum(to, bytes),
		       "the transport checksum is not what it was");
	}
	if (summed && from->proto == IPPROTO_UDP)
		expect(b[6] || b[7], "UDP without checksum");
	for (n = 0; n < bytes; n++) {
		if ((off >= 0 && !quoted && (n == (size_t)off ||
					     n == (size_t)off + 1)) ||
		    (summed && (n == (size_t)off || n == (size_t)off + 1)) ||
		    (from->proto == IPPROTO_ICMP && !from->frag_off && !n))
			continue;
		expect(a[n] == b[n], "the payload has changed");
	}
}

static void fuzz_check_error(const struct fuzz_in *in, const struct view *to)
{
	const struct view *from = &in->v;
	struct view inner, outer;
	size_t ext, n;

	expect(to->len <= (to->version == 4 ? 576 : 1280), "error too long");
	expect(view_is_error(to), "an error has become something else");
	expect((view_l4_sum(from, from->len - from->l4) == 0xffff) ==
	       (view_l4_sum(to, to->len - to->l4) == 0xffff),
	       "the error's checksum is not what it was");
	expect(view_quoted(from, &inner), "a malformed quote was translated");
	expect(view_quoted(to, &outer), "the new quote is malformed");
	fuzz_check_hdr(&inner, &outer);
	fuzz_check_addrs(in, &inner, &outer, true);
	expect((inner.frag_off || inner.more || inner.has_frag) ==
	       (outer.frag_off || outer.more || outer.has_frag) ||
	       (inner.has_frag && !inner.frag_off && !inner.more),
	       "the quoted packet is a fragment in one family only");
	fuzz_check_l4(&inner, &outer, true);

	/* What RFC 4884 has put in, and what is still behind it */
	for (n = outer.l4 + inner.len - inner.l4; n < outer.len; n++)
		expect(!outer.p[n], "a quote is padded with something");
	ext = to->p + to->len - (outer.p + outer.len);
	expect(!ext || outer.len >= 128, "extensions behind a short quote");
	expect(!ext || !memcmp(to->p + to->len - ext,
			       from->p + from->len - ext, ext),
	       "the extensions have changed");
}

/* A whole packet, or the only fragment */
static void fuzz_check_one(const struct fuzz_in *in, const struct view *to)
{
	const struct view *from = &in->v;

	expect(to->claim == to->len, "the length is not that of the packet");
	if (view_is_error(from)) {
		expect(to->tclass == from->tclass && to->hops == from->hops &&
		       to->proto == from->proto && !to->frag_off && !to->more,
		       "the error's own header");
		fuzz_check_addrs(in, from, to, false);
		fuzz_check_error(in, to);
		return;
	}
	expect(to->len == from->len - from->l4 + to->l4, "length has changed");
	fuzz_check_hdr(from, to);
	fuzz_check_addrs(in, from, to, true);
	fuzz_check_l4(from, to, false);
	if (to->version == 4 && !from->has_frag && !(in->c->skb & 0x60))
		expect(to->df == (20 + in->wire > 1260), "wrong DF");
	if (to->version == 6 && !from->df)
		expect(to->l4 + in->wire <= in->mtu, "larger than the MTU");
}

/* Put the fragments together into one that could have come in their place */
static u8 *fuzz_join(const struct fuzz_in *in, u8 **p, size_t *len)
{
	size_t total = 48, at = 48;
	struct view v;
	unsigned int n;
	u8 *whole;

	for (n = 0; n < fuzz.outs; n++)
		total += len[n] - 48;
	whole = malloc(total);
	memcpy(whole, p[0], 48);
	for (n = 0; n < fuzz.outs; n++) {
		expect(len[n] <= in->mtu, "a fragment larger than the MTU");
		expect(len[n] > 48, "an empty fragment");
		expect(view_parse(&v, p[n], len[n]) && v.claim == len[n],
		       "a malformed fragment");
		expect(v.has_frag && v.frag_off == in->v.frag_off + at - 48,
		       "fragments with a gap");
		expect(!memcmp(p[n], p[0], 4) && !memcmp(p[n] + 6, p[0] + 6, 34),
		       "fragments of different packets");
		expect(!memcmp(p[n] + 40, p[0] + 40, 2) &&
		       !memcmp(p[n] + 44, p[0] + 44, 4),
		       "different Fragment headers");
		expect(v.more == (in->v.more || n + 1 < fuzz.outs),
		       "wrong M flag");
		memcpy(whole + at, p[n] + 48, len[n] - 48);
		at += len[n] - 48;
		if (v.more)
			expect((len[n] - 48) % 8 == 0, "a fragment of odd length");
	}
	put_unaligned_be16(total - 40, whole + 4);
	whole[43] = (whole[43] & ~1) | in->v.more;
	*len = total;

	return whole;
}

/* Segments, each whole or cut, have the whole payload between them */
static void fuzz_check_segments(const struct fuzz_in *in, u8 **p,
				const size_t *len)
{
	size_t at = in->v.l4 + in->gso_hdr, skip, bytes;
	unsigned int n;
	struct view v;

	for (n = 0; n < fuzz.outs; n++) {
		expect(view_parse(&v, p[n], len[n]) && v.claim == len[n],
		       "a malformed segment");
		expect(v.tclass == in->v.tclass && v.hops == in->v.hops &&
		       v.proto == in->v.proto, "a segment's header");
		fuzz_check_addrs(in, &in->v, &v, true);
		skip = v.frag_off ? 0 : in->gso_hdr;
		expect(len[n] >= v.l4 + skip, "a segment without a header");
		bytes = len[n] - v.l4 - skip;
		expect(at + bytes <= in->len &&
		       !memcmp(p[n] + v.l4 + skip, in->p + at, bytes),
		       "a segment of something else");
		at += bytes;
		expect(!(v.version == 6 && !in->v.df) || len[n] <= in->mtu,
		       "a segment larger than the MTU");
		expect(v.has_frag ||
		       view_l4_sum(&v, len[n] - v.l4) == 0xffff,
		       "a segment's checksum");
	}
	expect(at == in->len, "part of the payload is lost");
}

static bool fuzz_simple(const struct fuzz_in *in, const u8 *out, size_t len)
{
	const struct view *v = &in->v;
	u8 addr4[4], addr6[16];
	unsigned int n;

	if (view_is_error(v) || v->has_frag || v->frag_off || v->more ||
	    v->l4 != (v->version == 4 ? 20 : 40) || in->c->skb & 0xe0 ||
	    in->wire != v->len - v->l4)
		return false;
	/* An extension header that is a transport's number in IPv4 */
	if (v->proto == 135 || v->proto == 139 || v->proto == 140)
		return false;
	if (v->version == 4)
		return out[6] != 44 &&
		       (v->proto != IPPROTO_UDP || v->p[26] || v->p[27]);
	for (n = 8; n <= 24; n += 16) {
		if (!view_extract(in->prefix, v->p + n, addr4))
			return false;
		view_embed(in->prefix, addr4, addr6);
		if (memcmp(addr6, v->p + n, 16))
			return false;
	}

	return !(v->p[1] & 15) && !v->p[2] && !v->p[3];
}

/* Translated back, a simple packet is what it was; of the IPv4 header DF and
 * the identification are made anew.
 */
static void fuzz_back(struct fuzz_in *in, const struct nft_expr *expr, u8 *p,
		      size_t len)
{
	struct fuzz_in back = *in;
	struct sk_buff *skb;
	u8 *orig = in->p, *again;
	int off = view_check_off(in->v.proto);
	u8 *check;

	view_parse(&back.v, p, len);
	skb = fuzz_skb(in, p, len);
	expect(fuzz_eval(in, expr, skb, &back.v) == NF_STOLEN && fuzz.outs == 1,
	       "no way back");
	again = fuzz_finish(&back, fuzz.out[0]);
	expect(fuzz.out[0]->len == in->len, "another length after both ways");
	if (in->v.version == 4) {
		memcpy(again + 4, orig + 4, 4);
		memcpy(again + 10, orig + 10, 2);
	}
	/* 0 and 0xffff are the same to everybody but UDP */
	check = off < 0 ? NULL : orig + in->v.l4 + off;
	if (check && ((!check[0] && !check[1]) || (check[0] & check[1]) == 0xff))
		memcpy(again + in->v.l4 + off, check, 2);
	expect(!memcmp(again, orig, in->len), "not the same after both ways");
	free(again);
	kfree_skb(fuzz.out[0]);
}

static void fuzz_check_out(struct fuzz_in *in, const struct nft_expr *expr)
{
	size_t len[FUZZ_OUT_MAX];
	u8 *p[FUZZ_OUT_MAX], *joined = NULL;
	unsigned int n, outs = fuzz.outs;
	struct view to;

	for (n = 0; n < outs; n++) {
		p[n] = fuzz_finish(in, fuzz.out[n]);
		len[n] = fuzz.out[n]->len;
		kfree_skb(fuzz.out[n]);
	}
	if (in->gso_hdr && (outs > 1 || fuzz.failing)) {
		/* A segment may be lost for itself */
		if (!fuzz.failing)
			fuzz_check_segments(in, p, len);
		goto out;
	}
	if (outs > 1) {
		expect(in->v.version == 4, "an IPv6 packet was cut");
		expect(!in->v.df || in->c->skb & 0x20, "cut in spite of DF");
		joined = fuzz_join(in, p, len);
	}
	expect(view_parse(&to, joined ? joined : p[0], len[0]),
	       "the new headers are malformed");
	if (joined) {
		struct fuzz_in whole = *in;

		whole.mtu = UINT32_MAX;
		fuzz_check_one(&whole, &to);
	} else {
		fuzz_check_one(in, &to);
		if (fuzz_simple(in, p[0], len[0]))
			fuzz_back(in, expr, p[0], len[0]);
	}
	free(joined);
out:
	for (n = 0; n < outs; n++)
		free(p[n]);
}

/* A packet that is to continue untranslated */
static void fuzz_check_same(const struct fuzz_in *in, const struct sk_buff *skb)
{
	u8 *p = fuzz_bytes(skb);

	expect(skb->len == in->len, "another length, and not translated");
	expect(skb->ip_summed == CHECKSUM_PARTIAL || !memcmp(p, in->p, in->len),
	       "changed, and not translated");
	free(p);
}

static void fuzz_run(struct fuzz_in *in, const struct nft_expr *expr)
{
	const struct fuzz_case *c = in->c;
	struct sk_buff *skb;

	fuzz.no_route = c->skb & 0x80;
	fuzz.dst.dev = &fuzz_dev;
	fuzz.dst.mtu = get_unaligned_be16(c->route_mtu);
	fuzz.fail_after = 0;
	skb = in->raw ? fuzz_skb(in, in->raw, in->raw_len) :
			fuzz_skb(in, in->p, in->len);
	fuzz_skb_state(in, skb);
	fuzz.failing = c->fail > 199;
	fuzz.fail_after = fuzz.failing ? c->fail - 199 : 0;

	switch (fuzz_eval(in, expr, skb, &in->v)) {
	case NF_STOLEN:
		expect(!in->malformed, "made something of what is no packet");
		if (fuzz.outs)
			fuzz_check_out(in, expr);
		else
			expect(fuzz.failing || fuzz.no_route, "the packet is lost");
		break;
	case NFT_BREAK:
		expect(!fuzz.outs && !fuzz.refused, "sent, and not translated");
		expect(!in->malformed, "let pass what is no packet");
		fuzz_check_same(in, skb);
		kfree_skb(skb);
		break;
	case NF_DROP:
		if (in->malformed)
			expect(!fuzz.refused, "answered what is no packet");
		expect(!fuzz.outs, "sent and dropped");
		expect(fuzz.refused <= 1, "refused twice");
		kfree_skb(skb);
		break;
	default:
		fuzz_bug("no verdict");
	}
	expect(!fuzz.skbs, "a packet is left over, or was freed twice");
	expect(!fuzz.dsts, "a route is left over, or was released twice");
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
extern int (*xlat_module_init)(void);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	return xlat_module_init();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct fuzz_case *c = (const struct fuzz_case *)data;
	struct nft_expr *expr;
	struct fuzz_in in = { .c = c };

	if (size < sizeof(*c))
		return 0;

	in.prefix = &fuzz_prefixes[c->prefix % ARRAY_SIZE(fuzz_prefixes)];
	in.mtu = get_unaligned_be16(c->mtu);
	expr = fuzz_rule(in.prefix, in.mtu);
	if (!expr)
		return 0;
	if (!in.mtu)
		in.mtu = 1280;
	if (fuzz_packet(&in, data + sizeof(*c), size - sizeof(*c)))
		fuzz_run(&in, expr);
	free(in.raw);
	free(in.p);
	free(expr);

	return 0;
}
