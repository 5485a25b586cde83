// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors: those of ours in between those of libnftables, and both about the
 * text that the user has written.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "util.h"

/* As many as nft puts up with; the names below have one digit. */
#define MAX_ERRORS 10

static const char refused[] = "netlink: Error: Could not process rule: ";

static const char * const hints[DIAG_HINT_MAX] = {
	[DIAG_HINT_PLACE] =
		"xlat works in base chains of type filter and route, at hooks prerouting, output and\n"
		"postrouting, in tables of families ip, ip6 and inet, and in chains that those jump to.",
	[DIAG_HINT_MODULE] =
		"This kernel has no xlat: is the module nft_xlat installed for it?",
};

/**
 * struct error - an error of ours
 * @place: what it is about
 * @message: what it says
 * @printed: it has been printed
 */
struct error {
	struct place place;
	char *message;
	bool printed;
};

static struct error errors[MAX_ERRORS];
static unsigned int nerrors;

static struct place *standins;
static size_t nstandins;

/* The text in alias is how libnftables knows the text name. */
static char *alias;
static const char *alias_name;

static char *cmdline;
static char *cmdline_standin;

static bool hinted[DIAG_HINT_MAX];

/**
 * diag_start() - forget about former errors
 */
void diag_start(void)
{
	diag_free();
	memset(hinted, 0, sizeof(hinted));
}

/**
 * diag_free() - release what is known about errors
 */
void diag_free(void)
{
	while (nerrors)
		free(errors[--nerrors].message);
	free(standins);
	standins = NULL;
	nstandins = 0;
	free(alias);
	alias = NULL;
	free(cmdline);
	cmdline = NULL;
	free(cmdline_standin);
	cmdline_standin = NULL;
}

/**
 * diag_error() - something is wrong with an xlat statement
 * @place: what is wrong
 * @message: why
 * @name: where the name goes that is to stand in the text as a variable:
 *	DIAG_NAME_LEN characters. libnftables' error about the variable will
 *	become this error.
 */
void diag_error(const struct place *place, const char *message, char *name)
{
	if (nerrors < MAX_ERRORS) {
		errors[nerrors] = (struct error){
			.place = *place,
			.message = xstrdup(message),
		};
		nerrors++;
	}
	name[0] = '.';
	name[1] = 'x';
	name[2] = '0' + nerrors - 1;
}

/**
 * diag_standin() - remember where a stand-in is
 * @place: the place
 */
void diag_standin(const struct place *place)
{
	standins = xrealloc(standins, (nstandins + 1) * sizeof(*standins));
	standins[nstandins++] = *place;
}

/**
 * diag_alias() - tell under which name libnftables reads a text
 * @as: the name that libnftables uses
 * @name: the name that the user knows, has to stay
 */
void diag_alias(const char *as, const char *name)
{
	free(alias);
	alias = xstrdup(as);
	alias_name = name;
}

/**
 * diag_name() - the user's name of a text
 * @name: the name that libnftables uses
 *
 * Return: the name that the user knows.
 */
const char *diag_name(const char *name)
{
	return alias && !strcmp(name, alias) ? alias_name : name;
}

/**
 * diag_cmdline() - tell what stands on the command line
 * @text: what the user has written
 * @standin_text: the same with stand-ins
 */
void diag_cmdline(const char *text, const char *standin_text)
{
	cmdline = xstrdup(text);
	cmdline_standin = xstrdup(standin_text);
}

/**
 * diag_hint() - the kernel has refused an xlat
 * @hint: the likely reason
 */
void diag_hint(enum diag_hint hint)
{
	hinted[hint] = true;
}

/**
 * diag_failed() - is there an error of ours?
 *
 * Return: true if there is, and nothing may reach the kernel.
 */
bool diag_failed(void)
{
	return nerrors;
}

