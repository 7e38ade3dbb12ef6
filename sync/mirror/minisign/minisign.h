/*
 * Signatures in minisign's file format (jedisct1.github.io/minisign), so that
 * `minisign -V` verifies what we sign and the other way round. minisign_key.h has
 * the files of keys.
 *
 *   signature    untrusted comment: …
 *                base64("ED", key id 8, Ed25519 of BLAKE2b-512(what is signed) 64)
 *                trusted comment: …
 *                base64(Ed25519 of the signature and the trusted comment 64)
 *
 * Any thread may call, each with its own data.
 */
#ifndef ISMAPFS_MINISIGN_H
#define ISMAPFS_MINISIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buffer.h"

#define MINISIGN_ID_SIZE 8
#define MINISIGN_PUBLIC_SIZE 32
#define MINISIGN_SECRET_SIZE 64
#define MINISIGN_SIGNATURE_SIZE 64
#define MINISIGN_COMMENT_SIZE 1024   /* longest trusted comment, with its NUL */
#define MINISIGN_FILE_SIZE_MAX 4096  /* of a key or a signature */
#define MINISIGN_PUBLIC_TEXT_SIZE 64 /* a public key as text, with its NUL */
#define MINISIGN_ID_TEXT_SIZE 17
#define MINISIGN_KEYS_MAX 8 /* public keys in one file */

struct minisign_public {
	unsigned char id[MINISIGN_ID_SIZE];
	unsigned char key[MINISIGN_PUBLIC_SIZE];
};

struct minisign_secret {
	unsigned char id[MINISIGN_ID_SIZE];
	unsigned char key[MINISIGN_SECRET_SIZE]; /* its second half is the public key */
};

struct minisign_signature {
	unsigned char id[MINISIGN_ID_SIZE];
	unsigned char bytes[MINISIGN_SIGNATURE_SIZE];
	unsigned char global[MINISIGN_SIGNATURE_SIZE]; /* of the above and the comment */
	char comment[MINISIGN_COMMENT_SIZE];	       /* trusted once verified */
};

/* Keys that one public key file holds: several while one replaces another. */
struct minisign_keys {
	struct minisign_public keys[MINISIGN_KEYS_MAX];
	size_t count;
};

/* Overwrites a secret key; also for the cleanup attribute. */
void minisign_forget(struct minisign_secret *secret);
#define _cleanup_minisign_secret_ __attribute__((cleanup(minisign_forget)))

/* The public half. */
struct minisign_public minisign_public_of(const struct minisign_secret *secret);

/* A public key as FILE.pub and `minisign -P` have it; a key's id as minisign prints it. */
void minisign_public_text(const struct minisign_public *key,
			  char text[static MINISIGN_PUBLIC_TEXT_SIZE]);
void minisign_id_text(const unsigned char id[static MINISIGN_ID_SIZE],
		      char text[static MINISIGN_ID_TEXT_SIZE]);

/* Appends a signature file. The same bytes, key and comment give the same signature. Returns 0 or
 * -errno. */
int minisign_sign(const struct minisign_secret *secret, const void *bytes, size_t length,
		  const char *comment, struct buffer *text);

/* Parses a signature file; verifies nothing. Returns 0 or -EBADMSG. */
int minisign_parse(const char *text, size_t length, struct minisign_signature *signature);

/* The key of that id, or NULL. */
const struct minisign_public *minisign_find(const struct minisign_keys *keys,
					    const unsigned char id[static MINISIGN_ID_SIZE]);

/* Whether the key signed these bytes and the comment. The ids are not compared. */
bool minisign_verify(const struct minisign_public *key, const struct minisign_signature *signature,
		     const void *bytes, size_t length);

#endif
