/* SPDX-License-Identifier: GPL-2.0-only */
/* As much of the kernel as the module's C files ask for, in user space. Each of
 * them is compiled with this file in front (-include). What this one includes is
 * the system's, mostly UAPI; whatever other header they name is an empty file
 * that the build makes.
 *
 * Memory is what this is about: each buffer is an allocation of exactly its
 * length, and whatever may move data does move it, so that AddressSanitizer
 * sees every access past the end and every pointer that has gone stale.
 */
#ifndef _XLAT_FUZZ_KERNEL_H
#define _XLAT_FUZZ_KERNEL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>
#include <linux/dccp.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_xlat.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <linux/udp.h>

/* Language */

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef unsigned int gfp_t;

#define __force
#define __init
#define __exit
#define __read_mostly
#define __aligned(n)		__attribute__((aligned(n)))
#define noinline_for_stack	__attribute__((noinline))
#define static_assert(cond)	_Static_assert(cond, #cond)

#define BITS_PER_BYTE		8
#define U16_MAX			UINT16_MAX
#define U32_MAX			UINT32_MAX
#define BIT(n)			(1UL << (n))
#define lower_32_bits(n)	((u32)(n))
#define upper_32_bits(n)	((u32)((u64)(n) >> 32))
#define swap(a, b) \
	do { __typeof__(a) __tmp = (a); (a) = (b); (b) = __tmp; } while (0)
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define container_of(p, t, m)	((t *)((char *)(p) - offsetof(t, m)))

#define min_t(t, a, b) \
	({ t min_a = (a), min_b = (b); min_a < min_b ? min_a : min_b; })
#define max_t(t, a, b) \
	({ t max_a = (a), max_b = (b); max_a > max_b ? max_a : max_b; })
#define min(a, b)		min_t(__typeof__((a) + (b)), a, b)
#define max(a, b)		max_t(__typeof__((a) + (b)), a, b)
#define clamp_t(t, v, lo, hi)	min_t(t, max_t(t, v, lo), hi)
#define fls(n)			((n) ? 32 - __builtin_clz(n) : 0)
#define __ffs(n)		__builtin_ctzl(n)
#define round_down(x, n)	((x) - (x) % (n))
#define round_up(x, n)		round_down((x) + (n) - 1, n)
#define ALIGN(x, n)		round_up(x, n)
#define DIV_ROUND_UP(x, n)	(((x) + (n) - 1) / (n))

#define IS_ENABLED(option)	0
#define IS_ERR(p)		((uintptr_t)(p) >= (uintptr_t)-4095)
#define ERR_PTR(e)		((void *)(long)(e))
#define PTR_ERR(p)		((long)(p))
#define IS_ERR_OR_NULL(p)	(!(p) || IS_ERR(p))

#define rcu_assign_pointer(p, v)	((void)((p) = (v)))
#define DEFINE_MUTEX(name)	int name
#define mutex_lock(m)		((void)(m))
#define mutex_unlock(m)		((void)(m))
#define DECLARE_PER_CPU(t, name)	extern __typeof__(t) name
#define DEFINE_PER_CPU(t, name)	__typeof__(t) name
#define __this_cpu_inc_return(v)	(++(v))
#define __this_cpu_inc(v)	(void)(++(v))
#define __this_cpu_read(v)	(v)
#define __this_cpu_dec(v)	(--(v))
#define this_cpu_ptr(p)		(p)
#define READ_ONCE(v)		(v)
#define hash_32(v, bits)	((u32)(v) * 0x61c88647U >> (32 - (bits)))
#define local_bh_disable()	((void)0)
#define local_bh_enable()	((void)0)

#define THIS_MODULE		NULL
#define module_init(fn)		extern int (*xlat_module_init)(void); \
				int (*xlat_module_init)(void) = fn
#define module_exit(fn)		extern void (*xlat_module_exit)(void); \
				void (*xlat_module_exit)(void) = fn
#define MODULE_LICENSE(s)	_Static_assert(1, s)
#define MODULE_AUTHOR		MODULE_LICENSE
#define MODULE_DESCRIPTION	MODULE_LICENSE
#define MODULE_ALIAS_NFT_EXPR	MODULE_LICENSE
#define MODULE_ALIAS_NFCT_HELPER	MODULE_LICENSE

/* Byte order */

