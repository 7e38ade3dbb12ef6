#include "query/fold.h"

#include <string.h>

#include "util/text/code_point.h"
#include "util/text/text.h"

#define LONG_VOWEL_MARK 0x30fc

static bool is_kana(utf8proc_int32_t point)
{
	return point >= 0x3040 && point <= 0x30ff && point != 0x30fb;
}

/* Kana, Chinese characters and their punctuation. */
static bool is_unspaced(utf8proc_int32_t point)
{
	return (point >= 0x3001 && point <= 0x30ff) || (point >= 0x3400 && point <= 0x9fff) ||
	       (point >= 0xf900 && point <= 0xfaff) || (point >= 0x20000 && point <= 0x3ffff);
}

/* Compatibility forms, case, hyphens and quotation marks. The caller frees it. */
static char *normalize(const char *text)
{
	utf8proc_uint8_t *normalized = NULL;

	if (utf8proc_map((const utf8proc_uint8_t *)text, 0, &normalized,
			 UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
				 UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_LUMP) < 0)
		out_of_memory();
	return (char *)normalized;
}

/* A tilde is what CP932 makes of a wave dash. */
static utf8proc_int32_t fold_point(utf8proc_int32_t point, utf8proc_int32_t before)
{
	if (point == '~' || (point == LONG_VOWEL_MARK && !is_kana(before)))
		return '-';
	return point;
}

static bool parts_words(utf8proc_int32_t before, utf8proc_int32_t after)
{
	return before != 0 && before != '-' && after != '-' && !is_unspaced(before) &&
	       !is_unspaced(after);
}

static char *fold_blanks(const char *text)
{
	_cleanup_sink_ struct sink sink = {0};
	utf8proc_int32_t before = 0;
	bool blank = false;

	sink_open(&sink, strlen(text));
	while (*text != '\0') {
		utf8proc_int32_t point = next_point(&text);

		if (is_space(point)) {
			blank = true;
			continue;
		}
		point = fold_point(point, before);
		if (blank && parts_words(before, point))
			sink_put(&sink, ' ');
		sink_put(&sink, point);
		before = point;
		blank = false;
	}
	return sink_finish(&sink);
}

char *query_fold(const char *text)
{
	size_t length = strnlen(text, FOLD_INPUT_MAX + 1);
	_cleanup_free_ char *cut = NULL, *trimmed = NULL, *normalized = NULL;

	if (length > FOLD_INPUT_MAX)
		for (length = FOLD_INPUT_MAX;
		     length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80;)
			length--;
	cut = xstrndup(text, length);
	trimmed = text_trim(cut);
	normalized = normalize(trimmed);
	return fold_blanks(normalized);
}
