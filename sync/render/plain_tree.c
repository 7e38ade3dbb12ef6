#include "render/plain_tree.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "days.h"
#include "inode.h"
#include "stale.h"
#include "store/reader.h"
#include "util/clock.h"
#include "util/buffer.h"
#include "store/database.h"
#include "render/documents.h"
#include "fetch/progress.h"
#include "render/output.h"
#include "render/plain_entry.h"
#include "util/file.h"
#include "common/log.h"
#include "store_limits.h"
#include "vocabulary.h"
#include "util/memory.h"

/* How deep directories of the tree are, with some room. */
#define DEPTH_MAX 8

enum query {
	QUERY_VALUES,
	QUERY_LINKS,
	QUERY_RELATIONS,
	QUERY_CHILDREN,
	QUERY_DOCUMENTS,
	QUERY_MTIME,
	QUERY_COUNT,
};

/* What holds in generation ?3; the newest one is now. */
#define HOLDS(row) " AND " row ".gen_from <= ?3 AND (" row ".gen_to IS NULL OR " row ".gen_to > ?3)"

/* About the directory of an entity, ?1, and a relation, ?2. */
static const char *const query_texts[QUERY_COUNT] = {
	[QUERY_VALUES] =
		"SELECT f.name, v.text, g.mtime FROM value v JOIN field f ON f.id = v.field"
		" JOIN generation g ON g.id = v.gen_from WHERE v.entity = ?1" HOLDS("v"),
	[QUERY_LINKS] = "SELECT l.name, l.path, g.mtime FROM link l"
			" JOIN generation g ON g.id = l.gen_from"
			" WHERE l.entity = ?1 AND l.relation = ?2" HOLDS("l"),
	[QUERY_RELATIONS] = "SELECT DISTINCT r.id, r.name FROM link l"
			    " JOIN relation r ON r.id = l.relation"
			    " WHERE l.entity = ?1 AND l.relation <> ?2" HOLDS("l"),
	[QUERY_CHILDREN] = "SELECT p.entity, p.name, e.kind FROM presence p"
			   " JOIN entity e ON e.id = p.entity"
			   " WHERE p.parent = ?1 AND p.entity <> 1" HOLDS("p"),
	[QUERY_DOCUMENTS] = "SELECT d.name, g.mtime FROM document d"
			    " JOIN generation g ON g.id = d.gen_from WHERE d.entity = ?1",
	[QUERY_MTIME] =
		"SELECT mtime FROM generation WHERE id = coalesce("
		"(SELECT max(gen) FROM touch WHERE entity = ?1 AND relation = ?2 AND gen <= ?3),"
		" (SELECT min(id) FROM generation))",
};

/* An export beyond so many files surprises whoever started it. */
#define MANY_FILES 1000000

/* How far it is; the total is about right. */
struct advance {
	struct progress progress;
	size_t done, total;
};

struct exporter {
	struct advance *advance;
	const struct store_directory *store;
	sqlite3 *database;
	struct state_verdict verdict;
	char sentence[STALE_SENTENCE_SIZE];
	char *days;	    /* the lines of at/days since the newest list */
	int64_t newest;	    /* mtime of the newest generation, ns */
	int64_t generation; /* whose state is written */
	bool dated;	    /* below at/: facts alone, neither documents nor what is made of them */
	bool with_at;	    /* write at/<day>/ too */
};

/* A directory that is being written. */
struct place {
	const struct exporter *export;
	int64_t entity;
	int relation; /* RELATION_SELF: the entity's own directory; else the one of these links */
	int depth;    /* below the root, or below its day */
	int fd;
	enum kind kind;
	bool is_at; /* the directory at/ */
};

static void count_one(struct advance *advance)
{
	if (advance->done < advance->total)
		advance->done++;
	progress_show(&advance->progress, advance->done, advance->total);
}

/* Calls `write` with each row. Every directory prepares its own statement, since those below it ask
 * the same while it is still in use. */
