/* The tree's README: what this list is, how to find in it, how to decide by it. */
#include <string.h>

#include "render/documents.h"
#include "state.h"
#include "pull/update.h"

/* The words that a status may be, for registries whose set is known. */
static const struct {
	const char *registry;
	const char *words;
} statuses[] = {
	{"fedramp",
	 "  authorized          authorized by FedRAMP\n"
	 "  ready               found ready for assessment; not an authorization\n"
	 "  in-process          on the way to an authorization; not an authorization\n"
	 "  agency-in-process   the same, with an agency; not an authorization\n"
	 "  delisted            was on the list, is no longer\n"
	 "  unknown             the publication does not say, or says something unheard of\n"},
	{"ismap",
	 "  registered          on the ISMAP list\n"
	 "  registered-liu      on the ISMAP-LIU list\n"
	 "  past-date           listed, but its date has passed; a renewal may be pending\n"
	 "  delisted            was on the list, is no longer\n"
	 "  unverified          a third party says that it is listed; nobody checked\n"
	 "  unknown             the publication does not say\n"},
};

static const char how_to_find[] =
	"HOW TO FIND\n"
	"  grep -i NAME services.tsv      number, status, level, provider, name, name in English\n"
	"  cat services/NUMBER/status     one value, one file; no file: not stated\n"
	"  ls by-name by-status by-level by-expiry\n"
	"  ls providers/SLUG/services     by who provides it\n"
	"  ls services/NUMBER/controls    the controls that it declares, or that its level demands\n"
	"  jq . records/services/NUMBER.json     everything about one service in one read\n"
	"  find . -newermt 2026-01-01     what changed since then, as far as this history goes\n"
	"  cat .registry/schema/*         what each file means\n"
	"\n";

static const char how_to_decide[] =
	"HOW TO DECIDE\n"
	"  grep -qx STATUS fresh/NUMBER/status\n"
	"says yes only while the service is listed with that very status, the list is whole, and\n"
	"it was checked against its source within the limit of this mount. A file's existence\n"
	"alone says nothing. The words of `status`:\n";

static void render_statuses(struct buffer *text, const char *registry)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		if (strcmp(statuses[i].registry, registry) != 0)
			continue;
		buffer_text(text, statuses[i].words);
		return;
	}
	buffer_text(text, "  those of the list itself, `delisted`, and `unknown`\n");
}

static int render_heading(sqlite3 *database, struct buffer *text)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = database_prepare(database,
				 "SELECT s.title, g.day, g.services, g.complete FROM store s,"
				 " (SELECT * FROM generation ORDER BY id DESC LIMIT 1) g",
				 &statement);

	if (r == 0)
		r = database_next(statement);
	if (r <= 0)
		return r;
	buffer_printf(
		text,
		"%s\n\nNOT OFFICIAL. A copy of the list for shell tools; what the authority itself publishes governs.\n",
		database_text(statement, 0));
	buffer_printf(text, "List of %s: %lld services. The whole list: %s.\n\n",
		      database_text(statement, 1), (long long)sqlite3_column_int64(statement, 2),
		      sqlite3_column_int(statement, 3) ? "yes" : "no");
	return 0;
}

int readme_render(struct documents *documents, const struct updater *updater)
{
	_cleanup_buffer_ struct buffer text = {0};
	int r = render_heading(documents->database, &text);

	if (r < 0)
		return r;
	if (updater->about.length > 0) {
		buffer_append(&text, updater->about.bytes, updater->about.length);
		buffer_text(&text, "\n");
	}
	buffer_text(&text, how_to_find);
	buffer_text(&text, how_to_decide);
	render_statuses(&text, updater->registry);
	return document_put(documents, ENTITY_ROOT, STATE_README_DOCUMENT, &text);
}
