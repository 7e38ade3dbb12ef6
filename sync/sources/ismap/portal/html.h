/* A page as a browser shows it and saves it, in the form that it was loaded in. */
#ifndef ISMAPFS_PORTAL_HTML_H
#define ISMAPFS_PORTAL_HTML_H

#include <stddef.h>

#include <cjson/cJSON.h>

/*
 * Makes of a saved page what page.h reads: rows of tables that link to a
 * sys_id, labelled by the table's head; and, where the page says that it was saved
 * from an address with a sys_id, pairs of th and td, or dt and dd, as that
 * record's fields. The page's id is that of the address it was saved from.
 * Nothing is loaded. html ends in a NUL behind length. Returns 0; -EINVAL for what
 * isn't HTML; -EFBIG for what has more parts or texts than a page of a list.
 */
int portal_html_read(const char *html, size_t length, cJSON **answer);

#endif
