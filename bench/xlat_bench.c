// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sender and receiver for the benchmark: network devices of kind "bench". UDP packets are
 * received from one of them, batch by batch, and what is sent through the other is looked at
 * and freed. Neither shows in the figures but for the freeing: packets are made before the clock
 * is started.
 *
 * In their place, this host itself can send, from where a socket would hand its packets to IP,
 * and receive, up to where one would get them.
 *
 * A line of words written to /proc/xlat_bench is one run, in the network namespace of the
 * writer; reading it afterwards gives the result.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/etherdevice.h>
#include <linux/inet.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/proc_fs.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/sort.h>
#include <linux/udp.h>
#include <linux/vmalloc.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/rtnetlink.h>

#define BENCH_MAGIC	0x786c6174
#define BENCH_PORT	5001
#define BENCH_PORTS	62500	/* source ports, from 1024 on */
#define BENCH_FLOWS	1000000U
#define BENCH_BATCH	256
#define BENCH_BATCHES	100000U
#define BENCH_TRIES	256	/* batches, at most, for one that nothing has disturbed */
#define BENCH_TIME	NSEC_PER_SEC	/* for more of these, and five times that for enough */
#define BENCH_DISTURBED	BIT_ULL(63)

/* What every packet begins with behind its UDP header. */
struct bench_payload {
	__be32			magic;
	__be32			flow;
};

struct bench_tuple {
	struct in6_addr		saddr;	/* IPv4: in the last 32 bits */
	struct in6_addr		daddr;
	__be16			sport;
	__be16			dport;
};

enum bench_mode {
	BENCH_SEND,	/* established flows */
	BENCH_LEARN,	/* each flow once, every packet is verified, what it has become is kept */
	BENCH_NEW,	/* every packet is that of a new flow */
	BENCH_SINK,	/* from the receiving device straight to where packets are freed */
};

static const char * const bench_modes[] = {
	[BENCH_SEND]	= "send",
	[BENCH_LEARN]	= "learn",
	[BENCH_NEW]	= "new",
	[BENCH_SINK]	= "sink",
};

struct bench_run {
	struct net		*net;
	struct net_device	*in;	/* NULL: this host */
	struct net_device	*out;
	unsigned int		from;	/* 4 or 6 */
	unsigned int		to;
	enum bench_mode		mode;
	bool			reply;	/* to what has been learnt */
	bool			zerosum; /* is all right in UDP over IPv6 */
	struct bench_tuple	tuple;	/* of flow 0 */
	unsigned int		scount;
	unsigned int		dcount;
	unsigned int		size;
	unsigned int		first;
	unsigned int		flows;
	unsigned int		batch;
	unsigned int		batches;

	/* the order of flows */
	u32			order;
	u32			order_mask;
	u32			next;

	struct sk_buff		*skbs[BENCH_BATCH];
	u64			*ticks;

	/* of the receiving side */
	struct net_device	*sink;
	__be16			proto;
	unsigned int		len;
	unsigned int		want;
	unsigned int		good;
	unsigned int		bad;
	u64			done;
	wait_queue_head_t	wait;
	unsigned long		*seen;
	const char		*flaw;
};

static DEFINE_MUTEX(bench_mutex);
static struct bench_run __rcu *bench_running;
static struct bench_tuple *bench_learnt;
static unsigned int bench_learnt_flows;
static char bench_result[256];

/* The shortest time that bench_reference() has taken, which may be known from earlier. */
static ulong bench_best = ULONG_MAX;
module_param_named(best, bench_best, ulong, 0600);

/*
 * The tuple of a flow as it begins. Those with the same port have another source or another
 * destination if the number of one of these has no factor in common with that of ports.
 */
static void bench_flow(const struct bench_run *run, unsigned int flow, struct bench_tuple *tuple)
{
	*tuple = run->tuple;
	be32_add_cpu(&tuple->saddr.s6_addr32[3], flow % run->scount);
	be32_add_cpu(&tuple->daddr.s6_addr32[3], flow % run->dcount);
	tuple->sport = htons(1024 + flow % BENCH_PORTS);
	tuple->dport = htons(BENCH_PORT);
}

