/*
 * The login wall: a portal that shows its list only to those who have an account. A
 * program can't log in; a person can, and bring along what the pages show.
 */
#ifndef ISMAPFS_PORTAL_WALL_H
#define ISMAPFS_PORTAL_WALL_H

#include <stdbool.h>

#include "util/reason.h"

/* What can be done there, in a sentence, translated. */
const char *portal_wall_advice(void);

/* Whether a page in HTML asks for a password. */
bool portal_wall_is(const char *html);

/* Refuses what asks for a login instead of showing the list; what names the page. */
int portal_wall_refuse(struct reason *reason, const char *what);

#endif
