#include "spoil.h"

#include <sqlite3.h>

#include "store/chain.h"
#include "store/database.h"
#include "fuzz.h"

#define TABLES_MAX 24
#define COLUMNS_MAX 16
#define NAME_SIZE 32
#define STEPS_MAX 24
/* Instructions of SQLite's machine for all the statements of one input. */
#define WORK_MAX 2000000
#define WORK_UNIT 1000

struct table {
	char name[NAME_SIZE];
	char columns[COLUMNS_MAX][NAME_SIZE];
	size_t column_count;
	const char *key; /* what tells its rows apart */
};

struct spoiling {
	sqlite3 *database;
	const uint8_t *data;
	size_t left;
	struct table tables[TABLES_MAX];
	size_t table_count;
	int work;
};

/* What is taken behind the end is 0. */
static unsigned take(struct spoiling *spoiling)
{
	if (spoiling->left == 0)
		return 0;
	spoiling->left--;
	return *spoiling->data++;
}

static unsigned take_two(struct spoiling *spoiling)
{
	unsigned high = take(spoiling);

	return high << 8 | take(spoiling);
}

/* SPOIL_SHOW: what an input means, to make it readable as a regression. */
static void run(struct spoiling *spoiling, const char *sql)
{
	if (getenv("SPOIL_SHOW"))
		(void)fprintf(stderr, "%s;\n", sql ? sql : "");
	while (sql && *sql != '\0') {
		_cleanup_statement_ sqlite3_stmt *statement = NULL;
		const char *tail = sql;

		if (sqlite3_prepare_v2(spoiling->database, sql, -1, &statement, &tail) != SQLITE_OK)
			/* On behind the next semicolon. */
			tail = strchr(sql, ';');
		while (statement && sqlite3_step(statement) == SQLITE_ROW)
			;
		if (tail == sql || !tail)
			return;
		sql = *tail == ';' ? tail + 1 : tail;
	}
}

__attribute__((format(printf, 2, 3))) static void run_format(struct spoiling *spoiling,
							     const char *format, ...)
{
	va_list arguments;
	char *sql;

	va_start(arguments, format);
	if (vasprintf(&sql, format, arguments) < 0)
		sql = NULL;
	va_end(arguments);
	run(spoiling, sql);
	free(sql);
}

/* Nothing outside of the file, nor of the process's own settings. */
static int authorize(void *context, int action, const char *first, const char *second,
		     const char *third, const char *fourth)
{
	static const char *const pragmas[] = {
		"writable_schema",	    "user_version", "application_id",
		"ignore_check_constraints", "foreign_keys", "encoding",
		"schema_version",	    "page_size",    "auto_vacuum",
	};

	(void)context, (void)second, (void)third, (void)fourth;
	if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
		return SQLITE_DENY;
	if (action != SQLITE_PRAGMA)
		return SQLITE_OK;
	for (size_t i = 0; i < sizeof(pragmas) / sizeof(pragmas[0]); i++)
		if (strcasecmp(first, pragmas[i]) == 0)
			return SQLITE_OK;
	return SQLITE_DENY;
}

static int count_work(void *context)
{
	struct spoiling *spoiling = context;

	spoiling->work += WORK_UNIT;
	return spoiling->work > WORK_MAX;
}

static void read_columns(struct spoiling *spoiling, struct table *table)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;

	promise(database_prepare(spoiling->database, "SELECT name FROM pragma_table_info(?1)",
				 &row) == 0);
	(void)sqlite3_bind_text(row, 1, table->name, -1, SQLITE_STATIC);
	while (database_next(row) > 0) {
		promise(table->column_count < COLUMNS_MAX);
		(void)snprintf(table->columns[table->column_count++], NAME_SIZE, "%s",
			       database_text(row, 0));
	}
	table->key = strcmp(table->name, "touch") == 0 ? "(entity, relation, gen)" : "(rowid)";
}

static void read_tables(struct spoiling *spoiling)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;

	promise(database_prepare(
			spoiling->database,
			"SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
			&row) == 0);
	while (database_next(row) > 0) {
		struct table *table = &spoiling->tables[spoiling->table_count++];

		promise(spoiling->table_count < TABLES_MAX);
		(void)snprintf(table->name, sizeof(table->name), "%s", database_text(row, 0));
		read_columns(spoiling, table);
	}
	(void)snprintf(spoiling->tables[spoiling->table_count].name, NAME_SIZE, "sqlite_schema");
	read_columns(spoiling, &spoiling->tables[spoiling->table_count++]);
}