static void bench_reply(const struct bench_tuple *from, struct bench_tuple *to)
{
	to->saddr = from->daddr;
	to->daddr = from->saddr;
	to->sport = from->dport;
	to->dport = from->sport;
}

/* Of the processor itself: that of User-Mode-Linux has a clock of 256 ns. */
static u64 bench_ticks(void)
{
	u32 low, high;

	/* What is before it is done, what is behind it has not begun. */
	asm volatile("lfence\n\trdtsc" : "=a" (low), "=d" (high) : : "memory");
	return (u64)high << 32 | low;
}

/*
 * Other work of the machine, even that of the other thread of the same core, makes this take
 * up to three times as long: instructions of which a core can do several at a time.
 */
static u64 bench_reference(void)
{
	u64 begin = bench_ticks();
	unsigned int a = 1, b = 2, c = 3, d = 4, i;

	for (i = 0; i < 400; i++) {
		a = rol32(a, 5) ^ i;
		b = rol32(b, 7) + i;
		c = rol32(c, 9) ^ i;
		d = rol32(d, 11) + i;
		OPTIMIZER_HIDE_VAR(a);
		OPTIMIZER_HIDE_VAR(b);
		OPTIMIZER_HIDE_VAR(c);
		OPTIMIZER_HIDE_VAR(d);
	}
	return bench_ticks() - begin;
}

/* True if the machine does nothing else just now. */
static bool bench_quiet(void)
{
	u64 ticks = bench_reference();

	if (ticks < bench_best)
		bench_best = ticks;
	return ticks - bench_best <= bench_best / 16;
}

/* What is wrong with a packet, if anything is. */
static const char *bench_flaw(struct bench_run *run, struct sk_buff *skb)
{
	const struct bench_payload *payload;
	struct bench_tuple tuple = {}, sent, back;
	const struct udphdr *uh;
	unsigned int flow;
	__wsum csum;

	if (skb_linearize(skb))
		return "memory";

	if (run->to == 4) {
		const struct iphdr *iph = (void *)(skb->data + ETH_HLEN);

		uh = (void *)(iph + 1);
		csum = csum_tcpudp_nofold(iph->saddr, iph->daddr, ntohs(uh->len), IPPROTO_UDP, 0);
		ipv6_addr_set(&tuple.saddr, 0, 0, 0, iph->saddr);
		ipv6_addr_set(&tuple.daddr, 0, 0, 0, iph->daddr);
		if (iph->ihl != 5 || iph->version != 4 || iph->protocol != IPPROTO_UDP ||
		    ip_fast_csum(iph, iph->ihl))
			return "IPv4 header";
	} else {
		const struct ipv6hdr *ip6h = (void *)(skb->data + ETH_HLEN);

		uh = (void *)(ip6h + 1);
		csum = ~csum_unfold(csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, ntohs(uh->len),
						    IPPROTO_UDP, 0));
		tuple.saddr = ip6h->saddr;
		tuple.daddr = ip6h->daddr;
		if (ip6h->version != 6 || ip6h->nexthdr != IPPROTO_UDP)
			return "IPv6 header";
	}
	tuple.sport = uh->source;
	tuple.dport = uh->dest;

	payload = (void *)(uh + 1);
	flow = ntohl(payload->flow);
	if (ntohs(uh->len) != sizeof(*uh) + run->size || ntohl(payload->magic) != BENCH_MAGIC ||
	    flow - run->first >= run->flows)
		return "payload";

	/* What the device would complete is in order if it has the pseudo header's sum. */
	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		if (csum_fold(csum) != (__force __sum16)~uh->check)
			return "partial checksum";
	} else if (!uh->check) {
		if (!run->zerosum)
			return "checksum of zero";
	} else if (csum_fold(csum_partial(uh, ntohs(uh->len), csum))) {
		return "checksum";
	}

	if (__test_and_set_bit(flow - run->first, run->seen))
		return "flow, seen before";

	if (run->reply) {
		bench_flow(run, flow, &sent);
		bench_reply(&sent, &back);
		if (memcmp(&back, &tuple, sizeof(tuple)))
			return "destination of a reply";
	} else {
		bench_learnt[flow - run->first] = tuple;
	}
	return NULL;
}

