#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "cleanup.h"
#include "store.h"

#define REPLACEMENT 0xfffd

/* Normalizing takes time that grows with the square of a run of marks: names end before it hurts.
 */
#define NAME_INPUT_MAX 4096

/* No code point is written longer than three times what it was read from: U+FFFD for one byte. */
#define GROWTH_MAX 3

/* What follows a lead byte: how many bytes, and the range of the first of them (Unicode, table
 * 3-7). */
struct sequence {
	size_t trail;
	unsigned char low;
	unsigned char high;
};

static inline struct sequence sequence_of(unsigned char lead)
{
	if (lead >= 0xc2 && lead <= 0xdf)
		return (struct sequence){1, 0x80, 0xbf};
	if (lead >= 0xe0 && lead <= 0xef)
		return (struct sequence){2, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf};
	if (lead >= 0xf0 && lead <= 0xf4)
		return (struct sequence){3, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf};
	return (struct sequence){0, 0, 0};
}

static const unsigned char *skip_ascii(const unsigned char *position, const unsigned char *end)
{
	uint64_t word;

	for (; (size_t)(end - position) >= sizeof(word); position += sizeof(word)) {
		memcpy(&word, position, sizeof(word));
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	while (position < end && *position < 0x80)
		position++;
	return position;
}

bool text_is_utf8(const unsigned char *bytes, size_t length)
{
	const unsigned char *end, *position;

	if (length == 0)
		return true;
	end = bytes + length;
	for (position = bytes; position < end;) {
		struct sequence sequence;

		if (*position < 0x80) {
			position = skip_ascii(position, end);
			continue;
		}
		sequence = sequence_of(*position);
		if (sequence.trail == 0 || (size_t)(end - position) <= sequence.trail)
			return false;
		if (position[1] < sequence.low || position[1] > sequence.high)
			return false;
		for (size_t i = 2; i <= sequence.trail; i++)
			if ((position[i] & 0xc0) != 0x80)
				return false;
		position += sequence.trail + 1;
	}
	return true;
}

/* Where code points are written: room for all was allocated at once. */
struct sink {
	char *text;
	size_t length;
};

static int sink_open(struct sink *sink, size_t input_length)
{
	if (input_length > (PTRDIFF_MAX - 1) / GROWTH_MAX)
		return -ENOMEM;
	sink->length = 0;
	sink->text = malloc(input_length * GROWTH_MAX + 1);
	return sink->text ? 0 : -ENOMEM;
}

static void sink_put(struct sink *sink, utf8proc_int32_t point)
{
	sink->length +=
		(size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)sink->text + sink->length);
}

static int sink_finish(struct sink *sink, char **out)
{
	sink->text[sink->length] = '\0';
	*out = steal_pointer(sink->text);
	return 0;
}

static void sink_release(struct sink *sink)
{
	free(sink->text);
}

#define _cleanup_sink_ __attribute__((cleanup(sink_release)))

/* The code point at *position, which moves behind it; U+FFFD for a byte that isn't part of any. */
static utf8proc_int32_t next_point(const char **position)
{
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)*position;
	utf8proc_int32_t point;
	/* The NUL is no trailing byte, so that a cut sequence ends there. */
	utf8proc_ssize_t length = utf8proc_iterate(bytes, -1, &point);

	if (length <= 0) {
		length = 1;
		point = REPLACEMENT;
	}
	*position += length;
	return point;
}

static bool is_control(utf8proc_int32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

static bool is_line_separator(utf8proc_int32_t point)
{
	return point == 0x2028 || point == 0x2029;
}

static bool is_space(utf8proc_int32_t point)
{
	if (point < 0x80)
		return point == ' ' || (point >= '\t' && point <= '\r');
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP: return true;
	default: return point == 0x85;
	}
}

static bool is_zero_width(utf8proc_int32_t point)
{
	return point == 0x200b || point == 0xfeff;
}

/* They make a name show as another than it is. */
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

int text_line(const char *in, char **out)
{
	_cleanup_sink_ struct sink sink = {0};
	bool in_break = false;
	int r = sink_open(&sink, strlen(in));

	if (r < 0)
		return r;
	while (*in != '\0') {
		utf8proc_int32_t point = next_point(&in);
		bool is_break =
			point == '\r' || point == '\n' || point == '\t' || is_line_separator(point);

		if (!is_break)
			sink_put(&sink, is_control(point) ? REPLACEMENT : point);
		else if (!in_break)
			sink_put(&sink, ' ');
		in_break = is_break;
	}
	return sink_finish(&sink, out);
}

int text_block(const char *in, char **out)
{
	_cleanup_sink_ struct sink sink = {0};
	int r = sink_open(&sink, strlen(in));

	if (r < 0)
		return r;
	while (*in != '\0') {
		utf8proc_int32_t point = next_point(&in);

		if (point == '\r' && *in == '\n')
			continue;
		if (point == '\r' || point == '\n' || is_line_separator(point))
			sink_put(&sink, '\n');
		else
			sink_put(&sink, is_control(point) && point != '\t' ? REPLACEMENT : point);
	}
	while (sink.length > 0 && sink.text[sink.length - 1] == '\n')
		sink.length--;
	return sink_finish(&sink, out);
}

