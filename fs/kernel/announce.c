#include "kernel/announce.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/fuse.h>

#include "tree/kinds.h"
#include "tree/tree.h"

/* How long to wait for room before time is noted. Milliseconds. */
#define ROOM_INTERVAL 100

bool announce_is_done(const struct announcer *announcer)
{
	return atomic_load(announcer->told) == announcer->sent;
}

int announce_pass_time(struct announcer *announcer, int64_t milliseconds)
{
	uint64_t told = atomic_load(announcer->told);

	announcer->waited += milliseconds;
	if (told != announcer->seen || told == announcer->sent)
		announcer->waited = 0;
	announcer->seen = told;
	return announcer->waited < ANNOUNCE_STUCK ? 0 : -ETIMEDOUT;
}

/* Waits for the messenger's room. */
static int wait_for_room(struct announcer *announcer)
{
	struct pollfd messages = {.fd = announcer->messages, .events = POLLOUT};

	if (atomic_load(announcer->stop))
		return -ECANCELED;
	return poll(&messages, 1, ROOM_INTERVAL) == 0 ? announce_pass_time(announcer, ROOM_INTERVAL)
						      : 0;
}

/* Sends a notification of a kind: its body, and a name with its NUL or NULL. */
static int tell(struct announcer *announcer, int kind, const void *body, size_t body_size,
		const char *name)
{
	size_t name_size = name ? strlen(name) + 1 : 0;
	const struct fuse_out_header header = {
		.len = (uint32_t)(sizeof(header) + body_size + name_size),
		.error = kind,
	};
	char message[ANNOUNCE_MESSAGE_MAX];

	if (atomic_load(announcer->stop))
		return -ECANCELED;
	memcpy(message, &header, sizeof(header));
	memcpy(message + sizeof(header), body, body_size);
	if (name)
		memcpy(message + sizeof(header) + body_size, name, name_size);
	while (send(announcer->messages, message, header.len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		int r = -errno;

		if (r == -EAGAIN)
			r = wait_for_room(announcer);
		if (r < 0 && r != -EINTR)
			return r;
	}
	announcer->sent++;
	count(announcer->counters, COUNTER_ANNOUNCED);
	return 0;
}

static int announce_name(struct announcer *announcer, const struct directory *directory,
			 const char *name)
{
	struct fuse_notify_inval_entry_out body = {.parent = inode_of_directory(directory)};

	if (!name || strlen(name) > STORE_NAME_MAX ||
	    tree_is_unannounced(announcer->snapshot, directory))
		return 0;
	body.namelen = (uint32_t)strlen(name);
	return tell(announcer, FUSE_NOTIFY_INVAL_ENTRY, &body, sizeof(body), name);
}

/* Drops a directory's attributes, and its listing too if that may have changed. A listing is kept
 * in cached pages, which a negative offset keeps. */
static int announce_directory(struct announcer *announcer, const struct directory *directory,
			      bool listing)
{
	const struct fuse_notify_inval_inode_out body = {
		.ino = inode_of_directory(directory),
		.off = listing ? 0 : -1,
	};

	if (tree_is_unannounced(announcer->snapshot, directory))
		return 0;
	return tell(announcer, FUSE_NOTIFY_INVAL_INODE, &body, sizeof(body), NULL);
}

/* Begins a query for what changed after one generation, up to another. */
static int begin_changes(struct connection *connection, enum query query, uint32_t behind,
			 uint32_t up_to, sqlite3_stmt **statement)
{
	int r = query_begin(connection, query, statement);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(*statement, 1, behind);
	(void)sqlite3_bind_int64(*statement, 2, up_to);
	return 0;
}

/* A notification of Linux 6.16, unknown to libfuse 3.14: all cached names are outdated. */
#define NOTIFY_INCREASE_EPOCH 8

/* Whether rows that ended after the older generation may be pruned already: then their names are
 * unknown. */
static bool names_were_lost(const struct snapshot *older, const struct snapshot *newer)
{
	return newer->generations.first_kept > older->generation;
}

/* This takes no lock, so nobody can hold it up. */
static int announce_all_names(struct announcer *announcer)
{
	const struct fuse_out_header header = {
		.len = sizeof(header),
		.error = NOTIFY_INCREASE_EPOCH,
	};

	count(announcer->counters, COUNTER_ANNOUNCED);
	if (write(announcer->device, &header, sizeof(header)) == (ssize_t)sizeof(header))
		return 0;
	return -EOPNOTSUPP;
}

/* Announces the name in a row. */
static int announce_row(struct announcer *announcer, const struct snapshot *snapshot,
			enum query query, sqlite3_stmt *statement)
{
	const struct directory directory = query_directory(statement);
	const char *name;

	if (query == QUERY_CHANGED_VALUES)
		name = fields_name(&snapshot->fields, sqlite3_column_int64(statement, COLUMN_NAME));
	else
		name = (const char *)sqlite3_column_text(statement, COLUMN_NAME);
	return announce_name(announcer, &directory, name);
}

static int announce_rows(struct announcer *announcer, const struct snapshot *older,
			 const struct snapshot *newer, struct connection *connection,
			 enum query query)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r;

	r = begin_changes(connection, query, older->generation, newer->generation, &statement);
	if (r < 0)
		return r;
	while ((r = query_next(connection, statement)) > 0) {
		r = announce_row(announcer, newer, query, statement);
		if (r < 0)
			return r;
	}
	return r;
}