#define htons(x)		__builtin_bswap16(x)
#define ntohs(x)		__builtin_bswap16(x)
#define htonl(x)		__builtin_bswap32(x)
#define ntohl(x)		__builtin_bswap32(x)

static inline u16 get_unaligned_be16(const void *p)
{
	const u8 *b = p;

	return b[0] << 8 | b[1];
}

static inline u32 get_unaligned_be32(const void *p)
{
	return (u32)get_unaligned_be16(p) << 16 |
	       get_unaligned_be16((const u8 *)p + 2);
}

static inline void put_unaligned_be16(u16 val, void *p)
{
	u8 *b = p;

	b[0] = val >> 8;
	b[1] = (u8)val;
}

/* Memory: any allocation may be the one that fails */

#define GFP_ATOMIC		0
#define GFP_KERNEL		0

void *kmalloc(size_t size, gfp_t gfp);
void *kzalloc(size_t size, gfp_t gfp);
void kfree(const void *p);

/* Checksums */

#define CSUM_MANGLED_0		((__sum16)0xffff)

__wsum csum_partial(const void *data, int len, __wsum sum);

static inline __sum16 csum_fold(__wsum sum)
{
	u32 s = sum;

	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);

	return (__sum16)~s;
}

static inline __wsum csum_unfold(__sum16 sum)
{
	return sum;
}

static inline __wsum csum_add(__wsum a, __wsum b)
{
	u64 s = (u64)a + b;

	return (__wsum)(s + (s >> 32));
}

static inline __wsum csum_sub(__wsum a, __wsum b)
{
	return csum_add(a, ~b);
}

/* What lies at an odd offset counts with its bytes exchanged */
static inline __wsum csum_shift(__wsum sum, int offset)
{
	return offset & 1 ? sum >> 8 | sum << 24 : sum;
}

static inline __wsum csum_block_add(__wsum a, __wsum b, int offset)
{
	return csum_add(a, csum_shift(b, offset));
}

static inline __wsum csum_block_sub(__wsum a, __wsum b, int offset)
{
	return csum_block_add(a, ~b, offset);
}

static inline __sum16 ip_compute_csum(const void *data, int len)
{
	return csum_fold(csum_partial(data, len, 0));
}

static inline __sum16 ip_fast_csum(const void *ip4, unsigned int ihl)
{
	return ip_compute_csum(ip4, (int)ihl * 4);
}

__sum16 csum_tcpudp_magic(__be32 saddr, __be32 daddr, u32 len, u8 proto,
			  __wsum sum);
__sum16 csum_ipv6_magic(const struct in6_addr *saddr,
			const struct in6_addr *daddr, u32 len, u8 proto,
			__wsum sum);

/* Headers */

#define IP_DF			0x4000
#define IP_MF			0x2000
#define IP_OFFSET		0x1fff
#define IPV6_MIN_MTU		1280
#define IPV6_MAXPLEN		65535
#define IP_MAX_MTU		65535
#define IP6_MAX_MTU		(65535 + sizeof(struct ipv6hdr))
#define LL_MAX_HEADER		48
#define NETIF_F_SG		BIT(0)
#define NETIF_F_HW_CSUM		BIT(3)
#define IP6_MF			0x0001
#define NEXTHDR_HOP		0
#define NEXTHDR_ROUTING		43
#define NEXTHDR_FRAGMENT	44
#define NEXTHDR_AUTH		51
#define NEXTHDR_DEST		60
#define NEXTHDR_MOBILITY	135

struct frag_hdr {
	__u8	nexthdr;
	__u8	reserved;
	__be16	frag_off;
	__be32	identification;
};

static inline void ip6_flow_hdr(struct ipv6hdr *ip6, unsigned int tclass,
				__be32 flowlabel)
{
	*(__be32 *)ip6 = htonl(6U << 28 | tclass << 20) | flowlabel;
}

static inline u8 ipv6_get_dsfield(const struct ipv6hdr *ip6)
{
	return (u8)(get_unaligned_be16(ip6) >> 4);
}

static inline bool ipv4_is_loopback(__be32 addr)
{
	return (addr & htonl(0xff000000)) == htonl(0x7f000000);
}

static inline bool ipv4_is_multicast(__be32 addr)
{
	return (addr & htonl(0xf0000000)) == htonl(0xe0000000);
}

static inline bool ipv6_addr_is_multicast(const struct in6_addr *addr)
{
	return addr->s6_addr[0] == 0xff;
}

