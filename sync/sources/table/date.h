/*
 * Dates as people write them into tables. Pure functions.
 */
#ifndef ISMAPFS_TABLE_DATE_H
#define ISMAPFS_TABLE_DATE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/timestamp.h"

/* What must be said of a table, since a date alone doesn't tell. */
enum date_forms {
	DATE_MONTH_FIRST = 1, /* 3/31/2026 */
	DATE_DAY_FIRST = 2,   /* 31/3/2026 */
	DATE_SERIAL = 4,      /* 46112: a spreadsheet's number of a day */
};

/*
 * A cell as YYYY-MM-DD or, where it says no more, YYYY-MM or YYYY. Reads 2026-03-31 with - / or .
 * and with or without zeros, 20260331, 2026年3月31日, the Japanese eras (令和8年3月31日, 令和元年,
 * R8.3.31), 31 March 2026 and Mar. 31, 2026, all in full width too; a time of day behind it is
 * passed over. forms allows more. Returns 1; 0 for a blank cell; -EINVAL for what is no date, or
 * no day that exists; -EDOM for what is a date only if one of forms is allowed.
 */
int table_date(const char *cell, unsigned forms, char date[static DAY_TEXT_SIZE]);

/* The first whole day that a text names, such as 2026年3月31日現在. Returns as table_date() does;
 * 0: there is none. */
int table_date_within(const char *text, unsigned forms, char date[static DAY_TEXT_SIZE]);

#endif
