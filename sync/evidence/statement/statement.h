/*
 * The statement: one page that somebody reads who knows nothing of this program. It reports what a
 * list said; it never certifies, and calls nothing valid.
 */
#ifndef ISMAPFS_EVIDENCE_STATEMENT_H
#define ISMAPFS_EVIDENCE_STATEMENT_H

#include "evidence/facts/facts.h"

enum statement_language {
	STATEMENT_ENGLISH,
	STATEMENT_JAPANESE,
};

#define STATEMENT_ITEMS 15

struct statement_item {
	const char *label;
	struct buffer text;
};

struct statement {
	enum statement_language language;
	const struct evidence *evidence;
	const struct evidence_service *service; /* NULL: of all services of the pack */
	const char *title;
	struct statement_item items[STATEMENT_ITEMS];
	struct buffer *text; /* of the item that is being written */
};

/* Writes the items. The caller releases them. */
void statement_write(struct statement *statement);

void statement_release(struct statement *statement);
#define _cleanup_statement_text_ __attribute__((cleanup(statement_release)))

/* Appends it as plain text, and as a page for printing in both languages. */
void statement_print_text(const struct statement *statement, struct buffer *text);
void statement_print_page(const struct statement *const statements[2], struct buffer *html);

/* Adds to the item that is being written, in its language; both formats take the same arguments.
 * Foreign text in it can't move or hide what stands around it. */
__attribute__((format(printf, 2, 4), format(printf, 3, 4))) void
statement_say(struct statement *statement, const char *english, const char *japanese, ...);

void statement_next_line(struct statement *statement);

/* Whether it rests on a list that comes with the software, which isn't the publisher's own. */
bool statement_is_bundled(const struct statement *statement);

/* The parts of statement_write() about the list and about the pack. */
void statement_put_list(struct statement *statement);
void statement_put_service(struct statement *statement);
void statement_put_day(struct statement *statement);
void statement_put_then(struct statement *statement);
void statement_put_terms(struct statement *statement);
void statement_put_known(struct statement *statement);
void statement_put_later(struct statement *statement);
void statement_put_source(struct statement *statement);
void statement_put_maker(struct statement *statement);
void statement_put_stamps(struct statement *statement);
void statement_put_shown(struct statement *statement);
void statement_put_not_shown(struct statement *statement);
void statement_put_official(struct statement *statement);
void statement_put_check(struct statement *statement);
void statement_put_key(struct statement *statement);

#define STATEMENT_TEXT_SIZE 80

/* A day (YYYY-MM-DD) in words; a text that is no whole day stays as it is. */
void statement_day(const struct statement *statement, const char *day,
		   char text[static STATEMENT_TEXT_SIZE]);

/* An instant by the clock of the list's zone, with its distance from UTC. */
void statement_instant(const struct statement *statement, int64_t instant,
		       char text[static STATEMENT_TEXT_SIZE]);

#endif
