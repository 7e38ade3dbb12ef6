/* What somebody wants to hear of a service that holds, before an auditor says it. Notes never
 * change a result. */
#ifndef ISMAPFS_QUERY_NOTES_H
#define ISMAPFS_QUERY_NOTES_H

#include "query/list.h"
#include "query/service.h"

enum note_kind {
	NOTE_STATUS, /* in force, but not with the registry's plain word: `text` says what it means
		      */
	NOTE_CORRECTIVE_PLAN, /* since `day`, which may be unknown */
	NOTE_BUILT_ON_LEFT,   /* on the service `text`, which left the list on `day` */
	NOTE_ASSESSMENT_PAST, /* it was to be assessed on `day` */
	NOTE_CLASS_LOWERED,   /* its class was `text` until `day` */
	NOTE_DATE_PAST,	      /* its date, `day`, has passed since the list was last compared */
};

struct note {
	enum note_kind kind;
	char day[DAY_TEXT_SIZE];
	char *text;
};

struct notes {
	struct note *notes;
	size_t count, capacity;
};

/* The word that json has. */
const char *note_word(enum note_kind kind);

/* Finds the notes on a service of a list. The caller releases them. Returns 0 or -errno, already
 * reported. */
int notes_find(const struct list *list, const struct service *service, struct notes *notes);

void notes_release(struct notes *notes);
#define _cleanup_notes_ __attribute__((cleanup(notes_release)))

/* Whether a service is in force by another word than the registry's plain one. */
bool status_is_qualified(const struct list *list, const char *status);

#endif
