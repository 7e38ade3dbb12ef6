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

/* The same for a column so wide: a longer one without its remark in brackets, or the registry's
 * plain one where a note tells it. */
void answer_short_status(const struct list *list, const char *status, int columns,
			 char text[static ANSWER_TEXT_SIZE]);

/* A word of a field, by its name, in the user's language. */
const char *answer_word(const struct list *list, const char *field, const char *word);

/* Since when it has its status, as a part of a sentence; "": nobody knows. */
void answer_since(const struct status_since *since, char text[static ANSWER_TEXT_SIZE]);

/* Appends a word to a command that people may copy; or the last one, which isn't an option even
 * where it looks like one. */
void answer_add_word(struct buffer *command, const char *word);
void answer_add_last_word(struct buffer *command, const char *word);

/* What its status means beyond its word; "": nothing. In Japanese that is a remark in brackets. */
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

/* Where words that aren't a name are a part of names, how many services have them and the command
 * that finds them; of a mirror's list, which no command keeps, the first of their numbers. Returns
 * 0 or -errno, already reported. */
int answer_put_others(struct page *page, int column, const struct list *list, const char *words,
		      bool from_mirror);

/* What the asterisk means. */
void answer_put_asterisk(struct page *page);

#endif
