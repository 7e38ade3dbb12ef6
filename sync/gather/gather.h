/*
 * The documents of a pull: of the locations that the user names, the files of
 * folders among them, or else of the source's official addresses. Which document
 * is which is told by content alone.
 */
#ifndef ISMAPFS_GATHER_H
#define ISMAPFS_GATHER_H

#include "gather/request.h"
#include "store/directory.h"

struct gathered {
	/* What came, each with its role; when unchanged, some may be without bytes. */
	struct document_set documents;
	struct document_set set_aside; /* refused, but not required */
	bool unchanged;		       /* each is as the state knows it */
	/* Why the first document that isn't required is missing; without a sentence: none is. */
	struct reason partly;
	char missing[STATE_TEXT_SIZE]; /* the locations of all that are, with commas between them */
	size_t refused; /* after a refusal: which document; NO_DOCUMENT: none of them */
	int64_t asked;	/* after a failure: ms that the server asked to be left alone; 0: not */
};

#define NO_DOCUMENT SIZE_MAX

/* The request's network; the store's state tells of each attempt and of the next. */
struct network gather_network(struct store_directory *store, const struct pull_request *request);

/*
 * Asks for each document under the conditions that the store's state knows; if
 * any is new, for the others again without. Returns 0; or fetch()'s error, -EINTR
 * when told to stop, or -EBADMSG for a document, or a set of them, that is
 * refused. Release *gathered in either case.
 */
int gather(const struct store_directory *store, const struct pull_request *request,
	   struct network *network, struct reason *reason, struct gathered *gathered);

/* Notes that a document is missing: which, and why. */
void gathered_note_missing(struct gathered *gathered, const struct reason *reason);

/* Goes on without a document that is refused and isn't required; it is kept for a look. */
void gathered_set_aside(struct gathered *gathered, size_t index);

void gathered_release(struct gathered *gathered);
#define _cleanup_gathered_ __attribute__((cleanup(gathered_release)))

#endif
