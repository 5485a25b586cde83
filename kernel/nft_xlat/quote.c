// SPDX-License-Identifier: GPL-2.0-only
/* ICMP errors: the packet inside and what follows it (RFC 7915 sections 4.2,
 * 4.3, 5.2 and 5.3, RFC 4884).
 */

#include <linux/in.h>
#include <linux/in6.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

/* RFC 1812 section 4.3.2.3, RFC 4443 section 2.4: how large an error may be */
#define NFT_XLAT_ERROR_MAX4	576
#define NFT_XLAT_ERROR_MAX6	IPV6_MIN_MTU

/* RFC 4884 section 7: the header that extensions begin with */
#define NFT_XLAT_EXTENSION_MIN	4

/* The two ICMP headers are of one length */
#define NFT_XLAT_ICMP_LEN	sizeof(struct icmphdr)

/* An ICMP error in parts. Offsets are those of the old packet, lengths in
 * bytes.
 *
 * @in_off: the packet inside
 * @l4_off: its transport header
 * @end: where it ends, and extensions begin
 * @l4_end: what of it can be a transport header
 */
struct nft_xlat_error {
	unsigned int	in_off;
	unsigned int	l4_off;
	unsigned int	end;
	unsigned int	l4_end;
};

/* Where the packet inside ends, as the error says and as it says itself */
static bool nft_xlat_error_ends(const struct nft_xlat_pkt *pkt,
				struct nft_xlat_error *err,
				unsigned int quote_len, unsigned int in_len)
{
	err->end = pkt->skb->len;
	if (quote_len) {
		if (quote_len > err->end - err->in_off ||
		    quote_len < err->l4_off - err->in_off)
			return false;
		err->end = err->in_off + quote_len;
	}

	err->l4_end = min(err->end, err->in_off + in_len);

	return true;
}

/* The transport header of the packet inside, as much of it as is there. An error
 * inside an error is none of the queries and makes the whole be dropped.
 */
static bool nft_xlat_quoted_l4(struct nft_xlat_pkt *pkt, u8 l4proto,
			       const struct nft_xlat_error *err, __wsum diff,
			       const struct ipv6hdr *ip6, unsigned int l4_len)
{
	if (l4proto != (pkt->to_ip6 ? IPPROTO_ICMP : IPPROTO_ICMPV6)) {
		nft_xlat_csum_quoted(pkt, l4proto, err->l4_off, err->l4_end,
				     diff);
		return true;
	}

	return err->l4_end >= err->l4_off + NFT_XLAT_ICMP_LEN &&
	       nft_xlat_csum_query(pkt, err->l4_off, ip6, l4_len) ==
	       NFT_XLAT_DONE;
}

/* Fit the error, whose headers have become @hdr_len bytes, into what an error
 * may be: cut the packet inside, and keep the extensions behind it if there is
 * a length field, which counts in @unit, to tell where they begin.
 *
 * Returns what goes into the length field.
 */
static u8 nft_xlat_error_fit(struct nft_xlat_pkt *pkt,
			     const struct nft_xlat_error *err,
			     unsigned int hdr_len, unsigned int unit,
			     bool has_length)
{
	unsigned int max = pkt->to_ip6 ? NFT_XLAT_ERROR_MAX6 :
					 NFT_XLAT_ERROR_MAX4;
	unsigned int quote_hdr = hdr_len - pkt->new_len - NFT_XLAT_ICMP_LEN;
	unsigned int quote = quote_hdr + err->end - err->l4_off;
	unsigned int ext = pkt->skb->len - err->end;
	unsigned int room = max - pkt->new_len - NFT_XLAT_ICMP_LEN;
	unsigned int want;

	if (!has_length || ext < NFT_XLAT_EXTENSION_MIN ||
	    ext > room - NFT_XLAT_QUOTE_MIN) {
		want = min(quote, room);
		pkt->quote.cut_off = err->end - (quote - want);
		pkt->quote.cut_len = pkt->skb->len - pkt->quote.cut_off;
		return 0;
	}

	want = max_t(unsigned int, round_up(quote, unit), NFT_XLAT_QUOTE_MIN);
	want = min(want, round_down(room - ext, unit));
	if (want < quote) {
		pkt->quote.cut_off = err->end - (quote - want);
		pkt->quote.cut_len = quote - want;
	} else {
		pkt->quote.cut_off = err->end;
		pkt->quote.pad_len = want - quote;
	}

	return want / unit;
}