static void print_error(struct error *error)
{
	const struct place *place = &error->place;
	const char *line = place->text + place->line_start;
	const char *end = memchr(line, '\n', place->len - place->line_start);
	size_t len = end ? (size_t)(end - line)
			 : place->len - place->line_start;
	size_t i;

	if (error->printed)
		return;
	error->printed = true;

	if (strcmp(place->name, CMDLINE_NAME))
		fprintf(stderr, "%s:%u:%zu-%zu: ", place->name, place->line,
			place->start - place->line_start + 1,
			place->end - place->line_start);
	fprintf(stderr, "Error: %s\n%.*s\n", error->message, (int)len, line);
	for (i = place->line_start; i < place->end ||
				    i < place->other_end; i++) {
		char c = place->text[i] == '\t' ? '\t' : ' ';

		if (i >= place->start && i < place->end)
			c = '^';
		else if (i >= place->other_start && i < place->other_end)
			c = '~';
		fputc(c, stderr);
	}
	fputc('\n', stderr);
}

/**
 * struct report - an error of libnftables'
 * @headers: lines on the files that have included its file
 * @heading: the line with place and message
 * @type: what the message starts with in it
 * @message: the message behind its type
 * @source: the line that it is about, or NULL
 * @carets: the line that points at something, or NULL
 */
struct report {
	struct buf headers;
	const char *heading;
	const char *type;
	const char *message;
	const char *source;
	const char *carets;
};

/* An error of ours has a name in a message of libnftables'. */
static struct error *own_error(const struct report *report)
{
	static const char unknown[] = "unknown identifier '.x";
	const char *name = report->message + strlen(unknown);
	unsigned int i;

	if (strncmp(report->message, unknown, strlen(unknown)))
		return NULL;
	i = *name - '0';
	return i < nerrors && name[1] == '\'' ? &errors[i] : NULL;
}

/* Once there is an error of ours, the parser of libnftables has lost the
 * thread, and what it has to say is of no use.
 */
static bool is_noise(const struct report *report)
{
	static const char syntax[] = "syntax error";

	return nerrors &&
	       (!strncmp(report->heading, refused, strlen(refused)) ||
		!strncmp(report->message, syntax, strlen(syntax)));
}

/* The place that a heading starts with: NAME:LINE:FIRST-LAST: */
static bool read_place(const struct report *report, struct place *place,
		       size_t *name_len)
{
	const char *s = report->type;
	unsigned int first, last;
	int colons = 0;

	while (s > report->heading && colons < 3)
		if (*--s == ':')
			colons++;
	if (colons < 3 ||
	    sscanf(s, ":%u:%u-%u:", &place->line, &first, &last) != 3)
		return false;
	*name_len = s - report->heading;
	place->name = report->heading;
	place->start = first - 1;
	place->end = last;
	return true;
}

static const struct place *standin_at(const struct place *place,
				      size_t name_len)
{
	const struct place *standin;

	for (standin = standins; standin < standins + nstandins; standin++)
		if (standin->line == place->line &&
		    standin->start - standin->line_start == place->start &&
		    strlen(standin->name) == name_len &&
		    !strncmp(standin->name, place->name, name_len))
			return standin;
	return NULL;
}

/* libnftables has the word log in mind where the user has written an xlat
 * statement.
 */
static bool print_at_standin(const struct report *report)
{
	static const char unexpected[] = "syntax error, unexpected log";
	struct place place = { .name = CMDLINE_NAME, .line = 1 };
	size_t name_len = strlen(place.name);
	const char *message = report->message;
	const char *carets = report->carets;
	const struct place *standin;
	size_t end, i;

	if (!carets)
		return false;
	if (!read_place(report, &place, &name_len)) {
		place.start = strcspn(carets, "^");
		place.end = place.start + strspn(carets + place.start, "^");
	}
	standin = standin_at(&place, name_len);
	if (!standin || place.end != place.start + strlen("log"))
		return false;

	end = standin->end - standin->line_start;
	if (!strncmp(message, unexpected, strlen(unexpected)))
		end = place.start + strlen("xlat");
	if (report->heading != report->type)
		fprintf(stderr, "%.*s:%u:%zu-%zu: ", (int)name_len, place.name,
			place.line, place.start + 1, end);
	if (!strncmp(message, unexpected, strlen(unexpected)))
		fprintf(stderr, "Error: syntax error, unexpected xlat%s\n",
			message + strlen(unexpected));
	else
		fprintf(stderr, "%s\n", report->type);

	fprintf(stderr, "%s\n%.*s", report->source, (int)place.end, carets);
	for (i = place.end; i < end; i++)
		fputc('^', stderr);
	fprintf(stderr, "%s\n", strlen(carets) > end ? carets + end : "");
	return true;
}

