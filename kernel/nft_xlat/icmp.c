// SPDX-License-Identifier: GPL-2.0-only
/* ICMP: types, codes, pointers and MTU, and the packet inside an error
 * (RFC 7915 sections 4.2, 4.3, 5.2 and 5.3).
 */

#include <linux/in.h>
#include <linux/in6.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

/* Difference between the two families' headers, by which an MTU changes */
#define NFT_XLAT_HDR_DIFF \
	(sizeof(struct ipv6hdr) - sizeof(struct iphdr))

/* RFC 791: what every IPv4 link carries */
#define NFT_XLAT_MIN_MTU4	68

/* Pointers of a parameter problem that have no counterpart */
#define NFT_XLAT_NO_PTR		0xff

/**
 * nft_xlat_proto46() - protocol number, IPv4 to IPv6
 * @protocol: the IPv4 protocol number
 *
 * Return: the IPv6 next header. Any context.
 */
u8 nft_xlat_proto46(u8 protocol)
{
	return protocol == IPPROTO_ICMP ? IPPROTO_ICMPV6 : protocol;
}

/**
 * nft_xlat_proto64() - protocol number, IPv6 to IPv4
 * @nexthdr: the IPv6 next header
 *
 * Return: the IPv4 protocol number. Any context.
 */
u8 nft_xlat_proto64(u8 nexthdr)
{
	return nexthdr == IPPROTO_ICMPV6 ? IPPROTO_ICMP : nexthdr;
}

/**
 * nft_xlat_icmp46_is_error() - does an ICMP message carry a packet?
 * @type: ICMP type
 *
 * Return: true for source quench and redirect too, which are errors that are
 * not translated. Any context.
 */
bool nft_xlat_icmp46_is_error(u8 type)
{
	switch (type) {
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return true;
	default:
		return false;
	}
}

/**
 * nft_xlat_icmp64_is_error() - does an ICMPv6 message carry a packet?
 * @type: ICMPv6 type
 *
 * Return: true for the types below 128 (RFC 4443 section 2.1). Any context.
 */
bool nft_xlat_icmp64_is_error(u8 type)
{
	return !(type & ICMPV6_INFOMSG_MASK);
}

/**
 * nft_xlat_icmp46_query() - type of a query, ICMP to ICMPv6
 * @type: in: the ICMP type, out: the ICMPv6 one
 *
 * RFC 7915 section 4.2. Any context.
 *
 * Return: false for whatever is not an echo, which is dropped.
 */
bool nft_xlat_icmp46_query(u8 *type)
{
	switch (*type) {
	case ICMP_ECHO:
		*type = ICMPV6_ECHO_REQUEST;
		return true;
	case ICMP_ECHOREPLY:
		*type = ICMPV6_ECHO_REPLY;
		return true;
	default:
		return false;
	}
}

/**
 * nft_xlat_icmp64_query() - type of a query, ICMPv6 to ICMP
 * @type: in: the ICMPv6 type, out: the ICMP one
 *
 * RFC 7915 section 5.2. Any context.
 *
 * Return: false for whatever is not an echo (multicast listener and neighbour
 * discovery among them), which is dropped.
 */
bool nft_xlat_icmp64_query(u8 *type)
{
	switch (*type) {
	case ICMPV6_ECHO_REQUEST:
		*type = ICMP_ECHO;
		return true;
	case ICMPV6_ECHO_REPLY:
		*type = ICMP_ECHOREPLY;
		return true;
	default:
		return false;
	}
}

/* RFC 7915 section 4.2: a router that names no MTU is older than RFC 1191,
 * whose section 7.1 says how to guess one.
 */
static u16 nft_xlat_plateau(u16 inner_len)
{
	static const u16 plateaus[] = {
		32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(plateaus); i++) {
		if (plateaus[i] < inner_len)
			return plateaus[i];
	}

	return NFT_XLAT_MIN_MTU4;
}