static void bench_sink(struct bench_run *run, struct sk_buff *skb, __be16 proto, unsigned int len)
{
	if (unlikely(proto != run->proto || len != run->len)) {
		/* Neighbour discovery and the like are not of the run. */
		run->bad++;
		return;
	}
	if (unlikely(run->mode == BENCH_LEARN)) {
		const char *flaw = bench_flaw(run, skb);

		if (flaw) {
			run->flaw = flaw;
			return;
		}
	}
	if (++run->good == run->want) {
		run->done = bench_ticks();
		if (unlikely(wq_has_sleeper(&run->wait)))
			wake_up(&run->wait);
	}
}

static netdev_tx_t bench_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct bench_run *run = rcu_dereference_bh(bench_running);

	if (likely(run && dev == run->sink))
		bench_sink(run, skb, eth_hdr(skb)->h_proto, skb->len);
	consume_skb(skb);
	return NETDEV_TX_OK;
}

static rx_handler_result_t bench_rx(struct sk_buff **pskb)
{
	struct bench_run *run = rcu_dereference_bh(bench_running);
	struct sk_buff *skb = *pskb;

	if (likely(run))
		bench_sink(run, skb, skb->protocol, skb->len + ETH_HLEN);
	consume_skb(skb);
	return RX_HANDLER_CONSUMED;
}

/* Behind everything, where conntrack has done its part too. */
static unsigned int bench_local_in(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	struct bench_run *run = rcu_dereference_bh(bench_running);

	if (!run)
		return NF_ACCEPT;
	skb_push(skb, ETH_HLEN);
	bench_sink(run, skb, skb->protocol, skb->len);
	consume_skb(skb);
	return NF_STOLEN;
}

static const struct nf_hook_ops bench_local_ops[] = {
	{
		.hook		= bench_local_in,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= INT_MAX,
	},
	{
		.hook		= bench_local_in,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= INT_MAX,
	},
};

static const struct net_device_ops bench_netdev_ops = {
	.ndo_start_xmit		= bench_xmit,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
};

static void bench_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &bench_netdev_ops;
	dev->needs_free_netdev = true;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_NO_QUEUE;
	dev->features = NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_GSO_SOFTWARE | NETIF_F_HW_CSUM |
			NETIF_F_HIGHDMA | NETIF_F_LLTX;
	dev->hw_features = dev->features;
	dev->vlan_features = dev->features;
	eth_hw_addr_random(dev);
}

static struct rtnl_link_ops bench_link_ops = {
	.kind	= "bench",
	.setup	= bench_setup,
};

/* The routes that a socket of this host would send the packet by. */
static struct dst_entry *bench_route4(struct net *net, const struct bench_tuple *tuple)
{
	struct flowi4 fl4 = {
		.saddr		= tuple->saddr.s6_addr32[3],
		.daddr		= tuple->daddr.s6_addr32[3],
		.fl4_sport	= tuple->sport,
		.fl4_dport	= tuple->dport,
		.flowi4_proto	= IPPROTO_UDP,
	};
	struct rtable *rt = ip_route_output_key(net, &fl4);

	return IS_ERR(rt) ? NULL : &rt->dst;
}

static struct dst_entry *bench_route6(struct net *net, const struct bench_tuple *tuple)
{
	struct flowi6 fl6 = {
		.saddr		= tuple->saddr,
		.daddr		= tuple->daddr,
		.fl6_sport	= tuple->sport,
		.fl6_dport	= tuple->dport,
		.flowi6_proto	= IPPROTO_UDP,
	};
	struct dst_entry *dst = ip6_route_output(net, NULL, &fl6);

	if (!dst->error)
		return dst;
	dst_release(dst);
	return NULL;
}

