#include "sources/table/map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/messages.h"
#include "sources/table/date.h"
#include "util/text/text.h"
#include "vocabulary.h"

/* A longer text is none of a map's: folding takes time that grows with the square of a run of
 * marks.
 */
#define TEXT_SIZE_MAX 1000

/* Lines of a section that is looked at for each row. */
#define LINES_MAX 500

#define FIELD_ROW(id, identifier, name, type, meaning, japanese) {id, name, type},
static const struct {
	int id;
	const char *name, *type;
} fields[] = {{0, "number", "line"},
	      {0, "provider", "line"},
	      {0, "provider.en", "line"},
	      {0, "baseline", "line"},
	      {0, "controls", "list"},
	      {0, "leverages", "list"},
	      {0, "audit-period.start", "date"},
	      {0, "audit-period.end", "date"},
	      VOCABULARY_FIELDS(FIELD_ROW)};

/* Fields that ismap-sync works out. */
static const char *const worked_out[] = {"provider.name", "controls.basis",   "leverages.unlisted",
					 "in-force",	  "in-force.basis",   "status.changelog",
					 "status.list",	  "package-overview", "delisted-on.basis"};

/* What may stand in the sections of settings. */
static const struct {
	const char *section, *name;
} settings[] = {
	{"list", "registry"},	    {"list", "title"},
	{"list", "title.en"},	    {"list", "time-zone"},
	{"list", "language"},	    {"list", "publishes-every"},
	{"list", "complete"},	    {"list", "about"},
	{"list", "edition"},	    {"table", "encoding"},
	{"table", "delimiter"},	    {"table", "quotes"},
	{"table", "rows"},	    {"table", "heading-rows"},
	{"table", "dates"},	    {"table", "key"},
	{"table", "needed"},	    {"table", "nothing"},
	{"table", "separator"},	    {"published", "above"},
	{"published", "file-name"}, {"published", "last-modified"},
	{"ignore", "keys"},	    {"in-force", "yes"},
	{"in-force", "no"},
};

/* The words of a setting that has a few, up to a NULL. */
static const struct {
	const char *section, *name, *words[10];
} choices[] = {
	{"list", "complete", {"yes", "no"}},
	{"table",
	 "encoding",
	 {"UTF-8", "CP932", "EUC-JP", "UTF-16LE", "UTF-16BE", "windows-1252", "ISO-8859-1",
	  "ISO-8859-15"}},
	{"table", "quotes", {"yes", "no"}},
	{"table", "heading-rows", {"1", "2"}},
	{"table", "delimiter", {"comma", "semicolon", "tab"}},
	{"table", "separator", {"comma", "semicolon", "slash"}},
	{"table", "dates", {"m/d/y", "d/m/y", "serial"}},
	{"published", "above", {"yes", "no"}},
	{"published", "last-modified", {"yes", "no"}},
};

const char *table_field_type(const char *field)
{
	for (size_t i = 0; i < sizeof(worked_out) / sizeof(worked_out[0]); i++)
		if (strcmp(worked_out[i], field) == 0)
			return NULL;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(fields[i].name, field) == 0 && fields[i].id < FIELD_TITLE &&
		    strcmp(fields[i].type, "table") != 0)
			return fields[i].type;
	return NULL;
}

static bool is_extra(const char *field)
{
	return strncmp(field, "extra.", strlen("extra.")) == 0 && strlen(field) > 6 &&
	       strspn(field, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(field);
}

static bool is_word_field(const char *section)
{
	const char *type = table_field_type(section);

	return type && (strcmp(type, "word") == 0 || strcmp(type, "yes-no") == 0);
}

/* Why a value isn't one of the few that a setting has, or NULL. */
static const char *complain_choice(const char *section, const char *name, const char *value)
{
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		if (strcmp(choices[i].section, section) != 0 || strcmp(choices[i].name, name) != 0)
			continue;
		for (size_t k = 0; choices[i].words[k]; k++)
			if (strcmp(choices[i].words[k], value) == 0)
				return NULL;
		return _("that is none of the words which this setting has");
	}
	return NULL;
}

static const char *complain(const char *section, const char *name, const char *value)
{
	bool known = false;

	if (strcmp(section, "labels") == 0 || strcmp(section, "values") == 0 ||
	    strcmp(section, "listed") == 0)
		return table_field_type(name) || is_extra(name)
			       ? NULL
			       : _("that is not a field which a column can stand for");
	if (is_word_field(section)) {
		_cleanup_free_ char *word = text_word(name);

		return word && strcmp(word, name) == 0
			       ? NULL
			       : _("that is not a word of a-z, 0-9 and hyphens");
	}
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (strcmp(settings[i].section, section) != 0)
			continue;
		known = true;
		if (strcmp(settings[i].name, name) == 0)
			return complain_choice(section, name, value);
	}
	return known ? _("there is no such setting") : _("there is no such section");
}

static bool folds(const char *section, const char *name)
{
	if (strcmp(section, "table") == 0)
		return strcmp(name, "nothing") == 0;
	return strcmp(section, "labels") == 0 || strcmp(section, "ignore") == 0 ||
	       strcmp(section, "listed") == 0 || is_word_field(section);
}

static const struct label_grammar grammar = {.complain = complain, .folds = folds};

const char *table_map_value(const struct table_map *map, const char *section, const char *name)
{
	return label_map_value(&map->labels, section, name);
}

bool table_map_has(const struct table_map *map, const char *section)
{
	size_t position = 0;

	return label_map_next(&map->labels, section, NULL, &position) != NULL;
}

