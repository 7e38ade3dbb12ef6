#include "store/check.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "chunk.h"
#include "digest.h"
#include "store/chain.h"
#include "store/database.h"
#include "store/past/pruned.h"
#include "util/checksum.h"
#include "common/embed.h"
#include "state.h"
#include "store.h"
#include "common/messages.h"

EMBED(rules, "store/rules.sql");

/* The rules of rules.sql, by the names that it has for them. */
static const struct {
	const char *name, *sentence;
} rules[] = {
	{"one store", N_("the store has one row that says what it is")},
	{"rows", N_("rows are what the schema wants")},
	{"generations", N_("generations follow each other in time")},
	{"ids", N_("ids fit into inode numbers")},
	{"values", N_("values of one field never overlap")},
	{"once", N_("a directory has a name once")},
	{"names", N_("names are names")},
	{"root", N_("every directory is below the root")},
	{"places", N_("every directory is where its kind belongs")},
	{"tree", N_("links stay in the tree")},
	{"shown", N_("links lead to what is shown")},
	{"paths", N_("links lead where they say")},
	{"status", N_("every service has a status")},
	{"chunks", N_("documents have all their chunks")},
};

static int check_pragma(sqlite3 *database, const char *name, const char *pragma,
			struct reason *reason)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	char sql[80];
	int r;

	(void)snprintf(sql, sizeof(sql), "PRAGMA %s", pragma);
	r = database_prepare(database, sql, &rows);
	if (r == 0)
		r = database_next(rows);
	if (r < 0)
		return r;
	if (r > 0)
		r = database_verdict(rows);
	if (r == -EIO)
		return reason_fail(
			reason, -EBADMSG,
			"%s can't be read whole, for want of memory or because of the disk: %s: %s",
			name, sql, database_text(rows, 0));
	if (r == -EBADMSG)
		return reason_fail(reason, -EBADMSG, "%s is damaged: %s: %s", name, sql,
				   database_text(rows, 0));
	return r;
}

static int check_schema(sqlite3 *database, const char *name, struct reason *reason)
{
	char difference[STATE_WORD_SIZE + STORE_NAME_MAX];
	int r = store_check_schema(database, difference, sizeof(difference));

	if (r == -EPROTO)
		return reason_fail(reason, -EBADMSG,
				   "%s has another schema than this program's: %s", name,
				   difference);
	return r == -EBADMSG ? database_error(database, "reading the store") : r;
}

static void release_unpacker(ZSTD_DCtx **unpacker)
{
	(void)ZSTD_freeDCtx(*unpacker);
}

/* What a document of that size has in its chunk seq; 0 when that is beyond it. */
static int64_t chunk_length(int64_t size, int64_t seq)
{
	int64_t full = size / STORE_CHUNK_SIZE;

	if (seq < full)
		return STORE_CHUNK_SIZE;
	return seq == full ? size % STORE_CHUNK_SIZE : 0;
}

/* One after the other, whatever a document says of its size: a small file may hold as much as
 * fills any memory. */
static int check_documents(sqlite3 *database, const char *name, struct reason *reason)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	__attribute__((cleanup(release_unpacker))) ZSTD_DCtx *unpacker = ZSTD_createDCtx();
	char chunk[STORE_CHUNK_SIZE];
	int r = unpacker ? database_prepare(database,
					    "SELECT c.bytes, c.seq, d.size, d.name"
					    " FROM chunk c JOIN document d ON d.id = c.document",
					    &rows)
			 : -ENOMEM;

	while (r == 0 && (r = database_next(rows)) > 0) {
		size_t length = 0;

		r = chunk_unpack_by(unpacker, sqlite3_column_blob(rows, 0),
				    (size_t)sqlite3_column_bytes(rows, 0), chunk, &length);
		if (r == -EIO ||
		    (r == 0 && (int64_t)length != chunk_length(sqlite3_column_int64(rows, 2),
							       sqlite3_column_int64(rows, 1))))
			return reason_fail(reason, -EBADMSG, "%s: the document %s is damaged", name,
					   database_text(rows, 3));
	}
	return r;
}

static const char *sentence_of(const char *rule)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].name, rule) == 0)
			return _(rules[i].sentence);
	return rule;
}

/* The next rule of *text, which moves on: 1 with a row where it is broken; 0; or −errno, said. */
static int next_broken(sqlite3 *database, const char **text, sqlite3_stmt **rows)
{
	if (sqlite3_prepare_v2(database, *text, -1, rows, text) != SQLITE_OK)
		return database_error(database, "preparing a rule");
	/* What is behind the last one is blank. */
	return *rows ? database_next(*rows) : 0;
}

static int check_rules(sqlite3 *database, const char *name, struct reason *reason)
{
	const char *text = embedded_rules;

	while (*text != '\0') {
		_cleanup_statement_ sqlite3_stmt *rows = NULL;
		int r = next_broken(database, &text, &rows);

		if (r < 0)
			return r;
		if (r > 0)
			return reason_fail(reason, -EBADMSG, "%s breaks a rule: %s (first: %s)",
					   name, sentence_of(database_text(rows, 0)),
					   database_text(rows, 1));
	}
	return 0;
}

/* Then each page is in its place once, and a statement may take as long as its rows are many. */
static int check_pages(sqlite3 *database, const char *name, struct reason *reason)
{
	int r = check_pragma(database, name, "integrity_check(1)", reason);

	if (r == 0)
		sqlite3_progress_handler(database, 0, NULL, NULL);
	return r;
}

static int check_references(sqlite3 *database, const char *name, struct reason *reason)
{
	return check_pragma(database, name, "foreign_key_check", reason);
}

int store_check(sqlite3 *database, const char *name, struct reason *reason)
{
	/* The others read tables, so the schema is the first. */
	static int (*const checks[])(sqlite3 * database, const char *name,
				     struct reason *reason) = {
		check_schema, check_pages, check_references, check_documents,
		check_rules,  chain_check, pruned_check,
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		int r = checks[i](database, name, reason);

		if (r < 0)
			return r;
	}
	return 0;
}

/* A mirror fetches it again by itself, the next time that it asks. */
static int fail_altered(const struct store_directory *store, struct reason *reason)
{
	if (store->state.signer[0] != '\0')
		return reason_fail(
			reason, -EBADMSG,
			"%s/%s was altered since it was mirrored: it is not what " DIGESTS_FILE_NAME
			" says; 'ismap-sync pull' fetches it again",
			store->path, store->current);
	return reason_fail(
		reason, -EBADMSG,
		"%s/%s was altered since it was made: it is not what " DIGESTS_FILE_NAME
		" says; put the store back from a backup, or move it away and fill a new one",
		store->path, store->current);
}

int store_compare_digest(const struct store_directory *store, int64_t size, const char *sha256,
			 struct reason *reason)
{
	struct digest digest;
	int r = digests_find(store->fd, store_directory_generation(store), &digest);

	if (r == -ENOENT)
		return r;
	if (r < 0)
		return reason_fail(reason, r, "%s/" DIGESTS_FILE_NAME ": %m", store->path);
	return digest.size == size && strcmp(digest.sha256, sha256) == 0
		       ? 0
		       : fail_altered(store, reason);
}

int store_check_digest(const struct store_directory *store, const char *name, struct reason *reason)
{
	char sha256[CHECKSUM_TEXT_SIZE];
	int64_t size;
	int r = checksum_file(store->fd, name, &size, sha256);

	if (r < 0)
		return reason_fail(reason, r, "%s/%s: %m", store->path, name);
	return store_compare_digest(store, size, sha256, reason);
}
