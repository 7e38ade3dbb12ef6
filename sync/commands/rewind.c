/*
 * rewind: makes a new store of an old one, in its place, that ends at a generation of before. For
 * a store that holds what never was: what was read by a wrong clock, or a list that wasn't one.
 * Mounts and mirrors take a store with another uuid for another one, so none of them mixes the two.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/sandbox.h"
#include "common/log.h"
#include "common/timestamp.h"
#include "gather/known.h"
#include "render/render.h"
#include "stage/generation.h"
#include "store/chain.h"
#include "store/past/pruned.h"
#include "store/working_copy.h"
#include "util/checksum.h"
#include "util/clock.h"
#include "common/embed.h"
#include "util/file.h"
#include "util/text/text.h"

EMBED(rewind, "commands/rewind.sql");
EMBED(restated, "stage/restated.sql");

#define REASON_SIZE_MAX 500
#define ASIDE_SIZE 128 /* `rewound/<uuid>-<number>.db`, with its NUL */

struct rewind {
	struct store_directory *store;
	int64_t last; /* the generation that the store is set back to */
	const char *reason;
	/* What it is set back from. */
	char uuid[GENERATION_UUID_SIZE], sha256[CHECKSUM_TEXT_SIZE], aside[ASIDE_SIZE];
	struct buffer readme;
	/* What it becomes. */
	int64_t generation, held_until, published;
};

static int parse(const struct command *command, const char *to, struct rewind *rewind)
{
	char *end;

	errno = 0;
	/* cppcheck-suppress [nullPointer,ctunullpointer]; a required option has a value */
	rewind->last = strtoll(to, &end, 10); /* NOLINT(clang-analyzer-core.NonNullParamChecker) */
	if (end == to || *end != '\0' || errno != 0 || rewind->last <= 0)
		return command_usage(command, "--to is the number of a generation, not '%s'", to);
	for (const char *byte = rewind->reason; *byte != '\0'; byte++)
		if ((unsigned char)*byte < ' ' || *byte == 0x7f)
			return command_usage(command, "--reason is one line");
	if (rewind->reason[0] == '\0' || strlen(rewind->reason) > REASON_SIZE_MAX ||
	    !text_is_utf8((const unsigned char *)rewind->reason, strlen(rewind->reason)))
		return command_usage(command, "--reason is a text of 1 to %d bytes",
				     REASON_SIZE_MAX);
	return 0;
}

/* The generation must be one that the store still shows. -EINVAL, already reported, if not. */
static int check_generation(sqlite3 *database, const struct rewind *rewind)
{
	int64_t kept = 0;
	int r = database_numberf(database, &kept,
				 "SELECT count(*) FROM generation WHERE kept = 1 AND id = %lld",
				 (long long)rewind->last);

	if (r < 0 || kept > 0)
		return r;
	return log_error_errno(
		-EINVAL,
		"%s keeps no generation %lld; 'ismap-sync log' lists them, and those before a pruning are gone",
		rewind->store->path, (long long)rewind->last);
}

static int take_readme(void *context, const char *bytes, size_t length)
{
	buffer_append(context, bytes, length);
	return 0;
}

static int read_former(sqlite3 *database, struct rewind *rewind)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	struct store_directory *store = rewind->store;
	int64_t size;
	int r = database_prepare(database, "SELECT uuid FROM store", &row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	(void)snprintf(rewind->uuid, sizeof(rewind->uuid), "%s", database_text(row, 0));
	(void)snprintf(rewind->aside, sizeof(rewind->aside), STORE_REWOUND "/%s-%lld.db",
		       rewind->uuid, (long long)store_directory_generation(store));
	r = checksum_file(store->fd, store->current, &size, rewind->sha256);
	if (r < 0)
		return log_error_errno(r, "%s/%s: %m", store->path, store->current);
	r = document_read_parts(database, ENTITY_ROOT, STATE_README_DOCUMENT, take_readme,
				&rewind->readme);
	return r < 0 ? r : 0;
}

static int sync_one(int directory_fd, const char *name)
{
	_cleanup_close_ int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC);

	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* The former file stays, for good and on the disk, before this one takes its place. */
