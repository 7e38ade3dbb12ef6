/*
 * libfuse's messages, in the form of our own.
 */
#ifndef ISMAPFS_FUSE_LOG_H
#define ISMAPFS_FUSE_LOG_H

/* Redirects them, for the whole process. Call it before making a session. */
void fuse_log_begin(void);

#endif
