#include "sources/table/date.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <utf8proc.h>

#include "common/cleanup.h"
#include "util/memory.h"
#include "util/text/text.h"

/* Longer cells are no dates: normalizing takes time that grows with the square of a run of marks.
 */
#define CELL_SIZE_MAX 200
#define WITHIN_SIZE_MAX 2000

/* Days from a spreadsheet's day 0, 1899-12-30, to 1970; and the numbers that are days of 1930 to
 * 2173. */
#define SERIAL_EPOCH 25569
#define SERIAL_MIN 10959
#define SERIAL_MAX 99999

/* What was read of a date; 0: not stated, NOUGHT: stated as 0, as Excel shows an empty day. */
#define NOUGHT (-1)
struct parts {
	int year, month, day;
};

/* The year before the first of each era. */
static const struct {
	const char *name;
	int base;
} eras[] = {
	{"令和", 2018}, {"平成", 1988}, {"昭和", 1925}, {"大正", 1911},
	{"R", 2018},	{"H", 1988},	{"S", 1925},	{"T", 1911},
};

static const char *const months[] = {"january",	  "february", "march",	  "april",
				     "may",	  "june",     "july",	  "august",
				     "september", "october",  "november", "december"};

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " ");
}

static size_t word(const char *at, const char *wanted)
{
	return strncmp(at, wanted, strlen(wanted)) == 0 ? strlen(wanted) : 0;
}

static int stated(int value)
{
	return value != 0 ? value : NOUGHT;
}

/* The digits at the beginning, and their value where they are at most 8. */
static size_t number(const char *at, int *value)
{
	size_t length = 0;

	*value = 0;
	for (; is_digit(at[length]); length++)
		if (length < 8)
			*value = *value * 10 + (at[length] - '0');
	if (length > 0)
		*value = stated(*value);
	return length;
}

/* A month's English name, three letters of it at least, with a full stop or without. */
static size_t month_name(const char *at, int *month)
{
	size_t length = 0;

	while ((at[length] >= 'a' && at[length] <= 'z') || (at[length] >= 'A' && at[length] <= 'Z'))
		length++;
	for (int i = 0; length >= 3 && i < 12; i++) {
		if (length > strlen(months[i]) || strncasecmp(at, months[i], length) != 0)
			continue;
		*month = i + 1;
		return length + (at[length] == '.');
	}
	return 0;
}

/* `年` and what follows it, down to the day where that is stated. */
static const char *japanese_rest(const char *at, struct parts *parts)
{
	const char *rest = skip_blanks(at + strlen("年")), *behind;
	size_t length = number(rest, &parts->month);

	behind = skip_blanks(rest + length);
	if (length == 0 || length > 2 || !word(behind, "月")) {
		parts->month = 0;
		return at + strlen("年");
	}
	at = behind + strlen("月");
	rest = skip_blanks(at);
	length = number(rest, &parts->day);
	behind = skip_blanks(rest + length);
	if (length == 0 || length > 2 || !word(behind, "日")) {
		parts->day = 0;
		return at;
	}
	return behind + strlen("日");
}

/* Behind a year and its separator, which comes before the day again. */
static const char *plain_rest(const char *at, struct parts *parts)
{
	char separator = *at;
	const char *rest = skip_blanks(at + 1), *behind;
	size_t length = number(rest, &parts->month);

	if (length == 0 || length > 2)
		return NULL;
	behind = skip_blanks(rest + length);
	if (*behind != separator)
		return rest + length;
	behind = skip_blanks(behind + 1);
	length = number(behind, &parts->day);
	return length > 0 && length <= 2 ? behind + length : NULL;
}

/* Whether that separates year, month and day. */
static bool is_separator(char byte)
{
	return byte == '-' || byte == '/' || byte == '.';
}

static const char *era_date(const char *at, struct parts *parts)
{
	for (size_t i = 0; i < sizeof(eras) / sizeof(eras[0]); i++) {
		size_t length = word(at, eras[i].name), digits;
		const char *rest = skip_blanks(at + length), *behind;

		if (length == 0)
			continue;
		digits = word(rest, "元") ? strlen("元") : number(rest, &parts->year);
		if (word(rest, "元"))
			parts->year = 1;
		behind = skip_blanks(rest + digits);
		if (digits == 0 || digits > 3 || parts->year == NOUGHT)
			return NULL;
		parts->year += eras[i].base;
		if (word(behind, "年"))
			return japanese_rest(behind, parts);
		return is_separator(*behind) ? plain_rest(behind, parts) : NULL;
	}
	return NULL;
}

/* A date that begins with the year. */
static const char *year_first(const char *at, struct parts *parts)
{
	size_t length = number(at, &parts->year);
	const char *behind = skip_blanks(at + length);

	if (length == 8) {
		parts->day = stated(parts->year % 100);
		parts->month = stated(parts->year / 100 % 100);
		parts->year /= 10000;
		return at + length;
	}
	if (length != 4)
		return NULL;
	if (word(behind, "年"))
		return japanese_rest(behind, parts);
	return is_separator(*behind) ? plain_rest(behind, parts) : at + length;
}

