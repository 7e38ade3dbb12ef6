/*
 * pin DIRECTORY: lists a directory into memory that never comes, so the kernel keeps the directory
 * locked until this process is killed. Prints "pinned" when it does. Exit status 77: this kernel
 * doesn't let us (userfaultfd(2)).
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MEMORY_SIZE 65536
#define EXIT_IMPOSSIBLE 77

struct pin {
	int directory;
	void *memory;
};

static void *list(void *argument)
{
	const struct pin *pin = argument;

	(void)syscall(SYS_getdents64, pin->directory, pin->memory, MEMORY_SIZE);
	(void)fputs("the listing came back\n", stderr);
	exit(EXIT_FAILURE);
}

/* A descriptor that tells when memory is missed. */
static int watch(void *memory)
{
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register range = {
		.range = {.start = (unsigned long)memory, .len = MEMORY_SIZE},
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) < 0 || ioctl(fd, UFFDIO_REGISTER, &range) < 0) {
		perror("userfaultfd");
		exit(EXIT_IMPOSSIBLE);
	}
	return fd;
}

int main(int count, char **arguments)
{
	struct pin pin = {.directory = -1};
	struct uffd_msg message;
	pthread_t thread;
	int fd;

	if (count == 2)
		pin.directory = open(arguments[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (pin.directory < 0) {
		perror("pin");
		return EXIT_FAILURE;
	}
	pin.memory =
		mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pin.memory == MAP_FAILED)
		return EXIT_FAILURE;
	fd = watch(pin.memory);
	if (pthread_create(&thread, NULL, list, &pin) != 0 ||
	    read(fd, &message, sizeof(message)) != (ssize_t)sizeof(message))
		return EXIT_FAILURE;
	(void)puts("pinned");
	(void)fflush(stdout);
	for (;;)
		(void)pause();
}
