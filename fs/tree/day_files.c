#include "tree/day_files.h"

#include <errno.h>
#include <string.h>

#include "common/timestamp.h"
#include "tree/day.h"

struct directory day_registry(const struct view *view, const struct directory *root)
{
	struct directory registry = *root;

	registry.kind = KIND_REGISTRY;
	registry.entity = view->snapshot->registry_entity;
	return registry;
}

const char *day_file_name(enum day_node file)
{
	switch (file) {
	case DAY_NODE_BASIS: return "day.basis";
	case DAY_NODE_FROM: return "day.from";
	case DAY_NODE_UNTIL: return "day.until";
	default: return NULL;
	}
}

/* day.basis: bits 31-30 the word, 29-20 the day offset, 19-0 the generation. day.from: the
 * generation. day.until: seconds since 1970. */
static uint64_t file_inode(const struct day *day, enum day_node file)
{
	uint64_t says = day->generation;

	if (file == DAY_NODE_BASIS)
		says |= (uint64_t)day->basis << 30 | (uint64_t)day->offset << 20;
	if (file == DAY_NODE_UNTIL)
		says = (uint64_t)day->held_until / 1000;
	return inode_of_day(file, says);
}

int day_registry_node(const struct view *view, const struct directory *registry, struct node *node)
{
	const char *zone = view->snapshot->time_zone;
	int64_t changed, end;
	struct day day;
	int r = day_of_directory(view, registry, &day);

	if (r < 0)
		return r == -ENOENT ? -ESTALE : r;
	/* It changes for as long as its day is the last known one. */
	end = day_begins(zone, day.number + 1);
	changed = (day.held_until < end ? day.held_until : end) * NANOSECONDS_PER_MILLISECOND;
	*node = (struct node){
		.inode = inode_of_directory(registry),
		.mode = NODE_DIRECTORY_MODE,
		.mtime = snapshot_mtime(view->snapshot, day.generation),
		.ctime = snapshot_ctime(view->snapshot, day.generation),
		.lifetime = NODE_LIFETIME_SHORT,
	};
	node->mtime = changed > node->mtime ? changed : node->mtime;
	node->ctime = node->mtime > node->ctime ? node->mtime : node->ctime;
	return 0;
}

int day_file_find(const struct view *view, const struct directory *registry, enum day_node file,
		  struct node *node)
{
	struct day day;
	int r = day_of_directory(view, registry, &day);

	if (r < 0)
		return r;
	if ((file == DAY_NODE_FROM && day.basis != DAY_PUBLISHED) ||
	    (file == DAY_NODE_UNTIL && !day.is_last_known))
		return -ENOENT;
	r = day_file_node(view, file_inode(&day, file), node);
	return r == -ESTALE ? -ENOENT : r;
}

/* An instant in the registry's zone, by RFC 3339, with its newline. */
static int print_instant(const struct view *view, int64_t instant, char text[static DAY_FILE_SIZE])
{
	char time[TIMESTAMP_TEXT_SIZE];
	int64_t offset, minutes;

	(void)zone_offset(view->snapshot->time_zone, instant, &offset);
	minutes = offset / 60000;
	timestamp_format(instant + offset, time);
	/* The local time, and the offset in place of its Z. */
	time[strlen(time) - 1] = '\0';
	if (minutes == 0)
		return snprintf(text, DAY_FILE_SIZE, "%sZ\n", time);
	return snprintf(text, DAY_FILE_SIZE, "%s%c%02d:%02d\n", time, minutes < 0 ? '-' : '+',
			(int)((minutes < 0 ? -minutes : minutes) / 60),
			(int)((minutes < 0 ? -minutes : minutes) % 60));
}

/* The generation that a file's number says; 0: none, or it isn't kept. */
static uint32_t generation_of(const struct view *view, uint64_t inode)
{
	uint32_t generation = (uint32_t)inode_day_says(inode) & INODE_GENERATION_MAX;

	if (inode_day_node(inode) == DAY_NODE_UNTIL)
		return view->snapshot->generation;
	return generations_is_kept(&view->snapshot->generations, generation) ? generation : 0;
}

int day_file_text(const struct view *view, uint64_t inode, char text[static DAY_FILE_SIZE])
{
	uint64_t says = inode_day_says(inode);
	uint32_t generation = generation_of(view, inode);
	struct generation_facts facts;
	int r;

	if (generation == 0)
		return -ESTALE;
	switch (inode_day_node(inode)) {
	case DAY_NODE_BASIS:
		if (says >> 30 >= DAY_BASIS_COUNT)
			return -ESTALE;
		return snprintf(text, DAY_FILE_SIZE, "%s\n",
				day_basis_word((enum day_basis)(says >> 30)));
	case DAY_NODE_FROM:
		r = snapshot_facts(view->connection, generation, &facts);
		return r < 0 ? r : print_instant(view, facts.published_at, text);
	case DAY_NODE_UNTIL:
		if (says > STATE_TIME_MAX / 1000)
			return -ESTALE;
		return print_instant(view, (int64_t)says * 1000, text);
	default: return -ESTALE;
	}
}

int day_file_node(const struct view *view, uint64_t inode, struct node *node)
{
	char text[DAY_FILE_SIZE];
	uint32_t generation = generation_of(view, inode);
	int length = day_file_text(view, inode, text);

	if (length < 0)
		return length;
	*node = (struct node){
		.inode = inode,
		.mode = NODE_FILE_MODE,
		.size = (uint64_t)length,
		.mtime = snapshot_mtime(view->snapshot, generation),
		.ctime = snapshot_ctime(view->snapshot, generation),
		.lifetime = NODE_LIFETIME_SHORT,
	};
	if (inode_day_node(inode) == DAY_NODE_UNTIL)
		node->mtime = (int64_t)inode_day_says(inode) * NANOSECONDS_PER_SECOND;
	node->ctime = node->mtime > node->ctime ? node->mtime : node->ctime;
	return 0;
}
