/*
 * The file that the next generation is made in: a copy of the current one, or a
 * new one with the schema. It is worth nothing until it is published, so its
 * journal is in memory; a run that fails leaves it to be removed.
 */
#ifndef ISMAPFS_WORKING_COPY_H
#define ISMAPFS_WORKING_COPY_H

#include "store/database.h"
#include "store/directory.h"

/* Memory of SQLite for the copy, and for what is attached to it, in KB. */
#define WORKING_COPY_CACHE_KB "16384"

struct working_copy {
	struct store_directory *store; /* borrowed, open for writing */
	sqlite3 *database;	       /* NULL once closed */
	bool is_new;		       /* the store was empty */
	int64_t steps;		       /* that SQLite may still take, in thousands of millions */
};

/* A store that is a mirror is changed by its origin alone: returns -EPERM, already reported, or 0.
 */
int working_copy_check_owner(const struct store_directory *store);

/* Opens the copy of a store that is no mirror, unless the current file was altered since it was
 * made. Returns 0 or −errno, already reported. */
int working_copy_open(struct working_copy *copy, struct store_directory *store);

/* The same, but with nothing in it, whatever the store holds. */
int working_copy_open_empty(struct working_copy *copy, struct store_directory *store);

/*
 * Checks the file, of a large one the rows that generations since `first` touched,
 * closes it and makes it the store's current generation. Afterwards only
 * working_copy_discard may be called.
 */
int working_copy_make_current(struct working_copy *copy, int64_t first, int64_t generation);

/* Closes and removes it, unless it was published; also for the cleanup attribute. */
void working_copy_discard(struct working_copy *copy);
#define _cleanup_working_copy_ __attribute__((cleanup(working_copy_discard)))

#endif
