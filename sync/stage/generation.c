#include "stage/generation.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "store.h"
#include "common/timestamp.h"

/* A random uuid (RFC 9562, version 4). */
static int make_uuid(char uuid[static 37])
{
	unsigned char bytes[16];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return -EIO;
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	(void)snprintf(uuid, 37,
		       "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		       bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6],
		       bytes[7], bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13],
		       bytes[14], bytes[15]);
	return 0;
}

int generation_make_store(sqlite3 *database, struct publication *publication)
{
	char uuid[37];
	int r = make_uuid(uuid);

	if (r < 0)
		return r;
	return database_executef(
		database,
		"INSERT INTO store (one, uuid, registry, title, time_zone, language,"
		" schema_version) VALUES (1, %Q, %Q, %Q, %Q, %Q, %d)",
		uuid, publication->registry, publication->title, publication->time_zone,
		publication->language, STORE_SCHEMA_VERSION);
}

int generation_name_store(sqlite3 *database, const struct publication *publication)
{
	return database_executef(database, "UPDATE store SET title = %Q, language = %Q",
				 publication->title, publication->language);
}

int generation_begin(sqlite3 *database, struct generation *generation, const char *time_zone)
{
	char day[DAY_TEXT_SIZE];
	int r;

	day_format(day_in_zone(time_zone, generation->published_at), day);
	/* mtimes grow with each generation, also when two state the same time. */
	r = database_executef(database,
			      "INSERT INTO generation (published_at, published_basis, day, mtime, "
			      "fetched_at, source,"
			      " location, sha256, complete, services)"
			      " SELECT %lld, %Q, %Q, max(%lld, coalesce(max(mtime), 0) + 1), %lld, "
			      "%Q, %Q, %Q, %d, %lld"
			      " FROM generation",
			      (long long)generation->published_at, generation->published_basis, day,
			      (long long)(generation->published_at * NANOSECONDS_PER_MILLISECOND),
			      (long long)generation->fetched_at, generation->source,
			      generation->location, generation->sha256, generation->complete,
			      (long long)generation->services);
	if (r < 0)
		return r;
	generation->id = sqlite3_last_insert_rowid(database);
	return database_executef(database, "UPDATE staged_run SET gen = %lld",
				 (long long)generation->id);
}
