/*
 * Durations as users write them: 500ms, 20s, 30m, 6h, 7d; a number alone is
 * seconds. Reentrant.
 */
#ifndef ISMAPFS_COMMON_DURATION_H
#define ISMAPFS_COMMON_DURATION_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Reads a whole number and its unit. Returns 0, or -EINVAL for anything else and for more than
 * maximum milliseconds. */
static inline int duration_parse_up_to(const char *text, int64_t maximum, int64_t *milliseconds)
{
	static const struct {
		const char *suffix;
		int64_t milliseconds;
	} units[] = {
		{"", 1000},	  {"ms", 1},	      {"s", 1000},
		{"m", 60 * 1000}, {"h", 3600 * 1000}, {"d", 24 * 3600 * 1000},
	};
	long long number;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno != 0)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].suffix) != 0)
			continue;
		if (number > maximum / units[i].milliseconds)
			return -EINVAL;
		*milliseconds = number * units[i].milliseconds;
		return 0;
	}
	return -EINVAL;
}

#endif
