#include "pull/upgrade.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "render/render.h"
#include "stage/generation.h"
#include "state.h"
#include "store/chain.h"
#include "store/reader.h"
#include "store/working_copy.h"
#include "common/embed.h"

EMBED(upgrade, "pull/upgrade.sql");
EMBED(restated, "stage/restated.sql");
EMBED(upgraded, "pull/upgraded.sql");

#define FORMER_VERSION 1

/* The word of a status that stood for another one in version 1; NULL: it is the same. A list that
 * has the new word already doesn't use the old ones. */
static const struct word *find_renamed(sqlite3 *database, const struct registry *registry,
				       const char *former)
{
	int64_t uses = 0;

	if (!registry)
		return NULL;
	for (const struct word *word = registry->statuses; word->word; word++) {
		if (!word->former || strcmp(word->former, former) != 0)
			continue;
		if (database_numberf(
			    database, &uses,
			    "SELECT count(*) FROM old.value WHERE field = %d AND text = %Q",
			    FIELD_STATUS, word->word) < 0 ||
		    uses > 0)
			return NULL;
		return word;
	}
	return NULL;
}

static int add_status_word(sqlite3 *database, const struct registry *registry, const char *former)
{
	const struct word *renamed = find_renamed(database, registry, former);
	const struct word *word = renamed ? renamed : registry_find_status(registry, former);

	return database_executef(database, "INSERT INTO status_word VALUES (%Q, %Q, %Q, %Q)",
				 former, renamed ? renamed->word : former,
				 word ? word->in_force : NULL, word ? word->meaning : NULL);
}

/* What this program knows of each status that the old file has. */
static int add_status_words(sqlite3 *database, const struct registry *registry)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_execute(database, "CREATE TEMP TABLE status_word (former TEXT PRIMARY KEY,"
					   " word TEXT UNIQUE, in_force TEXT, meaning TEXT)");

	if (r == 0)
		r = database_prepare(
			database,
			"SELECT DISTINCT text FROM old.value v JOIN old.entity e ON e.id = v.entity"
			" WHERE v.field = ?1 AND e.kind = ?2 ORDER BY text",
			&rows);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(rows, 1, FIELD_STATUS);
	(void)sqlite3_bind_int(rows, 2, KIND_SERVICE);
	while ((r = database_next(rows)) > 0) {
		r = add_status_word(database, registry, database_text(rows, 0));
		if (r < 0)
			return r;
	}
	return r;
}

/* Of a list that came along; others have their reader's name. */
static const struct reader *reader_of(const char *source)
{
	const struct reader *reader = reader_find(source);

	return reader ? reader : &reader_interchange;
}

static int add_shapes(sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_execute(
		database, "CREATE TEMP TABLE former_shape (source TEXT PRIMARY KEY, shape TEXT)");

	if (r == 0)
		r = database_prepare(database, "SELECT DISTINCT source FROM old.generation", &rows);
	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		const char *source = database_text(rows, 0);

		r = database_executef(database, "INSERT INTO former_shape VALUES (%Q, %Q)", source,
				      reader_of(source)->former_shape);
		if (r < 0)
			return r;
	}
	return r;
}

/* Whose list the store holds; NULL: one that nothing is known of. */
static int find_registry(sqlite3 *database, const struct registry **registry)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(database, "SELECT registry FROM old.store", &row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	*registry = registry_find(database_text(row, 0));
	return 0;
}

/* The list says the same, so the generation has all that the newest one has. */
static int begin_generation(sqlite3 *database, int64_t *id)
{
	struct generation generation = {.source = "upgrade"};
	int r = generation_begin_same(database, &generation);

	*id = generation.id;
	return r;
}

static int read_readme(sqlite3 *database, struct buffer *text)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(database,
				 "SELECT c.bytes FROM old.document d JOIN old.chunk c"
				 " ON c.document = d.id WHERE d.entity = ?1 AND d.name = ?2"
				 " ORDER BY c.seq",
				 &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int(rows, 1, ENTITY_ROOT);
	(void)sqlite3_bind_text(rows, 2, STATE_README_DOCUMENT, -1, SQLITE_STATIC);
	while ((r = database_next(rows)) > 0) {
		r = document_append_chunk(NULL, rows, 0, text);
		if (r < 0)
			return r;
	}
	return r;
}