/* Room for the packet: as a driver has it, or as UDP reserves it. */
static struct sk_buff *bench_alloc(const struct bench_run *run, const struct bench_tuple *tuple,
				   unsigned int len)
{
	struct dst_entry *dst;
	struct sk_buff *skb;
	unsigned int room;

	if (run->in) {
		struct ethhdr *eth;

		skb = netdev_alloc_skb_ip_align(run->in, ETH_HLEN + len);
		if (!skb)
			return NULL;
		eth = skb_put(skb, ETH_HLEN);
		ether_addr_copy(eth->h_dest, run->in->dev_addr);
		eth_zero_addr(eth->h_source);
		eth->h_source[0] = 0x02;
		eth->h_proto = run->from == 4 ? htons(ETH_P_IP) : htons(ETH_P_IPV6);
		return skb;
	}

	dst = run->from == 4 ? bench_route4(run->net, tuple) : bench_route6(run->net, tuple);
	if (!dst)
		return NULL;
	room = LL_RESERVED_SPACE(dst->dev);
	skb = alloc_skb(room + len + 15, GFP_KERNEL);
	if (!skb) {
		dst_release(dst);
		return NULL;
	}
	skb_reserve(skb, room);
	skb_dst_set(skb, dst);
	return skb;
}

static struct sk_buff *bench_packet(const struct bench_run *run, unsigned int flow)
{
	unsigned int iphlen = run->from == 4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	unsigned int ulen = sizeof(struct udphdr) + run->size;
	struct bench_payload *payload;
	struct bench_tuple tuple;
	struct sk_buff *skb;
	struct udphdr *uh;
	void *network;
	__wsum csum;

	if (run->reply)
		bench_reply(&bench_learnt[flow - run->first], &tuple);
	else
		bench_flow(run, flow, &tuple);
	skb = bench_alloc(run, &tuple, iphlen + ulen);
	if (!skb)
		return NULL;

	network = skb_put(skb, iphlen);
	uh = skb_put_zero(skb, ulen);
	payload = (void *)(uh + 1);
	payload->magic = htonl(BENCH_MAGIC);
	payload->flow = htonl(flow);

	uh->source = tuple.sport;
	uh->dest = tuple.dport;
	uh->len = htons(ulen);
	/* The rest of it is zeros. */
	csum = csum_partial(uh, sizeof(*uh) + sizeof(*payload), 0);

	if (run->from == 4) {
		struct iphdr *iph = network;

		*iph = (struct iphdr) {
			.version	= 4,
			.ihl		= 5,
			.tot_len	= htons(iphlen + ulen),
			.frag_off	= htons(IP_DF),
			.ttl		= 64,
			.protocol	= IPPROTO_UDP,
			.saddr		= tuple.saddr.s6_addr32[3],
			.daddr		= tuple.daddr.s6_addr32[3],
		};
		iph->check = ip_fast_csum(iph, iph->ihl);
		if (run->in)
			uh->check = csum_tcpudp_magic(iph->saddr, iph->daddr, ulen, IPPROTO_UDP,
						      csum);
		else
			uh->check = ~csum_tcpudp_magic(iph->saddr, iph->daddr, ulen, IPPROTO_UDP,
						       0);
	} else {
		struct ipv6hdr *ip6h = network;

		*ip6h = (struct ipv6hdr) {
			.version	= 6,
			.payload_len	= htons(ulen),
			.nexthdr	= IPPROTO_UDP,
			.hop_limit	= 64,
			.saddr		= tuple.saddr,
			.daddr		= tuple.daddr,
		};
		if (run->in)
			uh->check = csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, ulen, IPPROTO_UDP,
						    csum);
		else
			uh->check = ~csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, ulen, IPPROTO_UDP,
						     0);
	}

	if (run->in) {
		if (!uh->check)
			uh->check = CSUM_MANGLED_0;
		skb->protocol = eth_type_trans(skb, run->in);
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	} else {
		skb_reset_network_header(skb);
		skb_set_transport_header(skb, iphlen);
		skb->protocol = run->from == 4 ? htons(ETH_P_IP) : htons(ETH_P_IPV6);
		skb->ip_summed = CHECKSUM_PARTIAL;
		skb->csum_start = skb_transport_header(skb) - skb->head;
		skb->csum_offset = offsetof(struct udphdr, check);
	}
	return skb;
}