static bool relation_exists(struct connection *connection, const struct directory *directory)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;

	if (query_begin_at(connection, QUERY_FIND_RELATION, directory->entity, 0, &statement) < 0)
		return false;
	(void)sqlite3_bind_int(statement, PARAMETER_RELATION, directory->relation);
	return query_only(connection, statement) == 0;
}

/* A relation's subdirectory appears with its first link and vanishes with its last. */
static int announce_relation(struct announcer *announcer, struct connection *old_connection,
			     struct connection *new_connection, const struct directory *relation)
{
	struct directory directory = *relation;
	int r;

	directory.relation = RELATION_SELF;
	if (relation_exists(old_connection, relation) == relation_exists(new_connection, relation))
		return 0;
	r = announce_name(announcer, &directory, relation_name(relation->relation));
	return r < 0 ? r : announce_directory(announcer, &directory, true);
}

static bool document_exists(struct connection *connection, uint32_t entity, const char *name)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;

	if (query_begin_at(connection, QUERY_FIND_DOCUMENT, entity, 0, &statement) < 0)
		return false;
	(void)sqlite3_bind_text(statement, PARAMETER_KEY, name, -1, SQLITE_STATIC);
	return query_only(connection, statement) == 0;
}

/* Announces a document and the listing that has it: a new rendering may leave the directory's mtime
 * as it is. */
static int announce_document(struct announcer *announcer, sqlite3_stmt *statement)
{
	const struct directory directory = query_directory(statement);
	int r;

	r = announce_name(announcer, &directory,
			  (const char *)sqlite3_column_text(statement, COLUMN_NAME));
	return r < 0 ? r : announce_directory(announcer, &directory, true);
}

static int announce_new_documents(struct announcer *announcer, const struct snapshot *older,
				  struct connection *new_connection)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r = query_begin(new_connection, QUERY_NEW_DOCUMENTS, &statement);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(statement, 1, older->newest_document);
	while ((r = query_next(new_connection, statement)) > 0) {
		r = announce_document(announcer, statement);
		if (r < 0)
			return r;
	}
	return r;
}

/* Whether a document may have vanished without a successor: only when its directory vanished, or
 * when generations were pruned. */
static int documents_may_be_gone(const struct snapshot *older, const struct snapshot *newer,
				 struct connection *connection)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r;

	if (older->generations.first_kept != newer->generations.first_kept)
		return 1;
	r = begin_changes(connection, QUERY_ENDED_CHILDREN, older->generation, newer->generation,
			  &statement);
	return r < 0 ? r : query_next(connection, statement);
}

