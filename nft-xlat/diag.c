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
		"postrouting of ip, ip6 and inet tables, at ingress of inet and netdev tables, at\n"
		"egress of netdev tables, and in chains that those jump to.",
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

struct standin {
	unsigned int number;
	struct standin_places places;
};

static struct standin *standins;
static size_t nstandins;

static struct shift *shifts;
static size_t nshifts;

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
	free(shifts);
	shifts = NULL;
	nshifts = 0;
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
 * diag_standin() - remember where a statement is
 * @number: number of its stand-in
 * @places: its places
 */
void diag_standin(unsigned int number, const struct standin_places *places)
{
	standins = xrealloc(standins, (nstandins + 1) * sizeof(*standins));
	standins[nstandins].number = number;
	standins[nstandins++].places = *places;
}

/**
 * diag_places() - where is a statement?
 * @number: number of its stand-in
 *
 * Return: the places, nowhere in JSON.
 */
const struct standin_places *diag_places(unsigned int number)
{
	static const struct standin_places nowhere;
	size_t i;

	for (i = 0; i < nstandins; i++)
		if (standins[i].number == number)
			return &standins[i].places;
	return &nowhere;
}

/**
 * diag_refuse() - something is wrong with an xlat statement that libnftables
 *	has read already
 * @place: what is wrong
 * @message: why
 */
void diag_refuse(const struct place *place, const char *message)
{
	char name[DIAG_NAME_LEN];

	diag_error(place, message, name);
}

/**
 * diag_shift() - remember that something has another length for libnftables
 * @shift: where
 */
