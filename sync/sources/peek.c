#include "stage/publication.h"

#include <errno.h>
#include <string.h>

#include "common/timestamp.h"

/* A time stands near the beginning or nowhere near: this much of a publication is searched. */
#define PEEK_SIZE (256 * 1024)

int publication_peek(const struct source *source, const void *bytes, size_t length,
		     int64_t *instant)
{
	char text[64];
	const char *found, *value, *end;

	if (length > PEEK_SIZE)
		length = PEEK_SIZE;
	found = memmem(bytes, length, source->time_member, strlen(source->time_member));
	if (!found)
		return -ENOENT;
	end = (const char *)bytes + length;
	value = found + strlen(source->time_member);
	while (value < end && (*value == ' ' || *value == ':'))
		value++;
	if (value >= end || *value++ != '"')
		return -ENOENT;
	if ((size_t)(end - value) > sizeof(text) - 1)
		end = value + sizeof(text) - 1;
	(void)snprintf(text, sizeof(text), "%.*s", (int)(end - value), value);
	text[strcspn(text, "\"")] = '\0';
	return source->parse_time(text, instant);
}
