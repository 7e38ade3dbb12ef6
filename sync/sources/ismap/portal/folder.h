/* A visit that a person made: pages saved from a browser, HTML, or the JSON that they load. */
#ifndef ISMAPFS_PORTAL_FOLDER_H
#define ISMAPFS_PORTAL_FOLDER_H

#include "sources/source.h"

/* As of struct source's fetch. */
int portal_read_folder(const struct network *network, const struct fetch_request *request,
		       const struct source_options *options, struct fetch_result *result);

#endif
