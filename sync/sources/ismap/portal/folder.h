/* A visit that a person made: pages saved from a browser, HTML, or the JSON that they load. */
#ifndef ISMAPFS_PORTAL_FOLDER_H
#define ISMAPFS_PORTAL_FOLDER_H

#include "sources/source.h"

#define PORTAL_PAGE_ROLE "page"
#define PORTAL_PAGE_HTML "html"
#define PORTAL_PAGE_JSON "json"
#define PORTAL_CAPTURE_SHAPE "capture"

/* As of struct document_kind. */
const char *portal_page_recognise(struct document *document);

/* As of struct reader: a capture (capture.h) takes the pages' place. */
int portal_assemble(const char *location, struct document_set *documents,
		    const struct source_options *options, bool quiet, struct reason *reason,
		    size_t *refused);

#endif