static inline bool ipv6_addr_equal(const struct in6_addr *a,
				   const struct in6_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static inline void ipv6_addr_prefix(struct in6_addr *to,
				    const struct in6_addr *from,
				    unsigned int len)
{
	unsigned int n;

	memset(to, 0, sizeof(*to));
	for (n = 0; n < len; n++)
		to->s6_addr[n / 8] |= from->s6_addr[n / 8] & (0x80 >> n % 8);
}

static inline bool ipv6_prefix_equal(const struct in6_addr *a,
				     const struct in6_addr *b,
				     unsigned int len)
{
	struct in6_addr a_prefix, b_prefix;

	ipv6_addr_prefix(&a_prefix, a, len);
	ipv6_addr_prefix(&b_prefix, b, len);

	return ipv6_addr_equal(&a_prefix, &b_prefix);
}

/* Packets */

#define CHECKSUM_NONE		0
#define CHECKSUM_UNNECESSARY	1
#define CHECKSUM_COMPLETE	2
#define CHECKSUM_PARTIAL	3

enum {
	SKB_GSO_TCPV4		= 1 << 0,
	SKB_GSO_DODGY		= 1 << 1,
	SKB_GSO_TCP_FIXEDID	= 1 << 3,
	SKB_GSO_TCPV6		= 1 << 4,
	SKB_GSO_IPXIP4		= 1 << 9,
	SKB_GSO_IPXIP6		= 1 << 10,
	SKB_GSO_UDP_TUNNEL_CSUM	= 1 << 12,
	SKB_GSO_UDP_L4		= 1 << 17,
	SKB_GSO_FRAGLIST	= 1 << 18,
};

enum skb_drop_reason {
	SKB_DROP_REASON_NOT_SPECIFIED,
	SKB_DROP_REASON_IP_INADDRERRORS,
	SKB_DROP_REASON_IP_OUTNOROUTES,
};

struct net {
	int	unused;
};

struct net_device {
	int		ifindex;
	unsigned short	type;
	unsigned int	mtu;
	unsigned int	needed_tailroom;
};

struct dst_entry {
	struct net_device	*dev;
	unsigned int		mtu;
	int			error;
};

struct rtable {
	struct dst_entry	dst;
};

struct sock;

/* At most one fragment holds what is not linear */
struct skb_shared_info {
	u8		nr_frags;
	u8		*frag;
	unsigned short	gso_size;
	unsigned short	gso_segs;
	unsigned int	gso_type;
};

struct sk_buff {
	struct sk_buff		*next;
	struct net_device	*dev;
	struct sock		*sk;
	struct dst_entry	*dst;
	u8			*head;
	u8			*data;
	unsigned int		len;
	unsigned int		data_len;
	unsigned int		headlen;
	unsigned int		size;
	unsigned int		pagelen;
	u16			mac_header;
	u16			network_header;
	u16			transport_header;
	__be16			protocol;
	u8			ip_summed:2;
	u8			cloned:1;
	u8			ignore_df:1;
	u8			pkt_type:3;
	union {
		__wsum		csum;
		struct {
			u16	csum_start;
			u16	csum_offset;
		};
	};
	u32			mark;
	int			skb_iif;
	char			cb[48] __aligned(8);
	struct skb_shared_info	shinfo;
	u8			*shared;
	size_t			shared_len;
	u8			*shared_copy;
};

#define skb_shinfo(skb)		(&(skb)->shinfo)
#define MAC_HEADER_UNSET	((u16)~0)

struct inet_skb_parm {
	int	iif;
	u16	frag_max_size;
};

struct inet6_skb_parm {
	int	iif;
	u16	frag_max_size;
	u16	nhoff;
};

#define IPCB(skb)		((struct inet_skb_parm *)(skb)->cb)
#define IP6CB(skb)		((struct inet6_skb_parm *)(skb)->cb)

static inline bool skb_is_gso(const struct sk_buff *skb)
{
	return skb->shinfo.gso_size;
}

static inline unsigned int skb_headroom(const struct sk_buff *skb)
{
	return (unsigned int)(skb->data - skb->head);
}

static inline int skb_tailroom(const struct sk_buff *skb)
{
	return skb->data_len ? 0 : (int)(skb->head + skb->size - skb->data -
					 skb->headlen);
}

static inline u8 *skb_tail_pointer(const struct sk_buff *skb)
{
	return skb->data + skb->headlen;
}

static inline u8 *skb_network_header(const struct sk_buff *skb)
{
	return skb->head + skb->network_header;
}

static inline u8 *skb_transport_header(const struct sk_buff *skb)
{
	return skb->head + skb->transport_header;
}

static inline unsigned int skb_headlen(const struct sk_buff *skb)
{
	return skb->headlen;
}

static inline u8 *skb_mac_header(const struct sk_buff *skb)
{
	return skb->head + skb->mac_header;
}

static inline bool skb_mac_header_was_set(const struct sk_buff *skb)
{
	return skb->mac_header != MAC_HEADER_UNSET;
}

static inline int skb_network_offset(const struct sk_buff *skb)
{
	return (int)(skb_network_header(skb) - skb->data);
}

static inline int skb_transport_offset(const struct sk_buff *skb)
{
	return (int)(skb_transport_header(skb) - skb->data);
}

static inline int skb_mac_offset(const struct sk_buff *skb)
{
	return (int)(skb_mac_header(skb) - skb->data);
}

static inline void skb_set_network_header(struct sk_buff *skb, int offset)
{
	skb->network_header = (u16)(skb->data - skb->head + offset);
}

static inline void skb_set_transport_header(struct sk_buff *skb, int offset)
{
	skb->transport_header = (u16)(skb->data - skb->head + offset);
}

static inline void skb_set_mac_header(struct sk_buff *skb, int offset)
{
	skb->mac_header = (u16)(skb->data - skb->head + offset);
}

static inline void skb_reset_network_header(struct sk_buff *skb)
{
	skb_set_network_header(skb, 0);
}

static inline void skb_reset_mac_header(struct sk_buff *skb)
{
	skb_set_mac_header(skb, 0);
}

static inline struct ethhdr *eth_hdr(const struct sk_buff *skb)
{
	return (struct ethhdr *)skb_mac_header(skb);
}

static inline struct iphdr *ip_hdr(const struct sk_buff *skb)
{
	return (struct iphdr *)skb_network_header(skb);
}

static inline struct ipv6hdr *ipv6_hdr(const struct sk_buff *skb)
{
	return (struct ipv6hdr *)skb_network_header(skb);
}

static inline int skb_checksum_start_offset(const struct sk_buff *skb)
{
	return skb->csum_start - (int)skb_headroom(skb);
}

static inline struct dst_entry *skb_dst(const struct sk_buff *skb)
{
	return skb->dst;
}

static inline bool skb_valid_dst(const struct sk_buff *skb)
{
	return skb->dst;
}

static inline bool skb_shared(const struct sk_buff *skb)
{
	return false;
}

static inline void __vlan_hwaccel_copy_tag(struct sk_buff *to,
					   const struct sk_buff *from)
{
}

void dst_release(struct dst_entry *dst);

static inline void skb_dst_drop(struct sk_buff *skb)
{
	dst_release(skb->dst);
	skb->dst = NULL;
}

static inline void skb_dst_set(struct sk_buff *skb, struct dst_entry *dst)
{
	skb->dst = dst;
}

static inline void skb_orphan(struct sk_buff *skb)
{
	skb->sk = NULL;
}

static inline u32 dst_mtu(const struct dst_entry *dst)
{
	return dst->mtu;
}

struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp);
void kfree_skb(struct sk_buff *skb);
void kfree_skb_list(struct sk_buff *skb);
void kfree_skb_reason(struct sk_buff *skb, enum skb_drop_reason reason);
void consume_skb(struct sk_buff *skb);

