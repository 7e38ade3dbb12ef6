#include "util/text/text.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "common/cleanup.h"
#include "util/memory.h"

/* Folds once. Removing blanks can join a letter and an accent. */
static char *fold_once(const char *label)
{
	utf8proc_uint8_t *wide = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)label);
	size_t length = 0;

	if (!wide)
		out_of_memory();
	for (const utf8proc_uint8_t *byte = wide; *byte != '\0'; byte++)
		if (*byte != ' ')
			wide[length++] = *byte;
	while (length > 0 && wide[length - 1] == ':')
		length--;
	wide[length] = '\0';
	return (char *)wide;
}

char *text_fold(const char *label)
{
	_cleanup_free_ char *before = text_trim(label);
	char *after = fold_once(before);

	/* An accent behind a blank belongs to the letter before, once the blank is gone: what is
	 * joined is shorter, so this ends. */
	while (strcmp(before, after) != 0) {
		free(before);
		before = after;
		after = fold_once(before);
	}
	return after;
}

char *text_narrow(const char *text)
{
	char *narrow = (char *)utf8proc_NFKC((const utf8proc_uint8_t *)text);

	if (!narrow)
		out_of_memory();
	return narrow;
}
