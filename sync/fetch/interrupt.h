/*
 * Noticing SIGTERM, SIGINT and SIGHUP while waiting and during long work.
 *
 * The signals are blocked and read from a descriptor at chosen moments: writing
 * the store is never interrupted, and no signal handler shares data with the rest
 * of the program.
 */
#ifndef ISMAPFS_INTERRUPT_H
#define ISMAPFS_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/notify.h"

struct interrupt {
	int fd;	     /* -1: not begun */
	bool stop;   /* SIGTERM came, or SIGINT unless it was ignored when we began */
	bool hangup; /* SIGHUP came; the caller that acts on it resets this */
	sigset_t before;
	struct notify
		*notify; /* the service manager, whose watchdog is fed while waiting; or NULL */
};

#define INTERRUPT_NONE \
	{ \
		.fd = -1 \
	}

/* Blocks the signals, SIGHUP only when hangup is set. Returns 0 or −errno, silently. */
int interrupt_begin(struct interrupt *interrupt, bool hangup);

/* Unblocks them; one that came in between takes effect now. But after SIGTERM or SIGINT was noticed
 * they stay blocked: the process is about to end, and timeout(1) sends each signal twice. */
void interrupt_end(struct interrupt *interrupt);
#define _cleanup_interrupt_ __attribute__((cleanup(interrupt_end)))

/* Whether we were told to stop. */
bool interrupt_stopped(struct interrupt *interrupt);

/* Waits. Returns 0 when the time is over or SIGHUP came; -EINTR when told to stop. */
int interrupt_sleep(struct interrupt *interrupt, int64_t milliseconds);

#endif
