// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink messages on their way from libnftables to the kernel and back: the
 * expressions of rules are exchanged, and errors that the kernel reports are
 * made to point at where libnftables had put the expression.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "diag.h"
#include "expr.h"
#include "netlink.h"

/* Where the attributes of a message of nf_tables start. */
#define ATTRS_OFFSET (NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nfgenmsg)))

/**
 * struct exchange - an expression that has been exchanged
 * @message: number of its message, from 0
 * @offset: where it starts in the message that the kernel got
 * @len: its length there
 * @grown: by how much it is longer there than in libnftables' message
 */
struct exchange {
	size_t message;
	uint32_t offset;
	uint32_t len;
	int32_t grown;
};

/**
 * struct sent - a message in which an expression has been exchanged
 * @seq: its sequence number
 * @len: its length
 */
struct sent {
	uint32_t seq;
	uint32_t len;
};

static struct exchange *exchanges;
static size_t nexchanges;
static struct sent *sent;
static size_t nsent;

/* A rule has become too large for a message. */
static bool overflow;

typedef bool (*exchange_fn)(const struct nlattr *elem, struct buf *out);
typedef bool (*message_fn)(const struct nlmsghdr *nlh, const char *next,
			   struct buf *out);

static bool is_rule(const struct nlmsghdr *nlh)
{
	if (NFNL_SUBSYS_ID(nlh->nlmsg_type) != NFNL_SUBSYS_NFTABLES ||
	    nlh->nlmsg_len < ATTRS_OFFSET)
		return false;
	return NFNL_MSG_TYPE(nlh->nlmsg_type) == NFT_MSG_NEWRULE ||
	       NFNL_MSG_TYPE(nlh->nlmsg_type) == NFT_MSG_DELRULE;
}

static void remember_exchange(const struct nlattr *elem, size_t start,
			      size_t before, const struct buf *out)
{
	exchanges = xrealloc(exchanges,
			     (nexchanges + 1) * sizeof(*exchanges));
	exchanges[nexchanges++] = (struct exchange){
		.message = nsent,
		.offset = before - start,
		.len = out->len - before,
		.grown = (int32_t)(out->len - before) -
			 (int32_t)NLA_ALIGN(elem->nla_len),
	};
}

static void remember_sent(const struct nlmsghdr *nlh, size_t len)
{
	sent = xrealloc(sent, (nsent + 1) * sizeof(*sent));
	sent[nsent++] = (struct sent){ .seq = nlh->nlmsg_seq, .len = len };
}

/* Appends @end - @from bytes, as they are. */
static void copy(struct buf *out, const void *from, const char *end)
{
	buf_add(out, from, end - (const char *)from);
}

/* Return: true when there has been an expression to exchange. */
static bool copy_expressions(const struct nlattr *list, struct buf *out,
			     size_t start, exchange_fn exchange)
{
	const char *end = (const char *)attr_data(list) + attr_len(list);
	const struct nlattr *elem;
	bool changed = false;
	size_t begin;

	begin = attr_begin(out, list->nla_type);
	attr_for_each(elem, attr_data(list), attr_len(list)) {
		const char *next = (const char *)attr_next(elem);
		size_t before = out->len;

		if (exchange(elem, out)) {
			changed = true;
			if (exchange == expr_to_kernel)
				remember_exchange(elem, start, before, out);
		} else {
			copy(out, elem, next < end ? next : end);
		}
	}
	if ((const char *)elem < end)
		copy(out, elem, end);
	if (!attr_end(out, begin))
		overflow = true;
	return changed;
}

/* Return: true when there has been an expression to exchange. */
static bool copy_rule(const struct nlmsghdr *nlh, struct buf *out,
		      exchange_fn exchange)
{
	const char *attrs = (const char *)nlh + ATTRS_OFFSET;
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	size_t start = out->len;
	const struct nlattr *attr;
	bool changed = false;
	uint32_t len;

	copy(out, nlh, attrs);
	attr_for_each(attr, attrs, end - attrs) {
		const char *next = (const char *)attr_next(attr);

		if (attr_type(attr) == NFTA_RULE_EXPRESSIONS)
			changed |= copy_expressions(attr, out, start,
						    exchange);
		else
			copy(out, attr, next < end ? next : end);
	}
	if ((const char *)attr < end)
		copy(out, attr, end);
	if (!changed)
		return false;

	len = out->len - start;
	memcpy(out->data + start + offsetof(struct nlmsghdr, nlmsg_len), &len,
	       sizeof(len));
	if (exchange == expr_to_kernel)
		remember_sent(nlh, len);
	return true;
}

static bool message_ok(const struct nlmsghdr *nlh, size_t left)
{
	return left >= NLMSG_HDRLEN && nlh->nlmsg_len >= NLMSG_HDRLEN &&
	       nlh->nlmsg_len <= left;
}

static void forget_sent(void)
{
	nexchanges = 0;
	nsent = 0;
	overflow = false;
}

/* Copies messages, those that @exchange takes care of as it wants them.
 *
 * Return: true when there has been one of these.
 */
