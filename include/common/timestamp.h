/*
 * Instants, days, and the time zones of registries.
 *
 * An instant is milliseconds since 1970-01-01T00:00:00Z. The zones are written down
 * here, not taken from the system: a machine without tzdata reads every zone as UTC
 * without an error, and days would be wrong.
 * Everything here is reentrant and allocates nothing.
 */
#ifndef ISMAPFS_TIMESTAMP_H
#define ISMAPFS_TIMESTAMP_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Buffer sizes, enough for any int64_t year: the compiler warns of less. */
#define TIMESTAMP_TEXT_SIZE 80
#define DAY_TEXT_SIZE 48
#define MILLISECONDS_PER_DAY INT64_C(86400000)
#define MILLISECONDS_PER_HOUR INT64_C(3600000)
/* The year 2255. Up to it, a time in nanoseconds fits into an int64_t too. */
#define TIMESTAMP_MAX INT64_C(9000000000000)
#define NANOSECONDS_PER_MILLISECOND INT64_C(1000000)
#define NANOSECONDS_PER_SECOND INT64_C(1000000000)

struct civil_date {
	int64_t year;
	int month; /* 1-12 */
	int day;   /* 1-31 */
};

static inline int64_t timestamp_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The same in nanoseconds: what files' times are. */
static inline int64_t timestamp_now_nanoseconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * NANOSECONDS_PER_SECOND + now.tv_nsec;
}

/* The steady clock, in milliseconds: it never jumps, and rests while the machine sleeps. */
static inline int64_t monotonic_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline bool is_leap_year(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static inline bool is_civil_date(int64_t year, int month, int day)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= lengths[month - 1] + (month == 2 && is_leap_year(year));
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar. The computation lets years begin in
 * March, so that the leap day is the last. */
static inline int64_t days_from_civil(int64_t year, int month, int day)
{
	int64_t shifted_year = month <= 2 ? year - 1 : year;
	int64_t era = (shifted_year >= 0 ? shifted_year : shifted_year - 399) / 400;
	int64_t year_of_era = shifted_year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static inline struct civil_date civil_from_days(int64_t days)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int shifted_month = (int)((5 * day_of_year + 2) / 153);
	int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;

	return (struct civil_date){
		.year = year_of_era + era * 400 + (month <= 2),
		.month = month,
		.day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1),
	};
}

static inline int64_t floor_divide(int64_t dividend, int64_t divisor)
{
	int64_t quotient = dividend / divisor;

	return quotient - (dividend % divisor < 0);
}

/* 0 = Sunday. */
static inline int weekday_from_days(int64_t days)
{
	int64_t weekday = (days + 4) % 7;

	return (int)(weekday < 0 ? weekday + 7 : weekday);
}

/* A month's n-th Sunday, as days since 1970. */
static inline int64_t nth_sunday(int64_t year, int month, int nth)
{
	int64_t first = days_from_civil(year, month, 1);

	return first + (7 - weekday_from_days(first)) % 7 + 7 * (nth - 1);
}

/*
 * The offset of US Eastern time from UTC at an instant, in milliseconds. Daylight
 * time lasts from 2 a.m. on the second Sunday of March to 2 a.m. on the first
 * Sunday of November (Energy Policy Act of 2005, in force since 2007).
 */
static inline int64_t us_eastern_offset(int64_t instant)
{
	int64_t year = civil_from_days(floor_divide(instant, MILLISECONDS_PER_DAY)).year;
	int64_t begins = nth_sunday(year, 3, 2) * MILLISECONDS_PER_DAY + 7 * MILLISECONDS_PER_HOUR;
	int64_t ends = nth_sunday(year, 11, 1) * MILLISECONDS_PER_DAY + 6 * MILLISECONDS_PER_HOUR;

	return (instant >= begins && instant < ends ? -4 : -5) * MILLISECONDS_PER_HOUR;
}

/* Reads two decimal digits. -EINVAL for anything else, such as signs and blanks, which sscanf
 * takes.
 */
static inline int two_digits(const char *text)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return -EINVAL;
	return (text[0] - '0') * 10 + (text[1] - '0');
}

