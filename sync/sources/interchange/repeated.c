#include <stdlib.h>
#include <string.h>

#include "sources/interchange/interchange.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/text/text.h"

/* An item and what it is called. */
struct called {
	char *id; /* trimmed */
	const cJSON *item;
};

struct calls {
	struct called *rows;
	size_t count;
};

static void calls_release(struct calls *calls)
{
	for (size_t i = 0; i < calls->count; i++)
		free(calls->rows[i].id);
	free(calls->rows);
}

static int by_id(const void *left, const void *right)
{
	return strcmp(((const struct called *)left)->id, ((const struct called *)right)->id);
}

/* As texts: comparing members with each other takes as long as there are pairs of them. */
static bool is_equal(const cJSON *left, const cJSON *right)
{
	_cleanup_free_ char *ours = cJSON_PrintUnformatted(left);
	_cleanup_free_ char *theirs = cJSON_PrintUnformatted(right);

	if (!ours || !theirs)
		out_of_memory();
	return strcmp(ours, theirs) == 0;
}

int interchange_refuse_repeated(struct publication *publication, const cJSON *items,
				const char *member, const char *what)
{
	__attribute__((cleanup(calls_release))) struct calls calls = {
		.rows = xmalloc(((size_t)cJSON_GetArraySize(items) + 1) * sizeof(*calls.rows)),
	};
	const cJSON *item;

	cJSON_ArrayForEach(item, items) calls.rows[calls.count++] = (struct called){
		.id = text_trim(json_text(item, member)),
		.item = item,
	};
	qsort(calls.rows, calls.count, sizeof(*calls.rows), by_id);
	for (size_t i = 1; i < calls.count; i++)
		if (strcmp(calls.rows[i - 1].id, calls.rows[i].id) == 0 &&
		    !is_equal(calls.rows[i - 1].item, calls.rows[i].item))
			return publication_refuse(publication,
						  "%s '%.60s' is stated twice, and differently",
						  what, calls.rows[i].id);
	return 0;
}