/* What the message sums up to changes by this much: of its bytes those from
 * @off to @pkt->old_len make way for @hdr, whose checksum is zero, and behind
 * them @pkt->l4 and @pkt->quote change.
 */
static __wsum nft_xlat_error_diff(const struct nft_xlat_pkt *pkt,
				  unsigned int off, const void *hdr,
				  unsigned int hdr_len)
{
	const struct nft_xlat_quote *quote = &pkt->quote;
	__wsum diff = nft_xlat_csum_l4_diff(pkt, pkt->old_len);

	diff = csum_add(diff, csum_partial(hdr, hdr_len, 0));
	if (quote->cut_len)
		diff = csum_block_sub(diff,
				      skb_checksum(pkt->skb, quote->cut_off,
						   quote->cut_len, 0),
				      quote->cut_off - off);

	return csum_sub(diff, csum_partial(pkt->skb->data + off,
					   pkt->old_len - off, 0));
}

/* Length of the new packet (bytes) */
static unsigned int nft_xlat_error_len(const struct nft_xlat_pkt *pkt)
{
	return pkt->skb->len - pkt->old_len + pkt->new_len -
	       pkt->quote.cut_len + pkt->quote.pad_len;
}

static __be32 nft_xlat_mtu46(const struct nft_xlat_pkt *pkt,
			     const struct ipv6hdr *ip6, const struct iphdr *in4,
			     __be32 mtu)
{
	u32 bound = min(nft_xlat_route_mtu6(pkt, &ip6->daddr),
			nft_xlat_route_mtu4(pkt, in4->daddr) +
			NFT_XLAT_HDR_DIFF);

	return htonl(max_t(u32, IPV6_MIN_MTU, min(ntohl(mtu), bound)));
}

static __be16 nft_xlat_mtu64(const struct nft_xlat_pkt *pkt, __be32 daddr,
			     const struct ipv6hdr *in6, __be16 mtu)
{
	u32 bound = min(nft_xlat_route_mtu4(pkt, daddr),
			nft_xlat_route_mtu6(pkt, &in6->daddr) -
			NFT_XLAT_HDR_DIFF);

	return htons(min_t(u32, ntohs(mtu), bound));
}

/**
 * nft_xlat_icmp46_error() - prepare the translation of an ICMP error
 * @pkt: the packet, its outer IPv6 header already in @pkt->hdr; the ICMP
 *	header is in the linear part
 *
 * RFC 7915 sections 4.2 and 4.3: the packet inside is translated whole, what
 * there is of it, and says of itself what it said before. Hook context.
 *
 * Return: what to do with the packet.
 */
