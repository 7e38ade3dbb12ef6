#include "util/duration.h"

#include <stdio.h>
#include <sys/random.h>
#include <time.h>

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
