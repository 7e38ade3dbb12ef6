#include "util/text/text.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "util/text/code_point.h"

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

static bool is_line_separator(utf8proc_int32_t point)
{
	return point == 0x2028 || point == 0x2029;
}

char *text_line(const char *in)
{
	_cleanup_sink_ struct sink sink = {0};
	bool in_break = false;

	sink_open(&sink, strlen(in));
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
	return sink_finish(&sink);
}

char *text_block(const char *in)
{
	_cleanup_sink_ struct sink sink = {0};

	sink_open(&sink, strlen(in));
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
	return sink_finish(&sink);
}

/* Printable ASCII with single spaces inside: what trimming leaves as it is. */
static bool is_trim(const char *in)
{
	char before = ' ';

	for (; *in != '\0'; before = *in++)
		if ((unsigned char)*in < ' ' || (unsigned char)*in > '~' ||
		    (*in == ' ' && before == ' '))
			return false;
	return before != ' ';
}

char *text_trim(const char *in)
{
	_cleanup_sink_ struct sink sink = {0};
	size_t solid_end = 0; /* behind the last character that isn't trimmed */
	bool space = false;

	if (*in != '\0' && is_trim(in))
		return xstrdup(in);
	sink_open(&sink, strlen(in));
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
	return sink_finish(&sink);
}

/* The value of the escape \uXXXX at `escape`; -1 when there is none. */
static int32_t json_escape(const unsigned char *escape, size_t left)
{
	int32_t value = 0;

	if (left < 6 || escape[0] != '\\' || escape[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		unsigned char byte = escape[i];

		if (byte >= '0' && byte <= '9')
			value = value * 16 + byte - '0';
		else if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
			value = value * 16 + (byte | 0x20) - 'a' + 10;
		else
			return -1;
	}
	return value;
}

static bool is_high_surrogate(int32_t value)
{
	return value >= 0xd800 && value <= 0xdbff;
}

static bool is_low_surrogate(int32_t value)
{
	return value >= 0xdc00 && value <= 0xdfff;
}

int text_defuse_json(unsigned char *json, size_t length)
{
	static const char replacement[] = {'\\', 'u', 'f', 'f', 'f', 'd'};
	unsigned char *position = json;
	size_t left = length;
	int count = 0;

	while (left > 0) {
		unsigned char *escape = memchr(position, '\\', left);
		size_t step = 2; /* a backslash takes the next byte along, also another backslash */
		int32_t value;

		if (!escape)
			break;
		left -= (size_t)(escape - position);
		value = json_escape(escape, left);
		if (value >= 0)
			step = sizeof(replacement);
		if (is_high_surrogate(value) &&
		    is_low_surrogate(json_escape(escape + 6, left - 6))) {
			step = 2 * sizeof(replacement);
		} else if (value == 0 || is_high_surrogate(value) || is_low_surrogate(value)) {
			memcpy(escape, replacement, sizeof(replacement));
			count += count < INT_MAX;
		}
		if (step > left)
			break;
		position = escape + step;
		left -= step;
	}
	return count;
}
