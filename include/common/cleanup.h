/*
 * Releasing variables at the end of their scope.
 *
 * The project's convention for errors: a function that can fail returns 0 (or a
 * count), or a negative errno value, -errno for short. The function that knows
 * what went wrong reports it once, in a sentence for users; its callers only pass
 * the number on. Its header says so: "-errno, already reported".
 *
 * Words in headers: "any thread" may call a function at any time. "Borrowed" is
 * what a struct points to but doesn't own. "Safe to call twice": the second call
 * does nothing.
 */
#ifndef ISMAPFS_CLEANUP_H
#define ISMAPFS_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Yields the variable's value and sets it to NULL, so that its cleanup releases nothing. */
#define steal_pointer(variable) \
	__extension__({ \
		__typeof__(variable) stolen_ = (variable); \
		(variable) = NULL; \
		stolen_; \
	})

static inline int steal_fd(int *fd)
{
	int stolen = *fd;
	*fd = -1;
	return stolen;
}

static inline void cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void cleanup_fclose(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

static inline void cleanup_closedir(DIR **directory)
{
	if (*directory)
		(void)closedir(*directory);
}

#define _cleanup_free_ __attribute__((cleanup(cleanup_free)))
#define _cleanup_close_ __attribute__((cleanup(cleanup_close)))
#define _cleanup_fclose_ __attribute__((cleanup(cleanup_fclose)))
#define _cleanup_closedir_ __attribute__((cleanup(cleanup_closedir)))

#endif