enum nft_xlat_result nft_xlat_icmp46_error(struct nft_xlat_pkt *pkt)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)pkt->hdr;
	struct icmp6hdr *icmp6 = (struct icmp6hdr *)(ip6 + 1);
	struct ipv6hdr *in6 = (struct ipv6hdr *)(icmp6 + 1);
	struct sk_buff *skb = pkt->skb;
	const struct icmphdr *icmp;
	struct nft_xlat_error err;
	struct nft_xlat_frag frag;
	unsigned int in_len, len;
	const struct iphdr *in4;
	bool has_length;

	err.in_off = pkt->thoff + sizeof(*icmp);
	if (!pskb_may_pull(skb, err.in_off + sizeof(*in4)))
		return NFT_XLAT_DROP;

	in4 = (const struct iphdr *)(skb->data + err.in_off);
	err.l4_off = err.in_off + in4->ihl * 4;
	if (in4->version != 4 || in4->ihl < 5 || err.l4_off > skb->len ||
	    !pskb_may_pull(skb, min(skb->len, err.l4_off + NFT_XLAT_L4_MAX)))
		return NFT_XLAT_DROP;

	icmp = (const struct icmphdr *)(skb->data + pkt->thoff);
	in4 = (const struct iphdr *)(icmp + 1);
	in_len = ntohs(in4->tot_len);
	if (in_len < in4->ihl * 4 || !nft_xlat_proto46_valid(in4->protocol) ||
	    !nft_xlat_error_ends(pkt, &err, nft_xlat_icmp4_quote_len(icmp),
				 in_len))
		return NFT_XLAT_DROP;

	if (!nft_xlat_icmp46_error_hdr(icmp, in_len, icmp6))
		return NFT_XLAT_DROP;

	pkt->env.quoted = true;
	if (!nft_xlat_map46(&pkt->env, pkt->daddr, in4->saddr, &in6->saddr) ||
	    !nft_xlat_map46(&pkt->env, pkt->saddr, in4->daddr, &in6->daddr))
		return NFT_XLAT_NONE;

	if (icmp6->icmp6_type == ICMPV6_PKT_TOOBIG)
		icmp6->icmp6_mtu = nft_xlat_mtu46(pkt, ip6, in4,
						  icmp6->icmp6_mtu);

	in_len -= in4->ihl * 4;
	nft_xlat_build_ip6(in4, in_len, in6);

	nft_xlat_frag4(in4, &frag);
	if (!frag.offset &&
	    !nft_xlat_quoted_l4(pkt, in4->protocol, &err,
				csum_sub(nft_xlat_csum_addrs6(in6),
					 nft_xlat_csum_addrs4(in4)),
				in6, in_len))
		return NFT_XLAT_DROP;

	len = sizeof(*ip6) + sizeof(*icmp6) + sizeof(*in6);
	if (nft_xlat_is_frag(&frag)) {
		nft_xlat_build_fh(&frag, in6, (struct frag_hdr *)(in6 + 1));
		len += sizeof(struct frag_hdr);
	}

	has_length = icmp6->icmp6_type == ICMPV6_DEST_UNREACH ||
		     icmp6->icmp6_type == ICMPV6_TIME_EXCEED;
	icmp6->icmp6_dataun.un_data8[0] |=
		nft_xlat_error_fit(pkt, &err, len, NFT_XLAT_QUOTE_UNIT6,
				   has_length);

	pkt->old_len = err.l4_off;
	pkt->new_len = len;
	len = nft_xlat_error_len(pkt) - sizeof(*ip6);
	ip6->payload_len = htons(len);

	/* The old checksum is among the bytes that go, and takes with it what
	 * the rest of the message sums up to.
	 */
	icmp6->icmp6_cksum = csum_ipv6_magic(&ip6->saddr, &ip6->daddr, len,
					     IPPROTO_ICMPV6,
					     nft_xlat_error_diff(pkt, pkt->thoff,
								 icmp6,
								 pkt->new_len -
								 sizeof(*ip6)));

	return NFT_XLAT_DONE;
}

/**
 * nft_xlat_icmp64_error() - prepare the translation of an ICMPv6 error
 * @pkt: the packet, its outer IPv4 header already in @pkt->hdr; the ICMPv6
 *	header is in the linear part
 * @saddr: its IPv4 source
 * @daddr: its IPv4 destination
 *
 * RFC 7915 sections 5.2 and 5.3. Hook context.
 *
 * Return: what to do with the packet.
 */
