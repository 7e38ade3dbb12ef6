/*
 * The ISMAP portal's list, from a capture of its pages (portal.h).
 *
 * The portal states no time of publication, so a generation has the time of the
 * visit, or the one that --at gives. A service on the ISMAP page is registered, one
 * on the ISMAP-LIU page registered-liu. The rule of the day marks those that have
 * passed their date.
 */
#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "sources/ismap/map.h"
#include "sources/ismap/portal/capture.h"
#include "sources/ismap/portal/folder.h"
#include "sources/ismap/portal/portal.h"
#include "sources/ismap/portal/probe.h"
#include "sources/ismap/values.h"
#include "util/json.h"
#include "sources/source.h"
#include "common/embed.h"
#include "util/memory.h"
#include "util/text/text.h"

EMBED(ismap_list, "sources/ismap/bundled.json");

struct reading {
	struct staging *staging;
	struct publication *publication;
	const char *edition;
	size_t odd; /* values kept as extra.… because they couldn't be read */
};

static int check_frame(struct publication *publication, const cJSON *root)
{
	const cJSON *version = json_member(root, "version");
	const cJSON *pages = json_member(root, "pages");

	if (strcmp(json_text(root, "format"), PORTAL_CAPTURE_FORMAT) != 0)
		return publication_refuse(
			publication, "it is not a capture of the portal (" PORTAL_CAPTURE_FORMAT
				     "); saved pages are read from a folder");
	if (!cJSON_IsNumber(version) || version->valueint != PORTAL_CAPTURE_VERSION)
		return publication_refuse(publication,
					  "its version is not %d, the one this program reads",
					  PORTAL_CAPTURE_VERSION);
	if (!cJSON_IsArray(pages) || !pages->child)
		return publication_refuse(publication, "it holds no page of a list");
	return 0;
}

/* Stages the controls that statements refer to, for a store that has none. */
static int stage_criteria(struct staging *staging, struct reason *reason)
{
	int64_t known;
	int r = database_numberf(staging->database, &known,
				 "SELECT count(*) FROM entity WHERE kind = %d", KIND_CONTROL);

	return r < 0 || known > 0 ? r : registry_stage_catalogue(&registry_ismap, staging, reason);
}

/* If a level's page was read before and isn't now, all its services would seem to have left.
 * parts: whatever was read, each with its level. */
static int check_levels(const struct reading *reading, const cJSON *parts)
{
	static const char *const levels[] = {"ismap", "ismap-liu"};
	sqlite3 *database = reading->staging->database;

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		const cJSON *part;
		bool read = false;
		int64_t known;
		int r = database_numberf(
			database, &known,
			"SELECT count(*) FROM value v JOIN presence p ON p.entity = v.entity"
			" AND p.gen_to IS NULL JOIN entity c ON c.id = p.parent AND c.kind = %d"
			" AND c.key = 'services' WHERE v.field = %d AND v.gen_to IS NULL"
			" AND v.text = %Q",
			KIND_COLLECTION, FIELD_LEVEL, levels[i]);

		if (r < 0)
			return r;
		cJSON_ArrayForEach(part, parts) read =
			read || strcmp(json_text(part, "level"), levels[i]) == 0;
		if (known > 0 && !read && !reading->publication->accept_loss)
			return publication_refuse(
				reading->publication,
				translate_counted(
					(unsigned long long)known,
					"the store lists %lld service of level %s, but no page of that level was read; see [pages] of the label map, or run again with --accept-loss",
					"the store lists %lld services of level %s, but no page of that level was read; see [pages] of the label map, or run again with --accept-loss"),
				(long long)known, levels[i]);
	}
	return 0;
}

static int check_row(const struct reading *reading, const cJSON *row)
{
	const char *sys_id = json_text(row, "sys_id");

	if (!cJSON_IsObject(row) || strlen(sys_id) != PORTAL_SYS_ID_LENGTH ||
	    strspn(sys_id, "0123456789abcdef") != PORTAL_SYS_ID_LENGTH ||
	    !cJSON_IsArray(json_member(row, "fields")))
		return publication_refuse(reading->publication,
					  "a row has no sys_id or no fields: '%.60s'", sys_id);
	return 0;
}

/* The registration number, or a key made of the portal's own. *made_up tells which. */
static char *find_id(const cJSON *row, bool *made_up)
{
	const cJSON *field = ismap_field(json_member(row, "fields"), "number");
	_cleanup_free_ char *trimmed = field ? text_trim(ismap_shown(field)) : NULL;

	*made_up = !trimmed || trimmed[0] == '\0';
	return *made_up ? xasprintf("unnumbered-%s", json_text(row, "sys_id"))
			: steal_pointer(trimmed);
}

