#include "rig.h"

#include <errno.h>
#include <unistd.h>

#include "render/render.h"
#include "sources/source.h"
#include "util/file.h"
#include "util/json.h"
#include "fuzz.h"
#include "store/chain.h"
#include "pull/update.h"

/* 2027-01-15 and 2026-01-01: what a publication states is mostly between. */
#define NOW (INT64_C(1800000000) * 1000)
#define BASE_TIME (INT64_C(1767225600) * 1000)

static struct {
	struct store_directory directory;
	struct updater updater;
	const struct reader *reader;
	const char *base; /* the base publication */
	bool keeps;	  /* what is committed stays: the base publication */
	bool renders;	  /* the documents, too: they take half of the time */
} store = {.directory = STORE_DIRECTORY_CLOSED};

int __real_database_execute(sqlite3 *database, const char *sql);
int __wrap_database_execute(sqlite3 *database, const char *sql);
int __wrap_registry_stage_catalogue(const struct registry *registry, struct staging *staging,
				    struct reason *reason);

static void render(sqlite3 *database)
{
	_cleanup_documents_ struct documents documents;

	promise(documents_open(&documents, database, store.updater.first, store.updater.newest) ==
		0);
	promise(render_all(&documents, &store.updater.about) == 0);
}

/* The linker puts this in database_execute's place: nothing is committed but the base. */
int __wrap_database_execute(sqlite3 *database, const char *sql)
{
	if (store.keeps || strcmp(sql, "COMMIT") != 0)
		return __real_database_execute(database, sql);
	if (store.renders)
		render(database);
	fuzz_tree_check(database, store.updater.newest);
	return __real_database_execute(database, "ROLLBACK");
}

/* In the bundled lists' place: their shape, and a handful of controls. */
int __wrap_registry_stage_catalogue(const struct registry *registry, struct staging *staging,
				    struct reason *reason)
{
	static const char fedramp[] =
		"{\"format\":\"ismapfs-interchange\",\"version\":1,\"editions\":[{\"id\":\"800-53-"
		"rev5\","
		"\"title\":\"t\",\"controls\":[{\"id\":\"ac-1\",\"title\":\"t\"},{\"id\":\"ac-2\"}]"
		"}],"
		"\"baselines\":[{\"id\":\"high\",\"title\":\"h\",\"controls\":[\"800-53-rev5/"
		"ac-1\","
		"\"800-53-rev5/ac-2\"]},{\"id\":\"moderate\",\"title\":\"m\",\"controls\":"
		"[\"800-53-rev5/ac-1\"]},{\"id\":\"low\",\"title\":\"l\",\"controls\":[]},"
		"{\"id\":\"rev5-class-c\",\"title\":\"c\",\"controls\":[\"800-53-rev5/ac-1\"]},"
		"{\"id\":\"li-saas\",\"title\":\"s\",\"controls\":[]}]}";
	static const char ismap[] = "{\"format\":\"ismapfs-interchange\",\"version\":1,"
				    "\"editions\":[{\"id\":\"2022-04-01\","
				    "\"title\":\"t\",\"controls\":[{\"id\":\"5.1.1\",\"title\":"
				    "\"t\"},{\"id\":\"6.1.2\"},"
				    "{\"id\":\"6.1.2.1.B\"}]}]}";

	_cleanup_free_ char *bytes = NULL;
	struct document list = {.role = DOCUMENT_LIST};
	struct publication bundled = {.documents = &list,
				      .document_count = 1,
				      .location = "the bundled list",
				      .reason = reason};
	int r;

	if (registry != &registry_fedramp && registry != &registry_ismap)
		return 0;
	bytes = strdup(registry == &registry_fedramp ? fedramp : ismap);
	promise(bytes);
	list.bytes = (unsigned char *)bytes;
	list.length = strlen(bytes);
	r = reader_interchange.read_catalogue(staging, &bundled);
	publication_release(&bundled);
	return r;
}

static struct document document_of(const char *role, const char *shape, char *bytes, size_t length)
{
	static char location[] = "fuzz";

	return (struct document){
		.role = role,
		.shape = shape,
		.location = location,
		.bytes = (unsigned char *)bytes,
		.length = length,
		.sha256 = "0000000000000000000000000000000000000000000000000000000000000000",
	};
}

