#include "mount/fuse_control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "common/cleanup.h"

#define CONTROL_PATH "/sys/fs/fuse/connections"

/* Opens the control file system, without mounting it where the kernel can (Linux 5.2). */
static int open_control(void)
{
	_cleanup_close_ int context = fsopen("fusectl", FSOPEN_CLOEXEC);
	int fd;

	if (context >= 0 && fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0) {
		fd = fsmount(context, FSMOUNT_CLOEXEC, 0);
		if (fd >= 0)
			return fd;
	}
	fd = open(CONTROL_PATH, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int fuse_control_number(const char *path)
{
	struct statx mount;

	/* Only what the kernel knows: the driver may not answer. */
	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0,
		  &mount) < 0)
		return -errno;
	/* The number is the minor number of the mount's device; the major number is 0. */
	return mount.stx_dev_major == 0 ? (int)mount.stx_dev_minor : -ENODEV;
}

int fuse_control_open_abort(int number)
{
	_cleanup_close_ int control = open_control();
	char name[32];
	int fd;

	if (control < 0)
		return control;
	(void)snprintf(name, sizeof(name), "%d/abort", number);
	fd = openat(control, name, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
