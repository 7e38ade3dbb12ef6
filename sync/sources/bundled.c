#include "sources/bundled.h"

#include <string.h>

#include "util/embed.h"

EMBED(ismap, "sources/ismap/bundled.json");
EMBED(fedramp, "sources/fedramp/bundled.json");

const char *bundled_list(const char *registry, size_t *length)
{
	const struct {
		const char *registry;
		const char *begin;
		const char *end;
	} lists[] = {
		{"ismap", embedded_ismap, embedded_ismap_end},
		{"fedramp", embedded_fedramp, embedded_fedramp_end},
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (strcmp(registry, lists[i].registry) != 0)
			continue;
		*length = (size_t)(lists[i].end - lists[i].begin);
		return lists[i].begin;
	}
	return NULL;
}