int text_trim(const char *in, char **out)
{
	_cleanup_sink_ struct sink sink = {0};
	size_t solid_end = 0; /* behind the last character that isn't trimmed */
	bool space = false;
	int r = sink_open(&sink, strlen(in));

	if (r < 0)
		return r;
	while (*in != '\0') {
		utf8proc_int32_t point = next_point(&in);

		if (is_space(point)) {
			space = true;
			continue;
		}
		if (solid_end == 0 && is_zero_width(point))
			continue;
		if (space && solid_end > 0)
			sink_put(&sink, ' ');
		space = false;
		sink_put(&sink, is_control(point) ? REPLACEMENT : point);
		if (!is_zero_width(point))
			solid_end = sink.length;
	}
	sink.length = solid_end;
	return sink_finish(&sink, out);
}

/* The greatest length up to limit at which text can be cut without cutting a code point. */
static size_t cut_length(const char *text, size_t limit)
{
	size_t length = strnlen(text, limit + 1);

	if (length <= limit)
		return length;
	length = limit;
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* text is valid UTF-8. It is cut to what a name can need, and *out receives its NFC. */
static int normalize(char *text, char **out)
{
	utf8proc_uint8_t *normalized = NULL;
	utf8proc_ssize_t length;

	text[cut_length(text, NAME_INPUT_MAX)] = '\0';
	length = utf8proc_map((const utf8proc_uint8_t *)text, 0, &normalized,
			      UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (length < 0)
		return length == UTF8PROC_ERROR_NOMEM ? -ENOMEM : -EINVAL;
	*out = (char *)normalized;
	return 0;
}

/* What a name may be made of; not yet normalized, not yet cut. */
static int name_letters(const char *in, char **out)
{
	_cleanup_sink_ struct sink sink = {0};
	bool space = false;
	int r = sink_open(&sink, strlen(in));

	if (r < 0)
		return r;
	while (*in != '\0') {
		utf8proc_int32_t point = next_point(&in);

		if (is_space(point)) {
			space = true;
			continue;
		}
		if (is_control(point) || is_bidi_control(point) || is_zero_width(point))
			continue;
		if (point == '/')
			point = '-';
		if (sink.length == 0 && (point == '-' || point == '.'))
			continue;
		if (space && sink.length > 0)
			sink_put(&sink, ' ');
		space = false;
		sink_put(&sink, point);
	}
	return sink_finish(&sink, out);
}

int text_name(const char *in, size_t reserve, char **out)
{
	_cleanup_free_ char *letters = NULL;
	_cleanup_free_ char *name = NULL;
	size_t length;
	int r;

	if (reserve >= STORE_NAME_MAX)
		return -EINVAL;
	r = name_letters(in, &letters);
	if (r < 0)
		return r;
	r = normalize(letters, &name);
	if (r < 0)
		return r;
	length = cut_length(name, STORE_NAME_MAX - reserve);
	if (length > 0 && name[length - 1] == ' ')
		length--;
	if (length == 0)
		return -EINVAL;
	name[length] = '\0';
	*out = steal_pointer(name);
	return 0;
}

/* Lower case first: its result needn't be NFC, and the NFC of lower case is lower case. */
static int lower(const char *in, char **out)
{
	_cleanup_sink_ struct sink sink = {0};
	_cleanup_free_ char *lowered = NULL;
	int r = sink_open(&sink, strlen(in));

	if (r < 0)
		return r;
	while (*in != '\0')
		sink_put(&sink, utf8proc_tolower(next_point(&in)));
	(void)sink_finish(&sink, &lowered);
	return normalize(lowered, out);
}

int text_slug(const char *in, char **out)
{
	_cleanup_sink_ struct sink sink = {0};
	_cleanup_free_ char *lowered = NULL;
	bool dash = false;
	int r = lower(in, &lowered);

	if (r < 0)
		return r;
	r = sink_open(&sink, strlen(lowered));
	if (r < 0)
		return r;
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
	return sink.length == 0 ? -EINVAL : sink_finish(&sink, out);
}

int text_word(const char *in, char **out)
{
	_cleanup_sink_ struct sink sink = {0};
	bool dash = false;
	int r = sink_open(&sink, strlen(in));

	if (r < 0)
		return r;
	for (; *in != '\0'; in++) {
		char letter = *in >= 'A' && *in <= 'Z' ? (char)(*in - 'A' + 'a') : *in;
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
	return sink.length == 0 ? -EINVAL : sink_finish(&sink, out);
}

int text_defuse_json_nul(unsigned char *json, size_t length)
{
	static const char nul[] = {'\\', 'u', '0', '0', '0', '0'};
	static const char replacement[] = {'\\', 'u', 'f', 'f', 'f', 'd'};
	unsigned char *position = json;
	size_t left = length;
	int count = 0;

	while (left > 0) {
		unsigned char *escape = memchr(position, '\\', left);
		size_t step = 2; /* a backslash takes the next byte along, also another backslash */

		if (!escape)
			break;
		left -= (size_t)(escape - position);
		if (left >= sizeof(nul) && memcmp(escape, nul, sizeof(nul)) == 0) {
			memcpy(escape, replacement, sizeof(replacement));
			step = sizeof(replacement);
			if (count < INT_MAX)
				count++;
		}
		if (step > left)
			break;
		position = escape + step;
		left -= step;
	}
	return count;
}
