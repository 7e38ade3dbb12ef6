/*
 * Preloaded: the n-th allocation of the process fails.
 *
 *   ALLOCATION_AT      n, from 1, counted from the beginning of main; 0 only counts
 *   ALLOCATION_COUNT   a file that receives the number of allocations, at exit
 *   ALLOCATION_ARMED   a file; counting begins when it is there (a driver that is to mount first)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The C library's own, for those who put theirs in its place. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_long count;
static long wanted;
static const char *armed_by;
static atomic_bool armed, counting;

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("ALLOCATION_AT");

	wanted = at ? strtol(at, NULL, 10) : 0;
	armed_by = getenv("ALLOCATION_ARMED");
	atomic_store(&armed, armed_by == NULL);
	atomic_store(&counting, at != NULL);
}

__attribute__((destructor)) static void tell_count(void)
{
	const char *path = getenv("ALLOCATION_COUNT");
	char line[32];
	int fd;

	atomic_store(&counting, false);
	fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
	if (fd < 0)
		return;
	(void)snprintf(line, sizeof(line), "%ld\n", atomic_load(&count));
	if (write(fd, line, strlen(line)) < 0)
		abort();
	(void)close(fd);
}

static bool must_fail(void)
{
	if (!atomic_load(&counting))
		return false;
	if (!atomic_load(&armed)) {
		int saved = errno;
		bool now = access(armed_by, F_OK) == 0;

		errno = saved;
		if (!now)
			return false;
		atomic_store(&armed, true);
	}
	if (atomic_fetch_add(&count, 1) + 1 != wanted)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return must_fail() ? NULL : __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
	return must_fail() ? NULL : __libc_calloc(number, size);
}

void *realloc(void *pointer, size_t size)
{
	return must_fail() ? NULL : __libc_realloc(pointer, size);
}

void *reallocarray(void *pointer, size_t number, size_t size)
{
	size_t product;

	if (__builtin_mul_overflow(number, size, &product)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(pointer, product);
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size)
{
	return must_fail() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **pointer, size_t alignment, size_t size)
{
	*pointer = must_fail() ? NULL : __libc_memalign(alignment, size);
	return *pointer ? 0 : ENOMEM;
}
