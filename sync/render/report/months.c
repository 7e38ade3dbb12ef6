/* Columns by month: what came and went, and which dates of expiry are ahead. */
#include <string.h>

#include "render/report/report.h"
#include "common/timestamp.h"

#define MONTHS 24
#define COLUMN_WIDTH 30
#define PLOT_HEIGHT 120
#define MARGIN 16 /* for a number above or below a column */

/* The months shown; a month is counted from the year 0 on. */
struct window {
	int64_t first;
	int count;
	int64_t up[MONTHS], down[MONTHS];
};

/* YYYY-MM…; -1 for anything else. */
static int64_t parse_month(const char *text)
{
	char day[sizeof("YYYY-MM-DD")];
	int64_t days;
	struct civil_date date;

	(void)snprintf(day, sizeof(day), "%.7s-01", text);
	if (day_parse(day, &days) < 0)
		return -1;
	date = civil_from_days(days);
	return date.year * 12 + date.month - 1;
}

static int64_t highest(const int64_t numbers[static MONTHS])
{
	int64_t most = 0;

	for (int i = 0; i < MONTHS; i++)
		if (numbers[i] > most)
			most = numbers[i];
	return most;
}

/* A column that begins at the baseline, and its number at the far end. */
static void put_column(struct buffer *svg, int x, int64_t baseline, int64_t height, int64_t number,
		       bool up)
{
	if (number == 0)
		return;
	buffer_printf(svg,
		      "<rect class=%s x=%d y=%lld width=18 height=%lld />"
		      "<text x=%d y=%lld>%lld</text>",
		      up ? "up" : "down", x + 6, (long long)(up ? baseline - height : baseline),
		      (long long)height, x + COLUMN_WIDTH / 2,
		      (long long)(up ? baseline - height - 4 : baseline + height + 12),
		      (long long)number);
}

/* The month below its column, and the year below its first month. */
static void put_month(struct buffer *svg, int64_t month, int x, int64_t y, bool first)
{
	buffer_printf(svg, "<text class=month x=%d y=%lld>%02d</text>", x + COLUMN_WIDTH / 2,
		      (long long)y, (int)(month % 12 + 1));
	if (first || month % 12 == 0)
		buffer_printf(svg, "<text class=year x=%d y=%lld>%04lld</text>",
			      x + COLUMN_WIDTH / 2, (long long)(y + 15), (long long)(month / 12));
}

static void put_chart(struct buffer *svg, const struct window *window, const char *label)
{
	int64_t up = highest(window->up), down = highest(window->down), sum = up + down;
	int64_t baseline = MARGIN + (sum > 0 ? up * PLOT_HEIGHT / sum : 0);
	int64_t bottom = MARGIN + PLOT_HEIGHT + (down > 0 ? MARGIN : 0) + 16;
	int width = window->count * COLUMN_WIDTH;

	buffer_printf(svg,
		      "<svg class=months viewBox=\"0 0 %d %lld\" width=%d role=img"
		      " aria-labelledby=\"%s\">",
		      width, (long long)(bottom + 20), width, label);
	for (int i = 0; i < window->count && sum > 0; i++) {
		put_column(svg, i * COLUMN_WIDTH, baseline, window->up[i] * PLOT_HEIGHT / sum,
			   window->up[i], true);
		put_column(svg, i * COLUMN_WIDTH, baseline, window->down[i] * PLOT_HEIGHT / sum,
			   window->down[i], false);
	}
	buffer_printf(svg, "<path class=axis d=\"M0 %lld.5H%d\" />", (long long)baseline, width);
	for (int i = 0; i < window->count; i++)
		put_month(svg, window->first + i, i * COLUMN_WIDTH, bottom, i == 0);
	buffer_text(svg, "</svg>");
}

/* The months up to the list's, as far back as the history reaches. */
static int open_past(const struct report_list *list, struct window *window)
{
	int64_t last = parse_month(list->day), first = parse_month(list->first_day);

	if (last < 0 || first < 0 || first > last)
		return 0;
	window->first = last - first >= MONTHS ? last - MONTHS + 1 : first;
	window->count = (int)(last - window->first + 1);
	return window->count;
}

/* Counts what came and went within the window: kinds as report_change has them. */
static int read_changes(sqlite3 *database, const struct report_list *list, struct window *window,
			int64_t returned[static MONTHS])
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	char since[DAY_TEXT_SIZE];
	int r = database_prepare(database,
				 "SELECT day, kind FROM report_change WHERE day >= ?1"
				 " AND gen > (SELECT min(id) FROM generation WHERE day = ?2)",
				 &rows);

	if (r < 0)
		return r;
	day_format(days_from_civil(window->first / 12, (int)(window->first % 12) + 1, 1), since);
	(void)sqlite3_bind_text(rows, 1, since, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(rows, 2, list->first_day, -1, SQLITE_STATIC);
	while ((r = database_next(rows)) > 0) {
		int64_t column = parse_month(database_text(rows, 0)) - window->first;
		const char *kind = database_text(rows, 1);

		if (column < 0 || column >= window->count)
			continue;
		if (strcmp(kind, "delisted") == 0)
			window->down[column]++;
		else
			window->up[column]++;
		returned[column] += strcmp(kind, "returned") == 0;
	}
	return r;
}

int report_put_changes(sqlite3 *database, const struct report_list *list,
		       struct report_months *months)
{
	int64_t returned[MONTHS] = {0};
	struct window window = {.count = 0};
	int r;

	if (open_past(list, &window) == 0)
		return 0;
	r = read_changes(database, list, &window, returned);
	if (r < 0 || highest(window.up) + highest(window.down) == 0)
		return r;
	put_chart(months->chart, &window, "changes-title");
	for (int i = window.count - 1; i >= 0; i--)
		buffer_printf(months->rows,
			      "<tr><th scope=row>%04d-%02d<td class=n>%lld<td class=n>%lld"
			      "<td class=n>%lld\n",
			      (int)((window.first + i) / 12), (int)((window.first + i) % 12 + 1),
			      (long long)(window.up[i] - returned[i]), (long long)returned[i],
			      (long long)window.down[i]);
	return 0;
}

int report_put_expiries(sqlite3 *database, const struct report_list *list,
			struct report_months *months)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	struct window window = {.first = parse_month(list->day)};
	int r = database_prepare(database,
				 "SELECT word, services FROM report_facet WHERE farm = 'by-expiry'"
				 " ORDER BY word",
				 &rows);

	months->none = list->services;
	while (r == 0 && (r = database_next(rows)) > 0) {
		int64_t month = parse_month(database_text(rows, 0));
		int64_t services = sqlite3_column_int64(rows, 1);

		r = 0;
		if (month < 0 || window.first < 0)
			continue;
		months->none -= services;
		if (month < window.first) {
			months->before += services;
		} else if (month >= window.first + MONTHS) {
			months->after += services;
		} else {
			window.count = (int)(month - window.first) + 1;
			window.up[month - window.first] = services;
			buffer_printf(months->rows, "<tr><th scope=row>%s<td class=n>%lld\n",
				      database_text(rows, 0), (long long)services);
		}
	}
	/* A year at least, so that a near date is seen to be near. */
	if (window.count > 0 && window.count < 12)
		window.count = 12;
	if (r == 0 && window.count > 0)
		put_chart(months->chart, &window, "expiries-title");
	return r;
}
