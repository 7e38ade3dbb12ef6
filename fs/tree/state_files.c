#include "tree/state_files.h"

#include "common/sqlite_cleanup.h"
#include "days.h"
#include "inode.h"
#include "stale.h"
#include "store_limits.h"
#include "store/document.h"
#include "tree/staleness.h"

/* Room for what state_render() adds to the README. */
#define STATE_FILES_EXTRA (2 * STATE_TEXT_SIZE)

/* What the files are made of. */
struct making {
	struct snapshot *snapshot;
	struct connection *connection;
	const struct state *state;
	struct state_verdict verdict;
	int64_t mtime; /* the newest generation's */
};

/* Reads a document; empty when the store has none. It is rendered with every state, so what is
 * beyond its limit is cut off. extra: room behind it. The caller frees it. */
static int load_document(const struct making *making, uint32_t directory, const char *name,
			 size_t extra, char **text, size_t *length)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	_cleanup_free_ char *bytes = NULL;
	int r;

	r = query_begin_at(making->connection, QUERY_FIND_DOCUMENT, directory, 0, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(statement, PARAMETER_KEY, name, -1, SQLITE_STATIC);
	*length = 0;
	r = query_only(making->connection, statement);
	if (r == 0)
		r = document_read(making->connection,
				  (uint64_t)sqlite3_column_int64(statement, COLUMN_ID), 0,
				  LIMIT_README_SIZE, &bytes, length);
	if (r < 0 && r != -ENOENT)
		return r;
	*text = malloc(*length + extra + 1);
	if (!*text)
		return -ENOMEM;
	if (*length > 0)
		memcpy(*text, bytes, *length);
	(*text)[*length] = '\0';
	return 0;
}

/* Adds the days since the newest list, up to the last one that something is known of. */
static int add_days(const struct making *making, char *text)
{
	const struct snapshot *snapshot = making->snapshot;
	const struct generations *generations = &snapshot->generations;
	int64_t held_until;
	int r = newest_held_until(snapshot, making->connection, making->state, &held_until);

	if (r == 0)
		(void)days_since(snapshot->time_zone,
				 generations->days[generations->day_count - 1].day, held_until,
				 text);
	return r;
}

/* The document that a file begins with; NULL: with none, or the store has no at/. */
static int load_beginning(const struct making *making, enum state_file file, char **text)
{
	uint32_t at = making->snapshot->at_entity;
	size_t length;
	int r;

	if (file == STATE_README)
		return load_document(making, ENTITY_ROOT, STATE_README_DOCUMENT, 0, text, &length);
	if (file != STATE_DAYS || at == 0)
		return 0;
	r = load_document(making, at, STATE_DAYS_DOCUMENT, DAYS_SINCE_SIZE, text, &length);
	return r < 0 ? r : add_days(making, *text + length);
}

static int render(const struct making *making, enum state_file file, struct rendered_file *rendered)
{
	_cleanup_free_ char *beginning = NULL, *text = NULL;
	size_t size;
	int length, r = load_beginning(making, file, &beginning);

	if (r < 0 || (file == STATE_DAYS && !beginning))
		return r;
	size = STATE_FILES_EXTRA + (beginning ? strlen(beginning) : 0);
	text = malloc(size);
	if (!text)
		return -ENOMEM;
	length = state_render(file, making->state, &making->verdict, beginning, text, size);
	if (length < 0)
		return length == -ENOENT ? 0 : length;
	rendered->mtime = state_mtime(file, making->state, &making->verdict, making->mtime);
	rendered->length = (size_t)length;
	rendered->text = steal_pointer(text);
	return 0;
}

static int render_all(const struct making *making, struct state_files *state_files)
{
	for (unsigned file = 0; file < STATE_FILE_COUNT; file++) {
		int r = render(making, (enum state_file)file, &state_files->files[file]);

		if (r < 0)
			return r;
	}
	return 0;
}

int state_files_create(struct snapshot *snapshot, const struct state *state, bool behind,
		       const struct state_limits *limits, int64_t now,
		       struct state_files **state_files)
{
	_cleanup_state_files_ struct state_files *created = calloc(1, sizeof(*created));
	_cleanup_connection_ struct connection *connection = NULL;
	char sentence[STALE_SENTENCE_SIZE];
	struct making making = {.snapshot = snapshot, .state = state};
	int r;

