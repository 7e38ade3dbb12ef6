/*
 * Preloaded: taking the kernel's requests fails with EIO, from the n-th on.
 *
 *   REQUEST_AT   n, from 1
 *
 * Nothing else reads so much at once.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define REQUEST_SIZE 1000000

static atomic_long count;

ssize_t read(int fd, void *bytes, size_t size)
{
	static ssize_t (*real)(int, void *, size_t);
	const char *at = getenv("REQUEST_AT");

	if (!real)
		real = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
	if (size >= REQUEST_SIZE && at && atomic_fetch_add(&count, 1) + 1 >= atol(at)) {
		errno = EIO;
		return -1;
	}
	return real(fd, bytes, size);
}
