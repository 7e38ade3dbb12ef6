#include "util/clock.h"

#include <stdlib.h>
#include <sys/timex.h>

#include "common/log.h"

#define CLOCK_VARIABLE "ISMAP_SYNC_CLOCK"

/* What tests put in the place of the clock and the kernel. Returns whether they do. */
static bool read_variable(int64_t *instant, bool *synchronised)
{
	const char *text = secure_getenv(CLOCK_VARIABLE);
	char first[TIMESTAMP_TEXT_SIZE], second[16];

	if (!text || sscanf(text, "%79s %15s", first, second) != 2)
		return false;
	*synchronised = strcmp(second, "synchronised") == 0;
	if (strcmp(first, "now") == 0)
		*instant = timestamp_now();
	else if (timestamp_parse(first, "UTC", instant) < 0)
		return false;
	return true;
}

int64_t clock_now(void)
{
	int64_t instant;
	bool synchronised;

	return read_variable(&instant, &synchronised) ? instant : timestamp_now();
}

/* The kernel's own time, if it says that it is synchronised. A library that fakes the time for this
 * process doesn't fake this one. */
static bool read_kernel(int64_t *instant)
{
	struct timex kernel = {.modes = 0};
	bool synchronised;

	if (read_variable(instant, &synchronised))
		return synchronised;
	if (adjtimex(&kernel) < 0 || (kernel.status & STA_UNSYNC) != 0)
		return false;
	*instant = (int64_t)kernel.time.tv_sec * 1000 +
		   kernel.time.tv_usec / ((kernel.status & STA_NANO) != 0 ? 1000000 : 1000);
	return true;
}

static bool agree(int64_t left, int64_t right)
{
	return left - right <= CLOCK_ERROR_MAX && right - left <= CLOCK_ERROR_MAX;
}

struct clock_reading clock_read(int64_t server)
{
	struct clock_reading reading = {.now = clock_now(), .witnessed = true};
	char ours[TIMESTAMP_TEXT_SIZE], theirs[TIMESTAMP_TEXT_SIZE];
	int64_t kernel = 0;
	bool synchronised = read_kernel(&kernel);

	reading.witnessed = synchronised || server > 0;
	if (!reading.witnessed)
		return reading;
	timestamp_format(server, theirs);
	timestamp_format(reading.now, ours);
	if (synchronised && server > 0 && !agree(kernel, server)) {
		log_warning(
			"the server's clock says %s, this machine's says %s and that it is synchronised; until they agree, nothing is dated by either",
			theirs, ours);
		return (struct clock_reading){.now = kernel};
	}
	if (agree(reading.now, synchronised ? kernel : server))
		return reading;
	reading.now = synchronised ? kernel : server;
	timestamp_format(reading.now, theirs);
	log_warning("this machine's clock is wrong: it says %s, but it is %s, which counts instead",
		    ours, theirs);
	return reading;
}
