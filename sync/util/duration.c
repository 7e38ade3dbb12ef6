#include "util/duration.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static const struct {
	const char *suffix;
	int64_t milliseconds;
} units[] = {
	{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {"h", 3600 * 1000}, {"d", 86400000},
};

int duration_parse(const char *text, int64_t *milliseconds)
{
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
		if (number > DURATION_MAX / units[i].milliseconds)
			return -EINVAL;
		*milliseconds = number * units[i].milliseconds;
		return 0;
	}
	return -EINVAL;
}

void duration_format(int64_t milliseconds, char text[static DURATION_TEXT_SIZE])
{
	long long ms = milliseconds;

	if (ms < 1000)
		(void)snprintf(text, DURATION_TEXT_SIZE, "%lld ms", ms);
	else if (ms < 2 * 60 * 1000)
		(void)snprintf(text, DURATION_TEXT_SIZE, "%lld s", (ms + 500) / 1000);
	else if (ms < 2 * 3600 * 1000)
		(void)snprintf(text, DURATION_TEXT_SIZE, "%lld min", (ms + 30000) / 60000);
	else
		(void)snprintf(text, DURATION_TEXT_SIZE, "%lld h", (ms + 1800000) / 3600000);
}

int64_t steady_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t jitter(int64_t milliseconds, int percent)
{
	int64_t span = milliseconds / 100 * percent;
	uint32_t random = UINT32_MAX / 2;

	/* Without randomness, early in a boot, the time itself will do. */
	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return milliseconds - span + (int64_t)((double)random / UINT32_MAX * 2.0 * (double)span);
}