static int render(const struct working_copy *copy, const struct registry *registry,
		  int64_t generation)
{
	sqlite3 *database = copy->database;
	_cleanup_documents_ struct documents documents = {0};
	_cleanup_buffer_ struct buffer readme = {0};
	struct about about = {.registry = registry};
	int r = documents_open(&documents, database, 0, generation);

	documents.limit = copy->store->state.publication_limit;
	if (r == 0)
		r = read_readme(database, &readme);
	if (r == 0) {
		readme_find_about(&readme, &about.lines);
		r = render_all(&documents, &about);
	}
	about_release(&about);
	return r;
}

static int attach(sqlite3 *database, const struct store_directory *store)
{
	return database_executef(database,
				 "ATTACH 'file:/proc/self/fd/%d/%s?immutable=1' AS old;"
				 "ATTACH ':memory:' AS stage;"
				 "CREATE TABLE stage.staged_run (gen INTEGER) STRICT;"
				 "INSERT INTO staged_run VALUES (NULL)",
				 store->fd, store->current);
}

/* No view or trigger of the old file stands for what a table of it is. */
static int check_old(sqlite3 *database, const struct store_directory *store)
{
	int64_t foreign = 0;
	int r = database_number(
		database,
		"SELECT count(*) FROM old.sqlite_schema o WHERE o.type = 'trigger'"
		" OR (o.type <> 'table' AND EXISTS (SELECT 1 FROM main.sqlite_schema m"
		" WHERE m.type = 'table' AND m.name = o.name COLLATE NOCASE))",
		&foreign);

	if (r < 0 || foreign == 0)
		return r;
	return log_error_errno(-EBADMSG, "%s/%s isn't as ismap-sync made it, so it isn't upgraded",
			       store->path, store->current);
}

static int fill(const struct working_copy *copy, int64_t *generation)
{
	sqlite3 *database = copy->database;
	const struct registry *registry;
	int r = find_registry(database, &registry);

	if (r == 0)
		r = add_status_words(database, registry);
	if (r == 0)
		r = add_shapes(database);
	if (r == 0)
		r = database_execute(database, embedded_upgrade);
	if (r == 0)
		r = begin_generation(database, generation);
	if (r == 0)
		r = database_execute(database, embedded_restated);
	if (r == 0)
		r = database_execute(database, embedded_upgraded);
	if (r == 0)
		r = chain_seal_all(database);
	return r < 0 ? r : render(copy, registry, *generation);
}

/* Whether the state is of the newest list: the last publication that was read is that list. */
static int find_spoken_of(sqlite3 *database, const struct state *state, int64_t *count)
{
	return database_numberf(database, count,
				"SELECT count(*) FROM source_document WHERE role = %Q AND"
				" sha256 = %Q AND generation = (SELECT max(id) FROM generation)",
				DOCUMENT_LIST, state->sha256);
}

/*
 * Version 1 had no chain to speak of. The next pull reads the list whole, since no state
 * of that version knows what a list states of itself.
 */
static int note_state(struct store_directory *store, bool is_spoken_of)
{
	struct state *state = &store->state;

	if (is_spoken_of) {
		store_directory_speak_of_current(store);
		state->held_until = state->last_success;
	}
	state->sha256[0] = state->etag[0] = state->last_modified[0] = '\0';
	return store_directory_write_state(store);
}

static int make(struct store_directory *store)
{
	_cleanup_working_copy_ struct working_copy copy = {.store = NULL};
	int64_t generation = 0, spoken_of = 0;
	int r = working_copy_open_empty(&copy, store);

	if (r == 0)
		r = attach(copy.database, store);
	if (r == 0)
		r = check_old(copy.database, store);
	if (r == 0)
		r = database_execute(copy.database, "BEGIN");
	if (r == 0)
		r = fill(&copy, &generation);
	if (r == 0)
		r = find_spoken_of(copy.database, &store->state, &spoken_of);
	if (r == 0)
		r = database_execute(copy.database, "COMMIT; DETACH old; DETACH stage");
	if (r == 0)
		r = working_copy_make_current(&copy, 1, generation);
	if (r == 0)
		r = note_state(store, spoken_of > 0);
	if (r < 0)
		return r;
	(void)printf("upgraded: generation %lld, from schema version %d to %d\n",
		     (long long)generation, FORMER_VERSION, STORE_SCHEMA_VERSION);
	return 1;
}

int upgrade(struct store_directory *store)
{
	int64_t version = 0;
	int r = working_copy_check_owner(store);

	if (r < 0 || store->current[0] == '\0')
		return r;
	if (store_reader_find_version(store, &version) < 0 || version != FORMER_VERSION)
		return 0;
	return make(store);
}
