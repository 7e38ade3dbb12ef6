/* at/README and at/days: each day up to the newest generation's, and what is known of it. The days
 * since change with each check, so the driver adds them. */
#include "render/render.h"
#include "days.h"

static const char at_readme[] =
	"The list as it stood at the end of a day, in the registry's time zone.\n"
	"\n"
	"  cat confirmed/2025-03-31/services/NUMBER/status   was it listed, and how, on that day\n"
	"  cat 2025-03-31/.registry/day.basis                how that is known\n"
	"  ls -d 2025-03/services/NUMBER                     the end of a month; or latest\n"
	"\n"
	"  published    the registry published a list on that day\n"
	"  confirmed    the list before was still the newest one when the day ended\n"
	"  unconfirmed  nobody asked: the registry may have said something else\n"
	"\n"
	"confirmed/ leads to days of the first two kinds only, so scripts go through it. Days after\n"
	"the last known one don't exist. `days` lists every day with its word; the directories\n"
	"themselves are not listed, so that grep -r and du read the list once and not once a day.\n";

/* The newest kept generation of each day, and until when it was known to be the newest. */
static const char published_days[] =
	"SELECT g.day, g.held_until, s.time_zone FROM generation g, store s WHERE kept = 1 AND id IN"
	" (SELECT max(id) FROM generation WHERE kept = 1 GROUP BY day) ORDER BY id";

static void put_day(struct buffer *lines, int64_t day, enum day_basis basis)
{
	char line[DAY_LINE_SIZE];

	buffer_append(lines, line, (size_t)day_line(day, basis, line));
}

/* A line for each day up to the newest generation's. */
static int put_days(sqlite3 *database, struct buffer *lines)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int64_t former = 0, held_until = 0, day;
	bool first = true;
	int r = database_prepare(database, published_days, &rows);

	while (r == 0 && (r = database_next(rows)) > 0) {
		const char *zone = database_text(rows, 2);

		r = day_parse(database_text(rows, 0), &day);
		if (r < 0)
			return r;
		for (int64_t gap = former + 1; !first && gap < day; gap++)
			put_day(lines, gap, day_basis(zone, gap, former, held_until));
		put_day(lines, day, DAY_PUBLISHED);
		former = day;
		held_until = sqlite3_column_int64(rows, 1);
		first = false;
	}
	return r;
}

int days_render(struct documents *documents)
{
	sqlite3 *database = documents->database;
	_cleanup_buffer_ struct buffer lines = {0}, readme = {0};
	int64_t directory;
	int r = document_directory(database, "at", &directory);

	if (r < 0)
		return r;
	buffer_text(&readme, at_readme);
	r = document_put(documents, directory, "README", &readme);
	if (r == 0)
		r = put_days(database, &lines);
	return r < 0 ? r : document_put(documents, directory, "days", &lines);
}
