#include "store/known_days.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"

int known_days_read(sqlite3 *database, const struct state *state, struct known_days *days)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int64_t newest_day;
	int r = database_prepare(
		database,
		"SELECT id, chain, published_at, day, (SELECT min(day) FROM generation WHERE kept = 1)"
		" FROM generation ORDER BY id DESC LIMIT 1",
		&row);

	*days = (struct known_days){.database = database};
	if (r == 0)
		r = store_reader_read_zone(database, days->zone);
	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	if (day_parse(database_text(row, 3), &newest_day) < 0 ||
	    day_parse(database_text(row, 4), &days->first) < 0)
		return log_error_errno(-EBADMSG, "a day of the store is no day");
	days->held_until = sqlite3_column_int64(row, 2);
	if (state_speaks_of(state, sqlite3_column_int64(row, 0), database_text(row, 1)) &&
	    state->held_until > days->held_until)
		days->held_until = state->held_until;
	days->last = day_last_known(days->zone, newest_day, days->held_until);
	return 0;
}

/* Of a day from the first to the last known one. */
static int find(const struct known_days *days, int64_t day, struct known_day *found)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	char text[DAY_TEXT_SIZE];
	int64_t own;
	int r = database_prepare(days->database,
				 "SELECT id, day, held_until FROM generation"
				 " WHERE kept = 1 AND day <= ?1 ORDER BY id DESC LIMIT 1",
				 &row);

	if (r < 0)
		return r;
	day_format(day, text);
	(void)sqlite3_bind_text(row, 1, text, -1, SQLITE_STATIC);
	r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	if (day_parse(database_text(row, 1), &own) < 0)
		return -EBADMSG;
	found->generation = sqlite3_column_int64(row, 0);
	found->held_until = sqlite3_column_type(row, 2) == SQLITE_NULL
				    ? days->held_until
				    : sqlite3_column_int64(row, 2);
	found->day = day;
	found->own = own;
	found->basis = day_basis(days->zone, day, own, found->held_until);
	return 0;
}

static void warn_unconfirmed(const struct known_days *days, const char *text,
			     const struct known_day *day)
{
	char until[LOCAL_TIME_TEXT_SIZE];

	if (day->basis != DAY_UNCONFIRMED)
		return;
	local_time_format(days->zone, day->held_until, until);
	log_warning(
		"%s is unconfirmed: the list that stands for it was known to be the newest until %s, and nobody asked again that day",
		text, until);
}

/* The day that a text means. */
static int parse(const struct known_days *days, const char *text, int64_t *day)
{
	char first[DAY_TEXT_SIZE];

	*day = days->last;
	if (strcmp(text, "latest") == 0)
		return 0;
	(void)snprintf(first, sizeof(first), "%.40s%s", text, strlen(text) == 7 ? "-01" : "");
	if (day_parse(first, day) < 0)
		return log_error_errno(-EINVAL, "'%s' is not a day: YYYY-MM-DD, YYYY-MM or latest",
				       text);
	if (strlen(text) != 7)
		return 0;
	/* Of a month that isn't over, its last known day. */
	if (*day <= days->last) {
		struct civil_date month = civil_from_days(*day + 31);

		*day = days_from_civil(month.year, month.month, 1) - 1;
		if (*day > days->last)
			*day = days->last;
	}
	return 0;
}

static void say_last(const struct known_days *days, char text[static LOCAL_TIME_TEXT_SIZE])
{
	local_time_format(days->zone, days->held_until, text);
}

int known_days_look(const struct known_days *days, const char *text, struct known_day *found)
{
	char until[LOCAL_TIME_TEXT_SIZE];
	int64_t day;
	int r = parse(days, text, &day);

	if (r < 0)
		return r;
	say_last(days, until);
	if (day > days->last)
		return log_error_errno(
			-ENOENT,
			"the store knows nothing of %s: its list was known to be the newest until %s",
			text, until);
	if (day < days->first)
		return log_error_errno(
			-ENOENT, "the store knows nothing of %s: its first day is later", text);
	return find(days, day, found);
}

int known_days_find(const struct known_days *days, const char *text, int64_t *generation)
{
	struct known_day found = {0};
	int r = known_days_look(days, text, &found);

	if (r < 0)
		return r;
	if (found.day != days->last || strlen(text) == strlen("YYYY-MM-DD"))
		warn_unconfirmed(days, text, &found);
	*generation = found.generation;
	return 0;
}

int known_days_warn(const struct known_days *days, const char *text)
{
	struct known_day found;
	char until[LOCAL_TIME_TEXT_SIZE];
	int64_t day;
	int r = day_parse(text, &day);

	if (r < 0)
		return r;
	say_last(days, until);
	if (day > days->last)
		log_warning(
			"the store knows nothing of %s: its list was known to be the newest until %s",
			text, until);
	if (day < days->first || day >= days->last)
		return 0;
	r = find(days, day, &found);
	if (r == 0)
		warn_unconfirmed(days, text, &found);
	return r;
}
