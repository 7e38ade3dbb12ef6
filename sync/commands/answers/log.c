/* log: a store's generations. */
#include <string.h>

#include "cli/command.h"
#include "cli/sandbox.h"
#include "common/messages.h"
#include "store/database.h"
#include "terminal/page.h"
#include "terminal/when.h"
#include "util/print.h"

enum column { ID, PUBLISHED, BASIS, SERVICES, SOURCE, LOCATION, KEPT };

static const char generations[] =
	"SELECT id, published_at, published_basis, services, source,"
	" (SELECT location FROM source_document d WHERE d.generation = g.id"
	" AND d.role IN ('list', 'rewind') ORDER BY d.role DESC LIMIT 1), kept"
	" FROM generation g ORDER BY id";

static void put_tsv(struct buffer *line, sqlite3_stmt *row)
{
	char published[TIMESTAMP_TEXT_SIZE];

	timestamp_format(sqlite3_column_int64(row, PUBLISHED), published);
	buffer_printf(line, "%s\t%s", database_text(row, ID), published);
	for (int column = BASIS; column <= LOCATION; column++) {
		buffer_text(line, "\t");
		buffer_tsv_field(line, database_text(row, column));
	}
	buffer_text(line, "\n");
}

static void put_json(struct buffer *line, sqlite3_stmt *row)
{
	char published[TIMESTAMP_TEXT_SIZE];

	timestamp_format(sqlite3_column_int64(row, PUBLISHED), published);
	buffer_printf(line, "{\"generation\":%s,\"published\":\"%s\",\"basis\":\"%s\",",
		      database_text(row, ID), published, database_text(row, BASIS));
	buffer_printf(line, "\"services\":%s,\"source\":", database_text(row, SERVICES));
	buffer_json_string(line, database_text(row, SOURCE));
	buffer_text(line, ",\"location\":");
	buffer_json_string(line, database_text(row, LOCATION));
	buffer_printf(line, ",\"pruned\":%s}", sqlite3_column_int(row, KEPT) ? "false" : "true");
}

static int print_rows(sqlite3 *database, enum format format)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer line = {0};
	const char *before = format == FORMAT_JSON ? "[\n" : "";
	int r = database_prepare(database, generations, &rows);

	while (r == 0 && (r = database_next(rows)) > 0) {
		buffer_clear(&line);
		buffer_text(&line, before);
		before = format == FORMAT_JSON ? ",\n" : "";
		if (format == FORMAT_TSV)
			put_tsv(&line, rows);
		else
			put_json(&line, rows);
		if (format == FORMAT_JSONL)
			buffer_text(&line, "\n");
		print_text(line.bytes, line.length);
		r = 0;
	}
	if (format == FORMAT_JSON)
		(void)fputs("\n]\n", stdout);
	return r;
}

static int put_heading(struct page *page, sqlite3 *database, char zone[static STORE_ZONE_SIZE])
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	unsigned long long count, pruned;
	int r = database_prepare(
		database,
		"SELECT iif(language = ?1, title, title_en), time_zone, (SELECT count(*) FROM generation),"
		" (SELECT count(*) FROM generation WHERE kept = 0) FROM store",
		&row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_text(row, 1, page_language(), -1, SQLITE_STATIC);
	r = database_next(row);
	if (r < 0)
		return r;
	(void)snprintf(zone, STORE_ZONE_SIZE, "%s", database_text(row, 1));
	count = (unsigned long long)sqlite3_column_int64(row, 2);
	pruned = (unsigned long long)sqlite3_column_int64(row, 3);
	page_wrapf(page, STYLE_STRONG, 0,
		   translate_counted(count, "%s: %llu generation", "%s: %llu generations"),
		   database_text(row, 0), count);
	if (pruned > 0)
		page_wrapf(page, STYLE_STRONG, 0,
			   translate_counted(pruned, ", %llu of them pruned: at/ lacks its state",
					     ", %llu of them pruned: at/ lacks their states"),
			   pruned);
	page_end_line(page);
	page_end_line(page);
	return 0;
}

static void put_generation(struct page *page, const char *zone, sqlite3_stmt *row)
{
	bool kept = sqlite3_column_int(row, KEPT) != 0;
	enum style style = kept ? STYLE_PLAIN : STYLE_FAINT;
	char when[WHEN_TEXT_SIZE], number[32];

	when_local(zone, sqlite3_column_int64(row, PUBLISHED), 0, when);
	(void)snprintf(number, sizeof(number), "%5lld", (long long)sqlite3_column_int64(row, ID));
	page_put(page, STYLE_STRONG, 0, number);
	page_move(page, page->column + 2);
	page_put(page, style, 0, when);
	(void)snprintf(number, sizeof(number), "%6lld",
		       (long long)sqlite3_column_int64(row, SERVICES));
	page_move(page, page->column + 2);
	page_put(page, style, 0, number);
	page_move(page, page->column + 2);
	if (!kept) {
		page_put(page, style, 0, _("pruned"));
		page_move(page, page->column + 2);
	}
	page_put(page, style, 0, database_text(row, SOURCE));
	page_move(page, page->column + 1);
	page_put(page, style, 0, database_text(row, LOCATION));
	page_end_line(page);
}

static int print_page(sqlite3 *database)
{
	_cleanup_page_ struct page page;
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	char zone[STORE_ZONE_SIZE];
	int r;

	page_begin(&page);
	r = put_heading(&page, database, zone);
	if (r == 0)
		r = database_prepare(database, generations, &rows);
	while (r == 0 && (r = database_next(rows)) > 0) {
		put_generation(&page, zone, rows);
		r = 0;
	}
	return r;
}

static int run_log(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	_cleanup_database_ sqlite3 *database = NULL;
	const char *path = NULL, *name = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		FORMAT_OPTION(&name, format_put_tables),
		{0},
	};
	enum format format;
	int r = command_options(command, argc, argv, options, NULL);

	if (r == 0)
		r = command_parse_format(command, name, FORMATS_OF_TABLES, &format);
	if (r != 0)
		return r;
	r = command_open_store(command, &(struct sandbox_needs){.store = path}, &store, &database);
	if (r == 0)
		r = format == FORMAT_TABLE ? print_page(database) : print_rows(database, format);
	return r < 0 ? EXIT_STORE : EXIT_DONE;
}

const struct command command_log = {
	.name = "log",
	.synopsis = "--store DIR",
	.summary = N_("its generations, oldest first"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_log,
};
