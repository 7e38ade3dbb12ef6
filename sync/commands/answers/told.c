#include "commands/answers/told.h"

#include <string.h>

#include "commands/answers/told_block.h"
#include "common/embed.h"
#include "common/messages.h"
#include "render/changes.h"
#include "util/memory.h"
#include "vocabulary.h"

EMBED(alike, "commands/answers/alike.sql");

/* From so many services on whose status alone changed in the same way, they share a line. */
#define ALIKE_MIN 10

/* Of a page of changes: items of a list that are shown. */
#define TOLD_ITEMS 10
/* The same below a service that has a page of its own, and the column behind its days. */
#define TOLD_SERVICE_ITEMS 3
#define TOLD_SERVICE_COLUMN 15

/* A page, and what is asked again and again while it is printed. */
struct telling {
	sqlite3 *database; /* borrowed, as the others */
	const struct told *told;
	struct told_style style;
	struct page *page;
	sqlite3_stmt *services, *service, *changes, *own, *shapes, *alike;
};

static void telling_release(struct telling *telling)
{
	(void)sqlite3_finalize(telling->style.names);
	(void)sqlite3_finalize(telling->services);
	(void)sqlite3_finalize(telling->service);
	(void)sqlite3_finalize(telling->changes);
	(void)sqlite3_finalize(telling->own);
	(void)sqlite3_finalize(telling->shapes);
	(void)sqlite3_finalize(telling->alike);
}
#define _cleanup_telling_ __attribute__((cleanup(telling_release)))

/* Finds the services that share a line; none where all fields are told. */
static int find_alike(sqlite3 *database, bool all)
{
	_cleanup_statement_ sqlite3_stmt *fill = NULL;
	int r = database_prepare(database, embedded_alike, &fill);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(fill, 1, all ? INT64_MAX : ALIKE_MIN);
	return database_run(fill);
}

/* Whose status became a lesser one has a line and a mark of its own. */
static int leave_lesser_out(sqlite3 *database, const struct registry *registry)
{
	_cleanup_statement_ sqlite3_stmt *pairs = NULL;
	int r = database_prepare(database,
				 "SELECT DISTINCT old, new FROM temp.told"
				 " WHERE kind = 'changed' AND what = 'status'",
				 &pairs);

	while (r >= 0 && (r = database_next(pairs)) > 0) {
		const char *const words[] = {database_text(pairs, 0), database_text(pairs, 1)};

		if (told_is_lesser(registry, words[0], words[1]))
			r = database_execute_with(
				database, "DELETE FROM temp.told_alike WHERE old = ?1 AND new = ?2",
				words, 2);
	}
	return r;
}

/* The services of which changes are told in a generation (?1); ?2: also those of which nothing
 * important is. */
static int prepare_services(sqlite3 *database, sqlite3_stmt **services)
{
	_cleanup_free_ char *sql = xasprintf(
		"SELECT entity, min(before) FROM temp.told"
		" WHERE after = ?1 AND NOT own AND kind <> 'publication'"
		" AND (after, entity) NOT IN (SELECT after, entity FROM temp.told_alike)"
		" GROUP BY entity HAVING ?2 OR max(important)"
		" ORDER BY max(important) DESC, (SELECT v.text FROM value v"
		" WHERE v.entity = told.entity AND v.field = %d ORDER BY v.gen_from DESC LIMIT 1)"
		" COLLATE NOCASE, service",
		FIELD_NAME);

	return database_prepare(database, sql, services);
}

/* What a service's changes need. */
static int prepare_block(struct telling *telling)
{
	sqlite3 *database = telling->database;
	int r = changes_prepare_service(database, &telling->service);

	if (r == 0)
		r = told_prepare_names(database, &telling->style.names);
	if (r == 0)
		r = database_prepare(database,
				     "SELECT kind, what, old, new, important, type FROM temp.told"
				     " WHERE after = ?1 AND entity = ?2 AND NOT own"
				     " ORDER BY kind = 'changed', important DESC,"
				     " min(rowid) OVER (PARTITION BY what), rowid",
				     &telling->changes);
	return r;
}