static void open_copy(struct spoiling *spoiling, struct span good)
{
	unsigned char *bytes = sqlite3_malloc64(good.length);

	promise(bytes && sqlite3_open(":memory:", &spoiling->database) == SQLITE_OK);
	memcpy(bytes, good.bytes, good.length);
	promise(sqlite3_deserialize(spoiling->database, "main", bytes, (sqlite3_int64)good.length,
				    (sqlite3_int64)good.length,
				    SQLITE_DESERIALIZE_FREEONCLOSE |
					    SQLITE_DESERIALIZE_RESIZEABLE) == SQLITE_OK);
	promise(database_execute(spoiling->database,
				 "PRAGMA temp_store = MEMORY; PRAGMA ignore_check_constraints = ON;"
				 "PRAGMA foreign_keys = OFF; PRAGMA max_page_count = 4096") == 0);
	read_tables(spoiling);
	(void)sqlite3_limit(spoiling->database, SQLITE_LIMIT_LENGTH, 1 << 20);
	(void)sqlite3_set_authorizer(spoiling->database, authorize, NULL);
	sqlite3_progress_handler(spoiling->database, WORK_UNIT, count_work, spoiling);
}

/* An expression for a value: of the kinds that whoever means harm would try. */
static char *take_value(struct spoiling *spoiling)
{
	static const char *const numbers[] = {
		"0",
		"1",
		"-1",
		"2",
		"255",
		"256",
		"65536",
		"1048575",
		"1048576",
		"2147483647",
		"-2147483648",
		"4294967295",
		"4294967296",
		"17592186044416",
		"1152921504606846975",
		"9223372036854775807",
		"-9223372036854775808",
		"1.5",
	};
	static const char *const texts[] = {
		"''",
		"'.'",
		"'..'",
		"'../../etc/passwd'",
		"'/etc'",
		"'a/b'",
		"'a' || char(0) || 'b'",
		"char(10, 27) || '[2J'",
		"CAST(x'ff80' AS TEXT)",
		"char(155)",
		"char(127)",
		"hex(zeroblob(127)) || 'x'",
		"hex(zeroblob(128))",
		"hex(zeroblob(3000))",
		"'status'",
		"'services'",
		"'at'",
		"'latest'",
		"'README'",
		"'fresh'",
		"'2026-13-99'",
		"'2026-01-02'",
		"'-rf'",
		"'../../services/A-1'",
		"'../services/A-1'",
		"'.registry'",
		"'controls'",
	};
	static const char *const blobs[] = {"x''",
					    "x'00'",
					    "zeroblob(100)",
					    "zeroblob(65825)",
					    "x'28b52ffd2000010000'",
					    "(SELECT bytes FROM chunk)"};
	unsigned kind = take(spoiling) % 8, which = take(spoiling);
	const struct table *table = &spoiling->tables[which % spoiling->table_count];
	char text[33], *value = NULL;
	size_t length;

	switch (kind) {
	case 0: return sqlite3_mprintf("%d", (int)which - 16);
	case 1: return sqlite3_mprintf("%s", numbers[which % (sizeof(numbers) / sizeof(*numbers))]);
	case 2:
	case 3: return sqlite3_mprintf("%s", texts[which % (sizeof(texts) / sizeof(*texts))]);
	case 4: return sqlite3_mprintf("%s", blobs[which % (sizeof(blobs) / sizeof(*blobs))]);
	case 5: return sqlite3_mprintf("NULL");
	case 6:
		value = sqlite3_mprintf("(SELECT %s FROM %s LIMIT 1 OFFSET %u)",
					table->columns[take(spoiling) % table->column_count],
					table->name, take(spoiling));
		return value;
	default:
		for (length = 0; length < which % sizeof(text); length++)
			text[length] = (char)take(spoiling);
		text[length] = '\0';
		return sqlite3_mprintf("%Q", text);
	}
}

/* The condition for one row. */
static char *take_row(struct spoiling *spoiling, const struct table *table)
{
	char *columns = sqlite3_mprintf("%.*s", (int)strlen(table->key) - 2, table->key + 1);
	char *row = sqlite3_mprintf(
		"%s = (SELECT %s FROM %s LIMIT 1 OFFSET %u %% (SELECT max(1, count(*)) FROM %s))",
		table->key, columns, table->name, take_two(spoiling), table->name);

	sqlite3_free(columns);
	return row;
}

static void insert_copy(struct spoiling *spoiling, const struct table *table, const char *column,
			const char *value, const char *row)
{
	_cleanup_buffer_ struct buffer list = {0};

	for (size_t i = 0; i < table->column_count; i++) {
		const char *name = table->columns[i];
		bool changed = strcmp(name, column) == 0;

		buffer_printf(&list, "%s%s", i > 0 ? ", " : "",
			      changed			? value
			      : strcmp(name, "id") == 0 ? "NULL"
							: name);
	}
	run_format(spoiling, "INSERT INTO %s SELECT %s FROM %s WHERE %s", table->name, list.bytes,
		   table->name, row);
}

/* What is done until they are back happens to the table alone. */
static void hide_indexes(struct spoiling *spoiling, const struct table *table)
{
	run_format(
		spoiling,
		"PRAGMA writable_schema = ON; CREATE TEMP TABLE hidden AS SELECT rowid AS r, *"
		" FROM main.sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '%s';"
		"DELETE FROM main.sqlite_schema WHERE rowid IN (SELECT r FROM hidden);"
		"PRAGMA writable_schema = RESET",
		table->name);
}

