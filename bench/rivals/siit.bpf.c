// SPDX-License-Identifier: GPL-2.0-only
/*
 * The translator that people write in BPF: stateless, one /96 prefix for both
 * addresses, TCP and UDP, at clsact ingress. A translated packet goes on
 * through the stack as one of the other family. What it leaves to others,
 * fragments, options, extension headers, ICMP, keeps its family.
 */

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <stdbool.h>
#include <stddef.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* 64:ff9b::/96 */
#define PREFIX_0	bpf_htonl(0x0064ff9b)

#define IPV4_FRAGMENT	bpf_htons(0x3fff)
#define IPV4_DF		bpf_htons(0x4000)

static __always_inline bool linear(struct __sk_buff *skb, __u32 len)
{
	return (void *)(long)skb->data + len <= (void *)(long)skb->data_end;
}

/* The headers up to and with the transport's have to be linear. */
static __always_inline bool headers(struct __sk_buff *skb, __u32 len)
{
	return linear(skb, len) ||
	       (!bpf_skb_pull_data(skb, len) && linear(skb, len));
}

/* Both pseudo headers differ in the addresses only. */
static __always_inline int
l4_update(struct __sk_buff *skb, __u32 offset, __u8 protocol, __s64 diff)
{
	if (protocol == IPPROTO_TCP)
		return bpf_l4_csum_replace(skb,
					   offset + offsetof(struct tcphdr, check),
					   0, diff, BPF_F_PSEUDO_HDR);
	return bpf_l4_csum_replace(skb, offset + offsetof(struct udphdr, check),
				   0, diff,
				   BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0);
}

static __always_inline __u32 l4_len(__u8 protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
		return sizeof(struct udphdr);
	default:
		return 0;
	}
}

static __always_inline __u16 fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static __always_inline void embed(struct in6_addr *to, __be32 from)
{
	to->s6_addr32[0] = PREFIX_0;
	to->s6_addr32[1] = 0;
	to->s6_addr32[2] = 0;
	to->s6_addr32[3] = from;
}

static __always_inline bool embedded(const struct in6_addr *addr)
{
	return addr->s6_addr32[0] == PREFIX_0 && !addr->s6_addr32[1] &&
	       !addr->s6_addr32[2];
}

static __always_inline int to_ipv6(struct __sk_buff *skb)
{
	const __u32 offset = ETH_HLEN + sizeof(struct iphdr);
	struct ipv6hdr ip6 = {};
	struct ethhdr *eth;
	struct iphdr *ip;
	__u32 len;
	__s64 diff;

	if (!headers(skb, offset + sizeof(struct udphdr)))
		return TC_ACT_OK;
	eth = (void *)(long)skb->data;
	ip = (void *)(eth + 1);
	if ((void *)(ip + 1) + sizeof(struct udphdr) > (void *)(long)skb->data_end)
		return TC_ACT_OK;

	len = l4_len(ip->protocol);
	if (ip->ihl != 5 || ip->frag_off & IPV4_FRAGMENT || !len)
		return TC_ACT_OK;
	/* A UDP checksum of zero has no counterpart. */
	if (ip->protocol == IPPROTO_UDP && !((struct udphdr *)(ip + 1))->check)
		return TC_ACT_SHOT;

	ip6.version = 6;
	ip6.priority = ip->tos >> 4;
	ip6.flow_lbl[0] = ip->tos << 4;
	ip6.payload_len = bpf_htons(bpf_ntohs(ip->tot_len) - sizeof(*ip));
	ip6.nexthdr = ip->protocol;
	ip6.hop_limit = ip->ttl;
	embed(&ip6.saddr, ip->saddr);
	embed(&ip6.daddr, ip->daddr);

	diff = bpf_csum_diff(&ip->saddr, 8, (__be32 *)&ip6.saddr, 32, 0);
	if (l4_update(skb, offset, ip6.nexthdr, diff) ||
	    bpf_skb_change_proto(skb, bpf_htons(ETH_P_IPV6), 0))
		return TC_ACT_SHOT;
	/* What the device has summed has now an IPv6 header, which unlike an
	 * IPv4 one does not add up to zero.
	 */
	bpf_csum_update(skb, bpf_csum_diff(NULL, 0, (__be32 *)&ip6, sizeof(ip6), 0));

	eth = (void *)(long)skb->data;
	if ((void *)(eth + 1) + sizeof(ip6) > (void *)(long)skb->data_end)
		return TC_ACT_SHOT;
	eth->h_proto = bpf_htons(ETH_P_IPV6);
	*(struct ipv6hdr *)(eth + 1) = ip6;
	return TC_ACT_OK;
}

static __always_inline int to_ipv4(struct __sk_buff *skb)
{
	const __u32 offset = ETH_HLEN + sizeof(struct ipv6hdr);
	struct iphdr ip = {};
	struct ipv6hdr *ip6;
	struct ethhdr *eth;
	__u32 sum;
	__s64 diff;

	if (!headers(skb, offset + sizeof(struct udphdr)))
		return TC_ACT_OK;
	eth = (void *)(long)skb->data;
	ip6 = (void *)(eth + 1);
	if ((void *)(ip6 + 1) > (void *)(long)skb->data_end)
		return TC_ACT_OK;

	if (!l4_len(ip6->nexthdr) || !embedded(&ip6->saddr) ||
	    !embedded(&ip6->daddr))
		return TC_ACT_OK;

	ip.version = 4;
	ip.ihl = 5;
	ip.tos = ip6->priority << 4 | ip6->flow_lbl[0] >> 4;
	ip.tot_len = bpf_htons(bpf_ntohs(ip6->payload_len) + sizeof(ip));
	ip.frag_off = IPV4_DF;
	ip.ttl = ip6->hop_limit;
	ip.protocol = ip6->nexthdr;
	ip.saddr = ip6->saddr.s6_addr32[3];
	ip.daddr = ip6->daddr.s6_addr32[3];
	ip.check = fold(bpf_csum_diff(NULL, 0, (__be32 *)&ip, sizeof(ip), 0));

	sum = bpf_csum_diff(NULL, 0, (__be32 *)ip6, sizeof(*ip6), 0);
	diff = bpf_csum_diff((__be32 *)&ip6->saddr, 32, &ip.saddr, 8, 0);
	if (l4_update(skb, offset, ip.protocol, diff) ||
	    bpf_skb_change_proto(skb, bpf_htons(ETH_P_IP), 0))
		return TC_ACT_SHOT;
	bpf_csum_update(skb, ~sum);

	eth = (void *)(long)skb->data;
	if ((void *)(eth + 1) + sizeof(ip) > (void *)(long)skb->data_end)
		return TC_ACT_SHOT;
	eth->h_proto = bpf_htons(ETH_P_IP);
	*(struct iphdr *)(eth + 1) = ip;
	return TC_ACT_OK;
}

SEC("tc")
int siit(struct __sk_buff *skb)
{
	switch (skb->protocol) {
	case bpf_htons(ETH_P_IP):
		return to_ipv6(skb);
	case bpf_htons(ETH_P_IPV6):
		return to_ipv4(skb);
	default:
		return TC_ACT_OK;
	}
}

char _license[] SEC("license") = "GPL";
