/* What every tree promises, asked of the rows that one transaction made. */
#include <ctype.h>

#include <cjson/cJSON.h>

#include "render/documents.h"
#include "fuzz.h"
#include "rig.h"
#include "store.h"
#include "util/text/text.h"
#include "common/timestamp.h"

#define PATH_SIZE 4096
#define DEPTH_MAX 16

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	promise(sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK);
	return statement;
}

/* No count of what must not be. */
static void expect_none(sqlite3 *database, const char *sql)
{
	int64_t number = -1;

	promise(database_number(database, sql, &number) == 0);
	if (number != 0)
		(void)fprintf(stderr, "%lld of: %s\n", (long long)number, sql);
	promise(number == 0);
}

static bool is_clean(const char *text, const char *allowed)
{
	const unsigned char *bytes = (const unsigned char *)text;

	for (size_t i = 0; bytes[i] != '\0'; i++) {
		if ((bytes[i] < ' ' && !strchr(allowed, bytes[i])) || bytes[i] == 0x7f)
			return false;
		if (bytes[i] == 0xc2 && bytes[i + 1] >= 0x80 && bytes[i + 1] <= 0x9f)
			return false;
	}
	return text_is_utf8(bytes, strlen(text));
}

static void check_name(const char *name)
{
	promise(name[0] != '\0' && strlen(name) <= STORE_NAME_MAX);
	promise(!strchr(name, '/'));
	promise(strcmp(name, ".") != 0 && strcmp(name, "..") != 0);
	promise(name[0] != '-');
	promise(is_clean(name, ""));
}

static void check_names(sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *row =
		prepare(database, "SELECT name FROM presence WHERE gen_to IS NULL UNION ALL"
				  " SELECT name FROM link WHERE gen_to IS NULL UNION ALL"
				  " SELECT name FROM document UNION ALL SELECT name FROM field");

	while (database_next(row) > 0)
		check_name(database_text(row, 0));
}

static bool is_date(const char *text)
{
	int64_t days;

	if (day_parse(text, &days) == 0)
		return true;
	/* A year's day, a month, a year: as much as is known of it. */
	for (size_t i = 0; text[i] != '\0'; i++)
		if (!isdigit((unsigned char)text[i]) && text[i] != '-')
			return false;
	return strlen(text) == 7 || strlen(text) == 4;
}

static void check_value(const char *type, const char *text)
{
	bool lines = strcmp(type, "text") == 0 || strcmp(type, "list") == 0;
	bool cells = strcmp(type, "text") == 0 || strcmp(type, "table") == 0;

	promise(is_clean(text, cells ? "\n\t" : lines ? "\n" : ""));
	if (text[0] == '\0')
		return;
	if (lines)
		promise(text[strlen(text) - 1] != '\n');
	if (strcmp(type, "date") == 0)
		promise(is_date(text));
	if (strcmp(type, "yes-no") == 0)
		promise(strcmp(text, "yes") == 0 || strcmp(text, "no") == 0);
	if (strcmp(type, "word") == 0)
		promise(strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen(text));
}

static void check_values(sqlite3 *database)
{
	/* In .registry/schema a field's file holds what the field means. */
	_cleanup_statement_ sqlite3_stmt *row =
		prepare(database,
			"SELECT iif(e.key = '.registry/schema', 'line', f.type), v.text, v.size,"
			" length(CAST(v.text AS BLOB)) FROM value v JOIN field f ON f.id = v.field"
			" JOIN entity e ON e.id = v.entity WHERE v.gen_to IS NULL");

	while (database_next(row) > 0) {
		const char *text = database_text(row, 1);

		promise(strlen(text) == (size_t)sqlite3_column_int64(row, 3));
		promise(sqlite3_column_int64(row, 2) == (int64_t)strlen(text) + (text[0] != '\0'));
		check_value(database_text(row, 0), text);
	}
}

