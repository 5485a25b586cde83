// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a ruleset. libnftables opens them, those that include
 * statements name too, and reads them character by character; it gets our
 * version of the characters. To show a line in an error it opens the file once
 * more, goes to where the line starts and reads it in another way: it gets the
 * user's own version.
 *
 * A file is scanned no farther than libnftables has read it, hence in the order
 * in which libnftables meets definitions of variables and include statements.
 */

#include <stdlib.h>
#include <string.h>

#include "scan.h"
#include "source.h"
#include "util.h"

/**
 * struct source - a file
 * @next: another one
 * @file: what it has been opened as
 * @name: what the user knows it as
 * @loaded: it is being read, what follows counts
 * @data: what is in it
 * @text: the same, scanned up to where libnftables is
 * @pos: where libnftables is
 */
struct source {
	struct source *next;
	FILE *file;
	char *name;
	bool loaded;
	struct buf data;
	struct text text;
	size_t pos;
};

static struct source *sources;
static struct source *current;
static bool active;

/* Texts that libnftables has begun to read, and not yet to its end. */
static unsigned int reading;

/* The variables of the command line, as text. */
static const char *defines;

/**
 * sources_begin() - from now on files belong to a ruleset
 * @vars: definitions that come before all of it, has to stay
 */
void sources_begin(const char *vars)
{
	defines = vars;
	reading = 0;
	active = true;
}

/**
 * sources_active() - do files belong to a ruleset?
 *
 * Return: true if they do.
 */
bool sources_active(void)
{
	return active;
}

/**
 * sources_end() - forget all files
 */
void sources_end(void)
{
	struct source *source;

	active = false;
	current = NULL;
	while ((source = sources)) {
		sources = source->next;
		if (source->loaded)
			text_free(&source->text);
		buf_free(&source->data);
		free(source->name);
		free(source);
	}
}

/**
 * source_opened() - libnftables has opened a file
 * @file: the file
 * @name: what the user knows it as
 */
void source_opened(FILE *file, const char *name)
{
	struct source *source;

	/* Memory of a file that has been closed may be used anew. */
	for (source = sources; source; source = source->next)
		if (source->file == file)
			source->file = NULL;

	source = xrealloc(NULL, sizeof(*source));
	*source = (struct source){
		.next = sources,
		.file = file,
		.name = xstrdup(name),
	};
	sources = source;
}

static struct source *find_source(FILE *file)
{
	struct source *source;

	for (source = sources; source; source = source->next)
		if (source->file == file)
			break;
	return source;
}

/* A ruleset may be read twice: nft -o does. */
static void start_ruleset(void)
{
	struct text text;

	scan_start();
	text_init(&text, "", defines, strlen(defines));
	scan_all(&text);
	text_free(&text);
}

static bool load(struct source *source)
{
	char chunk[65536];
	size_t n;

	while ((n = fread(chunk, 1, sizeof(chunk), source->file)))
		buf_add(&source->data, chunk, n);
	if (ferror(source->file))
		return false;

	buf_add_str(&source->data, "");
	text_init(&source->text, source->name, source->data.data,
		  source->data.len);
	source->loaded = true;
	if (!reading++)
		start_ruleset();
	return true;
}

/**
 * source_getc() - the next character for libnftables
 * @file: the file that it reads
 * @c: where the character goes
 *
 * Return: false when the file does not belong to the ruleset.
 */
bool source_getc(FILE *file, int *c)
{
	struct source *source = current;
	struct text *text;

	if (!source || source->file != file) {
		source = find_source(file);
		if (!source)
			return false;
		current = source;
	}

	*c = EOF;
	if (!source->loaded && !load(source))
		return true;

	text = &source->text;
	if (source->pos == text->out.len) {
		/* libnftables asks for more of a line than it needs, which it
		 * does without if there is no more: let it see the include
		 * statement first.
		 */
		if (text->included) {
			text->included = false;
			return true;
		}
		scan_statement(text);
		if (source->pos == text->out.len) {
			source->file = NULL;
			reading--;
			return true;
		}
	}
	*c = (unsigned char)text->out.data[source->pos++];
	return true;
}

/* Where the line that starts at @offset of a text for libnftables starts in the
 * user's text.
 *
 * Return: false when no line starts there.
 */
static bool find_line(const struct source *source, size_t offset, size_t *found)
{
	const char *out = source->text.out.data, *line = source->data.data;
	const char *end = line + source->data.len;
	size_t i;

	if (offset > source->text.out.len || out[offset - 1] != '\n')
		return false;
	for (i = 0; i < offset && line; i++)
		if (out[i] == '\n') {
			line = memchr(line, '\n', end - line);
			line = line ? line + 1 : NULL;
		}
	*found = line ? (size_t)(line - source->data.data) : offset;
	return line;
}

/**
 * source_offset() - where a line of a file starts
 * @file: the file, which has been opened to show a line of it
 * @offset: where the line started when libnftables read the file
 *
 * Return: where it starts in the user's version.
 */
size_t source_offset(FILE *file, size_t offset)
{
	const struct source *shown = find_source(file), *source;
	size_t found;

	if (!shown || shown->loaded)
		return offset;
	for (source = sources; source; source = source->next)
		if (source->loaded && !strcmp(source->name, shown->name) &&
		    find_line(source, offset, &found))
			return found;
	return offset;
}
