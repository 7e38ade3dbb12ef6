/*
 * A saved page in HTML, reduced to what is read of it, so that a parser finds nothing
 * else in it: tags, texts, and the addresses of links.
 */
#ifndef ISMAPFS_PORTAL_TAGS_H
#define ISMAPFS_PORTAL_TAGS_H

#include "util/buffer.h"

/*
 * Appends the page's tags without their attributes, but for the href of `a`, and its
 * texts. Scripts, style sheets, comments and declarations are left out. Where a tag ends
 * is found as the HTML standard has it (13.2.5, Tokenization). html ends in a NUL.
 * Returns 0, or -EFBIG when there are more than LIMIT_HTML_PARTS tags and references.
 */
int portal_tags_reduce(const char *html, struct buffer *plain);

#endif
