/* A label map of the user's: whatever it holds, every question has an answer. */
#include "common/cleanup.h"
#include "fuzz.h"
#include "sources/ismap/map.h"
#include "sources/label_map.h"
#include "util/text/text.h"

static void check_entries(const struct label_map *map)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct label_entry *entry = &map->entries[i];

		promise(entry->section && entry->name && entry->value);
		promise(text_is_utf8((const unsigned char *)entry->value, strlen(entry->value)));
		promise(label_map_has(map, entry->section, entry->name, entry->value));
		(void)label_map_value(map, entry->section, entry->name);
		(void)label_map_ignores(map, entry->value, entry->name);
	}
}

static void check_questions(const struct label_map *map, const char *label)
{
	size_t position = 0, pages = 0;
	const char *page, *level;

	(void)label_map_field(map, label, label);
	(void)label_map_ignores(map, label, label);
	promise(label_map_detail(map, label));
	while ((page = label_map_next_page(map, &position, &level)) != NULL) {
		promise(++pages <= map->count);
		promise(page[0] != '\0' && level[0] != '\0');
		promise(label_map_detail(map, page));
	}
}

static void check_folding(const char *label)
{
	_cleanup_free_ char *once = text_fold(label), *twice = text_fold(once);

	promise(text_is_utf8((const unsigned char *)once, strlen(once)));
	promise(strcmp(once, twice) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_label_map_ struct label_map map = {0};
	struct reason reason = {.about = "fuzz"};
	_cleanup_free_ char *text = fuzz_text(data, size);

	check_folding(text);
	if (label_map_load(&map, ismap_map(), NULL, &reason) < 0)
		promise(!"the map that comes along can be read");
	/* label_map_load() has refused what isn't. */
	if (!text_is_utf8(data, size))
		return 0;
	if (label_map_read(&map, text, "fuzz", &reason) < 0)
		return 0;
	check_entries(&map);
	check_questions(&map, text);
	return 0;
}