/*
 * The offset from UTC, in milliseconds, of a zone at an instant. Zones: UTC,
 * +HH:MM and -HH:MM, Asia/Tokyo, America/New_York.
 * Returns 0, or -EINVAL for any other name.
 */
static inline int zone_offset(const char *zone, int64_t instant, int64_t *offset)
{
	int hours, minutes;

	*offset = 0;
	if (strcmp(zone, "UTC") == 0)
		return 0;
	if (strcmp(zone, "Asia/Tokyo") == 0) {
		*offset = 9 * MILLISECONDS_PER_HOUR;
		return 0;
	}
	if (strcmp(zone, "America/New_York") == 0) {
		*offset = us_eastern_offset(instant);
		return 0;
	}
	if ((zone[0] != '+' && zone[0] != '-') || strlen(zone) != 6 || zone[3] != ':')
		return -EINVAL;
	hours = two_digits(zone + 1);
	minutes = two_digits(zone + 4);
	if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59)
		return -EINVAL;
	*offset = (hours * INT64_C(60) + minutes) * 60000 * (zone[0] == '-' ? -1 : 1);
	return 0;
}

/* The day of an instant in a zone, as days since 1970. An unknown zone counts as UTC. */
static inline int64_t day_in_zone(const char *zone, int64_t instant)
{
	int64_t offset;

	(void)zone_offset(zone, instant, &offset);
	return floor_divide(instant + offset, MILLISECONDS_PER_DAY);
}

/* The instant of a local time of a zone, both in milliseconds. An unknown zone counts as UTC. Of an
 * hour that a clock change repeats, this is the first one. */
static inline int64_t local_instant(const char *zone, int64_t local)
{
	int64_t offset, after;

	(void)zone_offset(zone, local, &offset);
	(void)zone_offset(zone, local - offset, &offset);
	(void)zone_offset(zone, local - offset, &after);
	/* A time that the clock skipped: by a clock that wasn't set forward yet. */
	return local - (after < offset ? after : offset);
}

/* The first instant of a day of a zone. */
static inline int64_t day_begins(const char *zone, int64_t day)
{
	return local_instant(zone, day * MILLISECONDS_PER_DAY);
}

/* YYYY-MM-DD. */
static inline void day_format(int64_t days, char text[static DAY_TEXT_SIZE])
{
	struct civil_date date = civil_from_days(days);

	(void)snprintf(text, DAY_TEXT_SIZE, "%04lld-%02d-%02d", (long long)date.year, date.month,
		       date.day);
}

/* YYYY-MM-DDTHH:MM:SSZ. */
static inline void timestamp_format(int64_t instant, char text[static TIMESTAMP_TEXT_SIZE])
{
	int64_t days = floor_divide(instant, MILLISECONDS_PER_DAY);
	int64_t rest = instant % MILLISECONDS_PER_DAY;
	int64_t second = (rest < 0 ? rest + MILLISECONDS_PER_DAY : rest) / 1000;
	struct civil_date date = civil_from_days(days);

	(void)snprintf(text, TIMESTAMP_TEXT_SIZE, "%04lld-%02d-%02dT%02d:%02d:%02dZ",
		       (long long)date.year, date.month, date.day, (int)(second / 3600),
		       (int)(second / 60 % 60), (int)(second % 60));
}

/* The zone's short name at an instant; else the zone's own. */
static inline const char *zone_short_name(const char *zone, int64_t offset)
{
	if (strcmp(zone, "Asia/Tokyo") == 0)
		return "JST";
	if (strcmp(zone, "America/New_York") == 0)
		return offset == -4 * MILLISECONDS_PER_HOUR ? "EDT" : "EST";
	return zone;
}

#define LOCAL_TIME_TEXT_SIZE 112

/* YYYY-MM-DD HH:MM ZONE, as people read it. */
static inline void local_time_format(const char *zone, int64_t instant,
				     char text[static LOCAL_TIME_TEXT_SIZE])
{
	char day[DAY_TEXT_SIZE];
	int64_t offset, minute;

	(void)zone_offset(zone, instant, &offset);
	minute = floor_divide(instant + offset, 60000) % (24 * 60);
	day_format(day_in_zone(zone, instant), day);
	(void)snprintf(text, LOCAL_TIME_TEXT_SIZE, "%s %02d:%02d %.32s", day, (int)(minute / 60),
		       (int)(minute % 60), zone_short_name(zone, offset));
}

