// SPDX-License-Identifier: GPL-2.0-only
/* Memory that is there or ends the program, and bytes that grow. */

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

static void __attribute__((noreturn)) out_of_memory(void)
{
	fputs("nft-xlat: Memory allocation failure\n", stderr);
	exit(EXIT_FAILURE);
}

/**
 * xrealloc() - realloc() that does not fail
 * @ptr: what to grow, or NULL
 * @size: bytes wanted
 *
 * Return: the memory.
 */
void *xrealloc(void *ptr, size_t size)
{
	ptr = realloc(ptr, size ? size : 1);
	if (!ptr)
		out_of_memory();
	return ptr;
}

/**
 * xstrndup() - copy of a part of a text, as a string
 * @s: the text
 * @len: bytes to copy
 *
 * Return: the string, to be freed.
 */
char *xstrndup(const char *s, size_t len)
{
	char *copy = xrealloc(NULL, len + 1);

	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

/**
 * xstrdup() - strdup() that does not fail
 * @s: the string
 *
 * Return: the copy, to be freed.
 */
char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

static void buf_reserve(struct buf *buf, size_t more)
{
	size_t size = buf->size ? buf->size : 256;

	if (more >= SIZE_MAX / 2 - buf->len)
		out_of_memory();
	while (size - buf->len <= more)
		size *= 2;
	if (size != buf->size)
		buf->data = xrealloc(buf->data, size);
	buf->size = size;
}

/**
 * buf_add() - append bytes
 * @buf: where to
 * @data: the bytes
 * @len: number of bytes
 */
void buf_add(struct buf *buf, const void *data, size_t len)
{
	buf_reserve(buf, len);
	if (len)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

/**
 * buf_add_str() - append a string
 * @buf: where to
 * @s: the string
 */
void buf_add_str(struct buf *buf, const char *s)
{
	buf_add(buf, s, strlen(s));
}

/**
 * buf_printf() - append formatted text
 * @buf: where to
 * @fmt: format, as printf() takes it
 */
void buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0)
		out_of_memory();
	buf_add(buf, text, len);
	free(text);
}

/**
 * buf_read() - append all that can be read from a file
 * @buf: where to
 * @fd: the file
 *
 * Return: 0, or -1 with errno set.
 */
int buf_read(struct buf *buf, int fd)
{
	ssize_t n;

	for (;;) {
		buf_reserve(buf, 65536);
		n = read(fd, buf->data + buf->len, 65536);
		if (n > 0)
			buf->len += n;
		else if (n == 0 || errno != EINTR)
			break;
	}
	buf->data[buf->len] = '\0';
	return n < 0 ? -1 : 0;
}

/**
 * buf_reset() - empty, but keep the memory
 * @buf: what to empty
 */
void buf_reset(struct buf *buf)
{
	buf->len = 0;
}

/**
 * buf_free() - empty, and give the memory back
 * @buf: what to free
 */
void buf_free(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){};
}
