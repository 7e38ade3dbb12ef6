/*
 * A list of the system calls that a process may still make, by libseccomp.
 *
 * A call that isn't on the list fails with EPERM; it doesn't kill the process. A
 * newer C library may probe for a call that it can do without, and that must not
 * end a mount. An attacker gains nothing by the difference.
 */
#ifndef ISMAPFS_SYSTEM_CALLS_H
#define ISMAPFS_SYSTEM_CALLS_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <seccomp.h>

/* Sanitizers, coverage and valgrind make calls and open files of their own, so a build for them has
 * no sandbox (make SANDBOX=off). */
#ifdef ISMAPFS_UNCONFINED
#define SANDBOX_POSSIBLE false
#else
#define SANDBOX_POSSIBLE true
#endif

static inline void cleanup_seccomp(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}
#define _cleanup_seccomp_ __attribute__((cleanup(cleanup_seccomp)))

/* For both programs: memory, threads, clocks, reading files. Calls that could reach other processes
 * are allowed by system_calls_allow_own(), those that open files by system_calls_allow_open(). */
#define SYSTEM_CALLS_COMMON \
	"brk", "munmap", "mremap", "madvise", "futex", "futex_time64", "set_robust_list", "rseq", \
		"set_tid_address", "sched_yield", "sched_getaffinity", "exit", "exit_group", \
		"nanosleep", "clock_nanosleep", "clock_nanosleep_time64", "clock_gettime", \
		"clock_gettime64", "clock_getres", "gettimeofday", "time", "restart_syscall", \
		"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn", "rt_sigtimedwait", \
		"rt_sigtimedwait_time64", "sigaltstack", "getpid", "gettid", "getuid", "geteuid", \
		"getgid", "getegid", "getrandom", "uname", "sysinfo", "getrlimit", "getcwd", \
		"chdir", "umask", "read", "readv", "pread64", "write", "writev", "close", \
		"close_range", "lseek", "_llseek", "dup", "dup2", "dup3", "pipe", "pipe2", "poll", \
		"ppoll", "ppoll_time64", "stat", "lstat", "fstat", "stat64", "lstat64", "fstat64", \
		"newfstatat", "fstatat64", "statx", "statfs", "fstatfs", "access", "faccessat", \
		"faccessat2", "readlink", "readlinkat", "getdents64", "fadvise64", \
		"inotify_init1", "inotify_add_watch", "inotify_rm_watch", "send"