const char *table_map_find(const struct table_map *map, const char *section, const char *name,
			   const char *text)
{
	const struct label_entry *entry;
	_cleanup_free_ char *folded = NULL;

	if (strnlen(text, TEXT_SIZE_MAX + 1) > TEXT_SIZE_MAX)
		return NULL;
	folded = text_fold(text);
	entry = label_map_find(&map->labels, section, name, folded, 0);
	return entry ? entry->name : NULL;
}

bool table_map_is(const unsigned char *bytes, size_t length)
{
	size_t at = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (at < length) {
		const unsigned char *end = memchr(bytes + at, '\n', length - at);
		size_t line = end ? (size_t)(end - bytes) - at : length - at, blanks = 0;

		while (blanks < line && strchr(" \t\r", bytes[at + blanks]))
			blanks++;
		if (blanks < line && bytes[at + blanks] != '#' && bytes[at + blanks] != ';') {
			const unsigned char *closing =
				memchr(bytes + at + blanks, ']', line - blanks);

			/* A JSON array of arrays begins with a bracket, too. */
			return bytes[at + blanks] == '[' && closing &&
			       !memchr(bytes + at + blanks, ',', line - blanks) &&
			       !memchr(bytes + at + blanks, '"', line - blanks) &&
			       !memchr(bytes + at + blanks, '{', line - blanks);
		}
		at += line + 1;
	}
	return false;
}

static char separator_of(const char *word, char none)
{
	static const struct {
		const char *word;
		char separator;
	} words[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"slash", '/'}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].separator;
	return none;
}

static const char *stated(const struct table_map *map, const char *name)
{
	const char *value = table_map_value(map, "table", name);

	return value[0] != '\0' ? value : NULL;
}

/* What the map says of the table's form. */
static void settle(struct table_map *map)
{
	map->form = (struct sheet_form){
		.encoding = stated(map, "encoding"),
		.delimiter = separator_of(table_map_value(map, "table", "delimiter"), '\0'),
		.unquoted = strcmp(table_map_value(map, "table", "quotes"), "no") == 0,
		.rows = stated(map, "rows"),
	};
	map->list_separator = separator_of(table_map_value(map, "table", "separator"), '\0');
	map->heading_rows = strcmp(table_map_value(map, "table", "heading-rows"), "2") == 0 ? 2 : 1;
	map->complete = strcmp(table_map_value(map, "list", "complete"), "yes") == 0;
	if (label_map_has(&map->labels, "table", "dates", "m/d/y"))
		map->dates |= DATE_MONTH_FIRST;
	if (label_map_has(&map->labels, "table", "dates", "d/m/y"))
		map->dates |= DATE_DAY_FIRST;
	if (label_map_has(&map->labels, "table", "dates", "serial"))
		map->dates |= DATE_SERIAL;
}

/* A registry's own rules know no other fields than its portal's labels stand for. */
static int check_fields(const struct table_map *map, const char *section, const char *location,
			struct reason *reason)
{
	const struct label_entry *entry;
	size_t position = map->own;

	while ((entry = label_map_next(&map->labels, section, NULL, &position)))
		if (!label_map_is_field(entry->name) && strcmp(entry->name, "level") != 0)
			return reason_fail(reason, -EINVAL,
					   "%s: [%s] %s: the rules of '%s' know no such field",
					   location, section, entry->name, map->registry->name);
	return 0;
}

/* Many lines times many rows would take for ever. */
static int check_lines(const struct table_map *map, const char *location, struct reason *reason)
{
	static const char *const sections[] = {"listed", "values", "table"};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		size_t position = 0, lines = 0;

		while (label_map_next(&map->labels, sections[i], NULL, &position))
			lines++;
		if (lines > LINES_MAX)
			return reason_fail(reason, -EINVAL, "%s: [%s] has more than %d lines",
					   location, sections[i], LINES_MAX);
	}
	return 0;
}

static int check(const struct table_map *map, const char *location, struct reason *reason)
{
	if (check_lines(map, location, reason) < 0)
		return -EINVAL;
	if (table_map_value(map, "list", "registry")[0] == '\0')
		return reason_fail(reason, -EINVAL, "%s: [list] names no registry", location);
	if (map->dates & DATE_MONTH_FIRST && map->dates & DATE_DAY_FIRST)
		return reason_fail(reason, -EINVAL,
				   "%s: [table] dates are m/d/y or d/m/y, not both", location);
	if (!map->registry || !map->registry->stage_rows)
		return 0;
	if (check_fields(map, "labels", location, reason) < 0)
		return -EINVAL;
	return check_fields(map, "values", location, reason);
}

int table_map_read(struct table_map *map, const char *text, const char *location,
		   struct reason *reason)
{
	int r;

	map->labels.grammar = &grammar;
	r = label_map_read(&map->labels, text, location, reason);
	if (r < 0)
		return r;
	map->registry = registry_find(table_map_value(map, "list", "registry"));
	if (map->registry && map->registry->labels) {
		label_map_release(&map->labels);
		r = label_map_read(&map->labels, map->registry->labels(), _("the built-in map"),
				   reason);
		map->own = map->labels.count;
		map->labels.grammar = &grammar;
		if (r == 0)
			r = label_map_read(&map->labels, text, location, reason);
	}
	if (r < 0)
		return r;
	settle(map);
	return check(map, location, reason);
}

void table_map_release(struct table_map *map)
{
	label_map_release(&map->labels);
}