static u8 nft_xlat_ptr46(u8 ptr)
{
	static const u8 to6[] = {
		[0] = 0,			/* version, header length */
		[1] = 1,			/* TOS: traffic class */
		[2] = 4, [3] = 4,		/* total length */
		[4] = NFT_XLAT_NO_PTR,		/* identification */
		[5] = NFT_XLAT_NO_PTR,
		[6] = NFT_XLAT_NO_PTR,		/* fragment offset */
		[7] = NFT_XLAT_NO_PTR,
		[8] = 7,			/* TTL */
		[9] = 6,			/* protocol */
		[10] = NFT_XLAT_NO_PTR,		/* checksum */
		[11] = NFT_XLAT_NO_PTR,
		[12] = 8, [13] = 8, [14] = 8, [15] = 8,
		[16] = 24, [17] = 24, [18] = 24, [19] = 24,
	};

	return ptr < ARRAY_SIZE(to6) ? to6[ptr] : NFT_XLAT_NO_PTR;
}

static u8 nft_xlat_ptr64(u32 ptr)
{
	static const u8 to4[] = {
		[0] = 0,			/* version */
		[1] = 1,			/* traffic class */
		[2] = NFT_XLAT_NO_PTR,		/* flow label */
		[3] = NFT_XLAT_NO_PTR,
		[4] = 2, [5] = 2,		/* payload length */
		[6] = 9,			/* next header */
		[7] = 8,			/* hop limit */
	};

	if (ptr < ARRAY_SIZE(to4))
		return to4[ptr];
	if (ptr < offsetof(struct ipv6hdr, daddr))
		return offsetof(struct iphdr, saddr);
	if (ptr < sizeof(struct ipv6hdr))
		return offsetof(struct iphdr, daddr);

	return NFT_XLAT_NO_PTR;
}

static bool nft_xlat_unreach46(const struct icmphdr *icmp, u16 inner_len,
			       struct icmp6hdr *icmp6)
{
	u16 mtu;

	icmp6->icmp6_type = ICMPV6_DEST_UNREACH;

	switch (icmp->code) {
	case ICMP_NET_UNREACH:
	case ICMP_HOST_UNREACH:
	case ICMP_SR_FAILED:
	case ICMP_NET_UNKNOWN:
	case ICMP_HOST_UNKNOWN:
	case ICMP_HOST_ISOLATED:
	case ICMP_NET_UNR_TOS:
	case ICMP_HOST_UNR_TOS:
		icmp6->icmp6_code = ICMPV6_NOROUTE;
		return true;
	case ICMP_NET_ANO:
	case ICMP_HOST_ANO:
	case ICMP_PKT_FILTERED:
	case ICMP_PREC_CUTOFF:
		icmp6->icmp6_code = ICMPV6_ADM_PROHIBITED;
		return true;
	case ICMP_PORT_UNREACH:
		icmp6->icmp6_code = ICMPV6_PORT_UNREACH;
		return true;
	case ICMP_PROT_UNREACH:
		icmp6->icmp6_type = ICMPV6_PARAMPROB;
		icmp6->icmp6_code = ICMPV6_UNK_NEXTHDR;
		icmp6->icmp6_pointer =
			htonl(offsetof(struct ipv6hdr, nexthdr));
		return true;
	case ICMP_FRAG_NEEDED:
		mtu = ntohs(icmp->un.frag.mtu) ?: nft_xlat_plateau(inner_len);
		icmp6->icmp6_type = ICMPV6_PKT_TOOBIG;
		icmp6->icmp6_mtu = htonl(max_t(u32, IPV6_MIN_MTU,
					       mtu + NFT_XLAT_HDR_DIFF));
		return true;
	default:
		return false;
	}
}

static bool nft_xlat_unreach64(const struct icmp6hdr *icmp6,
			       struct icmphdr *icmp)
{
	icmp->type = ICMP_DEST_UNREACH;

	switch (icmp6->icmp6_code) {
	case ICMPV6_NOROUTE:
	case ICMPV6_NOT_NEIGHBOUR:
	case ICMPV6_ADDR_UNREACH:
		icmp->code = ICMP_HOST_UNREACH;
		return true;
	case ICMPV6_ADM_PROHIBITED:
		icmp->code = ICMP_HOST_ANO;
		return true;
	case ICMPV6_PORT_UNREACH:
		icmp->code = ICMP_PORT_UNREACH;
		return true;
	default:
		return false;
	}
}

static bool nft_xlat_paramprob64(const struct icmp6hdr *icmp6,
				 struct icmphdr *icmp)
{
	u8 ptr;

