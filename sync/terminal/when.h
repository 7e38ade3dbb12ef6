/* Instants as people say them, in the language of the messages. Any thread. */
#ifndef ISMAPFS_WHEN_H
#define ISMAPFS_WHEN_H

#include <stdint.h>

#include "common/timestamp.h"

#define WHEN_TEXT_SIZE 128

/* How long before or after now an instant is: "3 hours ago", "in 2 days". Both are milliseconds
 * since 1970 UTC. */
void when_relative(int64_t instant, int64_t now, char text[static WHEN_TEXT_SIZE]);

/* An instant in a zone, with the zone's short name: "2026-08-17 06:40 EDT". On the day that it is
 * there now, "today 06:40 EDT". now 0: always the date. */
void when_local(const char *zone, int64_t instant, int64_t now, char text[static WHEN_TEXT_SIZE]);

/* A zone as people call it, in the language of the messages; its own name where it has no other. */
const char *when_zone(const char *zone);

#endif
