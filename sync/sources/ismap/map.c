#include "sources/ismap/map.h"

#include "util/embed.h"

EMBED(ismap_map, "sources/ismap/ismap.map");

const char *ismap_map(void)
{
	return embedded_ismap_map;
}
