#include "terminal/width.h"

#include <stdbool.h>
#include <string.h>

#include "util/text/code_point.h"

static const char ellipsis[] = "\xe2\x80\xa6"; /* U+2026 */

int text_columns_of(const char *text, size_t length)
{
	const char *end = text + length;
	int columns = 0;

	while (text < end && *text != '\0')
		columns += utf8proc_charwidth(next_point(&text));
	return columns;
}

int text_columns(const char *text)
{
	return text_columns_of(text, strlen(text));
}

/* The length of the longest beginning that fits, whatever it ends with; marks go with their
 * letter. */
static size_t fitting(const char *text, int columns)
{
	const char *end = text;

	while (*end != '\0') {
		const char *next = end;

		columns -= utf8proc_charwidth(next_point(&next));
		if (columns < 0)
			break;
		end = next;
	}
	return (size_t)(end - text);
}

int text_cut(struct buffer *buffer, const char *text, int columns)
{
	size_t length;

	if (columns <= 0)
		return 0;
	length = fitting(text, columns);
	if (text[length] == '\0') {
		buffer_append(buffer, text, length);
		return text_columns(text);
	}
	length = fitting(text, columns - 1);
	buffer_append(buffer, text, length);
	buffer_text(buffer, ellipsis);
	return text_columns_of(text, length) + 1;
}

/* What doesn't begin a line. A prolonged sound mark and small kana belong to the sound before. */
static bool clings_to_the_left(utf8proc_int32_t point)
{
	static const char small[] = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶー々ゝゞヽヾ・";

	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PF: return true;
	default: break;
	}
	if (point < 0x80)
		return strchr(".,:;!?%", (int)point) != NULL;
	for (const char *position = small; *position != '\0';)
		if (next_point(&position) == point)
			return true;
	for (const char *position = "、。，．：；！？％…‥"; *position != '\0';)
		if (next_point(&position) == point)
			return true;
	return false;
}

static bool clings_to_the_right(utf8proc_int32_t point)
{
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PI: return true;
	default: return false;
	}
}

/* Whether a line may end between two characters. */
static bool may_break(utf8proc_int32_t before, utf8proc_int32_t after)
{
	if (before == ' ' || after == ' ')
		return before != ' ';
	if (utf8proc_charwidth(before) < 2 && utf8proc_charwidth(after) < 2)
		return false;
	return !clings_to_the_left(after) && !clings_to_the_right(before) &&
	       utf8proc_charwidth(after) > 0;
}

size_t text_line_length(const char *text, int columns)
{
	size_t most = fitting(text, columns), best = 0;
	const char *position = text;
	utf8proc_int32_t before;

	if (text[most] == '\0')
		return most;
	before = next_point(&position);
	while (*position != '\0' && (size_t)(position - text) <= most) {
		size_t length = (size_t)(position - text);
		utf8proc_int32_t after = next_point(&position);

		if (may_break(before, after))
			best = length;
		before = after;
	}
	return best;
}

size_t text_line_length_forced(const char *text, int columns)
{
	size_t length = text_line_length(text, columns);
	const char *position = text;

	if (length > 0 || *text == '\0')
		return length;
	length = fitting(text, columns);
	if (length > 0)
		return length;
	(void)next_point(&position);
	return (size_t)(position - text);
}
