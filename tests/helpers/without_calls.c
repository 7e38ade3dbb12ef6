/*
 * without_calls ERROR newer|CALL COMMAND...: runs a command where the system calls that older
 * kernels lack, or that one alone, fail: with ENOSYS, as on such a kernel, or with EPERM, as the
 * filters of older containers have it; or with EIO, as of a broken disk; with KILL the process dies
 * there.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

static const int newer[] = {
	SYS_close_range,
	SYS_openat2,
	SYS_open_tree,
	SYS_move_mount,
	SYS_fsopen,
	SYS_fsconfig,
	SYS_fsmount,
	SYS_fspick,
	SYS_faccessat2,
	SYS_statx,
	SYS_copy_file_range,
	SYS_renameat2,
	SYS_memfd_create,
	SYS_pidfd_open,
	SYS_pidfd_send_signal,
	SYS_epoll_pwait2,
	SYS_landlock_create_ruleset,
	SYS_landlock_add_rule,
	SYS_landlock_restrict_self,
	SYS_seccomp,
	SYS_rseq,
};

#define CALLS_MAX (sizeof(newer) / sizeof(newer[0]))

static const struct {
	const char *name;
	int call;
} alone[] = {
	{"capset", SYS_capset},
	{"fsync", SYS_fsync},
	{"landlock_create_ruleset", SYS_landlock_create_ruleset},
	{"sendto", SYS_sendto},
	{"statfs", SYS_statfs},
};

/* Returns the calls of that name, or NULL. */
static const int *find_calls(const char *name, size_t *call_count)
{
	*call_count = CALLS_MAX;
	if (strcmp(name, "newer") == 0)
		return newer;
	*call_count = 1;
	for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
		if (strcmp(name, alone[i].name) == 0)
			return &alone[i].call;
	return NULL;
}

static unsigned find_action(const char *error)
{
	if (strcmp(error, "KILL") == 0)
		return SECCOMP_RET_KILL_PROCESS;
	if (strcmp(error, "EIO") == 0)
		return SECCOMP_RET_ERRNO | EIO;
	return SECCOMP_RET_ERRNO | (strcmp(error, "EPERM") == 0 ? EPERM : ENOSYS);
}

int main(int count, char **arguments)
{
	struct sock_filter code[2 * CALLS_MAX + 4];
	struct sock_fprog program = {.filter = code};
	unsigned short used = 0;
	const int *calls;
	size_t call_count;

	calls = count < 4 ? NULL : find_calls(arguments[2], &call_count);
	if (!calls)
		return 2;
	code[used++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						    offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < call_count; i++) {
		code[used++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							    (unsigned)calls[i], 0, 1);
		code[used++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, find_action(arguments[1]));
	}
	/* The C library knows only one way to learn that this one is missing. */
	code[used++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
	code[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
	code[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = used;
	if (geteuid() != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 77;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0) {
		perror("without_calls");
		return 77;
	}
	(void)execvp(arguments[3], arguments + 3);
	perror(arguments[3]);
	return 127;
}
