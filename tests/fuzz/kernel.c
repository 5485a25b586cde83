// SPDX-License-Identifier: GPL-2.0-only
/* The functions of kernel.h: memory, checksums, packets, and the way on, where
 * the packets that the module has sent are collected.
 */

#include <stdio.h>

#include "fuzz.h"

struct fuzz_world fuzz;

void fuzz_bug(const char *what)
{
	fprintf(stderr, "BUG: %s\n", what);
	abort();
}

void expect(bool cond, const char *what)
{
	if (!cond)
		fuzz_bug(what);
}

/* Memory */

static bool fuzz_fails(void)
{
	return fuzz.fail_after && !--fuzz.fail_after;
}

void *kmalloc(size_t size, gfp_t gfp)
{
	return fuzz_fails() ? NULL : malloc(size);
}

void *kzalloc(size_t size, gfp_t gfp)
{
	return fuzz_fails() ? NULL : calloc(1, size);
}

void kfree(const void *p)
{
	free((void *)p);
}

/* Checksums: a 32-bit sum of 16-bit words as they lie in memory, the last byte
 * of an odd number followed by zero.
 */

__wsum csum_partial(const void *data, int len, __wsum sum)
{
	const u8 *b = data;
	u64 s = sum;
	int n;

	for (n = 0; n < len; n++)
		s += n & 1 ? (u64)b[n] << 8 : b[n];
	while (s >> 32)
		s = (s & U32_MAX) + (s >> 32);

	return (__wsum)s;
}

__sum16 csum_tcpudp_magic(__be32 saddr, __be32 daddr, u32 len, u8 proto,
			  __wsum sum)
{
	__be32 pseudo[] = { saddr, daddr, htonl(len), htonl(proto) };

	return csum_fold(csum_partial(pseudo, sizeof(pseudo), sum));
}

__sum16 csum_ipv6_magic(const struct in6_addr *saddr,
			const struct in6_addr *daddr, u32 len, u8 proto,
			__wsum sum)
{
	sum = csum_partial(saddr, sizeof(*saddr), sum);
	sum = csum_partial(daddr, sizeof(*daddr), sum);

	return csum_tcpudp_magic(0, 0, len, proto, sum);
}

/* Packets */

struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp)
{
	struct sk_buff *skb = kzalloc(sizeof(*skb), gfp);

	if (!skb)
		return NULL;

	skb->head = kmalloc(size, gfp);
	if (!skb->head) {
		free(skb);
		return NULL;
	}
	skb->data = skb->head;
	skb->size = size;
	skb->mac_header = MAC_HEADER_UNSET;
	fuzz.skbs++;

	return skb;
}

/* What a clone shares with the packet must be as it was */
static void fuzz_unshare(struct sk_buff *skb)
{
	if (!skb->shared)
		return;
	if (memcmp(skb->shared, skb->shared_copy, skb->shared_len))
		fuzz_bug("a packet that a clone shares was written to");
	if (skb->shared != skb->head)
		free(skb->shared);
	free(skb->shared_copy);
	skb->shared = NULL;
	skb->cloned = 0;
}

void fuzz_share(struct sk_buff *skb)
{
	skb->cloned = 1;
	skb->shared = skb->head;
	skb->shared_len = skb->size;
	skb->shared_copy = malloc(skb->size);
	memcpy(skb->shared_copy, skb->head, skb->size);
}

void kfree_skb(struct sk_buff *skb)
{
	if (!skb)
		return;
	fuzz_unshare(skb);
	dst_release(skb->dst);
	free(skb->shinfo.frag);
	free(skb->head);
	free(skb);
	fuzz.skbs--;
}

void kfree_skb_reason(struct sk_buff *skb, enum skb_drop_reason reason)
{
	kfree_skb(skb);
}

void kfree_skb_list(struct sk_buff *skb)
{
	struct sk_buff *next;

	for (; skb; skb = next) {
		next = skb->next;
		kfree_skb(skb);
	}
}

void consume_skb(struct sk_buff *skb)
{
	kfree_skb(skb);
}

/* A new linear part, @nhead bytes more in front and @pull bytes more of the
 * rest; whatever pointed into the old one is stale now.
 */
