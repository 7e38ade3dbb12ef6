/* What the tests of FedRAMP's documents share. */
#ifndef ISMAPFS_FEDRAMP_FIXTURE_H
#define ISMAPFS_FEDRAMP_FIXTURE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/buffer.h"
#include "util/json.h"
#include "util/memory.h"

/* JSON with ' for ". */
static inline cJSON *json_of(const char *text)
{
	_cleanup_free_ char *quoted = xstrdup(text);
	cJSON *json;

	for (char *position = quoted; *position != '\0'; position++)
		if (*position == '\'')
			*position = '"';
	json = cJSON_Parse(quoted);
	if (!json)
		print_message("not JSON: %s\n", quoted);
	assert_non_null(json);
	return json;
}

/* The same; the first %s is replaced. */
static inline cJSON *json_with(const char *frame, const char *inside)
{
	const char *place = strstr(frame, "%s");
	_cleanup_free_ char *text = NULL;

	assert_non_null(place);
	text = xasprintf("%.*s%s%s", (int)(place - frame), frame, inside, place + 2);
	return json_of(text);
}

static inline void assert_text(const char *found, const char *expected)
{
	if (!found || !expected) {
		if (found != expected)
			print_message("'%s', not '%s'\n", found ? found : "(nothing)",
				      expected ? expected : "(nothing)");
		assert_ptr_equal(found, expected);
		return;
	}
	assert_string_equal(found, expected);
}

#endif
