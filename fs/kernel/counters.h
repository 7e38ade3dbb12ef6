/*
 * Counters of the requests of each kind, and of what the driver told the kernel
 * unasked: names announced, files pushed, pushes that failed because the kernel
 * didn't know the file, and hints for pushing that were dropped; and of requests that were
 * answered on their caller's processor (follow.h). SIGUSR1 shows them.
 */
#ifndef ISMAPFS_COUNTERS_H
#define ISMAPFS_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

/* COUNTER(identifier, name) */
#define COUNTERS(COUNTER) \
	COUNTER(LOOKUP, "lookup") \
	COUNTER(GETATTR, "getattr") \
	COUNTER(READLINK, "readlink") \
	COUNTER(READ, "read") \
	COUNTER(READDIR, "readdir") \
	COUNTER(READDIRPLUS, "readdirplus") \
	COUNTER(OPEN, "open") \
	COUNTER(OPENDIR, "opendir") \
	COUNTER(STATFS, "statfs") \
	COUNTER(FORGET, "forget") \
	COUNTER(ANNOUNCED, "announced") \
	COUNTER(PUSHED, "pushed") \
	COUNTER(UNKNOWN, "unknown") \
	COUNTER(DROPPED, "dropped") \
	COUNTER(FOLLOWED, "followed")

enum counter {
#define COUNTER_ENUM(identifier, name) COUNTER_##identifier,
	COUNTERS(COUNTER_ENUM)
#undef COUNTER_ENUM
		COUNTER_COUNT,
};

struct counters {
	_Atomic uint64_t counts[COUNTER_COUNT];
};

/* Adds one. Any thread. */
static inline void count(struct counters *counters, enum counter counter)
{
	atomic_fetch_add_explicit(&counters->counts[counter], 1, memory_order_relaxed);
}

/* Logs all counters in one line. Not for a signal handler. */
void counters_show(struct counters *counters);

#endif
