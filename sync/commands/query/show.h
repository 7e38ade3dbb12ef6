/* show: one service, and how it is shown. */
#ifndef ISMAPFS_COMMANDS_SHOW_H
#define ISMAPFS_COMMANDS_SHOW_H

#include "query/list.h"
#include "query/names.h"
#include "store/known_days.h"
#include "terminal/format.h"

struct show {
	const struct list *list;
	const struct named_service *service;
	int64_t generation;	     /* whose state is shown */
	const struct known_day *day; /* that was asked for; NULL: the newest */
};

/* Print the service. Return 1; 0 when the list had no such service then; or -errno, already
 * reported. */
int show_print_page(const struct show *show);
int show_print_rows(const struct show *show, enum format format);

/* Prints a field's text, or what links of that name lead to. Returns 1; 0 when it isn't stated; or
 * -errno, already reported, -EINVAL for a name that nothing has. */
int show_print_field(const struct show *show, const char *name);

#endif
