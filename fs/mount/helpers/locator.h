/*
 * A small process that says on which processor a thread runs (kernel/follow.h).
 *
 * Only /proc has that, where the driver, in its sandbox, may read nothing. This process may read
 * there, and can do nothing else: it gets the number of a thread and answers with the number of
 * a processor.
 */
#ifndef ISMAPFS_LOCATOR_H
#define ISMAPFS_LOCATOR_H

#include "mount/helpers/helper.h"

/* Starts it, unless the driver may use one processor only, or was given a scheduling policy of its
 * own. Its shared memory is a struct follow_shared, and it takes a thread's number, 4 bytes. Call
 * it while there is one thread, before the sandbox. Without it walks are slower, so a failure is
 * logged and no more. The caller calls locator_release(). */
void locator_start(struct helper *locator, const struct helper_context *context);

/* Ends it. */
void locator_release(struct helper *locator);

#endif
