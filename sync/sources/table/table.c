/*
 * Any table, by a map that says what its columns mean (ismap-table(5)). Its rows become a list in
 * the interchange format, whose reader stages them; those of a registry with rules of its own are
 * staged by these.
 */
#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/log.h"
#include "sources/table/probe.h"
#include "sources/table/published.h"
#include "sources/table/services.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/text/text.h"

#define TABLE_SHAPE "table"

static void put_text(cJSON *object, const char *name, const char *text, const char *other)
{
	if (text[0] == '\0')
		text = other;
	if (text && text[0] != '\0' && !cJSON_AddStringToObject(object, name, text))
		out_of_memory();
}

/* What the map says of the registry; of a known one the rest is known. */
static void put_registry(const struct table_map *map, cJSON *root)
{
	const struct registry *registry = map->registry;
	cJSON *object = cJSON_AddObjectToObject(root, "registry");

	if (!object)
		out_of_memory();
	put_text(object, "name", table_map_value(map, "list", "registry"), NULL);
	put_text(object, "title", table_map_value(map, "list", "title"),
		 registry ? registry->title : NULL);
	put_text(object, "title_en", table_map_value(map, "list", "title.en"), NULL);
	put_text(object, "time_zone", table_map_value(map, "list", "time-zone"),
		 registry ? registry->time_zone : NULL);
	put_text(object, "language", table_map_value(map, "list", "language"),
		 registry ? registry->language : NULL);
}

static void put_about(const struct table_map *map, cJSON *root)
{
	cJSON *about = cJSON_AddArrayToObject(root, "about");
	const struct label_entry *entry;
	size_t position = 0;

	while (about && (entry = label_map_next(&map->labels, "list", "about", &position)))
		cJSON_AddItemToArray(about, cJSON_CreateString(entry->value));
}

/* The list without its services, in the interchange format. */
static cJSON *make_list(const struct table_map *map)
{
	cJSON *root = cJSON_CreateObject();

	if (!root)
		out_of_memory();
	put_text(root, "format", "ismapfs-interchange", NULL);
	(void)cJSON_AddNumberToObject(root, "version", 1);
	put_registry(map, root);
	put_text(root, "publishes_every", table_map_value(map, "list", "publishes-every"), NULL);
	(void)cJSON_AddBoolToObject(root, "complete", map->complete);
	put_about(map, root);
	return root;
}

/* Has the interchange format's reader stage it, which takes the tree. */
static int stage_list(struct staging *staging, struct publication *publication,
		      struct document *list, cJSON *root)
{
	struct document made = *list;
	struct document *given = publication->documents;
	size_t count = publication->document_count;
	int r;

	made.tree = root;
	publication->documents = &made;
	publication->document_count = 1;
	r = reader_find("interchange")->read(staging, publication);
	publication->documents = given;
	publication->document_count = count;
	list->states_time = made.states_time;
	list->published_at = made.published_at;
	cJSON_Delete(made.tree);
	return r;
}

static int stage_words(struct staging *staging, const struct table_map *map)
{
	static const struct {
		const char *in_force, *meaning;
	} answers[] = {
		{"yes", "the list's map says that it holds"},
		{"no", "the list's map says that it does not hold"},
	};
	int r = 0;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const struct label_entry *entry;
		size_t position = 0;

		while (r == 0 && (entry = label_map_next(&map->labels, "in-force",
							 answers[i].in_force, &position)))
			r = staging_status_word(staging, entry->value, answers[i].in_force,
						answers[i].meaning);
	}
	return r;
}

static void tell(const struct publication *publication, const struct table_reading *reading)
{
	const char *encoding = sheet_encoding(reading->sheet);

	size_t rows = sheet_rows(reading->sheet) - reading->columns->first;

	if (publication->quiet)
		return;
	if (strcmp(encoding, "UTF-8") != 0 && !reading->map->form.encoding)
		log_info("%s: read as %s", publication->location, encoding);
	if (reading->unlisted > 0)
		log_info(translate_counted(
				 reading->unlisted,
				 "%s: %zu row is none of the list, by [listed] of its map",
				 "%s: %zu rows are none of the list, by [listed] of its map"),
			 publication->location, reading->unlisted);
	if (reading->unlisted > rows / 2)
		log_warning("%s: these are most of its %zu rows; see whether [listed] is right",
			    publication->location, rows);
}

/* Only Japanese text is guessed to be in CP932: any bytes can be taken for it. */
static int check_encoding(const struct table_map *map, const struct sheet *sheet,
			  struct reason *reason)
{
	const char *language = table_map_value(map, "list", "language");

	if (language[0] == '\0' && map->registry)
		language = map->registry->language;
	if (map->form.encoding || strcmp(sheet_encoding(sheet), "CP932") != 0 ||
	    strncmp(language, "ja", 2) == 0)
		return 0;
	return reason_refuse(
		reason,
		"it is neither in UTF-8 nor in UTF-16; [table] encoding of the map says what it is in, such as windows-1252");
}

/* By the rules of a registry, whose days may bring generations of their own: these say the same of
 * the list. */