static int keep_former(const struct rewind *rewind)
{
	const struct store_directory *store = rewind->store;
	int r = mkdirat(store->fd, STORE_REWOUND, 0755) < 0 && errno != EEXIST ? -errno : 0;

	if (r == 0)
		r = file_copy(store->fd, store->current, rewind->aside);
	if (r == 0)
		r = sync_one(store->fd, rewind->aside);
	if (r == 0)
		r = sync_one(store->fd, STORE_REWOUND);
	return r < 0 ? log_error_errno(r, "%s/%s: cannot be written: %m", store->path,
				       rewind->aside)
		     : 0;
}

/* Time stamps are of the former store's chains. */
static void set_stamps_aside(const struct rewind *rewind)
{
	const struct store_directory *store = rewind->store;
	char name[sizeof(rewind->aside) + sizeof(".stamps")];

	(void)snprintf(name, sizeof(name), "%.*s.stamps",
		       (int)(strlen(rewind->aside) - strlen(".db")), rewind->aside);
	if (renameat(store->fd, STORE_STAMPS, store->fd, name) < 0 && errno != ENOENT)
		log_warning("%s/%s stays there, and is of the former store: %s", store->path,
			    STORE_STAMPS, strerror(errno));
}

static int attach(sqlite3 *database, const struct rewind *rewind, int64_t now)
{
	char uuid[GENERATION_UUID_SIZE];
	int r = generation_make_uuid(uuid);

	if (r < 0)
		return r;
	return database_executef(
		database,
		"ATTACH ':memory:' AS stage;"
		"CREATE TABLE stage.staged_run (gen INTEGER) STRICT;"
		"INSERT INTO staged_run VALUES (NULL);"
		"CREATE TABLE stage.rewind_run"
		" (last INTEGER, now INTEGER, uuid TEXT, reason TEXT, sha256 TEXT) STRICT;"
		"INSERT INTO rewind_run VALUES (%lld, %lld, %Q, printf('from generation %lld of %%s to %lld: %%s', %Q, %Q), %Q)",
		(long long)rewind->last, (long long)now, uuid,
		(long long)store_directory_generation(rewind->store), (long long)rewind->last,
		rewind->uuid, rewind->reason, rewind->sha256);
}

/* Until when the list that the store is set back to was known to be the newest. */
static int read_held(sqlite3 *database, struct rewind *rewind, int64_t now)
{
	const struct store_directory *store = rewind->store;
	int r = 0;

	if (rewind->last != store_directory_generation(store))
		r = database_numberf(database, &rewind->held_until,
				     "SELECT held_until FROM generation WHERE id = %lld",
				     (long long)rewind->last);
	else if (store_directory_is_spoken_of(store))
		rewind->held_until = store->state.held_until;
	if (rewind->held_until > now)
		rewind->held_until = now;
	return r;
}

/* The list is the one of before, so the generation has all that it has. */
static int begin_generation(sqlite3 *database, struct rewind *rewind, int64_t now)
{
	struct generation generation = {
		.fetched_at = now,
		.former_held_until = rewind->held_until,
	};
	int r = database_number(database,
				"SELECT coalesce((SELECT published_at FROM source_document"
				" WHERE role = 'list' AND generation ="
				" (SELECT max(id) FROM generation)), 0)",
				&rewind->published);

	if (r == 0)
		r = generation_begin_same(database, &generation);
	if (rewind->held_until < generation.published_at)
		rewind->held_until = generation.published_at;
	rewind->generation = generation.id;
	return r;
}

/* The chains of pruned generations are others now, so what was kept of them is stated anew. */
static int state_documents(sqlite3 *database, const struct rewind *rewind)
{
	int64_t first = 0;
	int r = database_executef(
		database,
		"INSERT INTO source_document (generation, role, shape, location, sha256)"
		" SELECT %lld, 'rewind', 'generation', reason, sha256 FROM rewind_run",
		(long long)rewind->generation);

	if (r == 0)
		r = pruned_find_first(database, &first);
	if (r < 0 || first == 0)
		return r;
	return pruned_state(database, PRUNED_KEPT, first, rewind->generation);
}

