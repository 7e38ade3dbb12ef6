/*
 * A growing run of bytes. One thread.
 */
#ifndef ISMAPFS_BUFFER_H
#define ISMAPFS_BUFFER_H

#include <stddef.h>

struct buffer {
	char *bytes;   /* NUL-terminated once anything was appended */
	size_t length; /* without the NUL */
	size_t capacity;
};

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
__attribute__((format(printf, 2, 3))) void buffer_printf(struct buffer *buffer, const char *format,
							 ...);

/* A JSON string with its quotes. text must be valid UTF-8. */
void buffer_json_string(struct buffer *buffer, const char *text);

/* A CSV field as RFC 4180 has it, quoted where it must be; and with a ' before it where it would be
 * a formula to a spreadsheet. */
void buffer_csv_field(struct buffer *buffer, const char *text);

/* A TSV field: tabs, newlines and backslashes as \t, \n, \\, so that a line is a row. */
void buffer_tsv_field(struct buffer *buffer, const char *text);

/*
 * Text for HTML, between tags or within a quoted attribute. What could turn the
 * text around it (bidirectional embeddings, overrides, isolates) is U+FFFD.
 */
void buffer_html(struct buffer *buffer, const char *text);

/* Text in which nothing turns the text around it: what buffer_html replaces is replaced. */
void buffer_upright(struct buffer *buffer, const char *text);

/* JSON for a <script> of HTML: what could end that, or turn the text around it, stands in it no
 * more. */
void buffer_script_json(struct buffer *buffer, const char *json);

/* Empties it, keeping its memory. */
void buffer_clear(struct buffer *buffer);

/* Frees it; also for the cleanup attribute. */
void buffer_release(struct buffer *buffer);
#define _cleanup_buffer_ __attribute__((cleanup(buffer_release)))

#endif
