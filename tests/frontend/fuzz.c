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
	char prefix[STANDIN_DIGITS + 2] = {};
	struct nlmsgerr err = { .error = -95 };
	uint32_t len = htonl(96), mtu = htonl(1500), offset = 60;
	const struct attr standin[] = {
		{ NFTA_LOG_PREFIX, prefix, sizeof(prefix) },
	};
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
	int i;

	standin_write(prefix, STANDIN_DIGITS, standin_number(&meaning));
	for (i = 0; i < 2; i++) {
		message = begin_message(out, rule);
		buf_add(out, &nfg, sizeof(nfg));
		attr_put(out, NFTA_RULE_TABLE, "t", 2);
		list = attr_begin(out, NFTA_RULE_EXPRESSIONS | NLA_F_NESTED);
		put_expr(out, "log", standin, ARRAY_SIZE(standin));
		put_expr(out, "xlat", xlat, ARRAY_SIZE(xlat));
		put_expr(out, "log", log, ARRAY_SIZE(log));
		attr_end(out, list);
		attr_put(out, NFTA_RULE_USERDATA, "comment", 7);
		end_message(out, message);
	}

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

static void fuzz_messages(unsigned int rounds)
{
	struct buf pristine = {}, broken = {}, out = {};
	char *copy;

	put_messages(&pristine);
	check(netlink_to_kernel(pristine.data, pristine.len, &out) == 1,
	      "the messages have a stand-in");
	buf_reset(&out);
	netlink_to_kernel(pristine.data, pristine.len - 1, &out);
	check(!memcmp(out.data + out.len - NLMSG_HDRLEN,
		      pristine.data + pristine.len - 1 - NLMSG_HDRLEN,
		      NLMSG_HDRLEN), "what is no message stays");
	buf_reset(&out);
	netlink_from_kernel(pristine.data, pristine.len, &out);
	check(out.len <= pristine.len, "messages do not grow");
	check(!memmem(out.data, out.len, "xlat", 5),
	      "the messages have no xlat left");

	while (rounds--) {
		buf_reset(&broken);
		buf_add(&broken, pristine.data, pristine.len);
		mutate(&broken, NULL);
		copy = exact_copy(broken.data, broken.len);
		buf_reset(&out);
		netlink_to_kernel(copy, broken.len, &out);
		buf_reset(&out);
		netlink_from_kernel(copy, broken.len, &out);
		check(out.len <= broken.len + 64, "broken messages do not grow");
		free(copy);
	}
	buf_free(&pristine);
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
	"add rule ip6 xlat prefix xlat prefix 64:ff9b:: / 96; undefine p\n";

static void fuzz_rulesets(unsigned int rounds)
{
	struct buf broken = {}, out = {};
	struct text text;
	char *copy;
	size_t i;

	while (rounds--) {
		buf_reset(&broken);
		buf_add(&broken, ruleset, strlen(ruleset));
		mutate(&broken, " \t\n\\#\";{}$=/:.xpm1");
		copy = exact_copy(broken.data, broken.len);

		diag_start();
		scan_start();
		text_init(&text, "fuzz", copy, broken.len);
		scan_all(&text);
		check(text.lex.pos == broken.len, "all is scanned");
		for (i = 0; i < broken.len; i++)
			check((copy[i] == '\n') == (text.out[i] == '\n'),
			      "lines stay where they are");
		buf_reset(&out);
		output_translate(text.out, broken.len, &out);
		text_free(&text);
		free(copy);
	}
	diag_free();
	scan_start();
	buf_free(&broken);
	buf_free(&out);
}

static void fuzz_output(unsigned int rounds)
{
	static const char line[] =
		"ip6 daddr ::1 log prefix \"\0010000\" # handle 1 log prefix \0010001 "
		"{\"log\": {\"prefix\": \"\\u00010000\"}}]}, \\u00010002\n";
	struct buf broken = {}, out = {};
	char *copy;

	while (rounds--) {
		buf_reset(&broken);
		buf_add(&broken, line, strlen(line));
		mutate(&broken, " \"{}:\\u01lp\1");
		copy = exact_copy(broken.data, broken.len);
		buf_reset(&out);
		output_translate(copy, broken.len, &out);
		free(copy);
	}
	buf_free(&broken);
	buf_free(&out);
}

int main(int argc, char **argv)
{
	unsigned int rounds = argc > 1 ? atoi(argv[1]) : 20000;

	fuzz_messages(rounds * 5);
	printf("ok: broken messages\n");
	fuzz_rulesets(rounds);
	printf("ok: broken rulesets\n");
	fuzz_output(rounds);
	printf("ok: broken output\n");
	netlink_free();
	standin_free();
	return EXIT_SUCCESS;
}
