/*
 * What all parts of a mount share.
 */
#ifndef ISMAPFS_DRIVER_H
#define ISMAPFS_DRIVER_H

#include <stdbool.h>
#include <sys/types.h>

#include "kernel/counters.h"
#include "tree/view.h"

struct systemd;
struct prefetch;

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
};

#endif
