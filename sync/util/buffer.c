#include "util/buffer.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/memory.h"

/* Room for that many bytes and the NUL behind them. */
static void reserve(struct buffer *buffer, size_t more)
{
	if (more == SIZE_MAX)
		out_of_memory();
	buffer->bytes = xgrow(buffer->bytes, &buffer->capacity, buffer->length, more + 1, 1);
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
	reserve(buffer, length);
	if (length > 0)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

void buffer_text(struct buffer *buffer, const char *text)
{
	buffer_append(buffer, text, strlen(text));
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
	/* What is short mostly fits in at once. */
	size_t room = buffer->capacity - buffer->length;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(room > 0 ? buffer->bytes + buffer->length : NULL, room, format,
			   arguments);
	va_end(arguments);
	if (length < 0)
		out_of_memory();
	reserve(buffer, (size_t)length);
	if ((size_t)length >= room) {
		va_start(arguments, format);
		(void)vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format,
				arguments);
		va_end(arguments);
	}
	buffer->length += (size_t)length;
}

void buffer_json_string(struct buffer *buffer, const char *text)
{
	buffer_text(buffer, "\"");
	while (*text != '\0') {
		size_t plain = 0;

		while ((unsigned char)text[plain] >= ' ' && text[plain] != '"' &&
		       text[plain] != '\\')
			plain++;
		buffer_append(buffer, text, plain);
		text += plain;
		if (*text == '\0')
			break;
		if (*text == '"' || *text == '\\')
			buffer_printf(buffer, "\\%c", *text);
		else if (*text == '\n')
			buffer_text(buffer, "\\n");
		else if (*text == '\t')
			buffer_text(buffer, "\\t");
		else
			buffer_printf(buffer, "\\u%04x", (unsigned char)*text);
		text++;
	}
	buffer_text(buffer, "\"");
}

void buffer_csv_field(struct buffer *buffer, const char *text)
{
	/* What a spreadsheet would take for a formula. */
	const char *guard = text[0] != '\0' && strchr("=+-@\t\r", text[0]) ? "'" : "";

	if (strpbrk(text, ",\"\r\n") == NULL) {
		buffer_text(buffer, guard);
		buffer_text(buffer, text);
		return;
	}
	buffer_text(buffer, "\"");
	buffer_text(buffer, guard);
	for (const char *quote; (quote = strchr(text, '"')); text = quote + 1) {
		buffer_append(buffer, text, (size_t)(quote - text));
		buffer_text(buffer, "\"\"");
	}
	buffer_text(buffer, text);
	buffer_text(buffer, "\"");
}

void buffer_tsv_field(struct buffer *buffer, const char *text)
{
	for (;;) {
		size_t plain = strcspn(text, "\t\n\r\\");

		buffer_append(buffer, text, plain);
		text += plain;
		switch (*text++) {
		case '\0': return;
		case '\t': buffer_text(buffer, "\\t"); break;
		case '\n': buffer_text(buffer, "\\n"); break;
		case '\r': buffer_text(buffer, "\\r"); break;
		default: buffer_text(buffer, "\\\\"); break;
		}
	}
}

/* Bidirectional embeddings, overrides and isolates: E2 80 AA-AE, E2 81 A6-A9. */
static bool turns_text(const char *text)
{
	unsigned char third = text[1] != '\0' ? (unsigned char)text[2] : 0;

	if (memcmp(text, "\xe2\x80", 2) == 0)
		return third >= 0xaa && third <= 0xae;
	return memcmp(text, "\xe2\x81", 2) == 0 && third >= 0xa6 && third <= 0xa9;
}

void buffer_html(struct buffer *buffer, const char *text)
{
	for (;;) {
		size_t plain = strcspn(text, "&<>\"'\xe2");

		buffer_append(buffer, text, plain);
		text += plain;
		switch (*text) {
		case '\0': return;
		case '&': buffer_text(buffer, "&amp;"); break;
		case '<': buffer_text(buffer, "&lt;"); break;
		case '>': buffer_text(buffer, "&gt;"); break;
		case '"': buffer_text(buffer, "&quot;"); break;
		case '\'': buffer_text(buffer, "&#39;"); break;
		default:
			if (!turns_text(text)) {
				buffer_append(buffer, text, 1);
				break;
			}
			buffer_text(buffer, "\xef\xbf\xbd");
			text += 2;
		}
		text++;
	}
}

void buffer_upright(struct buffer *buffer, const char *text)
{
	for (;;) {
		size_t plain = strcspn(text, "\xe2");

		buffer_append(buffer, text, plain);
		text += plain;
		if (*text == '\0')
			return;
		if (turns_text(text)) {
			buffer_text(buffer, "\xef\xbf\xbd");
			text += 3;
		} else {
			buffer_append(buffer, text++, 1);
		}
	}
}

void buffer_script_json(struct buffer *buffer, const char *json)
{
	_cleanup_buffer_ struct buffer upright = {0};
	const char *rest, *tag;

	buffer_upright(&upright, json);
	for (rest = upright.bytes; (tag = strchr(rest, '<')); rest = tag + 1) {
		buffer_append(buffer, rest, (size_t)(tag - rest));
		buffer_text(buffer, "\\u003c");
	}
	buffer_text(buffer, rest);
}

void buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
	if (buffer->bytes)
		buffer->bytes[0] = '\0';
}

void buffer_release(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}
