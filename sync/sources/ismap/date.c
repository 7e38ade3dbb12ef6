#include "sources/ismap/date.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "common/cleanup.h"
#include "common/timestamp.h"
#include "util/memory.h"

/* The year before Reiwa's first. */
#define REIWA_BASE 2018

/* A number of at most `most` digits; returns how many there were. */
static size_t number(const char *text, size_t most, int *value)
{
	size_t length = 0;

	*value = 0;
	for (; length < most && text[length] >= '0' && text[length] <= '9'; length++)
		*value = *value * 10 + (text[length] - '0');
	return text[length] >= '0' && text[length] <= '9' ? 0 : length;
}

static size_t word(const char *text, const char *wanted)
{
	return strncmp(text, wanted, strlen(wanted)) == 0 ? strlen(wanted) : 0;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " ");
}

/* `YYYY年`, `YYYY-`, `令和N年` and what comes between the parts; the length, 0 for none. */
static size_t year_of(const char *text, int *year, const char **separator)
{
	size_t length = word(text, "令和"), digits;
	const char *rest;

	if (length > 0) {
		rest = skip_blanks(text + length);
		if (word(rest, "元年")) {
			*year = REIWA_BASE + 1;
			*separator = "年";
			return (size_t)(rest - text) + strlen("元年");
		}
		digits = number(rest, 2, year);
		rest = skip_blanks(rest + digits);
		*year += REIWA_BASE;
		*separator = "年";
		return digits > 0 && word(rest, "年") ? (size_t)(rest - text) + strlen("年") : 0;
	}
	if (number(text, 4, year) != 4)
		return 0;
	rest = skip_blanks(text + 4);
	if (word(rest, "年"))
		*separator = "年";
	else if (*rest == '-')
		*separator = "-";
	else if (*rest == '/')
		*separator = "/";
	else if (*rest == '.')
		*separator = ".";
	else
		return 0;
	return (size_t)(rest - text) + strlen(*separator);
}

/* A date at the beginning of the text: its length, 0 when there is none. */
static size_t date_at(const char *text, int *year, int *month, int *day)
{
	const char *separator = NULL, *rest;
	size_t length = year_of(text, year, &separator);
	const char *behind_month;

	if (length == 0)
		return 0;
	rest = skip_blanks(text + length);
	length = number(rest, 2, month);
	behind_month = strcmp(separator, "年") == 0 ? "月" : separator;
	rest = skip_blanks(rest + length);
	if (length == 0 || !word(rest, behind_month))
		return 0;
	rest = skip_blanks(rest + strlen(behind_month));
	length = number(rest, 2, day);
	if (length == 0)
		return 0;
	rest += length;
	if (strcmp(separator, "年") == 0)
		rest = skip_blanks(rest) + word(skip_blanks(rest), "日");
	return (size_t)(rest - text);
}

int ismap_dates(const char *text, int64_t *days, size_t size)
{
	_cleanup_free_ char *plain = (char *)utf8proc_NFKC((const utf8proc_uint8_t *)text);
	bool in_number = false;
	size_t count = 0;

	/* Of valid UTF-8 it fails only without memory. */
	if (!plain)
		out_of_memory();
	for (const char *position = plain; *position != '\0';) {
		int year, month, day;
		size_t length = in_number ? 0 : date_at(position, &year, &month, &day);

		if (length == 0) {
			in_number = *position >= '0' && *position <= '9';
			position++;
			continue;
		}
		if (!is_civil_date(year, month, day))
			return -EINVAL;
		if (count < size)
			days[count] = days_from_civil(year, month, day);
		count++;
		position += length;
		in_number = false;
	}
	return (int)count;
}

int64_t ismap_validity(int64_t audited_until)
{
	struct civil_date first = civil_from_days(audited_until + 1);
	int64_t months = first.year * 12 + (first.month - 1) + 16;
	int64_t year = months / 12;
	int month = (int)(months % 12) + 1;

	if (is_civil_date(year, month, first.day))
		return days_from_civil(year, month, first.day) - 1;
	/* The month's last day is the one before the first of the next. */
	months++;
	return days_from_civil(months / 12, (int)(months % 12) + 1, 1) - 1;
}
