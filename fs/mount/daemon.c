#include "mount/daemon.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>

#include "common/cleanup.h"
#include "common/log.h"
#include "mount/mountpoint.h"
#include "mount/options.h"

/* How long the mount may take to answer. Seconds. */
#define ANSWER_SECONDS 10

/* Returns the exit code of a child that failed, and reports one that has none. */
static int code_of_child(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_CODE_MOUNT;
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		return WEXITSTATUS(status);
	log_error("the driver ended before it was mounted");
	return EXIT_CODE_MOUNT;
}

/* The child writes its mount point to the pipe, or ends without that. */
static int wait_for_child(int fd, pid_t child)
{
	char path[PATH_MAX];
	ssize_t length;
	int r;

	do
		length = read(fd, path, sizeof(path) - 1);
	while (length < 0 && errno == EINTR);
	if (length <= 0)
		return code_of_child(child);
	path[length] = '\0';
	r = mountpoint_probe(path, ANSWER_SECONDS);
	if (r < 0) {
		(void)log_error_errno(
			r, "%s: mounted, but it doesn't answer (%m), so it is unmounted", path);
		/* Whoever is told that there is no mount finds none. */
		(void)kill(child, SIGTERM);
		return EXIT_CODE_MOUNT;
	}
	return EXIT_CODE_FINE;
}

int daemon_start(int *ready_fd, int *exit_code)
{
	_cleanup_close_ int reading = -1;
	_cleanup_close_ int writing = -1;
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return log_error_errno(-errno, "can't go to the background: %m");
	reading = ends[0];
	writing = ends[1];
	child = fork();
	if (child < 0)
		return log_error_errno(-errno, "can't go to the background: %m");
	if (child == 0) {
		*ready_fd = steal_fd(&writing);
		return 0;
	}
	(void)close(steal_fd(&writing));
	*exit_code = wait_for_child(reading, child);
	return 1;
}

void daemon_leave_group(void)
{
	(void)setsid();
}

void daemon_ready(int *ready_fd, const char *path)
{
	if (*ready_fd < 0)
		return;
	(void)!write(*ready_fd, path, strlen(path));
	(void)close(steal_fd(ready_fd));
}

/* Writes a line to the log, with the priority that it begins with (log.h). */
static ssize_t write_to_log(void *cookie, const char *text, size_t length)
{
	int priority = LOG_NOTICE, skipped = 0;

	(void)cookie;
	if (length > 3 && text[0] == '<' && text[1] >= '0' && text[1] <= '7' && text[2] == '>') {
		priority = text[1] - '0';
		skipped = 3;
	}
	syslog(priority, "%.*s", (int)length - skipped, text + skipped);
	return (ssize_t)length;
}

void daemon_open_log(void)
{
	openlog(NULL, LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

void daemon_detach(int null)
{
	/* libfuse writes to stderr too, so the stream itself leads to the log. */
	const cookie_io_functions_t functions = {.write = write_to_log};
	FILE *log_stream = fopencookie(NULL, "w", functions);

	(void)!chdir("/");
	if (log_stream) {
		(void)setvbuf(log_stream, NULL, _IOLBF, LOG_LINE_SIZE);
		stderr = log_stream;
	}
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		(void)dup2(null, fd);
}
