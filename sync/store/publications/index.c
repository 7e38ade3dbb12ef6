#include "store/publications/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/timestamp.h"
#include "util/file.h"
#include "util/memory.h"

#define INDEX_SIZE_MAX (64 * 1024 * 1024)
#define FIELDS 13

void kept_index_release(struct kept_index *index)
{
	for (size_t i = 0; i < index->count; i++)
		free(index->rows[i].texts);
	free(index->rows);
	*index = (struct kept_index){.rows = NULL};
}

static const char *copy_to(char **to, const char *text)
{
	const size_t size = strlen(text) + 1;
	char *copy = memcpy(*to, text, size);

	*to += size;
	return copy;
}

void kept_index_add(struct kept_index *index, const struct kept_document *document)
{
	struct kept_document *row;
	char *to;

	/* Room is made in steps that double. */
	if ((index->count & (index->count - 1)) == 0)
		index->rows = xrealloc(index->rows, (index->count > 0 ? index->count * 2 : 1) *
							    sizeof(*index->rows));
	row = &index->rows[index->count++];
	*row = *document;
	row->texts = to = xmalloc(strlen(document->role) + strlen(document->shape) +
				  strlen(document->location) + strlen(document->last_modified) +
				  strlen(document->etag) + 5);
	row->role = copy_to(&to, document->role);
	row->shape = copy_to(&to, document->shape);
	row->location = copy_to(&to, document->location);
	row->last_modified = copy_to(&to, document->last_modified);
	row->etag = copy_to(&to, document->etag);
}

const struct kept_document *kept_index_find(const struct kept_index *index, int64_t number)
{
	for (size_t i = 0; i < index->count; i++)
		if (index->rows[i].number == number)
			return &index->rows[i];
	return NULL;
}

const struct kept_document *kept_index_newest(const struct kept_index *index, const char *role,
					      const char *location, bool only)
{
	const struct kept_document *other = NULL;

	for (size_t i = index->count; i > 0; i--) {
		const struct kept_document *row = &index->rows[i - 1];

		if (strcmp(row->role, role) != 0)
			continue;
		if (strcmp(row->location, location) == 0)
			return row;
		if (!other)
			other = row;
	}
	return only ? NULL : other;
}

static void print_time(struct buffer *text, int64_t instant)
{
	char time[TIMESTAMP_TEXT_SIZE] = "";

	if (instant > 0)
		timestamp_format(instant, time);
	buffer_printf(text, "\t%s", time);
}

static void print_text(struct buffer *text, const char *field)
{
	buffer_text(text, "\t");
	buffer_tsv_field(text, field);
}

void kept_index_print(const struct kept_index *index, struct buffer *text)
{
	buffer_text(text, PUBLICATIONS_HEADER "\n");
	for (size_t i = 0; i < index->count; i++) {
		const struct kept_document *row = &index->rows[i];

		buffer_printf(text, "%lld\t%lld\t%s\t%zu", (long long)row->number,
			      (long long)row->base, row->sha256, row->size);
		print_text(text, row->role);
		print_text(text, row->shape);
		print_text(text, row->location);
		print_time(text, row->fetched_at);
		buffer_printf(text, "\t%s\t%lld", row->witnessed ? "yes" : "no",
			      (long long)row->status);
		print_time(text, row->date);
		print_text(text, row->last_modified);
		print_text(text, row->etag);
		buffer_text(text, "\n");
	}
}

/* Undoes buffer_tsv_field(), in place. */
static void unescape(char *text)
{
	static const char letters[] = "tnr\\", meanings[] = "\t\n\r\\";
	char *to = text;

	for (; *text != '\0'; text++) {
		const char *letter =
			*text == '\\' && text[1] != '\0' ? strchr(letters, text[1]) : NULL;

		if (letter) {
			*to++ = meanings[letter - letters];
			text++;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

static bool take_number(const char *text, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 10);
	return end != text && *end == '\0' && errno == 0 && *number >= 0;
}

static bool take_time(const char *text, int64_t *instant)
{
	*instant = 0;
	return text[0] == '\0' || timestamp_parse(text, "UTC", instant) == 0;
}

static bool take_row(char *fields[static FIELDS], struct kept_document *row)
{
	int64_t size = 0;

	if (!take_number(fields[0], &row->number) || !take_number(fields[1], &row->base) ||
	    row->number == INT64_MAX || row->base >= row->number ||
	    strlen(fields[2]) != CHECKSUM_TEXT_SIZE - 1 || !take_number(fields[3], &size) ||
	    !take_time(fields[7], &row->fetched_at) || !take_number(fields[9], &row->status) ||
	    !take_time(fields[10], &row->date))
		return false;
	memcpy(row->sha256, fields[2], CHECKSUM_TEXT_SIZE);
	row->size = (size_t)size;
	row->role = fields[4];
	row->shape = fields[5];
	row->location = fields[6];
	row->witnessed = strcmp(fields[8], "yes") == 0;
	row->last_modified = fields[11];
	row->etag = fields[12];
	return true;
}

static bool take_line(char *line, struct kept_index *index)
{
	char *fields[FIELDS], *rest = line;
	struct kept_document row = {.number = 0};
	size_t count = 0;

	while (rest && count < FIELDS)
		fields[count++] = strsep(&rest, "\t");
	if (rest || count < FIELDS)
		return false;
	for (size_t i = 0; i < FIELDS; i++)
		unescape(fields[i]);
	if (!take_row(fields, &row) ||
	    (index->count > 0 && row.number <= index->rows[index->count - 1].number))
		return false;
	kept_index_add(index, &row);
	return true;
}

int kept_index_read(int store_fd, struct kept_index *index)
{
	_cleanup_buffer_ struct buffer text = {0};
	int r = file_read_whole(store_fd, STORE_PUBLICATIONS "/index", INDEX_SIZE_MAX, &text);
	char *rest, *line;

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	/* A line that was cut off, or what a text of C would end before, isn't passed over: the
	 * next document would be written over what it names. */
	if (text.length == 0 || text.bytes[text.length - 1] != '\n' ||
	    strlen(text.bytes) != text.length)
		return -EBADMSG;
	rest = text.bytes;
	if (strcmp(strsep(&rest, "\n"), PUBLICATIONS_HEADER) != 0)
		return -EBADMSG;
	while ((line = strsep(&rest, "\n")) && rest)
		if (!take_line(line, index))
			return -EBADMSG;
	return 0;
}