	switch (icmp6->icmp6_code) {
	case ICMPV6_HDR_FIELD:
		ptr = nft_xlat_ptr64(ntohl(icmp6->icmp6_pointer));
		if (ptr == NFT_XLAT_NO_PTR)
			return false;
		icmp->type = ICMP_PARAMETERPROB;
		icmp->un.gateway = htonl((u32)ptr << 24);
		return true;
	case ICMPV6_UNK_NEXTHDR:
		icmp->type = ICMP_DEST_UNREACH;
		icmp->code = ICMP_PROT_UNREACH;
		return true;
	default:
		return false;
	}
}

/**
 * nft_xlat_icmp46_error_hdr() - header of an error, ICMP to ICMPv6
 * @icmp: the ICMP header
 * @inner_len: total length that the packet inside says of itself (bytes)
 * @icmp6: the ICMPv6 header to fill, checksum zero
 *
 * RFC 7915 section 4.2. Any context.
 *
 * Return: false if the message has no counterpart and is dropped.
 */
bool nft_xlat_icmp46_error_hdr(const struct icmphdr *icmp, u16 inner_len,
			       struct icmp6hdr *icmp6)
{
	u8 ptr;

	memset(icmp6, 0, sizeof(*icmp6));

	switch (icmp->type) {
	case ICMP_DEST_UNREACH:
		return nft_xlat_unreach46(icmp, inner_len, icmp6);
	case ICMP_TIME_EXCEEDED:
		icmp6->icmp6_type = ICMPV6_TIME_EXCEED;
		icmp6->icmp6_code = icmp->code;
		return true;
	case ICMP_PARAMETERPROB:
		if (icmp->code != 0 && icmp->code != 2)
			return false;
		ptr = nft_xlat_ptr46(ntohl(icmp->un.gateway) >> 24);
		if (ptr == NFT_XLAT_NO_PTR)
			return false;
		icmp6->icmp6_type = ICMPV6_PARAMPROB;
		icmp6->icmp6_code = ICMPV6_HDR_FIELD;
		icmp6->icmp6_pointer = htonl(ptr);
		return true;
	default:
		return false;
	}
}

/**
 * nft_xlat_icmp64_error_hdr() - header of an error, ICMPv6 to ICMP
 * @icmp6: the ICMPv6 header
 * @icmp: the ICMP header to fill, checksum zero
 *
 * RFC 7915 section 5.2. Any context.
 *
 * Return: false if the message has no counterpart and is dropped.
 */
bool nft_xlat_icmp64_error_hdr(const struct icmp6hdr *icmp6,
			       struct icmphdr *icmp)
{
	u32 mtu;

	memset(icmp, 0, sizeof(*icmp));

	switch (icmp6->icmp6_type) {
	case ICMPV6_DEST_UNREACH:
		return nft_xlat_unreach64(icmp6, icmp);
	case ICMPV6_PKT_TOOBIG:
		mtu = ntohl(icmp6->icmp6_mtu);
		mtu -= min_t(u32, mtu, NFT_XLAT_HDR_DIFF);
		icmp->type = ICMP_DEST_UNREACH;
		icmp->code = ICMP_FRAG_NEEDED;
		icmp->un.frag.mtu = htons(clamp_t(u32, mtu, NFT_XLAT_MIN_MTU4,
						  U16_MAX));
		return true;
	case ICMPV6_TIME_EXCEED:
		icmp->type = ICMP_TIME_EXCEEDED;
		icmp->code = icmp6->icmp6_code;
		return true;
	case ICMPV6_PARAMPROB:
		return nft_xlat_paramprob64(icmp6, icmp);
	default:
		return false;
	}
}

