/* records/: all that is known of one service or provider, as one line of JSON. */
#include <errno.h>
#include <string.h>

#include "render/render.h"
#include "util/memory.h"

struct record_queries {
	sqlite3_stmt *values;
	sqlite3_stmt *links;
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

/* A cell as buffer_tsv_field() wrote it. */
static void put_cell(struct buffer *json, char *cell)
{
	char *to = cell;

	for (const char *from = cell; *from != '\0'; from++) {
		if (from[0] == '\\' && from[1] != '\0') {
			from++;
			*to++ = *from == 't'   ? '\t'
				: *from == 'n' ? '\n'
				: *from == 'r' ? '\r'
					       : *from;
			continue;
		}
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
			buffer_text(json, ",");
			/* The link `controls` leads into a baseline: say which, rather than where.
			 */
			if (strcmp(database_text(links, 2), "controls") == 0)
				buffer_json_string(json, "baseline");
			else
				buffer_json_string(json, database_text(links, 2));
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

static int render_record(const struct record_queries *queries, const char *kind, const char *key,
			 int64_t entity, struct buffer *json)
{
	int r;

	buffer_clear(json);
	buffer_printf(json, "{\"%s\":", kind);
	buffer_json_string(json, key);
	r = put_values(json, queries->values, entity);
	if (r == 0)
		r = put_links(json, queries->links, entity);
	buffer_text(json, "}\n");
	return r;
}

/* The records of one kind that these generations may have changed. */
static int render_kind(struct documents *documents, const struct record_queries *queries,
		       const char *kind, const char *collection, const char *directory_key)
{
	sqlite3 *database = documents->database;
	_cleanup_statement_ sqlite3_stmt *touched = NULL;
	_cleanup_buffer_ struct buffer json = {0};
	int64_t directory;
	int r = document_directory(database, directory_key, &directory);

	if (r == 0)
		r = database_prepare(
			database,
			"SELECT DISTINCT e.id, e.key, EXISTS (SELECT 1 FROM presence p"
			" JOIN entity c ON c.id = p.parent WHERE p.entity = e.id AND p.gen_to IS NULL"
			" AND c.kind = ?4 AND c.key = ?2)"
			" FROM touch t CROSS JOIN entity e ON e.id = t.entity"
			" CROSS JOIN kind k ON k.id = e.kind WHERE t.gen >= ?1 AND k.name = ?3"
			" ORDER BY e.key",
			&touched);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(touched, 1, documents->since);
	(void)sqlite3_bind_text(touched, 2, collection, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(touched, 3, kind, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(touched, 4, KIND_COLLECTION);
	while ((r = database_next(touched)) > 0) {
		const char *key = database_text(touched, 1);
		char name[256];

		/* Of a key too long for a file's name the end is cut; a checksum is in it, too. */
		(void)snprintf(name, sizeof(name), "%.250s.json", key);
		if (!sqlite3_column_int(touched, 2)) {
			r = document_remove(documents, directory, name);
		} else {
			r = render_record(queries, kind, key, sqlite3_column_int64(touched, 0),
					  &json);
			if (r == 0)
				r = document_put(documents, directory, name, &json);
		}
		if (r < 0)
			return r;
	}
	return r;
}

int records_render(struct documents *documents)
{
	sqlite3 *database = documents->database;
	_cleanup_statement_ sqlite3_stmt *values = NULL, *links = NULL;
	struct record_queries queries;
	int r = database_prepare(
		database,
		"SELECT f.name, f.type, v.text FROM value v JOIN field f ON f.id = v.field"
		" WHERE v.entity = ?1 AND v.gen_to IS NULL ORDER BY v.field",
		&values);

	if (r == 0)
		r = database_prepare(
			database,
			"SELECT l.relation, r.name, l.name, t.key FROM link l"
			" JOIN relation r ON r.id = l.relation JOIN entity t ON t.id = l.target"
			" WHERE l.entity = ?1 AND l.gen_to IS NULL ORDER BY l.relation, l.name",
			&links);
	if (r < 0)
		return r;
	queries = (struct record_queries){.values = values, .links = links};
	r = render_kind(documents, &queries, "service", "services", "records/services");
	return r < 0 ? r
		     : render_kind(documents, &queries, "provider", "providers",
				   "records/providers");
}
