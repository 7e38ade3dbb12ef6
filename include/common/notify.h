/*
 * Telling the service manager how the program is: sd_notify(3) by hand. Without a
 * manager (no NOTIFY_SOCKET in the environment) these functions do nothing.
 */
#ifndef ISMAPFS_NOTIFY_H
#define ISMAPFS_NOTIFY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "common/cleanup.h"
#include "common/messages.h"
#include "common/timestamp.h"

#define NOTIFY_TEXT_SIZE 1024

struct notify {
	int fd;		  /* -1: no manager */
	int64_t interval; /* between signs of life, milliseconds; 0: none wanted */
	int64_t last;	  /* sign of life, on the steady clock */
};

#define NOTIFY_CLOSED \
	{ \
		.fd = -1 \
	}

/* Reads NOTIFY_SOCKET and WATCHDOG_USEC. An unreachable socket counts as no manager. */
static inline void notify_open(struct notify *notify)
{
	const char *path = getenv("NOTIFY_SOCKET"), *watchdog = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t length;

	*notify = (struct notify)NOTIFY_CLOSED;
	if (!path || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof(address.sun_path))
		return;
	length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	memcpy(address.sun_path, path, strlen(path));
	if (path[0] == '@')
		address.sun_path[0] = '\0'; /* an abstract name, no file */
	notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (notify->fd >= 0 && connect(notify->fd, (struct sockaddr *)&address, length) < 0)
		(void)close(steal_fd(&notify->fd));
	if (watchdog && (!pid || strtoll(pid, NULL, 10) == getpid()))
		notify->interval = strtoll(watchdog, NULL, 10) / 2000;
}

static inline void notify_close(struct notify *notify)
{
	if (notify->fd >= 0)
		(void)close(steal_fd(&notify->fd));
}

/* Sends a line like READY=1. Never waits, never fails. */
static inline void notify_send(const struct notify *notify, const char *line)
{
	if (notify->fd >= 0)
		(void)send(notify->fd, line, strlen(line), MSG_NOSIGNAL);
}

/* Sends a sentence for users (`systemctl status`), translated. Never waits, never fails. */
__attribute__((format(printf, 2, 3))) static inline void notify_status(const struct notify *notify,
								       const char *format, ...)
{
	char line[NOTIFY_TEXT_SIZE] = "STATUS=";
	size_t length = strlen(line);
	va_list arguments;

	if (notify->fd < 0)
		return;
	va_start(arguments, format);
	(void)vsnprintf(line + length, sizeof(line) - length, translate(format), arguments);
	va_end(arguments);
	notify_send(notify, line);
}

/* Sends a sign of life when one is due. */
static inline void notify_alive(struct notify *notify)
{
	int64_t now = monotonic_now();

	if (notify->interval <= 0 || now - notify->last < notify->interval)
		return;
	notify->last = now;
	notify_send(notify, "WATCHDOG=1");
}

#endif
