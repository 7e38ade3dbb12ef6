#include "util/text/text.h"

#include <string.h>
#include <strings.h>

#include <utf8proc.h>

#include "common/cleanup.h"
#include "util/text/code_point.h"
#include "store.h"

/* Normalizing a run of marks takes time that grows with the square of its length. */
#define NAME_INPUT_MAX 4096
#define SLUG_INPUT_MAX 1024

/* Bidirectional controls: they can make a name look like another one. */
static bool is_bidi_control(utf8proc_int32_t point)
{
	return point == 0x200e || point == 0x200f || point == 0x061c ||
	       (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

static bool is_word_part(utf8proc_int32_t point)
{
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO: return true;
	default: return false;
	}
}

/* The greatest length up to limit at which text can be cut without cutting a code point. */
static size_t cut_length(const char *text, size_t limit)
{
	size_t length = strnlen(text, limit + 1);

	if (length <= limit)
		return length;
	length = limit;
	/* strnlen() has read that far.
	 * NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* The NFC of text, which is valid UTF-8 and is cut to that many bytes. */
static char *normalize(char *text, size_t limit)
{
	utf8proc_uint8_t *normalized = NULL;
	utf8proc_ssize_t length;

	text[cut_length(text, limit)] = '\0';
	length = utf8proc_map((const utf8proc_uint8_t *)text, 0, &normalized,
			      UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	/* Of valid UTF-8 it fails only for want of memory. */
	if (length < 0)
		out_of_memory();
	return (char *)normalized;
}

/* A digit, or one of the superscripts that count as digits. */
static bool is_device_number(const char *text, size_t length)
{
	if (length == 1)
		return *text >= '0' && *text <= '9';
	return length == 2 && (strncmp(text, "\u00b9", 2) == 0 || strncmp(text, "\u00b2", 2) == 0 ||
			       strncmp(text, "\u00b3", 2) == 0);
}

bool text_is_device(const char *name)
{
	static const char *const devices[] = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"};
	size_t length = strcspn(name, ".");

	while (length > 0 && name[length - 1] == ' ')
		length--;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (length == strlen(devices[i]) && strncasecmp(name, devices[i], length) == 0)
			return true;
	return (strncasecmp(name, "COM", 3) == 0 || strncasecmp(name, "LPT", 3) == 0) &&
	       is_device_number(name + 3, length - 3);
}

/* A word or slug that Windows would take for a device gets `_` in front, which neither has. */
static char *without_device(struct sink *sink)
{
	sink->text[sink->length] = '\0';
	return text_is_device(sink->text) ? xasprintf("_%s", sink->text) : sink_finish(sink);
}

/* What Windows allows in no name, and `/`. */
static bool is_forbidden(utf8proc_int32_t point)
{
	return point > 0 && point < 0x80 && strchr("/\\:*?\"<>|", (int)point);
}

/* What a name may be made of; not yet normalized, not yet cut. */
static char *name_letters(const char *in)
{
	_cleanup_sink_ struct sink sink = {0};
	bool space = false;

	sink_open(&sink, strlen(in));
	while (*in != '\0') {
		utf8proc_int32_t point = next_point(&in);

		if (is_space(point)) {
			space = true;
			continue;
		}
		if (is_control(point) || is_bidi_control(point) || is_zero_width(point))
			continue;
		if (is_forbidden(point))
			point = '-';
		if (sink.length == 0 && (point == '-' || point == '.'))
			continue;
		if (space && sink.length > 0)
			sink_put(&sink, ' ');
		space = false;
		sink_put(&sink, point);
	}
	return sink_finish(&sink);
}

/* Cuts a name to at most limit bytes, with neither a space nor a full stop at its end. */
static void cut_name(char *name, size_t limit)
{
	size_t length = cut_length(name, limit);

	while (length > 0 && (name[length - 1] == ' ' || name[length - 1] == '.'))
		length--;
	name[length] = '\0';
}

char *text_name(const char *in, size_t reserve)
{
	_cleanup_free_ char *letters = NULL;
	_cleanup_free_ char *name = NULL;

	if (reserve >= STORE_NAME_MAX)
		return NULL;
	letters = name_letters(in);
	name = normalize(letters, NAME_INPUT_MAX);
	cut_name(name, STORE_NAME_MAX - reserve);
	if (name[0] == '\0')
		return NULL;
	if (text_is_device(name)) {
		cut_name(name, STORE_NAME_MAX - reserve - 1);
		return xasprintf("_%s", name);
	}
	return steal_pointer(name);
}

/* Lower case first: its result needn't be NFC, and the NFC of lower case is lower case. */
static char *lower(const char *in)
{
	_cleanup_sink_ struct sink sink = {0};
	_cleanup_free_ char *lowered = NULL;

	sink_open(&sink, strlen(in));
	while (*in != '\0')
		sink_put(&sink, utf8proc_tolower(next_point(&in)));
	lowered = sink_finish(&sink);
	return normalize(lowered, SLUG_INPUT_MAX);
}

char *text_slug(const char *in)
{
	_cleanup_sink_ struct sink sink = {0};
	_cleanup_free_ char *lowered = lower(in);
	bool dash = false;

	sink_open(&sink, strlen(lowered));
	for (const char *position = lowered; *position != '\0';) {
		utf8proc_int32_t point = next_point(&position);

		if (!is_word_part(point)) {
			dash = true;
			continue;
		}
		if (dash && sink.length > 0)
			sink_put(&sink, '-');
		dash = false;
		sink_put(&sink, point);
	}
	sink.text[sink.length] = '\0';
	sink.length = cut_length(sink.text, TEXT_SLUG_MAX);
	if (sink.length > 0 && sink.text[sink.length - 1] == '-')
		sink.length--;
	return sink.length == 0 ? NULL : without_device(&sink);
}

char *text_word(const char *in)
{
	_cleanup_sink_ struct sink sink = {0};
	_cleanup_free_ char *word = NULL;
	bool dash = false;

	sink_open(&sink, strlen(in));
	for (; *in != '\0'; in++) {
		char letter = (char)(*in >= 'A' && *in <= 'Z' ? *in - 'A' + 'a' : *in);
		bool kept = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
			    letter == '.';

		if (!kept) {
			dash = true;
			continue;
		}
		if (sink.length == 0 && letter == '.')
			continue;
		if (dash && sink.length > 0)
			sink_put(&sink, '-');
		dash = false;
		sink_put(&sink, letter);
	}
	while (sink.length > 0 &&
	       (sink.text[sink.length - 1] == '.' || sink.text[sink.length - 1] == '-'))
		sink.length--;
	word = without_device(&sink);
	if (word[0] == '\0' || strlen(word) > TEXT_WORD_MAX)
		return NULL;
	return steal_pointer(word);
}
