/*
 * Root becomes another user (cli/sandbox.h), who may be unable to read what root could. Its own
 * sentence, "Permission denied", would surprise whom root is: this says why.
 */
#ifndef ISMAPFS_SYNC_UNREADABLE_H
#define ISMAPFS_SYNC_UNREADABLE_H

#include "cli/sandbox_needs.h"

/* Warns of each file or folder that the command reads, and that its user may not. For a command
 * that root started, and that has none of root's rights any more. */
void warn_of_unreadable(const struct sandbox_needs *needs);

#endif
