#include "notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "cleanup.h"
#include "duration.h"

void notify_open(struct notify *notify)
{
	const char *path = getenv("NOTIFY_SOCKET"), *watchdog = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t length;

	*notify = (struct notify){.fd = -1};
	if (!path || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof(address.sun_path))
		return;
	length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	memcpy(address.sun_path, path, strlen(path));
	if (path[0] == '@')
		address.sun_path[0] = '\0'; /* not a file: an abstract name */
	notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (notify->fd >= 0 && connect(notify->fd, (struct sockaddr *)&address, length) < 0)
		(void)close(steal_fd(&notify->fd));
	if (watchdog && (!pid || strtoll(pid, NULL, 10) == getpid()))
		notify->interval = strtoll(watchdog, NULL, 10) / 2000;
}

void notify_close(struct notify *notify)
{
	if (notify->fd >= 0)
		(void)close(steal_fd(&notify->fd));
}

void notify_send(const struct notify *notify, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	if (notify->fd < 0)
		return;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	(void)send(notify->fd, text, strlen(text), MSG_NOSIGNAL);
}

void notify_alive(struct notify *notify)
{
	if (notify->interval <= 0 || steady_now() - notify->last < notify->interval)
		return;
	notify->last = steady_now();
	notify_send(notify, "WATCHDOG=1");
}
