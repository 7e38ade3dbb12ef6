/*
 * What somebody would try who broke into one of the programs, for test_sandbox.c:
 * each attempt in a function of its own.
 */
#ifndef ISMAPFS_TEST_SANDBOX_ATTEMPTS_H
#define ISMAPFS_TEST_SANDBOX_ATTEMPTS_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/landlock.h"
#include "common/system_calls.h"

#define ROOT 0

/* A folder with a store that has a generation, and a file beside that. */
struct place {
	char folder[64];
	char store[96];
	char beside[96];
	int store_fd;
	int socket_fd; /* of a local server that only root may use */
};

/* Each returns 0, or the errno that it was refused with. */
typedef int attempt(const struct place *place);

static int outcome(long result)
{
	return result < 0 ? errno : 0;
}

static int opened(const char *path, int flags)
{
	return outcome(open(path, flags | O_CLOEXEC, 0600));
}

static int read_shadow(const struct place *place)
{
	(void)place;
	return opened("/etc/shadow", O_RDONLY);
}

static int read_passwd(const struct place *place)
{
	(void)place;
	return opened("/etc/passwd", O_RDONLY);
}

/* Which libraries look names of hosts up: a file that each system has, unlike /etc/hosts. */
static int read_nsswitch(const struct place *place)
{
	(void)place;
	return opened("/etc/nsswitch.conf", O_RDONLY);
}

static int read_beside(const struct place *place)
{
	return opened(place->beside, O_RDONLY);
}

static int write_beside(const struct place *place)
{
	return opened(place->beside, O_WRONLY);
}

static int list_root(const struct place *place)
{
	(void)place;
	return opened("/", O_RDONLY | O_DIRECTORY);
}

