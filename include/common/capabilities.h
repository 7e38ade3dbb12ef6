/*
 * The superuser's rights, one by one: giving up all but some. By the raw system
 * calls of capabilities(7), which the C library has no functions for.
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
 * Of what this thread, and those that it starts, may do only these stay: a sum of
 * CAPABILITY(CAP_…). None is added. Asks nothing of the kernel when there is
 * nothing to give up, as somebody may have forbidden to ask. Returns 0 or -errno.
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
