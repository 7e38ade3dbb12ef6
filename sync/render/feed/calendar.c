#include "render/feed/calendar.h"

#include <string.h>

#include "common/embed.h"
#include "common/foreign_text.h"
#include "common/timestamp.h"
#include "render/feed/words.h"

EMBED(dates, "render/feed/dates.sql");

/* Octets of a line, without its CRLF. */
#define LINE_MAX_OCTETS 75

const char *calendar_query(void)
{
	return embedded_dates;
}

/* The end of the part of a text that fits into so many octets, between two characters. */
static size_t fitting(const char *text, size_t octets)
{
	size_t length = strlen(text), end = octets;

	if (length <= octets)
		return length;
	/* No character has more than three bytes behind its first; what isn't UTF-8 is cut
	 * anywhere. */
	while (end > octets - 3 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	return end;
}

/* A line, folded: what goes on in the next one stands behind a blank. */
static void put_line(struct buffer *ics, const char *name, const char *value)
{
	_cleanup_buffer_ struct buffer line = {0};
	size_t room = LINE_MAX_OCTETS;

	buffer_printf(&line, "%s:%s", name, value);
	for (const char *rest = line.bytes; *rest != '\0';) {
		size_t length = fitting(rest, room);

		if (rest != line.bytes)
			buffer_text(ics, " ");
		buffer_append(ics, rest, length);
		buffer_text(ics, "\r\n");
		rest += length;
		room = LINE_MAX_OCTETS - 1;
	}
}

/* A value of type TEXT: what separates values is escaped, and nothing moves the cursor or turns the
 * text. */
static void put_text(struct buffer *ics, const char *name, const char *text)
{
	_cleanup_buffer_ struct buffer escaped = {0};

	while (*text != '\0') {
		const unsigned char *byte = (const unsigned char *)text;
		size_t length = (size_t)foreign_length(byte);

		if (*text == '\n')
			buffer_text(&escaped, "\\n");
		else if (strchr("\\;,", *text))
			buffer_printf(&escaped, "\\%c", *text);
		else if (foreign_moves_text(byte))
			buffer_text(&escaped, " ");
		else
			buffer_append(&escaped, text, length);
		text += length;
	}
	put_line(ics, name, escaped.bytes ? escaped.bytes : "");
}

static const char *what_words(const struct feed_words *words, sqlite3_stmt *row)
{
	const char *what = database_text(row, DATE_WHAT);

	if (strcmp(what, "annual-assessment") == 0)
		return words->annual_assessment;
	if (strcmp(what, "next-report-on") == 0)
		return words->next_report;
	return strcmp(database_text(row, DATE_BASIS), "derived") == 0 ? words->valid_until_derived
								      : words->valid_until;
}

static void put_stamp(struct buffer *ics, sqlite3_stmt *row)
{
	char time[TIMESTAMP_TEXT_SIZE], stamp[TIMESTAMP_TEXT_SIZE];
	size_t length = 0;

	timestamp_format(sqlite3_column_int64(row, DATE_SINCE_AT), time);
	for (const char *byte = time; *byte != '\0'; byte++)
		if (*byte != '-' && *byte != ':')
			stamp[length++] = *byte;
	stamp[length] = '\0';
	put_line(ics, "DTSTAMP", stamp);
}

/*
 * The day, and that it recurs. A day of every year begins in the year since when it is
 * stated; the 29th of February recurs as the last day of that month. Returns 0, or -EINVAL
 * where the list has something else than a day.
 */
static int put_start(struct buffer *ics, sqlite3_stmt *row)
{
	const char *text = database_text(row, DATE_TEXT);
	bool yearly = strncmp(text, "--", 2) == 0;
	bool leap = strcmp(text, "--02-29") == 0;
	char day[DAY_TEXT_SIZE], start[16];
	int64_t days;

	(void)snprintf(day, sizeof(day), "%.4s%.16s",
		       yearly ? database_text(row, DATE_SINCE_DAY) : "",
		       leap ? "-02-28" : text + yearly);
	if (day_parse(day, &days) < 0)
		return -EINVAL;
	if (leap && is_leap_year(civil_from_days(days).year))
		day[strlen("YYYY-MM-2")] = '9';
	(void)snprintf(start, sizeof(start), "%.4s%.2s%.2s", day, day + 5, day + 8);
	put_line(ics, "DTSTART;VALUE=DATE", start);
	if (leap)
		put_line(ics, "RRULE", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1");
	else if (yearly)
		put_line(ics, "RRULE", "FREQ=YEARLY");
	return 0;
}

static void put_texts(struct buffer *ics, const struct feed_list *list, sqlite3_stmt *row)
{
	_cleanup_buffer_ struct buffer summary = {0}, description = {0};

	feed_put_name(&summary, database_text(row, DATE_NAME));
	buffer_printf(&summary, ": %s", what_words(list->words, row));
	put_text(ics, "SUMMARY", summary.bytes);
	buffer_printf(&description, "%s\n%s: ", database_text(row, DATE_SERVICE),
		      list->words->provider);
	feed_put_value(&description, list, "", database_text(row, DATE_PROVIDER));
	buffer_printf(&description, "\n%s: %s\n%s", database_text(row, DATE_WHAT),
		      database_text(row, DATE_STATED), list->words->not_official);
	put_text(ics, "DESCRIPTION", description.bytes);
}

/* Returns 1, or 0 where it is no event. */
static int put_event(struct buffer *ics, const struct feed_list *list, sqlite3_stmt *row)
{
	_cleanup_buffer_ struct buffer start = {0}, uid = {0};

	if (put_start(&start, row) < 0)
		return 0;
	buffer_printf(&uid, "e%lld-%s@%s", (long long)sqlite3_column_int64(row, DATE_ENTITY),
		      database_text(row, DATE_WHAT), list->uuid);
	buffer_text(ics, "BEGIN:VEVENT\r\n");
	put_line(ics, "UID", uid.bytes);
	put_stamp(ics, row);
	put_line(ics, "SEQUENCE", database_text(row, DATE_SINCE));
	buffer_text(ics, start.bytes);
	put_texts(ics, list, row);
	put_line(ics, "CATEGORIES", database_text(row, DATE_WHAT));
	if (feed_is_address(database_text(row, DATE_URL)))
		put_line(ics, "URL", database_text(row, DATE_URL));
	buffer_text(ics, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
	return 1;
}

int calendar_put(sqlite3 *database, sqlite3_stmt *dates, struct buffer *ics)
{
	_cleanup_feed_list_ struct feed_list list = {.registry = NULL};
	_cleanup_buffer_ struct buffer title = {0};
	int count = 0;
	int r = feed_list_read(database, &list);

	if (r < 0)
		return r;
	buffer_printf(&title, "%s%s", list.title.bytes, list.words->dates);
	buffer_text(ics, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ismapfs//dates//EN\r\n"
			 "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
	put_text(ics, "NAME", title.bytes);
	put_text(ics, "X-WR-CALNAME", title.bytes);
	while ((r = database_next(dates)) > 0)
		count += put_event(ics, &list, dates);
	buffer_text(ics, "END:VCALENDAR\r\n");
	return r < 0 ? r : count;
}
