/*
 * The store as a directory: opening, locking, the state file, and making a
 * finished generation current. The layout is in store.h.
 *
 * Order of writing, so that a power cut at any moment leaves a whole store: the
 * file is synced, its digest noted, it is renamed into generations/, that folder is
 * synced, `current` is switched by rename, the store is synced.
 */
#ifndef ISMAPFS_STORE_DIRECTORY_H
#define ISMAPFS_STORE_DIRECTORY_H

#include <stdbool.h>

#include "state.h"
#include "store.h"
#include "util/span.h"

/* Generation files that stay behind the current one, for readers that are still on them. */
#define STORE_KEEP_FILES 3

/* So many more stay while they were replaced less than STORE_KEEP_TIME seconds ago: on a busy
 * machine a driver may still be about to open what was current a moment ago. */
#define STORE_KEEP_RECENT 16
#define STORE_KEEP_TIME 60

struct store_directory {
	const char *path;  /* as the user wrote it; borrowed */
	int fd;		   /* of the directory; -1 when closed */
	int lock_fd;	   /* -1 for a reader */
	bool made;	   /* its directory, by this run: goes again if no list comes into it */
	bool expects_lock; /* to the caller it is no news that another run holds the lock */
	struct state state;
	char current[STORE_GENERATION_PATH_SIZE]; /* "" in a store that nothing was loaded into */
	char chain[STATE_CHAIN_SIZE]; /* of the current generation; "": its file has none */
};

#define STORE_DIRECTORY_CLOSED \
	{ \
		.path = NULL, .fd = -1, .lock_fd = -1 \
	}

/*
 * Opens a store for reading. -ENOENT with a sentence when it doesn't exist or
 * holds nothing yet.
 */
int store_directory_open(struct store_directory *store, const char *path);

/* Makes a store's directory where there is none; *made: whether it did. Returns 0 or -errno,
 * already reported. */
int store_directory_make(const char *path, bool *made);

/*
 * Opens a store for writing, whose directory must be there: takes the lock and
 * sweeps away what a killed run left. -EWOULDBLOCK with a sentence when another run
 * holds the lock.
 */
int store_directory_open_writer(struct store_directory *store, const char *path);

/* Also removes what store_directory_make() made, unless something was stored in it. */
void store_directory_close(struct store_directory *store);
#define _cleanup_store_directory_ __attribute__((cleanup(store_directory_close)))

/* The number of the current generation; 0: there is none. */
int64_t store_directory_generation(const struct store_directory *store);

/* Whether the state speaks of the current generation. If not, nothing that it knows of documents
 * and checks counts: the store is a copy, or a run was killed behind its switch. */
bool store_directory_is_spoken_of(const struct store_directory *store);

/* From now on it does. */
void store_directory_speak_of_current(struct store_directory *store);

/* Raises the state's serial and replaces the state file. Writer only. */
int store_directory_write_state(struct store_directory *store);

/* Replaces a file of a folder, which is made where there is none; on the disk when it returns. The
 * names are relative to the store; temporary is what the file is called until it is whole. Returns
 * 0 or -errno, silently. */
int store_directory_replace_in(const struct store_directory *store, const char *folder,
			       const char *name, const char *temporary, struct span bytes);

/* The absolute path of a file of the store, for SQLite; *path is freed by the caller. */
int store_directory_file_path(const struct store_directory *store, const char *name, char **path);

/*
 * Makes the finished file `generations/new.db` the current generation number
 * `generation`, and removes files that are too old. Writer only.
 */
int store_directory_make_current(struct store_directory *store, int64_t generation);

/*
 * Keeps refused bytes in rejected/, named by their checksum, for a look; at most
 * ten of them, the oldest goes. name receives the file's name, relative to the store.
 */
int store_directory_keep_rejected(struct store_directory *store, const char *sha256,
				  const void *bytes, size_t length, char name[static 96]);

/* Where a new generation is made, relative to the store. */
#define STORE_GENERATION_NEW STORE_GENERATIONS "/new.db"

#endif
