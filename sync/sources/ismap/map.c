#include "sources/ismap/map.h"

#include "common/embed.h"

EMBED(ismap_map, "sources/ismap/ismap.map");

const char *ismap_map(void)
{
	return embedded_ismap_map;
}

int ismap_map_load(struct label_map *map, const struct source_options *options,
		   struct reason *reason)
{
	int r = label_map_load(map, embedded_ismap_map, options->map, reason);

	if (r < 0 || !options->liu_page)
		return r;
	return label_map_add_liu(map, options->liu_page, reason);
}
