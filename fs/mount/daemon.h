/*
 * Going to the background. The command returns when the tree can be read, or with an
 * error.
 */
#ifndef ISMAPFS_DAEMON_H
#define ISMAPFS_DAEMON_H

/*
 * Forks. Returns 0 in the child, which goes on; *ready_fd is for daemon_ready(). Returns
 * 1 in the parent when the mount is ready and answers, or has failed; *exit_code is
 * then the parent's. Returns -errno, already reported, when it can't fork.
 * Only while there is one thread.
 */
int daemon_start(int *ready_fd, int *exit_code);

/*
 * Leaves the terminal and the process group of the caller. Call it once mounted: an
 * automounter lets only its own process group pass until the mount command returns.
 */
void daemon_leave_group(void);

/* Tells the parent that the tree is mounted at path, and closes *ready_fd. Any thread. */
void daemon_ready(int *ready_fd, const char *path);

/* Connects to the system's log, since root may not in its sandbox. Call it before daemon_detach().
 */
void daemon_open_log(void);

/* Gives up the terminal for /dev/null, which is open as `null`, as the sandbox allows no writing;
 * from now on messages go to the system's log. */
void daemon_detach(int null);

#endif
