/*
 * One of two that are compared: a store, a published directory or its address, a generation file,
 * or a head that a mirror kept. What is published is fetched only as far as it is needed, and
 * nothing of it is believed before it is checked.
 */
#ifndef ISMAPFS_SIDE_H
#define ISMAPFS_SIDE_H

#include "fetch/network.h"
#include "mirror/head.h"
#include "mirror/minisign/minisign_key.h"

enum side_kind {
	SIDE_STORE,
	SIDE_PUBLISHED,
	SIDE_FILE, /* a generation file */
	SIDE_HEAD, /* a signature and a head */
};

struct side {
	const char *text; /* as the user wrote it; borrowed */
	enum side_kind kind;
	char location[STATE_TEXT_SIZE]; /* of a published head */
	struct head head;
	struct buffer file;		/* the generation file; empty: only a head is there */
	char id[MINISIGN_ID_TEXT_SIZE]; /* of the key that it says it is signed with; "": none */
	char signer[MINISIGN_PUBLIC_TEXT_SIZE]; /* the key that did sign it; "": not checked */
};

/* What reading needs. keys may be empty: then signatures aren't checked. */
struct side_reading {
	struct network *network;
	const struct minisign_keys *keys;
	const char *keys_file;
	struct reason *reason;
};

/* Says what a text names, without reading much of it. */
void side_begin(struct side *side, const char *text);

/* Reads its head, or its file. Returns 0; -EBADMSG when it is refused; or another -errno; with a
 * sentence, or already reported. */
int side_read(struct side *side, const struct side_reading *reading);

/* Reads the file, too, if there is one. Returns as side_read(). */
int side_read_file(struct side *side, const struct side_reading *reading);

void side_release(struct side *side);
#define _cleanup_side_ __attribute__((cleanup(side_release)))

#endif