static int fuzz_move(struct sk_buff *skb, unsigned int nhead,
		     unsigned int ntail, unsigned int pull)
{
	unsigned int headroom = skb_headroom(skb), size;
	u8 *head, *frag = NULL;

	if (fuzz_fails())
		return -ENOMEM;

	/* The tail of a linear part that grows is filled from the rest */
	size = nhead + headroom + skb->headlen + max(ntail, pull);
	head = malloc(size);
	memcpy(head + nhead, skb->head, headroom + skb->headlen);
	if (pull) {
		memcpy(head + nhead + headroom + skb->headlen,
		       skb->shinfo.frag, pull);
		skb->data_len -= pull;
		if (skb->data_len) {
			frag = malloc(skb->data_len);
			memcpy(frag, skb->shinfo.frag + pull, skb->data_len);
		}
		free(skb->shinfo.frag);
		skb->shinfo.frag = frag;
		skb->shinfo.nr_frags = !!frag;
		skb->headlen += pull;
	}

	if (skb->head != skb->shared)
		free(skb->head);
	skb->cloned = 0;
	skb->head = head;
	skb->size = size;
	skb->data = head + nhead + headroom;
	skb->network_header += nhead;
	skb->transport_header += nhead;
	if (skb_mac_header_was_set(skb))
		skb->mac_header += nhead;
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		skb->csum_start += nhead;

	return 0;
}

void *skb_put(struct sk_buff *skb, unsigned int len)
{
	u8 *tail = skb_tail_pointer(skb);

	if (skb->data_len || tail + len > skb->head + skb->size)
		fuzz_bug("skb_put: past the end");
	skb->headlen += len;
	skb->len += len;

	return tail;
}

void *__skb_push(struct sk_buff *skb, unsigned int len)
{
	if (len > skb_headroom(skb))
		fuzz_bug("skb_push: no headroom");
	skb->data -= len;
	skb->headlen += len;
	skb->len += len;

	return skb->data;
}

void *__skb_pull(struct sk_buff *skb, unsigned int len)
{
	if (len > skb->headlen)
		fuzz_bug("skb_pull: beyond the linear part");
	skb->data += len;
	skb->headlen -= len;
	skb->len -= len;

	return skb->data;
}

void skb_reserve(struct sk_buff *skb, int len)
{
	if (skb->len || skb->data + len > skb->head + skb->size)
		fuzz_bug("skb_reserve: not empty or too small");
	skb->data += len;
}

bool pskb_may_pull(struct sk_buff *skb, unsigned int len)
{
	if (len <= skb->headlen)
		return true;
	if (len > skb->len)
		return false;

	return !fuzz_move(skb, 0, 0, len - skb->headlen);
}

int pskb_trim(struct sk_buff *skb, unsigned int len)
{
	if (len >= skb->len)
		return 0;

	/* What is left ends where its allocation ends, as at the beginning */
	if (len >= skb->headlen) {
		skb->data_len = len - skb->headlen;
		if (skb->data_len) {
			skb->shinfo.frag = realloc(skb->shinfo.frag,
						   skb->data_len);
		} else {
			free(skb->shinfo.frag);
			skb->shinfo.frag = NULL;
			skb->shinfo.nr_frags = 0;
		}
	} else {
		free(skb->shinfo.frag);
		skb->shinfo.frag = NULL;
		skb->shinfo.nr_frags = 0;
		skb->data_len = 0;
		skb->headlen = len;
		if (fuzz_move(skb, 0, 0, 0))
			return -ENOMEM;
	}
	skb->len = len;
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;

	return 0;
}

