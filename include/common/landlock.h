/*
 * Landlock: a process gives up access to all files but those it names, for itself
 * and for all processes that it starts. Raw system calls with numbers of our own:
 * the C library has no functions for them, and its headers are older than the
 * kernels that the programs run on. Source: the kernel's
 * Documentation/userspace-api/landlock.rst.
 *
 * Rights that a kernel doesn't know are left out, so an older kernel restricts
 * less. Open files stay usable. Other files can't be opened, but their paths can
 * still be looked up and their attributes read.
 */
#ifndef ISMAPFS_LANDLOCK_H
#define ISMAPFS_LANDLOCK_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/cleanup.h"

enum landlock_right {
	LANDLOCK_EXECUTE = 1 << 0,
	LANDLOCK_WRITE_FILE = 1 << 1,
	LANDLOCK_READ_FILE = 1 << 2,
	LANDLOCK_READ_DIR = 1 << 3,
	LANDLOCK_REMOVE_DIR = 1 << 4,
	LANDLOCK_REMOVE_FILE = 1 << 5,
	LANDLOCK_MAKE_CHAR = 1 << 6,
	LANDLOCK_MAKE_DIR = 1 << 7,
	LANDLOCK_MAKE_REG = 1 << 8,
	LANDLOCK_MAKE_SOCK = 1 << 9,
	LANDLOCK_MAKE_FIFO = 1 << 10,
	LANDLOCK_MAKE_BLOCK = 1 << 11,
	LANDLOCK_MAKE_SYM = 1 << 12,
	LANDLOCK_REFER = 1 << 13,	 /* since ABI 2 */
	LANDLOCK_TRUNCATE = 1 << 14,	 /* 3 */
	LANDLOCK_IOCTL_DEVICE = 1 << 15, /* 5 */
};

#define LANDLOCK_READ (LANDLOCK_READ_FILE | LANDLOCK_READ_DIR)

/* To maintain files and symlinks in a directory. */
#define LANDLOCK_KEEP \
	(LANDLOCK_READ | LANDLOCK_WRITE_FILE | LANDLOCK_TRUNCATE | LANDLOCK_REMOVE_DIR | \
	 LANDLOCK_REMOVE_FILE | LANDLOCK_MAKE_DIR | LANDLOCK_MAKE_REG | LANDLOCK_MAKE_SYM | \
	 LANDLOCK_REFER)

/* The rights that a file can have; the kernel refuses others for it. */
#define LANDLOCK_OF_FILES \
	(LANDLOCK_EXECUTE | LANDLOCK_WRITE_FILE | LANDLOCK_READ_FILE | LANDLOCK_TRUNCATE | \
	 LANDLOCK_IOCTL_DEVICE)

/* TCP since ABI 4, signals to other processes since 6. */
#define LANDLOCK_TCP_BIND (UINT64_C(1) << 0)
#define LANDLOCK_TCP_CONNECT (UINT64_C(1) << 1)
#define LANDLOCK_SCOPE_SIGNAL (UINT64_C(1) << 1)

/* The kernel's struct landlock_ruleset_attr. Older kernels know its beginning, and accept it when
 * the rest is zero. */
struct landlock_ruleset {
	uint64_t files;
	uint64_t network;
	uint64_t scoped;
};

struct landlock_path {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

#define LANDLOCK_VERSION_FLAG 1U
#define LANDLOCK_RULE_PATH 1

/* The rights that a version of the kernel's interface has. */
static inline uint64_t landlock_known(int version)
{
	if (version >= 5)
		return LANDLOCK_IOCTL_DEVICE * 2 - 1;
	if (version >= 3)
		return LANDLOCK_TRUNCATE * 2 - 1;
	return version == 2 ? LANDLOCK_REFER * 2 - 1 : LANDLOCK_REFER - 1;
}

/* The version of the kernel's interface; 0 when Landlock is missing or switched off. */
static inline int landlock_version(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION_FLAG);

	return version < 0 ? 0 : (int)version;
}

/*
 * Begins a list of what stays allowed: *ruleset is a descriptor that the caller
 * closes. connects: allow TCP connections; listening is never allowed. Returns the
 * version; -EOPNOTSUPP when the kernel has no Landlock; or another -errno.
 */
static inline int landlock_begin(bool connects, int *ruleset)
{
	int version = landlock_version();
	struct landlock_ruleset attributes = {.files = landlock_known(version)};

	if (version == 0)
		return -EOPNOTSUPP;
	if (version >= 4)
		attributes.network = LANDLOCK_TCP_BIND | (connects ? 0 : LANDLOCK_TCP_CONNECT);
	if (version >= 6)
		attributes.scoped = LANDLOCK_SCOPE_SIGNAL;
	*ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0);
	return *ruleset < 0 ? -errno : version;
}

/* Allows rights (a sum) on the file open as fd, and on all below it. Returns 0 or -errno. */
static inline int landlock_allow(int ruleset, int fd, uint64_t rights)
{
	struct landlock_path rule = {
		.allowed = rights & landlock_known(landlock_version()),
		.parent = fd,
	};
	struct stat attributes;

	if (fstat(fd, &attributes) < 0)
		return -errno;
	if (!S_ISDIR(attributes.st_mode))
		rule.allowed &= LANDLOCK_OF_FILES;
	/* EBADFD: in no file system, such as a pipe, so Landlock doesn't restrict it. */
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH, &rule, 0) < 0)
		return errno == EBADFD ? 0 : -errno;
	return 0;
}

/* The same for a path. A path that doesn't exist is no error. */
static inline int landlock_allow_path(int ruleset, const char *path, uint64_t rights)
{
	_cleanup_close_ int fd = open(path, O_PATH | O_CLOEXEC);

	return fd < 0 ? 0 : landlock_allow(ruleset, fd, rights);
}

/* Forbids everything else, for this thread and the threads that it starts. Also sets NoNewPrivs,
 * which the kernel demands. Returns 0 or -errno. */
static inline int landlock_end(int ruleset)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		return -errno;
	return 0;
}

#endif