	if (!created)
		return -ENOMEM;
	atomic_init(&created->references, 1);
	r = pool_borrow(&snapshot->pool, &connection);
	if (r < 0)
		return r;
	created->generation = snapshot->generation;
	created->serial = state->serial;
	created->reason = stale_reason_of(snapshot, connection, state, behind, limits, now);
	created->behind = behind;
	created->limits = *limits;
	created->last_success = state->last_success;
	created->ctime = snapshot_ctime(snapshot, snapshot->generation);
	stale_reason_sentence(created->reason, state, limits, snapshot->time_zone, sentence,
			      sizeof(sentence));
	making.connection = connection;
	making.verdict = (struct state_verdict){created->reason, *limits, sentence};
	making.mtime = snapshot_mtime(snapshot, snapshot->generation);
	r = render_all(&making, created);
	if (r == 0)
		*state_files = steal_pointer(created);
	return r;
}

static int64_t newest_mtime(const struct state_files *state_files)
{
	int64_t newest = state_files->changed;

	for (unsigned file = 0; file < STATE_FILE_COUNT; file++)
		if (state_files->files[file].text && state_files->files[file].mtime > newest)
			newest = state_files->files[file].mtime;
	return newest;
}

void state_files_follow(struct state_files *next, const struct state_files *shown, int64_t now)
{
	int64_t before = newest_mtime(shown);

	next->ctime = now > shown->ctime ? now : shown->ctime + 1;
	if (newest_mtime(next) <= before)
		next->changed = before + 1;
}

struct state_files *state_files_reference(struct state_files *state_files)
{
	atomic_fetch_add(&state_files->references, 1);
	return state_files;
}

void state_files_release(struct state_files *state_files)
{
	if (!state_files || atomic_fetch_sub(&state_files->references, 1) > 1)
		return;
	for (unsigned file = 0; file < STATE_FILE_COUNT; file++)
		free(state_files->files[file].text);
	free(state_files);
}

static uint64_t state_file_inode(const struct state_files *state_files, enum state_file file)
{
	return inode_of_state(file, state_files->generation, state_files->serial,
			      state_files->reason);
}

bool state_files_contain(const struct state_files *state_files, uint64_t inode)
{
	unsigned file = inode_state_file(inode);

	return file < STATE_FILE_COUNT &&
	       inode == state_file_inode(state_files, (enum state_file)file);
}

int state_files_node(const struct state_files *state_files, enum state_file file, struct node *node)
{
	const struct rendered_file *shown = &state_files->files[file];

	if (!shown->text)
		return -ENOENT;
	*node = (struct node){
		.inode = state_file_inode(state_files, file),
		.mode = NODE_FILE_MODE,
		.size = shown->length,
		.mtime = shown->mtime,
		.ctime = shown->mtime > state_files->ctime ? shown->mtime : state_files->ctime,
		.lifetime = NODE_LIFETIME_FOREVER,
	};
	return 0;
}

void state_files_date(const struct state_files *state_files, enum state_file file,
		      struct node *directory)
{
	const struct rendered_file *shown = &state_files->files[file];
	int64_t mtime = shown->text && shown->mtime > state_files->changed ? shown->mtime
									   : state_files->changed;

	if (mtime <= directory->mtime)
		return;
	directory->mtime = mtime;
	if (directory->ctime < mtime)
		directory->ctime = mtime;
	if (directory->ctime < state_files->ctime)
		directory->ctime = state_files->ctime;
}

bool state_files_are_current(const struct state_files *state_files, struct snapshot *snapshot,
			     const struct state *state, bool behind, int64_t now)
{
	_cleanup_connection_ struct connection *connection = NULL;

	if (state_files->generation != snapshot->generation ||
	    state_files->serial != state->serial ||
	    state_files->last_success != state->last_success || state_files->behind != behind ||
	    pool_borrow(&snapshot->pool, &connection) < 0)
		return false;
	return state_files->reason ==
	       stale_reason_of(snapshot, connection, state, behind, &state_files->limits, now);
}