/* Of a linear packet only; what is cut off stays readable as in the kernel */
int pskb_trim_rcsum(struct sk_buff *skb, unsigned int len)
{
	u8 ip_summed = skb->ip_summed;
	int err;

	if (len < skb->len && ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_block_sub(skb->csum,
					   skb_checksum(skb, len,
							skb->len - len, 0),
					   len);
	err = pskb_trim(skb, len);
	skb->ip_summed = ip_summed;

	return err;
}

void __skb_trim(struct sk_buff *skb, unsigned int len)
{
	if (skb->data_len)
		fuzz_bug("__skb_trim: not linear");
	if (len < skb->len)
		skb->len = skb->headlen = len;
}

int pskb_expand_head(struct sk_buff *skb, int nhead, int ntail, gfp_t gfp)
{
	return fuzz_move(skb, nhead, ntail, 0);
}

int skb_cow_head(struct sk_buff *skb, unsigned int headroom)
{
	unsigned int have = skb_headroom(skb);

	if (!skb->cloned && headroom <= have)
		return 0;

	/* The headers stay aligned */
	return fuzz_move(skb, headroom > have ? round_up(headroom - have, 4) : 0,
			 0, 0);
}

int skb_ensure_writable(struct sk_buff *skb, unsigned int len)
{
	if (!pskb_may_pull(skb, len))
		return -ENOMEM;

	return skb->cloned ? fuzz_move(skb, 0, 0, 0) : 0;
}

int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)
{
	unsigned int off = offset, n = 0;

	if (offset < 0 || len < 0 || off + len > skb->len)
		return -EFAULT;
	if (off < skb->headlen) {
		n = min_t(unsigned int, len, skb->headlen - off);
		memcpy(to, skb->data + off, n);
	}
	if (n < (unsigned int)len)
		memcpy((u8 *)to + n, skb->shinfo.frag + off + n - skb->headlen,
		       len - n);

	return 0;
}

void *skb_header_pointer(const struct sk_buff *skb, int offset, int len,
			 void *buffer)
{
	if (offset >= 0 && (unsigned int)offset + len <= skb->headlen)
		return skb->data + offset;

	return skb_copy_bits(skb, offset, buffer, len) ? NULL : buffer;
}

__wsum skb_checksum(const struct sk_buff *skb, int offset, int len,
		    __wsum sum)
{
	u8 *copy = malloc(len);

	if (skb_copy_bits(skb, offset, copy, len))
		fuzz_bug("skb_checksum: past the end");
	sum = csum_partial(copy, len, sum);
	free(copy);

	return sum;
}

int skb_checksum_help(struct sk_buff *skb)
{
	int start = skb_checksum_start_offset(skb);
	__sum16 check;

	if (skb_ensure_writable(skb, start + skb->csum_offset + 2))
		return -ENOMEM;

	check = csum_fold(skb_checksum(skb, start, skb->len - start, 0));
	memcpy(skb->data + start + skb->csum_offset, check ? &check :
	       &(__sum16){ CSUM_MANGLED_0 }, sizeof(check));
	skb->ip_summed = CHECKSUM_NONE;

	return 0;
}

static unsigned int fuzz_l4_len(const struct sk_buff *skb)
{
	return skb->shinfo.gso_type & SKB_GSO_UDP_L4 ? sizeof(struct udphdr) :
	       (skb_transport_header(skb)[12] >> 4) * 4;
}

bool skb_gso_validate_network_len(const struct sk_buff *skb, unsigned int mtu)
{
	return skb_transport_header(skb) - skb_network_header(skb) +
	       fuzz_l4_len(skb) + skb->shinfo.gso_size <= mtu;
}

