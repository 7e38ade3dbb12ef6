/*
 * Giving up root's rights (capabilities(7)), all but some. Raw system calls: the
 * C library has no functions for them.
 */
#ifndef ISMAPFS_CAPABILITIES_H
#define ISMAPFS_CAPABILITIES_H

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#define CAPABILITY(number) (UINT64_C(1) << (number))

/*
 * Keeps only these capabilities of this thread and of the threads that it starts:
 * a sum of CAPABILITY(CAP_…). Adds none. Doesn't call capset() when there is
 * nothing to give up, since a sandbox around us may forbid it. Returns 0 or -errno.
 */
static inline int capabilities_keep(uint64_t kept)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct had[_LINUX_CAPABILITY_U32S_3] = {{0}};
	struct __user_cap_data_struct left[_LINUX_CAPABILITY_U32S_3] = {{0}};

	if (syscall(SYS_capget, &header, had) < 0)
		return -errno;
	for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		left[i].permitted = had[i].permitted & (uint32_t)(kept >> (32 * i));
		left[i].effective = left[i].permitted;
	}
	if (memcmp(left, had, sizeof(left)) == 0)
		return 0;
	return syscall(SYS_capset, &header, left) < 0 ? -errno : 0;
}

#endif
