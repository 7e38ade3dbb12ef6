/* records/: all that is known of one service or provider, as one line of JSON. */
#include <stdbool.h>
#include <string.h>

#include "render/render.h"
#include "util/memory.h"

struct record_queries {
	sqlite3_stmt *values, *links;
};

struct record_kind {
	enum kind kind;
	const char *name;
	const char *collection; /* whose members have a record */
	const char *directory;	/* of the records */
};

static void put_list(struct buffer *json, const char *text)
{
	_cleanup_free_ char *copy = xstrdup(text);
	char *position = NULL, *line;
	const char *separator = "";

	buffer_text(json, "[");
	for (line = strtok_r(copy, "\n", &position); line; line = strtok_r(NULL, "\n", &position)) {
		buffer_text(json, separator);
		buffer_json_string(json, line);
		separator = ",";
	}
	buffer_text(json, "]");
}

/* What a backslash and this sign stand for. */
static char unescaped(char sign)
{
	switch (sign) {
	case 't': return '\t';
	case 'n': return '\n';
	case 'r': return '\r';
	default: return sign;
	}
}

/* A cell as buffer_tsv_field() wrote it. */
static void put_cell(struct buffer *json, char *cell)
{
	char *to = cell;

	for (const char *from = cell; *from != '\0'; from++) {
		if (from[0] == '\\' && from[1] != '\0')
			*to++ = unescaped(*++from);
		else
			*to++ = *from;
	}
	*to = '\0';
	buffer_json_string(json, cell);
}

/* A row as an object of the cells that aren't empty, by their headings. */
static void put_row(struct buffer *json, const char *headings, char *row)
{
	_cleanup_free_ char *names = xstrdup(headings);
	char *name_rest = names, *rest = row, *cell;
	const char *separator = "";

	buffer_text(json, "{");
	while ((cell = strsep(&rest, "\t"))) {
		const char *name = strsep(&name_rest, "\t");

		if (!name)
			break;
		if (cell[0] == '\0')
			continue;
		buffer_text(json, separator);
		buffer_json_string(json, name);
		buffer_text(json, ":");
		put_cell(json, cell);
		separator = ",";
	}
	buffer_text(json, "}");
}

static void put_table(struct buffer *json, const char *text)
{
	_cleanup_free_ char *copy = xstrdup(text);
	char *rest = copy, *row;
	const char *headings = strsep(&rest, "\n"), *separator = "";

	buffer_text(json, "[");
	while ((row = strsep(&rest, "\n"))) {
		buffer_text(json, separator);
		put_row(json, headings, row);
		separator = ",";
	}
	buffer_text(json, "]");
}

static int put_values(struct buffer *json, sqlite3_stmt *values, int64_t entity)
{
	int r;

	(void)sqlite3_bind_int64(values, 1, entity);
	while ((r = database_next(values)) > 0) {
		buffer_text(json, ",");
		buffer_json_string(json, database_text(values, 0));
		buffer_text(json, ":");
		if (strcmp(database_text(values, 1), "list") == 0)
			put_list(json, database_text(values, 2));
		else if (strcmp(database_text(values, 1), "table") == 0)
			put_table(json, database_text(values, 2));
		else
			buffer_json_string(json, database_text(values, 2));
	}
	(void)sqlite3_reset(values);
	return r;
}

/* Links as arrays of the keys that they lead to; those in the entity's own directory one by one. */
static int put_links(struct buffer *json, sqlite3_stmt *links, int64_t entity)
{
	int open_relation = 0, r;

	(void)sqlite3_bind_int64(links, 1, entity);
	while ((r = database_next(links)) > 0) {
		int relation = sqlite3_column_int(links, 0);

		if (relation == RELATION_SELF) {
			/* `controls` leads into a baseline, and the record states which. */
			bool baseline = strcmp(database_text(links, 2), "controls") == 0;

			buffer_text(json, ",");
			buffer_json_string(json, baseline ? "baseline" : database_text(links, 2));
			buffer_text(json, ":");
			buffer_json_string(json, database_text(links, 3));
			continue;
		}
		if (relation != open_relation) {
			buffer_text(json, open_relation != 0 ? "]," : ",");
			buffer_json_string(json, database_text(links, 1));
			buffer_text(json, ":[");
			open_relation = relation;
		} else {
			buffer_text(json, ",");
		}
		buffer_json_string(json, database_text(links, 3));
	}
	if (open_relation != 0)
		buffer_text(json, "]");
	(void)sqlite3_reset(links);
	return r;
}