/* `March 31, 2026` and `31 March 2026`. */
static const char *named_month(const char *at, struct parts *parts)
{
	size_t length = month_name(at, &parts->month);
	const char *rest = skip_blanks(at + length);
	bool named_first = length > 0;

	length = number(rest, &parts->day);
	if (length == 0 || length > 2)
		return NULL;
	rest += length;
	rest += strspn(rest, " -.,");
	if (!named_first) {
		length = month_name(rest, &parts->month);
		rest += length + strspn(rest + length, " -.,");
		if (length == 0)
			return NULL;
	}
	length = number(rest, &parts->year);
	return length == 4 ? rest + length : NULL;
}

/* `3/31/2026` or `31/3/2026`. */
static const char *year_last(const char *at, unsigned forms, struct parts *parts)
{
	int first, second;
	size_t length = number(at, &first), more;
	const char *rest = at + length;

	if (length == 0 || length > 2 || !is_separator(*rest))
		return NULL;
	more = number(rest + 1, &second);
	if (more == 0 || more > 2 || rest[1 + more] != *rest)
		return NULL;
	rest += more + 2;
	if (number(rest, &parts->year) != 4)
		return NULL;
	parts->month = forms & DATE_DAY_FIRST ? second : first;
	parts->day = forms & DATE_DAY_FIRST ? first : second;
	return rest + 4;
}

static bool exists(const struct parts *parts)
{
	return is_civil_date(parts->year, parts->month != 0 ? parts->month : 1,
			     parts->day != 0 ? parts->day : 1) &&
	       (parts->day == 0 || parts->month > 0);
}

/* A date at the beginning of a text: what is behind it. NULL: there is none. *error is set for one
 * that counts for nothing. */
static const char *date_at(const char *at, unsigned forms, struct parts *parts, int *error)
{
	const char *end;

	*parts = (struct parts){0};
	end = era_date(at, parts);
	if (!end)
		end = year_first(at, parts);
	if (!end)
		end = named_month(at, parts);
	if (!end) {
		end = year_last(at, forms, parts);
		if (end && !(forms & (DATE_MONTH_FIRST | DATE_DAY_FIRST)))
			*error = -EDOM;
	}
	if (end && *error == 0 && !exists(parts))
		*error = -EINVAL;
	return end;
}

static void format(const struct parts *parts, char date[static DAY_TEXT_SIZE])
{
	int length = snprintf(date, DAY_TEXT_SIZE, "%04d-%02d-%02d", parts->year, parts->month,
			      parts->day);

	if (parts->day == 0 && length > 3)
		date[parts->month == 0 ? 4 : 7] = '\0';
}

/* `00:00`, `T09:30:00Z`, `12:00:00 AM`: digits and marks of a time alone. */
static bool is_time_of_day(const char *at)
{
	const char *begin = at;

	if (*at == 'T' || *at == ' ')
		at++;
	at = skip_blanks(at);
	if (begin == at || !is_digit(*at) || !strchr(at, ':'))
		return false;
	return at[strspn(at, "0123456789:.+-TZAPM ")] == '\0';
}

static char *normalize(const char *text)
{
	_cleanup_free_ char *wide = (char *)utf8proc_NFKC((const utf8proc_uint8_t *)text);

	/* Of valid UTF-8 it fails only without memory. */
	if (!wide)
		out_of_memory();
	return text_trim(wide);
}

/* A number of a day, which may have a fraction: the time of day. */
static int read_serial(const char *text, unsigned forms, char date[static DAY_TEXT_SIZE])
{
	int value;
	size_t length = number(text, &value);
	const char *rest = text + length;

	rest += *rest == '.' ? 1 + strspn(rest + 1, "0123456789") : 0;
	if (length != 5 || *rest != '\0' || value < SERIAL_MIN || value > SERIAL_MAX)
		return -EINVAL;
	if (!(forms & DATE_SERIAL))
		return -EDOM;
	day_format(value - SERIAL_EPOCH, date);
	return 1;
}

int table_date(const char *cell, unsigned forms, char date[static DAY_TEXT_SIZE])
{
	_cleanup_free_ char *text = NULL;
	struct parts parts;
	const char *end;
	int error = 0;

	if (strnlen(cell, CELL_SIZE_MAX + 1) > CELL_SIZE_MAX)
		return -EINVAL;
	text = normalize(cell);
	if (text[0] == '\0')
		return 0;
	end = date_at(text, forms, &parts, &error);
	if (!end || (*end != '\0' && !is_time_of_day(end)))
		return read_serial(text, forms, date);
	if (error < 0)
		return error;
	format(&parts, date);
	return 1;
}

int table_date_within(const char *text, unsigned forms, char date[static DAY_TEXT_SIZE])
{
	_cleanup_free_ char *plain = NULL;
	bool in_word = false;

	if (strnlen(text, WITHIN_SIZE_MAX + 1) > WITHIN_SIZE_MAX)
		return 0;
	plain = normalize(text);
	for (const char *at = plain; *at != '\0'; at++) {
		struct parts parts;
		int error = 0;

		if (!in_word && date_at(at, forms, &parts, &error) &&
		    (error < 0 || parts.day > 0)) {
			if (error == 0)
				format(&parts, date);
			return error < 0 ? error : 1;
		}
		in_word = is_digit(*at) || (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
	}
	return 0;
}