/* One segment: lengths are its own, its checksum is still to be computed */
static struct sk_buff *fuzz_segment(const struct sk_buff *skb, unsigned int off,
				    unsigned int len)
{
	unsigned int net = skb_network_offset(skb);
	unsigned int l4 = skb_transport_offset(skb);
	unsigned int hdr_len = l4 + fuzz_l4_len(skb);
	unsigned int l4_len = hdr_len - l4 + len;
	struct sk_buff *seg;
	struct iphdr *ip4;
	__sum16 check;

	/* The headers stay aligned */
	seg = alloc_skb(round_up(net, 4) + hdr_len - net + len, GFP_ATOMIC);
	if (!seg)
		return NULL;

	skb_reserve(seg, round_up(net, 4) - net);
	skb_copy_bits(skb, 0, skb_put(seg, hdr_len), hdr_len);
	skb_copy_bits(skb, off, skb_put(seg, len), len);
	skb_set_mac_header(seg, 0);
	skb_set_network_header(seg, net);
	skb_set_transport_header(seg, l4);
	seg->protocol = skb->protocol;
	seg->dev = skb->dev;
	seg->ignore_df = skb->ignore_df;
	memcpy(seg->cb, skb->cb, sizeof(seg->cb));
	if (skb->dst) {
		seg->dst = skb->dst;
		fuzz.dsts++;
	}

	if (skb->protocol == htons(ETH_P_IP)) {
		ip4 = ip_hdr(seg);
		ip4->tot_len = htons(seg->len - net);
		ip4->check = 0;
		ip4->check = ip_fast_csum(ip4, ip4->ihl);
	} else {
		ipv6_hdr(seg)->payload_len = htons(seg->len - net -
						   sizeof(struct ipv6hdr));
	}
	if (skb->shinfo.gso_type & SKB_GSO_UDP_L4)
		put_unaligned_be16(l4_len, seg->data + l4 + 4);

	/* Of the sum of the pseudo-header that is there, the length changes */
	memcpy(&check, seg->data + l4 + skb->csum_offset, sizeof(check));
	check = ~csum_fold(csum_add(csum_sub(csum_unfold(check),
					     htons(skb->len - l4)),
				    htons(l4_len)));
	memcpy(seg->data + l4 + skb->csum_offset, &check, sizeof(check));
	seg->ip_summed = CHECKSUM_PARTIAL;
	seg->csum_start = (u16)(seg->data + l4 - seg->head);
	seg->csum_offset = skb->csum_offset;

	return seg;
}

/* A list would come out as the packets that it is made of */
struct sk_buff *skb_gso_segment(struct sk_buff *skb, u64 features)
{
	struct sk_buff *segs = NULL, **tail = &segs;
	unsigned int off, len;

	if (skb->shinfo.gso_type & SKB_GSO_FRAGLIST ||
	    skb->ip_summed != CHECKSUM_PARTIAL)
		fuzz_bug("skb_gso_segment: checksums of its own");

	/* The kernel finds it by itself */
	skb_set_transport_header(skb, skb_checksum_start_offset(skb));
	off = skb_transport_offset(skb) + fuzz_l4_len(skb);
	for (; off < skb->len; off += len) {
		len = min_t(unsigned int, skb->shinfo.gso_size, skb->len - off);
		*tail = fuzz_segment(skb, off, len);
		if (!*tail) {
			kfree_skb_list(segs);
			return ERR_PTR(-ENOMEM);
		}
		tail = &(*tail)->next;
	}

	return segs;
}

/* Every field of what is cut off says what ip6_output.c would have it say */
void ip6_frag_init(struct sk_buff *skb, unsigned int hlen, unsigned int mtu,
		   unsigned short needed_tailroom, int hdr_room, u8 *prevhdr,
		   u8 nexthdr, __be32 frag_id, struct ip6_frag_state *state)
{
	*state = (struct ip6_frag_state) {
		.prevhdr = prevhdr,
		.hlen = hlen,
		.mtu = mtu,
		.left = skb->len - hlen,
		.ptr = (int)hlen,
		.hroom = hdr_room,
		.troom = needed_tailroom,
		.frag_id = frag_id,
		.nexthdr = nexthdr,
	};
}

struct sk_buff *ip6_frag_next(struct sk_buff *skb, struct ip6_frag_state *state)
{
	unsigned int len = state->left;
	struct sk_buff *frag;
	struct frag_hdr *fh;

	if (len > state->mtu)
		len = round_down(state->mtu, 8);
	frag = alloc_skb(state->hroom + state->hlen + sizeof(*fh) + len +
			 state->troom, GFP_ATOMIC);
	if (!frag)
		return ERR_PTR(-ENOMEM);

	skb_reserve(frag, state->hroom);
	skb_reset_network_header(frag);
	skb_copy_bits(skb, 0, skb_put(frag, state->hlen), state->hlen);
	fh = skb_put(frag, sizeof(*fh));
	skb_copy_bits(skb, state->ptr, skb_put(frag, len), len);
	frag->data[state->prevhdr - skb_network_header(skb)] = NEXTHDR_FRAGMENT;
	state->left -= len;
	*fh = (struct frag_hdr) {
		.nexthdr = state->nexthdr,
		.frag_off = htons(state->offset | (state->left ? IP6_MF : 0)),
		.identification = state->frag_id,
	};
	ipv6_hdr(frag)->payload_len = htons(frag->len - sizeof(struct ipv6hdr));
	state->ptr += len;
	state->offset += len;