static void bench_send(const struct bench_run *run, struct sk_buff *skb)
{
	if (run->in)
		netif_receive_skb(skb);
	else if (run->from == 4)
		ip_local_out(run->net, NULL, skb);
	else
		ip6_local_out(run->net, NULL, skb);
}

/*
 * Each flow once in a cycle, in an order that neither caches nor prefetching know: a linear
 * congruential generator of full period, whatever is beyond the last flow skipped.
 */
static unsigned int bench_next(struct bench_run *run)
{
	if (run->mode == BENCH_NEW)
		return run->first + run->next++;
	do {
		run->order = (run->order * 1664525 + 1013904223) & run->order_mask;
	} while (run->order >= run->flows);
	return run->first + run->order;
}

static int bench_batch(struct bench_run *run, unsigned int n, u64 *ticks)
{
	u64 begin, end;
	unsigned int i;
	bool quiet;

	for (i = 0; i < n; i++) {
		run->skbs[i] = bench_packet(run, bench_next(run));
		if (!run->skbs[i]) {
			while (i--)
				kfree_skb(run->skbs[i]);
			return -ENOMEM;
		}
	}
	run->good = 0;
	run->want = n;

	quiet = bench_quiet();
	begin = bench_ticks();
	local_bh_disable();
	for (i = 0; i < n; i++)
		bench_send(run, run->skbs[i]);
	local_bh_enable();
	end = bench_ticks();

	/* User space may have to be waited for. */
	if (unlikely(READ_ONCE(run->good) != n)) {
		wait_event_timeout(run->wait, READ_ONCE(run->good) == n, HZ);
		if (READ_ONCE(run->good) != n)
			return -EIO;
		end = run->done;
	}
	quiet &= bench_quiet();
	*ticks = (end - begin) | (quiet ? 0 : BENCH_DISTURBED);
	return 0;
}

static int bench_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* For a packet, in hundredths: ticks, or nanoseconds where it is known what ALL ticks took. */
static u64 bench_hundredths(const struct bench_run *run, u64 ticks, u64 all, u64 ns)
{
	ticks *= 100;
	if (IS_ENABLED(CONFIG_UML))
		ticks = mul_u64_u64_div_u64(ticks, ns, all);
	return div_u64(ticks, run->batch);
}