void *skb_put(struct sk_buff *skb, unsigned int len);
void *__skb_push(struct sk_buff *skb, unsigned int len);
void *__skb_pull(struct sk_buff *skb, unsigned int len);
void skb_reserve(struct sk_buff *skb, int len);
bool pskb_may_pull(struct sk_buff *skb, unsigned int len);
int pskb_trim(struct sk_buff *skb, unsigned int len);
int pskb_trim_rcsum(struct sk_buff *skb, unsigned int len);
void __skb_trim(struct sk_buff *skb, unsigned int len);
int pskb_expand_head(struct sk_buff *skb, int nhead, int ntail, gfp_t gfp);
int skb_cow_head(struct sk_buff *skb, unsigned int headroom);
int skb_ensure_writable(struct sk_buff *skb, unsigned int write_len);
int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len);
void *skb_header_pointer(const struct sk_buff *skb, int offset, int len,
			 void *buffer);
__wsum skb_checksum(const struct sk_buff *skb, int offset, int len,
		    __wsum sum);
int skb_checksum_help(struct sk_buff *skb);
/* GSO: a list of packets is as any other, but says how long the first one is */

static inline unsigned int skb_pagelen(const struct sk_buff *skb)
{
	return skb->pagelen;
}

bool skb_gso_validate_network_len(const struct sk_buff *skb, unsigned int mtu);
struct sk_buff *skb_gso_segment(struct sk_buff *skb, u64 features);

