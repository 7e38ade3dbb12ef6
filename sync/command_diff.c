/* diff: two days of the list, side by side. */
#include <errno.h>

#include "buffer.h"
#include "command.h"
#include "store_reader.h"

/* What holds in generation ?: a row of presence or value. */
#define HOLDS(row, generation) \
	row ".gen_from <= " generation " AND (" row ".gen_to IS NULL OR " row \
	    ".gen_to > " generation ")"

#define LISTED(generation) \
	"SELECT p.entity FROM presence p JOIN entity c ON c.id = p.parent AND c.kind = 2" \
	" AND c.key = 'services' WHERE " HOLDS("p", generation)

/* kind, service, field, old, new. What comes or goes is one row; values are compared of what stays.
 */
static const char difference_query[] = "WITH before AS (" LISTED("?1") "), after AS (" LISTED(
	"?2") "),"
	      " old AS (SELECT v.entity, v.field, v.text FROM value v JOIN before b USING (entity)"
	      "  JOIN after a USING (entity) WHERE " HOLDS(
		      "v",
		      "?1") "),"
			    " new AS (SELECT v.entity, v.field, v.text FROM value v JOIN before b "
			    "USING (entity)"
			    "  JOIN after a USING (entity) WHERE " HOLDS(
				    "v",
				    "?2") "),"
					  " pair AS (SELECT entity, field, o.text AS old, n.text "
					  "AS new FROM old o"
					  "  LEFT JOIN new n USING (entity, field)"
					  "  UNION ALL SELECT entity, field, NULL, n.text FROM new "
					  "n WHERE NOT EXISTS"
					  "  (SELECT 1 FROM old o WHERE o.entity = n.entity AND "
					  "o.field = n.field))"
					  " SELECT 'delisted', e.key, '', coalesce((SELECT v.text "
					  "FROM value v WHERE v.entity = e.id"
					  "  AND v.field = 10 AND " HOLDS(
						  "v",
						  "?1") "), ''), '', 0"
							" FROM before b JOIN entity e ON e.id = "
							"b.entity WHERE b.entity NOT IN (SELECT "
							"entity FROM after)"
							" UNION ALL"
							" SELECT 'added', e.key, '', '', "
							"coalesce((SELECT v.text FROM value v "
							"WHERE v.entity = e.id"
							"  AND v.field = 10 AND " HOLDS(
								"v",
								"?2") "), ''), 0"
								      " FROM after a JOIN entity e "
								      "ON e.id = a.entity WHERE "
								      "a.entity NOT IN (SELECT "
								      "entity FROM before)"
								      " UNION ALL"
								      " SELECT 'changed', e.key, "
								      "f.name, coalesce(old, ''), "
								      "coalesce(new, ''), f.id "
								      "FROM pair"
								      "  JOIN entity e ON e.id = "
								      "pair.entity JOIN field f ON "
								      "f.id = pair.field WHERE old "
								      "IS NOT new"
								      " ORDER BY 2, 6";

static int print_difference(sqlite3 *database, int64_t before, int64_t after)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer line = {0};
	int r = database_prepare(database, difference_query, &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, before);
	(void)sqlite3_bind_int64(rows, 2, after);
	while ((r = database_next(rows)) > 0) {
		buffer_clear(&line);
		for (int column = 0; column < 5; column++) {
			buffer_text(&line, column > 0 ? "\t" : "");
			buffer_tsv_field(&line, database_text(rows, column));
		}
		buffer_text(&line, "\n");
		if (buffer_error(&line) < 0)
			return buffer_error(&line);
		(void)fwrite(line.bytes, 1, line.length, stdout);
	}
	if (fflush(stdout) != 0)
		return -errno;
	return r;
}

int command_diff(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	_cleanup_database_ sqlite3 *database = NULL;
	const char *path = NULL;
	const struct command_option options[] = {
		{.name = "store", .value = &path, .required = true},
		{0},
	};
	int64_t before, after;
	struct command_words words;
	int r = command_options(command, argc, argv, options, &words);

	if (r != 0)
		return r < 0 ? EXIT_DONE : r;
	if (words.count != 2)
		return command_usage(command, "it takes two days");
	if (store_reader_open(&store, path, &database) < 0)
		return EXIT_STORE;
	if (store_reader_find_day(database, words.words[0], &before) < 0 ||
	    store_reader_find_day(database, words.words[1], &after) < 0)
		return EXIT_USAGE;
	return print_difference(database, before, after) < 0 ? EXIT_STORE : EXIT_DONE;
}
