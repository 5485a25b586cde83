// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in for nf_tables: to be preloaded, so that tests see the very bytes
 * that go to the kernel, and decide what comes from there, without one.
 *
 * FAKE_SENT	file that messages of batches are appended to, in hexadecimal,
 *		a line each, with zeros behind attributes: libmnl leaves there
 *		what was there before
 * FAKE_DUMP	file with what there is: messages in hexadecimal, separated by
 *		empty lines; # starts a comment
 * FAKE_REPLY	file with what a batch is answered with, in the same form
 */

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#define MESSAGES_MAX 64

static struct {
	unsigned char data[4096];
	size_t len;
} queue[MESSAGES_MAX];
static unsigned int head, tail;

static void fail(const char *what)
{
	fprintf(stderr, "fake-kernel: %s\n", what);
	exit(99);
}

static void enqueue(const void *data, size_t len)
{
	if (tail == MESSAGES_MAX || len > sizeof(queue[0].data))
		fail("too many messages, or too large");
	memcpy(queue[tail].data, data, len);
	queue[tail++].len = len;
}

/* Reads a message. Return: its length, 0 at the end of the file. */
static size_t read_message(FILE *file, unsigned char *data, size_t size)
{
	char line[512], *s, *end;
	size_t len = 0;

	while (fgets(line, sizeof(line), file)) {
		if (!line[strspn(line, " \t\n")] && len)
			break;
		line[strcspn(line, "#\n")] = '\0';
		for (s = line; ; s = end) {
			unsigned long byte = strtoul(s, &end, 16);

			if (end == s)
				break;
			if (len == size || byte > 0xff)
				fail("bad message in a file");
			data[len++] = byte;
		}
	}
	return len;
}

/* Queues the messages of a file, those of one type or all. */
static void enqueue_file(const char *variable, int type, __u32 seq)
{
	const char *name = getenv(variable);
	unsigned char data[4096];
	struct nlmsghdr *nlh = (struct nlmsghdr *)data;
	FILE *file;
	size_t len;

	if (!name || !*name)
		return;
	file = fopen(name, "re");
	if (!file)
		fail(name);
	while ((len = read_message(file, data, sizeof(data)))) {
		if (type >= 0 && nlh->nlmsg_type != type)
			continue;
		if (type >= 0)
			nlh->nlmsg_seq = seq;
		enqueue(data, len);
	}
	fclose(file);
}

static void enqueue_done(__u32 seq)
{
	struct {
		struct nlmsghdr nlh;
		int error;
	} done = {
		.nlh.nlmsg_len = sizeof(done),
		.nlh.nlmsg_type = NLMSG_DONE,
		.nlh.nlmsg_flags = NLM_F_MULTI,
		.nlh.nlmsg_seq = seq,
	};

	enqueue(&done, sizeof(done));
}

static void enqueue_generation(__u32 seq)
{
	struct {
		struct nlmsghdr nlh;
		struct nfgenmsg nfg;
		struct nlattr attr;
		__u32 id;
	} generation = {
		.nlh.nlmsg_len = sizeof(generation),
		.nlh.nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN,
		.nlh.nlmsg_seq = seq,
		.nfg.res_id = htons(1),
		.attr.nla_len = sizeof(generation.attr) +
				sizeof(generation.id),
		.attr.nla_type = NFTA_GEN_ID,
		.id = htonl(1),
	};

	enqueue(&generation, sizeof(generation));
}

ssize_t sendto(int fd, const void *data, size_t len, int flags,
	       const struct sockaddr *addr, socklen_t addrlen)
{
	const struct nlmsghdr *nlh = data;

	(void)fd;
	(void)flags;
	(void)addr;
	(void)addrlen;
	head = 0;
	tail = 0;
	if ((nlh->nlmsg_type & 0xff) == NFT_MSG_GETGEN) {
		enqueue_generation(nlh->nlmsg_seq);
	} else {
		/* The reply to GET is NEW, the number before. */
		enqueue_file("FAKE_DUMP", nlh->nlmsg_type - 1, nlh->nlmsg_seq);
		enqueue_done(nlh->nlmsg_seq);
	}
	return len;
}

static void clean(unsigned char *data, size_t len)
{
	while (len >= NLA_HDRLEN) {
		const struct nlattr *attr = (struct nlattr *)data;
		size_t used = attr->nla_len, space = NLA_ALIGN(used);

		if (used < NLA_HDRLEN || used > len)
			fail("bad attribute sent");
		if (space > len)
			space = len;
		memset(data + used, 0, space - used);
		if (attr->nla_type & NLA_F_NESTED)
			clean(data + NLA_HDRLEN, used - NLA_HDRLEN);
		data += space;
		len -= space;
	}
}

static void print_message(FILE *file, const unsigned char *data, size_t len)
{
	const size_t attrs = NLMSG_LENGTH(sizeof(struct nfgenmsg));
	unsigned char *copy = malloc(len);
	size_t i;

	if (!copy)
		fail("no memory");
	memcpy(copy, data, len);
	if (len > attrs)
		clean(copy + attrs, len - attrs);
	for (i = 0; i < len; i++)
		fprintf(file, "%02x%s", copy[i], i + 1 < len ? " " : "\n");
	free(copy);
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	const char *name = getenv("FAKE_SENT");
	FILE *file = name && *name ? fopen(name, "ae") : NULL;
	size_t i, total = 0;

	(void)fd;
	(void)flags;
	for (i = 0; i < msg->msg_iovlen; i++) {
		const unsigned char *data = msg->msg_iov[i].iov_base;
		size_t left = msg->msg_iov[i].iov_len;

		total += left;
		while (file && left >= NLMSG_HDRLEN) {
			size_t len = ((struct nlmsghdr *)data)->nlmsg_len;

			if (len < NLMSG_HDRLEN || len > left)
				fail("bad message sent");
			print_message(file, data, len);
			data += len;
			left -= len;
		}
	}
	if (file)
		fclose(file);
	head = 0;
	tail = 0;
	enqueue_file("FAKE_REPLY", -1, 0);
	return total;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	size_t len;

	(void)fd;
	(void)flags;
	if (head == tail) {
		errno = EAGAIN;
		return -1;
	}
	len = queue[head].len;
	if (len > msg->msg_iov[0].iov_len)
		fail("no room for a message");
	memcpy(msg->msg_iov[0].iov_base, queue[head++].data, len);
	memset(msg->msg_name, 0, msg->msg_namelen);
	((struct sockaddr *)msg->msg_name)->sa_family = AF_NETLINK;
	msg->msg_flags = 0;
	return len;
}

int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds,
	   struct timeval *timeout)
{
	(void)nfds;
	(void)writefds;
	(void)exceptfds;
	(void)timeout;
	if (head < tail)
		return 1;
	FD_ZERO(readfds);
	return 0;
}
