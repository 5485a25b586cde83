// SPDX-License-Identifier: GPL-2.0-only
/* ICMP: types, codes, pointers and MTU (RFC 7915 sections 4.2 and 5.2). */

#include <linux/in.h>
#include <linux/in6.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "nft_xlat.h"

/* RFC 791: what every IPv4 link carries */
#define NFT_XLAT_MIN_MTU4	68

/* Pointers of a parameter problem that have no counterpart */
#define NFT_XLAT_NO_PTR		0xff

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

/**
 * nft_xlat_icmp4_quote_len() - how much of an ICMP error is the packet inside?
 * @icmp: the ICMP header
 *
 * RFC 4884 section 4: extensions follow. Any context.
 *
 * Return: length in bytes, 0: all that there is.
 */
unsigned int nft_xlat_icmp4_quote_len(const struct icmphdr *icmp)
{
	switch (icmp->type) {
	case ICMP_DEST_UNREACH:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return icmp->un.reserved[1] * NFT_XLAT_QUOTE_UNIT4;
	default:
		return 0;
	}
}

/**
 * nft_xlat_icmp6_quote_len() - how much of an ICMPv6 error is the packet inside?
 * @icmp6: the ICMPv6 header
 *
 * RFC 4884 section 4: extensions follow. Any context.
 *
 * Return: length in bytes, 0: all that there is.
 */
unsigned int nft_xlat_icmp6_quote_len(const struct icmp6hdr *icmp6)
{
	switch (icmp6->icmp6_type) {
	case ICMPV6_DEST_UNREACH:
	case ICMPV6_TIME_EXCEED:
		return icmp6->icmp6_dataun.un_data8[0] * NFT_XLAT_QUOTE_UNIT6;
	default:
		return 0;
	}
}
