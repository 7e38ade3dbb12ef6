/*
 * How many requests of each kind came in, and what was told to the kernel
 * without being asked: names announced, files pushed, those of them that the
 * kernel didn't know, which is in vain, and hints for pushing that were dropped.
 * SIGUSR1 shows them.
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
	COUNTER(DROPPED, "dropped")

enum counter {
#define COUNTER_ENUM(identifier, name) COUNTER_##identifier,
	COUNTERS(COUNTER_ENUM)
#undef COUNTER_ENUM
		COUNTER_COUNT,
};

struct counters {
	_Atomic uint64_t counts[COUNTER_COUNT];
};

/* Any thread. */
static inline void count(struct counters *counters, enum counter counter)
{
	atomic_fetch_add_explicit(&counters->counts[counter], 1, memory_order_relaxed);
}

/* One line, by log_info(). Not for a signal handler. */
void counters_show(struct counters *counters);

#endif
