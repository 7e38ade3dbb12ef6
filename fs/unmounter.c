#include "unmounter.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "capabilities.h"
#include "cleanup.h"
#include "log.h"
#include "mountpoint.h"
#include "system_calls.h"

/* Where the process has its end of the pair, behind the three that every process has. */
#define OWN_FD 3

static int keep_calls(void)
{
	static const char *const calls[] = {
		"read", "write", "umount2", "exit_group", "rt_sigreturn", "restart_syscall", NULL,
	};
	_cleanup_seccomp_ scmp_filter_ctx filter = system_calls_begin();
	int r = filter ? system_calls_allow(filter, calls) : -ENOMEM;

	return r < 0 ? r : seccomp_load(filter);
}

/* Nothing of the driver's stays open, in particular no pipe that somebody waits for the end of. */
static int keep_fds(int fd)
{
	_cleanup_close_ int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return -errno;
	for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
		if (dup2(null, standard) < 0)
			return -errno;
	if (fd != OWN_FD && dup2(fd, OWN_FD) < 0)
		return -errno;
	(void)steal_fd(&null);
	return close_range(OWN_FD + 1, ~0U, 0) < 0 ? -errno : 0;
}

/* Neither the terminal's ^C, nor a service manager that ends all processes at once: the driver's
 * end is what it lives for. */
static void ignore_signals(void)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};

	(void)setsid();
	(void)sigaction(SIGINT, &ignore, NULL);
	(void)sigaction(SIGTERM, &ignore, NULL);
	(void)sigaction(SIGHUP, &ignore, NULL);
	(void)sigaction(SIGUSR1, &ignore, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

/* So that nobody takes it for the driver. */
static void rename_process(const struct options *options, const char *path)
{
	(void)prctl(PR_SET_NAME, "ismapfs-unmount");
	memset(options->shown, 0, options->shown_size);
	(void)snprintf(options->shown, options->shown_size, "ismapfs: unmounts %s", path);
}

static _Noreturn void serve(int fd, const struct options *options, const char *path)
{
	int answer;
	char word;

	ignore_signals();
	rename_process(options, path);
	answer = keep_fds(fd);
	/* fusermount3 has rights of its own, which would be ruled out. */
	if (answer == 0 && geteuid() == 0 &&
	    (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	     capabilities_keep(CAPABILITY(CAP_SYS_ADMIN)) < 0 ||
	     (SANDBOX_POSSIBLE && keep_calls() < 0)))
		answer = -EPERM;
	(void)!write(answer == 0 ? OWN_FD : fd, &answer, sizeof(answer));
	if (answer < 0 || read(OWN_FD, &word, 1) != 1)
		_exit(0);
	answer = mountpoint_unmount(path);
	(void)!write(OWN_FD, &answer, sizeof(answer));
	_exit(0);
}

/* 0 or what went wrong there. */
static int read_answer(const struct unmounter *unmounter)
{
	ssize_t length;
	int answer;

	do
		length = read(unmounter->fd, &answer, sizeof(answer));
	while (length < 0 && errno == EINTR);
	return length == (ssize_t)sizeof(answer) ? answer : -EPIPE;
}

int unmounter_start(struct unmounter *unmounter, const struct options *options, const char *path)
{
	int ends[2], r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return log_error_errno(-errno, "%s: can't prepare for unmounting: %m", path);
	unmounter->process = fork();
	if (unmounter->process == 0) {
		(void)close(ends[0]);
		serve(ends[1], options, path);
	}
	unmounter->fd = ends[0];
	r = unmounter->process < 0 ? -errno : 0;
	(void)close(ends[1]);
	if (r == 0)
		r = read_answer(unmounter);
	if (r < 0)
		return log_error_errno(r, "%s: can't prepare for unmounting: %m", path);
	return 0;
}

int unmounter_unmount(const struct unmounter *unmounter)
{
	if (send(unmounter->fd, "u", 1, MSG_NOSIGNAL) != 1)
		return -errno;
	return read_answer(unmounter);
}

void unmounter_release(struct unmounter *unmounter)
{
	if (unmounter->fd < 0)
		return;
	(void)close(steal_fd(&unmounter->fd));
	while (unmounter->process > 0 && waitpid(unmounter->process, NULL, 0) < 0)
		if (errno != EINTR)
			break;
}