static int stage_rows(struct staging *staging, struct publication *publication,
		      const struct table_reading *reading, const cJSON *rows)
{
	const char *edition = table_map_value(reading->map, "list", "edition");

	if (edition[0] == '\0')
		edition = table_map_value(reading->map, "portal", "edition");
	buffer_clear(&publication->about);
	publication_describe(publication, reading->map->registry, &reader_table);
	return reading->map->registry->stage_rows(staging, publication, rows, edition);
}

static int read_rows(struct staging *staging, struct publication *publication,
		     struct table_reading *reading)
{
	struct document *list = publication_document(publication, DOCUMENT_LIST);
	const struct registry *registry = reading->map->registry;
	bool own_rules = registry && registry->stage_rows;
	_cleanup_json_ cJSON *rows = cJSON_CreateArray();
	char published[TIMESTAMP_TEXT_SIZE];
	cJSON *root, *services;
	int r;

	root = make_list(reading->map);
	services = cJSON_AddArrayToObject(root, "services");
	r = table_published(reading->map, reading->sheet, reading->columns->headings, list,
			    publication->reason, published);
	if (r > 0)
		put_text(root, "published", published, NULL);
	if (r >= 0)
		r = own_rules ? table_rows(reading, rows) : table_services(reading, services);
	if (r == 0 && !cJSON_IsObject(own_rules ? rows->child : services->child))
		r = publication_refuse(publication,
				       "no row behind the headings is one of the list");
	if (r < 0) {
		cJSON_Delete(root);
		return r;
	}
	r = stage_list(staging, publication, list, root);
	if (r == 0 && own_rules)
		r = stage_rows(staging, publication, reading, rows);
	if (r == 0 && publication->about.length == 0)
		buffer_text(&publication->about, reader_table.about);
	return r < 0 ? r : stage_words(staging, reading->map);
}

static int read_sheet(struct staging *staging, struct publication *publication,
		      const struct table_map *map, const struct sheet *sheet)
{
	_cleanup_table_columns_ struct table_columns columns = {0};
	struct table_reading reading = {
		.map = map,
		.sheet = sheet,
		.columns = &columns,
		.reason = publication->reason,
		.values_max =
			json_values_limit(publication_document(publication, DOCUMENT_LIST)->length),
	};
	int r = check_encoding(map, sheet, publication->reason);

	if (r == 0)
		r = table_columns_find(map, sheet, publication->reason, &columns);
	if (r == 0)
		r = read_rows(staging, publication, &reading);
	if (r == 0)
		tell(publication, &reading);
	return r;
}

/* A map that makes no sense is a refusal, like any document that doesn't. */
static int read_map(struct publication *publication, struct table_map *map)
{
	const struct document *document = publication_document(publication, TABLE_MAP_ROLE);
	struct reason why = {.about = ""};

	if (!document)
		return publication_refuse(
			publication,
			"nothing says what its columns mean; --map names the file that does, and 'ismap-sync probe --source table' makes one");
	if (!text_is_utf8(document->bytes, document->length) ||
	    memchr(document->bytes, '\0', document->length))
		return publication_refuse(publication, "%s is not UTF-8 text; save it as such",
					  document->location);
	if (table_map_read(map, (const char *)document->bytes, document->location, &why) < 0)
		return publication_refuse(publication, "%s", why.sentence);
	return 0;
}

static int read_table(struct staging *staging, struct publication *publication)
{
	_cleanup_table_map_ struct table_map map = {0};
	_cleanup_sheet_ struct sheet *sheet = NULL;
	const struct document *list = publication_document(publication, DOCUMENT_LIST);
	int r = read_map(publication, &map);

	if (r == 0)
		r = sheet_open(list->bytes, list->length, LIMIT_PUBLICATION_SIZE, &map.form,
			       publication->reason, &sheet);
	return r < 0 ? r : read_sheet(staging, publication, &map, sheet);
}

static const char *recognise_list(struct document *document)
{
	return table_map_is(document->bytes, document->length) ? NULL : TABLE_SHAPE;
}

static const char *recognise_map(struct document *document)
{
	return table_map_is(document->bytes, document->length) ? TABLE_MAP_ROLE : NULL;
}

static const char *const shapes[] = {TABLE_SHAPE, NULL};
static const char *const map_shapes[] = {TABLE_MAP_ROLE, NULL};

static const struct document_kind documents[] = {
	{
		.role = DOCUMENT_LIST,
		.required = true,
		.shapes = shapes,
		.recognise = recognise_list,
	},
	{
		.role = TABLE_MAP_ROLE,
		.shapes = map_shapes,
		.recognise = recognise_map,
	},
	{0},
};

const struct reader reader_table = {
	.name = "table",
	.documents = documents,
	.former_shape = TABLE_SHAPE,
	.read = read_table,
	.about = "Read from a table, by a map that says what its columns mean.\n"
		 "Columns that the map doesn't know are kept as extra.HEADING.\n"
		 "Not official: what the registry itself publishes governs.\n",
	.probe = table_probe,
	.leaves_dates = true,
	.takes_any = true,
	.map_role = TABLE_MAP_ROLE,
};
