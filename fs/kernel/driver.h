/*
 * What all parts of a mount share.
 */
#ifndef ISMAPFS_DRIVER_H
#define ISMAPFS_DRIVER_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>
#include <unistd.h>

#include "kernel/counters.h"
#include "tree/view.h"

struct systemd;
struct prefetch;

/* Why the driver ended the mount itself. */
enum driver_end {
	DRIVER_GOES_ON,	 /* it didn't */
	DRIVER_REPLACED, /* the store became another one */
	DRIVER_STUCK,	 /* the kernel doesn't take what changed */
};

struct driver {
	struct views views;
	struct prefetch *prefetch; /* NULL: nothing is pushed */
	struct systemd *systemd;
	struct counters counters;
	uid_t owner; /* of every node */
	gid_t group;
	/* The kernel tells these before any other request. */
	bool opens_nothing;		 /* files need no OPEN request */
	bool opens_no_directory;	 /* directories need no OPENDIR request */
	void (*on_ready)(void *context); /* called once, after the kernel's INIT; may be NULL */
	void *on_ready_context;
	_Atomic enum driver_end end;
};

/* Ends the mount, as SIGTERM does. Any thread. */
static inline void driver_end(struct driver *driver, enum driver_end why)
{
	atomic_store(&driver->end, why);
	(void)kill(getpid(), SIGTERM);
}

#endif