/* Stages what the portal's pages and tables made of them state alike. */
static int stage_entry(struct reading *reading, const char *level, const char *id, bool made_up,
		       const cJSON *fields, int64_t *service)
{
	struct staging *staging = reading->staging;
	bool liu = strcmp(level, "ismap-liu") == 0;
	int r = staging_service(staging, id, made_up, service);

	if (r > 0)
		return publication_refuse(reading->publication,
					  "two different entries have the number '%.60s'", id);
	if (r == 0)
		r = staging_value(staging, *service, FIELD_STATUS,
				  liu ? "registered-liu" : "registered");
	if (r == 0)
		r = staging_value(staging, *service, FIELD_LEVEL, level);
	return r < 0 ? r
		     : ismap_stage_values(staging, *service, fields, reading->edition,
					  &reading->odd);
}

static int stage_row(struct reading *reading, const char *level, const cJSON *row)
{
	struct staging *staging = reading->staging;
	const char *url = json_text(row, "url");
	_cleanup_free_ char *id = NULL;
	bool made_up;
	int64_t service;
	int r = check_row(reading, row);

	if (r < 0)
		return r;
	id = find_id(row, &made_up);
	r = stage_entry(reading, level, id, made_up, json_member(row, "fields"), &service);
	if (r == 0)
		r = staging_value(staging, service, FIELD_SYS_ID, json_text(row, "sys_id"));
	if (r == 0 && url[0] != '\0' && !ismap_field(json_member(row, "fields"), "url"))
		r = staging_line(staging, service, FIELD_URL, url);
	return r;
}

static int stage_page(struct reading *reading, const cJSON *page)
{
	const char *level = json_text(page, "level");
	const cJSON *total = json_member(page, "total"), *rows = json_member(page, "rows"), *row;

	if (strcmp(level, "ismap") != 0 && strcmp(level, "ismap-liu") != 0)
		return publication_refuse(reading->publication,
					  "a page's level is neither ismap nor ismap-liu: '%.40s'",
					  level);
	if (!cJSON_IsArray(rows) || !rows->child)
		return publication_refuse(reading->publication, "page %.60s holds no entry",
					  json_text(page, "page"));
	if (cJSON_IsNumber(total) && total->valueint != cJSON_GetArraySize(rows))
		return publication_refuse(
			reading->publication, "page %.60s states a total of %d, but holds %d",
			json_text(page, "page"), total->valueint, cJSON_GetArraySize(rows));
	/* Only a stated number tells whether these are all. */
	reading->publication->complete = reading->publication->complete && cJSON_IsNumber(total);
	cJSON_ArrayForEach(row, rows)
	{
		int r = stage_row(reading, level, row);

		if (r < 0)
			return r;
	}
	return 0;
}

static void tell_odd(const struct reading *reading)
{
	if (reading->odd > 0 && !reading->publication->quiet)
		log_warning(
			translate_counted(
				reading->odd,
				"%s: %zu value could not be read as what its label says; it is kept as extra.LABEL",
				"%s: %zu values could not be read as what their labels say; they are kept as extra.LABEL"),
			reading->publication->location, reading->odd);
}

/* A table that was made of the portal's list says no more and no less than its pages. */
static int stage_rows(struct staging *staging, struct publication *publication, const cJSON *rows,
		      const char *edition)
{
	struct reading reading = {
		.staging = staging, .publication = publication, .edition = edition};
	const cJSON *row;
	int r = publication->complete ? check_levels(&reading, rows) : 0;

	if (r == 0)
		r = stage_criteria(staging, publication->reason);
	cJSON_ArrayForEach(row, rows)
	{
		const char *number = json_text(row, "number"), *level = json_text(row, "level");
		int64_t service;

		if (r < 0)
			return r;
		if (strcmp(level, "ismap") != 0 && strcmp(level, "ismap-liu") != 0)
			return publication_refuse(
				publication,
				"'%.60s' has the level '%.40s', which is neither ismap nor ismap-liu",
				number, level);
		r = stage_entry(&reading, level, number[0] != '\0' ? number : json_text(row, "key"),
				number[0] == '\0', json_member(row, "fields"), &service);
	}
	if (r == 0)
		tell_odd(&reading);
	return r;
}

static int read_ismap(struct staging *staging, struct publication *publication)
{
	_cleanup_json_ cJSON *root = NULL;
	struct reading reading = {.staging = staging, .publication = publication};
	const struct document *list = publication_document(publication, DOCUMENT_LIST);
	const cJSON *page;
	int r = json_parse(list->bytes, list->length, publication->reason, &root);

	if (r == 0)
		r = json_refuse_repeated_within(publication->reason, root);
	if (r == 0)
		r = check_frame(publication, root);
	if (r == 0)
		r = check_levels(&reading, json_member(root, "pages"));
	if (r == 0)
		r = stage_criteria(staging, publication->reason);
	publication_describe(publication, &registry_ismap, &reader_ismap);
	reading.edition = json_text(root, "edition");
	publication->complete = true;
	cJSON_ArrayForEach(page, json_member(root, "pages"))
	{
		if (r < 0)
			return r;
		r = stage_page(&reading, page);
	}
	if (r == 0)
		tell_odd(&reading);
	return r;
}

