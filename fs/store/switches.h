/*
 * When the store was switched to its generations on this machine: the change times
 * of what came with them. The store's file `shown` (store.h) has them.
 */
#ifndef ISMAPFS_SWITCHES_H
#define ISMAPFS_SWITCHES_H

#include <stddef.h>
#include <stdint.h>

struct switched {
	uint32_t generation; /* this one, and those since the switch before */
	int64_t time;	     /* nanoseconds since 1970 UTC */
};

struct switches {
	struct switched *each; /* at least 1; generations and times ascend */
	size_t count;
};

/*
 * Reads the file, of which only the last lines where it is long. What it doesn't tell
 * counts as changed at the next switch that it tells of, or at the last one, as the
 * symlink `current` has it. newest: the newest generation that is shown. The caller
 * calls switches_release().
 * Returns 0 or -ENOMEM.
 */
int switches_load(int store_fd, uint32_t newest, struct switches *switches);

void switches_release(struct switches *switches);

/* When a generation came, in nanoseconds. */
int64_t switches_time(const struct switches *switches, int64_t generation);

/*
 * Moves times forward for a mount that showed generations up to `shown` until now, and
 * shows `next` from now on (nanoseconds): no time is before the one shown until now,
 * and what is new comes now, and later than all before. Otherwise a backup that was
 * made between the switch and now would have missed it.
 */
void switches_follow(struct switches *next, const struct switches *current, uint32_t shown,
		     int64_t now);

#endif
