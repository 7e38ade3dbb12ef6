#include "sources/label_map.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "common/cleanup.h"
#include "fetch/fetch.h"
#include "common/messages.h"
#include "util/memory.h"
#include "util/text/text.h"

/* Bytes; a real map is far shorter. */
#define MAP_SIZE_MAX (1 << 20)
/* inih silently cuts a line at its INI_MAX_LINE and a name at 49 bytes. */
#define LINE_MAX_BYTES 198

/* A label that is longer, blanks included, is none of a map's. */
#define LABEL_SIZE_MAX 1000

#define STRINGIFY_TEXT(text) #text
#define STRINGIFY(text) STRINGIFY_TEXT(text)

/* The fields of [labels], besides extra.… */
static const char *const fields[] = {
	"number",
	"name",
	"name.en",
	"provider",
	"provider.en",
	"auditor",
	"registered-on",
	"valid-until",
	"audit-period",
	"scope",
	"regions",
	"controls",
	"description",
	"url",
	"status.source",
	"level.source",
	"service-model",
	"note",
	"evidence",
	"subsequent-events",
	"audit-period.start",
	"audit-period.end",
};

static const char *const settings[] = {"edition", "page-parameter", "total"};

struct reading {
	struct label_map *map;
	char reason[256];
};

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

static bool is_page_id(const char *text)
{
	return *text != '\0' &&
	       strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.") ==
		       strlen(text);
}