#define skb_list_walk_safe(first, skb, next_skb)			\
	for ((skb) = (first), (next_skb) = (skb) ? (skb)->next : NULL; (skb); \
	     (skb) = (next_skb), (next_skb) = (skb) ? (skb)->next : NULL)

static inline void skb_mark_not_on_list(struct sk_buff *skb)
{
	skb->next = NULL;
}

/**
 * struct ip6_frag_state - an IPv6 packet while it is cut
 */
struct ip6_frag_state {
	u8		*prevhdr;
	unsigned int	hlen;
	unsigned int	mtu;
	unsigned int	left;
	int		offset;
	int		ptr;
	int		hroom;
	int		troom;
	__be32		frag_id;
	u8		nexthdr;
};

void ip6_frag_init(struct sk_buff *skb, unsigned int hlen, unsigned int mtu,
		   unsigned short needed_tailroom, int hdr_room, u8 *prevhdr,
		   u8 nexthdr, __be32 frag_id, struct ip6_frag_state *state);
struct sk_buff *ip6_frag_next(struct sk_buff *skb,
			      struct ip6_frag_state *state);

/* Conntrack: none */

struct nf_conn;

enum ip_conntrack_info {
	IP_CT_ESTABLISHED,
	IP_CT_RELATED,
	IP_CT_NEW,
};

static inline struct nf_conn *nf_ct_get(const struct sk_buff *skb,
					enum ip_conntrack_info *ctinfo)
{
	return NULL;
}

static inline unsigned int nf_conntrack_confirm(struct sk_buff *skb)
{
	return NF_ACCEPT;
}

static inline bool nf_ct_is_template(const struct nf_conn *ct)
{
	return false;
}

static inline bool nf_ct_is_confirmed(const struct nf_conn *ct)
{
	return false;
}

static inline u8 nf_ct_protonum(const struct nf_conn *ct)
{
	return 0;
}

static inline u16 nf_ct_l3num(const struct nf_conn *ct)
{
	return 0;
}

struct nf_conntrack_expect_policy {
	unsigned int	max_expected;
};

struct nf_conntrack_helper {
	char		name[16];
	void		*me;
	struct {
		struct {
			u16	l3num;
		} src;
		struct {
			u8	protonum;
		} dst;
	} tuple;
	const struct nf_conntrack_expect_policy *expect_policy;
	int		(*help)(struct sk_buff *skb, unsigned int protoff,
				struct nf_conn *ct,
				enum ip_conntrack_info ctinfo);
};

struct nf_conn_help {
	struct nf_conntrack_helper	*helper;
};

static inline struct nf_conn_help *nfct_help(const struct nf_conn *ct)
{
	return NULL;
}

static inline struct nf_conn_help *nf_ct_helper_ext_add(struct nf_conn *ct,
							gfp_t gfp)
{
	return NULL;
}

static inline int
nf_conntrack_helpers_register(struct nf_conntrack_helper *helper, unsigned int n)
{
	return 0;
}

static inline void
nf_conntrack_helpers_unregister(struct nf_conntrack_helper *helper,
				unsigned int n)
{
}

static inline struct nf_conn *skb_nfct(const struct sk_buff *skb)
{
	return NULL;
}

static inline void nf_reset_ct(struct sk_buff *skb)
{
}

/* The way on, where packets are collected instead */

struct nf_hook_state {
	u8			hook;
	u8			pf;
	struct net_device	*in;
	struct net_device	*out;
	struct sock		*sk;
	struct net		*net;
};

/* A packet that comes in in its new family is collected where its hooks begin */
#define NF_HOOK(pf, hook, net, sk, skb, in, out, okfn) \
	((void)(okfn), netif_receive_skb_core(skb))

#define NET_RX_SUCCESS	0
#define NET_RX_DROP	1

int netif_receive_skb_core(struct sk_buff *skb);

