#include "store/fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/sqlite_cleanup.h"
#include "store_limits.h"
#include "store/names.h"

static int compare_ids(const void *left, const void *right)
{
	const struct field_name *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

static int compare_names(const void *left, const void *right)
{
	const struct field_name *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static int compare_with_name(const void *name, const void *field)
{
	return strcmp(name, ((const struct field_name *)field)->name);
}

static int fields_add(struct fields *fields, size_t capacity, int64_t id, const char *name)
{
	if (fields->count == capacity || id < 1 || !name || !name_is_shown(name, strlen(name)))
		return -EBADMSG;
	fields->by_id[fields->count].id = id;
	fields->by_id[fields->count].name = strdup(name);
	if (!fields->by_id[fields->count].name)
		return -ENOMEM;
	fields->count++;
	return 0;
}

int fields_load(sqlite3 *database, struct fields *fields)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	size_t capacity = 0;
	int r;

	if (sqlite3_prepare_v2(database, "SELECT id, name, (SELECT count(*) FROM field) FROM field",
			       -1, &statement, NULL) != SQLITE_OK)
		return -EIO;
	while ((r = sqlite3_step(statement)) == SQLITE_ROW) {
		if (capacity == 0) {
			int64_t count = sqlite3_column_int64(statement, 2);

			if (count < 1 || count > LIMIT_FIELDS)
				return -EBADMSG;
			capacity = (size_t)count;
			fields->by_id = calloc(capacity, sizeof(*fields->by_id));
			fields->by_name = calloc(capacity, sizeof(*fields->by_name));
			if (!fields->by_id || !fields->by_name)
				return -ENOMEM;
		}
		r = fields_add(fields, capacity, sqlite3_column_int64(statement, 0),
			       (const char *)sqlite3_column_text(statement, 1));
		if (r < 0)
			return r;
	}
	if (r != SQLITE_DONE)
		return -EIO;
	if (fields->count == 0)
		return 0;
	qsort(fields->by_id, fields->count, sizeof(*fields->by_id), compare_ids);
	memcpy(fields->by_name, fields->by_id, fields->count * sizeof(*fields->by_id));
	qsort(fields->by_name, fields->count, sizeof(*fields->by_name), compare_names);
	return 0;
}

void fields_release(struct fields *fields)
{
	for (size_t i = 0; i < fields->count; i++)
		free(fields->by_id[i].name);
	free(fields->by_id);
	free(fields->by_name);
	*fields = (struct fields){0};
}

const char *fields_name(const struct fields *fields, int64_t id)
{
	const struct field_name key = {.id = id};
	const struct field_name *found;

	if (fields->count == 0)
		return NULL;
	found = bsearch(&key, fields->by_id, fields->count, sizeof(key), compare_ids);
	return found ? found->name : NULL;
}

int64_t fields_id(const struct fields *fields, const char *name)
{
	const struct field_name *found;

	if (fields->count == 0)
		return 0;
	found = bsearch(name, fields->by_name, fields->count, sizeof(*found), compare_with_name);
	return found ? found->id : 0;
}
