#include "stage/publication.h"

#include <string.h>

void publication_release(struct publication *publication)
{
	buffer_release(&publication->about);
}

const struct source *source_find(const char *name)
{
	static const struct source *const sources[] = {&source_fedramp, &source_interchange,
						       &source_ismap, &source_mirror};

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (strcmp(sources[i]->name, name) == 0)
			return sources[i];
	return NULL;
}
