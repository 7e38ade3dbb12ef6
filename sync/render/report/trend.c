/*
 * Services by status over time: a small picture for each status, all over the
 * same days, each with a scale of its own, as 500 and 5 don't fit into one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render/report/report.h"
#include "common/timestamp.h"
#include "util/memory.h"

#define WIDTH 240
#define HEIGHT 60
/* Statuses that are drawn; the known registries have six at most. */
#define TRENDS_MAX 12
#define WORD_SIZE 64

struct trend {
	char word[WORD_SIZE];
	int64_t first; /* on the first day */
	int64_t now;
	int64_t steps[WIDTH + 1]; /* how the number changes within each unit of width */
};

/* Where each generation is in the pictures. */
struct span {
	int16_t *columns; /* by the generation's number; -1: on the first day or before it */
	int64_t count;
};

static void span_release(struct span *span)
{
	free(span->columns);
}

static int read_span(sqlite3 *database, const struct report_list *list, struct span *span)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int64_t first, last, day;
	int r = database_number(database, "SELECT max(id) + 1 FROM generation", &span->count);

	if (r < 0 || day_parse(list->first_day, &first) < 0 || day_parse(list->day, &last) < 0)
		return r;
	span->columns = xmalloc((size_t)span->count * sizeof(*span->columns));
	for (int64_t i = 0; i < span->count; i++)
		span->columns[i] = -1;
	r = database_prepare(database, "SELECT id, day FROM generation WHERE day > ?1", &rows);
	if (r < 0)
		return r;
	(void)sqlite3_bind_text(rows, 1, list->first_day, -1, SQLITE_STATIC);
	while ((r = database_next(rows)) > 0)
		if (day_parse(database_text(rows, 1), &day) == 0 && last > first)
			span->columns[sqlite3_column_int64(rows, 0)] =
				(int16_t)((day - first) * WIDTH / (last - first));
	return r;
}

/* NULL when there are more words than pictures. */
static struct trend *find_trend(struct trend trends[static TRENDS_MAX], int *count,
				const char *word)
{
	for (int i = 0; i < *count; i++)
		if (strncmp(trends[i].word, word, WORD_SIZE - 1) == 0)
			return &trends[i];
	if (*count == TRENDS_MAX)
		return NULL;
	trends[*count] = (struct trend){.now = 0};
	(void)snprintf(trends[*count].word, WORD_SIZE, "%s", word);
	return &trends[(*count)++];
}

static void add_step(struct trend *trend, const struct span *span, int64_t generation, int step)
{
	int column = generation < span->count ? span->columns[generation] : WIDTH;

	trend->now += step;
	trend->first += column < 0 ? step : 0;
	trend->steps[column < 0 ? 0 : column] += step;
}

/* Returns how many statuses there are, or −errno. */
static int read_trends(sqlite3 *database, const struct span *span,
		       struct trend trends[static TRENDS_MAX])
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int count = 0;
	int r = database_prepare(database, "SELECT word, gen_from, gen_to FROM report_status",
				 &rows);

	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		struct trend *trend = find_trend(trends, &count, database_text(rows, 0));

		if (!trend)
			continue;
		add_step(trend, span, sqlite3_column_int64(rows, 1), 1);
		if (sqlite3_column_type(rows, 2) != SQLITE_NULL)
			add_step(trend, span, sqlite3_column_int64(rows, 2), -1);
	}
	return r < 0 ? r : count;
}

/* A line of steps: between two publications holds what the earlier one said. */
static void put_picture(struct buffer *html, const struct trend *trend)
{
	_cleanup_buffer_ struct buffer path = {0};
	int64_t most = 0, number = 0;
	int64_t before = -1;

	for (int x = 0; x <= WIDTH; x++) {
		number += trend->steps[x];
		if (number > most)
			most = number;
	}
	number = 0;
	for (int x = 0; x <= WIDTH; x++) {
		int64_t y;

		number += trend->steps[x];
		y = HEIGHT - (most > 0 ? number * (HEIGHT - 2) / most : 0);
		if (x == 0)
			buffer_printf(&path, "M0 %lld", (long long)y);
		else if (y != before)
			buffer_printf(&path, "H%dV%lld", x, (long long)y);
		before = y;
	}
	buffer_printf(
		html,
		"<svg viewBox=\"0 0 240 62\" aria-hidden=true><path class=area d=\"%sH%dV%dH0Z\" />"
		"<path class=line d=\"%sH%d\" /><path class=axis d=\"M0 60.5H240\" /></svg>",
		path.bytes ? path.bytes : "", WIDTH, HEIGHT, path.bytes ? path.bytes : "", WIDTH);
}

static void put_trend(struct buffer *html, const struct report_list *list,
		      const struct trend *trend)
{
	buffer_text(html, "<figure class=trend><figcaption><code>");
	buffer_html(html, trend->word);
	buffer_printf(html, "</code> <b class=n>%lld</b></figcaption>", (long long)trend->now);
	put_picture(html, trend);
	buffer_printf(
		html,
		"<p class=ends><span>%s: <b>%lld</b></span> <span>%s: <b>%lld</b></span></figure>\n",
		list->first_day, (long long)trend->first, list->day, (long long)trend->now);
}

int report_put_trends(sqlite3 *database, const struct report_list *list, struct buffer *html)
{
	__attribute__((cleanup(span_release))) struct span span = {.columns = NULL};
	struct trend trends[TRENDS_MAX];
	int count;
	int r;

	if (strcmp(list->first_day, list->day) >= 0)
		return 0;
	r = read_span(database, list, &span);
	if (r < 0 || !span.columns)
		return r;
	count = read_trends(database, &span, trends);
	/* The most frequent first. */
	for (int done = 0; done < count; done++) {
		int next = 0;

		for (int i = 1; i < count; i++)
			if (trends[i].now > trends[next].now)
				next = i;
		put_trend(html, list, &trends[next]);
		trends[next].now = -1;
	}
	return count < 0 ? count : 0;
}
