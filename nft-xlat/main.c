// SPDX-License-Identifier: GPL-2.0-only
/* The command line, which is that of nft. */

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"
#include "util.h"

/**
 * struct option_info - an option
 * @letter: its letter
 * @name: its long name
 * @arg: what its argument is called, or NULL when there is none
 * @flag: what it sets in the output flags, or 0
 * @help: what it does
 */
struct option_info {
	char letter;
	const char *name;
	const char *arg;
	unsigned int flag;
	const char *help;
};

/**
 * struct option_group - options that belong together
 * @title: what they are for
 * @options: the options, up to one without a letter
 */
struct option_group {
	const char *title;
	struct option_info options[12];
};

static const struct option_group groups[] = {
	{ "general", {
		{ 'h', "help", NULL, 0, "Show this help" },
		{ 'v', "version", NULL, 0, "Show the version" },
		{ 'V', NULL, NULL, 0, "Show the version and more" },
	} },
	{ "ruleset input handling", {
		{ 'f', "file", "<filename>", 0, "Read commands from <filename>, - is the standard input" },
		{ 'D', "define", "<name=value>", 0, "Define a variable for the file" },
		{ 'i', "interactive", NULL, 0, "Read commands line by line" },
		{ 'I', "includepath", "<directory>", 0, "Look in <directory> too for files to include" },
		{ 'c', "check", NULL, 0, "Check commands only, apply nothing" },
		{ 'o', "optimize", NULL, 0, "Optimize the ruleset of the file" },
	} },
	{ "ruleset list formatting", {
		{ 'a', "handle", NULL, NFT_CTX_OUTPUT_HANDLE, "Print handles" },
		{ 's', "stateless", NULL, NFT_CTX_OUTPUT_STATELESS, "Leave out what packets change" },
		{ 't', "terse", NULL, NFT_CTX_OUTPUT_TERSE, "Leave out contents of sets" },
		{ 'S', "service", NULL, NFT_CTX_OUTPUT_SERVICE, "Print names of services, from /etc/services" },
		{ 'N', "reversedns", NULL, NFT_CTX_OUTPUT_REVERSEDNS, "Print names of hosts, from DNS" },
		{ 'u', "guid", NULL, NFT_CTX_OUTPUT_GUID, "Print names of users and groups" },
		{ 'n', "numeric", NULL, NFT_CTX_OUTPUT_NUMERIC_ALL, "Print nothing but numbers" },
		{ 'y', "numeric-priority", NULL, NFT_CTX_OUTPUT_NUMERIC_PRIO, "Print priorities of chains as numbers" },
		{ 'p', "numeric-protocol", NULL, NFT_CTX_OUTPUT_NUMERIC_PROTO, "Print protocols as numbers" },
		{ 'T', "numeric-time", NULL, NFT_CTX_OUTPUT_NUMERIC_TIME, "Print times as numbers" },
	} },
	{ "command output formatting", {
		{ 'e', "echo", NULL, NFT_CTX_OUTPUT_ECHO, "Print what has been added, inserted or replaced" },
		{ 'j', "json", NULL, NFT_CTX_OUTPUT_JSON, "Print JSON, and read it too" },
		{ 'd', "debug", "<level[,level...]>", 0, "Print what happens: scanner, parser, eval, netlink, mnl, proto-ctx, segtree, all" },
	} },
};

/* Calls for each option. */
#define for_each_option(group, option)					\
	for (group = groups; group < groups + ARRAY_SIZE(groups); group++) \
		for (option = group->options; option->letter; option++)

static const struct option_info *find_option(int letter)
{
	const struct option_group *group;
	const struct option_info *option;

	for_each_option(group, option)
		if (option->letter == letter)
			return option;
	return NULL;
}

static void print_help(const char *program)
{
	const struct option_group *group;
	const struct option_info *option;

	printf("Usage: %s [ options ] [ cmds... ]\n", program);
	for (group = groups; group < groups + ARRAY_SIZE(groups); group++) {
		printf("\nOptions (%s):\n", group->title);
		for (option = group->options; option->letter; option++) {
			int len = printf("  -%c%s%s%s%s", option->letter,
					 option->name ? ", --" : "",
					 option->name ? option->name : "",
					 option->arg ? " " : "",
					 option->arg ? option->arg : "");

			printf("%*s%s\n", len < 34 ? 34 - len : 1, "",
			       option->help);
		}
	}
	printf("\nCommands are those of nft(8), with one more statement, which translates\n"
	       "between IPv4 and IPv6:\n"
	       "  xlat [ prefix <prefix> ] [ saddr <mapping> ] [ daddr <mapping> ] [ mtu <number> ]\n"
	       "A mapping is one of\n"
	       "  prefix <prefix>\n"
	       "  [ prefix to ] <constant>\n"
	       "  [ prefix to ] <expression> map @<name>\n");
}

static void print_version(bool more)
{
	printf("nftables v%s (nft-xlat v%s)\n", LIBNFTABLES_VERSION,
	       PACKAGE_VERSION);
	if (more)
		printf("  cli:		line\n"
		       "  json:		yes\n"
		       "  xlat:		%s\n",
		       run_is_native() ? "by libnftables" : "by nft-xlat");
}

