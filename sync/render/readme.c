/* The tree's README: what this list is, how to find in it, how to decide by it. */
#include <string.h>

#include "render/render.h"
#include "state.h"

static const char how_to_find[] =
	"HOW TO FIND\n"
	"  grep -i NAME services.tsv      number, status, level, provider, name, name in English\n"
	"  cat services/NUMBER/status     one value, one file; no file: not stated\n"
	"  ls by-name by-status by-level by-class by-expiry\n"
	"  ls providers/SLUG/services     by who provides it\n"
	"  ls agencies/SLUG/services      by who authorized its use\n"
	"  ls services/NUMBER/controls    the controls that it declares, or that its class or level demands\n"
	"  jq . records/services/NUMBER.json     everything about one service in one read\n"
	"  find . -newermt 2026-01-01     what changed since then, as far as this history goes\n"
	"  cat .registry/schema/*         what each file means\n"
	"\n";

static const char how_to_decide[] =
	"HOW TO DECIDE\n"
	"  grep -qx yes fresh/NUMBER/in-force\n"
	"says yes only while the service is listed, the registry itself treats the listing as\n"
	"holding, the list is whole, and it was checked against its source within the limit of\n"
	"this mount. A file's existence alone says nothing. That a listing holds is no judgement\n"
	"about the service; who wants less than the registry does reads `status`. Its words, and\n"
	"whether they are in force (.registry/words has them with the source's own words):\n";

/* Words for which the registry has none of its own are those of all. */
static void render_words(struct buffer *text, const struct word *words,
			 const struct registry *registry)
{
	for (; words->word; words++)
		if (registry_find_status(registry, words->word) == words)
			buffer_printf(text, "  %-25s %-8s %s\n", words->word, words->in_force,
				      words->meaning);
}

static void render_statuses(struct buffer *text, const struct registry *registry)
{
	if (registry)
		render_words(text, registry->statuses, registry);
	else
		buffer_text(text, "  those of the list itself, and:\n");
	render_words(text, statuses_of_all, registry);
}

static int render_heading(sqlite3 *database, struct buffer *text)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = database_prepare(database,
				 "SELECT s.title, g.day, g.services, g.complete FROM store s,"
				 " (SELECT * FROM generation ORDER BY id DESC LIMIT 1) g",
				 &statement);
	int64_t services;

	if (r == 0)
		r = database_next(statement);
	if (r <= 0)
		return r;
	buffer_printf(
		text,
		"%s\n\nNOT OFFICIAL. A copy of the list for shell tools; what the authority itself publishes governs.\n",
		database_text(statement, 0));
	services = sqlite3_column_int64(statement, 2);
	buffer_printf(text, "List of %s: %lld service%s. The whole list: %s.\n\n",
		      database_text(statement, 1), (long long)services, PLURAL(services),
		      sqlite3_column_int(statement, 3) ? "yes" : "no");
	return 0;
}

void readme_find_about(const struct buffer *readme, struct buffer *lines)
{
	const char *from = readme->length > 0 ? strstr(readme->bytes, "\n\n") : NULL, *to;

	from = from ? strstr(from + 2, "\n\n") : NULL;
	to = from ? strstr(from, "\n\nHOW TO FIND\n") : NULL;
	if (to && to > from)
		buffer_append(lines, from + 2, (size_t)(to - from) - 1);
}

int readme_render(struct documents *documents, const struct about *about)
{
	_cleanup_buffer_ struct buffer text = {0};
	int r = render_heading(documents->database, &text);

	if (r < 0)
		return r;
	if (about->lines.length > 0) {
		buffer_append(&text, about->lines.bytes, about->lines.length);
		buffer_text(&text, "\n");
	}
	buffer_text(&text, how_to_find);
	buffer_text(&text, how_to_decide);
	render_statuses(&text, about->registry);
	return document_put(documents, ENTITY_ROOT, STATE_README_DOCUMENT, &text);
}
