/*
 * What the parts of one mount share.
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
	uid_t owner; /* shown as everything's owner */
	gid_t group;
	/* Told by the kernel before any other request. */
	bool opens_nothing;		 /* it need not ask before it opens a file */
	bool opens_no_directory;	 /* likewise for directories */
	void (*on_ready)(void *context); /* called once, when the kernel has greeted; may be NULL */
	void *on_ready_context;
};

#endif
