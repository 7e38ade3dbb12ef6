#include "mount/helpers/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "common/descriptors.h"

#define FIRST_FD (STDERR_FILENO + 1)

/* How long one may take until it is ready, in milliseconds. */
#define GREETING_TIMEOUT 10000

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