static inline struct sk_buff *l3mdev_ip_rcv(struct sk_buff *skb)
{
	return skb;
}

static inline struct sk_buff *l3mdev_ip6_rcv(struct sk_buff *skb)
{
	return skb;
}

static inline int ip_route_input_noref(struct sk_buff *skb, __be32 daddr,
				       __be32 saddr, u8 tos,
				       struct net_device *dev)
{
	return 0;
}

static inline int dst_input(struct sk_buff *skb)
{
	return 0;
}

struct nf_ipv6_ops {
	void	(*route_input)(struct sk_buff *skb);
};

static inline const struct nf_ipv6_ops *nf_get_ipv6_ops(void)
{
	return NULL;
}

static inline void nf_queue_nf_hook_drop(struct net *net)
{
}

static inline bool nf_hook_ingress_active(const struct sk_buff *skb)
{
	return false;
}

/* What is counted is not looked at */
#define IPSTATS_MIB_IN			0
#define IPSTATS_MIB_NOECTPKTS		0
#define INET_ECN_MASK			3
#define __IP_UPD_PO_STATS(net, field, len)	((void)(len))
#define __IP_ADD_STATS(net, field, n)		((void)((field) + (n)))
#define __IP6_UPD_PO_STATS(net, idev, field, len)	((void)(len))
#define __IP6_ADD_STATS(net, idev, field, n)	((void)((field) + (n)))

struct inet6_dev {
	struct {
		int	disable_ipv6;
	} cnf;
};

static inline struct inet6_dev *__in6_dev_get(const struct net_device *dev)
{
	static struct inet6_dev idev;

	return &idev;
}

#define NF_IP_PRI_LAST	0x7fffffff
#define NF_IP6_PRI_LAST	0x7fffffff

struct nf_hook_ops {
	unsigned int		(*hook)(void *priv, struct sk_buff *skb,
					const struct nf_hook_state *state);
	u8			pf;
	unsigned int		hooknum;
	int			priority;
};

static inline int nf_register_net_hook(struct net *net,
				       const struct nf_hook_ops *ops)
{
	return 0;
}

static inline void nf_unregister_net_hook(struct net *net,
					  const struct nf_hook_ops *ops)
{
}

/* Network namespaces: there is one, and one module that has data there */

#define __net_exit
#define synchronize_net()	((void)0)

struct pernet_operations {
	void		(*exit)(struct net *net);
	unsigned int	*id;
	size_t		size;
};

static inline int register_pernet_subsys(struct pernet_operations *ops)
{
	return 0;
}

static inline void unregister_pernet_subsys(struct pernet_operations *ops)
{
}

static inline void *net_generic(const struct net *net, unsigned int id)
{
	static char data[64] __attribute__((aligned(8)));

	return data;
}

struct flow_keys {
	int	unused;
};

struct flowi4 {
	int	flowi4_l3mdev;
	u32	flowi4_mark;
	u8	flowi4_tos;
	u8	flowi4_flags;
	__be32	saddr;
	__be32	daddr;
};

struct flowi6 {
	int		flowi6_l3mdev;
	u32		flowi6_mark;
	u32		flowi6_uid;
	struct in6_addr	saddr;
	struct in6_addr	daddr;
};

#define RTN_UNSPEC		0
#define RT_TOS(tos)		((tos) & 0x1e)
#define FLOWI_FLAG_ANYSRC	1
#define IPV6_ADDR_MULTICAST	0x2
#define IPV6_ADDR_LINKLOCAL	0x20
#define IPSTATS_MIB_OUTNOROUTES	0
#define IP6_INC_STATS(net, idev, field)	((void)(idev))
#define ip6_dst_idev(dst)	NULL
#define sock_net_uid(net, sk)	0
#define fib4_rules_early_flow_dissect(net, skb, fl, keys) ((void)(keys))
#define fib6_rules_early_flow_dissect(net, skb, fl, keys) ((void)(keys))

static inline int ipv6_addr_type(const struct in6_addr *addr)
{
	if (addr->s6_addr[0] == 0xff)
		return IPV6_ADDR_MULTICAST;

	return addr->s6_addr[0] == 0xfe && addr->s6_addr[1] >> 6 == 2 ?
	       IPV6_ADDR_LINKLOCAL : 0;
}

