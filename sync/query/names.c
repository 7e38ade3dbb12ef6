#include "query/names.h"

#include <stdlib.h>
#include <string.h>

#include "common/embed.h"
#include "query/fold.h"
#include "util/memory.h"
#include "vocabulary.h"

EMBED(names, "query/sql/names.sql");

/* The form in which a name is compared, empty of one of which query_fold() would look at a part: it
 * would be another one's, too. */
static char *fold_whole(const char *text)
{
	return query_fold(strlen(text) > FOLD_INPUT_MAX ? "" : text);
}

/* Takes the text over. */
static void add_name(struct names *names, char *text, enum name_kind kind)
{
	if (text[0] == '\0') {
		free(text);
		return;
	}
	names->names = xgrow(names->names, &names->name_capacity, names->name_count, 1,
			     sizeof(*names->names));
	names->names[names->name_count++] =
		(struct folded_name){.text = text, .kind = kind, .service = names->count - 1};
}

static void add_service(struct names *names, sqlite3_stmt *row)
{
	const char *number = database_text(row, 1);

	names->services =
		xgrow(names->services, &names->capacity, names->count, 1, sizeof(*names->services));
	names->services[names->count++] = (struct named_service){
		.entity = sqlite3_column_int64(row, 0),
		.number = xstrdup(number),
		.listed = sqlite3_column_int(row, 2) != 0,
	};
	add_name(names, fold_whole(number), NAME_IS_NUMBER);
}

static enum name_kind kind_of(sqlite3_stmt *row, bool listed)
{
	bool now = sqlite3_column_int(row, 5) != 0;

	if (now && sqlite3_column_int(row, 3) == FIELD_NUMBER)
		return NAME_IS_NUMBER;
	if (now)
		return listed ? NAME_IS_OF_LISTED : NAME_IS_OF_LEFT;
	return listed ? NAME_WAS_OF_LISTED : NAME_WAS_OF_LEFT;
}

static void take_row(struct names *names, sqlite3_stmt *row)
{
	const struct named_service *last =
		names->count > 0 ? &names->services[names->count - 1] : NULL;

	if (!last || last->entity != sqlite3_column_int64(row, 0))
		add_service(names, row);
	last = &names->services[names->count - 1];
	if (sqlite3_column_type(row, 4) != SQLITE_NULL)
		add_name(names, fold_whole(database_text(row, 4)), kind_of(row, last->listed));
}

static int compare(const void *left, const void *right)
{
	const struct folded_name *a = left, *b = right;
	int order = strcmp(a->text, b->text);

	if (order != 0)
		return order;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->service < b->service ? -1 : a->service > b->service;
}

static bool is_same(const struct folded_name *a, const struct folded_name *b)
{
	return compare(a, b) == 0;
}

static void sort(struct names *names)
{
	size_t kept = 0;

	if (names->name_count == 0)
		return;
	qsort(names->names, names->name_count, sizeof(*names->names), compare);
	for (size_t i = 1; i < names->name_count; i++) {
		if (is_same(&names->names[kept], &names->names[i]))
			free(names->names[i].text);
		else
			names->names[++kept] = names->names[i];
	}
	names->name_count = kept + 1;
}

int names_read(sqlite3 *database, struct names *names)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(database, embedded_names, &rows);

	*names = (struct names){0};
	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0)
		take_row(names, rows);
	sort(names);
	return r;
}

void names_release(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->services[i].number);
	for (size_t i = 0; i < names->name_count; i++)
		free(names->names[i].text);
	free(names->services);
	free(names->names);
	*names = (struct names){0};
}

/* The first name that isn't before a text. */
static size_t lower_bound(const struct names *names, const char *text)
{
	size_t low = 0, high = names->name_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(names->names[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t names_find(const struct names *names, const char *text, const struct folded_name **found)
{
	_cleanup_free_ char *folded = fold_whole(text);
	size_t first = lower_bound(names, folded), count = 0;

	*found = &names->names[first];
	while (count < NAMES_FOUND_MAX && first + count < names->name_count &&
	       strcmp(names->names[first + count].text, folded) == 0 &&
	       names->names[first + count].kind == names->names[first].kind)
		count++;
	for (size_t i = 0; i < count && (*found)->kind == NAME_IS_NUMBER; i++)
		if (strcmp(names->services[(*found)[i].service].number, text) == 0) {
			*found += i;
			return 1;
		}
	return count;
}