static int bench_measure(struct bench_run *run)
{
	unsigned int i, quiet = 0, all;
	unsigned int most = run->batches * BENCH_TRIES, enough = run->batches / 50 + 1;
	u64 begin, end, min, median, ns;
	int err;

	if (run->mode == BENCH_NEW)
		most = min(most, run->flows / run->batch);

	ns = ktime_get_raw_ns();
	begin = bench_ticks();
	for (all = 0; quiet < run->batches && all < most; all++) {
		if (all >= run->batches &&
		    ktime_get_raw_ns() - ns > (quiet < enough ? 5 * BENCH_TIME : BENCH_TIME))
			break;
		err = bench_batch(run, run->batch, &run->ticks[all]);
		if (err)
			return err;
		if (!(run->ticks[all] & BENCH_DISTURBED))
			quiet++;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	end = bench_ticks();
	ns = ktime_get_raw_ns() - ns;

	/* What was disturbed is last, and does not count unless next to everything was. */
	if (quiet < enough) {
		for (i = 0; i < all; i++)
			run->ticks[i] &= ~BENCH_DISTURBED;
		quiet = 0;
	}
	sort(run->ticks, all, sizeof(*run->ticks), bench_compare, NULL);
	min = bench_hundredths(run, run->ticks[0], end - begin, ns);
	median = bench_hundredths(run, run->ticks[(quiet ?: all) / 2], end - begin, ns);
	scnprintf(bench_result, sizeof(bench_result), "%llu.%02llu %llu.%02llu %u\n", min / 100,
		  min % 100, median / 100, median % 100, quiet);
	return 0;
}

static int bench_learn(struct bench_run *run)
{
	unsigned int left, n;
	u64 ticks;
	int err;

	if (!run->reply) {
		vfree(bench_learnt);
		bench_learnt_flows = 0;
		bench_learnt = vzalloc(array_size(run->flows, sizeof(*bench_learnt)));
		if (!bench_learnt)
			return -ENOMEM;
		bench_learnt_flows = run->flows;
	}
	for (left = run->flows; left; left -= n) {
		n = min(left, run->batch);
		err = bench_batch(run, n, &ticks);
		if (err)
			return err;
		cond_resched();
	}
	scnprintf(bench_result, sizeof(bench_result), "%u\n", run->flows);
	return 0;
}

static int bench_go(struct bench_run *run)
{
	int err;

	if ((run->in && !(run->in->flags & IFF_UP)) || (run->out && !(run->out->flags & IFF_UP)))
		return -ENETDOWN;
	if (run->reply && run->flows > bench_learnt_flows)
		return -ENOENT;

	run->seen = bitmap_zalloc(run->flows, GFP_KERNEL);
	run->ticks = vzalloc(array3_size(run->batches, BENCH_TRIES, sizeof(*run->ticks)));
	if (!run->seen || !run->ticks) {
		err = -ENOMEM;
		goto out;
	}

	init_waitqueue_head(&run->wait);
	run->order_mask = roundup_pow_of_two(max(run->flows, 4U)) - 1;
	run->sink = run->out;
	run->proto = run->to == 4 ? htons(ETH_P_IP) : htons(ETH_P_IPV6);
	run->len = ETH_HLEN + (run->to == 4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)) +
		   sizeof(struct udphdr) + run->size;

	if (run->mode == BENCH_SINK && run->in) {
		rtnl_lock();
		err = netdev_rx_handler_register(run->in, bench_rx, NULL);
		rtnl_unlock();
		if (err)
			goto out;
	}
	if (!run->out) {
		err = nf_register_net_hooks(run->net, bench_local_ops, ARRAY_SIZE(bench_local_ops));
		if (err)
			goto out;
	}
	rcu_assign_pointer(bench_running, run);

	err = run->mode == BENCH_LEARN ? bench_learn(run) : bench_measure(run);
	if (err)
		scnprintf(bench_result, sizeof(bench_result),
			  "%pe: %u of %u came out as they should, %u others%s%s\n", ERR_PTR(err),
			  run->good, run->want, run->bad, run->flaw ? ", wrong " : "",
			  run->flaw ?: "");

	if (run->mode == BENCH_SINK && run->in) {
		rtnl_lock();
		netdev_rx_handler_unregister(run->in);
		rtnl_unlock();
	}
	if (!run->out)
		nf_unregister_net_hooks(run->net, bench_local_ops, ARRAY_SIZE(bench_local_ops));
	RCU_INIT_POINTER(bench_running, NULL);
	synchronize_net();
out:
	vfree(run->ticks);
	bitmap_free(run->seen);
	return err;
}

static int bench_address(const char *text, struct in6_addr *addr)
{
	*addr = (struct in6_addr) {};
	if (in4_pton(text, -1, (u8 *)&addr->s6_addr32[3], -1, NULL) ||
	    in6_pton(text, -1, addr->s6_addr, -1, NULL))
		return 0;
	return -EINVAL;
}

static int bench_number(const char *text, unsigned int *number, unsigned int low, unsigned int high)
{
	int err = kstrtouint(text, 0, number);

	return err ?: *number < low || *number > high ? -ERANGE : 0;
}

static int bench_device(const char *name, struct net_device **dev)
{
	if (*dev)
		return -EINVAL;
	if (!strcmp(name, "local"))
		return 0;
	*dev = dev_get_by_name(current->nsproxy->net_ns, name);
	if (!*dev)
		return -ENODEV;
	return (*dev)->netdev_ops == &bench_netdev_ops ? 0 : -EINVAL;
}