/* What is one of the reader's documents, but not a list, comes with the base list. */
static int add(const uint8_t *data, size_t size, int64_t at, bool accept_loss)
{
	_cleanup_free_ char *bytes = fuzz_text(data, size);
	_cleanup_free_ char *base = strdup(store.base ? store.base : "");
	struct document document = document_of("", "", bytes, size);
	const struct document_kind *kind = reader_recognise(store.reader, &document);
	bool alone = !kind || !store.base || strcmp(kind->role, DOCUMENT_LIST) == 0;
	struct reason reason = {.about = "fuzz"};
	struct update_result result;
	struct document documents[] = {document,
				       document_of(DOCUMENT_LIST, "", base, strlen(base))};
	const struct update_request request = {
		.reader = store.reader,
		.source_name = store.reader->name,
		.documents = documents,
		.document_count = alone ? 1 : 2,
		.at = at,
		.clock = {.now = NOW, .witnessed = true},
		.dates_by_clock = true,
		.loss_limit = UPDATE_LOSS_LIMIT_DEFAULT,
		.accept_loss = accept_loss,
		.reason = &reason,
	};
	int r;

	documents[0].role = alone ? DOCUMENT_LIST : kind->role;
	r = updater_add(&store.updater, &request, &result);
	cJSON_Delete(documents[0].tree);
	promise(r != -EBADMSG || (reason.refused && reason.sentence[0] != '\0'));
	return r;
}

static char place[] = "/dev/shm/ismapfs-fuzz.XXXXXX";

static void remove_folders(void)
{
	(void)unlinkat(store.directory.fd, STORE_GENERATIONS, AT_REMOVEDIR);
	(void)unlinkat(store.directory.fd, STORE_REJECTED, AT_REMOVEDIR);
	(void)rmdir(place);
}

void fuzz_store_open(const struct reader *reader, const char *base)
{
	static const char *const files[] = {STORE_GENERATION_NEW, STORE_LOCK};

	promise(mkdtemp(place));
	store.reader = reader;
	promise(store_directory_make(place, &store.directory.made) == 0 &&
		store_directory_open_writer(&store.directory, place) == 0);
	store.keeps = true;
	promise(updater_open(&store.updater, &store.directory) == 0);
	promise(add((const uint8_t *)base, strlen(base), BASE_TIME, false) == 0);
	store.base = base;
	store.keeps = false;
	/* The files stay open. The folders stay until the end, as libraries make their temporary
	 * files there: a process that crashes leaves them, empty. */
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		promise(unlinkat(store.directory.fd, files[i], 0) == 0);
	promise(atexit(remove_folders) == 0);
}

/* As small as a file can be, and without what differs from one to the next. */
static void shrink(const char *path, struct buffer *file)
{
	_cleanup_free_ char *whole = NULL;
	_cleanup_database_ sqlite3 *database = NULL;

	promise(asprintf(&whole, "%s/%s", path, store.directory.current) > 0);
	promise(sqlite3_open(whole, &database) == SQLITE_OK);
	promise(database_execute(database, "UPDATE value SET text = '" RIG_UUID
					   "' WHERE text = (SELECT uuid FROM store);"
					   "UPDATE store SET uuid = '" RIG_UUID "'") == 0);
	promise(chain_seal_all(database) == 0);
	promise(database_execute(database, "PRAGMA page_size = 512; VACUUM") == 0);
	promise(file_read_whole(store.directory.fd, store.directory.current, SIZE_MAX, file) == 0);
	promise(unlink(whole) == 0);
}

void fuzz_store_make(const struct reader *reader, const char *const publications[], size_t count,
		     struct buffer *file)
{
	char path[] = "/dev/shm/ismapfs-fuzz.XXXXXX";
	static const char *const files[] = {STORE_CURRENT, STORE_LOCK, STATE_FILE_NAME};

	promise(mkdtemp(path));
	store.reader = reader;
	store.keeps = true;
	promise(store_directory_make(path, &store.directory.made) == 0 &&
		store_directory_open_writer(&store.directory, path) == 0);
	promise(updater_open(&store.updater, &store.directory) == 0);
	for (size_t i = 0; i < count; i++)
		promise(add((const uint8_t *)publications[i], strlen(publications[i]),
			    BASE_TIME + (int64_t)i * MILLISECONDS_PER_DAY, true) == 0);
	promise(updater_make_current(&store.updater) == 0);
	updater_close(&store.updater);
	shrink(path, file);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlinkat(store.directory.fd, files[i], 0);
	(void)unlinkat(store.directory.fd, STORE_GENERATIONS, AT_REMOVEDIR);
	(void)unlinkat(store.directory.fd, STORE_REJECTED, AT_REMOVEDIR);
	store_directory_close(&store.directory);
	(void)rmdir(path);
}

void fuzz_store_read(const uint8_t *data, size_t size)
{
	int64_t first = store.updater.first, newest = store.updater.newest;
	int r;

	store.renders = size % 4 == 0;
	/* Some of them at the time that they state themselves. */
	r = add(data, size, size % 8 == 1 ? 0 : NOW - MILLISECONDS_PER_DAY, size % 8 != 2);
	/* Anything else would be SQLite's complaint: names that collide, rows that can't be. */
	promise(r == 0 || r == -EBADMSG);
	store.updater.first = first;
	store.updater.newest = newest;
}
