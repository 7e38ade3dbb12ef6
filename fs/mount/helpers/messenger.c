#include "mount/helpers/messenger.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/log.h"
#include "kernel/announce.h"

/* Returns 0 or -errno. */
static int confine(int *fds, const struct sandbox *sandbox)
{
	static const char *const calls[] = {"read", "write", "exit_group", "restart_syscall", NULL};
	int r;

	if ((r = sandbox_become_user(sandbox)) < 0 || (r = helper_keep_fds(fds, 2)) < 0)
		return r;
	return sandbox_enter_helper(sandbox, calls);
}

static void serve(int own_fd, void *memory, const struct helper_context *context)
{
	struct messenger_shared *shared = memory;
	char message[ANNOUNCE_MESSAGE_MAX];
	int fds[] = {own_fd, context->device}, r;
	ssize_t length;

	helper_begin(context->options, "ismapfs-tell", "announces changes of", context->path);
	r = confine(fds, context->sandbox);
	(void)!write(fds[0], &r, sizeof(r));
	if (r < 0)
		return;
	while ((length = read(fds[0], message, sizeof(message))) > 0) {
		/* The kernel's answer doesn't matter: mostly it is ENOENT, as the kernel doesn't
		 * know the name. */
		(void)!write(fds[1], message, (size_t)length);
		atomic_fetch_add(&shared->told, 1);
	}
}

int messenger_start(struct helper *messenger, const struct helper_context *context)
{
	int r = helper_start(messenger, sizeof(struct messenger_shared), serve, context);

	return r < 0 ? log_error_errno(r, "%s: can't prepare for announcing changes: %m",
				       context->path)
		     : 0;
}
