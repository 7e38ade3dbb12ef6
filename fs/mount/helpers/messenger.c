#include "mount/helpers/messenger.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/log.h"
#include "kernel/announce.h"
#include "mount/helpers/helper.h"

/* How long its end is waited for. Milliseconds. */
#define END_MAX 200

/* Returns 0 or -errno. */
static int confine(int *fds, const struct sandbox *sandbox)
{
	static const char *const calls[] = {"read", "write", "exit_group", "restart_syscall", NULL};
	int r;

	if ((r = sandbox_become_user(sandbox)) < 0 || (r = helper_keep_fds(fds, 2)) < 0)
		return r;
	return sandbox_enter_helper(sandbox, calls);
}

static _Noreturn void serve(int own_fd, int device, struct messenger_shared *shared,
			    const struct sandbox *sandbox, const struct options *options,
			    const char *path)
{
	char message[ANNOUNCE_MESSAGE_MAX];
	int fds[] = {own_fd, device}, r;
	ssize_t length;

	helper_begin(options, "ismapfs-tell", "announces changes of", path);
	r = confine(fds, sandbox);
	(void)!write(fds[0], &r, sizeof(r));
	if (r < 0)
		_exit(EXIT_FAILURE);
	while ((length = read(fds[0], message, sizeof(message))) > 0) {
		/* The kernel's answer doesn't matter: mostly it is ENOENT, as the kernel doesn't
		 * know the name. */
		(void)!write(fds[1], message, (size_t)length);
		atomic_fetch_add(&shared->told, 1);
	}
	_exit(EXIT_SUCCESS);
}

static int start(struct messenger *messenger, int device, const struct sandbox *sandbox,
		 const struct options *options, const char *path)
{
	struct messenger_shared *made;
	int ends[2], error = 0, r;

	/* cppcheck-suppress invalidFunctionArg; no file (mmap(2)) */
	made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (made == MAP_FAILED)
		return -errno;
	messenger->shared = made;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	messenger->fd = ends[0];
	messenger->process = fork();
	if (messenger->process == 0)
		serve(ends[1], device, messenger->shared, sandbox, options, path);
	(void)close(ends[1]);
	if (messenger->process < 0)
		return -errno;
	r = helper_read_greeting(messenger->fd, messenger->process, &error, sizeof(error));
	return r < 0 ? r : error;
}

int messenger_start(struct messenger *messenger, int device, const struct sandbox *sandbox,
		    const struct options *options, const char *path)
{
	int r = start(messenger, device, sandbox, options, path);

	return r < 0 ? log_error_errno(r, "%s: can't prepare for announcing changes: %m", path) : 0;
}

void messenger_release(struct messenger *messenger)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	if (messenger->fd >= 0)
		(void)close(steal_fd(&messenger->fd));
	for (int i = 0; messenger->process > 0 && i < END_MAX; i++) {
		if (waitpid(messenger->process, NULL, WNOHANG) != 0)
			messenger->process = 0;
		else
			(void)nanosleep(&pause, NULL);
	}
	if (messenger->shared)
		(void)munmap(messenger->shared, sizeof(*messenger->shared));
	messenger->shared = NULL;
}
