#include "util/print.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/foreign_text.h"
#include "util/buffer.h"
#include "util/memory.h"

/* The text ends with a NUL at the latest, so looking at the bytes behind one is safe. */
static void put(const char *text, size_t length, bool lines)
{
	size_t plain = 0, i = 0;

	while (i < length) {
		const unsigned char *byte = (const unsigned char *)text + i;
		size_t behind = i + (size_t)foreign_length(byte);
		size_t next = behind < length ? behind : length;

		if (foreign_is_unfit(byte) && *byte != '\t' && !(lines && *byte == '\n')) {
			(void)fwrite(text + plain, 1, i - plain, stdout);
			(void)fputc('?', stdout);
			plain = next;
		}
		i = next;
	}
	(void)fwrite(text + plain, 1, length - plain, stdout);
}

void print_line(const char *format, ...)
{
	_cleanup_free_ char *line = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&line, format, arguments) < 0)
		out_of_memory();
	va_end(arguments);
	put(line, strlen(line), false);
	(void)fputc('\n', stdout);
}

void print_text(const char *text, size_t length)
{
	put(text, length, true);
}