static int bench_word(struct bench_run *run, char *word)
{
	char *value = strchr(word, '=');
	int mode;

	if (!strcmp(word, "reply")) {
		run->reply = true;
		return 0;
	}
	if (!strcmp(word, "zerosum")) {
		run->zerosum = true;
		return 0;
	}
	mode = match_string(bench_modes, ARRAY_SIZE(bench_modes), word);
	if (mode >= 0) {
		run->mode = mode;
		return 0;
	}
	if (!value)
		return -EINVAL;

	*value++ = 0;
	if (!strcmp(word, "in"))
		return bench_device(value, &run->in);
	if (!strcmp(word, "out"))
		return bench_device(value, &run->out);
	if (!strcmp(word, "saddr"))
		return bench_address(value, &run->tuple.saddr);
	if (!strcmp(word, "daddr"))
		return bench_address(value, &run->tuple.daddr);
	if (!strcmp(word, "scount"))
		return bench_number(value, &run->scount, 1, BENCH_FLOWS);
	if (!strcmp(word, "dcount"))
		return bench_number(value, &run->dcount, 1, BENCH_FLOWS);
	if (!strcmp(word, "from"))
		return bench_number(value, &run->from, 4, 6);
	if (!strcmp(word, "to"))
		return bench_number(value, &run->to, 4, 6);
	if (!strcmp(word, "size"))
		return bench_number(value, &run->size, sizeof(struct bench_payload), 1400);
	if (!strcmp(word, "first"))
		return bench_number(value, &run->first, 0, INT_MAX);
	if (!strcmp(word, "flows"))
		return bench_number(value, &run->flows, 1, BENCH_FLOWS);
	if (!strcmp(word, "batch"))
		return bench_number(value, &run->batch, 1, BENCH_BATCH);
	if (!strcmp(word, "batches"))
		return bench_number(value, &run->batches, 1, BENCH_BATCHES);
	return -EINVAL;
}

static ssize_t bench_write(struct file *file, const char __user *from, size_t len, loff_t *off)
{
	struct bench_run *run;
	char *text, *rest, *word;
	int err = 0;

	if (len > PAGE_SIZE)
		return -EINVAL;
	text = memdup_user_nul(from, len);
	if (IS_ERR(text))
		return PTR_ERR(text);
	run = kzalloc(sizeof(*run), GFP_KERNEL);
	if (!run) {
		kfree(text);
		return -ENOMEM;
	}
	run->net = current->nsproxy->net_ns;
	run->scount = 1;
	run->dcount = 1;
	run->flows = 1;
	run->batch = 64;
	run->batches = 1000;
	run->size = 18;

	mutex_lock(&bench_mutex);
	bench_result[0] = 0;
	rest = strim(text);
	while (!err && (word = strsep(&rest, " ")))
		err = *word ? bench_word(run, word) : 0;
	if (!err && !((run->in || run->out) && run->from && run->to))
		err = -EINVAL;
	if (!err)
		err = bench_go(run);
	if (err && !bench_result[0])
		scnprintf(bench_result, sizeof(bench_result), "%pe\n", ERR_PTR(err));
	mutex_unlock(&bench_mutex);

	dev_put(run->in);
	dev_put(run->out);
	kfree(run);
	kfree(text);
	return err ?: len;
}

static int bench_show(struct seq_file *seq, void *v)
{
	mutex_lock(&bench_mutex);
	seq_puts(seq, bench_result);
	mutex_unlock(&bench_mutex);
	return 0;
}

static int bench_open(struct inode *inode, struct file *file)
{
	return single_open(file, bench_show, NULL);
}

static const struct proc_ops bench_proc_ops = {
	.proc_open	= bench_open,
	.proc_read	= seq_read,
	.proc_write	= bench_write,
	.proc_lseek	= seq_lseek,
	.proc_release	= single_release,
};

static int __init bench_init(void)
{
	int err = rtnl_link_register(&bench_link_ops);

	if (err)
		return err;
	if (!proc_create(KBUILD_MODNAME, 0600, NULL, &bench_proc_ops)) {
		rtnl_link_unregister(&bench_link_ops);
		return -ENOMEM;
	}
	return 0;
}

static void __exit bench_exit(void)
{
	remove_proc_entry(KBUILD_MODNAME, NULL);
	rtnl_link_unregister(&bench_link_ops);
	vfree(bench_learnt);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sender and receiver for the benchmark of nft xlat");
MODULE_ALIAS_RTNL_LINK("bench");
