/* status: what a store holds, when it was compared with its source, whether it may be relied on. */
#include <inttypes.h>
#include <string.h>

#include "commands/answers/status.h"

#include "cli/command.h"
#include "cli/sandbox.h"
#include "common/embed.h"
#include "stamp/folder.h"
#include "store/database.h"
#include "terminal/page.h"
#include "util/clock.h"
#include "util/print.h"

EMBED(status, "commands/answers/status.sql");

static const char statuses[] =
	"SELECT status, count(*) FROM services GROUP BY status ORDER BY status";

#define STATUS_FORMATS (FORMATS_OF_TABLES | FORMAT_SET(FORMAT_LINES))

static void put_formats(struct buffer *text)
{
	format_put_names(text, STATUS_FORMATS);
}

/* One thing that is known of a store. */
struct fact {
	const char *name;
	enum { FACT_TEXT, FACT_NUMBER, FACT_YES_NO, FACT_TIME } type;
	const char *text; /* of the first type */
	int64_t number;	  /* of the others; a time of 0 is never */
	const char *none; /* of an empty text: what is printed; NULL: the fact is left out */
	/* Where lines join it to the fact before: what stands around it. */
	const char *open, *close;
};

#define FACTS_MAX 24

struct facts {
	struct fact facts[FACTS_MAX];
	size_t count;
};

static void add_text(struct facts *facts, const char *name, const char *text, const char *none)
{
	facts->facts[facts->count++] = (struct fact){
		.name = name,
		.type = FACT_TEXT,
		.text = text,
		.none = none,
	};
}

static void add_joined(struct facts *facts, const char *name, const char *text, const char *open,
		       const char *close)
{
	add_text(facts, name, text, "");
	facts->facts[facts->count - 1].open = open;
	facts->facts[facts->count - 1].close = close;
}

static void add_number(struct facts *facts, const char *name, int type, int64_t number)
{
	facts->facts[facts->count++] = (struct fact){
		.name = name,
		.type = type,
		.number = number,
	};
}

/* In the order in which they are printed. */
static void collect(const struct status *status, struct facts *facts)
{
	const struct state *state = &status->store->state;
	sqlite3_stmt *row = status->row;
	bool fresh = status->stale == STALE_NOT;

	add_text(facts, "registry", database_text(row, STATUS_REGISTRY), "");
	add_joined(facts, "title", database_text(row, STATUS_TITLE), " (", ")");
	add_number(facts, "generation", FACT_NUMBER, sqlite3_column_int64(row, STATUS_GENERATION));
	add_number(facts, "published", FACT_TIME, sqlite3_column_int64(row, STATUS_PUBLISHED));
	add_number(facts, "fetched", FACT_TIME, sqlite3_column_int64(row, STATUS_FETCHED));
	add_text(facts, "source", database_text(row, STATUS_SOURCE), "");
	add_joined(facts, "location", database_text(row, STATUS_LOCATION), ", ", "");
	add_number(facts, "complete", FACT_YES_NO, sqlite3_column_int64(row, STATUS_COMPLETE));
	add_number(facts, "services", FACT_NUMBER, sqlite3_column_int64(row, STATUS_SERVICES));
	add_number(facts, "checked", FACT_TIME, state->last_success);
	add_number(facts, "last attempt", FACT_TIME, state->last_attempt);
	add_text(facts, "last error", state->last_error, "none");
	add_text(facts, "lacks", state->lacks, NULL);
	if (state->next_try > 0)
		add_number(facts, "next try", FACT_TIME, state->next_try);
	if (state->signer[0] != '\0') {
		add_text(facts, "signer", state->signer, "");
		add_number(facts, "verified", FACT_TIME, state->verified);
		add_number(facts, "expires", FACT_TIME, state->expires);
	}
	if (status->stamps > 0 || status->stamps_waiting > 0) {
		add_number(facts, "stamps", FACT_NUMBER, status->stamps);
		add_number(facts, "stamps waiting", FACT_NUMBER, status->stamps_waiting);
	}
	add_number(facts, "stale", FACT_YES_NO, !fresh);
	add_text(facts, "reason", status->reason, NULL);
}

static void put_value(struct buffer *text, const struct fact *fact)
{
	char time[TIMESTAMP_TEXT_SIZE];

	switch (fact->type) {
	case FACT_TEXT: buffer_text(text, *fact->text != '\0' ? fact->text : fact->none); return;
	case FACT_NUMBER: buffer_printf(text, "%" PRId64, fact->number); return;
	case FACT_YES_NO: buffer_text(text, fact->number != 0 ? "yes" : "no"); return;
	case FACT_TIME:
		timestamp_format(fact->number, time);
		buffer_text(text, fact->number > 0 ? time : "never");
		return;
	}
}

static bool is_left_out(const struct fact *fact)
{
	return fact->type == FACT_TEXT && !fact->none && *fact->text == '\0';
}

/* A name and a value in each line. */
static void print_lines(const struct facts *facts)
{
	_cleanup_buffer_ struct buffer line = {0};

	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->facts[i];

		if (is_left_out(fact))
			continue;
		buffer_clear(&line);
		buffer_printf(&line, "%-14s ", fact->name);
		put_value(&line, fact);
		for (; i + 1 < facts->count && facts->facts[i + 1].open; i++) {
			const struct fact *next = &facts->facts[i + 1];

			buffer_printf(&line, "%s%s%s", next->open, next->text, next->close);
		}
		print_line("%s", line.bytes);
	}
}

