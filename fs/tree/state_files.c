#include "tree/state_files.h"

#include "inode.h"
#include "store_limits.h"
#include "store/document.h"

/* Room for what state_render() adds to the README. */
#define STATE_FILES_EXTRA (2 * STATE_TEXT_SIZE)

/* Reads README's document; empty when the store has none. It is rendered with every state, so
 * what is beyond its limit is cut off. The caller frees it. */
static int load_readme(struct snapshot *snapshot, char **readme, size_t *length)
{
	_cleanup_connection_ struct connection *connection = NULL;
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r;

	r = pool_borrow(&snapshot->pool, &connection);
	if (r < 0)
		return r;
	r = query_begin_at(connection, QUERY_FIND_DOCUMENT, ENTITY_ROOT, 0, &statement);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(statement, PARAMETER_KEY, STATE_README_DOCUMENT, -1, SQLITE_STATIC);
	r = query_only(connection, statement);
	if (r == -ENOENT) {
		*length = 0;
		*readme = calloc(1, 1);
		return *readme ? 0 : -ENOMEM;
	}
	if (r < 0)
		return r;
	r = document_read(connection, (uint64_t)sqlite3_column_int64(statement, COLUMN_ID), 0,
			  LIMIT_README_SIZE, readme, length);
	if (r < 0)
		return r;
	(*readme)[*length] = '\0';
	return 0;
}

static int render(struct state_files *state_files, enum state_file file, const struct state *state,
		  const char *readme, size_t readme_length, int64_t generation_mtime)
{
	size_t size = STATE_FILES_EXTRA + (file == STATE_README ? readme_length : 0);
	_cleanup_free_ char *text = malloc(size);
	int length;

	if (!text)
		return -ENOMEM;
	length = state_render(file, state, state_files->stale, readme, text, size);
	if (length == -ENOENT)
		return 0;
	if (length < 0)
		return length;
	state_files->files[file].mtime = state_mtime(file, state, state_files->stale,
						     state_files->max_age, generation_mtime);
	state_files->files[file].length = (size_t)length;
	state_files->files[file].text = steal_pointer(text);
	return 0;
}

int state_files_create(struct snapshot *snapshot, const struct state *state, bool behind,
		       int64_t max_age, int64_t now, struct state_files **state_files)
{
	_cleanup_state_files_ struct state_files *created = calloc(1, sizeof(*created));
	_cleanup_free_ char *readme = NULL;
	size_t readme_length;
	int r;

	if (!created)
		return -ENOMEM;
	atomic_init(&created->references, 1);
	created->generation = snapshot->generation;
	created->serial = state->serial;
	created->stale = behind || state_is_stale(state, snapshot->complete, max_age, now);
	created->behind = behind;
	created->max_age = max_age;
	created->last_success = state->last_success;
	created->ctime = snapshot_ctime(snapshot, snapshot->generation);
	r = load_readme(snapshot, &readme, &readme_length);
	if (r < 0)
		return r;
	for (unsigned file = 0; file < STATE_FILE_COUNT; file++) {
		r = render(created, (enum state_file)file, state, readme, readme_length,
			   snapshot_mtime(snapshot, snapshot->generation));
		if (r < 0)
			return r;
	}
	*state_files = steal_pointer(created);
	return 0;
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
			      state_files->stale);
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

bool state_files_are_current(const struct state_files *state_files, const struct snapshot *snapshot,
			     const struct state *state, bool behind, int64_t now)
{
	bool stale = behind || state_is_stale(state, snapshot->complete, state_files->max_age, now);

	return state_files->generation == snapshot->generation &&
	       state_files->serial == state->serial &&
	       state_files->last_success == state->last_success && state_files->stale == stale &&
	       state_files->behind == behind;
}
