/*
 * The mount itself: libfuse's session from beginning to end.
 */
#ifndef ISMAPFS_SESSION_H
#define ISMAPFS_SESSION_H

#include "kernel/driver.h"
#include "kernel/refresh.h"
#include "mount/options.h"

/*
 * Mounts the tree at path and answers requests until it is unmounted or a signal ends
 * it. The store, which refresh was prepared for, is loaded once the driver has given up its rights.
 * store_path is shown as the mount's source.
 * lock_fd is mountpoint_prepare()'s lock: it is given back when the tree is mounted,
 * and closed.
 * Returns an exit code; errors are already reported.
 */
enum exit_code session_run(struct driver *driver, struct refresh *refresh,
			   const struct options *options, const char *store_path, const char *path,
			   int lock_fd);

/* Closes all of the store: it isn't in use any more. No other thread may be running. Safe to call
 * twice. */
void session_leave_store(struct driver *driver, struct refresh *refresh);

#endif
