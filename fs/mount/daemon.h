/*
 * Going to the background: the command returns once the tree can be read, or
 * with what went wrong.
 */
#ifndef ISMAPFS_DAEMON_H
#define ISMAPFS_DAEMON_H

/*
 * Forks. In the child, which goes on, returns 0 and ready_fd is where
 * daemon_ready() says that the mount is up. In the parent, which waits for that
 * and for the mount point to answer, returns 1 and *exit_code is its own. Only
 * while there is one thread, and before anything that a fork can't carry over.
 * Returns -errno when it can't fork: said.
 */
int daemon_start(int *ready_fd, int *exit_code);

/* From the child: the kernel has greeted and the tree is at path. Closes ready_fd. Any thread. */
void daemon_ready(int *ready_fd, const char *path);

/* From here on the process has no terminal, and its messages go to the system's log. */
void daemon_detach(void);

#endif