/* Makes a filter that allows nothing, searched as a tree, not as a list. NULL: out of memory. */
static inline scmp_filter_ctx system_calls_begin(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	if (filter)
		(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	return filter;
}

/* Allows the calls named, up to a NULL. Calls that this processor's kernels don't have are left
 * out. Returns 0 or -errno. */
static inline int system_calls_allow(scmp_filter_ctx filter, const char *const *names)
{
	for (; *names; names++) {
		int number = seccomp_syscall_resolve_name(*names);
		int r = number == __NR_SCMP_ERROR
				? 0
				: seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Enforces the filter. Returns 0; -EOPNOTSUPP when this kernel, or a filter around the process,
 * doesn't allow filters; or another -errno. */
static inline int system_calls_load(scmp_filter_ctx filter)
{
	int r = seccomp_load(filter);

	return r == -ECANCELED || r == -EINVAL || r == -ENOSYS ? -EOPNOTSUPP : r;
}

/* Allows a call whose argument has exactly the bits `masked` within mask. Returns 0 or -errno. */
static inline int system_calls_allow_masked(scmp_filter_ctx filter, int number, unsigned argument,
					    uint64_t mask, uint64_t masked)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1,
				SCMP_CMP64(argument, SCMP_CMP_MASKED_EQ, mask, masked));
}

/* Allows opening files; unless `writes`, for reading alone, which holds where Landlock is missing,
 * too. Returns 0 or -errno. */
static inline int system_calls_allow_open(scmp_filter_ctx filter, bool writes)
{
	static const char *const names[] = {"open", "openat"};
	uint64_t none = writes ? 0 : O_ACCMODE | O_CREAT | O_TRUNC;

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int number = seccomp_syscall_resolve_name(names[i]);
		int r = number == __NR_SCMP_ERROR
				? 0
				: system_calls_allow_masked(filter, number, i + 1, none, 0);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Allows a call whose first argument is a number. A call that this processor's kernels don't have
 * is left out. Returns 0 or -errno. */
static inline int system_calls_allow_first(scmp_filter_ctx filter, const char *name, uint32_t first)
{
	int number = seccomp_syscall_resolve_name(name);

	return number == __NR_SCMP_ERROR ? 0
					 : seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1,
							    SCMP_A0_32(SCMP_CMP_EQ, first, 0));
}

/*
 * Allows fcntl, but none of its commands that make the kernel send signals, which
 * may go to any process (F_SETOWN, F_SETSIG, F_SETLEASE, F_NOTIFY). Returns 0 or
 * -errno.
 */
static inline int system_calls_allow_fcntl(scmp_filter_ctx filter)
{
	static const char *const names[] = {"fcntl", "fcntl64"};
	static const uint32_t commands[] = {
		F_DUPFD, F_GETFD,  F_SETFD,	    F_GETFL, F_SETFL, F_GETLK,
		F_SETLK, F_SETLKW, F_DUPFD_CLOEXEC, 1031, /* F_SETPIPE_SZ and F_GETPIPE_SZ, of
							     libfuse's splicing */
		1032,
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int number = seccomp_syscall_resolve_name(names[i]);

		for (size_t k = 0; k < sizeof(commands) / sizeof(commands[0]); k++) {
			int r = number == __NR_SCMP_ERROR
					? 0
					: seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1,
							   SCMP_A1_32(SCMP_CMP_EQ, commands[k], 0));

			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* Allows calls that name a process for this process alone: signals to itself, asking (not setting)
 * its own limits. Returns 0 or -errno. */
static inline int system_calls_allow_own(scmp_filter_ctx filter)
{
	uint32_t own = (uint32_t)getpid();
	int r;

	if ((r = system_calls_allow_first(filter, "kill", own)) < 0 ||
	    (r = system_calls_allow_first(filter, "tgkill", own)) < 0 ||
	    (r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2,
				  SCMP_A0_32(SCMP_CMP_EQ, 0, 0), SCMP_A2_64(SCMP_CMP_EQ, 0, 0))) <
		    0)
		return r;
	return system_calls_allow_fcntl(filter);
}

/*
 * Allows threads, but no processes; memory, but no executable memory unless
 * libraries may still be loaded; and of other calls what reaches the process itself. A
 * filter can't see clone3's flags, so clone3 fails with ENOSYS and the C library uses
 * clone. Returns 0 or -errno.
 */
static inline int system_calls_allow_threads(scmp_filter_ctx filter, bool loads_libraries)
{
	uint64_t run = loads_libraries ? 0 : PROT_EXEC;
	int r;

	if ((r = system_calls_allow_masked(filter, SCMP_SYS(clone), 0, CLONE_THREAD,
					   CLONE_THREAD)) < 0 ||
	    (r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0)) < 0 ||
	    (r = system_calls_allow_masked(filter, SCMP_SYS(mmap), 2, run, 0)) < 0 ||
	    (r = system_calls_allow_masked(filter, SCMP_SYS(mprotect), 2, run, 0)) < 0)
		return r;
	return system_calls_allow_own(filter);
}

/* Allows sending over sockets that are connected already, as to the service manager and the
 * system's log. Returns 0 or -errno. */
static inline int system_calls_allow_send(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 1,
				SCMP_A4_64(SCMP_CMP_EQ, 0, 0));
}

/* Allows to connect to the system's log again: datagrams to local sockets. Not for root, who may
 * use those of all local servers. Returns 0 or -errno. */
static inline int system_calls_allow_log(scmp_filter_ctx filter)
{
	int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(connect), 0);

	if (r < 0)
		return r;
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
				SCMP_A0_32(SCMP_CMP_EQ, AF_UNIX, 0),
				SCMP_A1_32(SCMP_CMP_MASKED_EQ,
					   (uint32_t) ~(SOCK_CLOEXEC | SOCK_NONBLOCK), SOCK_DGRAM));
}

#endif
