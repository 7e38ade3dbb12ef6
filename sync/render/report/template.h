/*
 * A text with gaps: {{name}} stands for a slot's text, {{?name}}…{{/name}} for
 * what is there only when the slot has text, {{!name}}…{{/name}} for what is
 * there only when it has none. Pairs may be nested. Pure; for any thread.
 */
#ifndef ISMAPFS_TEMPLATE_H
#define ISMAPFS_TEMPLATE_H

#include "util/buffer.h"

struct template_slot {
	const char *name;
	const char *text; /* put in as it is: the caller has escaped it; NULL is "" */
};

/*
 * Appends the text with its gaps filled. The slots end with one that has no
 * name. Returns 0, -EINVAL for a gap that isn't closed, a pair that doesn't match
 * or a name that no slot has, or what buffer_error says.
 */
int template_fill(struct buffer *buffer, const char *text, const struct template_slot *slots);

#endif
