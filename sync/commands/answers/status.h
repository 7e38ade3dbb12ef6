/* What the status of a store consists of, and how people see it. */
#ifndef ISMAPFS_ANSWERS_STATUS_H
#define ISMAPFS_ANSWERS_STATUS_H

#include "stale.h"
#include "store/reader.h"

struct status {
	const struct store_directory *store; /* borrowed, like the row */
	/* Of the newest generation; its columns are enum status_column. */
	sqlite3_stmt *row;
	enum stale_reason stale;
	int64_t stamps, stamps_waiting;	  /* time stamps of its generations */
	char reason[STALE_SENTENCE_SIZE]; /* in the user's language; "": it isn't stale */
};

enum status_column {
	STATUS_REGISTRY,
	STATUS_TITLE,
	STATUS_SHOWN_TITLE, /* in the user's language, if it is the registry's, else in English */
	STATUS_ZONE,
	STATUS_GENERATION,
	STATUS_PUBLISHED,
	STATUS_FETCHED,
	STATUS_SOURCE,
	STATUS_LOCATION,
	STATUS_COMPLETE,
	STATUS_SERVICES,
	STATUS_IN_FORCE, /* how many of them are */
};

/* Prints it for people. now: ms since 1970 UTC. */
void status_print_page(const struct status *status, int64_t now);

#endif