static const struct word statuses[] = {
	{.word = "registered",
	 .meaning = "on the ISMAP list",
	 .in_force = "yes",
	 .japanese = "ISMAP登録"},
	{.word = "registered-liu",
	 .meaning = "on the ISMAP-LIU list",
	 .in_force = "yes",
	 .japanese = "ISMAP-LIU登録（低リスク業務向けSaaS）"},
	{.word = "past-date",
	 .meaning = "listed, but past its date; a renewal may be pending",
	 .in_force = "unknown",
	 .japanese = "登録（期限経過・更新審査中と推定）"},
	{.word = "unverified",
	 .meaning = "a third party says that it is listed; nobody checked",
	 .in_force = "unknown",
	 .japanese = "未確認（公開情報による。一覧との照合なし）"},
	{.word = NULL},
};

const struct registry registry_ismap = {
	.name = "ismap",
	.title = "ISMAPクラウドサービスリスト",
	.title_en = "ISMAP Cloud Service List",
	.publisher = "the ISMAP Steering Committee on the ISMAP portal",
	.publisher_ja = "ISMAP運営委員会（ISMAPポータル）",
	.site = "https://www.ismap.go.jp/",
	.time_zone = "Asia/Tokyo",
	.language = "ja",
	.statuses = statuses,
	.url_is_entry = true,
	.dated_statuses = "[\"registered\", \"registered-liu\"]",
	.past_date_status = "past-date",
	.bundled = embedded_ismap_list,
	.bundled_end = embedded_ismap_list_end,
	.sample = N_("This is not the list. It is 16 examples from public sources."),
	.sample_ja = "これは一覧ではありません。公開情報から集めた16件の例です。",
	.loss_limit = 20,
	.labels = ismap_map,
	.stage_rows = stage_rows,
};

static const char *recognise(struct document *document)
{
	return document_recognise_by_text(document, "\"" PORTAL_CAPTURE_FORMAT "\"",
					  PORTAL_CAPTURE_SHAPE);
}

static const struct document_address addresses[] = {
	{.text = "https://www.ismap.go.jp/csm", .shape = PORTAL_CAPTURE_SHAPE},
	{0},
};

static const char *const shapes[] = {PORTAL_CAPTURE_SHAPE, NULL};
static const char *const page_shapes[] = {PORTAL_PAGE_HTML, PORTAL_PAGE_JSON, NULL};
static const char *const page_endings[] = {".html", ".htm", ".json", NULL};

static const struct record_place records[] = {
	{.path = "pages[].rows[]", .number = "number", .fields = "fields"},
	{.path = NULL},
};

static const struct document_kind documents[] = {
	{
		.role = DOCUMENT_LIST,
		.required = true,
		.shapes = shapes,
		.recognise = recognise,
		.addresses = addresses,
		.records = records,
	},
	{
		.role = PORTAL_PAGE_ROLE,
		.many = true,
		.shapes = page_shapes,
		.recognise = portal_page_recognise,
	},
	{0},
};

const struct reader reader_ismap = {
	.name = "ismap",
	.registry = &registry_ismap,
	.documents = documents,
	.endings = page_endings,
	.former_shape = PORTAL_CAPTURE_SHAPE,
	.read = read_ismap,
	.about =
		"ISMAPポータルの公開ページから読み取ったものです。\n"
		"根拠が derived の日付は監査対象期間から計算したもので、公表元の記載ではありません\n"
		"（対象期間の末日の翌日から1年4か月）。past-date はこの日を過ぎても掲載中のサービスで、\n"
		"更新審査中と推定されます。対応表にない見出しは extra.見出し として残します。\n"
		"非公式です。正はポータルの日本語の記載です。\n"
		"Read from the public pages of the ISMAP portal.\n"
		"A date with the basis `derived` follows from the audited period: 1 year and 4\n"
		"months from the day after its end. `past-date` is what that rule says of a\n"
		"service that is still listed: its renewal is presumed to be pending.\n"
		"Labels that the label map doesn't know are kept as extra.LABEL.\n"
		"Not official: the Japanese text of the portal governs.\n",
	.leaves_dates = true,
	.fetch = portal_fetch,
	.assemble = portal_assemble,
	.probe = portal_probe,
};
