/*
 * Releasing at the end of a scope.
 *
 * The project's one convention for errors: a function that can fail returns 0
 * (or a count) on success and a negative errno value on failure. Whoever can
 * say what went wrong in words a user understands says it, once, where it
 * happened; callers above only pass the number on.
 */
#ifndef ISMAPFS_CLEANUP_H
#define ISMAPFS_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The variable's value, leaving nothing behind for its cleanup to release. */
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
