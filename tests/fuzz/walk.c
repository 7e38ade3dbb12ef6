#include "walk.h"

#include <errno.h>

#include "tree/content.h"
#include "fuzz.h"
#include "tree/listing.h"
#include "tree/view.h"
#include "tree/tree.h"

/* Of a file that has more, so many are looked at. */
#define ENTRIES_MAX 20000
#define DEPTH_MAX 6
#define READ_SIZE 65536

struct walk {
	struct views views;
	size_t entries;
};

struct entry {
	char name[STORE_NAME_MAX + 1];
	struct node node;
};

struct names {
	struct entry *entries;
	size_t count, room;
};

static bool keep_entry(void *context, const struct listing_entry *entry)
{
	struct names *names = context;

	if (entry->dots)
		return true;
	if (names->count == ENTRIES_MAX)
		return false;
	if (names->count == names->room) {
		names->room = names->room > 0 ? 2 * names->room : 16;
		names->entries = realloc(names->entries, names->room * sizeof(*names->entries));
		promise(names->entries);
	}
	promise(strlen(entry->name) <= STORE_NAME_MAX);
	(void)snprintf(names->entries[names->count].name, STORE_NAME_MAX + 1, "%s", entry->name);
	names->entries[names->count++].node = entry->node;
	return true;
}

static void check_name(const char *name)
{
	promise(name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0);
	for (const char *byte = name; *byte != '\0'; byte++)
		promise(*byte != '/' && *byte != 0x7f && ((unsigned char)*byte >= ' '));
}

static void check_file(const struct view *view, const struct node *node)
{
	uint64_t last = node->size > READ_SIZE ? node->size - READ_SIZE : 0;
	uint64_t offsets[] = {0, last, node->size};

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		_cleanup_free_ char *bytes = NULL;
		uint64_t left = node->size - offsets[i];
		size_t length = 0;

		promise(content_read(view, node->inode, offsets[i], READ_SIZE, &bytes, &length) ==
			0);
		promise(length == (left < READ_SIZE ? left : READ_SIZE));
	}
}

/* By its words alone: a symlink is followed by who reads it. */
static void check_link(const struct view *view, const struct node *node, int depth)
{
	char path[PATH_MAX];

	promise(content_link(view, node->inode, path) == 0);
	promise(path[0] != '\0' && path[0] != '/' && strlen(path) == node->size);
	for (const char *word = path; *word != '\0'; word += strspn(word, "/")) {
		size_t length = strcspn(word, "/");

		if (length == 2 && strncmp(word, "..", 2) == 0)
			promise(--depth >= 0);
		else
			depth += !(length == 1 && word[0] == '.');
		word += length;
	}
}

static void walk_directory(struct walk *walk, const struct view *view, uint64_t inode, int depth);

static void check_entry(struct walk *walk, const struct view *view,
			const struct directory *directory, const struct entry *entry, int depth)
{
	struct node found, again;

	check_name(entry->name);
	promise(tree_lookup(view, directory, entry->name, &found) == 0);
	promise(found.inode == entry->node.inode && found.mode == entry->node.mode);
	promise(found.size == entry->node.size);
	promise(tree_node(view, found.inode, &again) == 0);
	promise(again.mode == found.mode && again.size == found.size);
	switch (found.mode & S_IFMT) {
	case S_IFREG: check_file(view, &found); return;
	case S_IFLNK: check_link(view, &found, depth); return;
	default: walk_directory(walk, view, found.inode, depth + 1);
	}
}

/* depth: of the directory below the root that its own symlinks must not leave. */
static void walk_directory(struct walk *walk, const struct view *view, uint64_t inode, int depth)
{
	struct names names = {0};
	struct directory directory, parent;

	promise(depth <= DEPTH_MAX);
	promise(inode_to_directory(inode, &directory));
	promise(tree_parent(view, &directory, &parent) == 0);
	promise(listing_run(view, &directory, 0, keep_entry, &names) == 0);
	for (size_t i = 0; i < names.count && walk->entries++ < ENTRIES_MAX; i++)
		check_entry(walk, view, &directory, &names.entries[i], depth);
	free(names.entries);
}

static void walk_day(struct walk *walk, const struct shown_day *day)
{
	const struct directory root = {
		.kind = KIND_ROOT,
		.generation = day->generation,
		.entity = ENTITY_ROOT,
	};
	_cleanup_view_ struct view view = {0};

	promise(view_open(&walk->views, 0, inode_of_directory(&root), &view) == 0);
	walk_directory(walk, &view, inode_of_directory(&root), 0);
}

void walk_check(int store_fd, const char *path)
{
	struct state state = {0};
	struct walk walk = {0};
	struct snapshot *snapshot = NULL;
	struct state_files *state_files = NULL;
	_cleanup_view_ struct view view = {0};

	promise(snapshot_open(store_fd, path, &snapshot) == 0);
	promise(state_files_create(snapshot, &state, false, &STATE_LIMITS_DEFAULT, 0,
				   &state_files) == 0);
	views_init(&walk.views, snapshot, state_files);
	promise(view_open(&walk.views, 0, INODE_ROOT_NUMBER, &view) == 0);
	walk_directory(&walk, &view, INODE_ROOT_NUMBER, 0);
	for (size_t i = 0; i < snapshot->generations.day_count; i++)
		walk_day(&walk, &snapshot->generations.days[i]);
	view_close(&view);
	view = (struct view){0};
	views_release(&walk.views);
}
