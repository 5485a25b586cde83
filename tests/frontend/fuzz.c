// SPDX-License-Identifier: GPL-2.0-only
/*
 * Broken messages and broken rulesets. To be built with the address and
 * undefined behaviour sanitizers: nothing but these, and what is asserted here,
 * can fail.
 */

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_xlat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "diag.h"
#include "exchange.h"
#include "expr.h"
#include "netlink.h"
#include "output.h"
#include "scan.h"
#include "standin.h"

static uint32_t state = 1;

static uint32_t random_below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}

static void check(bool ok, const char *what)
{
	if (ok)
		return;
	printf("FAIL: %s\n", what);
	exit(EXIT_FAILURE);
}

/* A copy of its own size, so that no byte behind it can be read unnoticed. */
static char *exact_copy(const char *data, size_t len)
{
	char *copy = malloc(len ? len : 1);

	memcpy(copy, data, len);
	return copy;
}

/* Changes, drops or repeats some bytes. */
static void mutate(struct buf *buf, const char *alphabet)
{
	uint32_t n = 1 + random_below(6);
	struct buf piece = {};

	while (n-- && buf->len) {
		size_t at = random_below(buf->len);

		switch (random_below(5)) {
		case 0:
			buf->len = at;
			break;
		case 1:
			buf_add(&piece, buf->data + at, buf->len - at);
			buf->len = at + random_below(buf->len - at);
			buf_add(buf, piece.data, piece.len);
			buf_reset(&piece);
			break;
		default:
			buf->data[at] = alphabet ?
				alphabet[random_below(strlen(alphabet))] :
				(char)random_below(random_below(2) ? 256 : 40);
		}
	}
	buf_free(&piece);
}

struct attr {
	unsigned int type;
	const void *data;
	size_t len;
};

static void put_expr(struct buf *out, const char *name,
		     const struct attr *attr, size_t n)
{
	size_t elem = attr_begin(out, NFTA_LIST_ELEM | NLA_F_NESTED), attrs;

	attr_put(out, NFTA_EXPR_NAME, name, strlen(name) + 1);
	attrs = attr_begin(out, NFTA_EXPR_DATA | NLA_F_NESTED);
	for (; n; n--, attr++)
		attr_put(out, attr->type, attr->data, attr->len);
	attr_end(out, attrs);
	attr_end(out, elem);
}

static size_t begin_message(struct buf *out, unsigned int type)
{
	const struct nlmsghdr nlh = { .nlmsg_type = type, .nlmsg_seq = 1 };
	size_t begin = out->len;

	buf_add(out, &nlh, sizeof(nlh));
	return begin;
}

static void end_message(struct buf *out, size_t begin)
{
	uint32_t len = out->len - begin;

	memcpy(out->data + begin, &len, sizeof(len));
}

static void put_number(struct buf *out, unsigned int type, uint32_t number)
{
	number = htonl(number);
	attr_put(out, type, &number, sizeof(number));
}

/* A map from IPv4 to IPv6 addresses. */
static void put_map(struct buf *out)
{
	const unsigned int set = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWSET;
	const struct nfgenmsg nfg = { .nfgen_family = 2 };
	size_t message = begin_message(out, set);

	buf_add(out, &nfg, sizeof(nfg));
	attr_put(out, NFTA_SET_TABLE, "t", 2);
	attr_put(out, NFTA_SET_NAME, "m", 2);
	put_number(out, NFTA_SET_FLAGS, NFT_SET_MAP);
	put_number(out, NFTA_SET_KEY_TYPE, 7);
	put_number(out, NFTA_SET_KEY_LEN, 4);
	put_number(out, NFTA_SET_DATA_TYPE, 8);
	put_number(out, NFTA_SET_DATA_LEN, 16);
	end_message(out, message);
}