enum nft_xlat_result nft_xlat_icmp64_error(struct nft_xlat_pkt *pkt,
					   __be32 saddr, __be32 daddr)
{
	struct iphdr *ip4 = (struct iphdr *)pkt->hdr;
	struct icmphdr *icmp = (struct icmphdr *)(ip4 + 1);
	struct iphdr *in4 = (struct iphdr *)(icmp + 1);
	const struct ipv6hdr *ip6, *in6;
	struct sk_buff *skb = pkt->skb;
	const struct icmp6hdr *icmp6;
	struct nft_xlat_chain chain;
	struct nft_xlat_error err;
	__be32 in_saddr, in_daddr;
	unsigned int in_len;
	__sum16 pseudo;

	err.in_off = pkt->thoff + sizeof(*icmp6);
	if (!pskb_may_pull(skb, err.in_off + sizeof(*in6)))
		return NFT_XLAT_DROP;

	in6 = (const struct ipv6hdr *)(skb->data + err.in_off);
	if (in6->version != 6 || !nft_xlat_chain(skb, err.in_off, &chain))
		return NFT_XLAT_DROP;

	err.l4_off = chain.thoff;
	if (chain.l4proto == IPPROTO_ICMP ||
	    !pskb_may_pull(skb, min(skb->len, err.l4_off + NFT_XLAT_L4_MAX)))
		return NFT_XLAT_DROP;

	ip6 = ipv6_hdr(skb);
	icmp6 = (const struct icmp6hdr *)(skb->data + pkt->thoff);
	in6 = (const struct ipv6hdr *)(icmp6 + 1);

	/* What the extension headers took of the payload is not there in IPv4 */
	in_len = ntohs(in6->payload_len) + sizeof(*in6);
	if (in_len < err.l4_off - err.in_off ||
	    !nft_xlat_error_ends(pkt, &err, nft_xlat_icmp6_quote_len(icmp6),
				 in_len))
		return NFT_XLAT_DROP;

	in_len -= err.l4_off - err.in_off;
	if (in_len > U16_MAX - sizeof(*in4) ||
	    !nft_xlat_icmp64_error_hdr(icmp6, icmp))
		return NFT_XLAT_DROP;

	pkt->env.quoted = true;
	if (!nft_xlat_map64(&pkt->env, pkt->daddr, &in6->saddr, &in_saddr) ||
	    !nft_xlat_map64(&pkt->env, pkt->saddr, &in6->daddr, &in_daddr))
		return NFT_XLAT_NONE;

	if (icmp6->icmp6_type == ICMPV6_PKT_TOOBIG)
		icmp->un.frag.mtu = nft_xlat_mtu64(pkt, daddr, in6,
						   icmp->un.frag.mtu);

	nft_xlat_build_ip4(in6, &chain, in_len + sizeof(*in4), in_saddr,
			   in_daddr, in4);
	in4->check = ip_fast_csum(in4, in4->ihl);

	if (!chain.frag.offset &&
	    !nft_xlat_quoted_l4(pkt, chain.l4proto, &err,
				csum_sub(nft_xlat_csum_addrs4(in4),
					 nft_xlat_csum_addrs6(in6)),
				in6, in_len))
		return NFT_XLAT_DROP;

	icmp->un.reserved[1] |=
		nft_xlat_error_fit(pkt, &err,
				   sizeof(*ip4) + sizeof(*icmp) + sizeof(*in4),
				   NFT_XLAT_QUOTE_UNIT4, true);

	pkt->old_len = err.l4_off;
	pkt->new_len = sizeof(*ip4) + sizeof(*icmp) + sizeof(*in4);
	pseudo = nft_xlat_csum_seed(ip6, true, skb->len - pkt->thoff,
				    IPPROTO_ICMPV6);
	icmp->checksum = csum_fold(csum_sub(nft_xlat_error_diff(pkt, pkt->thoff,
								icmp,
								sizeof(*icmp) +
								sizeof(*in4)),
					    csum_unfold(pseudo)));

	ip4->tot_len = htons(nft_xlat_error_len(pkt));
	ip4->frag_off = 0;
	ip4->saddr = saddr;
	ip4->daddr = daddr;

	return NFT_XLAT_DONE;
}

/**
 * nft_xlat_quote_edit() - cut and pad the packet inside an error
 * @pkt: the packet, writable up to the end of the headers that are rewritten
 *
 * For errors that are too large or that have extensions. Hook context.
 *
 * Return: 0, or -ENOMEM.
 */
int nft_xlat_quote_edit(struct nft_xlat_pkt *pkt)
{
	const struct nft_xlat_quote *quote = &pkt->quote;
	unsigned int tail, old_len = pkt->skb->len;
	struct sk_buff *skb = pkt->skb;
	u8 *at;

	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;

	tail = old_len - quote->cut_off - quote->cut_len;
	if (!tail)
		return pskb_trim(skb, quote->cut_off);

	if (skb_ensure_writable(skb, old_len) ||
	    (skb_tailroom(skb) < quote->pad_len &&
	     pskb_expand_head(skb, 0, quote->pad_len, GFP_ATOMIC)))
		return -ENOMEM;

	skb_put(skb, quote->pad_len);
	at = skb->data + quote->cut_off;
	memmove(at + quote->pad_len, at + quote->cut_len, tail);
	memset(at, 0, quote->pad_len);
	__skb_trim(skb, quote->cut_off + quote->pad_len + tail);

	return 0;
}
