#include "mount/sandbox.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <time.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "common/capabilities.h"
#include "common/landlock.h"
#include "common/log.h"
#include "common/system_calls.h"
#include "store.h"

/* The most that a small process keeps. */
#define KEPT_CALLS_MAX 16

/* Beside the common ones: libfuse's splicing, and waiting for the guardian. */
static const char *const calls[] = {
	SYSTEM_CALLS_COMMON, "splice", "vmsplice", "tee", "eventfd2", "wait4", NULL,
};

static int find_user(struct sandbox *sandbox, const char *name)
{
	const struct passwd *entry;

	errno = 0;
	/* cppcheck-suppress getpwnamCalled; there is one thread */
	entry = getpwnam(name);
	if (!entry)
		return log_error_errno(-EINVAL, "-o user=%s: there is no such user%s%s", name,
				       errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
	if (entry->pw_uid == geteuid())
		return 0;
	if (geteuid() != 0)
		return log_error_errno(-EINVAL, "-o user=%s: only root can become another user",
				       name);
	sandbox->becomes_user = true;
	sandbox->user = entry->pw_uid;
	sandbox->group = entry->pw_gid;
	return 0;
}

int sandbox_prepare(struct sandbox *sandbox, bool confines, const char *user)
{
	*sandbox = (struct sandbox){
		.confines = SANDBOX_POSSIBLE && confines,
		.name = user,
	};
	if (SANDBOX_POSSIBLE && !confines)
		log_warning("-o sandbox=off: the driver keeps all rights of its user");
	/* syslog() needs the local time zone, whose file can't be read later. */
	tzset();
	return *user != '\0' ? find_user(sandbox, user) : 0;
}

int sandbox_become_user(const struct sandbox *sandbox)
{
	if (!sandbox->becomes_user)
		return 0;
	if (setgroups(0, NULL) < 0 ||
	    setresgid(sandbox->group, sandbox->group, sandbox->group) < 0 ||
	    setresuid(sandbox->user, sandbox->user, sandbox->user) < 0)
		return log_error_errno(-errno, "-o user=%s: can't become that user: %m",
				       sandbox->name);
	return 0;
}

static int drop_rights(void)
{
	int r;

	/* Root gives up its other groups. In a user namespace that may be forbidden. */
	if (geteuid() == 0)
		(void)setgroups(0, NULL);
	r = capabilities_keep(0);
	if (r < 0)
		return log_error_errno(r, "root's rights can't be given up: %m");
	return 0;
}

static int restrict_files(int store_fd)
{
	_cleanup_close_ int ruleset = -1;
	int r = landlock_begin(false, &ruleset);

	if (r == -EOPNOTSUPP || r == -ENOSYS) {
		log_warning(
			"this kernel has no Landlock: the driver may read all files that its user may read");
		return 0;
	}
	if (r >= 0)
		r = landlock_allow(ruleset, store_fd, LANDLOCK_READ);
	if (r >= 0)
		r = landlock_end(ruleset);
	if (r < 0)
		return log_error_errno(r, "the driver can't restrict itself to the store: %m");
	return 0;
}

/* For the follower (kernel/follow.h): where a thread runs, which the kernel lets it say of its
 * user's alone, and that this thread itself is idle. */
static int allow_placing(scmp_filter_ctx filter)
{
	int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sched_setaffinity), 0);

	return r < 0 ? r
		     : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sched_setscheduler), 2,
					SCMP_A0_32(SCMP_CMP_EQ, 0, 0),
					SCMP_A1_32(SCMP_CMP_EQ, SCHED_IDLE, 0));
}

static int load_filter(void)
{
	_cleanup_seccomp_ scmp_filter_ctx filter = system_calls_begin();
	int r;

	if (!filter)
		return -ENOMEM;
	if ((r = system_calls_allow(filter, calls)) < 0 ||
	    (r = system_calls_allow_open(filter, false)) < 0 ||
	    (r = system_calls_allow_threads(filter, false)) < 0 ||
	    (r = system_calls_allow_send(filter)) < 0 || (r = allow_placing(filter)) < 0 ||
	    (geteuid() != 0 && (r = system_calls_allow_log(filter)) < 0))
		return r;
	return system_calls_load(filter);
}

static int restrict_calls(void)
{
	int r = load_filter();

	if (r == -EOPNOTSUPP) {
		log_warning(
			"this kernel can't filter system calls: the driver may make all of them");
		return 0;
	}
	if (r < 0)
		return log_error_errno(r, "the driver can't restrict its system calls: %m");
	return 0;
}

/* Whether the store can be read without root's rights. What else is wrong with it is reported by
 * who reads it. */
static int check_store(const struct sandbox *sandbox, int store_fd, const char *store_path)
{
	char path[STORE_GENERATION_PATH_SIZE];
	_cleanup_close_ int fd = -1;
	int r = store_current_path(store_fd, path);

	if (r == 0) {
		fd = openat(store_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		r = fd < 0 ? -errno : 0;
	}
	if (r == 0) {
		(void)close(fd);
		fd = openat(store_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		r = fd < 0 ? -errno : 0;
	}
	if (r != -EACCES)
		return 0;
	if (sandbox->becomes_user)
		return log_error_errno(
			r,
			"%s: user %s can't read the store (%m): allow that user to, or name another user with -o user=",
			store_path, sandbox->name);
	return log_error_errno(
		r,
		"%s: can't be read without root's rights (%m): name a user who can read it with -o user=",
		store_path);
}

static int confine(int store_fd)
{
	int r;

	/* No core dump: until it is written, readers would wait for the dead driver (guardian.h).
	 */
	(void)prctl(PR_SET_DUMPABLE, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return log_error_errno(-errno, "gaining new privileges can't be forbidden: %m");
	if ((r = drop_rights()) < 0 || (r = restrict_files(store_fd)) < 0)
		return r;
	return restrict_calls();
}

int sandbox_enter(const struct sandbox *sandbox, int store_fd, const char *store_path)
{
	int r = sandbox_become_user(sandbox);

	if (r < 0)
		return r;
	if (sandbox->confines && (r = confine(store_fd)) < 0)
		return r;
	if (!sandbox->confines && !sandbox->becomes_user)
		return 0;
	return check_store(sandbox, store_fd, store_path);
}

int sandbox_enter_helper(const struct sandbox *sandbox, const char *const *names)
{
	int r;

	if (!sandbox->confines)
		return 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	r = drop_rights();
	if (r < 0)
		return r;
	r = sandbox_keep_calls(names);
	/* The driver reports that this kernel can't filter system calls. */
	return r == -EOPNOTSUPP ? 0 : r;
}

/* Not by libseccomp: when one of its allocations fails it may crash, not end, or leave calls out.
 * The first instructions refuse calls of another architecture, the last one refuses the rest. */
int sandbox_keep_calls(const char *const *names)
{
	struct sock_filter code[2 * KEPT_CALLS_MAX + 5] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, seccomp_arch_native(), 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = {.len = 4, .filter = code};

	for (size_t i = 0; names[i]; i++) {
		int number = seccomp_syscall_resolve_name(names[i]);

		if (i == KEPT_CALLS_MAX)
			return -E2BIG;
		/* Below 0: this processor's kernels don't have it. */
		if (number < 0)
			continue;
		code[program.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
								   (unsigned)number, 0, 1);
		code[program.len++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	code[program.len++] =
		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
		return 0;
	return errno == ENOMEM ? -ENOMEM : -EOPNOTSUPP;
}