static bool is_extra(const char *field)
{
	return strncmp(field, "extra.", strlen("extra.")) == 0 && strlen(field) > 6 &&
	       strspn(field, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(field);
}

bool label_map_is_field(const char *name)
{
	return is_extra(name) || is_one_of(name, fields, sizeof(fields) / sizeof(fields[0]));
}

/* Why a line makes no sense, or NULL. */
static const char *complain_portal(const char *section, const char *name, const char *value)
{
	static const char *const levels[] = {"ismap", "ismap-liu", "none"};

	if (strcmp(section, "labels") == 0)
		return label_map_is_field(name)
			       ? NULL
			       : _("that is not a field which a label can stand for");
	if (strcmp(section, "pages") == 0 && !is_one_of(value, levels, 3))
		return _("a page's level is ismap, ismap-liu or none");
	if (strcmp(section, "pages") == 0 || strcmp(section, "details") == 0)
		return is_page_id(name) && is_page_id(value) ? NULL : _("that is not a page's id");
	if (strcmp(section, "portal") == 0)
		return is_one_of(name, settings, 3) ? NULL : _("there is no such setting");
	if (strcmp(section, "ignore") == 0)
		return strcmp(name, "keys") == 0 ? NULL : _("[ignore] has only `keys`");
	return _("there is no such section");
}

static bool folds_portal(const char *section, const char *name)
{
	(void)name;
	return strcmp(section, "labels") == 0 || strcmp(section, "ignore") == 0;
}

static const struct label_grammar portal_grammar = {
	.complain = complain_portal,
	.folds = folds_portal,
};

static const struct label_grammar *grammar_of(const struct label_map *map)
{
	return map->grammar ? map->grammar : &portal_grammar;
}

static void add(struct label_map *map, const char *section, const char *name, const char *value)
{
	bool fold = grammar_of(map)->folds(section, name);

	map->entries = xgrow(map->entries, &map->capacity, map->count, 1, sizeof(*map->entries));
	map->entries[map->count++] = (struct label_entry){
		.section = xstrdup(section),
		.name = xstrdup(name),
		.value = fold ? text_fold(value) : xstrdup(value),
		.written = xstrdup(value),
	};
}

/* Takes off double quotes around a value. */
static void unquote(const char *value, char plain[static LINE_MAX_BYTES + 1])
{
	size_t length = strlen(value);
	bool quoted = length >= 2 && value[0] == '"' && value[length - 1] == '"';

	(void)snprintf(plain, LINE_MAX_BYTES + 1, "%.*s", (int)(quoted ? length - 2 : length),
		       value + quoted);
}

static int handle(void *context, const char *section, const char *name, const char *quoted)
{
	struct reading *reading = context;
	char value[LINE_MAX_BYTES + 1];
	const char *reason;

	unquote(quoted, value);
	reason = value[0] == '\0' ? _("there is nothing behind the =")
				  : grammar_of(reading->map)->complain(section, name, value);
	if (!reason)
		add(reading->map, section, name, value);
	else if (reading->reason[0] == '\0')
		(void)snprintf(reading->reason, sizeof(reading->reason), "[%.50s] %.50s: %s",
			       section, name, reason);
	return !reason;
}

/* What inih would pass over in silence, or NULL. */
static const char *line_complaint(const char *line, size_t length)
{
	const char *end = memchr(line, ']', length);
	size_t blanks = strspn(line, " \t");

	if (length > LINE_MAX_BYTES)
		return "it is longer than " STRINGIFY(LINE_MAX_BYTES) " bytes";
	if (memchr(line, '\r', length > 0 && line[length - 1] == '\r' ? length - 1 : length))
		return "lines end in LF or CR LF, not in CR alone";
	if (line[blanks] != '[' || !end)
		return NULL;
	blanks = strspn(++end, " \t\r");
	return end + blanks < line + length && !strchr(";#", end[blanks])
		       ? "there is more behind the ]"
		       : NULL;
}

static int check_lines(const char *text, const char *location, struct reason *reason)
{
	int number = 1;

	for (; *text != '\0'; number++) {
		size_t length = strcspn(text, "\n");
		const char *why = line_complaint(text, length);

		if (why)
			return reason_fail(reason, -EINVAL, "%s, line %d: %s", location, number,
					   why);
		text += length;
		text += *text == '\n';
	}
	return 0;
}

/* What an order sorts by, besides the section and the entries' own order. */
enum { BY_NAME = 1, BY_VALUE = 2 };

/* What is looked for: NULL for what may be anything, which is what the order doesn't have. */
struct wanted {
	const char *section, *name, *value;
};

static int compare(const struct label_entry *one, const struct wanted *other, int order)
{
	int r = strcmp(one->section, other->section);

	if (r == 0 && order & BY_NAME && other->name)
		r = strcmp(one->name, other->name);
	if (r == 0 && order & BY_VALUE && other->value)
		r = strcmp(one->value, other->value);
	return r;
}

static int compare_entries(const void *left, const void *right, void *order)
{
	const struct label_entry *one = *(const struct label_entry *const *)left;
	const struct label_entry *other = *(const struct label_entry *const *)right;
	const struct wanted wanted = {other->section, other->name, other->value};
	int r = compare(one, &wanted, *(const int *)order);

	return r != 0 ? r : (one > other) - (one < other);
}

/* A table has many cells, and a map many entries: each cell finds its own without looking through
 * all. */
static void sort(struct label_map *map)
{
	for (int order = 0; order <= (BY_NAME | BY_VALUE); order++) {
		free(map->orders[order]);
		map->orders[order] = xmalloc((map->count + 1) * sizeof(struct label_entry *));
		for (size_t i = 0; i < map->count; i++)
			map->orders[order][i] = &map->entries[i];
		qsort_r(map->orders[order], map->count, sizeof(struct label_entry *),
			compare_entries, &order);
	}
}

static int order_of(const char *name, const char *value)
{
	return (name ? BY_NAME : 0) | (value ? BY_VALUE : 0);
}

/* The place, in its order, of the first entry like that from a position on, or of what follows. */
static size_t lower_bound(const struct label_map *map, const struct wanted *like, size_t position)
{
	int order = order_of(like->name, like->value);
	size_t low = 0, high = map->orders[order] ? map->count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct label_entry *entry = map->orders[order][middle];
		int r = compare(entry, like, order);

		if (r < 0 || (r == 0 && (size_t)(entry - map->entries) < position))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_like(const struct label_entry *entry, const struct wanted *like)
{
	return compare(entry, like, order_of(like->name, like->value)) == 0;
}

const struct label_entry *label_map_find(const struct label_map *map, const char *section,
					 const char *name, const char *value, size_t position)
{
	const struct wanted like = {section, name, value};
	const struct label_entry **order = map->orders[order_of(name, value)];
	size_t place = lower_bound(map, &like, position);

	if (!order || place >= map->count || !is_like(order[place], &like))
		return NULL;
	return order[place];
}

/* The same, the last one. */
static const struct label_entry *find_last(const struct label_map *map, const char *section,
					   const char *name, const char *value)
{
	const struct wanted like = {section, name, value};
	size_t place = lower_bound(map, &like, SIZE_MAX);
	const struct label_entry *entry;

	if (place == 0)
		return NULL;
	entry = map->orders[order_of(name, value)][place - 1];
	return is_like(entry, &like) ? entry : NULL;
}

int label_map_read(struct label_map *map, const char *text, const char *location,
		   struct reason *reason)
{
	struct reading reading = {.map = map};
	int r = check_lines(text, location, reason);

	if (r < 0)
		return r;
	r = ini_parse_string(text, handle, &reading);
	sort(map);
	if (r == 0)
		return 0;
	return reason_fail(reason, -EINVAL, "%s, line %d: %s", location, r,
			   reading.reason[0] != '\0'
				   ? reading.reason
				   : _("it is neither [SECTION] nor NAME = VALUE"));
}

int label_map_load(struct label_map *map, const char *own, const char *path, struct reason *reason)
{
	_cleanup_fetch_result_ struct fetch_result file = {0};
	struct fetch_request request = {.size_max = MAP_SIZE_MAX, .reason = reason};
	int r = label_map_read(map, own, _("the built-in map"), reason);

	if (r < 0 || !path)
		return r;
	request.location = location_of(path);
	r = fetch(&request, &file);
	if (r < 0)
		return r;
	if (!text_is_utf8(file.bytes, file.length) || memchr(file.bytes, '\0', file.length))
		return reason_fail(reason, -EINVAL, "%s is not UTF-8 text; save it as such", path);
	return label_map_read(map, (const char *)file.bytes, path, reason);
}

int label_map_add_liu(struct label_map *map, const char *page, struct reason *reason)
{
	char text[256];

	if (!is_page_id(page) || strlen(page) > 60)
		return reason_fail(reason, -EINVAL,
				   "--liu-page is the id= of the page's address, not '%s'", page);
	(void)snprintf(text, sizeof(text),
		       "[pages]\n%s = ismap-liu\n[details]\n%s = cloud_service_list_detail\n", page,
		       page);
	return label_map_read(map, text, "--liu-page", reason);
}

static const struct label_entry *find_label(const struct label_map *map, const char *section,
					    const char *text)
{
	_cleanup_free_ char *folded = NULL;

	/* Normalizing a run of marks takes time that grows with the square of its length. */
	if (text && strnlen(text, LABEL_SIZE_MAX + 1) <= LABEL_SIZE_MAX)
		folded = text_fold(text);
	if (!folded || folded[0] == '\0')
		return NULL;
	return find_last(map, section, NULL, folded);
}

const char *label_map_field(const struct label_map *map, const char *label, const char *key)
{
	const struct label_entry *entry = find_label(map, "labels", label);

	if (!entry)
		entry = find_label(map, "labels", key);
	return entry ? entry->name : NULL;
}

/* A label that is mapped is never ignored. */
bool label_map_ignores(const struct label_map *map, const char *label, const char *key)
{
	return !label_map_field(map, label, key) &&
	       (find_label(map, "ignore", label) || find_label(map, "ignore", key));
}

const char *label_map_value(const struct label_map *map, const char *section, const char *name)
{
	const struct label_entry *entry = find_last(map, section, name, NULL);

	return entry ? entry->value : "";
}

const struct label_entry *label_map_next(const struct label_map *map, const char *section,
					 const char *name, size_t *position)
{
	const struct label_entry *entry = label_map_find(map, section, name, NULL, *position);

	*position = entry ? (size_t)(entry - map->entries) + 1 : map->count;
	return entry;
}

const char *label_map_detail(const struct label_map *map, const char *page)
{
	const char *detail = label_map_value(map, "details", page);

	return strcmp(detail, "none") == 0 ? "" : detail;
}

bool label_map_has(const struct label_map *map, const char *section, const char *name,
		   const char *value)
{
	return label_map_find(map, section, name, value, 0) != NULL;
}

const char *label_map_next_page(const struct label_map *map, size_t *position, const char **level)
{
	const struct label_entry *entry;

	while ((entry = label_map_next(map, "pages", NULL, position))) {
		/* A page that is named twice keeps its first place and gets its last level. */
		if (label_map_find(map, "pages", entry->name, NULL, 0) != entry)
			continue;
		*level = label_map_value(map, "pages", entry->name);
		if (strcmp(*level, "none") != 0)
			return entry->name;
	}
	return NULL;
}

void label_map_release(struct label_map *map)
{
	for (size_t i = 0; i < map->count; i++) {
		free(map->entries[i].section);
		free(map->entries[i].name);
		free(map->entries[i].value);
		free(map->entries[i].written);
	}
	free(map->entries);
	for (size_t i = 0; i < sizeof(map->orders) / sizeof(map->orders[0]); i++)
		free(map->orders[i]);
	*map = (struct label_map){0};
}