static int telling_begin(struct telling *telling)
{
	sqlite3 *database = telling->database;
	int r = find_alike(database, telling->told->all);

	if (r == 0)
		r = leave_lesser_out(database, telling->style.registry);
	if (r == 0)
		r = prepare_services(database, &telling->services);
	if (r == 0)
		r = prepare_block(telling);
	if (r == 0)
		r = database_prepare(database,
				     "SELECT old, new, count(*) FROM temp.told_alike"
				     " WHERE after = ?1 GROUP BY old, new ORDER BY 3 DESC, 1, 2",
				     &telling->alike);
	if (r == 0)
		r = database_prepare(
			database,
			"SELECT old, new, count(*) FROM temp.told WHERE after = ?1"
			" AND own AND what = 'status' GROUP BY old, new ORDER BY 3 DESC, 1",
			&telling->own);
	if (r == 0)
		r = database_prepare(database,
				     "SELECT old, new FROM temp.told WHERE after = ?1"
				     " AND kind = 'publication'",
				     &telling->shapes);
	return r;
}

/* How many services changed in what is important, and how many others. */
static int count_services(sqlite3 *database, unsigned long long *important,
			  unsigned long long *others)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database,
				 "SELECT count(DISTINCT entity) FILTER (WHERE important),"
				 " count(DISTINCT entity) FROM temp.told"
				 " WHERE NOT own AND kind <> 'publication'",
				 &row);

	if (r == 0)
		r = database_next(row);
	if (r < 0)
		return r;
	*important = (unsigned long long)sqlite3_column_int64(row, 0);
	*others = (unsigned long long)sqlite3_column_int64(row, 1) - *important;
	return 0;
}

static void put_counts(struct buffer *heading, const struct told *told,
		       unsigned long long important, unsigned long long others)
{
	if (told->unknown) {
		buffer_text(heading, _("nobody knows what changed"));
		return;
	}
	if (important == 0 && others == 0 && !told->important) {
		buffer_text(heading, _("nothing changed"));
		return;
	}
	if (important == 0)
		buffer_text(heading,
			    _("nothing changed in status, class, level, validity or listing"));
	else
		buffer_printf(
			heading,
			translate_counted(
				important,
				"%llu service changed in status, class, level, validity or listing",
				"%llu services changed in status, class, level, validity or listing"),
			important);
	if (others == 0)
		return;
	if (told->all)
		buffer_printf(heading,
			      translate_counted(others, "; %llu other only in other fields",
						"; %llu others only in other fields"),
			      others);
	else
		buffer_printf(heading,
			      translate_counted(
				      others, "; %llu other only in other fields (--all shows it)",
				      "; %llu others only in other fields (--all shows them)"),
			      others);
}

static int put_heading(struct telling *telling)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	_cleanup_buffer_ struct buffer heading = {0};
	unsigned long long important, others;
	int r = database_prepare(telling->database,
				 "SELECT iif(language = ?1, title, title_en), registry FROM store",
				 &row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_text(row, 1, page_language(), -1, SQLITE_STATIC);
	r = database_next(row);
	if (r >= 0)
		r = count_services(telling->database, &important, &others);
	if (r < 0)
		return r;
	telling->style.registry = registry_find(database_text(row, 1));
	buffer_printf(&heading, _("%s, %s: "), database_text(row, 0), telling->told->range);
	put_counts(&heading, telling->told, important, others);
	page_wrap(telling->page, STYLE_STRONG, 0, heading.bytes);
	page_end_line(telling->page);
	return 0;
}

/* Begins what is told of a day, unless that is begun. */
static void put_day(struct page *page, const char *day, bool *begun)
{
	if (*begun)
		return;
	*begun = true;
	page_end_line(page);
	if (*day == '\0')
		return;
	page_put(page, STYLE_STRONG, 0, day);
}

/* The end of a line that a day began, if nothing stands behind it. */
static void end_day(struct page *page)
{
	if (page->column > 0)
		page_end_line(page);
}

