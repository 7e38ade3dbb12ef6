/*
 * Whether a generation file is what it was when it was made, by the store's file `digests`
 * (include/digest.h). All of it is read: 6 MB take 6 ms, 1 GB takes 0.8 s, with a processor that
 * computes SHA-256 (2.1 s without).
 */
#ifndef ISMAPFS_DIGEST_CHECK_H
#define ISMAPFS_DIGEST_CHECK_H

/* path: as from store_current_path(). Returns 0, also when the store knows no digest of the file,
 * as where an older program made it; -EKEYREJECTED when it was altered; or another -errno. */
int digest_check(int store_fd, const char *path);

#endif