static int for_each(const struct place *place, enum query query,
		    int (*write)(const struct place *place, sqlite3_stmt *row))
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = database_prepare(place->export->database, query_texts[query], &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, place->entity);
	if (sqlite3_bind_parameter_count(rows) > 1) {
		(void)sqlite3_bind_int(rows, 2, place->relation);
		(void)sqlite3_bind_int64(rows, 3, place->export->generation);
	}
	while ((r = database_next(rows)) > 0) {
		r = write(place, rows);
		if (r < 0)
			return r;
		if (query != QUERY_MTIME)
			count_one(place->export->advance);
	}
	return r;
}

static int write_value(const struct place *place, sqlite3_stmt *row)
{
	const char *value = database_text(row, 1);
	_cleanup_buffer_ struct buffer text = {0};

	buffer_printf(&text, "%s%s", value, value[0] != '\0' ? "\n" : "");
	return plain_file_write(place->fd, database_text(row, 0), text.bytes, text.length,
				sqlite3_column_int64(row, 2));
}

static int write_link(const struct place *place, sqlite3_stmt *row)
{
	return plain_link_make(place->fd, place->depth, database_text(row, 0),
			       database_text(row, 1), sqlite3_column_int64(row, 2));
}

static bool shows_state(const struct place *place, enum state_file file)
{
	if (place->export->dated || place->relation != RELATION_SELF)
		return false;
	if (file == STATE_README)
		return place->entity == ENTITY_ROOT;
	return file == STATE_DAYS ? place->is_at : place->kind == KIND_REGISTRY;
}

/* .registry is as new as the newest of its state files. */
static int set_directory_mtime(const struct place *place, sqlite3_stmt *row)
{
	int64_t mtime = sqlite3_column_int64(row, 0);
	struct timespec times[2];
	struct stat status;

	for (unsigned file = 0; file < STATE_FILE_COUNT; file++) {
		if (place->kind != KIND_REGISTRY || !shows_state(place, (enum state_file)file) ||
		    fstatat(place->fd, state_file_name((enum state_file)file), &status, 0) < 0)
			continue;
		if (status.st_mtim.tv_sec * NANOSECONDS_PER_SECOND + status.st_mtim.tv_nsec > mtime)
			mtime = status.st_mtim.tv_sec * NANOSECONDS_PER_SECOND +
				status.st_mtim.tv_nsec;
	}
	plain_times(times, mtime);
	return futimens(place->fd, times) < 0 ? -errno : 0;
}

/* Last, as writing into a directory changes its mtime. */
static int finish_directory(const struct place *place)
{
	return for_each(place, QUERY_MTIME, set_directory_mtime);
}

static int write_relation(const struct place *place, sqlite3_stmt *row)
{
	_cleanup_close_ int fd = -1;
	struct place below = *place;
	int r = plain_directory_make(place->fd, database_text(row, 1), &fd);

	if (r < 0)
		return r;
	below.relation = sqlite3_column_int(row, 0);
	below.depth++;
	below.fd = fd;
	r = for_each(&below, QUERY_LINKS, write_link);
	return r < 0 ? r : finish_directory(&below);
}

/* document: what the file begins with, if it begins with any. */
static int write_state_file(const struct place *place, enum state_file file, const char *document)
{
	const struct exporter *export = place->export;
	const struct state *state = &export->store->state;
	const size_t size = STATE_FILE_SIZE_MAX + (document ? strlen(document) : 0);
	_cleanup_free_ char *text = xmalloc(size);
	int length = state_render(file, state, &export->verdict, document, text, size);
	if (length < 0)
		return length == -ENOENT ? 0 : length;
	return plain_file_write(place->fd, state_file_name(file), text, (size_t)length,
				state_mtime(file, state, &export->verdict, export->newest));
}

/* What is beyond its limit is cut off, as in a mount. */
static int take_beginning(void *context, const char *bytes, size_t length)
{
	struct buffer *beginning = context;
	size_t room = LIMIT_README_SIZE - beginning->length;

	buffer_append(beginning, bytes, length < room ? length : room);
	return 0;
}

/* Writes a state file that begins with a document. */
static int write_beginning(const struct place *place, enum state_file file, const char *name,
			   const char *behind)
{
	_cleanup_buffer_ struct buffer text = {0};
	int r = document_read_parts(place->export->database, place->entity, name, take_beginning,
				    &text);

	if (r < 0)
		return r;
	buffer_text(&text, behind);
	return write_state_file(place, file, text.bytes ? text.bytes : "");
}