/* Where this program's words became others; nothing that the registry did. */
static int put_own_words(struct telling *telling, int64_t after, const char *day, bool *begun)
{
	struct page *page = telling->page;
	int64_t others = 0;
	int r;

	(void)sqlite3_reset(telling->own);
	(void)sqlite3_bind_int64(telling->own, 1, after);
	while ((r = database_next(telling->own)) > 0) {
		unsigned long long count =
			(unsigned long long)sqlite3_column_int64(telling->own, 2);

		put_day(page, day, begun);
		page_move(page, 12);
		page_wrapf(page, STYLE_PLAIN, 12,
			   translate_counted(
				   count,
				   "words of this program changed: %s is now %s (%llu service).",
				   "words of this program changed: %s is now %s (%llu services)."),
			   database_text(telling->own, 0), database_text(telling->own, 1), count);
		page_end_line(page);
	}
	if (r < 0 || !*begun || telling->told->filtered)
		return r;
	r = database_numberf(telling->database, &others,
			     "SELECT count(*) FROM temp.told WHERE after = %lld AND NOT own",
			     (long long)after);
	if (r < 0 || others > 0)
		return r;
	page_move(page, 12);
	page_wrap(page, STYLE_PLAIN, 12, _("The list itself says what it said before."));
	page_end_line(page);
	return 0;
}

/* A list in another shape states other things, and nobody changed them. */
static int put_shapes(struct telling *telling, int64_t after, const char *day, bool *begun)
{
	struct page *page = telling->page;
	int r;

	(void)sqlite3_reset(telling->shapes);
	(void)sqlite3_bind_int64(telling->shapes, 1, after);
	while ((r = database_next(telling->shapes)) > 0) {
		put_day(page, day, begun);
		end_day(page);
		page_move(page, 4);
		page_wrapf(page, STYLE_FAINT, 4,
			   _("the list was read from other documents: %s; before: %s"),
			   database_text(telling->shapes, 1), database_text(telling->shapes, 0));
		page_end_line(page);
	}
	return r;
}

/* Finds a service's changes in a generation; before: the one with which it is compared. */
static int find_changes(struct telling *telling, int64_t entity, int64_t before, int64_t after)
{
	int r = changes_find_service(telling->service, entity, before, after);

	(void)sqlite3_reset(telling->changes);
	(void)sqlite3_bind_int64(telling->changes, 1, after);
	(void)sqlite3_bind_int64(telling->changes, 2, entity);
	return r;
}

/* The service of a row, with its changes. */
static int put_service(struct telling *telling, int64_t after)
{
	int r = find_changes(telling, sqlite3_column_int64(telling->services, 0),
			     sqlite3_column_int64(telling->services, 1), after);

	return r < 0 ? r
		     : told_block_print(telling->page, &telling->style, telling->service,
					telling->changes);
}

/* Services whose status alone changed, in the same way. */
static int put_alike(struct telling *telling, int64_t after, const char *day, bool *begun)
{
	struct page *page = telling->page;
	int r;

	(void)sqlite3_reset(telling->alike);
	(void)sqlite3_bind_int64(telling->alike, 1, after);
	while ((r = database_next(telling->alike)) > 0) {
		unsigned long long count =
			(unsigned long long)sqlite3_column_int64(telling->alike, 2);
		_cleanup_free_ char *change = xasprintf(
			"%s \xe2\x86\x92 %s", /* U+2192 */
			told_word(&telling->style, "status", database_text(telling->alike, 0)),
			told_word(&telling->style, "status", database_text(telling->alike, 1)));

		put_day(page, day, begun);
		end_day(page);
		page_move(page, TOLD_COLUMN);
		page_wrapf(page, STYLE_PLAIN, TOLD_COLUMN,
			   translate_counted(count, "%llu service: status %s (--all names it)",
					     "%llu services: status %s (--all names them)"),
			   count, change);
		page_end_line(page);
	}
	return r;
}

static int put_services(struct telling *telling, int64_t after, const char *day, bool *begun)
{
	int r;

	(void)sqlite3_reset(telling->services);
	(void)sqlite3_bind_int64(telling->services, 1, after);
	(void)sqlite3_bind_int(telling->services, 2, telling->told->all);
	while ((r = database_next(telling->services)) > 0) {
		put_day(telling->page, day, begun);
		end_day(telling->page);
		r = put_service(telling, after);
		if (r < 0)
			return r;
	}
	return r;
}

