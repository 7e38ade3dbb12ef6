/*
 * Waiting, and doing what takes long, without being deaf to signals.
 *
 * The signals are held back and read from a descriptor where it suits us: what
 * writes the store is never interrupted half way, and no handler has to share
 * anything with the rest of the program.
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
	bool hangup; /* SIGHUP came; whoever acts on it takes it back */
	sigset_t before;
	struct notify *notify; /* is told that we live, while waiting; or NULL */
};

#define INTERRUPT_NONE \
	{ \
		.fd = -1 \
	}

/* Holds the signals back; SIGHUP too when hangup is set. Returns 0 or −errno, silently. */
int interrupt_begin(struct interrupt *interrupt, bool hangup);

/* As before; what wasn't looked at takes its effect now. But whoever was told to stop is about to
 * end, and tidies up without being told again: timeout(1) sends each signal twice. */
void interrupt_end(struct interrupt *interrupt);
#define _cleanup_interrupt_ __attribute__((cleanup(interrupt_end)))

/* Whether we were told to stop. */
bool interrupt_stopped(struct interrupt *interrupt);

/* Waits. Returns 0 when the time is over or SIGHUP came; -EINTR when told to stop. */
int interrupt_sleep(struct interrupt *interrupt, int64_t milliseconds);

#endif
