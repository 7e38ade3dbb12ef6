/*
 * The names of the store's fields, in memory. A value's file has the name of its
 * field, so every lookup needs them.
 */
#ifndef ISMAPFS_FIELDS_H
#define ISMAPFS_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

struct field_name {
	int64_t id;
	char *name;
};

/* Filled once, then only read, by any thread. */
struct fields {
	struct field_name *by_id;
	struct field_name *by_name; /* shares the names of by_id */
	size_t count;
};

/*
 * Reads the table of fields. *fields must be zero; the caller calls fields_release(),
 * also after a failure.
 * Returns 0; -ENOMEM; -EIO; -EBADMSG when a name can't be a file name.
 */
int fields_load(sqlite3 *database, struct fields *fields);

void fields_release(struct fields *fields);

/* A field's name, valid as long as *fields; NULL for an unknown id. */
const char *fields_name(const struct fields *fields, int64_t id);

/* The id of the field with the name; 0 when there is none. */
int64_t fields_id(const struct fields *fields, const char *name);

#endif
