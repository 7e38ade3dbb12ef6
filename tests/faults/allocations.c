/*
 * Preloaded: the n-th allocation of the process fails.
 *
 *   ALLOCATION_AT      n, from 1, counted from the beginning of main; 0 only counts
 *   ALLOCATION_COUNT   a file that receives the number of allocations, at exit
 *   ALLOCATION_ARMED   a file; counting begins when it is there (a driver that is to mount first)
 *   ALLOCATION_STACKS  a file that receives the number of each allocation which is the first from
 *                      where it comes from: who called whom, all the way from main
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
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
static const char *armed_by, *stacks;

/* Sums of the stacks that were seen: an open hash table, 0 being an empty place. */
#define STACKS_MAX (1 << 18)
#define FRAMES_MAX 200
static uint64_t seen[STACKS_MAX];
/* Written at exit: a program closes what it inherits, and so what was opened before its main. */
static long firsts[STACKS_MAX];
static size_t first_count;
static _Thread_local bool looking;
static atomic_bool armed, counting;

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("ALLOCATION_AT");
	void *frame;

	stacks = getenv("ALLOCATION_STACKS");
	/* Its first call loads a library. */
	if (stacks)
		(void)backtrace(&frame, 1);
	wanted = at ? strtol(at, NULL, 10) : 0;
	armed_by = getenv("ALLOCATION_ARMED");
	atomic_store(&armed, armed_by == NULL);
	atomic_store(&counting, at != NULL);
}

static void write_numbers(const char *path, const long *numbers, size_t number_count)
{
	FILE *file = fopen(path, "we");

	for (size_t i = 0; file && i < number_count; i++)
		(void)fprintf(file, "%ld\n", numbers[i]);
	if (!file || fclose(file) != 0)
		abort();
}

__attribute__((destructor)) static void tell_count(void)
{
	const char *path = getenv("ALLOCATION_COUNT");
	const long number = atomic_load(&count);

	atomic_store(&counting, false);
	if (stacks)
		write_numbers(stacks, firsts, first_count);
	if (path)
		write_numbers(path, &number, 1);
}

static bool is_new(void)
{
	void *frames[FRAMES_MAX];
	int frame_count = backtrace(frames, FRAMES_MAX);
	uint64_t sum = UINT64_C(14695981039346656037);
	size_t place;

	for (int i = 0; i < frame_count; i++)
		sum = (sum ^ (uintptr_t)frames[i]) * UINT64_C(1099511628211);
	for (place = sum % STACKS_MAX; seen[place] != 0; place = (place + 1) % STACKS_MAX)
		if (seen[place] == sum)
			return false;
	if (first_count == STACKS_MAX - 1)
		abort();
	seen[place] = sum;
	return true;
}

/* For a program with one thread. */
static void tell_stack(long number)
{
	if (!stacks || looking)
		return;
	looking = true;
	if (is_new())
		firsts[first_count++] = number;
	looking = false;
}

static bool must_fail(void)
{
	long number;

	if (looking)
		return false;
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
	number = atomic_fetch_add(&count, 1) + 1;
	tell_stack(number);
	if (number != wanted)
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