static int write_part(void *context, const char *bytes, size_t length)
{
	const int *fd = context;

	return file_write_all(*fd, bytes, length);
}

/* Chunk by chunk: a small file may hold a document that fills any memory. */
static int write_document(const struct place *place, sqlite3_stmt *row)
{
	const char *name = database_text(row, 0);
	_cleanup_close_ int fd = -1;
	int r;

	if (shows_state(place, STATE_README) && strcmp(name, STATE_README_DOCUMENT) == 0)
		return write_beginning(place, STATE_README, name, "");
	if (shows_state(place, STATE_DAYS) && strcmp(name, STATE_DAYS_DOCUMENT) == 0)
		return write_beginning(place, STATE_DAYS, name, place->export->days);
	r = plain_file_make(place->fd, name, &fd);
	if (r == 0)
		r = document_read_parts(place->export->database, place->entity, name, write_part,
					&fd);
	if (r >= 0)
		r = plain_set_mtime(place->fd, name, sqlite3_column_int64(row, 1));
	return r < 0 ? log_error_errno(r, "writing %s: %m", name) : 0;
}

static int write_directory(const struct place *place, enum kind kind);

/* at/<day>/ for each day that has a publication of its own, and `latest`. */
static int write_days(const struct place *at)
{
	const struct exporter *export = at->export;
	_cleanup_statement_ sqlite3_stmt *days = NULL;
	char latest[DAY_TEXT_SIZE] = "";
	int r = database_prepare(export->database,
				 "SELECT day, max(id) FROM generation WHERE kept = 1 GROUP BY day"
				 " ORDER BY 2",
				 &days);

	if (r < 0)
		return r;
	while ((r = database_next(days)) > 0) {
		struct exporter dated = *export;
		struct place root = {.export = &dated, .entity = ENTITY_ROOT};
		_cleanup_close_ int fd = -1;

		(void)snprintf(latest, sizeof(latest), "%.40s", database_text(days, 0));
		dated.dated = true;
		dated.generation = sqlite3_column_int64(days, 1);
		r = plain_directory_make(at->fd, latest, &fd);
		if (r < 0)
			return r;
		root.fd = fd;
		r = write_directory(&root, KIND_ROOT);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	r = plain_link_make(at->fd, at->depth, "latest", latest, export->newest);
	return r < 0 ? r : finish_directory(at);
}

static int write_child(const struct place *place, sqlite3_stmt *row)
{
	const struct exporter *export = place->export;
	struct place child = {
		.export = export,
		.entity = sqlite3_column_int64(row, 0),
		.depth = place->depth + 1,
	};
	const char *name = database_text(row, 1);
	enum kind kind = (enum kind)sqlite3_column_int(row, 2);
	_cleanup_close_ int fd = -1;
	int r;

	/* A directory within itself would never end. */
	if (child.depth > DEPTH_MAX)
		return log_error_errno(-ELOOP, "the store's directories are too deep at '%s'",
				       name);
	if (export->dated && (kind == KIND_DERIVED || kind == KIND_REGISTRY))
		return 0;
	r = plain_directory_make(place->fd, name, &fd);
	if (r < 0)
		return r;
	child.fd = fd;
	child.kind = kind;
	child.is_at = place->entity == ENTITY_ROOT && strcmp(name, AT_KEY) == 0;
	r = write_directory(&child, kind);
	if (r == 0 && export->with_at && child.is_at)
		r = write_days(&child);
	return r;
}

static int write_directory(const struct place *place, enum kind kind)
{
	static const struct {
		enum query query;
		int (*write)(const struct place *place, sqlite3_stmt *row);
	} contents[] = {
		{QUERY_VALUES, write_value},	   {QUERY_LINKS, write_link},
		{QUERY_RELATIONS, write_relation}, {QUERY_DOCUMENTS, write_document},
		{QUERY_CHILDREN, write_child},
	};

	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		int r = place->export->dated && contents[i].query == QUERY_DOCUMENTS
				? 0
				: for_each(place, contents[i].query, contents[i].write);

		if (r < 0)
			return r;
	}
	for (unsigned file = 0; kind == KIND_REGISTRY && file < STATE_FILE_COUNT; file++) {
		int r = shows_state(place, (enum state_file)file)
				? write_state_file(place, (enum state_file)file, NULL)
				: 0;

		if (r < 0)
			return r;
	}
	return finish_directory(place);
}