int netif_receive_skb_core(struct sk_buff *skb);
int ip_local_out(struct net *net, struct sock *sk, struct sk_buff *skb);
int ip6_local_out(struct net *net, struct sock *sk, struct sk_buff *skb);
int ip_route_me_harder(struct net *net, struct sock *sk, struct sk_buff *skb,
		       unsigned int type);
int ip6_route_me_harder(struct net *net, struct sock *sk, struct sk_buff *skb);
struct rtable *ip_route_output_key(struct net *net, struct flowi4 *fl4);
struct dst_entry *ip6_route_output(struct net *net, const struct sock *sk,
				   struct flowi6 *fl6);
void ip_rt_put(struct rtable *rt);
void icmp_send(struct sk_buff *skb, int type, int code, __be32 info);
void icmpv6_send(struct sk_buff *skb, u8 type, u8 code, __u32 info);
void __ip_select_ident(struct net *net, struct iphdr *ip4, int segs);

static inline int l3mdev_master_ifindex(struct net_device *dev)
{
	return 0;
}

static inline int l3mdev_master_ifindex_rcu(struct net_device *dev)
{
	return 0;
}

/* nf_tables */

#define NFT_EXPR_SIZE(size)	(sizeof(struct nft_expr) + (size))
#define NFT_REDUCE_READONLY	NULL
#define NFT_PKTINFO_L4PROTO	BIT(0)
#define NFT_CHAIN_T_NAT		2

enum {
	NLA_UNSPEC,
	NLA_U32,
	NLA_NESTED,
	NLA_STRING,
	NLA_BINARY,
};

struct nla_policy {
	u8	type;
	u16	len;
};

#define NLA_POLICY_EXACT_LEN(n)	{ .type = NLA_BINARY, .len = (n) }

static inline struct in6_addr nla_get_in6_addr(const struct nlattr *attr)
{
	return *(const struct in6_addr *)(attr + 1);
}

static inline __be32 nla_get_be32(const struct nlattr *attr)
{
	return *(const __be32 *)(attr + 1);
}

static inline int nla_put_in6_addr(struct sk_buff *skb, int type,
				   const struct in6_addr *addr)
{
	return 0;
}

static inline int nla_put_be32(struct sk_buff *skb, int type, __be32 value)
{
	return 0;
}

/* No rule of the fuzzers has a mapping of its own, so none is parsed or written */

#define NLA_POLICY_MASK(t, mask) { .type = NLA_U32 }

static inline int nla_parse_nested_deprecated(struct nlattr *tb[], int max,
					      const struct nlattr *attr,
					      const struct nla_policy *policy,
					      void *extack)
{
	return -EINVAL;
}

static inline int nla_put_string(struct sk_buff *skb, int type, const char *s)
{
	return 0;
}

static inline struct nlattr *nla_nest_start(struct sk_buff *skb, int type)
{
	return NULL;
}

static inline int nla_nest_end(struct sk_buff *skb, struct nlattr *start)
{
	return 0;
}

struct nft_chain;
struct nft_table;

struct nft_ctx {
	struct net		*net;
	struct nft_table	*table;
	const struct nft_chain	*chain;
	u8			family;
};

enum nft_trans_phase {
	NFT_TRANS_PREPARE_ERROR,
};

struct nft_expr {
	const struct nft_expr_ops	*ops;
	unsigned char			data[] __aligned(8);
};

struct nft_regs {
	u32 data[NFT_REG32_COUNT + 4];
	struct {
		u32	code;
	} verdict;
};

struct nft_pktinfo {
	struct sk_buff			*skb;
	const struct nf_hook_state	*state;
	u8				flags;
	u8				tprot;
	u16				fragoff;
	unsigned int			thoff;
};

static inline struct net *nft_net(const struct nft_pktinfo *info)
{
	return info->state->net;
}

static inline void nft_set_pktinfo_unspec(struct nft_pktinfo *pkt)
{
	pkt->flags = 0;
}

struct nft_expr_ops {
	const struct nft_expr_type	*type;
	unsigned int			size;
	void (*eval)(const struct nft_expr *expr, struct nft_regs *regs,
		     const struct nft_pktinfo *pkt);
	int (*init)(const struct nft_ctx *ctx, const struct nft_expr *expr,
		    const struct nlattr * const tb[]);
	void (*activate)(const struct nft_ctx *ctx,
			 const struct nft_expr *expr);
	void (*deactivate)(const struct nft_ctx *ctx,
			   const struct nft_expr *expr,
			   enum nft_trans_phase phase);
	void (*destroy)(const struct nft_ctx *ctx, const struct nft_expr *expr);
	int (*dump)(struct sk_buff *skb, const struct nft_expr *expr,
		    bool reset);
	void *reduce;
	int (*validate)(const struct nft_ctx *ctx, const struct nft_expr *expr);
};

