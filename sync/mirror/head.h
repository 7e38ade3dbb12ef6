/*
 * A published directory's head: what the newest generation is and which objects
 * hold it. It is the one file there that changes, and the one that is signed.
 *
 *   head.json                        the head
 *   head.json.minisig                its signature, for `minisign -Vm head.json`
 *   signatures/<sha256>.minisig      the same, by the checksum of the head
 *   objects/<sha256>                 see object.h; by the checksum of the object
 *
 * No two files change at once on a web server or in a cache. So a reader needs only
 * one that changes: each head names its own signature and objects, which never
 * change. They are there before the head, and stay a while after it is replaced.
 *
 *   {"format": "ismapfs-mirror", "version": 1, "schema": 2,
 *    "registry": "NAME", "uuid": "…", "generation": 21,
 *    "chain": "…",                           of that generation (store/chain.h)
 *    "published": "2026-04-28T07:00:00Z",    when the head was made
 *    "expires": "2026-05-12T07:00:00Z",
 *    "checked": "2026-04-28T06:55:10Z",      when the list was last known to be what its
 *                                            source says; missing: never
 *    "held-until": "2026-04-28T06:55:10Z",   until when the generation was known to be the
 *                                            newest; missing: as it was published
 *    "list-published": "2026-04-28T06:00:00Z",  the time that the list itself states, as it
 *                                            was last read; missing: none
 *    "list-limit": 604800,                   how old that may be, in seconds, before the list
 *                                            seems to be no longer published; missing: unknown
 *    "file": {"sha256": "…", "size": 9179136},
 *    "object": {"sha256": "…", "size": 4434575},
 *    "deltas": [{"from": {"sha256": "…", "size": 9138176},
 *                "object": {"sha256": "…", "size": 21162}}, …]}
 *
 * The first delta makes the file out of the one before it, the second that one
 * out of the one before that, and so on.
 */
#ifndef ISMAPFS_HEAD_H
#define ISMAPFS_HEAD_H

#include "util/checksum.h"
#include "util/buffer.h"
#include "util/reason.h"
#include "common/timestamp.h"

#define HEAD_FILE_NAME "head.json"
#define HEAD_SIGNATURE_FILE_NAME "head.json.minisig"
#define HEAD_FORMAT "ismapfs-mirror"
#define HEAD_VERSION 1
#define HEAD_SIZE_MAX 65536
#define HEAD_DELTAS_MAX 30
/* A head from further in the future means that one of two clocks is wrong. In milliseconds. */
#define HEAD_FUTURE_MAX MILLISECONDS_PER_DAY
#define HEAD_COMMENT_SIZE 256

/* `objects/` or `signatures/`, a checksum, `.minisig`, a NUL. */
#define HEAD_PATH_SIZE 96

struct head_file {
	char sha256[CHECKSUM_TEXT_SIZE];
	size_t size;
};

struct head_delta {
	struct head_file from;
	struct head_file object;
};

struct head {
	char registry[64];
	char uuid[40];
	int64_t schema;
	int64_t generation;
	char chain[CHECKSUM_TEXT_SIZE];
	/* Milliseconds since 1970 UTC, whole seconds. */
	int64_t published, expires;
	int64_t checked;		    /* 0: never */
	int64_t held_until;		    /* 0: not stated */
	int64_t list_published, list_limit; /* ms; 0: not stated */
	struct head_file file;
	struct head_file object;
	struct head_delta deltas[HEAD_DELTAS_MAX];
	size_t delta_count;
};

/* The head as JSON; the same head gives the same bytes. */
void head_print(const struct head *head, struct buffer *text);

/* Parses a head, which is hostile. bytes and reason: see json_parse(). Returns 0 or -EBADMSG. */
int head_parse(unsigned char *bytes, size_t length, struct reason *reason, struct head *head);

/* The trusted comment of a head's signature. */
void head_comment(const struct head *head, char comment[static HEAD_COMMENT_SIZE]);

/* The paths of an object and of a signature below the published directory. */
void head_object_path(const char *sha256, char path[static HEAD_PATH_SIZE]);
void head_signature_path(const char *sha256, char path[static HEAD_PATH_SIZE]);

/* The objects that a head names, from number 0 on: the whole one, then the deltas; NULL behind the
 * last. */
const struct head_file *head_object(const struct head *head, size_t number);

#endif