static void put_load(struct buf *out, unsigned int reg, unsigned int offset)
{
	size_t attrs, begin = expr_begin(out, "payload", &attrs);

	put_number(out, NFTA_PAYLOAD_DREG, reg);
	put_number(out, NFTA_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
	put_number(out, NFTA_PAYLOAD_OFFSET, offset);
	put_number(out, NFTA_PAYLOAD_LEN, 4);
	expr_end(out, begin, attrs);
}

static void put_match(struct buf *out, unsigned int offset)
{
	size_t attrs, begin;

	put_load(out, 1, offset);
	begin = expr_begin(out, "lookup", &attrs);
	attr_put(out, NFTA_LOOKUP_SET, "m", 2);
	put_number(out, NFTA_LOOKUP_SREG, 1);
	put_number(out, NFTA_LOOKUP_SET_ID, 1);
	put_number(out, NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
	expr_end(out, begin, attrs);
}

static size_t begin_rule(struct buf *out, size_t *list)
{
	const unsigned int rule = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE;
	const struct nfgenmsg nfg = { .nfgen_family = 2 };
	size_t message = begin_message(out, rule);

	buf_add(out, &nfg, sizeof(nfg));
	attr_put(out, NFTA_RULE_TABLE, "t", 2);
	*list = attr_begin(out, NFTA_RULE_EXPRESSIONS | NLA_F_NESTED);
	return message;
}

static void end_rule(struct buf *out, size_t message, size_t list)
{
	attr_end(out, list);
	attr_put(out, NFTA_RULE_USERDATA, "comment", 7);
	end_message(out, message);
}

static void put_xlat_map(struct buf *out, unsigned int type, unsigned int reg)
{
	size_t begin = attr_begin(out, type | NLA_F_NESTED);

	put_number(out, NFTA_XLAT_MAP_SREG_MIN, reg);
	attr_put(out, NFTA_XLAT_MAP_SET, "m", 2);
	put_number(out, NFTA_XLAT_MAP_KEY_OFFSET, 0);
	attr_end(out, begin);
}

static void put_immediate(struct buf *out, unsigned int reg, bool max)
{
	unsigned char addr[16] = { 0x20, 1, 0xd, 0xb8 };
	size_t attrs, begin = expr_begin(out, "immediate", &attrs);

	memset(addr + 12, max ? 0xff : 0, 4);
	put_number(out, NFTA_IMMEDIATE_DREG, reg);
	expr_put_data(out, NFTA_IMMEDIATE_DATA, addr, sizeof(addr));
	expr_end(out, begin, attrs);
}

/* Rules with mappings by maps and by constants, as libnftables and as the kernel
 * have them.
 */
static void put_mappings(struct buf *out)
{
	struct meaning meaning = {
		.type = MEANING_XLAT,
		.mapping[SADDR].type = MAPPING_MAP,
		.mapping[DADDR].type = MAPPING_MAP,
		.mtu = 1280,
	};
	size_t message, list, attrs, begin, nested;
	struct buf prefix = {};
	struct attr standin;

	put_map(out);

	standin_write(&prefix, standin_new(&meaning));
	standin = (struct attr){ NFTA_LOG_PREFIX, prefix.data, prefix.len + 1 };
	message = begin_rule(out, &list);
	put_expr(out, "log", &standin, 1);
	put_match(out, 12);
	put_match(out, 16);
	end_rule(out, message, list);

	buf_reset(&prefix);
	meaning.mapping[SADDR].prefix_to = true;
	constant_parse("2001:db8::/120", &meaning.mapping[SADDR]);
	standin_write(&prefix, standin_new(&meaning));
	standin = (struct attr){ NFTA_LOG_PREFIX, prefix.data, prefix.len + 1 };
	message = begin_rule(out, &list);
	put_expr(out, "log", &standin, 1);
	put_match(out, 16);
	end_rule(out, message, list);
	buf_free(&prefix);

	message = begin_rule(out, &list);
	put_load(out, 1, 12);
	put_load(out, 2, 16);
	begin = expr_begin(out, "xlat", &attrs);
	put_xlat_map(out, NFTA_XLAT_SADDR, 1);
	put_xlat_map(out, NFTA_XLAT_DADDR, 2);
	expr_end(out, begin, attrs);
	end_rule(out, message, list);

	message = begin_rule(out, &list);
	put_immediate(out, 1, false);
	put_immediate(out, 2, true);
	put_load(out, 3, 16);
	begin = expr_begin(out, "xlat", &attrs);
	nested = attr_begin(out, NFTA_XLAT_SADDR | NLA_F_NESTED);
	put_number(out, NFTA_XLAT_MAP_SREG_MIN, 1);
	put_number(out, NFTA_XLAT_MAP_SREG_MAX, 2);
	put_number(out, NFTA_XLAT_MAP_FLAGS, NFT_XLAT_MAP_F_PREFIX);
	attr_end(out, nested);
	put_xlat_map(out, NFTA_XLAT_DADDR, 3);
	expr_end(out, begin, attrs);
	end_rule(out, message, list);
}

/* Rules with xlat and with its stand-in, and an error about one of them. */
static void put_messages(struct buf *out)
{
	const struct meaning meaning = {
		.type = MEANING_XLAT,
		.prefix = { .addr.s6_addr = { 0, 0x64, 0xff, 0x9b }, .len = 96 },
		.mtu = 1500,
	};
	const unsigned int rule = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE;
	const struct nfgenmsg nfg = { .nfgen_family = 10 };
	struct buf prefix = {};
	struct nlmsgerr err = { .error = -95 };
	uint32_t len = htonl(96), mtu = htonl(1500), offset = 60;
	const struct attr xlat[] = {
		{ NFTA_XLAT_PREFIX, &meaning.prefix.addr, 16 },
		{ NFTA_XLAT_PREFIX_LEN, &len, sizeof(len) },
		{ NFTA_XLAT_MTU, &mtu, sizeof(mtu) },
	};
	const struct attr log[] = {
		{ NFTA_LOG_PREFIX, "\1user", 6 },
		{ NFTA_LOG_LEVEL, &len, sizeof(len) },
	};
	size_t message, list;
	struct attr standin;
	int i;

	standin_write(&prefix, standin_number(&meaning));
	standin = (struct attr){ NFTA_LOG_PREFIX, prefix.data, prefix.len + 1 };
	for (i = 0; i < 2; i++) {
		message = begin_message(out, rule);
		buf_add(out, &nfg, sizeof(nfg));
		attr_put(out, NFTA_RULE_TABLE, "t", 2);
		list = attr_begin(out, NFTA_RULE_EXPRESSIONS | NLA_F_NESTED);
		put_expr(out, "log", &standin, 1);
		put_expr(out, "xlat", xlat, ARRAY_SIZE(xlat));
		put_expr(out, "log", log, ARRAY_SIZE(log));
		end_rule(out, message, list);
	}
	buf_free(&prefix);

	message = begin_message(out, NLMSG_ERROR);
	err.msg.nlmsg_type = rule;
	err.msg.nlmsg_seq = 1;
	err.msg.nlmsg_len = message / 2 + 24;
	((struct nlmsghdr *)(out->data + message))->nlmsg_flags =
		NLM_F_CAPPED | NLM_F_ACK_TLVS;
	buf_add(out, &err, sizeof(err));
	attr_put(out, NLMSGERR_ATTR_OFFS, &offset, sizeof(offset));
	end_message(out, message);
}

static void check_pristine(const struct buf *pristine, struct buf *out)
{
	buf_reset(out);
	diag_start();
	check(netlink_to_kernel(pristine->data, pristine->len, out) == 1,
	      "the messages have a stand-in, and nothing is wrong");
	buf_reset(out);
	netlink_to_kernel(pristine->data, pristine->len - 1, out);
	check(!memcmp(out->data + out->len - NLMSG_HDRLEN,
		      pristine->data + pristine->len - 1 - NLMSG_HDRLEN,
		      NLMSG_HDRLEN), "what is no message stays");
	buf_reset(out);
	netlink_from_kernel(pristine->data, pristine->len, out);
	check(!memmem(out->data, out->len, "xlat", 5),
	      "the messages have no xlat left");
}

static void fuzz_messages(const struct buf *pristine, unsigned int rounds)
{
	struct buf broken = {}, out = {};
	char *copy;

	check_pristine(pristine, &out);
	while (rounds--) {
		buf_reset(&broken);
		buf_add(&broken, pristine->data, pristine->len);
		mutate(&broken, NULL);
		copy = exact_copy(broken.data, broken.len);
		diag_start();
		buf_reset(&out);
		netlink_to_kernel(copy, broken.len, &out);
		buf_reset(&out);
		netlink_from_kernel(copy, broken.len, &out);
		check(out.len <= broken.len + 300,
		      "broken messages do not grow by more than lookups");
		free(copy);
	}
	diag_free();
	buf_free(&broken);
	buf_free(&out);
}

static const char ruleset[] =
	"define p = 64:ff9b::/96\ndefine q = { $p, \"a b\" }; define r = $p\n"
	"# xlat prefix $p\ninclude \"x\"; redefine p = 1::/96\n"
	"table ip6 xlat {\n\tchain prefix {\n\t\txlat prefix $p;\n"
	"\t\tip6 daddr ::1 xlat \\\n  prefix \\\n# c\n $p comment \"xlat\"\n"
	"\t\txlat prefix 64:ff9b::/96 accept\n\t\txlat\tprefix 2::/97\n\t}\n}\n"
	"define m = 1500\nadd rule ip6 xlat prefix xlat prefix $p mtu \\\n$m\n"
	"add rule ip6 xlat prefix xlat prefix 64:ff9b:: / 96; undefine p\n"
	"table ip t {\n\tchain c {\n\t\txlat saddr ip saddr map @m daddr prefix \\\n"
	" to 2001:db8:: / 96; xlat prefix 1::/96 daddr iifname . ip daddr map $m\n"
	"\t\txlat saddr 1::192.0.2.1 daddr prefix $p mtu $m comment \"c\"\n"
	"\t\tip6 saddr { 1::192.0.2.1-1::192.0.2.7, [64:ff9b::1.2.3.4]:1 }\n\t}\n}\n";

static size_t lines(const char *data, size_t len)
{
	size_t n = 0;

	while (len--)
		n += *data++ == '\n';
	return n;
}

static void fuzz_rulesets(unsigned int rounds)
{
	struct buf broken = {}, out = {};
	struct text text;
	char *copy;

	while (rounds--) {
		buf_reset(&broken);
		buf_add(&broken, ruleset, strlen(ruleset));
		mutate(&broken, " \t\n\\#\";{}$=/:.-@[]xpm1");
		copy = exact_copy(broken.data, broken.len);

		diag_start();
		scan_start();
		text_init(&text, "fuzz", copy, broken.len);
		scan_all(&text);
		check(text.lex.pos == broken.len, "all is scanned");
		check(lines(text.out.data, text.out.len) ==
		      lines(copy, broken.len), "lines stay where they are");
		buf_reset(&out);
		output_translate(text.out.data, text.out.len, &out);
		text_free(&text);
		free(copy);
	}
	diag_free();
	scan_start();
	buf_free(&broken);
	buf_free(&out);
}

static void fuzz_output(const char *line, unsigned int rounds)
{
	struct buf broken = {}, out = {};
	char *copy;

	while (rounds--) {
		buf_reset(&broken);
		buf_add(&broken, line, strlen(line));
		mutate(&broken, " \"{}[]:\\u01lp\1");
		copy = exact_copy(broken.data, broken.len);
		buf_reset(&out);
		output_translate(copy, broken.len, &out);
		free(copy);
	}
	buf_free(&broken);
	buf_free(&out);
}

/* Of the first numbers, one is known to be of which rule. */
static const char text_line[] =
	"ip6 daddr ::1 log prefix \"\0010\" # handle 1 log prefix \0011 dup to "
	"1.2.3.4 dup to ip saddr map @m device ip daddr map @m log prefix \"\0011\"\n"
	"dup to ip daddr map @m log prefix \"\0012\" comment \"c\"\n";
static const char json_line[] =
	"[{\"log\": {\"prefix\": \"\\u00010\"}}, {\"dup\": {\"addr\": {\"map\": {"
	"\"key\": 1, \"data\": \"@m\"}}, \"dev\": 2}}, {\"log\": {\"prefix\": "
	"\"\\u00011\"}}, \"\\u00012\", {\"dup\": {\"addr\": \"::1\"}}, {\"log\": "
	"{\"prefix\": \"\\u00012\"}}]\n";

int main(int argc, char **argv)
{
	unsigned int rounds = argc > 1 ? atoi(argv[1]) : 20000;
	struct buf messages = {}, mappings = {};

	put_messages(&messages);
	put_mappings(&mappings);
	fuzz_messages(&messages, rounds * 5);
	fuzz_messages(&mappings, rounds * 5);
	printf("ok: broken messages\n");
	fuzz_output(text_line, rounds);
	fuzz_output(json_line, rounds);
	printf("ok: broken output\n");
	fuzz_rulesets(rounds);
	printf("ok: broken rulesets\n");
	buf_free(&messages);
	buf_free(&mappings);
	netlink_free();
	standin_free();
	return EXIT_SUCCESS;
}
