#include "stage/publication.h"

#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "util/json.h"
#include "util/memory.h"

struct document *document_set_add(struct document_set *documents, const char *location)
{
	struct document *document;

	documents->rows = xgrow(documents->rows, &documents->capacity, documents->count, 1,
				sizeof(*documents->rows));
	document = &documents->rows[documents->count++];
	*document = (struct document){.role = "", .shape = "", .location = xstrdup(location)};
	return document;
}

int document_parse(struct document *document, struct reason *reason, cJSON **tree)
{
	*tree = steal_pointer(document->tree);
	return *tree ? 0 : json_parse(document->bytes, document->length, reason, tree);
}

static void document_release(struct document *document)
{
	cJSON_Delete(document->tree);
	free(document->location);
	free(document->etag);
	free(document->last_modified);
	free(document->bytes);
}

void document_set_remove(struct document_set *documents, size_t index)
{
	document_release(&documents->rows[index]);
	documents->count--;
	memmove(&documents->rows[index], &documents->rows[index + 1],
		(documents->count - index) * sizeof(*documents->rows));
}

void document_set_release(struct document_set *documents)
{
	for (size_t i = 0; i < documents->count; i++)
		document_release(&documents->rows[i]);
	free(documents->rows);
	*documents = (struct document_set){0};
}

struct document *publication_document(const struct publication *publication, const char *role)
{
	for (size_t i = 0; i < publication->document_count; i++)
		if (strcmp(publication->documents[i].role, role) == 0)
			return &publication->documents[i];
	return NULL;
}

void publication_blame(struct publication *publication, const struct document *document)
{
	publication->refused = document;
	publication->reason->about = document->location;
}

void publication_release(struct publication *publication)
{
	buffer_release(&publication->about);
}
