/*
 * A store's folder stamps/, in which <n> is a generation and <chain> the chain that it had then:
 *
 *   <n>-<chain>.tsr   an authority's answer, as it came
 *   <n>-<chain>.tsq   a request that isn't answered yet
 *
 * Files of other names are nobody's business here. All may read them.
 */
#ifndef ISMAPFS_STAMP_FOLDER_H
#define ISMAPFS_STAMP_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"
#include "stamp/token.h"
#include "store/directory.h"
#include "util/span.h"

/* `stamps/<n>-<chain>.tsr`, with its NUL */
#define STAMP_NAME_SIZE 128

enum stamp_file {
	STAMP_ANSWER,
	STAMP_REQUEST,
};

struct stamp_entry {
	int64_t generation;
	char chain[STATE_CHAIN_SIZE];
	enum stamp_file file;
};

struct stamp_entries {
	struct stamp_entry *rows; /* by generation, then by chain; the answer before the request */
	size_t count, capacity;
};

/* A file's name, relative to the store. */
void stamp_name(const struct stamp_entry *entry, char name[static STAMP_NAME_SIZE]);

/* Reads which files there are. Returns 0, also where there is no folder; or -errno, already
 * reported. */
int stamp_entries_read(const struct store_directory *store, struct stamp_entries *entries);

/* Whether a generation, with its chain, has an answer, or a request. */
bool stamp_entries_have(const struct stamp_entries *entries, const struct stamp_entry *generation,
			enum stamp_file file);

void stamp_entries_release(struct stamp_entries *entries);
#define _cleanup_stamp_entries_ __attribute__((cleanup(stamp_entries_release)))

/* Reads a file of the folder. Returns 0 or -errno, silently. */
int stamp_read(const struct store_directory *store, const struct stamp_entry *entry,
	       struct buffer *bytes);

/* Reads an answer and checks it (token.h), *stamp included; one that is too large is no stamp.
 * Returns an enum stamp_check; or -errno, already reported, when it can't be read. */
int stamp_check_file(const struct store_directory *store, const struct stamp_entry *entry,
		     X509_STORE *authorities, struct buffer *bytes, struct stamp *stamp);

/* Writes a file of the folder, which is made where there is none. An answer removes its request.
 * Writer only. Returns 0 or -errno, already reported. */
int stamp_write(const struct store_directory *store, const struct stamp_entry *entry,
		struct span bytes);

/* Writer only. */
void stamp_remove(const struct store_directory *store, const struct stamp_entry *entry);

/* How many generations have an answer, and how many wait for one. Returns 0 or -errno, already
 * reported. */
int stamp_count(const struct store_directory *store, int64_t *answers, int64_t *requests);

#endif
