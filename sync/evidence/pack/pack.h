/*
 * A pack: what a list said of some services on one day, as files that somebody else can check.
 * ismap-evidence(7) says what is in it. It is made, or read, in memory as a whole, as it is signed
 * as a whole. Its files' names are ASCII.
 */
#ifndef ISMAPFS_PACK_H
#define ISMAPFS_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "mirror/minisign/minisign.h"
#include "util/buffer.h"
#include "util/reason.h"
#include "util/span.h"

#define PACK_SUMS "SHA256SUMS"
#define PACK_SIGNATURE PACK_SUMS ".minisig"
#define PACK_RECORD "record.json"

/* A pack that is read is hostile; none that can't be read is made. */
#define PACK_FILES_MAX 20000
#define PACK_SIZE_MAX ((size_t)512 << 20) /* of all files together */
#define PACK_NAME_SIZE 160		  /* with its NUL */

struct pack_file {
	char name[PACK_NAME_SIZE];
	struct buffer bytes;
};

struct pack {
	struct pack_file *files; /* by name, once pack_sort() was called */
	size_t count, capacity;
	char folder[PACK_NAME_SIZE]; /* that holds them in an archive */
	int64_t time;		     /* of each file; ms since 1970 UTC */
};

void pack_release(struct pack *pack);
#define _cleanup_pack_ __attribute__((cleanup(pack_release)))

/* Adds a file; takes the bytes, and leaves an empty buffer. */
void pack_add(struct pack *pack, const char *name, struct buffer *bytes);

void pack_sort(struct pack *pack);

/* The file of that name, or NULL; of a sorted pack. */
const struct pack_file *pack_find(const struct pack *pack, const char *name);

/* Whether a pack's file may be called that: plain ASCII, no way out of the folder. */
bool pack_name_is_fit(const char *name);

/* … and has one part: what a store that may be a stranger's calls something can be in a name. */
bool pack_part_is_fit(const char *name);

/* Sorts the files, adds SHA256SUMS and its signature. Returns 0; -EFBIG when pack_read() would
 * refuse so much, -EEXIST when two files have one name; or another -errno; already reported. */
int pack_seal(struct pack *pack, const struct minisign_secret *secret, int64_t now);

/*
 * Writes a pack where nothing is yet: as an archive, where the path ends in .tar or .zip, else as a
 * folder. The same pack gives the same bytes. Returns 0 or -errno, already reported.
 */
int pack_write(const struct pack *pack, const char *path);

/* Reads a folder, a tar or a zip, nothing of which is believed. Returns 0; -EBADMSG when it is
 * refused; or another -errno; with a sentence. */
int pack_read(const char *path, struct reason *reason, struct pack *pack);

/* Whether a read pack is signed with one of the keys, and is what was signed: *signature receives
 * the signature. Returns 0, or -EBADMSG with a sentence. */
int pack_check(const struct pack *pack, const struct minisign_keys *keys, struct reason *reason,
	       struct minisign_signature *signature);

#endif
