/* Web pages that come where data should: of a login, of a proxy, of a server's error. */
#ifndef ISMAPFS_PAGE_H
#define ISMAPFS_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/reason.h"

/* Whether the bytes begin as an HTML page does. Pure; for any thread. */
bool page_is(const void *bytes, size_t length);

/* The page's title on one line, which the caller frees; NULL when it has none. */
char *page_title(const void *bytes, size_t length);

/* Refuses a page that came instead of data, and names it by its title. Returns 0 when it is no
 * page, or -EBADMSG. */
int page_refuse(const void *bytes, size_t length, struct reason *reason);

#endif
