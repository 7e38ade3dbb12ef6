#include "common/cleanup.h"
#include "stage/staging.h"
#include "util/text.h"

int staging_line(struct staging *staging, int64_t sid, int field, const char *text)
{
	_cleanup_free_ char *line = text_line(text);

	return staging_value(staging, sid, field, line);
}
