#include "tree/dated.h"

#include <errno.h>
#include <string.h>

#include "common/timestamp.h"
#include "tree/day.h"

#define NEWEST_NAME "latest"
#define CONFIRMED_NAME "confirmed"
#define MONTH_LENGTH (sizeof("YYYY-MM") - 1)

struct directory dated_directory(const struct snapshot *snapshot)
{
	if (snapshot->at_entity == 0)
		return (struct directory){.kind = KIND_ROOT, .entity = ENTITY_ROOT};
	return (struct directory){.kind = KIND_DERIVED, .entity = snapshot->at_entity};
}

bool dated_is_at(const struct view *view, const struct directory *directory)
{
	return view->snapshot->at_entity != 0 && directory->entity == view->snapshot->at_entity &&
	       directory->kind == KIND_DERIVED && directory->generation == 0;
}

/* A month's first and last day. Returns 0 or -EINVAL. */
static int parse_month(const char *name, int64_t *first, int64_t *last)
{
	char text[sizeof("YYYY-MM-01")];
	struct civil_date date;

	if (strlen(name) != MONTH_LENGTH)
		return -EINVAL;
	(void)snprintf(text, sizeof(text), "%s-01", name);
	if (day_parse(text, first) < 0)
		return -EINVAL;
	/* 31 days after the first of a month is always in the next month. */
	date = civil_from_days(*first + 31);
	*last = days_from_civil(date.year, date.month, 1) - 1;
	return 0;
}

static void link_node(const struct view *view, enum day_node kind, int64_t number,
		      uint32_t generation, struct node *node)
{
	char text[DAY_TEXT_SIZE];

	day_format(number, text);
	*node = (struct node){
		.inode = inode_of_day(kind, (uint32_t)number),
		.mode = NODE_LINK_MODE,
		.size = strlen(text) + (kind == DAY_NODE_CONFIRMED ? strlen("../") : 0),
		.mtime = snapshot_mtime(view->snapshot, generation),
		.ctime = snapshot_ctime(view->snapshot, generation),
		.lifetime = NODE_LIFETIME_SHORT,
	};
}

static void link_to(const struct view *view, const struct shown_day *day, struct node *node)
{
	link_node(view, DAY_NODE_LINK, day->day, day->generation, node);
}

/* A month that has begun, as far as anything is known. */
static int find_month(const struct view *view, const char *name, struct node *node)
{
	const struct generations *generations = &view->snapshot->generations;
	const struct shown_day *newest = &generations->days[generations->day_count - 1], *found;
	int64_t first, last;
	struct day day;
	int r;

	if (parse_month(name, &first, &last) < 0)
		return -ENOENT;
	if (first > newest->day && (r = day_find(view, first, &day)) < 0)
		return r;
	found = generations_day(generations, last);
	if (!found)
		return -ENOENT;
	link_to(view, found, node);
	return 0;
}

static int find_confirmed(const struct view *view, const char *name, struct node *node)
{
	struct day day;
	int64_t number;
	int r;

	if (day_parse(name, &number) < 0)
		return -ENOENT;
	r = day_find(view, number, &day);
	if (r < 0)
		return r;
	if (day.basis == DAY_UNCONFIRMED)
		return -ENOENT;
	link_node(view, DAY_NODE_CONFIRMED, number, day.generation, node);
	return 0;
}

int dated_lookup(const struct view *view, const struct directory *directory, const char *name,
		 struct directory *found, struct node *node)
{
	const struct generations *generations = &view->snapshot->generations;
	int64_t number;
	struct day day;
	int r;

	if (directory->relation == RELATION_CONFIRMED)
		return find_confirmed(view, name, node);
	if (strcmp(name, CONFIRMED_NAME) == 0) {
		*found = *directory;
		found->relation = RELATION_CONFIRMED;
		return 1;
	}
	if (strcmp(name, NEWEST_NAME) == 0) {
		link_to(view, &generations->days[generations->day_count - 1], node);
		return 0;
	}
	if (day_parse(name, &number) < 0)
		return find_month(view, name, node);
	r = day_find(view, number, &day);
	if (r < 0)
		return r;
	*found = (struct directory){
		.kind = KIND_ROOT,
		.generation = day.generation,
		.day_offset = day.offset,
		.entity = ENTITY_ROOT,
	};
	return 1;
}

/* The day that a symlink's number says, and that day's generation. Returns 0 or -ESTALE. */
static int parse_link(const struct view *view, uint64_t inode, int64_t *number,
		      uint32_t *generation)
{
	const struct shown_day *shown;

	if (inode_day_node(inode) != DAY_NODE_LINK && inode_day_node(inode) != DAY_NODE_CONFIRMED)
		return -ESTALE;
	*number = (int32_t)(uint32_t)inode_day_says(inode);
	shown = generations_day(&view->snapshot->generations, *number);
	if (!shown || inode != inode_of_day(inode_day_node(inode), (uint32_t)*number))
		return -ESTALE;
	*generation = shown->generation;
	return 0;
}

int dated_link_node(const struct view *view, uint64_t inode, struct node *node)
{
	uint32_t generation;
	int64_t number;
	int r = parse_link(view, inode, &number, &generation);

	if (r == 0)
		link_node(view, inode_day_node(inode), number, generation, node);
	return r;
}

int dated_link_path(const struct view *view, uint64_t inode, char path[static PATH_MAX])
{
	char text[DAY_TEXT_SIZE];
	uint32_t generation;
	int64_t number;
	int r = parse_link(view, inode, &number, &generation);

	if (r < 0)
		return r;
	day_format(number, text);
	(void)snprintf(path, PATH_MAX, "%s%s",
		       inode_day_node(inode) == DAY_NODE_CONFIRMED ? "../" : "", text);
	return 0;
}
