/*
 * Tries every system call that changes a file system, and prints what the kernel
 * said to each: `name ERROR`, or `name done`. Run on two trees of the same
 * content it shows in what they differ.
 *
 * Usage: mutations TREE FILE DIRECTORY LINK; the last three exist, relative to TREE.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <linux/fs.h>

/* The places of all attempts, relative to the working directory, which is the tree. */
struct names {
	const char *file, *directory, *link;
};

static void tell(const char *what, long result)
{
	if (result < 0)
		(void)printf("%s %s\n", what, strerrorname_np(errno));
	else
		(void)printf("%s done\n", what);
}

static void try_open(const char *what, const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0666);

	tell(what, fd);
	if (fd >= 0)
		(void)close(fd);
}

static void opening(const struct names *names)
{
	const struct {
		const char *what;
		int flags;
	} ways[] = {
		{"O_WRONLY", O_WRONLY},
		{"O_RDWR", O_RDWR},
		{"O_RDONLY|O_TRUNC", O_RDONLY | O_TRUNC},
		{"O_WRONLY|O_TRUNC", O_WRONLY | O_TRUNC},
		{"O_WRONLY|O_APPEND", O_WRONLY | O_APPEND},
		{"O_RDWR|O_DIRECT", O_RDWR | O_DIRECT},
		{"O_WRONLY|O_CREAT", O_WRONLY | O_CREAT},
		{"O_WRONLY|O_CREAT|O_EXCL", O_WRONLY | O_CREAT | O_EXCL},
		{"O_RDONLY|O_CREAT", O_RDONLY | O_CREAT},
		{"O_RDONLY|O_CREAT|O_EXCL", O_RDONLY | O_CREAT | O_EXCL},
		{"O_DIRECTORY|O_CREAT", O_DIRECTORY | O_CREAT},
		{"O_DIRECTORY|O_WRONLY", O_DIRECTORY | O_WRONLY},
		{"O_TMPFILE|O_RDWR", O_TMPFILE | O_RDWR},
		{"O_NOFOLLOW|O_WRONLY", O_NOFOLLOW | O_WRONLY},
	};
	const struct {
		const char *what, *path;
	} places[] = {
		{"file", names->file},
		{"directory", names->directory},
		{"link", names->link},
		{"missing", "services/missing"},
		{"missing below a file", "README/missing"},
	};
	char what[80];

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		for (size_t k = 0; k < sizeof(places) / sizeof(places[0]); k++) {
			(void)snprintf(what, sizeof(what), "open(%s, %s)", places[k].what,
				       ways[i].what);
			try_open(what, places[k].path, ways[i].flags);
		}
}

static void making(const struct names *names)
{
	const char *const places[] = {"new",	   "services/new",	   names->directory,
				      names->file, "services/missing/new", "README/new"};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char what[160];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

#define TRY(call, ...) \
	do { \
		(void)snprintf(what, sizeof(what), #call " at %zu", i); \
		tell(what, call(__VA_ARGS__)); \
	} while (0)
		TRY(mkdir, places[i], 0777);
		TRY(mkfifo, places[i], 0666);
		TRY(mknod, places[i], S_IFREG | 0666, 0);
		TRY(mknod, places[i], S_IFCHR | 0666, 259);
		TRY(symlink, "target", places[i]);
		TRY(link, names->file, places[i]);
		TRY(link, names->directory, places[i]);
		TRY(rename, names->file, places[i]);
		TRY(rename, names->directory, places[i]);
		TRY(rename, names->link, places[i]);
		(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", places[i]);
		TRY(bind, listener, (struct sockaddr *)&address, sizeof(address));
#undef TRY
		(void)close(listener);
	}
}

static void renaming(const struct names *names)
{
	const struct {
		const char *what;
		unsigned flags;
	} ways[] = {
		{"0", 0},
		{"NOREPLACE", RENAME_NOREPLACE},
		{"EXCHANGE", RENAME_EXCHANGE},
		{"WHITEOUT", RENAME_WHITEOUT},
	};
	char what[80];

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		(void)snprintf(what, sizeof(what), "renameat2(%s) onto a file", ways[i].what);
		tell(what, renameat2(AT_FDCWD, names->link, AT_FDCWD, names->file, ways[i].flags));
		(void)snprintf(what, sizeof(what), "renameat2(%s) to a new name", ways[i].what);
		tell(what, renameat2(AT_FDCWD, names->file, AT_FDCWD, "new", ways[i].flags));
		(void)snprintf(what, sizeof(what), "renameat2(%s) of what is missing",
			       ways[i].what);
		tell(what, renameat2(AT_FDCWD, "missing", AT_FDCWD, "new", ways[i].flags));
	}
}

