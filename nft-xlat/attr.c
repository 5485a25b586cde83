// SPDX-License-Identifier: GPL-2.0-only
/* Netlink attributes, read with care and written. */

#include <arpa/inet.h>
#include <string.h>

#include "attr.h"

/**
 * attr_ok() - is there a well-formed attribute?
 * @attr: where it would start
 * @left: bytes up to the end of what it is in
 *
 * Return: true if it is.
 */
bool attr_ok(const struct nlattr *attr, ptrdiff_t left)
{
	return left >= NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN &&
	       attr->nla_len <= left;
}

/**
 * attr_next() - the attribute behind another one
 * @attr: the other one
 *
 * Return: the attribute, to be tested with attr_ok().
 */
const struct nlattr *attr_next(const struct nlattr *attr)
{
	return (const struct nlattr *)((const char *)attr +
				       NLA_ALIGN(attr->nla_len));
}

/**
 * attr_type() - the type of an attribute, without flags
 * @attr: the attribute
 *
 * Return: the type.
 */
unsigned int attr_type(const struct nlattr *attr)
{
	return attr->nla_type & NLA_TYPE_MASK;
}

/**
 * attr_data() - what is in an attribute
 * @attr: the attribute
 *
 * Return: the first byte.
 */
const void *attr_data(const struct nlattr *attr)
{
	return (const char *)attr + NLA_HDRLEN;
}

/**
 * attr_len() - how much is in an attribute
 * @attr: the attribute
 *
 * Return: the number of bytes.
 */
size_t attr_len(const struct nlattr *attr)
{
	return attr->nla_len - NLA_HDRLEN;
}

/**
 * attr_number() - the number in an attribute
 * @attr: the attribute
 * @number: where the number goes
 *
 * Return: false when there is no number in it.
 */
bool attr_number(const struct nlattr *attr, uint32_t *number)
{
	if (attr_len(attr) != sizeof(*number))
		return false;
	memcpy(number, attr_data(attr), sizeof(*number));
	*number = ntohl(*number);
	return true;
}

/**
 * attr_begin() - begin an attribute
 * @out: where to
 * @type: its type, with flags
 *
 * Return: what attr_end() wants.
 */
size_t attr_begin(struct buf *out, unsigned int type)
{
	const struct nlattr attr = { .nla_type = type };
	size_t begin = out->len;

	buf_add(out, &attr, sizeof(attr));
	return begin;
}

/**
 * attr_end() - end an attribute
 * @out: where to
 * @begin: what attr_begin() has returned
 *
 * Return: false when the attribute has become too long.
 */
bool attr_end(struct buf *out, size_t begin)
{
	static const char pad[NLA_ALIGNTO];
	size_t len = out->len - begin;
	struct nlattr attr;

	if (len > UINT16_MAX)
		return false;
	memcpy(&attr, out->data + begin, sizeof(attr));
	attr.nla_len = len;
	memcpy(out->data + begin, &attr, sizeof(attr));
	buf_add(out, pad, NLA_ALIGN(len) - len);
	return true;
}

/**
 * attr_put() - append an attribute
 * @out: where to
 * @type: its type, with flags
 * @data: what is in it
 * @len: how much that is, must fit into an attribute
 */
void attr_put(struct buf *out, unsigned int type, const void *data,
	      size_t len)
{
	size_t begin = attr_begin(out, type);

	buf_add(out, data, len);
	attr_end(out, begin);
}
