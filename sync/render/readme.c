/*
 * The tree's README: what this list is, how to find in it, how to decide by it. In English; of a
 * registry whose language is Japanese in both.
 */
#include <string.h>

#include "render/render.h"
#include "state.h"

#define HOW_TO_FIND "HOW TO FIND\n"
#define HOW_TO_FIND_JA "探し方\n"

static const char how_to_find_ja[] = HOW_TO_FIND_JA
	"  grep -i 名前 services.tsv      番号、状態、影響度レベル、提供者、名称、英語名\n"
	"  cat services/番号/status       1ファイルに1つの値。ファイルがなければ記載なし\n"
	"  ls by-name by-status by-level by-class by-expiry\n"
	"  ls providers/名前/services     提供者ごと\n"
	"  ls agencies/名前/services      利用を認めた機関ごと\n"
	"  ls services/番号/controls      サービスが言明した管理策、またはクラスや影響度レベルが求める管理策\n"
	"  jq . records/services/番号.json      1件のすべて\n"
	"  find . -newermt 2026-01-01     その日より後の変更（この写しの履歴にある範囲）\n"
	"  cat .registry/schema/*         各ファイルの意味\n"
	"\n";

static const char how_to_decide_ja[] =
	"判断のしかた\n"
	"  grep -qx yes fresh/番号/in-force\n"
	"成功するのは、サービスが掲載中で、公表元がその掲載を有効とし、一覧が全体であり、\n"
	"かつ公表元との照合がこのマウントの期限内である間だけです。ファイルがあるだけでは\n"
	"何も言えません。「有効」は一覧の上での扱いであり、サービスの評価ではありません。\n"
	"より厳しい条件は status で判断してください。状態の語と有効かどうかは次のとおりです\n"
	"（公表元の表記は .registry/words）。末尾の行は、公表元との照合の日時（Checked against\n"
	"the source）と、判断に使えないほど古いかどうか（Stale）です。\n";

static const char how_to_find[] = HOW_TO_FIND
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
			 const struct registry *registry, bool japanese)
{
	for (; words->word; words++)
		if (registry_find_status(registry, words->word) == words)
			buffer_printf(text, "  %-25s %-8s %s\n", words->word, words->in_force,
				      japanese ? words->japanese : words->meaning);
}

static void render_statuses(struct buffer *text, const struct registry *registry, bool japanese)
{
	if (registry)
		render_words(text, registry->statuses, registry, japanese);
	else
		buffer_text(text, japanese ? "  一覧自身の語のほかに、\n"
					   : "  those of the list itself, and:\n");
	render_words(text, statuses_of_all, registry, japanese);
}

struct heading {
	bool japanese; /* the registry's language: such a README says all in it first */
	bool complete;
	int64_t services;
	const char *title, *title_en, *day;
};

static void render_titles(struct buffer *text, const struct heading *heading)
{
	buffer_printf(text, "%s\n", heading->title);
	if (strcmp(heading->title_en, heading->title) != 0)
		buffer_printf(text, "%s\n", heading->title_en);
}

static void render_age(struct buffer *text, const struct heading *heading)
{
	if (heading->japanese)
		buffer_printf(
			text,
			"\n非公式です。シェルなどで使うための一覧の写しで、正は公表元の一覧です。\n%s時点の一覧: %lld件。一覧の全体: %s\n",
			heading->day, (long long)heading->services,
			heading->complete ? "はい" : "いいえ");
	buffer_printf(
		text,
		"%sNOT OFFICIAL. A copy of the list for shell tools; what the authority itself publishes governs.\n",
		heading->japanese ? "" : "\n");
	buffer_printf(text, "List of %s: %lld service%s. The whole list: %s.\n\n", heading->day,
		      (long long)heading->services, PLURAL(heading->services),
		      heading->complete ? "yes" : "no");
}

static int render_heading(sqlite3 *database, struct buffer *text, bool *japanese)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	struct heading heading;
	int r = database_prepare(
		database,
		"SELECT s.title, s.title_en, s.language, g.day, g.services, g.complete"
		" FROM store s, (SELECT * FROM generation ORDER BY id DESC LIMIT 1) g",
		&statement);

	if (r == 0)
		r = database_next(statement);
	if (r <= 0)
		return r;
	heading = (struct heading){
		.title = database_text(statement, 0),
		.title_en = database_text(statement, 1),
		.japanese = strncmp(database_text(statement, 2), "ja", 2) == 0,
		.day = database_text(statement, 3),
		.services = sqlite3_column_int64(statement, 4),
		.complete = sqlite3_column_int(statement, 5) != 0,
	};
	render_titles(text, &heading);
	render_age(text, &heading);
	*japanese = heading.japanese;
	return 0;
}

static const char *find_end_of_about(const char *from)
{
	const char *japanese = strstr(from, "\n\n" HOW_TO_FIND_JA);

	return japanese ? japanese : strstr(from, "\n\n" HOW_TO_FIND);
}

void readme_find_about(const struct buffer *readme, struct buffer *lines)
{
	const char *from = readme->length > 0 ? strstr(readme->bytes, "\n\n") : NULL, *to;

	from = from ? strstr(from + 2, "\n\n") : NULL;
	to = from ? find_end_of_about(from) : NULL;
	if (to && to > from)
		buffer_append(lines, from + 2, (size_t)(to - from) - 1);
}

int readme_render(struct documents *documents, const struct about *about)
{
	_cleanup_buffer_ struct buffer text = {0};
	bool japanese = false;
	int r = render_heading(documents->database, &text, &japanese);

	if (r < 0)
		return r;
	if (about->lines.length > 0) {
		buffer_append(&text, about->lines.bytes, about->lines.length);
		buffer_text(&text, "\n");
	}
	if (japanese) {
		buffer_text(&text, how_to_find_ja);
		buffer_text(&text, how_to_decide_ja);
		render_statuses(&text, about->registry, true);
		buffer_text(&text, "\n");
	}
	buffer_text(&text, how_to_find);
	buffer_text(&text, how_to_decide);
	render_statuses(&text, about->registry, false);
	return document_put(documents, ENTITY_ROOT, STATE_README_DOCUMENT, &text);
}
