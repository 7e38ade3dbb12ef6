/*
 * Mirroring a published directory (head.h): over https, or from a directory that
 * was carried here.
 *
 * A head is believed in this order, and what fails is said in a sentence of its
 * own: the registry that it is of, its signature, the key, that it isn't older
 * than what is here, that it hasn't expired. Then the object: its checksum, its
 * size, the file's schema and inner order. Only a file that passed all of it
 * becomes current; until then, and whatever fails, the store stays as it was.
 *
 * The generation file is the origin's, to the byte; so are inode numbers,
 * mtimes and history. What changes with the calendar is the origin's to say.
 */
#ifndef ISMAPFS_MIRROR_H
#define ISMAPFS_MIRROR_H

#include "fetch/fetch.h"
#include "mirror/head.h"
#include "mirror/minisign.h"
#include "mirror/object.h"
#include "pull/pull.h"

/*
 * Brings a mirror up to date. The state tells of it afterwards; it is the
 * caller's to write. *asked: how long the server wants to be left alone, ms.
 */
enum exit_code mirror_pull(struct store_directory *store, const struct pull_request *request,
			   int64_t *asked);

/* How to reach the files of a published directory besides its head. Borrowed. */
struct mirror_access {
	const char *head_location;
	const char *ca_file; /* as in fetch.h */
	int retries;	     /* as in retry.h */
	int64_t retry_delay; /* ms */
	bool quiet, verbose;
	struct interrupt *interrupt;
	void *share;	    /* as in fetch.h, or NULL */
	size_t transferred; /* bytes, so far */
};

/* A CURLSH that keeps a connection from one request to the next; NULL where that can't be. */
void *mirror_share_begin(void);
void mirror_share_end(void *share);

/*
 * A file by its name below the published directory, as it lies there, asked for
 * again while the server can't answer now. Returns 0 or fetch()'s error, said,
 * with a sentence for the state in result->failure.
 */
int mirror_fetch(struct mirror_access *access, const char *name, size_t size_max,
		 struct fetch_result *result);

/* An object, checked against its checksum. -EBADMSG with the sentence, unsaid, in result->refusal
 * when it is another. */
int mirror_fetch_object(struct mirror_access *access, const struct head_file *object,
			struct fetch_result *result);

/* The store's current file; of length 0 where there is none. */
struct mirror_present {
	struct span file;
	const char *sha256;
};

/*
 * The file of a head, into *file: by deltas from what the store has, or whole.
 * publication, the head's, is refused when it can't be had as the head says.
 * -EBADMSG then; fetch()'s errors, whose sentence is in *failure; -ENOMEM.
 * *deltas: how many it took; 0: whole.
 */
int mirror_get_file(struct mirror_access *access, const struct head *head,
		    const struct mirror_present *present, struct publication *publication,
		    struct buffer *file, size_t *deltas, char failure[static STATE_TEXT_SIZE]);

/*
 * Whether the new file `name` of a store is what its head says and what this
 * program could have made. It is hostile until then. -EBADMSG when the
 * publication, the head's, was refused for it; or another −errno, said.
 */
int mirror_check_file(const struct store_directory *store, const char *name,
		      const struct head *head, struct publication *publication);

/* Keeps the head that a store follows, and its signature, in the store. Returns 0 or −errno, already
 * reported. */
int mirror_keep_head(const struct store_directory *store, struct span head_text,
		     struct span signature);

#endif
