// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands and rulesets, handed to libnftables with stand-ins for their xlat
 * statements, or as they are when libnftables knows xlat.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "diag.h"
#include "hooks.h"
#include "json.h"
#include "netlink.h"
#include "output.h"
#include "run.h"
#include "scan.h"
#include "source.h"
#include "standin.h"
#include "util.h"

#define STDIN_NAME "/dev/stdin"

/* libnftables knows xlat. */
static bool native;

/* The options --define, as a ruleset. */
static struct buf defines;

/* A word that is a keyword cannot be a name: describe makes of the others what
 * it can, without the kernel.
 */
static bool knows_xlat(void)
{
	struct nft_ctx *nft = nft_ctx_new(NFT_CTX_DEFAULT);
	bool known;

	nft_ctx_buffer_output(nft);
	nft_ctx_buffer_error(nft);
	known = nft_run_cmd_from_buffer(nft, "describe xlat") &&
		strstr(nft_ctx_get_error_buffer(nft), "unexpected xlat");
	nft_ctx_free(nft);
	return known;
}

/**
 * run_begin() - get ready
 * @nft: the context, to be used with the functions of this file only
 *
 * Return: 0, or -1 with errno set.
 */
int run_begin(struct nft_ctx *nft)
{
	FILE *output;

	native = knows_xlat();
	if (native)
		return 0;

	output = output_open();
	if (!output)
		return -1;
	nft_ctx_set_output(nft, output);
	if (nft_ctx_buffer_error(nft)) {
		errno = ENOMEM;
		return -1;
	}
	buf_add_str(&defines, "");
	scan_start();
	hooks_enable(true);
	return 0;
}

/**
 * run_is_native() - does libnftables know xlat?
 *
 * Return: true if it does.
 */
bool run_is_native(void)
{
	return native;
}

/**
 * run_end() - clean up
 * @nft: the context, must not be used any more
 */
void run_end(struct nft_ctx *nft)
{
	output_close();
	nft_ctx_free(nft);
	hooks_enable(false);
	hooks_free();
	netlink_free();
	scan_start();
	standin_free();
	buf_free(&defines);
}

/**
 * run_define() - define a variable
 * @nft: the context
 * @define: NAME=VALUE
 *
 * Return: 0, or -1 if it is not that.
 */
int run_define(struct nft_ctx *nft, const char *define)
{
	struct text text;
	int rc;

	if (native)
		return nft_ctx_add_var(nft, define);

	text_init(&text, CMDLINE_NAME, define, strlen(define));
	scan_all(&text);
	buf_printf(&defines, "define %s\n", text.out.data);
	rc = nft_ctx_add_var(nft, text.out.data);
	text_free(&text);
	return rc;
}

/* Prints all errors of a run, and forgets about it.
 *
 * Return: 0, or -1 when it has failed.
 */
static int finish(struct nft_ctx *nft, int rc)
{
	diag_print(nft_ctx_get_error_buffer(nft));
	if (diag_failed())
		rc = -1;
	sources_end();
	diag_free();
	return rc ? -1 : 0;
}

static int run_named_file(struct nft_ctx *nft, const char *name)
{
	sources_begin(defines.data);
	return nft_run_cmd_from_filename(nft, name);
}

/* Runs a text as a file that libnftables opens and the user knows as @name. */
static int run_text(struct nft_ctx *nft, const char *name, const char *data,
		    size_t len)
{
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	int fd, rc = -1;

	fd = memfd_create(name, MFD_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "Error: %s: %s\n", name, strerror(errno));
		return -1;
	}
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno != EINTR)
			break;
		if (n > 0) {
			data += n;
			len -= n;
		}
	}
	if (len) {
		fprintf(stderr, "Error: %s: %s\n", name, strerror(errno));
	} else {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		diag_alias(path, name);
		rc = run_named_file(nft, path);
	}
	close(fd);
	return rc;
}

static bool is_json(struct nft_ctx *nft)
{
	return nft_ctx_output_get_flags(nft) & NFT_CTX_OUTPUT_JSON;
}

/* Commands on one line that include nothing need not be a file. */
static bool is_simple(const char *commands)
{
	return !strchr(commands, '\n') && !strstr(commands, "include");
}