static void print_tsv(const struct facts *facts)
{
	_cleanup_buffer_ struct buffer value = {0}, line = {0};

	for (size_t i = 0; i < facts->count; i++) {
		if (is_left_out(&facts->facts[i]))
			continue;
		buffer_clear(&value);
		buffer_clear(&line);
		put_value(&value, &facts->facts[i]);
		buffer_printf(&line, "%s\t", facts->facts[i].name);
		buffer_tsv_field(&line, value.bytes);
		buffer_text(&line, "\n");
		print_text(line.bytes, line.length);
	}
}

/* null: never, none. */
static void put_json_value(struct buffer *json, const struct fact *fact)
{
	_cleanup_buffer_ struct buffer value = {0};

	put_value(&value, fact);
	if (fact->type == FACT_NUMBER)
		buffer_text(json, value.bytes);
	else if (fact->type == FACT_YES_NO)
		buffer_text(json, fact->number != 0 ? "true" : "false");
	else if (fact->type == FACT_TIME ? fact->number <= 0 : *fact->text == '\0')
		buffer_text(json, "null");
	else
		buffer_json_string(json, value.bytes);
}

static void put_json(struct buffer *json, const struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->facts[i];
		size_t begin;

		if (is_left_out(fact))
			continue;
		buffer_text(json, i > 0 ? ",\"" : "{\"");
		begin = json->length;
		buffer_printf(json, "%s\":", fact->name);
		for (char *byte = json->bytes + begin; *byte != '\0'; byte++)
			if (*byte == ' ')
				*byte = '_';
		put_json_value(json, fact);
	}
}

/* How many services have each status. */
static int print_statuses(sqlite3 *database, enum format format, struct buffer *json)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	const char *before = ",\"statuses\":{";
	int r = database_prepare(database, statuses, &rows);

	while (r == 0 && (r = database_next(rows)) > 0) {
		const char *word = database_text(rows, 0), *count = database_text(rows, 1);

		if (format == FORMAT_LINES) {
			print_line("  %-20s %s", word, count);
		} else if (format == FORMAT_TSV) {
			print_line("status\t%s\t%s", word, count);
		} else {
			buffer_text(json, before);
			buffer_json_string(json, word);
			buffer_printf(json, ":%s", count);
			before = ",";
		}
		r = 0;
	}
	if (r == 0 && format != FORMAT_LINES && format != FORMAT_TSV)
		buffer_text(json,
			    *before == ',' && before[1] == '\0' ? "}}\n" : ",\"statuses\":{}}\n");
	return r;
}

static int print(const struct status *status, sqlite3 *database, enum format format)
{
	_cleanup_buffer_ struct buffer json = {0};
	struct facts facts = {.count = 0};
	int r;

	if (format == FORMAT_TABLE) {
		status_print_page(status, clock_now());
		return 0;
	}
	collect(status, &facts);
	if (format == FORMAT_LINES)
		print_lines(&facts);
	else if (format == FORMAT_TSV)
		print_tsv(&facts);
	else
		put_json(&json, &facts);
	r = print_statuses(database, format, &json);
	print_text(json.bytes ? json.bytes : "", json.length);
	return r;
}

/* Fills it in; the row stays until it is finalized. */
static int find(const struct store_directory *store, sqlite3 *database, sqlite3_stmt *row,
		struct status *status)
{
	int r;

	*status = (struct status){.store = store, .row = row};
	(void)sqlite3_bind_text(row, 1, page_language(), -1, SQLITE_STATIC);
	r = database_next(row);
	if (r >= 0)
		r = store_reader_find_stale_reason(store, database, clock_now(), &status->stale);
	if (r >= 0)
		r = stamp_count(store, &status->stamps, &status->stamps_waiting);
	if (r < 0)
		return r;
	stale_reason_sentence(status->stale, &store->state, &STATE_LIMITS_DEFAULT,
			      database_text(row, STATUS_ZONE), status->reason,
			      sizeof(status->reason));
	return 0;
}

static int run_status(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	_cleanup_database_ sqlite3 *database = NULL;
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	const char *path = NULL, *name = NULL;
	bool exit_code = false, quiet = false;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		FORMAT_OPTION(&name, put_formats),
		FLAG("exit-code", &exit_code, "1 when the list is stale"),
		FLAG("quiet", &quiet, "prints nothing"),
		{0},
	};
	struct status status = {.stale = STALE_NOT};
	enum format format;
	int r = command_options(command, argc, argv, options, NULL);

	if (r == 0)
		r = command_parse_format(command, name, STATUS_FORMATS, &format);
	if (r != 0)
		return r;
	if (!name && format != FORMAT_TABLE)
		format = FORMAT_LINES;
	r = command_open_store(command, &(struct sandbox_needs){.store = path}, &store, &database);
	if (r == 0)
		r = database_prepare(database, embedded_status, &row);
	if (r == 0)
		r = find(&store, database, row, &status);
	if (r == 0 && !quiet)
		r = print(&status, database, format);
	if (r < 0)
		return EXIT_STORE;
	return exit_code && status.stale != STALE_NOT ? EXIT_ANSWER : EXIT_DONE;
}

const struct command command_status = {
	.name = "status",
	.synopsis = "--store DIR",
	.summary = N_("what the store holds, and when it was checked"),
	.exit_status = N_("1 the list is stale (--exit-code), 5 store unusable"),
	.run = run_status,
};
