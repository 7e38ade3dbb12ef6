#include "common/cleanup.h"
#include "stage/staging.h"
#include "util/text.h"

int staging_line(struct staging *staging, int64_t sid, int field, const char *text)
{
	_cleanup_free_ char *line = NULL;
	int r = text_line(text, &line);

	return r < 0 ? r : staging_value(staging, sid, field, line);
}
