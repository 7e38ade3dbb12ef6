/*
 * tables/report.html: the list as one page for people, whole in itself: no
 * script, font or picture comes from elsewhere. Its charts are drawn when a
 * generation is made, so they need no script, and reading costs nothing.
 *
 * report.c puts it together from report.html (a template), report.css, report.js
 * and the parts below. Everything that comes from a publication goes through
 * buffer_html. The parts return 0 or −errno, said.
 */
#ifndef ISMAPFS_REPORT_H
#define ISMAPFS_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buffer.h"
#include "store/database.h"

/* More services than a browser likes in one table, and than each generation should draw anew. */
#define REPORT_SERVICES_MAX 5000

/* The newest generation, as the page speaks of it. */
struct report_list {
	int64_t services;
	char registry[64];  /* its short name, cut off where it is longer */
	char day[11];	    /* YYYY-MM-DD, or "" */
	char first_day[11]; /* of the oldest state that is kept */
};

/*
 * Counts as rows of a table, each with a bar (report_bars.c). The directories of
 * a farm (by-status, by-level), and how many services are in none of them.
 */
int report_put_facets(sqlite3 *database, const struct report_list *list, const char *farm,
		      struct buffer *html);

/* The providers with the most services; rest receives what is said of all the others, as a list. */
int report_put_providers(sqlite3 *database, const struct report_list *list, struct buffer *html,
			 struct buffer *rest);

/* How many services had each status, from the first day to the last (report_trend.c). */
int report_put_trends(sqlite3 *database, const struct report_list *list, struct buffer *html);

/* Columns by month (report_months.c): a picture, and the same as rows of a table. */
struct report_months {
	struct buffer *chart; /* stays empty when there is nothing to show */
	struct buffer *rows;
	int64_t before; /* expiries: services whose date had passed on the list's day */
	int64_t after;	/* expiries: services whose date is beyond the last column */
	int64_t none;	/* expiries: services without a date */
};

/* What came onto the list and left it, in the months up to the list's day. */
int report_put_changes(sqlite3 *database, const struct report_list *list,
		       struct report_months *months);

/* Last days of validity, in the months from the list's day on. */
int report_put_expiries(sqlite3 *database, const struct report_list *list,
			struct report_months *months);

/*
 * The table's rows (report_services.c): number, name, provider, status, level,
 * day of registration, and with_expiry the last day of validity. *derived
 * receives how many of those follow from a rule and are not stated.
 */
int report_put_services(sqlite3 *database, bool with_expiry, struct buffer *html, int64_t *derived);

#endif