/* The path of an entity's directory from the root: "/services/X". */
static void entity_path(sqlite3 *database, int64_t entity, char path[static PATH_SIZE])
{
	_cleanup_statement_ sqlite3_stmt *row =
		prepare(database, "SELECT parent, name FROM presence WHERE entity = ?1"
				  " AND gen_to IS NULL");
	char above[PATH_SIZE] = "";
	int depth = 0;

	path[0] = '\0';
	while (entity != ENTITY_ROOT) {
		promise(depth++ < DEPTH_MAX);
		(void)sqlite3_bind_int64(row, 1, entity);
		promise(database_next(row) > 0);
		promise((size_t)snprintf(path, PATH_SIZE, "/%s%s", database_text(row, 1), above) <
			PATH_SIZE);
		memcpy(above, path, PATH_SIZE);
		entity = sqlite3_column_int64(row, 0);
		(void)sqlite3_reset(row);
	}
}

/* Follows a relative path from a directory, by its words alone. */
static void follow(char directory[static PATH_SIZE], const char *path)
{
	promise(path[0] != '/');
	while (*path != '\0') {
		size_t length = strcspn(path, "/");

		if (length == 2 && strncmp(path, "..", 2) == 0) {
			char *last = strrchr(directory, '/');

			promise(last); /* never above the root */
			*last = '\0';
		} else {
			size_t end = strlen(directory);

			promise(length > 0 && end + length + 2 < PATH_SIZE);
			(void)snprintf(directory + end, PATH_SIZE - end, "/%.*s", (int)length,
				       path);
		}
		path += length;
		path += *path == '/';
	}
}

/* Each symlink leads to the entity that it says, or to something within it. */
static void check_links(sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *row = prepare(
		database, "SELECT l.entity, l.relation, r.name, l.path, l.target FROM link l"
			  " JOIN relation r ON r.id = l.relation WHERE l.gen_to IS NULL");

	while (database_next(row) > 0) {
		char directory[PATH_SIZE], target[PATH_SIZE];
		size_t length;

		entity_path(database, sqlite3_column_int64(row, 0), directory);
		if (sqlite3_column_int64(row, 1) != RELATION_SELF)
			follow(directory, database_text(row, 2));
		follow(directory, database_text(row, 3));
		entity_path(database, sqlite3_column_int64(row, 4), target);
		length = strlen(target);
		promise(strncmp(directory, target, length) == 0);
		promise(directory[length] == '\0' || directory[length] == '/');
	}
}

static void check_services(sqlite3 *database)
{
	expect_none(
		database,
		"SELECT count(*) FROM presence p JOIN entity e ON e.id = p.entity AND e.kind = 5"
		" LEFT JOIN value v ON v.entity = e.id AND v.field = 13 AND v.gen_to IS NULL"
		" WHERE p.gen_to IS NULL AND coalesce(v.text, '') = ''");
	expect_none(database,
		    "SELECT count(*) FROM presence p JOIN entity c ON c.id = p.parent"
		    " AND c.kind = 2 AND c.key = 'delisted' JOIN value v ON v.entity = p.entity"
		    " AND v.field = 13 AND v.gen_to IS NULL AND v.text <> 'delisted'"
		    " WHERE p.gen_to IS NULL");
	expect_none(database,
		    "SELECT count(*) FROM presence p JOIN entity c ON c.id = p.parent"
		    " AND c.kind = 2 AND c.key = 'services' JOIN entity e ON e.id = p.entity"
		    " WHERE p.gen_to IS NULL AND e.kind <> 5");
	expect_none(
		database,
		"SELECT count(*) FROM store s JOIN value v ON v.field = 13 AND v.gen_to IS NULL"
		" JOIN entity e ON e.id = v.entity AND e.kind = 5 WHERE (s.registry = 'fedramp' AND v.text NOT IN ('certified', 'certified-in-remediation',"
		"  'legacy-ready', 'initial-implementation', 'in-process', 'agency-in-process', 'delisted', 'unknown'))"
		" OR (s.registry = 'ismap' AND v.text NOT IN ('registered', 'registered-liu',"
		"  'past-date', 'delisted', 'unverified', 'unknown'))");
}

