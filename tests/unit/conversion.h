/* What the tests of sync/text.h share. */
#ifndef ISMAPFS_CONVERSION_H
#define ISMAPFS_CONVERSION_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "util/text/text.h"

typedef char *conversion(const char *in);

static inline void check_conversion(conversion *convert, const char *in, const char *expected)
{
	char *out = convert(in);

	assert_non_null(out);
	assert_string_equal(out, expected);
	assert_true(text_is_utf8((const unsigned char *)out, strlen(out)));
	free(out);
}

static inline void check_refusal(conversion *convert, const char *in)
{
	assert_null(convert(in));
}

static inline char *name_without_reserve(const char *in)
{
	return text_name(in, 0);
}

static inline bool is_utf8(const char *text)
{
	return text_is_utf8((const unsigned char *)text, strlen(text));
}

#endif
