// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions of the C library that libnftables and libmnl call. The dynamic
 * linker looks for them in the program first, so these here are called.
 */

/* The functions are to have the names that the C library has for them, and not
 * those of variants for large files or late dates.
 */
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS

#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <linux/netlink.h>

#include "diag.h"
#include "hooks.h"
#include "netlink.h"
#include "source.h"
#include "util.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT FILE *fopen(const char *name, const char *mode);
EXPORT FILE *fopen64(const char *name, const char *mode);
EXPORT int fgetc(FILE *file);
EXPORT int fseek(FILE *file, long offset, int whence);
EXPORT ssize_t sendmsg(int fd, const struct msghdr *msg, int flags);
EXPORT ssize_t recvmsg(int fd, struct msghdr *msg, int flags);

static bool enabled;
static struct buf outgoing;
static struct buf incoming;

/* Sets @pointer to the function that would be called if it were not for us. */
#define find_next(pointer, name) \
	(pointer ? (void)0 : (void)(*(void **)&pointer = dlsym(RTLD_NEXT, name)))

static FILE *opened(FILE *file, const char *name, const char *mode)
{
	if (file && sources_active() && !strcmp(mode, "r"))
		source_opened(file, diag_name(name));
	return file;
}

/**
 * fopen() - open a file, maybe one of a ruleset
 * @name: its name
 * @mode: how it is opened
 *
 * Return: the file, or NULL with errno set.
 */
FILE *fopen(const char *name, const char *mode)
{
	static FILE *(*next)(const char *name, const char *mode);

	find_next(next, "fopen");
	return opened(next(name, mode), name, mode);
}

/**
 * fopen64() - what fopen() is called where files may be large
 * @name: its name
 * @mode: how it is opened
 *
 * Return: the file, or NULL with errno set.
 */
FILE *fopen64(const char *name, const char *mode)
{
	static FILE *(*next)(const char *name, const char *mode);

	find_next(next, "fopen64");
	return opened(next(name, mode), name, mode);
}

/**
 * fgetc() - read a character, maybe of a ruleset
 * @file: where from
 *
 * Return: the character, or EOF.
 */
int fgetc(FILE *file)
{
	static int (*next)(FILE *file);
	int c;

	if (sources_active() && source_getc(file, &c))
		return c;
	find_next(next, "fgetc");
	return next(file);
}

/**
 * fseek() - go to another place in a file, maybe in one of a ruleset
 * @file: the file
 * @offset: the place
 * @whence: what it counts from
 *
 * Return: 0, or -1 with errno set.
 */
int fseek(FILE *file, long offset, int whence)
{
	static int (*next)(FILE *file, long offset, int whence);

	find_next(next, "fseek");
	if (sources_active() && whence == SEEK_SET && offset > 0)
		offset = source_offset(file, offset);
	return next(file, offset, whence);
}

static bool is_nfnetlink(int fd)
{
	int domain = 0, protocol = -1;
	socklen_t len = sizeof(int);

	return !getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) &&
	       !getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len) &&
	       domain == AF_NETLINK && protocol == NETLINK_NETFILTER;
}

/* Lets a message be as large as @len. */
static void grow_send_buffer(int fd, size_t len)
{
	socklen_t optlen = sizeof(int);
	int size;

	/* The kernel keeps 32 bytes of it to itself. */
	if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &optlen) ||
	    len + 32 <= (size_t)size || len > INT32_MAX / 2)
		return;
	size = len;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
}

/**
 * sendmsg() - send a message, maybe to nf_tables
 * @fd: the socket
 * @msg: the message
 * @flags: as for the system call
 *
 * Return: the number of bytes sent, or -1 with errno set.
 */
ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	static ssize_t (*next)(int fd, const struct msghdr *msg, int flags);
	struct msghdr exchanged = *msg;
	struct buf data = {};
	struct iovec iov;
	ssize_t ret;
	size_t i;
	int diff;

	find_next(next, "sendmsg");
	if (!enabled || !is_nfnetlink(fd))
		return next(fd, msg, flags);

	for (i = 0; i < msg->msg_iovlen; i++)
		buf_add(&data, msg->msg_iov[i].iov_base,
			msg->msg_iov[i].iov_len);
	buf_reset(&outgoing);
	diff = netlink_to_kernel(data.data, data.len, &outgoing);
	if (diff < 0) {
		errno = diag_failed() ? ECANCELED : EMSGSIZE;
		ret = -1;
	} else if (!diff) {
		ret = next(fd, msg, flags);
	} else {
		grow_send_buffer(fd, outgoing.len);
		iov.iov_base = outgoing.data;
		iov.iov_len = outgoing.len;
		exchanged.msg_iov = &iov;
		exchanged.msg_iovlen = 1;
		ret = next(fd, &exchanged, flags);
		if (ret == (ssize_t)outgoing.len)
			ret = data.len;
	}
	buf_free(&data);
	return ret;
}

/* Return: false when there is no room. */
static bool scatter(const struct buf *from, const struct msghdr *msg)
{
	size_t done = 0, part, i;

	for (i = 0; i < msg->msg_iovlen && done < from->len; i++) {
		part = msg->msg_iov[i].iov_len;
		if (part > from->len - done)
			part = from->len - done;
		memcpy(msg->msg_iov[i].iov_base, from->data + done, part);
		done += part;
	}
	return done == from->len;
}

static void gather(struct buf *to, const struct msghdr *msg, size_t len)
{
	size_t part, i;

	for (i = 0; i < msg->msg_iovlen && len; i++) {
		part = msg->msg_iov[i].iov_len;
		if (part > len)
			part = len;
		buf_add(to, msg->msg_iov[i].iov_base, part);
		len -= part;
	}
}

/**
 * recvmsg() - receive a message, maybe from nf_tables
 * @fd: the socket
 * @msg: where the message goes
 * @flags: as for the system call
 *
 * Return: the number of bytes received, or -1 with errno set.
 */
ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	static ssize_t (*next)(int fd, struct msghdr *msg, int flags);
	struct buf data = {};
	ssize_t ret;

	find_next(next, "recvmsg");
	ret = next(fd, msg, flags);
	if (!enabled || ret <= 0 || msg->msg_flags & MSG_TRUNC ||
	    !is_nfnetlink(fd))
		return ret;

	gather(&data, msg, ret);
	buf_reset(&incoming);
	netlink_from_kernel(data.data, data.len, &incoming);
	buf_free(&data);
	if (!scatter(&incoming, msg)) {
		errno = ENOBUFS;
		return -1;
	}
	return incoming.len;
}

/**
 * hooks_enable() - exchange messages from now on, or not
 * @on: whether to
 */
void hooks_enable(bool on)
{
	enabled = on;
}

/**
 * hooks_free() - release memory
 */
void hooks_free(void)
{
	buf_free(&outgoing);
	buf_free(&incoming);
}