static int run_line(struct nft_ctx *nft, const char *commands)
{
	struct buf line = {};
	struct text text;
	int rc;

	/* A newline ends the last statement, libnftables adds its own. */
	buf_printf(&line, "%s\n", commands);
	text_init(&text, CMDLINE_NAME, line.data, line.len);
	scan_all(&text);
	text.out.data[text.out.len - 1] = '\0';
	diag_cmdline(commands, text.out.data);
	sources_begin(defines.data);
	rc = finish(nft, nft_run_cmd_from_buffer(nft, text.out.data));
	text_free(&text);
	buf_free(&line);
	return rc;
}

/**
 * run_commands() - run commands
 * @nft: the context
 * @commands: the commands
 *
 * Return: 0, or -1 when there was an error.
 */
int run_commands(struct nft_ctx *nft, const char *commands)
{
	enum json_result json = JSON_NONE;
	struct buf changed = {};
	int rc = -1;

	if (native)
		return nft_run_cmd_from_buffer(nft, commands);

	if (is_json(nft))
		json = json_translate(commands, strlen(commands), &changed);
	switch (json) {
	case JSON_NONE:
		if (is_simple(commands))
			return run_line(nft, commands);
		rc = run_text(nft, CMDLINE_NAME, commands, strlen(commands));
		break;
	case JSON_SAME:
		rc = nft_run_cmd_from_buffer(nft, commands);
		break;
	case JSON_CHANGED:
		rc = nft_run_cmd_from_buffer(nft, changed.data);
		break;
	case JSON_WRONG:
		break;
	}
	buf_free(&changed);
	return finish(nft, rc);
}

/* Reads a file for which another way of reading it must be left, as with a
 * pipe, or none at all.
 */
static bool read_file(const char *name, struct buf *data)
{
	int fd = strcmp(name, STDIN_NAME) ? open(name, O_RDONLY | O_CLOEXEC)
					  : STDIN_FILENO;
	bool ok = fd >= 0 && !buf_read(data, fd);

	if (fd > STDIN_FILENO)
		close(fd);
	return ok;
}

/**
 * run_file() - run a ruleset
 * @nft: the context
 * @name: name of its file, or "-"
 *
 * Return: 0, or -1 when there was an error.
 */
int run_file(struct nft_ctx *nft, const char *name)
{
	enum json_result json = JSON_NONE;
	struct buf data = {}, changed = {};
	int rc = -1;

	if (native)
		return nft_run_cmd_from_filename(nft, name);

	if (!strcmp(name, "-"))
		name = STDIN_NAME;
	if (strcmp(name, STDIN_NAME) && !is_json(nft))
		return finish(nft, run_named_file(nft, name));

	if (!read_file(name, &data)) {
		fprintf(stderr, "internal:0:0-0: Error: Could not open file \"%s\": %s\n\n",
			name, strerror(errno));
		buf_free(&data);
		return -1;
	}
	if (is_json(nft))
		json = json_translate(data.data, data.len, &changed);
	if (json == JSON_CHANGED)
		rc = run_text(nft, name, changed.data, changed.len);
	else if (json != JSON_WRONG)
		rc = run_text(nft, name, data.data, data.len);
	buf_free(&data);
	buf_free(&changed);
	return finish(nft, rc);
}

/**
 * run_interactive() - run commands as they are typed
 * @nft: the context
 *
 * Return: 0, or -1 with errno set.
 */
int run_interactive(struct nft_ctx *nft)
{
	bool prompt = isatty(STDIN_FILENO);
	struct buf commands = {};
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	for (;;) {
		if (prompt) {
			fputs(commands.len ? ".... " : "nft> ", stdout);
			fflush(stdout);
		}
		len = getline(&line, &size, stdin);
		if (len < 0)
			break;
		if (len && line[len - 1] == '\n')
			line[--len] = '\0';
		if (len && line[len - 1] == '\\') {
			buf_add(&commands, line, len - 1);
			continue;
		}
		buf_add_str(&commands, line);
		if (!strcmp(commands.data, "quit"))
			break;
		if (native)
			nft_run_cmd_from_buffer(nft, commands.data);
		else
			run_line(nft, commands.data);
		buf_reset(&commands);
	}
	if (prompt && len < 0)
		fputc('\n', stdout);
	free(line);
	buf_free(&commands);
	return ferror(stdin) ? -1 : 0;
}
