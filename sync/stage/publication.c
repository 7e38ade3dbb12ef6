#include "stage/publication.h"

#include <errno.h>
#include <stdarg.h>

#include "common/messages.h"
#include "util/sentence.h"

void publication_release(struct publication *publication)
{
	buffer_release(&publication->about);
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
