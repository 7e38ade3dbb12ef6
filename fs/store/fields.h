/*
 * The store's vocabulary of fields, in memory: a value's file name is its
 * field's name, and every lookup asks for it.
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

/* Filled once, then only read: any thread may. */
struct fields {
	struct field_name *by_id;
	struct field_name *by_name; /* the same names, not copies */
	size_t count;
};

/*
 * Reads the field table. *fields must be zero, and is the caller's to release
 * with fields_release() also after a failure.
 * Returns 0, -ENOMEM, -EIO, or -EBADMSG when a name can't be a file's.
 */
int fields_load(sqlite3 *database, struct fields *fields);

void fields_release(struct fields *fields);

/* The name of a field, valid as long as *fields; NULL for an unknown id. */
const char *fields_name(const struct fields *fields, int64_t id);

/* The id of the field with that name, or 0: ids begin at 1. */
int64_t fields_id(const struct fields *fields, const char *name);

#endif
