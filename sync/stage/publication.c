#include "stage/publication.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "common/messages.h"
#include "util/sentence.h"

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

int publication_refuse(struct publication *publication, const char *format, ...)
{
	char reason[STATE_TEXT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(reason, sizeof(reason), gettext(format), arguments);
	va_end(arguments);
	return sentence_say(publication->refusal, -EBADMSG, "%.400s: refused: %s",
			    publication->location, reason);
}
