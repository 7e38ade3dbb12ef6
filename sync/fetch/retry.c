#include "fetch/retry.h"

#include "util/duration.h"
#include "fetch/answer.h"

#define JITTER_PERCENT 25

void retry_begin(struct retry *retry, int count, int64_t first_delay)
{
	*retry = (struct retry){.count = count, .delay = first_delay, .began = steady_now()};
}

bool retry_again(struct retry *retry, int error, int64_t retry_after, int64_t *delay)
{
	int64_t left = retry->began + RETRY_TIME_MAX - steady_now();

	if (retry_after < 0 || retry_after > DURATION_MAX / 1000)
		retry_after = retry_after < 0 ? 0 : DURATION_MAX / 1000;
	retry->asked = retry_after * 1000;
	retry->done++;
	if (!fetch_is_temporary(error) || retry->done > retry->count ||
	    retry->asked > RETRY_AFTER_MAX)
		return false;
	*delay = jitter(retry->delay, JITTER_PERCENT);
	/* What the server asks for is the least; the jitter comes on top. */
	if (*delay < retry->asked)
		*delay = retry->asked + *delay * JITTER_PERCENT / 100;
	retry->delay = retry->delay * 2 < RETRY_DELAY_MAX ? retry->delay * 2 : RETRY_DELAY_MAX;
	return *delay < left;
}

int retry_time_limit(const struct retry *retry, int limit)
{
	int64_t left = (retry->began + RETRY_TIME_MAX - steady_now()) / 1000;

	if (left >= limit)
		return limit;
	return left > 1 ? (int)left : 1;
}
