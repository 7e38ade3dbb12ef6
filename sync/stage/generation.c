#include "stage/generation.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "common/cleanup.h"
#include "store.h"
#include "store/chain.h"
#include "util/memory.h"
#include "common/timestamp.h"

int generation_make_uuid(char uuid[static GENERATION_UUID_SIZE])
{
	unsigned char bytes[16];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return -EIO;
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	(void)snprintf(uuid, GENERATION_UUID_SIZE,
		       "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		       bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6],
		       bytes[7], bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13],
		       bytes[14], bytes[15]);
	return 0;
}

/* Its own where it is English, or nothing else is known. */
static const char *english_title(const struct publication *publication)
{
	return publication->title_en[0] != '\0' ? publication->title_en : publication->title;
}

int generation_make_store(sqlite3 *database, struct publication *publication)
{
	char uuid[GENERATION_UUID_SIZE];
	int r = generation_make_uuid(uuid);

	if (r < 0)
		return r;
	return database_executef(
		database,
		"INSERT INTO store (one, uuid, registry, title, title_en, time_zone, language,"
		" schema_version) VALUES (1, %Q, %Q, %Q, %Q, %Q, %Q, %d)",
		uuid, publication->registry, publication->title, english_title(publication),
		publication->time_zone, publication->language, STORE_SCHEMA_VERSION);
}

int generation_name_store(sqlite3 *database, const struct publication *publication)
{
	return database_executef(
		database, "UPDATE store SET title = %Q, title_en = %Q, language = %Q",
		publication->title, english_title(publication), publication->language);
}

/* The newest generation's end: it isn't the newest any more. */
static int end_former(sqlite3 *database, int64_t held_until)
{
	return database_executef(database,
				 "UPDATE generation SET held_until = max(published_at, %lld)"
				 " WHERE id = (SELECT max(id) FROM generation)",
				 (long long)held_until);
}

static int add_row(sqlite3 *database, const struct generation *generation, const char *day)
{
	/* mtimes grow with each generation, also when two state the same time. */
	return database_executef(
		database,
		"INSERT INTO generation (published_at, published_basis, day, mtime, fetched_at,"
		" source, complete, services, chain)"
		" SELECT %lld, %Q, %Q, max(%lld, coalesce(max(mtime), 0) + 1), %lld, %Q, %d, %lld, %Q"
		" FROM generation",
		(long long)generation->published_at, generation->published_basis, day,
		(long long)(generation->published_at * NANOSECONDS_PER_MILLISECOND),
		(long long)generation->fetched_at, generation->source, generation->complete,
		(long long)generation->services, CHAIN_UNSEALED);
}

static int copy_documents(sqlite3 *database, int64_t id)
{
	return database_executef(
		database,
		"INSERT INTO source_document (generation, role, shape, location, sha256, published_at)"
		" SELECT %lld, role, shape, location, sha256, published_at FROM source_document"
		" WHERE generation = (SELECT max(id) FROM generation WHERE id < %lld)"
		" AND role NOT IN ('rewind', 'kept', 'forgotten')",
		(long long)id, (long long)id);
}

static int add_documents(sqlite3 *database, const struct generation *generation)
{
	_cleanup_statement_ sqlite3_stmt *insert = NULL;
	int r = database_prepare(
		database,
		"INSERT OR IGNORE INTO source_document (generation, role, shape, location, sha256,"
		" published_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		&insert);

	for (size_t i = 0; r == 0 && i < generation->document_count; i++) {
		const struct document *document = &generation->documents[i];
		const char *shape = document->shape ? document->shape : "";

		(void)sqlite3_bind_int64(insert, 1, generation->id);
		(void)sqlite3_bind_text(insert, 2, document->role, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(insert, 3, shape, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(insert, 4, document->location, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(insert, 5, document->sha256, -1, SQLITE_STATIC);
		if (document->states_time)
			(void)sqlite3_bind_int64(insert, 6, document->published_at);
		else
			(void)sqlite3_bind_null(insert, 6);
		r = database_run(insert);
	}
	return r;
}

int generation_begin(sqlite3 *database, struct generation *generation, const char *time_zone)
{
	char day[DAY_TEXT_SIZE];
	int r = end_former(database, generation->former_held_until);

	day_format(day_in_zone(time_zone, generation->published_at), day);
	if (r == 0)
		r = add_row(database, generation, day);
	if (r < 0)
		return r;
	generation->id = sqlite3_last_insert_rowid(database);
	r = generation->documents ? add_documents(database, generation)
				  : copy_documents(database, generation->id);
	return r < 0 ? r
		     : database_executef(database, "UPDATE staged_run SET gen = %lld",
					 (long long)generation->id);
}

int generation_begin_same(sqlite3 *database, struct generation *generation)
{
	_cleanup_free_ char *basis = NULL, *source = NULL, *time_zone = NULL;
	_cleanup_statement_ sqlite3_stmt *newest = NULL;
	int r = database_prepare(
		database,
		"SELECT g.published_at, g.fetched_at, g.complete, g.services, g.published_basis,"
		" g.source, s.time_zone FROM generation g, store s ORDER BY g.id DESC LIMIT 1",
		&newest);

	if (r == 0)
		r = database_next(newest);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	generation->published_at = sqlite3_column_int64(newest, 0);
	if (generation->fetched_at == 0)
		generation->fetched_at = sqlite3_column_int64(newest, 1);
	generation->complete = sqlite3_column_int(newest, 2) != 0;
	generation->services = sqlite3_column_int64(newest, 3);
	generation->published_basis = basis = xstrdup(database_text(newest, 4));
	source = xstrdup(database_text(newest, 5));
	if (!generation->source)
		generation->source = source;
	time_zone = xstrdup(database_text(newest, 6));
	(void)sqlite3_reset(newest);
	return generation_begin(database, generation, time_zone);
}