static bool copy_messages(const void *data, size_t len, struct buf *out,
			  message_fn exchange)
{
	const struct nlmsghdr *nlh = data;
	const char *end = (const char *)data + len;
	bool changed = false;

	while (message_ok(nlh, end - (const char *)nlh)) {
		const char *next = (const char *)nlh +
				   NLMSG_ALIGN(nlh->nlmsg_len);
		size_t start = out->len;

		if (next > end)
			next = end;
		if (exchange(nlh, next, out)) {
			changed = true;
		} else {
			out->len = start;
			copy(out, nlh, next);
		}
		nlh = (const struct nlmsghdr *)next;
	}
	copy(out, nlh, end);
	return changed;
}

static bool exchange_to_kernel(const struct nlmsghdr *nlh, const char *next,
			       struct buf *out)
{
	(void)next;
	return is_rule(nlh) && copy_rule(nlh, out, expr_to_kernel);
}

/**
 * netlink_to_kernel() - messages for the kernel
 * @data: messages of libnftables
 * @len: their length
 * @out: where the messages for the kernel go
 *
 * Return: 1 if they differ, 0 if not, -1 when a rule gets too large.
 */
int netlink_to_kernel(const void *data, size_t len, struct buf *out)
{
	bool changed;

	forget_sent();
	changed = copy_messages(data, len, out, exchange_to_kernel);
	return overflow ? -1 : changed;
}

/* Where a place in a message was before expressions have been exchanged. */
static uint32_t former_offset(size_t message, uint32_t offset)
{
	uint32_t former = offset;
	size_t i;

	for (i = 0; i < nexchanges && exchanges[i].message <= message; i++) {
		const struct exchange *exchange = &exchanges[i];

		if (exchange->message < message || offset <= exchange->offset)
			continue;
		if (offset < exchange->offset + exchange->len)
			return former - (offset - exchange->offset);
		former -= exchange->grown;
	}
	return former;
}

static const struct exchange *exchange_at(size_t message, uint32_t offset)
{
	size_t i;

	for (i = 0; i < nexchanges; i++)
		if (exchanges[i].message == message &&
		    offset >= exchanges[i].offset &&
		    offset < exchanges[i].offset + exchanges[i].len)
			return &exchanges[i];
	return NULL;
}

/* The attribute of an error that tells the place, or NULL. */
static const struct nlattr *error_offset(const struct nlmsghdr *nlh,
					 const struct nlmsgerr *err)
{
	const char *attrs = (const char *)(err + 1);
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	const struct nlattr *attr;
	size_t request;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED)) {
		request = err->msg.nlmsg_len;
		if (request < NLMSG_HDRLEN ||
		    NLMSG_ALIGN(request) - NLMSG_HDRLEN > (size_t)(end - attrs))
			return NULL;
		attrs += NLMSG_ALIGN(request) - NLMSG_HDRLEN;
	}
	attr_for_each(attr, attrs, end - attrs)
		if (attr_type(attr) == NLMSGERR_ATTR_OFFS &&
		    attr_len(attr) == sizeof(uint32_t))
			return attr;
	return NULL;
}

/* The kernel has no words of its own for why it refuses an expression. */
static void explain(const struct nlmsgerr *err, bool at_xlat, bool placed)
{
	bool in_batch = NFNL_SUBSYS_ID(err->msg.nlmsg_type) ==
			NFNL_SUBSYS_NONE && nsent;

	if (err->error == -EOPNOTSUPP &&
	    (at_xlat || (in_batch && !placed)))
		diag_hint(DIAG_HINT_PLACE);
	else if (err->error == -ENOENT && at_xlat)
		diag_hint(DIAG_HINT_MODULE);
}

static void copy_error(const struct nlmsghdr *nlh, const char *next,
		       struct buf *out)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	const struct nlattr *attr;
	size_t start = out->len;
	uint32_t offset = 0;
	size_t i;

	copy(out, nlh, next);
	if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*err)))
		return;
	attr = error_offset(nlh, err);
	if (attr)
		memcpy(&offset, attr_data(attr), sizeof(offset));

	for (i = 0; i < nsent; i++)
		if (sent[i].seq == err->msg.nlmsg_seq &&
		    sent[i].len == err->msg.nlmsg_len)
			break;
	if (i == nsent) {
		explain(err, false, attr);
		return;
	}

	explain(err, !attr || exchange_at(i, offset), attr);
	if (attr) {
		size_t at = (const char *)attr_data(attr) - (const char *)nlh;

		offset = former_offset(i, offset);
		memcpy(out->data + start + at, &offset, sizeof(offset));
	}
}

static bool exchange_from_kernel(const struct nlmsghdr *nlh, const char *next,
				 struct buf *out)
{
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		copy_error(nlh, next, out);
		return true;
	}
	return is_rule(nlh) && copy_rule(nlh, out, expr_from_kernel);
}

/**
 * netlink_from_kernel() - messages from the kernel
 * @data: messages of the kernel
 * @len: their length
 * @out: where the messages for libnftables go
 */
void netlink_from_kernel(const void *data, size_t len, struct buf *out)
{
	copy_messages(data, len, out, exchange_from_kernel);
}

/**
 * netlink_free() - forget which messages have been sent
 */
void netlink_free(void)
{
	forget_sent();
	free(exchanges);
	exchanges = NULL;
	free(sent);
	sent = NULL;
}
