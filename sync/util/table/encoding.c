/* In which encoding a table is written, and making UTF-8 of it. */
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "util/memory.h"
#include "util/table/rows.h"
#include "util/text/text.h"

/* Bytes that are converted at a time. */
#define STEP 16384
/* What tells UTF-16 without a mark stands near the beginning. */
#define SEARCHED 4096

static inline void close_iconv(iconv_t *conversion)
{
	/* The value is iconv's own for none. NOLINTNEXTLINE(performance-no-int-to-ptr) */
	if (*conversion != (iconv_t)-1)
		(void)iconv_close(*conversion);
}
#define _cleanup_iconv_ __attribute__((cleanup(close_iconv)))

/* What tables are written in, and pages. */
static const char *const encodings[] = {"CP932",	"Shift_JIS",  "EUC-JP",
					"ISO-2022-JP",	"UTF-16LE",   "UTF-16BE",
					"windows-1252", "ISO-8859-1", "ISO-8859-15"};

void sheet_prepare(void)
{
	/* What is open stays loaded. */
	static iconv_t kept[sizeof(encodings) / sizeof(encodings[0])];

	for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
		if (!kept[i])
			kept[i] = iconv_open("UTF-8", encodings[i]);
}

/* Marks, and what they stand for. */
static const struct {
	const char *bytes;
	size_t length;
	const char *encoding;
} marks[] = {
	{"\xef\xbb\xbf", 3, "UTF-8"},
	{"\xff\xfe", 2, "UTF-16LE"},
	{"\xfe\xff", 2, "UTF-16BE"},
};

/* The mark's length, or 0. */
static size_t find_mark(const unsigned char *bytes, size_t length, const char **encoding)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (length < marks[i].length || memcmp(bytes, marks[i].bytes, marks[i].length) != 0)
			continue;
		*encoding = marks[i].encoding;
		return marks[i].length;
	}
	return 0;
}

/* ASCII in UTF-16 has a NUL in every other byte. */
static const char *guess(const unsigned char *bytes, size_t length)
{
	size_t even = 0, odd = 0, searched = length < SEARCHED ? length & ~(size_t)1 : SEARCHED;

	for (size_t i = 0; i < searched; i += 2) {
		even += bytes[i] == '\0';
		odd += bytes[i + 1] == '\0';
	}
	if (odd > searched / 8 && even == 0)
		return "UTF-16LE";
	if (even > searched / 8 && odd == 0)
		return "UTF-16BE";
	return text_is_utf8(bytes, length) ? "UTF-8" : "CP932";
}

static size_t count_lines(const unsigned char *bytes, size_t length)
{
	size_t lines = 1;

	for (size_t i = 0; i < length; i++)
		lines += bytes[i] == '\n' ||
			 (bytes[i] == '\r' && (i + 1 == length || bytes[i + 1] != '\n'));
	return lines;
}

static int refuse_encoding(const unsigned char *bytes, size_t bad, const char *encoding,
			   bool stated, struct reason *reason)
{
	size_t line = count_lines(bytes, bad);

	if (stated)
		return reason_refuse(reason, "line %zu: a character is not in the encoding %.30s",
				     line, encoding);
	return reason_refuse(
		reason,
		"line %zu: it is in none of UTF-8, UTF-16 and CP932; state its encoding, such as windows-1252, or save it as UTF-8",
		line);
}

static int convert(const unsigned char *bytes, size_t length, size_t limit, const char *encoding,
		   bool stated, struct reason *reason, struct buffer *text)
{
	_cleanup_iconv_ iconv_t conversion = iconv_open("UTF-8", encoding);
	size_t left = length;
	/* iconv() doesn't write there, but its type says so.
	 * NOLINTNEXTLINE(performance-no-int-to-ptr) */
	char *from = (char *)(uintptr_t)bytes;
	char step[STEP];

	/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
	if (conversion == (iconv_t)-1)
		return reason_refuse(reason, "this system can't read the encoding %.30s", encoding);
	while (left > 0) {
		char *to = step;
		size_t room = sizeof(step);
		size_t r = iconv(conversion, &from, &left, &to, &room);

		if (r == (size_t)-1 && errno != E2BIG)
			return refuse_encoding(bytes, length - left, encoding, stated, reason);
		if (text->length + (sizeof(step) - room) > limit)
			return reason_refuse(reason, "it is larger than %zu bytes in UTF-8", limit);
		buffer_append(text, step, sizeof(step) - room);
	}
	return 0;
}

int sheet_decode(const unsigned char *bytes, size_t length, size_t limit, const char *encoding,
		 struct reason *reason, struct buffer *text, char taken[static 32])
{
	const char *marked = NULL, *found;
	size_t mark = find_mark(bytes, length, &marked);
	int r = 0;

	bytes += mark;
	length -= mark;
	found = marked ? marked : encoding;
	if (!found)
		found = guess(bytes, length);
	(void)snprintf(taken, 32, "%.31s", found);
	if (length > limit)
		return reason_refuse(reason, "it is larger than %zu bytes", limit);
	if (strcmp(found, "UTF-8") != 0)
		r = convert(bytes, length, limit, found, marked || encoding, reason, text);
	else if (text_is_utf8(bytes, length))
		buffer_append(text, bytes, length);
	else
		return reason_refuse(reason, "it is not UTF-8 text");
	if (r < 0)
		return r;
	buffer_text(text, "");
	return memchr(text->bytes, '\0', text->length)
		       ? reason_refuse(reason, "it is not text: it holds a NUL byte")
		       : 0;
}
