/*
 * What two things cost that a program does over and over, once the kernel knows
 * the answer.
 *
 *   calls FILE MISSING
 *
 * Prints nanoseconds of one open, read and close of the file, and of one look
 * for the missing name: the fastest of some rounds each.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 20
#define CALLS 5000

static int64_t now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int read_once(const char *path)
{
	char bytes[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return -errno;
	length = read(fd, bytes, sizeof(bytes));
	(void)close(fd);
	return length > 0 ? 0 : -EIO;
}

static int miss_once(const char *path)
{
	struct stat attributes;

	return stat(path, &attributes) < 0 && errno == ENOENT ? 0 : -EEXIST;
}

/* Nanoseconds for one call, or a negative errno value. */
static int64_t fastest(int (*call)(const char *path), const char *path)
{
	int64_t best = INT64_MAX;

	for (unsigned round = 0; round < ROUNDS; round++) {
		int64_t began = now(), took;

		for (unsigned i = 0; i < CALLS; i++) {
			int r = call(path);

			if (r < 0)
				return r;
		}
		took = now() - began;
		best = took < best ? took : best;
	}
	return best / CALLS;
}

int main(int count, char **arguments)
{
	int64_t reading, missing;

	if (count != 3) {
		(void)fprintf(stderr, "Usage: calls FILE MISSING\n");
		return 2;
	}
	reading = fastest(read_once, arguments[1]);
	missing = fastest(miss_once, arguments[2]);
	(void)printf("%" PRId64 " %" PRId64 "\n", reading, missing);
	return reading < 0 || missing < 0;
}