/* An entity's record; none for one that is no longer in its collection. */
static int put_record(struct documents *documents, const struct record_queries *queries,
		      const struct record_kind *kind, int64_t directory, sqlite3_stmt *touched)
{
	const char *key = database_text(touched, 1);
	int64_t entity = sqlite3_column_int64(touched, 0);
	_cleanup_buffer_ struct buffer json = {0};
	char name[256];
	int r;

	/* A key too long for a file's name is cut at its end; it holds a checksum, too. */
	(void)snprintf(name, sizeof(name), "%.250s.json", key);
	if (!sqlite3_column_int(touched, 2))
		return document_remove(documents, directory, name);
	buffer_printf(&json, "{\"%s\":", kind->name);
	buffer_json_string(&json, key);
	r = put_values(&json, queries->values, entity);
	if (r < 0)
		return r;
	r = put_links(&json, queries->links, entity);
	if (r < 0)
		return r;
	buffer_text(&json, "}\n");
	return document_put(documents, directory, name, &json);
}

/* The records of one kind that these generations may have changed. */
static int render_kind(struct documents *documents, const struct record_queries *queries,
		       const struct record_kind *kind)
{
	sqlite3 *database = documents->database;
	_cleanup_statement_ sqlite3_stmt *touched = NULL;
	int64_t directory;
	int r = document_directory(database, kind->directory, &directory);

	if (r < 0)
		return r;
	r = database_prepare(
		database,
		"SELECT DISTINCT e.id, e.key, EXISTS (SELECT 1 FROM presence p"
		" JOIN entity c ON c.id = p.parent WHERE p.entity = e.id AND p.gen_to IS NULL"
		" AND c.kind = ?4 AND c.key = ?2)"
		" FROM touch t CROSS JOIN entity e ON e.id = t.entity"
		" WHERE t.gen >= ?1 AND e.kind = ?3 ORDER BY e.key",
		&touched);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(touched, 1, documents->since);
	(void)sqlite3_bind_text(touched, 2, kind->collection, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(touched, 3, (int)kind->kind);
	(void)sqlite3_bind_int(touched, 4, KIND_COLLECTION);
	while ((r = database_next(touched)) > 0) {
		r = put_record(documents, queries, kind, directory, touched);
		if (r < 0)
			return r;
	}
	return r;
}

int records_render(struct documents *documents)
{
	static const struct record_kind kinds[] = {
		{KIND_SERVICE, "service", "services", "records/services"},
		{KIND_PROVIDER, "provider", "providers", "records/providers"},
	};
	sqlite3 *database = documents->database;
	_cleanup_statement_ sqlite3_stmt *values = NULL, *links = NULL;
	int r = database_prepare(
		database,
		"SELECT f.name, f.type, v.text FROM value v JOIN field f ON f.id = v.field"
		" WHERE v.entity = ?1 AND v.gen_to IS NULL ORDER BY v.field",
		&values);

	if (r < 0)
		return r;
	r = database_prepare(
		database,
		"SELECT l.relation, r.name, l.name, t.key FROM link l"
		" JOIN relation r ON r.id = l.relation JOIN entity t ON t.id = l.target"
		" WHERE l.entity = ?1 AND l.gen_to IS NULL ORDER BY l.relation, l.name",
		&links);
	for (size_t i = 0; r == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		r = render_kind(documents, &(struct record_queries){values, links}, &kinds[i]);
	return r;
}
