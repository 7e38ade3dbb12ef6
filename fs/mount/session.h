/*
 * The mount itself: libfuse's session from its making to its end.
 */
#ifndef ISMAPFS_SESSION_H
#define ISMAPFS_SESSION_H

#include "kernel/driver.h"
#include "kernel/refresh.h"
#include "mount/options.h"

/*
 * Mounts the tree at path and answers until it is unmounted or a signal ends
 * it. store_path is shown as the mount's source. driver->views is filled.
 * Returns an exit code; what went wrong is said.
 */
enum exit_code session_run(struct driver *driver, struct refresh *refresh,
			   const struct options *options, const char *store_path, const char *path);

#endif
