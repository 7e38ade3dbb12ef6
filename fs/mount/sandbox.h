/*
 * Holding back: once the tree is mounted, the driver needs the store, the kernel
 * and the log, and gives everything else up.
 *
 *   user          root becomes who `-o user=` names: his group, no other groups
 *   capabilities  none are left, of root too
 *   Landlock      files below the store can be read, and nothing else be opened
 *   system calls  those that answering needs: no other program, no network
 *
 * A kernel without one of them leaves that one out, which the log says.
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
	const char *name; /* whose name; borrowed */
};

/*
 * Decides what will be given up, and fetches what is needed from elsewhere, while
 * that can be reached. confines: anything at all but root. user: whom to become,
 * empty for nobody else. Says why it can't. Returns 0 or -EINVAL: no such user.
 */
int sandbox_prepare(struct sandbox *sandbox, bool confines, const char *user);

/*
 * Gives it up, for this thread and those that it starts: while there is one
 * thread. store_path is for messages. Returns 0, or a negative errno value, which
 * was said: the process must end. -EACCES when the store can't be read any more.
 */
int sandbox_enter(const struct sandbox *sandbox, int store_fd, const char *store_path);

#endif
