/* What the store's state knows of the documents of its list, from one pull to the next. */
#ifndef ISMAPFS_KNOWN_H
#define ISMAPFS_KNOWN_H

#include "sources/source.h"
#include "store/directory.h"

/* The document that was got from that location; NULL: there is none, or the state speaks of another
 * list than the current one. */
const struct state_document *known_find(const struct store_directory *store,
					const struct reader *reader, const char *location);

/* Its shape in the reader's own words, which live as long as the program. */
const char *known_shape(const struct document_kind *kind, const struct state_document *known);

/* Whether each document is as it was when the state noted it. */
bool known_unchanged(const struct store_directory *store, const struct reader *reader,
		     const struct document_set *documents);

/* Notes the documents of a pull that succeeded, and what they lack. unchanged: documents that it
 * did without stay noted, as the list still rests on them. */
void known_note(struct store_directory *store, const struct reader *reader,
		const struct document_set *documents, bool unchanged);

/* Forgets all documents: the list now rests on others. */
void known_forget(struct state *state);

#endif
