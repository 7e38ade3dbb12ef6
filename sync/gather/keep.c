#include "gather/keep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "util/memory.h"

void keeping_release(struct keeping *keeping)
{
	for (size_t i = 0; i < keeping->fresh.count; i++)
		buffer_release(&keeping->frames[i]);
	free(keeping->frames);
	kept_index_release(&keeping->index);
	kept_index_release(&keeping->fresh);
}

static bool is_kept(const struct keeping *keeping, const struct document *document)
{
	const struct kept_document *newest =
		kept_index_newest(&keeping->index, document->role, document->location, false);

	return newest && strcmp(newest->sha256, document->sha256) == 0;
}

static const char *text_of(const char *text)
{
	return text ? text : "";
}

static int pack(const struct store_directory *store, const struct document *document,
		const struct clock_reading *clock, struct keeping *keeping)
{
	struct kept_document row = {
		.size = document->length,
		.role = document->role,
		.shape = text_of(document->shape),
		.location = document->location,
		.fetched_at = clock->now,
		.witnessed = clock->witnessed,
		.status = document->status,
		.date = document->server_time,
		.last_modified = text_of(document->last_modified),
		.etag = text_of(document->etag),
	};
	struct buffer frame = {0};
	int r = kept_pack(store->fd, &keeping->index,
			  (struct span){document->bytes, document->length}, &row, &frame);

	if (r < 0) {
		buffer_release(&frame);
		return log_error_errno(r, "%s: cannot be kept: %m", document->location);
	}
	/* The next one's number is another. */
	row.number += (int64_t)keeping->fresh.count;
	memcpy(row.sha256, document->sha256, sizeof(row.sha256));
	keeping->frames =
		xrealloc(keeping->frames, (keeping->fresh.count + 1) * sizeof(*keeping->frames));
	keeping->frames[keeping->fresh.count] = frame;
	kept_index_add(&keeping->fresh, &row);
	return 0;
}

int keep_begin(const struct store_directory *store, const struct document_set *documents,
	       const struct clock_reading *clock, struct keeping *keeping)
{
	int r = kept_index_read(store->fd, &keeping->index);

	if (r < 0)
		return log_error_errno(r, "%s/" STORE_PUBLICATIONS "/index: %m", store->path);
	for (size_t i = 0; r == 0 && i < documents->count; i++)
		if (documents->rows[i].bytes && !is_kept(keeping, &documents->rows[i]))
			r = pack(store, &documents->rows[i], clock, keeping);
	return r;
}

bool keep_has(const struct store_directory *store, const char *sha256)
{
	_cleanup_kept_index_ struct kept_index index = {.rows = NULL};

	if (kept_index_read(store->fd, &index) < 0)
		return false;
	for (size_t i = 0; i < index.count; i++)
		if (strcmp(index.rows[i].sha256, sha256) == 0)
			return true;
	return false;
}

static bool is_among(const struct document_set *documents, const struct kept_document *row)
{
	for (size_t i = 0; i < documents->count; i++)
		if (strcmp(documents->rows[i].sha256, row->sha256) == 0)
			return true;
	return false;
}

int keep_end(const struct store_directory *store, const struct document_set *documents,
	     struct keeping *keeping)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < keeping->fresh.count; i++)
		if (is_among(documents, &keeping->fresh.rows[i]))
			r = kept_add(store, &keeping->index, &keeping->fresh.rows[i],
				     span_of(&keeping->frames[i]));
	return r;
}