static int read_store(const struct place *place)
{
	char byte;
	int fd = openat(place->store_fd, "generations/1.db", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? errno : read(fd, &byte, 1) == 1 ? 0 : EIO;
}

static int write_store(const struct place *place)
{
	return outcome(openat(place->store_fd, "generations/1.db", O_WRONLY | O_CLOEXEC));
}

static int create_in_store(const struct place *place)
{
	return outcome(openat(place->store_fd, "new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static int truncate_in_store(const struct place *place)
{
	return outcome(openat(place->store_fd, "generations/1.db", O_RDONLY | O_TRUNC | O_CLOEXEC));
}

static int unlink_in_store(const struct place *place)
{
	return outcome(syscall(SYS_unlinkat, place->store_fd, "current", 0));
}

static int move_in_store(const struct place *place)
{
	int r = create_in_store(place);

	return r != 0 ? r
		      : outcome(renameat(place->store_fd, "new", place->store_fd,
					 "generations/new"));
}

static int move_out_of_store(const struct place *place)
{
	return outcome(renameat(place->store_fd, "generations/1.db", AT_FDCWD, place->beside));
}

static int make_device(const struct place *place)
{
	return outcome(mknodat(place->store_fd, "device", S_IFCHR | 0600, 259));
}

/* Where other processes run, and with what priority. */
static int place_parent(const struct place *place)
{
	cpu_set_t set;

	(void)place;
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	return outcome(sched_setaffinity(getppid(), sizeof(set), &set));
}

static int make_parent_idle(const struct place *place)
{
	const struct sched_param none = {0};

	(void)place;
	return outcome(sched_setscheduler(getppid(), SCHED_IDLE, &none));
}

static int become_urgent(const struct place *place)
{
	const struct sched_param highest = {.sched_priority = 1};

	(void)place;
	return outcome(sched_setscheduler(0, SCHED_FIFO, &highest));
}

static int become_idle(const struct place *place)
{
	const struct sched_param none = {0};

	(void)place;
	return outcome(sched_setscheduler(0, SCHED_IDLE, &none));
}

static int run_program(const struct place *place)
{
	char *const words[] = {(char[]){"true"}, NULL};

	(void)place;
	(void)execve("/bin/true", words, words);
	return errno;
}

static int run_open_program(const struct place *place)
{
	char *const words[] = {(char[]){""}, NULL};

	(void)place;
	return outcome(syscall(SYS_execveat, place->store_fd, "", words, words, AT_EMPTY_PATH));
}

static int start_process(const struct place *place)
{
	(void)place;
	return outcome(fork());
}

static int trace(const struct place *place)
{
	(void)place;
	return outcome(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

static int read_other_memory(const struct place *place)
{
	(void)place;
	return outcome(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0));
}

static int signal_parent(const struct place *place)
{
	(void)place;
	return outcome(syscall(SYS_kill, getppid(), 0));
}

/* Signals by another way, and by the kernel in our place. */
static int signal_thread_of_parent(const struct place *place)
{
	(void)place;
	return outcome(syscall(SYS_tgkill, getppid(), getppid(), 0));
}

static int signal_by_pipe(const struct place *place)
{
	int ends[2];

	(void)place;
	return pipe(ends) < 0 ? ENOSYS : outcome(fcntl(ends[0], F_SETOWN, getppid()));
}

static int choose_signal_of_pipe(const struct place *place)
{
	int ends[2];

	(void)place;
	return pipe(ends) < 0 ? ENOSYS : outcome(fcntl(ends[0], F_SETSIG, SIGKILL));
}

static int limit_parent(const struct place *place)
{
	struct rlimit limit;

	(void)place;
	return outcome(prlimit(getppid(), RLIMIT_NOFILE, NULL, &limit));
}

static int limit_itself(const struct place *place)
{
	const struct rlimit limit = {0, 0};

	(void)place;
	return outcome(setrlimit(RLIMIT_CORE, &limit));
}

static int ask_own_limit(const struct place *place)
{
	struct rlimit limit;

	(void)place;
	return outcome(getrlimit(RLIMIT_NOFILE, &limit));
}

static int change_mode(const struct place *place)
{
	return outcome(chmod(place->beside, 04755));
}

static int change_mode_in_store(const struct place *place)
{
	int fd = openat(place->store_fd, "generations/1.db", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? errno : outcome(fchmod(fd, 0666));
}

static int change_owner(const struct place *place)
{
	return outcome(chown(place->beside, 65534, 65534));
}

/* A local server's socket that only root may use. */
static int connect_to_root(const struct place *place)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", place->folder);
	return fd < 0 ? errno
		      : outcome(connect(fd, (const struct sockaddr *)&address, sizeof(address)));
}

static int be_root(const struct place *place)
{
	(void)place;
	return getuid() == ROOT || geteuid() == ROOT || setuid(ROOT) == 0 ? 0 : EPERM;
}

static int do_mount(const struct place *place)
{
	return outcome(mount("none", place->store, "tmpfs", 0, NULL));
}

static int do_unmount(const struct place *place)
{
	return outcome(umount2(place->store, MNT_DETACH));
}

static int new_namespace(const struct place *place)
{
	(void)place;
	return outcome(unshare(CLONE_NEWUSER));
}

static int become_root(const struct place *place)
{
	(void)place;
	return outcome(syscall(SYS_setuid, ROOT));
}

static int internet_socket(const struct place *place)
{
	(void)place;
	return outcome(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int raw_socket(const struct place *place)
{
	(void)place;
	return outcome(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
}

static int local_stream(const struct place *place)
{
	(void)place;
	return outcome(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int local_datagram(const struct place *place)
{
	(void)place;
	return outcome(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

/* Over a socket that was opened before. */
static int send_to_root(const struct place *place)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", place->folder);
	return outcome(sendto(place->socket_fd, "", 1, 0, (const struct sockaddr *)&address,
			      sizeof(address)));
}

static int listen_on_port(const struct place *place)
{
	const struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)place;
	return fd < 0 ? errno
		      : outcome(bind(fd, (const struct sockaddr *)&address, sizeof(address)));
}

static int memory_to_run(const struct place *place)
{
	(void)place;
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			       MAP_FAILED
		       ? errno
		       : 0;
}

static int ring(const struct place *place)
{
	(void)place;
	return outcome(syscall(SYS_io_uring_setup, 1, NULL));
}

static int kernel_program(const struct place *place)
{
	(void)place;
	return outcome(syscall(SYS_bpf, -1, NULL, 0));
}

static int kernel_module(const struct place *place)
{
	(void)place;
	return outcome(syscall(SYS_init_module, NULL, 0, NULL));
}

static int kernel_keys(const struct place *place)
{
	(void)place;
	return outcome(syscall(SYS_keyctl, -1, 0, 0, 0, 0));
}

static void *nothing(void *argument)
{
	return argument;
}

static int start_thread(const struct place *place)
{
	pthread_t thread;

	(void)place;
	return pthread_create(&thread, NULL, nothing, NULL) != 0 ||
	       pthread_kill(thread, SIGURG) == EINVAL || pthread_join(thread, NULL) != 0;
}

static int watch(const struct place *place)
{
	int fd = inotify_init1(IN_CLOEXEC);

	return fd < 0 ? errno : outcome(inotify_add_watch(fd, place->store, IN_MOVED_TO));
}

#endif
