#include "mount/mount_lock.h"

#include <fcntl.h>
#include <limits.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>

/* How often it is tried, every 20 ms. */
#define TRIES 250

int mount_lock_open(const char *path)
{
	char copy[PATH_MAX];
	int fd;

	(void)snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void mount_lock_take(int fd)
{
	const struct timespec pause = {.tv_nsec = 20000000};

	for (int i = 0; i < TRIES && fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0; i++)
		(void)nanosleep(&pause, NULL);
}

void mount_lock_give(int fd)
{
	if (fd >= 0)
		(void)flock(fd, LOCK_UN);
}