/* Whether the list may be relied on. */
static int judge(struct exporter *export)
{
	const struct state_limits limits = STATE_LIMITS_DEFAULT;
	enum stale_reason reason;
	int r = store_reader_find_stale_reason(export->store, export->database, clock_now(),
					       &reason);

	if (r < 0)
		return r;
	export->verdict = (struct state_verdict){reason, limits, export->sentence};
	return store_reader_explain_stale(export->store, export->database, reason, export->sentence,
					  sizeof(export->sentence));
}

/* The days since the newest list was published, which a row of open_export() tells. */
static int find_days(struct exporter *export, sqlite3_stmt *row)
{
	const struct state *state = &export->store->state;
	int64_t held_until = sqlite3_column_int64(row, 3), day;

	if (state_held_until(state, export->generation, database_text(row, 2)) > 0)
		held_until = state->held_until;
	if (day_parse(database_text(row, 4), &day) < 0)
		return -EBADMSG;
	export->days = malloc(DAYS_SINCE_SIZE);
	if (!export->days)
		return -ENOMEM;
	(void)days_since(database_text(row, 5), day, held_until, export->days);
	return 0;
}

static int open_export(struct exporter *export)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = store_reader_open_current(export->store, &export->database);

	if (r < 0)
		return r;
	r = database_prepare(
		export->database,
		"SELECT id, (SELECT max(mtime) FROM generation), chain, published_at, day,"
		" (SELECT time_zone FROM store) FROM generation ORDER BY id DESC LIMIT 1",
		&row);
	if (r < 0)
		return r;
	r = database_next(row);
	if (r < 0)
		return r;
	export->generation = sqlite3_column_int64(row, 0);
	export->newest = sqlite3_column_int64(row, 1);
	r = find_days(export, row);
	return r < 0 ? r : judge(export);
}

/* Each row is a file, a link or a directory; each day has about as many as today. */
static int count_files(const struct exporter *export, size_t *total)
{
	int64_t files = 0, days = 0;
	int r = database_number(export->database,
				"SELECT (SELECT count(*) FROM value WHERE gen_to IS NULL)"
				" + (SELECT count(*) FROM link WHERE gen_to IS NULL)"
				" + (SELECT count(*) FROM presence WHERE gen_to IS NULL)"
				" + (SELECT count(*) FROM document)",
				&files);

	if (r == 0 && export->with_at)
		r = database_number(export->database,
				    "SELECT count(DISTINCT day) FROM generation WHERE kept = 1",
				    &days);
	*total = (size_t)(files * (days + 1));
	return r;
}

static void warn_of_many(const char *output, size_t total)
{
	if (total >= MANY_FILES)
		log_warning(
			"%s: about %zu files, links and directories will be written; a mount shows the same and writes none",
			output, total);
}

static int write_tree(const void *context, int fd)
{
	const struct exporter *export = context;
	const struct place root = {.export = export, .entity = ENTITY_ROOT, .fd = fd};
	int r;

	progress_begin(&export->advance->progress);
	r = write_directory(&root, KIND_ROOT);
	progress_end(&export->advance->progress);
	return r;
}

int export_tree(const struct store_directory *store, const char *output, bool with_at)
{
	struct advance advance = {.progress = {.label = output}};
	struct exporter export = {.store = store, .with_at = with_at, .advance = &advance};
	_cleanup_database_ sqlite3 *database = NULL;
	_cleanup_free_ char *days = NULL;
	int r = open_export(&export);

	database = export.database;
	days = export.days;
	if (r < 0)
		return r;
	r = output_check(store, database, output);
	if (r == 0)
		r = count_files(&export, &advance.total);
	if (r < 0)
		return r;
	warn_of_many(output, advance.total);
	return output_replace(output, write_tree, &export);
}