struct nft_expr_type {
	const char			*name;
	const struct nft_expr_ops	*ops;
	const struct nla_policy		*policy;
	unsigned int			maxattr;
	void				*owner;
};

struct nft_base_chain {
	struct nf_hook_ops	ops;
	struct {
		int	type;
	} *type;
};

static inline void *nft_expr_priv(const struct nft_expr *expr)
{
	return (void *)expr->data;
}

static inline u8 nft_pf(const struct nft_pktinfo *pkt)
{
	return pkt->state->pf;
}

static inline bool nft_is_base_chain(const struct nft_chain *chain)
{
	return false;
}

static inline struct nft_base_chain *nft_base_chain(const struct nft_chain *chain)
{
	return NULL;
}

static inline int nft_chain_validate_hooks(const struct nft_chain *chain,
					   unsigned int hooks)
{
	return 0;
}

/* Maps: elements in a row, each the keys from one to another one. A set tells
 * where they end only if @has_end. Once it has been reloaded, it has the next ones.
 */

enum nft_set_extensions {
	NFT_SET_EXT_KEY,
	NFT_SET_EXT_KEY_END,
};

struct nft_data {
	u32 data[NFT_REG32_COUNT];
};

struct nft_set_ext {
	struct nft_data	key;
	struct nft_data	key_end;
	struct nft_data	data;
	bool		has_key;
	bool		has_end;
};

struct nft_set {
	const char			*name;
	u16				flags;
	u16				klen;
	u32				dtype;
	u8				dlen;
	const struct nft_set_ext	*elems;
	unsigned int			nelems;
	const struct nft_set_ext	*catchall;
	const struct nft_set_ext	*next;
};

struct nft_set_binding {
	u32 flags;
};

static inline bool nft_set_ext_exists(const struct nft_set_ext *ext, u8 id)
{
	return id == NFT_SET_EXT_KEY ? ext->has_key : ext->has_end;
}

static inline const struct nft_data *nft_set_ext_key(const struct nft_set_ext *ext)
{
	return &ext->key;
}

static inline const struct nft_data *
nft_set_ext_key_end(const struct nft_set_ext *ext)
{
	return &ext->key_end;
}

static inline const struct nft_data *
nft_set_ext_data(const struct nft_set_ext *ext)
{
	return &ext->data;
}

static inline const struct nft_set_ext *
nft_set_catchall_lookup(const struct net *net, const struct nft_set *set)
{
	return set->catchall;
}

static inline void nft_set_elem_update_expr(const struct nft_set_ext *ext,
					    struct nft_regs *regs,
					    const struct nft_pktinfo *pkt)
{
}

static inline struct nft_set *nft_set_lookup_global(const struct net *net,
						    const struct nft_table *table,
						    const struct nlattr *name,
						    const struct nlattr *id,
						    u8 genmask)
{
	return (struct nft_set *)-ENOENT;
}

static inline u8 nft_genmask_next(const struct net *net)
{
	return 0;
}

static inline int nft_parse_register_load(const struct nft_ctx *ctx,
					  const struct nlattr *attr, u8 *sreg,
					  u32 len)
{
	return -EINVAL;
}

static inline int nft_dump_register(struct sk_buff *skb, unsigned int attr,
				    unsigned int reg)
{
	return 0;
}

const struct nft_set_ext *nft_set_do_lookup(const struct net *net,
					    const struct nft_set *set,
					    const u32 *key);
int nf_tables_bind_set(const struct nft_ctx *ctx, struct nft_set *set,
		       struct nft_set_binding *binding);
void nf_tables_activate_set(const struct nft_ctx *ctx, struct nft_set *set);
void nf_tables_deactivate_set(const struct nft_ctx *ctx, struct nft_set *set,
			      struct nft_set_binding *binding,
			      enum nft_trans_phase phase);
void nf_tables_destroy_set(const struct nft_ctx *ctx, struct nft_set *set);
int nft_register_expr(struct nft_expr_type *type);
void nft_unregister_expr(struct nft_expr_type *type);

#endif /* _XLAT_FUZZ_KERNEL_H */
