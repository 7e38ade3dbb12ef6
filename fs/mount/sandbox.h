/*
 * The driver's sandbox. After mounting, the driver needs only the store, the FUSE
 * device and the log, and gives up everything else:
 *
 *   user          root becomes the user of `-o user=`, with its group and no others
 *   capabilities  all are given up, by root too
 *   Landlock      only files below the store can be opened, for reading
 *   system calls  only those that answering needs: no other program, no network
 *
 * On a kernel without one of these, the driver goes without it and logs that.
 */
#ifndef ISMAPFS_SANDBOX_H
#define ISMAPFS_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

struct sandbox {
	bool confines; /* Landlock, system calls, capabilities */
	bool becomes_user;
	uid_t user;
	gid_t group;
	const char *name; /* the user's; borrowed */
};

/*
 * Decides what to give up, and reads what that needs from other files. confines:
 * give up rights; otherwise only change the user. user: the user to become, empty to
 * stay. Returns 0, or -EINVAL, already reported, when there is no such user.
 */
int sandbox_prepare(struct sandbox *sandbox, bool confines, const char *user);

/*
 * Gives up the rights of this thread and of those that it starts. Call it while there
 * is one thread. store_path is for messages. Returns 0, or -errno, already reported,
 * and the process must end; -EACCES when the store can't be read any more.
 */
int sandbox_enter(const struct sandbox *sandbox, int store_fd, const char *store_path);

/* The two steps for a process beside the driver that opens no file. While it can still report a
 * failure: becomes the user. Returns 0, or -errno, already reported. */
int sandbox_become_user(const struct sandbox *sandbox);

/* Then: keeps the system calls named, up to a NULL. Returns 0 or -errno. */
int sandbox_enter_helper(const struct sandbox *sandbox, const char *const *names);

/* Keeps the system calls named, up to a NULL: all others fail with EPERM. It allocates nothing.
 * Returns 0; -EOPNOTSUPP when this kernel, or a filter around the process, doesn't allow filters;
 * or another -errno. */
int sandbox_keep_calls(const char *const *names);

#endif
