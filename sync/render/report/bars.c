/* Counts with a bar each: by status, by level, by provider. */
#include <string.h>

#include "render/report/report.h"
#include "sources/source.h"

#define PROVIDERS_SHOWN 15

static void put_meaning(struct buffer *html, const struct report_list *list, const char *word)
{
	const struct word *status = registry_find_status(registry_find(list->registry), word);

	if (status)
		buffer_printf(html,
			      " <small><span class=en lang=en>%s</span>"
			      "<span class=ja lang=ja>%s</span></small>",
			      status->meaning, status->japanese);
}

/* What stands behind the row's heading, which the caller has begun: `<tr><th scope=row>…`. */
static void put_bar(struct buffer *html, int64_t count, int64_t most)
{
	buffer_printf(html,
		      "<td class=n>%lld<td><svg class=bar viewBox=\"0 0 1000 10\""
		      " preserveAspectRatio=none aria-hidden=true>"
		      "<rect width=%lld height=10 /></svg>\n",
		      (long long)count, (long long)(most > 0 ? count * 1000 / most : 0));
}

/* explained: the list whose statuses they are; NULL when they are none. */
static int put_facet_rows(sqlite3_stmt *rows, const struct report_list *explained,
			  struct buffer *html, int64_t *most, int64_t *sum)
{
	int r;

	while ((r = database_next(rows)) > 0) {
		int64_t count = sqlite3_column_int64(rows, 1);

		if (*most == 0)
			*most = count;
		*sum += count;
		buffer_text(html, "<tr><th scope=row><code>");
		buffer_html(html, database_text(rows, 0));
		buffer_text(html, "</code>");
		if (explained)
			put_meaning(html, explained, database_text(rows, 0));
		put_bar(html, count, *most);
	}
	return r;
}

int report_put_facets(sqlite3 *database, const struct report_list *list, const char *farm,
		      struct buffer *html)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int64_t most = 0, sum = 0;
	int r = database_prepare(database,
				 "SELECT word, services FROM report_facet WHERE farm = ?1"
				 " AND (?1 <> 'by-status' OR word <> 'delisted')"
				 " ORDER BY services DESC, word",
				 &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_text(rows, 1, farm, -1, SQLITE_STATIC);
	r = put_facet_rows(rows, strcmp(farm, "by-status") == 0 ? list : NULL, html, &most, &sum);
	if (r == 0 && sum < list->services) {
		buffer_text(html, "<tr><th scope=row><span class=en lang=en>not stated</span>"
				  "<span class=ja lang=ja>記載なし</span>");
		put_bar(html, list->services - sum, most > 0 ? most : list->services);
	}
	return r;
}

/* What the rows don't say: in English and Japanese the same two numbers. */
static void put_rest(struct buffer *rest, int64_t providers, int64_t services, int64_t unknown)
{
	if (providers > 0)
		buffer_printf(
			rest,
			"<li><span class=en lang=en>%lld more provider%s, with %lld service%s</span><span class=ja lang=ja>ほか%lld社、計%lldサービス"
			"</span>",
			(long long)providers, PLURAL(providers), (long long)services,
			PLURAL(services), (long long)providers, (long long)services);
	if (unknown > 0)
		buffer_printf(rest,
			      "<li><span class=en lang=en>Provider not stated: %lld</span>"
			      "<span class=ja lang=ja>提供者の記載なし: %lld件</span>",
			      (long long)unknown, (long long)unknown);
}

/* The provider's row: its name is asked for only here, as most providers get no row. */
static int put_provider(struct buffer *html, sqlite3_stmt *name, int64_t entity, int64_t count,
			int64_t most)
{
	int r;

	(void)sqlite3_bind_int64(name, 1, entity);
	(void)sqlite3_bind_int(name, 2, FIELD_NAME);
	r = database_next(name);
	if (r < 0)
		return r;
	buffer_text(html, "<tr><th scope=row>");
	buffer_html(html, r > 0 ? database_text(name, 0) : "–");
	put_bar(html, count, most);
	(void)sqlite3_reset(name);
	return 0;
}

int report_put_providers(sqlite3 *database, const struct report_list *list, struct buffer *html,
			 struct buffer *rest)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL, *name = NULL;
	int64_t most = 0, others = 0, services = 0, unknown = list->services;
	int shown = 0;
	int r = database_prepare(database, "SELECT entity, services FROM report_provider", &rows);

	if (r == 0)
		r = database_prepare(database,
				     "SELECT text FROM value WHERE entity = ?1 AND field = ?2"
				     " AND gen_to IS NULL",
				     &name);
	while (r == 0 && (r = database_next(rows)) > 0) {
		int64_t count = sqlite3_column_int64(rows, 1);

		r = 0;
		unknown -= count;
		if (shown == 0)
			most = count;
		if (shown++ < PROVIDERS_SHOWN) {
			r = put_provider(html, name, sqlite3_column_int64(rows, 0), count, most);
			continue;
		}
		others++;
		services += count;
	}
	put_rest(rest, others, services, unknown);
	return r;
}
