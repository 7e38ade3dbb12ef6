/*
 * The label map: which pages of a portal hold the list, and what the labels on
 * them mean. An INI file. A registry whose portal has labels brings its own along.
 *
 * Sections: [pages] PAGE = LEVEL, [details] PAGE = PAGE, [portal] settings,
 * [labels] FIELD = LABEL, [ignore] keys = LABEL. What was read last counts.
 *
 * A map of something else than a portal has a grammar of its own.
 */
#ifndef ISMAPFS_LABEL_MAP_H
#define ISMAPFS_LABEL_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "util/reason.h"

struct label_entry {
	char *section;
	char *name;
	char *value;   /* a label is kept in the form that labels are compared in */
	char *written; /* as it stands in the map */
};

struct label_grammar {
	/* Why a line makes no sense, or NULL. */
	const char *(*complain)(const char *section, const char *name, const char *value);
	/* Whether values of that section are compared folded. */
	bool (*folds)(const char *section, const char *name);
};

struct label_map {
	const struct label_grammar *grammar; /* of what is read next; NULL: a portal's */
	struct label_entry *entries;
	size_t count;
	size_t capacity;
	/* The entries of each section: in their order, by name, by value, and by both. */
	const struct label_entry **orders[4];
};

/*
 * UTF-8, with LF or CR LF, with or without a byte order mark; INI as inih reads
 * it, and a value may stand between double quotes.
 *
 * Reads own, the text of the map that is part of the program, and path, when
 * there is one, on top of it. Returns 0; -EINVAL for a map that makes no sense; or
 * another -errno. The reason has the sentence, with the line.
 */
int label_map_load(struct label_map *map, const char *own, const char *path, struct reason *reason);

/* Reads a map's text on top of what was read; location is for messages. Returns label_map_load()'s
 * errors. */
int label_map_read(struct label_map *map, const char *text, const char *location,
		   struct reason *reason);

/* Adds the list page of ISMAP-LIU, whose services have the same page as those of other lists.
 * Returns label_map_load()'s errors. */
int label_map_add_liu(struct label_map *map, const char *page, struct reason *reason);

/* The field that a label, or else the portal's own name of a field, stands for; NULL when unknown.
 */
const char *label_map_field(const struct label_map *map, const char *label, const char *key);

/* Whether [ignore] names a label or key that isn't mapped. */
bool label_map_ignores(const struct label_map *map, const char *label, const char *key);

/* A value of [pages], [details] or [portal], the last one read; "" when there is none. */
const char *label_map_value(const struct label_map *map, const char *section, const char *name);

/* The page that shows one service of a list page; "" when there is none. */
const char *label_map_detail(const struct label_map *map, const char *page);

/* Whether [section] states that value for that name, on any of its lines. */
bool label_map_has(const struct label_map *map, const char *section, const char *name,
		   const char *value);

/* Whether a portal's label can stand for that field, extra.… included: for a registry's own rules a
 * table's column can stand for no other one. */
bool label_map_is_field(const char *name);

/* The next entry of [section], from *position on, of that name (NULL: of any); NULL: no more. */
const struct label_entry *label_map_next(const struct label_map *map, const char *section,
					 const char *name, size_t *position);

/* The list pages, in the map's order: the next one from *position on, or NULL. */
const char *label_map_next_page(const struct label_map *map, size_t *position, const char **level);

/* The first entry of [section] from a position on, of that name and that value, as a map keeps it
 * (NULL: of any); NULL: none. */
const struct label_entry *label_map_find(const struct label_map *map, const char *section,
					 const char *name, const char *value, size_t position);

void label_map_release(struct label_map *map);
#define _cleanup_label_map_ __attribute__((cleanup(label_map_release)))

#endif
