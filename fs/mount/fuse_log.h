/*
 * What libfuse has to say, in the form of our own messages.
 */
#ifndef ISMAPFS_FUSE_LOG_H
#define ISMAPFS_FUSE_LOG_H

/* For the whole process, before a session is made. */
void fuse_log_begin(void);

#endif
