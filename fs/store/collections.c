#include "store/collections.h"

#include <errno.h>
#include <string.h>

#include "common/sqlite_cleanup.h"

static const struct {
	const char *key;
	enum kind children;
} vocabulary[] = {
#define COLLECTION_GATHERS(key, children) {(key), KIND_##children},
	VOCABULARY_COLLECTIONS(COLLECTION_GATHERS)
#undef COLLECTION_GATHERS
};

_Static_assert(sizeof(vocabulary) / sizeof(vocabulary[0]) <= COLLECTIONS_MAX,
	       "COLLECTIONS_MAX is too small");

static int add_collection(sqlite3_stmt *statement, const char *key, enum kind children,
			  struct collections *collections)
{
	int step;

	(void)sqlite3_bind_int(statement, 1, KIND_COLLECTION);
	(void)sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
	step = sqlite3_step(statement);
	if (step == SQLITE_ROW) {
		collections->known[collections->count].entity =
			(uint32_t)sqlite3_column_int64(statement, 0);
		collections->known[collections->count++].children = children;
	}
	(void)sqlite3_reset(statement);
	return step == SQLITE_ROW || step == SQLITE_DONE ? 0 : -EIO;
}

int collections_load(sqlite3 *database, struct collections *collections)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = 0;

	if (sqlite3_prepare_v2(database, "SELECT id FROM entity WHERE kind = ?1 AND key = ?2", -1,
			       &statement, NULL) != SQLITE_OK)
		return -EIO;
	for (size_t i = 0; r == 0 && i < sizeof(vocabulary) / sizeof(vocabulary[0]); i++)
		r = add_collection(statement, vocabulary[i].key, vocabulary[i].children,
				   collections);
	return r;
}

enum kind collections_children(const struct collections *collections,
			       const struct directory *directory)
{
	if (directory->kind == KIND_EDITION)
		return KIND_CONTROL;
	if (directory->kind != KIND_COLLECTION)
		return 0;
	for (size_t i = 0; i < collections->count; i++)
		if (collections->known[i].entity == directory->entity)
			return collections->known[i].children;
	return 0;
}