static int announce_gone_document(struct announcer *announcer, struct connection *old_connection,
				  struct connection *new_connection, int64_t id)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r = query_row(old_connection, QUERY_NAME_OF_DOCUMENT, (uint64_t)id, &statement);
	const char *name;

	if (r < 0)
		return r;
	name = (const char *)sqlite3_column_text(statement, COLUMN_NAME);
	/* A new rendering was announced already, as a new document. */
	if (!name ||
	    document_exists(new_connection,
			    (uint32_t)sqlite3_column_int64(statement, COLUMN_ENTITY), name))
		return 0;
	return announce_document(announcer, statement);
}

/* A document that vanished leaves no row, so all ids are compared. Both lists ascend. */
static int announce_gone_documents(struct announcer *announcer, struct connection *old_connection,
				   struct connection *new_connection)
{
	_cleanup_query_ sqlite3_stmt *old_ids = NULL, *new_ids = NULL;
	int64_t new_id = 0;
	int r, next;

	if ((r = query_begin(old_connection, QUERY_DOCUMENT_IDS, &old_ids)) < 0 ||
	    (r = query_begin(new_connection, QUERY_DOCUMENT_IDS, &new_ids)) < 0)
		return r;
	while (r == 0 && (next = query_next(old_connection, old_ids)) != 0) {
		int64_t old_id = sqlite3_column_int64(old_ids, 0);

		while (next > 0 && new_id < old_id) {
			next = query_next(new_connection, new_ids);
			new_id = next > 0 ? sqlite3_column_int64(new_ids, 0) : INT64_MAX;
		}
		if (next < 0)
			return next;
		if (new_id != old_id)
			r = announce_gone_document(announcer, old_connection, new_connection,
						   old_id);
	}
	return r;
}

static int announce_directories(struct announcer *announcer, uint32_t older_generation,
				uint32_t newer_generation, struct connection *old_connection,
				struct connection *new_connection)
{
	_cleanup_query_ sqlite3_stmt *statement = NULL;
	int r;

	r = begin_changes(new_connection, QUERY_CHANGED_DIRECTORIES, older_generation,
			  newer_generation, &statement);
	if (r < 0)
		return r;
	while ((r = query_next(new_connection, statement)) > 0) {
		const struct directory directory = query_directory(statement);

		if (old_connection && directory.relation != RELATION_SELF &&
		    (r = announce_relation(announcer, old_connection, new_connection, &directory)) <
			    0)
			return r;
		r = announce_directory(announcer, &directory, old_connection != NULL);
		if (r < 0)
			return r;
	}
	return r;
}

int announce_snapshot(struct announcer *announcer, struct snapshot *older, struct snapshot *newer)
{
	static const enum query queries[] = {QUERY_CHANGED_VALUES, QUERY_CHANGED_LINKS,
					     QUERY_CHANGED_CHILDREN};
	_cleanup_connection_ struct connection *old_connection = NULL;
	_cleanup_connection_ struct connection *new_connection = NULL;
	int r;

	announcer->snapshot = newer;
	if ((r = pool_borrow(&older->pool, &old_connection)) < 0 ||
	    (r = pool_borrow(&newer->pool, &new_connection)) < 0)
		return r;
	if (names_were_lost(older, newer) && (r = announce_all_names(announcer)) < 0)
		return r;
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		r = announce_rows(announcer, older, newer, new_connection, queries[i]);
		if (r < 0)
			return r;
	}
	if ((r = announce_new_documents(announcer, older, new_connection)) < 0 ||
	    (r = documents_may_be_gone(older, newer, new_connection)) < 0 ||
	    (r > 0 && (r = announce_gone_documents(announcer, old_connection, new_connection)) < 0))
		return r;
	return announce_directories(announcer, older->generation, newer->generation, old_connection,
				    new_connection);
}

int announce_directories_again(struct announcer *announcer, struct snapshot *newer,
			       uint32_t older_generation)
{
	_cleanup_connection_ struct connection *connection = NULL;
	int r = pool_borrow(&newer->pool, &connection);

	if (r < 0)
		return r;
	announcer->snapshot = newer;
	return announce_directories(announcer, older_generation, newer->generation, NULL,
				    connection);
}
