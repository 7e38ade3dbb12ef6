/*
 * Telling the service manager how we are: sd_notify by hand. Without a manager
 * (no NOTIFY_SOCKET in the environment) everything here is nothing.
 */
#ifndef ISMAPFS_NOTIFY_H
#define ISMAPFS_NOTIFY_H

#include <stdint.h>

struct notify {
	int fd;		  /* -1: nobody listens */
	int64_t interval; /* between signs of life, ms; 0: none are wanted */
	int64_t last;	  /* steady clock */
};

/* Reads NOTIFY_SOCKET and WATCHDOG_USEC. A socket that can't be reached counts as none. */
void notify_open(struct notify *notify);
void notify_close(struct notify *notify);

/* Lines like READY=1 or STATUS=…, by printf's rules. Never waits, never fails. */
__attribute__((format(printf, 2, 3))) void notify_send(const struct notify *notify,
						       const char *format, ...);

/* A sign of life, when one is due. */
void notify_alive(struct notify *notify);

#endif