/* The first chain follows from the uuid. */
static int seal(sqlite3 *database, const struct rewind *rewind)
{
	int r = chain_seal_all(database);

	if (r == 0)
		r = state_documents(database, rewind);
	if (r == 0)
		r = database_execute(database, embedded_restated);
	return r < 0 ? r : chain_seal(database);
}

static int render(sqlite3 *database, struct rewind *rewind)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	_cleanup_documents_ struct documents documents = {0};
	struct about about = {.registry = NULL};
	int r = database_prepare(database, "SELECT registry FROM store", &row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	about.registry = registry_find(database_text(row, 0));
	(void)sqlite3_reset(row);
	readme_find_about(&rewind->readme, &about.lines);
	r = documents_open(&documents, database, 0, rewind->generation);
	documents.limit = rewind->store->state.publication_limit;
	if (r == 0)
		r = render_all(&documents, &about);
	about_release(&about);
	return r;
}

/* Only the next pull can say whether this is what the source has. */
static int note_state(struct store_directory *store, const struct rewind *rewind)
{
	store->state = (struct state){
		.serial = store->state.serial,
		.published = rewind->published,
		.publication_limit = store->state.publication_limit,
	};
	store_directory_speak_of_current(store);
	store->state.held_until = rewind->held_until;
	return store_directory_write_state(store);
}

static int fill(struct working_copy *copy, struct rewind *rewind)
{
	sqlite3 *database = copy->database;
	int64_t now = clock_read(0).now;
	int r = check_generation(database, rewind);

	if (r == 0)
		r = read_former(database, rewind);
	if (r == 0)
		r = read_held(database, rewind, now);
	if (r == 0)
		r = attach(database, rewind, now);
	if (r == 0)
		r = database_execute(database, "BEGIN");
	if (r == 0)
		r = database_execute(database, embedded_rewind);
	if (r == 0)
		r = begin_generation(database, rewind, now);
	if (r == 0)
		r = seal(database, rewind);
	if (r == 0)
		r = render(database, rewind);
	return r < 0 ? r : database_execute(database, "COMMIT; DETACH stage; VACUUM");
}

static int run(struct rewind *rewind)
{
	_cleanup_working_copy_ struct working_copy copy = {.store = NULL};
	struct store_directory *store = rewind->store;
	int r = working_copy_open(&copy, store);

	if (r == 0)
		r = fill(&copy, rewind);
	if (r == 0)
		r = keep_former(rewind);
	if (r < 0)
		return r;
	r = working_copy_make_current(&copy, 1, rewind->generation);
	if (r < 0)
		return r;
	/* When generations of the former store were shown is nothing of this one. */
	(void)unlinkat(store->fd, STORE_SHOWN, 0);
	set_stamps_aside(rewind);
	r = note_state(store, rewind);
	if (r < 0)
		return r;
	(void)printf(
		"rewound: generation %lld holds what generation %lld did; the former file is %s/%s\n",
		(long long)rewind->generation, (long long)rewind->last, store->path, rewind->aside);
	(void)printf(
		"note: the store has a new uuid: its mounts end, and what mirrors it is filled anew\n");
	return 0;
}

static int run_rewind(const struct command *command, int argc, char **argv)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	struct rewind rewind = {.store = &store};
	const char *path = NULL, *to = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&path),
		OPTION("to", &to, "GENERATION", "the last one that is right; see 'ismap-sync log'",
		       .required = true),
		OPTION("reason", &rewind.reason, "TEXT", "why; the store keeps it",
		       .required = true),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	r = parse(command, to, &rewind);
	if (r != 0)
		return r;
	if (command_open_list(command, path, &store) < 0)
		return EXIT_STORE;
	r = run(&rewind);
	buffer_release(&rewind.readme);
	if (r == -EINVAL)
		return EXIT_USAGE;
	return r < 0 ? EXIT_STORE : EXIT_DONE;
}

const struct command command_rewind = {
	.name = "rewind",
	.synopsis = "--store DIR --to GENERATION --reason TEXT",
	.summary = N_("set a store back to a generation of before"),
	.exit_status = STORE_EXIT_STATUS,
	.run = run_rewind,
};
