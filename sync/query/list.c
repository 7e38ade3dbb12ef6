#include "query/list.h"

#include <errno.h>
#include <string.h>

#include "common/embed.h"
#include "util/clock.h"
#include "util/memory.h"

EMBED(list, "query/sql/list.sql");

static int read_about(struct list *list)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(list->database, embedded_list, &row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	list->registry = xstrdup(database_text(row, 0));
	list->title = xstrdup(database_text(row, 1));
	list->title_en = xstrdup(database_text(row, 2));
	list->language = xstrdup(database_text(row, 3));
	(void)snprintf(list->zone, sizeof(list->zone), "%s", database_text(row, 4));
	list->generation = sqlite3_column_int64(row, 5);
	(void)snprintf(list->day, sizeof(list->day), "%s", database_text(row, 6));
	(void)snprintf(list->begin, sizeof(list->begin), "%s", database_text(row, 7));
	list->services = sqlite3_column_int64(row, 8);
	list->left = sqlite3_column_int64(row, 9);
	list->known = registry_find(list->registry);
	return 0;
}

static int judge_age(struct list *list)
{
	int r;

	list->now = clock_now();
	r = store_reader_find_stale_reason(&list->store, list->database, list->now, &list->stale);
	if (r < 0)
		return r;
	stale_reason_sentence(list->stale, &list->store.state, &STATE_LIMITS_DEFAULT, list->zone,
			      list->stale_sentence, sizeof(list->stale_sentence));
	return 0;
}

int list_open(struct list *list, const char *path)
{
	int r = store_reader_open(&list->store, path, &list->database);

	list->queries = xcalloc(LIST_QUERY_COUNT, sizeof(*list->queries));
	if (r == 0)
		r = read_about(list);
	return r < 0 ? r : judge_age(list);
}

void list_close(struct list *list)
{
	for (int i = 0; list->queries && i < LIST_QUERY_COUNT; i++)
		(void)sqlite3_finalize(list->queries[i]);
	free(list->queries);
	cleanup_database(&list->database);
	store_directory_close(&list->store);
	free(list->registry);
	free(list->title);
	free(list->title_en);
	free(list->language);
	*list = (struct list)LIST_CLOSED;
}

int list_query(const struct list *list, enum list_query query, const char *sql, sqlite3_stmt **rows)
{
	int r = 0;

	if (list->queries[query])
		(void)sqlite3_reset(list->queries[query]);
	else
		r = database_prepare(list->database, sql, &list->queries[query]);
	*rows = list->queries[query];
	return r;
}

const char *list_title(const struct list *list, const char *language)
{
	if (strcmp(list->language, language) == 0 || list->title_en[0] == '\0')
		return list->title;
	return list->title_en;
}