/* Generation by generation; several of a day share its heading. */
static int put_days(struct telling *telling)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	char day[DAY_TEXT_SIZE] = "";
	bool begun = false;
	int r = database_prepare(telling->database,
				 "SELECT DISTINCT after, day FROM temp.told ORDER BY after DESC",
				 &rows);

	while (r == 0 && (r = database_next(rows)) > 0) {
		int64_t after = sqlite3_column_int64(rows, 0);

		if (strcmp(day, database_text(rows, 1)) != 0)
			begun = false;
		(void)snprintf(day, sizeof(day), "%.40s", database_text(rows, 1));
		r = put_own_words(telling, after, day, &begun);
		if (r == 0)
			r = put_shapes(telling, after, day, &begun);
		if (r == 0)
			r = put_services(telling, after, day, &begun);
		if (r == 0)
			r = put_alike(telling, after, day, &begun);
	}
	return r;
}

/* What all of a page's rows are asked by. */
static int index_rows(sqlite3 *database)
{
	return database_execute(database, "CREATE INDEX temp.told_block ON told (after, entity)");
}

int told_print(sqlite3 *database, const struct told *told, int *count)
{
	_cleanup_page_ struct page page;
	_cleanup_telling_ struct telling telling = {
		.database = database,
		.told = told,
		.page = &page,
		.style = {.all = told->all,
			  .advise = true,
			  .column = TOLD_COLUMN,
			  .items = TOLD_ITEMS},
	};
	int64_t rows = 0;
	int r = index_rows(database);

	page_begin(&page);
	if (r == 0)
		r = database_number(database, "SELECT count(*) FROM temp.told", &rows);
	/* It also finds the registry, whose order of statuses the next step needs. */
	if (r == 0)
		r = put_heading(&telling);
	if (r == 0)
		r = telling_begin(&telling);
	if (r == 0)
		r = put_days(&telling);
	*count = rows > 0;
	return r;
}

/* The changes of a service, as the table that is told of. */
static int select_service(sqlite3 *database, const struct told_service *service)
{
	_cleanup_statement_ sqlite3_stmt *fill = NULL;
	int r = changes_tell_own_words(database);

	if (r == 0)
		r = changes_select_into(database, TOLD_TABLE,
					"WHERE e.id = ?1 AND c.gen <= ?2 ORDER BY c.seq", &fill);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(fill, 1, service->entity);
	(void)sqlite3_bind_int64(fill, 2, service->generation);
	r = database_run(fill);
	return r < 0 ? r : index_rows(database);
}

/* The newest days below a heading, without those on which only counters and texts changed. */
static int put_days_of(struct telling *telling, const struct told_service *service,
		       const char *heading, sqlite3_stmt *days, bool *some)
{
	int count = 0, r = 0;

	while (count < service->most && (r = database_next(days)) > 0) {
		if (!*some) {
			page_end_line(telling->page);
			page_put(telling->page, STYLE_STRONG, 0, heading);
			page_end_line(telling->page);
		}
		*some = true;
		r = find_changes(telling, service->entity, sqlite3_column_int64(days, 1),
				 sqlite3_column_int64(days, 0));
		if (r == 0)
			r = told_block_print_day(telling->page, &telling->style,
						 database_text(days, 2), telling->service,
						 telling->changes);
		if (r < 0)
			return r;
		count += r;
	}
	return r < 0 ? r : 0;
}

int told_put_service(struct page *page, sqlite3 *database, const struct told_service *service,
		     const char *heading, bool *some)
{
	_cleanup_telling_ struct telling telling = {
		.database = database,
		.page = page,
		.style = {.registry = service->registry,
			  .column = TOLD_SERVICE_COLUMN,
			  .items = TOLD_SERVICE_ITEMS},
	};
	_cleanup_statement_ sqlite3_stmt *days = NULL;
	int r = select_service(database, service);

	*some = false;
	if (r == 0)
		r = prepare_block(&telling);
	if (r == 0)
		r = database_prepare(
			database,
			"SELECT after, min(before), day FROM temp.told WHERE NOT own"
			" AND kind <> 'publication' GROUP BY after ORDER BY after DESC",
			&days);
	return r < 0 ? r : put_days_of(&telling, service, heading, days, some);
}
