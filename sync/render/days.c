/* at/README and at/days: which days have a publication of their own, and how far each one reaches.
 */
#include "render/render.h"
#include "common/timestamp.h"

static const char at_readme[] =
	"The list as it stood at the end of a day, in the registry's time zone.\n"
	"\n"
	"  cat 2025-03-31/services/NUMBER/status    was it listed, and how, on that day\n"
	"  readlink 2025-03-30                      which publication that day is read from\n"
	"  ls -d 2025-03/services/NUMBER            the end of a month; or latest\n"
	"\n"
	"A day on which something changed is a directory; every other day since the first, and\n"
	"every month, is a symlink to the one before it. They are not listed here, so that grep -r\n"
	"and du read the list once and not once a day: `days` lists them, each with the last day\n"
	"that it stands for and the number of services. A day between two publications says what\n"
	"the earlier one said; the registry may have said something else meanwhile.\n";

int days_render(struct documents *documents)
{
	sqlite3 *database = documents->database;
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer days = {0}, readme = {0};
	int64_t directory;
	int r = document_directory(database, "at", &directory);

	if (r < 0)
		return r;
	buffer_text(&readme, at_readme);
	r = document_put(documents, directory, "README", &readme);
	if (r < 0)
		return r;
	r = database_prepare(
		database,
		"SELECT day, lead(day) OVER (ORDER BY id), services FROM generation"
		" WHERE kept = 1 AND id IN"
		" (SELECT max(id) FROM generation WHERE kept = 1 GROUP BY day) ORDER BY id",
		&rows);
	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		char until[DAY_TEXT_SIZE] = "";
		int64_t next;

		if (day_parse(database_text(rows, 1), &next) == 0)
			day_format(next - 1, until);
		buffer_printf(&days, "%s\t%s\t%lld\n", database_text(rows, 0), until,
			      (long long)sqlite3_column_int64(rows, 2));
	}
	return r < 0 ? r : document_put(documents, directory, "days", &days);
}