/* Reads YYYY-MM-DD, a day that exists, and nothing else. Returns 0 or -EINVAL. */
static inline int day_parse(const char *text, int64_t *days)
{
	int year, month, day, length = 0;

	for (int i = 0; i < 10; i++)
		if ((i == 4 || i == 7) ? text[i] != '-' : (text[i] < '0' || text[i] > '9'))
			return -EINVAL;
	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &length) != 3 || length != 10 ||
	    text[10] != '\0' || !is_civil_date(year, month, day))
		return -EINVAL;
	*days = days_from_civil(year, month, day);
	return 0;
}

/* Reads THH:MM[:SS[.fff]], or with t or a space for the T, into milliseconds; *rest is what
 * follows. Returns 0 or -EINVAL. */
static inline int clock_parse(const char *text, int64_t *milliseconds, const char **rest)
{
	int hour, minute, second = 0;

	if (strnlen(text, 6) < 6 || !strchr("Tt ", text[0]) || text[3] != ':')
		return -EINVAL;
	hour = two_digits(text + 1);
	minute = two_digits(text + 4);
	text += 6;
	if (text[0] == ':') {
		second = two_digits(text + 1);
		text += second < 0 ? 0 : 3;
	}
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return -EINVAL;
	*milliseconds =
		hour * MILLISECONDS_PER_HOUR + minute * INT64_C(60000) + second * INT64_C(1000);
	if (text[0] == '.') {
		int64_t weight = 100;

		for (text++; *text >= '0' && *text <= '9'; text++, weight /= 10)
			*milliseconds += (*text - '0') * weight;
	}
	*rest = text;
	return 0;
}

/*
 * Reads YYYY-MM-DD, or YYYY-MM-DD[T ]HH:MM[:SS[.fff]] followed by nothing (the zone
 * given), Z or ±HH:MM; also with t and z, as RFC 3339 allows. Times before 1970 or after
 * TIMESTAMP_MAX are out of range. Returns 0 or -EINVAL.
 */
static inline int timestamp_parse(const char *text, const char *zone, int64_t *instant)
{
	char date[sizeof("YYYY-MM-DD")];
	int64_t days, milliseconds = 0, offset;
	const char *rest;

	if (strnlen(text, 10) < 10)
		return -EINVAL;
	memcpy(date, text, 10);
	date[10] = '\0';
	if (day_parse(date, &days) < 0)
		return -EINVAL;
	rest = text + 10;
	if (*rest != '\0' && clock_parse(rest, &milliseconds, &rest) < 0)
		return -EINVAL;
	milliseconds += days * MILLISECONDS_PER_DAY;
	if (strcasecmp(rest, "Z") == 0)
		zone = "UTC";
	else if (*rest == '+' || *rest == '-')
		zone = rest;
	else if (*rest != '\0')
		return -EINVAL;
	if (zone_offset(zone, 0, &offset) < 0)
		return -EINVAL;
	milliseconds = local_instant(zone, milliseconds);
	if (milliseconds < 0 || milliseconds > TIMESTAMP_MAX)
		return -EINVAL;
	*instant = milliseconds;
	return 0;
}

/*
 * The same, where it is known that the time isn't before another one: of a local time
 * that a clock change repeats it is the second one, if the first one is before that.
 */
static inline int timestamp_parse_after(const char *text, const char *zone, int64_t before,
					int64_t *instant)
{
	int64_t offset = 0, later_offset = 0, universal = 0;
	int r = timestamp_parse(text, zone, instant);

	if (r < 0 || *instant >= before)
		return r;
	(void)zone_offset(zone, *instant, &offset);
	(void)zone_offset(zone, *instant + MILLISECONDS_PER_HOUR, &later_offset);
	/* One that states its own offset isn't repeated. */
	if (later_offset != offset - MILLISECONDS_PER_HOUR ||
	    (timestamp_parse(text, "UTC", &universal) == 0 && universal == *instant))
		return r;
	*instant += MILLISECONDS_PER_HOUR;
	return r;
}

#endif