static int set_debug(struct nft_ctx *nft, const char *levels)
{
	static const struct {
		const char *name;
		unsigned int mask;
	} known[] = {
		{ "scanner", NFT_DEBUG_SCANNER },
		{ "parser", NFT_DEBUG_PARSER },
		{ "eval", NFT_DEBUG_EVALUATION },
		{ "netlink", NFT_DEBUG_NETLINK },
		{ "mnl", NFT_DEBUG_MNL },
		{ "proto-ctx", NFT_DEBUG_PROTO_CTX },
		{ "segtree", NFT_DEBUG_SEGTREE },
		{ "all", ~0U },
	};
	unsigned int mask = nft_ctx_output_get_debug(nft);

	for (;;) {
		size_t len = strcspn(levels, ",");
		unsigned int i;

		for (i = 0; i < ARRAY_SIZE(known); i++)
			if (strlen(known[i].name) == len &&
			    !strncmp(known[i].name, levels, len))
				break;
		if (i == ARRAY_SIZE(known)) {
			fprintf(stderr, "invalid debug parameter `%.*s'\n",
				(int)len, levels);
			return -1;
		}
		mask |= known[i].mask;
		if (!levels[len])
			break;
		levels += len + 1;
	}
	nft_ctx_output_set_debug(nft, mask);
	return 0;
}

static int set_option(struct nft_ctx *nft, int letter, char *arg)
{
	const struct option_info *option = find_option(letter);

	if (option->flag) {
		nft_ctx_output_set_flags(nft, nft_ctx_output_get_flags(nft) |
					      option->flag);
		return 0;
	}

	switch (letter) {
	case 'D':
		if (!run_define(nft, arg))
			return 0;
		fprintf(stderr, "Failed to define variable '%s'\n", arg);
		return -1;
	case 'I':
		if (!nft_ctx_add_include_path(nft, arg))
			return 0;
		fprintf(stderr, "Failed to add include path '%s'\n", arg);
		return -1;
	case 'c':
		nft_ctx_set_dry_run(nft, true);
		return 0;
	case 'o':
		nft_ctx_set_optimize(nft, NFT_OPTIMIZE_ENABLED);
		return 0;
	case 'd':
		return set_debug(nft, arg);
	}
	return 0;
}

/**
 * struct input - where commands come from
 * @file: name of a file, or NULL
 * @interactive: the standard input, line by line
 * @defines: there are variables, for the file
 */
struct input {
	const char *file;
	bool interactive;
	bool defines;
};

/* Return: 0 to go on, 1 when all is done, or -1. */
static int read_options(struct nft_ctx *nft, int argc, char **argv,
			struct input *input)
{
	struct option long_options[32] = {};
	char letters[80] = "+";
	const struct option_group *group;
	const struct option_info *option;
	size_t n = 0, len = 1;
	int letter;

	for_each_option(group, option) {
		letters[len++] = option->letter;
		if (option->arg)
			letters[len++] = ':';
		if (!option->name)
			continue;
		long_options[n].name = option->name;
		long_options[n].has_arg = option->arg ? required_argument
						      : no_argument;
		long_options[n++].val = option->letter;
	}

	while ((letter = getopt_long(argc, argv, letters, long_options,
				     NULL)) != -1) {
		switch (letter) {
		case '?':
			return -1;
		case 'h':
			print_help(argv[0]);
			return 1;
		case 'v':
		case 'V':
			print_version(letter == 'V');
			return 1;
		case 'f':
			input->file = optarg;
			break;
		case 'i':
			input->interactive = true;
			break;
		case 'D':
			input->defines = true;
			/* fall through */
		default:
			if (set_option(nft, letter, optarg))
				return -1;
		}
	}
	return 0;
}

/* Options behind commands would become part of them. Braces are another
 * matter: a priority may be negative.
 */
static bool options_come_first(int argc, char **argv)
{
	int column = 0, i, j;

	for (i = optind; i < argc && argv[i][0] != '{'; i++) {
		if (argv[i][0] != '-')
			continue;
		fputs("Error: syntax error, options must be specified before commands\n",
		      stderr);
		for (j = 0; j < argc; j++) {
			fprintf(stderr, "%s%s", argv[j],
				j + 1 < argc ? " " : "\n");
			if (j < i)
				column += strlen(argv[j]) + 1;
		}
		fprintf(stderr, "%*s^", column, "");
		for (j = 1; argv[i][j]; j++)
			fputc('~', stderr);
		fputc('\n', stderr);
		return false;
	}
	return true;
}

static int run(struct nft_ctx *nft, int argc, char **argv,
	       const struct input *input)
{
	struct buf commands = {};
	int rc, i;

	if (input->defines && !input->file) {
		fputs("Error: -D/--define can only be used with -f/--filename\n",
		      stderr);
		return -1;
	}
	if (optind < argc) {
		for (i = optind; i < argc; i++)
			buf_printf(&commands, "%s%s", argv[i],
				   i + 1 < argc ? " " : "");
		rc = run_commands(nft, commands.data);
		buf_free(&commands);
		return rc;
	}
	if (input->file)
		return run_file(nft, input->file);
	if (input->interactive)
		return run_interactive(nft);
	fprintf(stderr, "%s: no command specified\n", argv[0]);
	return -1;
}

/**
 * main() - nft, and xlat
 * @argc: number of arguments
 * @argv: the arguments
 *
 * Return: 0 if all went well.
 */
int main(int argc, char **argv)
{
	struct input input = {};
	struct nft_ctx *nft;
	int rc;

	/* As nft: what libnftables does is not safe with set-user-ID. */
	if (getuid() != geteuid())
		return 111;

	nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!nft || run_begin(nft)) {
		fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
		return EXIT_FAILURE;
	}
	rc = read_options(nft, argc, argv, &input);
	if (!rc)
		rc = options_come_first(argc, argv) ?
		     run(nft, argc, argv, &input) : -1;
	run_end(nft);
	return rc < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