void diag_shift(const struct shift *shift)
{
	shifts = xrealloc(shifts, (nshifts + 1) * sizeof(*shifts));
	shifts[nshifts++] = *shift;
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
	size_t left = place->len - place->line_start;
	const char *end = left ? memchr(line, '\n', left) : NULL;
	size_t len = end ? (size_t)(end - line) : left;
	size_t i;

	if (error->printed)
		return;
	error->printed = true;
	/* JSON has no places. */
	if (!place->name) {
		fprintf(stderr, "internal:0:0-0: Error: %s\n\n",
			error->message);
		return;
	}

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
 * @shifted_heading: what @heading is when columns have changed
 * @shifted_carets: what @carets is when columns have changed
 * @mapped_heading: what @heading is when the message has changed
 */
struct report {
	struct buf headers;
	const char *heading;
	const char *type;
	const char *message;
	const char *source;
	const char *carets;
	struct buf shifted_heading;
	struct buf shifted_carets;
	struct buf mapped_heading;
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

static bool is_named(const char *name, const struct place *place,
		     size_t name_len)
{
	return strlen(name) == name_len &&
	       !strncmp(name, place->name, name_len);
}

/* Does a place start where another one does that may be elsewhere? */
static bool starts_at(const struct place *known, const struct place *place,
		      size_t name_len)
{
	return known->name && known->line == place->line &&
	       known->start - known->line_start == place->start &&
	       is_named(known->name, place, name_len);
}

static const struct place *standin_at(const struct place *place,
				      size_t name_len)
{
	size_t i;

	for (i = 0; i < nstandins; i++)
		if (starts_at(&standins[i].places.statement, place, name_len))
			return &standins[i].places.statement;
	return NULL;
}

static bool is_map_at(const struct place *place, size_t name_len)
{
	unsigned int addr;
	size_t i;

	for (i = 0; i < nstandins; i++)
		for (addr = SADDR; addr < ADDRS; addr++)
			if (starts_at(&standins[i].places.map[addr], place,
				      name_len))
				return true;
	return false;
}

/* The user's column for one of libnftables' columns in a line. */
static size_t user_column(const struct place *line, size_t name_len,
			  size_t column)
{
	size_t user = column, i;

	for (i = 0; i < nshifts; i++) {
		const struct shift *shift = &shifts[i];

		if (shift->line != line->line ||
		    !is_named(shift->name, line, name_len) ||
		    column < shift->out_start)
			continue;
		if (column >= shift->out_end)
			user = column - shift->out_end + shift->end;
		else if (column - shift->out_start < shift->end - shift->start)
			user = column - shift->out_start + shift->start;
		else
			user = shift->end - 1;
	}
	return user;
}

static bool is_shifted(const struct place *line, size_t name_len)
{
	size_t i;

	for (i = 0; i < nshifts; i++)
		if (shifts[i].line == line->line &&
		    is_named(shifts[i].name, line, name_len))
			return true;
	return false;
}

/* Makes a report point at what the user has written. */
static void shift_report(struct report *report)
{
	struct place place = { .name = CMDLINE_NAME, .line = 1 };
	size_t name_len = strlen(place.name);
	struct buf *carets = &report->shifted_carets;
	const char *c;
	size_t at;

	if (!report->carets)
		return;
	if (read_place(report, &place, &name_len) &&
	    is_shifted(&place, name_len)) {
		buf_printf(&report->shifted_heading, "%.*s:%u:%zu-%zu: %s",
			   (int)name_len, place.name, place.line,
			   user_column(&place, name_len, place.start) + 1,
			   user_column(&place, name_len, place.end - 1) + 1,
			   report->type);
		report->heading = report->shifted_heading.data;
		report->type = strstr(report->heading, report->type);
		report->message = strchr(report->type, ' ') + 1;
	}
	if (!is_shifted(&place, name_len))
		return;

	for (c = report->carets; *c; c++) {
		if (*c != '^' && *c != '~')
			continue;
		at = user_column(&place, name_len, c - report->carets);
		while (carets->len <= at) {
			char blank = carets->len < strlen(report->source) &&
				     report->source[carets->len] == '\t' ?
				     '\t' : ' ';

			buf_add(carets, &blank, 1);
		}
		if (carets->data[at] != '^')
			carets->data[at] = *c;
	}
	report->carets = carets->data ? carets->data : "";
}

/* The place that a report is about. */
static void find_place(const struct report *report, struct place *place,
		       size_t *name_len)
{
	*place = (struct place){ .name = CMDLINE_NAME, .line = 1 };
	*name_len = strlen(place->name);
	if (!read_place(report, place, name_len)) {
		place->start = strcspn(report->carets, "^");
		place->end = place->start +
			     strspn(report->carets + place->start, "^");
	}
}

/* Starts a heading in which the message is to be another one. */
static void replace_message(struct report *report)
{
	buf_reset(&report->mapped_heading);
	buf_add(&report->mapped_heading, report->heading,
		report->message - report->heading);
}

static void use_message(struct report *report)
{
	const char *heading = report->mapped_heading.data;

	report->message = heading + (report->message - report->heading);
	report->type = heading + (report->type - report->heading);
	report->heading = heading;
}

/* libnftables has a match with a set in mind where the user has written a map:
 * says of it what libnftables says of maps.
 */
static void report_map(struct report *report)
{
	static const char mismatch[] = "datatype mismatch, expected ";
	static const char has_type[] = ", expression has type ";
	const char *key, *map;
	struct place place;
	size_t name_len;

	if (!report->carets ||
	    strncmp(report->message, mismatch, strlen(mismatch)))
		return;
	key = report->message + strlen(mismatch);
	map = strstr(key, has_type);
	find_place(report, &place, &name_len);
	if (!map || !is_map_at(&place, name_len))
		return;
	replace_message(report);
	buf_printf(&report->mapped_heading,
		   "datatype mismatch, map expects %s, mapping expression has type %.*s",
		   map + strlen(has_type), (int)(map - key), key);
	use_message(report);
}

/* And of the operator in that match what it would say of the word map. */
static void report_operator(struct report *report)
{
	static const char unexpected[] = "syntax error, unexpected !=";
	static const char map[] = "map";
	struct place place;
	size_t name_len;

	if (!report->carets ||
	    strncmp(report->message, unexpected, strlen(unexpected)))
		return;
	find_place(report, &place, &name_len);
	if (strlen(report->source) < place.start ||
	    strncmp(report->source + place.start, map, strlen(map)))
		return;
	replace_message(report);
	buf_printf(&report->mapped_heading, "syntax error, unexpected %s%s",
		   map, report->message + strlen(unexpected));
	use_message(report);
}

/* libnftables has the word log in mind where the user has written an xlat
 * statement.
 */
static bool print_at_standin(const struct report *report)
{
	static const char unexpected[] = "syntax error, unexpected log";
	const char *message = report->message;
	const char *carets = report->carets;
	const struct place *standin;
	size_t end, name_len, i;
	struct place place;

	if (!carets)
		return false;
	find_place(report, &place, &name_len);
	standin = standin_at(&place, name_len);
	if (!standin || place.end > place.start + strlen("xlat"))
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

	if (report->source && cmdline &&
	    !strcmp(report->source, cmdline_standin))
		report->source = cmdline;
	shift_report(report);
	report_map(report);
	report_operator(report);
	/* nft does not tell places on the command line. */
	if (!strncmp(report->heading, CMDLINE_NAME ":",
		     strlen(CMDLINE_NAME ":")))
		report->heading = report->type;
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
		buf_reset(&report.shifted_heading);
		buf_reset(&report.shifted_carets);
		buf_reset(&report.mapped_heading);
	}
	free(lines);
	free(renamed);
	buf_free(&report.headers);
	buf_free(&report.shifted_heading);
	buf_free(&report.shifted_carets);
	buf_free(&report.mapped_heading);

	for (i = 0; i < nerrors; i++)
		print_error(&errors[i]);
	for (i = 0; i < DIAG_HINT_MAX; i++)
		if (hinted[i])
			fprintf(stderr, "%s\n", hints[i]);
}