	frag->protocol = skb->protocol;
	frag->dev = skb->dev;
	frag->ignore_df = skb->ignore_df;
	if (skb->dst) {
		frag->dst = skb->dst;
		fuzz.dsts++;
	}

	return frag;
}

/* The way on */

static int fuzz_collect(struct sk_buff *skb)
{
	if (fuzz.outs == ARRAY_SIZE(fuzz.out))
		fuzz_bug("more packets than any packet can become");
	fuzz.out[fuzz.outs++] = skb;

	return 0;
}

int netif_receive_skb_core(struct sk_buff *skb)
{
	return fuzz_collect(skb);
}

int ip_local_out(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	return fuzz_collect(skb);
}

int ip6_local_out(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	return fuzz_collect(skb);
}

int ip_route_me_harder(struct net *net, struct sock *sk, struct sk_buff *skb,
		       unsigned int type)
{
	if (fuzz.no_route)
		return -ENETUNREACH;
	skb_dst_drop(skb);
	skb_dst_set(skb, &fuzz.dst);
	fuzz.dsts++;

	return 0;
}

int ip6_route_me_harder(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	return ip_route_me_harder(net, sk, skb, RTN_UNSPEC);
}

struct rtable *ip_route_output_key(struct net *net, struct flowi4 *fl4)
{
	if (fuzz.no_route)
		return ERR_PTR(-ENETUNREACH);
	if (!fl4->saddr)
		fl4->saddr = htonl(FUZZ_OWN_SADDR);
	fuzz.dst.error = 0;
	fuzz.dsts++;

	return container_of(&fuzz.dst, struct rtable, dst);
}

struct dst_entry *ip6_route_output(struct net *net, const struct sock *sk,
				   struct flowi6 *fl6)
{
	fuzz.dst.error = fuzz.no_route ? -ENETUNREACH : 0;
	fuzz.dsts++;

	return &fuzz.dst;
}

void dst_release(struct dst_entry *dst)
{
	if (dst)
		fuzz.dsts--;
}

void ip_rt_put(struct rtable *rt)
{
	dst_release(&rt->dst);
}

void icmp_send(struct sk_buff *skb, int type, int code, __be32 info)
{
	fuzz.refused++;
}

void icmpv6_send(struct sk_buff *skb, u8 type, u8 code, __u32 info)
{
	fuzz.refused++;
}

void __ip_select_ident(struct net *net, struct iphdr *ip4, int segs)
{
	ip4->id = htons(FUZZ_IDENT);
}

/* nf_tables */

const struct nft_set_ext *nft_set_do_lookup(const struct net *net,
					    const struct nft_set *set,
					    const u32 *key)
{
	const struct nft_set_ext *ext, *elems;

	if (fuzz.reload_after && !--fuzz.reload_after)
		fuzz.reloaded = true;
	elems = fuzz.reloaded ? set->next : set->elems;

	for (ext = elems; ext < elems + set->nelems; ext++)
		if (memcmp(key, ext->key.data, set->klen) >= 0 &&
		    memcmp(key, ext->key_end.data, set->klen) <= 0)
			return ext;

	return NULL;
}

int nf_tables_bind_set(const struct nft_ctx *ctx, struct nft_set *set,
		       struct nft_set_binding *binding)
{
	fuzz_bug("a map was bound");
}

void nf_tables_activate_set(const struct nft_ctx *ctx, struct nft_set *set)
{
	fuzz_bug("a map was activated");
}

void nf_tables_deactivate_set(const struct nft_ctx *ctx, struct nft_set *set,
			      struct nft_set_binding *binding,
			      enum nft_trans_phase phase)
{
	fuzz_bug("a map was deactivated");
}

void nf_tables_destroy_set(const struct nft_ctx *ctx, struct nft_set *set)
{
	fuzz_bug("a map was destroyed");
}

int nft_register_expr(struct nft_expr_type *type)
{
	fuzz.type = type;

	return 0;
}

void nft_unregister_expr(struct nft_expr_type *type)
{
	fuzz.type = NULL;
}
