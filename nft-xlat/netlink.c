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
#include "exchange.h"
#include "netlink.h"
#include "sets.h"

/* Where the attributes of a message of nf_tables start. */
#define ATTRS_OFFSET (NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nfgenmsg)))

/**
 * struct exchange - expressions that have been exchanged
 * @message: number of their message, from 0
 * @offset: where they start in the message that the kernel got
 * @len: their length there
 * @grown: by how much they are longer there than in libnftables' message
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

typedef bool (*message_fn)(const struct nlmsghdr *nlh, const char *next,
			   struct buf *out);

static unsigned int message_type(const struct nlmsghdr *nlh)
{
	return NFNL_MSG_TYPE(nlh->nlmsg_type);
}

static bool is_nftables(const struct nlmsghdr *nlh)
{
	return NFNL_SUBSYS_ID(nlh->nlmsg_type) == NFNL_SUBSYS_NFTABLES &&
	       nlh->nlmsg_len >= ATTRS_OFFSET;
}

static const char *message_attrs(const struct nlmsghdr *nlh)
{
	return (const char *)nlh + ATTRS_OFFSET;
}

static const char *message_end(const struct nlmsghdr *nlh)
{
	return (const char *)nlh + nlh->nlmsg_len;
}

static uint8_t message_family(const struct nlmsghdr *nlh)
{
	return ((const struct nfgenmsg *)NLMSG_DATA(nlh))->nfgen_family;
}

static void remember_exchange(uint32_t offset, uint32_t len, uint32_t former)
{
	exchanges = xrealloc(exchanges,
			     (nexchanges + 1) * sizeof(*exchanges));
	exchanges[nexchanges++] = (struct exchange){
		.message = nsent,
		.offset = offset,
		.len = len,
		.grown = (int32_t)(len - former),
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

/* Copies the expressions of a rule, those that have to do with xlat exchanged.
 *
 * Return: false when there is none of these.
 */
static bool copy_expressions(const struct rule *rule, struct buf *out,
			     size_t start, bool to_kernel)
{
	size_t begin = attr_begin(out, rule->list->nla_type), former;
	size_t changed = 0;

	if (to_kernel ? !exchange_to_kernel(rule, out, &changed)
		      : !exchange_from_kernel(rule, out))
		return false;
	if (!attr_end(out, begin))
		overflow = true;
	if (to_kernel) {
		former = NLA_ALIGN(rule->list->nla_len) - (changed - begin);
		remember_exchange(changed - start, out->len - changed, former);
	}
	return true;
}

/* Return: true when there has been an expression to exchange. */
static bool copy_rule(const struct nlmsghdr *nlh, struct buf *out,
		      bool to_kernel)
{
	const char *attrs = message_attrs(nlh), *end = message_end(nlh);
	struct rule rule = { .family = message_family(nlh) };
	size_t start = out->len;
	const struct nlattr *attr;
	bool changed = false;
	uint32_t len;

	copy(out, nlh, attrs);
	attr_for_each(attr, attrs, end - attrs) {
		const char *next = (const char *)attr_next(attr);
		size_t before = out->len;

		if (attr_type(attr) == NFTA_RULE_TABLE &&
		    memchr(attr_data(attr), '\0', attr_len(attr)))
			rule.table = attr_data(attr);
		if (attr_type(attr) == NFTA_RULE_EXPRESSIONS) {
			rule.list = attr;
			if (copy_expressions(&rule, out, start, to_kernel)) {
				changed = true;
				continue;
			}
			out->len = before;
		}
		copy(out, attr, next < end ? next : end);
	}
	if ((const char *)attr < end)
		copy(out, attr, end);
	if (!changed)
		return false;

	len = out->len - start;
	memcpy(out->data + start + offsetof(struct nlmsghdr, nlmsg_len), &len,
	       sizeof(len));
	if (to_kernel)
		remember_sent(nlh, len);
	return true;
}

/* Copies a message of nf_tables if there is something to exchange in it.
 *
 * Return: false when there is not.
 */
static bool copy_nftables(const struct nlmsghdr *nlh, struct buf *out,
			  bool to_kernel)
{
	const char *attrs = message_attrs(nlh);

	if (!is_nftables(nlh))
		return false;
	switch (message_type(nlh)) {
	case NFT_MSG_NEWRULE:
	case NFT_MSG_DELRULE:
		return copy_rule(nlh, out, to_kernel);
	case NFT_MSG_NEWSET:
		sets_add(message_family(nlh), (const struct nlattr *)attrs,
			 message_end(nlh) - attrs);
		break;
	}
	return false;
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

static bool message_to_kernel(const struct nlmsghdr *nlh, const char *next,
			      struct buf *out)
{
	(void)next;
	return copy_nftables(nlh, out, true);
}

/**
 * netlink_to_kernel() - messages for the kernel
 * @data: messages of libnftables
 * @len: their length
 * @out: where the messages for the kernel go
 *
 * Return: 1 if they differ, 0 if not, -1 when a rule gets too large or
 * there is something wrong with a statement.
 */
int netlink_to_kernel(const void *data, size_t len, struct buf *out)
{
	bool changed;

	forget_sent();
	changed = copy_messages(data, len, out, message_to_kernel);
	return overflow || diag_failed() ? -1 : changed;
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

static bool message_from_kernel(const struct nlmsghdr *nlh, const char *next,
				struct buf *out)
{
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		copy_error(nlh, next, out);
		return true;
	}
	return copy_nftables(nlh, out, false);
}

/**
 * netlink_from_kernel() - messages from the kernel
 * @data: messages of the kernel
 * @len: their length
 * @out: where the messages for libnftables go
 */
void netlink_from_kernel(const void *data, size_t len, struct buf *out)
{
	copy_messages(data, len, out, message_from_kernel);
}

/**
 * netlink_free() - forget what messages have told
 */
void netlink_free(void)
{
	forget_sent();
	free(exchanges);
	exchanges = NULL;
	free(sent);
	sent = NULL;
	sets_free();
}
