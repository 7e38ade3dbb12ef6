/*
 * Key files in minisign's format (minisign.h):
 *
 *   FILE.pub     untrusted comment: …
 *                base64("Ed", key id 8, public key 32)
 *   FILE         untrusted comment: …
 *                base64("Ed", "\0\0" (no password), "B2", 48 of zero,
 *                       key id 8, secret key 64, 32 of zero)
 *
 * All return 0 or -errno, already reported.
 */
#ifndef ISMAPFS_MINISIGN_KEY_H
#define ISMAPFS_MINISIGN_KEY_H

#include "mirror/minisign/minisign.h"

/* Makes a key; writes path (0600) and path.pub, neither of which may exist. */
int minisign_generate(const char *path, struct minisign_public *made);

/* Reads a secret key. -EPERM when others than its owner may read it or it has a password. The
 * caller ends with minisign_forget(). */
int minisign_read_secret(const char *path, struct minisign_secret *secret);

/* Reads a file of one or more public keys. */
int minisign_read_public(const char *path, struct minisign_keys *keys);

#endif
