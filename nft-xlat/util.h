/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NFT_XLAT_UTIL_H
#define NFT_XLAT_UTIL_H

#include <stddef.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/**
 * struct buf - bytes that grow
 * @data: the bytes, followed by a zero byte that @len does not count; NULL
 *	while nothing has been added
 * @len: number of bytes
 * @size: room at @data
 */
struct buf {
	char *data;
	size_t len;
	size_t size;
};

void *xrealloc(void *ptr, size_t size);
char *xstrndup(const char *s, size_t len);
char *xstrdup(const char *s);

void buf_add(struct buf *buf, const void *data, size_t len);
void buf_add_str(struct buf *buf, const char *s);
void buf_printf(struct buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int buf_read(struct buf *buf, int fd);
void buf_reset(struct buf *buf);
void buf_free(struct buf *buf);

#endif /* NFT_XLAT_UTIL_H */