static void show_indexes(struct spoiling *spoiling)
{
	run(spoiling, "PRAGMA writable_schema = ON;"
		      "INSERT INTO main.sqlite_schema (rowid, type, name, tbl_name, rootpage, sql)"
		      " SELECT r, type, name, tbl_name, rootpage, sql FROM hidden;"
		      "DROP TABLE temp.hidden; PRAGMA writable_schema = RESET");
}

/* A value that only the indexes have. */
static void update_indexes(struct spoiling *spoiling, const struct table *table, const char *column,
			   const char *value, const char *row)
{
	run_format(spoiling,
		   "CREATE TEMP TABLE kept AS SELECT rowid AS r, %s AS v FROM main.%s WHERE %s;"
		   "UPDATE main.%s SET %s = %s WHERE rowid IN (SELECT r FROM kept)",
		   column, table->name, row, table->name, column, value);
	hide_indexes(spoiling, table);
	run_format(
		spoiling,
		"UPDATE main.%s SET %s = (SELECT v FROM kept) WHERE rowid IN (SELECT r FROM kept);"
		"DROP TABLE temp.kept",
		table->name, column);
	show_indexes(spoiling);
}

static void step(struct spoiling *spoiling, unsigned what)
{
	const struct table *table = &spoiling->tables[take(spoiling) % spoiling->table_count];
	const struct table *schema = &spoiling->tables[spoiling->table_count - 1];
	const char *column = table->columns[take(spoiling) % table->column_count];
	char *row = take_row(spoiling, table), *value = take_value(spoiling);

	switch (what) {
	case 0:
	case 1:
		run_format(spoiling, "UPDATE %s SET %s = %s WHERE %s", table->name, column, value,
			   row);
		break;
	case 2: run_format(spoiling, "UPDATE %s SET %s = %s", table->name, column, value); break;
	case 3: run_format(spoiling, "DELETE FROM %s WHERE %s", table->name, row); break;
	case 4: insert_copy(spoiling, table, column, value, row); break;
	case 5:
		hide_indexes(spoiling, table);
		run_format(spoiling, "UPDATE %s SET %s = %s WHERE %s", table->name, column, value,
			   row);
		show_indexes(spoiling);
		break;
	case 6: update_indexes(spoiling, table, column, value, row); break;
	case 7:
		run_format(spoiling, "PRAGMA %s = %s",
			   take(spoiling) % 2 ? "user_version" : "application_id", value);
		break;
	case 8:
		run_format(spoiling, "UPDATE OR REPLACE %s SET %s = %s + 1 WHERE %s", table->name,
			   column, column, row);
		break;
	default:
		run_format(spoiling,
			   "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET %s = %s WHERE "
			   "rowid = %u",
			   schema->columns[take(spoiling) % schema->column_count], value,
			   take(spoiling));
		break;
	}
	sqlite3_free(row);
	sqlite3_free(value);
}

/* The first of them ends what is done by SQL. */
#define STEPS_OF_SQL 12

static size_t place_in(struct spoiling *spoiling, size_t length)
{
	size_t page = take(spoiling) * 512U;

	/* A page's beginning, which says what it is, is as likely as all the rest of it. */
	return (page + (take(spoiling) % 2 ? take_two(spoiling) % 512 : take(spoiling) % 16)) %
	       length;
}

static void change_bytes(struct spoiling *spoiling, struct buffer *file)
{
	size_t from, to, count;

	while (spoiling->left > 0 && file->length > 0) {
		unsigned what = take(spoiling) % 8;

		from = place_in(spoiling, file->length);
		to = place_in(spoiling, file->length);
		count = file->length - (from > to ? from : to);
		switch (what) {
		case 0: file->length -= take_two(spoiling) % file->length; break;
		case 1: file->length = from; break;
		case 2:
		case 3:
			memmove(file->bytes + from, file->bytes + to, count < 512 ? count : 512);
			break;
		case 4: file->bytes[from] ^= (char)(1 << take(spoiling) % 8); break;
		default: file->bytes[from] = (char)take(spoiling); break;
		}
	}
}

void spoil(struct span good, const uint8_t *data, size_t size, struct buffer *file)
{
	struct spoiling spoiling = {.data = data, .left = size};
	bool bytes = false;
	sqlite3_int64 length = 0;
	unsigned char *done;

	open_copy(&spoiling, good);
	if (size > 2 && memcmp(data, "--", 2) == 0) {
		_cleanup_free_ char *sql = fuzz_text(data, size);

		spoiling.left = 0;
		run(&spoiling, sql);
	}
	for (int i = 0; i < STEPS_MAX && spoiling.left > 0 && !bytes; i++) {
		unsigned what = take(&spoiling) % (STEPS_OF_SQL + 2);

		bytes = what >= STEPS_OF_SQL;
		if (!bytes)
			step(&spoiling, what);
	}
	/* Who signs a file can make its chain fit what was done to it. */
	spoiling.work = 0;
	(void)chain_seal_all(spoiling.database);
	done = sqlite3_serialize(spoiling.database, "main", &length, 0);
	promise(done);
	buffer_append(file, done, (size_t)length);
	sqlite3_free(done);
	(void)sqlite3_close(spoiling.database);
	if (bytes)
		change_bytes(&spoiling, file);
}