static void removing(const struct names *names)
{
	tell("unlink file", unlink(names->file));
	tell("unlink directory", unlink(names->directory));
	tell("unlink link", unlink(names->link));
	tell("unlink missing", unlink("missing"));
	tell("rmdir file", rmdir(names->file));
	tell("rmdir directory", rmdir(names->directory));
	tell("rmdir missing", rmdir("missing"));
	tell("rmdir .", rmdir("."));
}

static void changing(const struct names *names)
{
	const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	const char *const places[] = {names->file, names->directory, names->link, ".", "missing"};
	char what[80];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
#define TRY(call, ...) \
	do { \
		(void)snprintf(what, sizeof(what), #call " of %zu", i); \
		tell(what, call(__VA_ARGS__)); \
	} while (0)
		TRY(chmod, places[i], 0777);
		TRY(fchmodat, AT_FDCWD, places[i], 0777, 0);
		TRY(chown, places[i], 1, 1);
		TRY(lchown, places[i], 1, 1);
		TRY(chown, places[i], (uid_t)-1, (gid_t)-1);
		TRY(utimensat, AT_FDCWD, places[i], times, 0);
		TRY(utimensat, AT_FDCWD, places[i], times, AT_SYMLINK_NOFOLLOW);
		TRY(utimensat, AT_FDCWD, places[i], NULL, 0);
		TRY(truncate, places[i], 0);
		TRY(truncate, places[i], 1 << 20);
		TRY(access, places[i], W_OK);
		TRY(setxattr, places[i], "user.test", "x", 1, 0);
		TRY(lsetxattr, places[i], "user.test", "x", 1, XATTR_CREATE);
		TRY(setxattr, places[i], "trusted.test", "x", 1, 0);
		TRY(removexattr, places[i], "user.test");
#undef TRY
	}
}

/* By a descriptor that was opened for reading. */
static void by_descriptor(const struct names *names)
{
	int file = open(names->file, O_RDONLY | O_CLOEXEC);
	int directory = open(names->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	int flags = 0;
	void *mapped;

	if (file < 0 || directory < 0)
		exit(1);
	tell("write", write(file, "x", 1));
	tell("pwrite", pwrite(file, "x", 1, 0));
	tell("ftruncate", ftruncate(file, 0));
	tell("fallocate", fallocate(file, 0, 0, 4096));
	tell("fallocate PUNCH_HOLE",
	     fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
	tell("fchmod", fchmod(file, 0777));
	tell("fchmod directory", fchmod(directory, 0777));
	tell("fchown", fchown(file, 1, 1));
	tell("futimens", futimens(file, times));
	tell("futimens directory", futimens(directory, times));
	tell("fsetxattr", fsetxattr(file, "user.test", "x", 1, 0));
	tell("FS_IOC_SETFLAGS", ioctl(file, FS_IOC_SETFLAGS, &flags));
	tell("FS_IOC_SETFLAGS directory", ioctl(directory, FS_IOC_SETFLAGS, &flags));
	tell("FICLONE", ioctl(file, FICLONE, file));
	mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	tell("mmap for writing", mapped == MAP_FAILED ? -1 : 0);
	mapped = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
	tell("mprotect for writing",
	     mapped == MAP_FAILED ? -1 : mprotect(mapped, 4096, PROT_READ | PROT_WRITE));
	mapped = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
	tell("mmap for running", mapped == MAP_FAILED ? -1 : 0);
	tell("copy_file_range", copy_file_range(file, NULL, file, NULL, 1, 0));
	tell("mkdirat", mkdirat(directory, "new", 0777));
	tell("openat O_CREAT", openat(directory, "new", O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
	tell("openat O_TMPFILE", openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0666));
	tell("unlinkat", unlinkat(directory, "status", 0));
	tell("symlinkat", symlinkat("target", directory, "new"));
	tell("linkat of the descriptor", linkat(file, "", directory, "new", AT_EMPTY_PATH));
	tell("write lock", flock(file, LOCK_EX | LOCK_NB));
	(void)close(file);
	(void)close(directory);
}

int main(int count, char **arguments)
{
	struct names names;

	if (count != 5 || chdir(arguments[1]) < 0) {
		perror("mutations TREE FILE DIRECTORY LINK");
		return 2;
	}
	names = (struct names){arguments[2], arguments[3], arguments[4]};
	opening(&names);
	making(&names);
	renaming(&names);
	removing(&names);
	changing(&names);
	by_descriptor(&names);
	return 0;
}