/* What has rows is shown, and what is shown is shown somewhere. */
static void check_presence(sqlite3 *database)
{
	expect_none(
		database,
		"SELECT count(*) FROM value v WHERE gen_to IS NULL AND entity <> 1 AND NOT EXISTS"
		" (SELECT 1 FROM presence p WHERE p.entity = v.entity AND p.gen_to IS NULL)");
	expect_none(database,
		    "SELECT count(*) FROM link l WHERE gen_to IS NULL AND NOT EXISTS"
		    " (SELECT 1 FROM presence p WHERE p.entity = l.target AND p.gen_to IS NULL)");
	expect_none(database,
		    "SELECT count(*) FROM presence l WHERE gen_to IS NULL AND parent <> 1 AND NOT"
		    " EXISTS (SELECT 1 FROM presence p WHERE p.entity = l.parent"
		    " AND p.gen_to IS NULL)");
	/* One name, one thing: no file, directory or symlink hides another. */
	expect_none(database,
		    "SELECT count(*) FROM (SELECT 1 FROM (SELECT parent AS d, name FROM presence"
		    " WHERE gen_to IS NULL UNION ALL SELECT entity, name FROM link WHERE gen_to IS"
		    " NULL AND relation = 0 UNION ALL SELECT entity, name FROM document UNION ALL"
		    " SELECT v.entity, f.name FROM value v JOIN field f ON f.id = v.field"
		    " WHERE v.gen_to IS NULL) GROUP BY d, name HAVING count(*) > 1)");
}

static void check_json(const char *text)
{
	const char *end = NULL;
	cJSON *json = cJSON_ParseWithOpts(text, &end, 1);

	promise(json);
	cJSON_Delete(json);
}

static void check_lines(char *text, bool json)
{
	char *position = NULL;
	size_t columns = 0;

	for (char *line = strtok_r(text, "\n", &position); line;
	     line = strtok_r(NULL, "\n", &position)) {
		size_t count = 0;

		if (json) {
			check_json(line);
			continue;
		}
		for (const char *byte = line; *byte != '\0'; byte++)
			count += *byte == '\t';
		promise(columns == 0 || columns == count);
		columns = count;
	}
}

static bool ends_in(const char *name, const char *end)
{
	return strlen(name) > strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0;
}

static int append(void *context, const char *bytes, size_t length)
{
	buffer_append(context, bytes, length);
	return 0;
}

static void check_document(sqlite3 *database, int64_t directory, const char *name, int64_t size)
{
	_cleanup_buffer_ struct buffer bytes = {0};

	promise(document_read_parts(database, directory, name, append, &bytes) == 1);
	promise((int64_t)bytes.length == size);
	if (bytes.length == 0)
		return;
	if (ends_in(name, ".xlsx")) { /* a zip archive */
		promise(bytes.length > 4 && memcmp(bytes.bytes, "PK\x03\x04", 4) == 0);
		return;
	}
	promise(strlen(bytes.bytes) == bytes.length);
	promise(bytes.bytes[bytes.length - 1] == '\n');
	promise(is_clean(bytes.bytes,
			 ends_in(name, ".csv") || ends_in(name, ".ics") ? "\n\t\r" : "\n\t"));
	if (ends_in(name, ".json"))
		check_json(bytes.bytes);
	else if (ends_in(name, ".jsonl") || ends_in(name, ".tsv"))
		check_lines(bytes.bytes, ends_in(name, ".jsonl"));
}

static void check_documents(sqlite3 *database, int64_t generation)
{
	_cleanup_statement_ sqlite3_stmt *row =
		prepare(database, "SELECT entity, name, size FROM document WHERE gen_from = ?1");

	(void)sqlite3_bind_int64(row, 1, generation);
	while (database_next(row) > 0)
		check_document(database, sqlite3_column_int64(row, 0), database_text(row, 1),
			       sqlite3_column_int64(row, 2));
}

void fuzz_tree_check(sqlite3 *database, int64_t generation)
{
	check_names(database);
	check_values(database);
	check_links(database);
	check_services(database);
	check_presence(database);
	check_documents(database, generation);
}
