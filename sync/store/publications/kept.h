/* The bytes of kept documents (index.h): packing, unpacking, adding, forgetting. */
#ifndef ISMAPFS_PUBLICATIONS_KEPT_H
#define ISMAPFS_PUBLICATIONS_KEPT_H

#include "store/directory.h"
#include "store/publications/index.h"
#include "util/span.h"

/* A document's bytes, appended to *bytes. Returns 0; -EBADMSG when they, or those that they are
 * packed against, are damaged or gone; or another -errno; silently. */
int kept_unpack(int store_fd, const struct kept_index *index, const struct kept_document *document,
		struct buffer *bytes);

/*
 * Packs a document against the newest one of its role: fills in its number and base, and appends a
 * frame. Where that one can't be read, the frame needs none. Returns 0 or -errno, silently.
 */
int kept_pack(int store_fd, const struct kept_index *index, struct span bytes,
	      struct kept_document *document, struct buffer *frame);

/* Adds a packed document to a store that is open for writing, and to the index. Returns 0 or
 * -errno, already reported. */
int kept_add(const struct store_directory *store, struct kept_index *index,
	     const struct kept_document *document, struct span frame);

/* Forgets the documents that keep() doesn't choose, against which others may be packed, and removes
 * each frame that the index doesn't name. Returns 0
 * or -errno, already reported. */
int kept_forget(const struct store_directory *store, struct kept_index *index,
		bool (*keep)(const struct kept_document *document, void *context), void *context);

#endif
