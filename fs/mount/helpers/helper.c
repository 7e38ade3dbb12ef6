#include "mount/helpers/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/descriptors.h"

#define FIRST_FD (STDERR_FILENO + 1)

/* How long one may take until it is ready, in milliseconds. */
#define GREETING_TIMEOUT 10000

/* How long the end of one is waited for, in milliseconds. */
#define END_MAX 200

/* Neither ^C on the terminal nor a service manager that signals all processes may end it. */
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

void helper_begin(const struct options *options, const char *name, const char *does,
		  const char *path)
{
	ignore_signals();
	(void)prctl(PR_SET_NAME, name);
	memset(options->shown, 0, options->shown_size);
	(void)snprintf(options->shown, options->shown_size, "ismapfs: %s %s", does, path);
	(void)!chdir("/");
}

int helper_keep_fds(int *fds, size_t count)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int above = FIRST_FD + (int)count;
	char *const none[] = {NULL};

	if (null < 0)
		return -errno;
	/* First to high numbers: one may have the number that another is to get. */
	for (size_t i = 0; i < count; i++) {
		int moved = fcntl(fds[i] < 0 ? null : fds[i], F_DUPFD_CLOEXEC, above);

		if (moved < 0)
			return -errno;
		fds[i] = moved;
	}
	for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
		if (dup2(null, standard) < 0)
			return -errno;
	for (size_t i = 0; i < count; i++) {
		if (dup2(fds[i], FIRST_FD + (int)i) < 0)
			return -errno;
		fds[i] = FIRST_FD + (int)i;
	}
	descriptors_close_from(above, none);
	return 0;
}

int helper_read_greeting(int fd, pid_t process, void *greeting, size_t size)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	ssize_t length;
	int r;

	do
		r = poll(&ready, 1, GREETING_TIMEOUT);
	while (r < 0 && errno == EINTR);
	if (r == 0) {
		(void)kill(process, SIGKILL);
		return -ETIMEDOUT;
	}
	do
		length = read(fd, greeting, size);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return -errno;
	return length == (ssize_t)size ? 0 : -EPIPE;
}

static int start_with(struct helper *helper, int own_fd,
		      void (*function)(int own_fd, void *shared,
				       const struct helper_context *context),
		      const struct helper_context *context)
{
	helper->process = fork();
	if (helper->process == 0) {
		function(own_fd, helper->shared, context);
		_exit(EXIT_SUCCESS);
	}
	return helper->process < 0 ? -errno : 0;
}

int helper_start(struct helper *helper, size_t size,
		 void (*function)(int own_fd, void *shared, const struct helper_context *context),
		 const struct helper_context *context)
{
	int ends[2], error = 0, r;
	/* cppcheck-suppress invalidFunctionArg; no file (mmap(2)) */
	void *made = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (made == MAP_FAILED)
		return -errno;
	helper->shared = made;
	helper->size = size;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	helper->fd = ends[0];
	r = start_with(helper, ends[1], function, context);
	(void)close(ends[1]);
	if (r == 0)
		r = helper_read_greeting(helper->fd, helper->process, &error, sizeof(error));
	return r < 0 ? r : error;
}

void helper_release(struct helper *helper)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	if (helper->fd >= 0)
		(void)close(steal_fd(&helper->fd));
	for (int i = 0; helper->process > 0 && i < END_MAX; i++) {
		if (waitpid(helper->process, NULL, WNOHANG) != 0)
			helper->process = 0;
		else
			(void)nanosleep(&pause, NULL);
	}
	if (helper->shared)
		(void)munmap(helper->shared, helper->size);
	helper->shared = NULL;
}
