#include "gather/known.h"

#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "util/buffer.h"
#include "util/memory.h"

const struct state_document *known_find(const struct store_directory *store,
					const struct reader *reader, const char *location)
{
	if (!store_directory_is_spoken_of(store))
		return NULL;
	for (size_t i = 0; i < STATE_DOCUMENTS_MAX; i++) {
		const struct state_document *document = &store->state.documents[i];

		if (document->role[0] != '\0' && strcmp(document->location, location) == 0 &&
		    reader_find_kind(reader, document->role))
			return document;
	}
	return NULL;
}

const char *known_shape(const struct document_kind *kind, const struct state_document *known)
{
	for (const char *const *shape = kind->shapes; *shape; shape++)
		if (strcmp(*shape, known->shape) == 0)
			return *shape;
	return "";
}

static int by_role(const void *left, const void *right)
{
	const struct document *a = *(const struct document *const *)left;
	const struct document *b = *(const struct document *const *)right;
	int order = strcmp(a->role, b->role);

	return order != 0 ? order : strcmp(a->sha256, b->sha256);
}

/* The checksum of a document or, where there are several, of all their checksums. */
static void checksum_of_all(const struct document_set *documents,
			    char sha256[static CHECKSUM_TEXT_SIZE])
{
	_cleanup_buffer_ struct buffer text = {0};
	_cleanup_free_ const struct document **sorted = NULL;

	if (documents->count == 1) {
		memcpy(sha256, documents->rows[0].sha256, CHECKSUM_TEXT_SIZE);
		return;
	}
	sorted = xmalloc((documents->count + 1) * sizeof(*sorted));
	for (size_t i = 0; i < documents->count; i++)
		sorted[i] = &documents->rows[i];
	qsort(sorted, documents->count, sizeof(*sorted), by_role);
	buffer_text(&text, "");
	for (size_t i = 0; i < documents->count; i++)
		buffer_printf(&text, "%s %s\n", sorted[i]->role, sorted[i]->sha256);
	checksum(text.bytes, text.length, sha256);
}

bool known_unchanged(const struct store_directory *store, const struct reader *reader,
		     const struct document_set *documents)
{
	char sha256[CHECKSUM_TEXT_SIZE];
	size_t same = 0;

	if (!store_directory_is_spoken_of(store))
		return false;
	for (size_t i = 0; i < documents->count; i++) {
		const struct document *document = &documents->rows[i];
		const struct state_document *known = known_find(store, reader, document->location);

		same += document->not_modified ||
			(known && strcmp(known->sha256, document->sha256) == 0);
	}
	checksum_of_all(documents, sha256);
	return same == documents->count || strcmp(sha256, store->state.sha256) == 0;
}

/* The role of a document that one of these needs to be relied on, or "". */
static const char *find_lacking(const struct reader *reader, const struct document_set *documents)
{
	const struct publication all = {
		.documents = documents->rows,
		.document_count = documents->count,
	};

	for (size_t i = 0; i < documents->count; i++) {
		const struct document *document = &documents->rows[i];
		const struct document_kind *kind = reader_find_kind(reader, document->role);
		const char *needed = kind && kind->needs ? kind->needs(document->shape) : NULL;

		if (needed && !publication_document(&all, needed))
			return needed;
	}
	return "";
}

static struct state_document *find_place(struct state *state, const struct document *document)
{
	for (size_t i = 0; i < STATE_DOCUMENTS_MAX; i++) {
		struct state_document *noted = &state->documents[i];

		if (strcmp(noted->role, document->role) == 0 &&
		    strcmp(noted->location, document->location) == 0)
			return noted;
	}
	return state_document_add(state, document->role);
}

static void note(struct state *state, const struct document *document)
{
	struct state_document *noted = find_place(state, document);

	if (!noted)
		return;
	state_set_text(noted->location, document->location);
	(void)snprintf(noted->shape, sizeof(noted->shape), "%s", document->shape);
	state_set_text(noted->etag, document->etag ? document->etag : "");
	state_set_text(noted->last_modified,
		       document->last_modified ? document->last_modified : "");
	memcpy(noted->sha256, document->sha256, sizeof(noted->sha256));
}

static bool is_each_known(const struct store_directory *store, const struct reader *reader,
			  const struct document_set *documents)
{
	for (size_t i = 0; i < documents->count; i++)
		if (!known_find(store, reader, documents->rows[i].location))
			return false;
	return true;
}

void known_note(struct store_directory *store, const struct reader *reader,
		const struct document_set *documents, bool unchanged)
{
	const struct publication all = {
		.documents = documents->rows,
		.document_count = documents->count,
	};
	const struct document *list = publication_document(&all, DOCUMENT_LIST);
	struct state *state = &store->state;

	if (!unchanged || !is_each_known(store, reader, documents)) {
		known_forget(state);
		checksum_of_all(documents, state->sha256);
	}
	for (size_t i = 0; i < documents->count; i++)
		note(state, &documents->rows[i]);
	state_set_text(state->location, list ? list->location : "");
	(void)snprintf(state->lacks, sizeof(state->lacks), "%s", find_lacking(reader, documents));
}

void known_forget(struct state *state)
{
	memset(state->documents, 0, sizeof(state->documents));
	state->etag[0] = state->last_modified[0] = state->lacks[0] = '\0';
}
