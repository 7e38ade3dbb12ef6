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

/* Each is compared with the next that is called the same: all with each other would take as long as
 * there are pairs. */
int interchange_refuse_repeated(struct publication *publication, const cJSON *items,
				const char *member, const char *other, const char *what)
{
	__attribute__((cleanup(calls_release))) struct calls calls = {
		.rows = xmalloc(((size_t)cJSON_GetArraySize(items) + 1) * sizeof(*calls.rows)),
	};
	const cJSON *item;

	cJSON_ArrayForEach(item, items)
	{
		const char *id = json_text(item, member);

		calls.rows[calls.count++] = (struct called){
			.id = text_trim(id[0] != '\0' || !other ? id : json_text(item, other)),
			.item = item,
		};
	}
	qsort(calls.rows, calls.count, sizeof(*calls.rows), by_id);
	for (size_t i = 1; i < calls.count; i++)
		if (calls.rows[i].id[0] != '\0' &&
		    strcmp(calls.rows[i - 1].id, calls.rows[i].id) == 0 &&
		    !json_equal(calls.rows[i - 1].item, calls.rows[i].item))
			return publication_refuse(publication,
						  "%s '%.60s' is stated twice, and differently",
						  what, calls.rows[i].id);
	return 0;
}
