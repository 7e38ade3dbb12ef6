#include "tree/dated.h"

#include <errno.h>
#include <string.h>

#include "common/timestamp.h"

#define NEWEST_NAME "latest"
#define MONTH_LENGTH (sizeof("YYYY-MM") - 1)

struct directory dated_directory(const struct snapshot *snapshot)
{
	if (snapshot->at_entity == 0)
		return (struct directory){.kind = KIND_ROOT, .entity = ENTITY_ROOT};
	return (struct directory){.kind = KIND_DERIVED, .entity = snapshot->at_entity};
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

/* The first and last day of a name, which is a day or a month. Returns 0, or -ENOENT when it is
 * neither. */
static int parse_name(const char *name, int64_t *first, int64_t *last)
{
	if (day_parse(name, first) == 0) {
		*last = *first;
		return 0;
	}
	return parse_month(name, first, last) == 0 ? 0 : -ENOENT;
}

/* The day that a name leads to; *own: it is that day's own name. NULL: there is no such name. */
static const struct shown_day *resolve(const struct snapshot *snapshot, const char *name,
				       int64_t now, bool *own)
{
	const struct generations *generations = &snapshot->generations;
	const struct shown_day *newest = &generations->days[generations->day_count - 1];
	int64_t today = day_in_zone(snapshot->time_zone, now);
	const struct shown_day *found;
	int64_t first, last;

	*own = false;
	if (strcmp(name, NEWEST_NAME) == 0)
		return newest;
	if (parse_name(name, &first, &last) < 0)
		return NULL;
	/* A publication may be later than this machine's clock. */
	if (first > today && first > newest->day)
		return NULL;
	found = generations_day(generations, last);
	*own = found && first == last && found->day == first;
	return found;
}

static void link_node(const struct view *view, const struct shown_day *day, struct node *node)
{
	char text[DAY_TEXT_SIZE];

	day_format(day->day, text);
	*node = (struct node){
		.inode = inode_of_day(day->day),
		.mode = NODE_LINK_MODE,
		.size = strlen(text),
		.mtime = snapshot_mtime(view->snapshot, day->generation),
		.ctime = snapshot_ctime(view->snapshot, day->generation),
		.lifetime = 0,
	};
}

int dated_lookup(const struct view *view, const char *name, struct directory *directory,
		 struct node *node)
{
	const struct shown_day *day;
	bool own;

	day = resolve(view->snapshot, name, timestamp_now(), &own);
	if (!day)
		return -ENOENT;
	if (own) {
		*directory = (struct directory){
			.kind = KIND_ROOT,
			.generation = day->generation,
			.entity = ENTITY_ROOT,
		};
		return 1;
	}
	link_node(view, day, node);
	return 0;
}

/* The shown day of an inode number; NULL when that day can't be shown. */
static const struct shown_day *day_of_inode(const struct view *view, uint64_t inode)
{
	int64_t number = inode_day(inode);
	const struct shown_day *day = generations_day(&view->snapshot->generations, number);

	return day && day->day == number && inode == inode_of_day(number) ? day : NULL;
}

int dated_link_node(const struct view *view, uint64_t inode, struct node *node)
{
	const struct shown_day *day = day_of_inode(view, inode);

	if (!day)
		return -ESTALE;
	link_node(view, day, node);
	return 0;
}

int dated_link_path(const struct view *view, uint64_t inode, char path[static PATH_MAX])
{
	const struct shown_day *day = day_of_inode(view, inode);

	if (!day)
		return -ESTALE;
	day_format(day->day, path);
	return 0;
}
