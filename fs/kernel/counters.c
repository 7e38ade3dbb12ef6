#include "kernel/counters.h"

#include <inttypes.h>
#include <stddef.h>

#include "common/log.h"

static const char *const names[COUNTER_COUNT] = {
#define COUNTER_NAME(identifier, name) [COUNTER_##identifier] = (name),
	COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
};

void counters_show(struct counters *counters)
{
	char line[512] = "";
	size_t length = 0;

	for (unsigned i = 0; i < COUNTER_COUNT; i++) {
		uint64_t value = atomic_load_explicit(&counters->counts[i], memory_order_relaxed);
		int added = snprintf(line + length, sizeof(line) - length, " %s=%" PRIu64, names[i],
				     value);

		if (added < 0 || (size_t)added >= sizeof(line) - length)
			break;
		length += (size_t)added;
	}
	log_info("requests:%s", line);
}