/* The transport header of the packet inside, as much of it as is there */
static enum nft_xlat_result
nft_xlat_quoted_l4(struct nft_xlat_pkt *pkt, u8 l4proto, unsigned int off,
		   __wsum diff, const struct ipv6hdr *ip6, unsigned int l4_len)
{
	const struct sk_buff *skb = pkt->skb;
	const u8 *type = skb->data + off;
	bool is_error;

	switch (l4proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		return nft_xlat_csum_l4(pkt, l4proto, off, diff);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if (l4proto != (pkt->to_ip6 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
			return NFT_XLAT_DONE;
		if (skb->len < off + sizeof(struct icmphdr))
			return NFT_XLAT_DROP;
		is_error = pkt->to_ip6 ? nft_xlat_icmp46_is_error(*type) :
					 nft_xlat_icmp64_is_error(*type);
		if (is_error)
			return NFT_XLAT_DROP;
		return nft_xlat_csum_query(pkt, off, ip6, l4_len);
	default:
		return NFT_XLAT_DONE;
	}
}

/* What an error's checksum sums up changes by this much: of the message's bytes
 * those from @off to @pkt->old_len make way for @hdr, whose checksum is zero,
 * and behind them @pkt->l4 changes.
 */
static __wsum nft_xlat_error_diff(const struct nft_xlat_pkt *pkt,
				  unsigned int off, const void *hdr,
				  unsigned int hdr_len)
{
	__wsum diff = nft_xlat_csum_l4_diff(pkt, pkt->old_len);

	diff = csum_add(diff, csum_partial(hdr, hdr_len, 0));

	return csum_sub(diff, csum_partial(pkt->skb->data + off,
					   pkt->old_len - off, 0));
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
	unsigned int in_off, l4_off, in_len, hdr_len;
	struct sk_buff *skb = pkt->skb;
	const struct icmphdr *icmp;
	enum nft_xlat_result result;
	const struct iphdr *in4;
	unsigned int len;

	in_off = pkt->thoff + sizeof(*icmp);
	if (!pskb_may_pull(skb, in_off + sizeof(*in4)))
		return NFT_XLAT_DROP;

	in4 = (const struct iphdr *)(skb->data + in_off);
	l4_off = in_off + in4->ihl * 4;
	if (in4->version != 4 || in4->ihl < 5 || l4_off > skb->len ||
	    !pskb_may_pull(skb, min(skb->len, l4_off + NFT_XLAT_L4_MAX)))
		return NFT_XLAT_DROP;

	icmp = (const struct icmphdr *)(skb->data + pkt->thoff);
	in4 = (const struct iphdr *)(icmp + 1);
	in_len = ntohs(in4->tot_len);
	if (in_len < in4->ihl * 4)
		return NFT_XLAT_DROP;

	if (!nft_xlat_icmp46_error_hdr(icmp, in_len, icmp6))
		return NFT_XLAT_DROP;

	in_len -= in4->ihl * 4;
	nft_xlat_build_ip6(pkt->prefix, in4, in_len, in6);
	hdr_len = sizeof(*icmp6) + sizeof(*in6);

	if (ip_is_fragment(in4)) {
		struct frag_hdr *fh = (struct frag_hdr *)(in6 + 1);
		u16 frag_off = ntohs(in4->frag_off);

		fh->nexthdr = in6->nexthdr;
		fh->reserved = 0;
		fh->frag_off = htons((frag_off & IP_OFFSET) << 3 |
				     (frag_off & IP_MF ? IP6_MF : 0));
		fh->identification = htonl(ntohs(in4->id));
		in6->nexthdr = NEXTHDR_FRAGMENT;
		in6->payload_len = htons(in_len + sizeof(*fh));
		hdr_len += sizeof(*fh);
	}

	if (!(in4->frag_off & htons(IP_OFFSET))) {
		result = nft_xlat_quoted_l4(pkt, in4->protocol, l4_off,
					    csum_sub(nft_xlat_csum_addrs6(in6),
						     nft_xlat_csum_addrs4(in4)),
					    in6, in_len);
		if (result != NFT_XLAT_DONE)
			return result;
	}

	pkt->old_len = l4_off;
	pkt->new_len = sizeof(*ip6) + hdr_len;
	len = skb->len - l4_off + hdr_len;
	if (len > IPV6_MAXPLEN)
		return NFT_XLAT_DROP;
	ip6->payload_len = htons(len);

	/* The old checksum is among the bytes that go, and takes with it what
	 * the rest of the message sums up to.
	 */
	icmp6->icmp6_cksum = csum_ipv6_magic(&ip6->saddr, &ip6->daddr, len,
					     IPPROTO_ICMPV6,
					     nft_xlat_error_diff(pkt, pkt->thoff,
								 icmp6, hdr_len));

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
	unsigned int in_off, l4_off, fh_off = 0, in_len, hdr_len;
	const struct ipv6hdr *ip6, *in6;
	struct sk_buff *skb = pkt->skb;
	const struct icmp6hdr *icmp6;
	unsigned short frag_off = 0;
	enum nft_xlat_result result;
	__be32 in_saddr, in_daddr;
	int protocol, flags = 0;
	__sum16 pseudo;

	in_off = pkt->thoff + sizeof(*icmp6);
	if (!pskb_may_pull(skb, in_off + sizeof(*in6)))
		return NFT_XLAT_DROP;

	l4_off = in_off;
	protocol = ipv6_find_hdr(skb, &l4_off, -1, &frag_off, &flags);
	if (flags & IP6_FH_F_FRAG) {
		fh_off = in_off;
		if (ipv6_find_hdr(skb, &fh_off, NEXTHDR_FRAGMENT, NULL,
				  NULL) < 0)
			return NFT_XLAT_DROP;
		/* Not said for a fragment that is not the first */
		if (frag_off)
			l4_off = fh_off + sizeof(struct frag_hdr);
	}
	if (protocol < 0 || l4_off > skb->len ||
	    !pskb_may_pull(skb, min(skb->len, l4_off + NFT_XLAT_L4_MAX)))
		return NFT_XLAT_DROP;

	ip6 = ipv6_hdr(skb);
	icmp6 = (const struct icmp6hdr *)(skb->data + pkt->thoff);
	in6 = (const struct ipv6hdr *)(icmp6 + 1);

	if (!nft_xlat_icmp64_error_hdr(icmp6, icmp))
		return NFT_XLAT_DROP;

	if (!nft_xlat_addr64(pkt->prefix, &in6->saddr, &in_saddr) ||
	    !nft_xlat_addr64(pkt->prefix, &in6->daddr, &in_daddr))
		return NFT_XLAT_NONE;

	/* What the extension headers took of the payload is not there in IPv4 */
	in_len = ntohs(in6->payload_len) + sizeof(*in6);
	if (in_len < l4_off - in_off)
		return NFT_XLAT_DROP;
	in_len -= l4_off - in_off;
	if (in_len > U16_MAX - sizeof(*in4))
		return NFT_XLAT_DROP;

	nft_xlat_build_ip4(in6, nft_xlat_proto64(protocol),
			   in_len + sizeof(*in4), in_saddr, in_daddr, in4);
	hdr_len = sizeof(*icmp) + sizeof(*in4);

	if (flags & IP6_FH_F_FRAG) {
		const struct frag_hdr *fh;

		fh = (const struct frag_hdr *)(skb->data + fh_off);
		in4->id = htons(ntohl(fh->identification));
		in4->frag_off = htons(ntohs(fh->frag_off) >> 3 |
				      (fh->frag_off & htons(IP6_MF) ?
				       IP_MF : 0));
	} else if (in_len + sizeof(*in4) > NFT_XLAT_NO_DF_MAX) {
		in4->frag_off = htons(IP_DF);
	}
	in4->check = ip_fast_csum(in4, in4->ihl);

	if (!frag_off) {
		result = nft_xlat_quoted_l4(pkt, protocol, l4_off,
					    csum_sub(nft_xlat_csum_addrs4(in4),
						     nft_xlat_csum_addrs6(in6)),
					    in6, in_len);
		if (result != NFT_XLAT_DONE)
			return result;
	}

	pkt->old_len = l4_off;
	pkt->new_len = sizeof(*ip4) + hdr_len;
	pseudo = ~csum_ipv6_magic(&ip6->saddr, &ip6->daddr,
				  skb->len - pkt->thoff, IPPROTO_ICMPV6, 0);
	icmp->checksum = csum_fold(csum_sub(nft_xlat_error_diff(pkt, pkt->thoff,
								icmp, hdr_len),
					    csum_unfold(pseudo)));

	ip4->tot_len = htons(skb->len - l4_off + pkt->new_len);
	ip4->saddr = saddr;
	ip4->daddr = daddr;

	return NFT_XLAT_DONE;
}
