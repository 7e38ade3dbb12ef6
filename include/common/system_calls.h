/*
 * A short list of the system calls that a process may still make, by libseccomp.
 *
 * What isn't on the list fails with EPERM. It doesn't end the process: a C
 * library of next year that tries something new and can do without it should not
 * take a mount away on a Sunday, and to whoever broke in the two are the same.
 */
#ifndef ISMAPFS_SYSTEM_CALLS_H
#define ISMAPFS_SYSTEM_CALLS_H

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <seccomp.h>

/* Not for what works inside of a process with calls and files of its own: sanitizers, coverage,
 * valgrind. Such a build has no sandbox at all (make SANDBOX=off). */
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

/* Of any program here: memory, threads, clocks, its own signals, reading what is open. */
#define SYSTEM_CALLS_COMMON \
	"brk", "munmap", "mremap", "madvise", "futex", "futex_time64", "set_robust_list", "rseq", \
		"set_tid_address", "sched_yield", "sched_getaffinity", "exit", "exit_group", \
		"nanosleep", "clock_nanosleep", "clock_nanosleep_time64", "clock_gettime", \
		"clock_gettime64", "clock_getres", "gettimeofday", "time", "restart_syscall", \
		"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn", "rt_sigtimedwait", \
		"rt_sigtimedwait_time64", "sigaltstack", "tgkill", "getpid", "gettid", "getuid", \
		"geteuid", "getgid", "getegid", "getrandom", "uname", "sysinfo", "prlimit64", \
		"getrlimit", "getcwd", "chdir", "umask", "read", "readv", "pread64", "write", \
		"writev", "close", "close_range", "lseek", "_llseek", "dup", "dup2", "dup3", \
		"fcntl", "fcntl64", "pipe", "pipe2", "poll", "ppoll", "ppoll_time64", "open", \
		"openat", "stat", "lstat", "fstat", "stat64", "lstat64", "fstat64", "newfstatat", \
		"fstatat64", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2", \
		"readlink", "readlinkat", "getdents64", "fadvise64", "inotify_init1", \
		"inotify_add_watch", "inotify_rm_watch", "connect", "sendto", "send"

/* A filter that allows nothing, searched like a tree rather than like a list. NULL: there is no
 * memory. */
static inline scmp_filter_ctx system_calls_begin(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	if (filter)
		(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	return filter;
}

/* Allows what is named, up to a NULL. Names that this machine's processor doesn't know are left
 * out. Returns 0 or -errno. */
static inline int system_calls_allow(scmp_filter_ctx filter, const char *const *names)
{
	int r = 0;

	for (; r == 0 && *names; names++) {
		int number = seccomp_syscall_resolve_name(*names);

		if (number != __NR_SCMP_ERROR)
			r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
	}
	return r;
}

/* Allows a call when of its argument only the bits outside of mask may be set, or, with masked not
 * 0, just those within mask as masked says. */
static inline int system_calls_allow_masked(scmp_filter_ctx filter, int number, unsigned argument,
					    uint64_t mask, uint64_t masked)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1,
				SCMP_CMP64(argument, SCMP_CMP_MASKED_EQ, mask, masked));
}

/*
 * Threads, but no processes; memory, but none that is run, unless libraries may
 * still be loaded; a signal to the process itself. clone3's flags can't be
 * looked at, so it doesn't exist: the C library then takes clone.
 * Returns 0 or -errno.
 */
static inline int system_calls_allow_threads(scmp_filter_ctx filter, bool loads_libraries)
{
	uint64_t run = loads_libraries ? 0 : PROT_EXEC;
	int r = system_calls_allow_masked(filter, SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD);

	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	if (r == 0)
		r = system_calls_allow_masked(filter, SCMP_SYS(mmap), 2, run, 0);
	if (r == 0)
		r = system_calls_allow_masked(filter, SCMP_SYS(mprotect), 2, run, 0);
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1,
				     SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)getpid()));
	return r;
}

/* The system's log and a service manager: datagrams to a socket of this machine. */
static inline int system_calls_allow_log(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
				SCMP_A0_32(SCMP_CMP_EQ, AF_UNIX),
				SCMP_A1_32(SCMP_CMP_MASKED_EQ,
					   (uint32_t) ~(SOCK_CLOEXEC | SOCK_NONBLOCK), SOCK_DGRAM));
}

#endif
