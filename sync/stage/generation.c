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

int generation_write_registry(sqlite3 *database, const struct generation *generation)
{
	char published[TIMESTAMP_TEXT_SIZE], fetched[TIMESTAMP_TEXT_SIZE];

	timestamp_format(generation->published_at, published);
	timestamp_format(generation->fetched_at, fetched);
	return database_executef(
		database,
		"CREATE TABLE stage.registry_value (field INTEGER PRIMARY KEY, text TEXT NOT NULL) "
		"STRICT;"
		"INSERT INTO registry_value SELECT 80, id FROM generation WHERE id = %lld"
		" UNION ALL SELECT 81, %Q UNION ALL SELECT 84, %Q"
		" UNION ALL SELECT 82, published_basis FROM generation WHERE id = %lld"
		" UNION ALL SELECT 83, day FROM generation WHERE id = %lld"
		" UNION ALL SELECT 85, source FROM generation WHERE id = %lld"
		" UNION ALL SELECT 86, location FROM generation WHERE id = %lld"
		" UNION ALL SELECT 87, sha256 FROM generation WHERE id = %lld"
		" UNION ALL SELECT 88, iif(complete, 'yes', 'no') FROM generation WHERE id = %lld"
		" UNION ALL SELECT 89, services FROM generation WHERE id = %lld"
		" UNION ALL SELECT 90, uuid FROM store UNION ALL SELECT 91, time_zone FROM store"
		" UNION ALL SELECT 92, language FROM store UNION ALL SELECT 93, registry FROM store;"
		"DELETE FROM registry_value WHERE EXISTS (SELECT 1 FROM value v JOIN entity e"
		" ON e.id = v.entity AND e.kind = 10 WHERE v.field = registry_value.field"
		" AND v.gen_to IS NULL AND v.text = registry_value.text);"
		"UPDATE value SET gen_to = %lld WHERE gen_to IS NULL"
		" AND entity = (SELECT id FROM entity WHERE kind = 10)"
		" AND field IN (SELECT field FROM registry_value);"
		"INSERT INTO value (entity, field, gen_from, size, text)"
		" SELECT e.id, r.field, %lld,"
		" CASE r.text WHEN '' THEN 0 ELSE length(CAST(r.text AS BLOB)) + 1 END, r.text"
		" FROM registry_value r JOIN entity e ON e.kind = 10;"
		"INSERT OR IGNORE INTO touch (entity, relation, gen)"
		" SELECT id, 0, %lld FROM entity WHERE kind = 10;"
		"DROP TABLE stage.registry_value;",
		(long long)generation->id, published, fetched, (long long)generation->id,
		(long long)generation->id, (long long)generation->id, (long long)generation->id,
		(long long)generation->id, (long long)generation->id, (long long)generation->id,
		(long long)generation->id, (long long)generation->id, (long long)generation->id);
}

int generation_write_number(sqlite3 *database, int64_t generation)
{
	return database_executef(
		database,
		"UPDATE value SET gen_to = %lld WHERE gen_to IS NULL AND field = %d;"
		"INSERT INTO value (entity, field, gen_from, size, text)"
		" SELECT id, %d, %lld, length(%lld) + 1, CAST(%lld AS TEXT) FROM entity WHERE kind "
		"= %d;"
		"INSERT OR IGNORE INTO touch (entity, relation, gen)"
		" SELECT id, 0, %lld FROM entity WHERE kind = %d;",
		(long long)generation, FIELD_GENERATION, FIELD_GENERATION, (long long)generation,
		(long long)generation, (long long)generation, KIND_REGISTRY, (long long)generation,
		KIND_REGISTRY);
}