static void print_report(struct report *report)
{
	struct error *error = own_error(report);

	if (!error && is_noise(report))
		return;
	if (report->headers.len)
		fputs(report->headers.data, stderr);
	if (error) {
		print_error(error);
		return;
	}

	/* nft does not tell places on the command line. */
	if (!strncmp(report->heading, CMDLINE_NAME ":",
		     strlen(CMDLINE_NAME ":")))
		report->heading = report->type;
	if (report->source && cmdline &&
	    !strcmp(report->source, cmdline_standin))
		report->source = cmdline;
	if (print_at_standin(report))
		return;
	fprintf(stderr, "%s\n", report->heading);
	if (report->source)
		fprintf(stderr, "%s\n%s\n", report->source, report->carets);
}

static bool is_header(const char *line)
{
	return !strncmp(line, "In file included from ", 22) ||
	       !strncmp(line, "                 from ", 22);
}

static bool is_carets(const char *line)
{
	return strchr(line, '^') && !line[strspn(line, " \t~^")];
}

static bool read_heading(struct report *report, const char *line)
{
	static const char * const types[] = { "Error: ", "Warning: " };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		const char *type = strstr(line, types[i]);

		if (type && (type == line || type[-1] == ' ')) {
			report->heading = line;
			report->type = type;
			report->message = type + strlen(types[i]);
			return true;
		}
	}
	return false;
}

/* Puts the user's name of the text where libnftables' is. */
static char *rename_text(const char *text)
{
	size_t len = alias ? strlen(alias) : 0;
	struct buf out = {};
	const char *hit;

	buf_add_str(&out, "");
	while (alias && (hit = strstr(text, alias))) {
		buf_add(&out, text, hit - text);
		buf_add_str(&out, hit[len] == ':' ? alias_name : alias);
		text = hit + len;
	}
	buf_add_str(&out, text);
	return out.data;
}

/**
 * diag_print() - print all errors
 * @text: those of libnftables
 */
void diag_print(const char *text)
{
	struct report report = {};
	char *renamed = rename_text(text);
	char *rest = renamed;
	char **lines = NULL;
	size_t n = 0, i;

	while (*rest) {
		lines = xrealloc(lines, (n + 3) * sizeof(*lines));
		lines[n++] = strsep(&rest, "\n");
		if (!rest)
			break;
	}

	for (i = 0; i < n; i++) {
		if (is_header(lines[i])) {
			buf_printf(&report.headers, "%s\n", lines[i]);
			continue;
		}
		if (!read_heading(&report, lines[i])) {
			fprintf(stderr, "%s\n", lines[i]);
			continue;
		}
		report.source = NULL;
		report.carets = NULL;
		if (i + 2 < n && is_carets(lines[i + 2])) {
			report.source = lines[++i];
			report.carets = lines[++i];
		}
		print_report(&report);
		buf_reset(&report.headers);
	}
	free(lines);
	free(renamed);
	buf_free(&report.headers);

	for (i = 0; i < nerrors; i++)
		print_error(&errors[i]);
	for (i = 0; i < DIAG_HINT_MAX; i++)
		if (hinted[i])
			fprintf(stderr, "%s\n", hints[i]);
}
