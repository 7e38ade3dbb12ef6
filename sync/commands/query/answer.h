/* What answers about services have in common on a terminal. */
#ifndef ISMAPFS_COMMANDS_ANSWER_H
#define ISMAPFS_COMMANDS_ANSWER_H

#include "query/list.h"
#include "query/service.h"
#include "terminal/page.h"

#define ANSWER_TEXT_SIZE 128

/* The list, of which day it is and how long ago it was compared with its source; and why it must
 * not be relied on, if it mustn't. */
void answer_put_heading(struct page *page, const struct list *list);

/* A word of a status in the user's language. */
const char *answer_status(const struct list *list, const char *status);

/* What its status means, in the user's language where the registry's words are known. */
const char *answer_meaning(const struct list *list, const struct service *service);

/* The class and the level, as much as is stated: "D  High". */
void answer_level(const struct service *service, char text[static ANSWER_TEXT_SIZE]);

/* Until when it is valid: "until 2027-10-12*", with an asterisk where that is worked out by a rule.
 * Returns whether it has one. */
bool answer_until(const struct service *service, char text[static ANSWER_TEXT_SIZE]);

/* When and how it left the list. */
void answer_put_left(struct page *page, int column, const struct list *list,
		     const struct service *service);

/* What it was before it left: status, class and level. Returns 0 or -errno, already reported. */
int answer_put_before(struct page *page, int column, const struct list *list,
		      const struct service *service);

/* What the asterisk means. */
void answer_put_asterisk(struct page *page);

#endif
