/*
 * What the two programs give up: a child enters the sandbox and tries. No way
 * into a program is left open for that; the test links what the programs do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "cli/sandbox.h"
#include "common/landlock.h"
#include "mount/sandbox.h"
#include "sandbox_attempts.h"
#include "common/system_calls.h"

static void write_file(const char *path)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "text", 4), 4);
}

static void listen_for_root(struct place *place)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", place->folder);
	place->socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(place->socket_fd, (const struct sockaddr *)&address, sizeof(address)),
			 0);
	assert_int_equal(chmod(address.sun_path, 0600), 0);
	assert_int_equal(listen(place->socket_fd, 8), 0);
}

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	char path[128];

	assert_non_null(place);
	(void)snprintf(place->folder, sizeof(place->folder), "/tmp/ismapfs-sandbox.XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	assert_int_equal(chmod(place->folder, 0755), 0);
	(void)snprintf(place->store, sizeof(place->store), "%s/store", place->folder);
	(void)snprintf(place->beside, sizeof(place->beside), "%s/beside", place->folder);
	write_file(place->beside);
	(void)snprintf(path, sizeof(path), "%s/generations", place->store);
	assert_int_equal(mkdir(place->store, 0755), 0);
	assert_int_equal(mkdir(path, 0755), 0);
	(void)snprintf(path, sizeof(path), "%s/generations/1.db", place->store);
	write_file(path);
	listen_for_root(place);
	place->store_fd = open(place->store, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(place->store_fd >= 0);
	assert_int_equal(symlinkat("generations/1.db", place->store_fd, "current"), 0);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	static const char *const files[] = {"generations/1.db", "current",   "new",
					    "generations/new",	"../socket", NULL};

	for (size_t i = 0; files[i]; i++)
		(void)unlinkat(place->store_fd, files[i], 0);
	(void)unlinkat(place->store_fd, "generations", AT_REMOVEDIR);
	(void)close(place->store_fd);
	(void)close(place->socket_fd);
	(void)rmdir(place->store);
	(void)unlink(place->beside);
	(void)rmdir(place->folder);
	free(place);
	return 0;
}

struct trial {
	const char *name;
	attempt *try;
	int refused;   /* with this errno; 0: it must succeed */
	bool by_files; /* it is Landlock that refuses */
};

#define TRIAL(function, error) \
	{ \
#function, function, error, false \
	}
#define FILE_TRIAL(function, error) \
	{ \
#function, function, error, true \
	}

/* What nobody may, here or there. */
#define FORBIDDEN \
	TRIAL(run_program, EPERM), TRIAL(run_open_program, EPERM), TRIAL(start_process, EPERM), \
		TRIAL(trace, EPERM), TRIAL(read_other_memory, EPERM), TRIAL(signal_parent, EPERM), \
		TRIAL(do_mount, EPERM), TRIAL(do_unmount, EPERM), TRIAL(new_namespace, EPERM), \
		TRIAL(become_root, EPERM), TRIAL(raw_socket, EPERM), TRIAL(make_device, EPERM), \
		TRIAL(ring, EPERM), TRIAL(kernel_program, EPERM), TRIAL(kernel_module, EPERM), \
		TRIAL(kernel_keys, EPERM), TRIAL(signal_thread_of_parent, EPERM), \
		TRIAL(signal_by_pipe, EPERM), TRIAL(choose_signal_of_pipe, EPERM), \
		TRIAL(limit_parent, EPERM), TRIAL(limit_itself, EPERM), TRIAL(ask_own_limit, 0), \
		TRIAL(change_mode, EPERM), TRIAL(change_mode_in_store, EPERM), \
		TRIAL(change_owner, EPERM), TRIAL(make_parent_idle, EPERM), \
		TRIAL(become_urgent, EPERM), FILE_TRIAL(read_shadow, EACCES), \
		FILE_TRIAL(list_root, EACCES)

typedef int enter_function(const struct place *place, const void *how);

/* Makes the kernel one without Landlock, for this process. */
static void forget_landlock(void)
{
	static const int calls[] = {SYS_landlock_create_ruleset, SYS_landlock_add_rule,
				    SYS_landlock_restrict_self};
	_cleanup_seccomp_ scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int r = filter ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < sizeof(calls) / sizeof(calls[0]); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EOPNOTSUPP), calls[i], 0);
	if (r < 0 || seccomp_load(filter) < 0 || landlock_version() != 0 ||
	    !freopen("/dev/null", "w", stderr))
		_exit(254);
}

/* How many didn't end as they should, each in a process of its own. */
static int wrong_trials_on(bool old_kernel, const struct place *place, enter_function *enter,
			   const void *how, const struct trial *trials)
{
	int wrong = 0;

	for (; trials->name; trials++) {
		pid_t child;
		int status = 0;

		/* Without Landlock it would succeed, and spoil the next ones' files. */
		if (trials->by_files &&
		    (old_kernel || landlock_version() < (trials->try == listen_on_port ? 4 : 1)))
			continue;
		/* The trial before may have removed it. */
		(void)!symlinkat("generations/1.db", place->store_fd, "current");
		child = fork();
		assert_true(child >= 0);
		if (child == 0 && old_kernel)
			forget_landlock();
		if (child == 0)
			_exit(enter(place, how) < 0 ? 255 : trials->try(place));
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WIFEXITED(status) && WEXITSTATUS(status) == trials->refused)
			continue;
		print_error("%s%s: status %x instead of %s\n", trials->name,
			    old_kernel ? " without Landlock" : "", (unsigned)status,
			    strerror(trials->refused));
		wrong++;
	}
	return wrong;
}

static int wrong_trials(const struct place *place, enter_function *enter, const void *how,
			const struct trial *trials)
{
	return wrong_trials_on(false, place, enter, how, trials) +
	       wrong_trials_on(true, place, enter, how, trials);
}

static int enter_driver(const struct place *place, const void *how)
{
	return sandbox_enter(how, place->store_fd, place->store);
}

static const struct trial of_driver[] = {
	FORBIDDEN,
	FILE_TRIAL(read_passwd, EACCES),
	FILE_TRIAL(read_beside, EACCES),
	/* Also without Landlock. */
	TRIAL(write_beside, EPERM),
	TRIAL(write_store, EPERM),
	TRIAL(create_in_store, EPERM),
	TRIAL(truncate_in_store, EPERM),
	TRIAL(unlink_in_store, EPERM),
	TRIAL(move_out_of_store, EPERM),
	TRIAL(internet_socket, EPERM),
	TRIAL(local_stream, EPERM),
	TRIAL(memory_to_run, EPERM),
	TRIAL(read_store, 0),
	TRIAL(start_thread, 0),
	TRIAL(watch, 0),
	TRIAL(become_idle, 0),
	{0},
};

static const struct trial without_log[] = {
	TRIAL(local_datagram, EPERM), TRIAL(send_to_root, EPERM), {0}};
static const struct trial with_log[] = {TRIAL(local_datagram, 0), TRIAL(send_to_root, EPERM), {0}};

static void driver_keeps_the_store_alone(void **state)
{
	struct sandbox sandbox;

	assert_int_equal(sandbox_prepare(&sandbox, true, ""), 0);
	assert_int_equal(wrong_trials(*state, enter_driver, &sandbox, of_driver), 0);
	/* All local servers' sockets are open to root. */
	assert_int_equal(wrong_trials(*state, enter_driver, &sandbox,
				      geteuid() == ROOT ? without_log : with_log),
			 0);
}

static void driver_as_nobody(void **state)
{
	struct sandbox sandbox;

	assert_int_equal(sandbox_prepare(&sandbox, true, "nobody"), 0);
	assert_int_equal(wrong_trials(*state, enter_driver, &sandbox, of_driver), 0);
	assert_int_equal(wrong_trials(*state, enter_driver, &sandbox, with_log), 0);
}

/* Also where nothing else is restricted. */
static void driver_gives_root_up(void **state)
{
	static const struct trial trials[] = {
		TRIAL(become_root, EPERM),	TRIAL(read_shadow, EACCES),
		TRIAL(do_mount, EPERM),		TRIAL(write_store, EACCES),
		TRIAL(create_in_store, EACCES), TRIAL(read_store, 0),
		TRIAL(read_passwd, 0),		{0},
	};
	struct sandbox sandbox;

	assert_int_equal(sandbox_prepare(&sandbox, false, "nobody"), 0);
	assert_int_equal(wrong_trials(*state, enter_driver, &sandbox, trials), 0);
}

static int enter_sync(const struct place *place, const void *how)
{
	static const struct command command = {.name = "test"};
	struct sandbox_needs needs = *(const struct sandbox_needs *)how;

	needs.store = place->store;
	if (needs.output)
		needs.output = place->beside;
	if (needs.inputs[0])
		needs.inputs[0] = needs.lasting ? place->store : place->beside;
	return command_sandbox(&command, &needs);
}

static void sync_writes_its_store_alone(void **state)
{
	static const struct trial trials[] = {
		FORBIDDEN,
		TRIAL(place_parent, EPERM),
		FILE_TRIAL(write_beside, EACCES),
		FILE_TRIAL(read_passwd, EACCES),
		FILE_TRIAL(read_beside, EACCES),
		FILE_TRIAL(move_out_of_store, EACCES),
		TRIAL(internet_socket, EPERM),
		TRIAL(local_stream, EPERM),
		TRIAL(memory_to_run, EPERM),
		TRIAL(write_store, 0),
		TRIAL(create_in_store, 0),
		TRIAL(move_in_store, 0),
		TRIAL(unlink_in_store, 0),
		{0},
	};
	const struct sandbox_needs needs = {.writes = true};

	assert_int_equal(wrong_trials(*state, enter_sync, &needs, trials), 0);
}

static void sync_only_reads_for_a_report(void **state)
{
	static const struct trial trials[] = {
		FORBIDDEN,
		TRIAL(place_parent, EPERM),
		TRIAL(write_beside, EPERM),
		TRIAL(write_store, EPERM),
		TRIAL(create_in_store, EPERM),
		TRIAL(truncate_in_store, EPERM),
		TRIAL(unlink_in_store, EPERM),
		TRIAL(move_out_of_store, EPERM),
		TRIAL(internet_socket, EPERM),
		TRIAL(read_store, 0),
		{0},
	};
	const struct sandbox_needs needs = {.writes = false};

	assert_int_equal(wrong_trials(*state, enter_sync, &needs, trials), 0);
}

static void sync_reads_what_it_was_given(void **state)
{
	static const struct trial given[] = {
		FORBIDDEN,
		TRIAL(place_parent, EPERM),
		TRIAL(write_beside, EPERM),
		FILE_TRIAL(read_passwd, EACCES),
		TRIAL(read_beside, 0),
		{0},
	};
	/* Of the store, as a file that is replaced under its name: what is beside it, too. */
	static const struct trial lasting[] = {
		FORBIDDEN,
		TRIAL(place_parent, EPERM),
		TRIAL(write_beside, EPERM),
		FILE_TRIAL(read_passwd, EACCES),
		TRIAL(read_beside, 0),
		{0},
	};
	const struct sandbox_needs needs = {.inputs = {"a file"}};
	const struct sandbox_needs replaced = {.inputs = {"a file"}, .lasting = true};

	assert_int_equal(wrong_trials(*state, enter_sync, &needs, given), 0);
	assert_int_equal(wrong_trials(*state, enter_sync, &replaced, lasting), 0);
}

static void sync_asks_the_network(void **state)
{
	static const struct trial trials[] = {
		FORBIDDEN,
		TRIAL(place_parent, EPERM),
		FILE_TRIAL(write_beside, EACCES),
		FILE_TRIAL(read_passwd, EACCES),
		FILE_TRIAL(read_beside, EACCES),
		FILE_TRIAL(listen_on_port, EACCES),
		TRIAL(internet_socket, 0),
		TRIAL(read_nsswitch, 0),
		TRIAL(start_thread, 0),
		TRIAL(write_store, 0),
		{0},
	};
	const struct sandbox_needs needs = {
		.writes = true,
		.network = true,
	};

	assert_int_equal(wrong_trials(*state, enter_sync, &needs, trials), 0);
}

/* A store of another user: what is root's is out of reach, whatever the kernel knows of files. */
static void root_becomes_the_owner(void **state)
{
	static const struct trial trials[] = {
		FORBIDDEN,
		TRIAL(place_parent, EPERM),
		TRIAL(be_root, EPERM),
		TRIAL(write_beside, EACCES),
		TRIAL(write_store, 0),
		TRIAL(create_in_store, 0),
		TRIAL(move_in_store, 0),
		TRIAL(unlink_in_store, 0),
		{0},
	};
	static const struct trial without_landlock[] = {TRIAL(read_shadow, EACCES), {0}};
	static const struct trial networked[] = {
		TRIAL(be_root, EPERM), TRIAL(local_stream, 0), TRIAL(connect_to_root, EACCES), {0}};
	const struct place *place = *state;
	const struct sandbox_needs needs = {.writes = true};
	const struct sandbox_needs network = {.writes = true, .network = true};

	assert_int_equal(fchown(place->store_fd, 65534, 65534), 0);
	assert_int_equal(fchownat(place->store_fd, "generations", 65534, 65534, 0), 0);
	assert_int_equal(fchownat(place->store_fd, "generations/1.db", 65534, 65534, 0), 0);
	assert_int_equal(wrong_trials(place, enter_sync, &needs, trials), 0);
	assert_int_equal(wrong_trials_on(true, place, enter_sync, &needs, without_landlock), 0);
	assert_int_equal(wrong_trials(place, enter_sync, &network, networked), 0);
}

/* In a store of its own root stays root, without root's rights. */
static void root_in_its_own_store(void **state)
{
	static const struct trial networked[] = {TRIAL(be_root, 0),
						 TRIAL(change_mode, EPERM),
						 TRIAL(change_mode_in_store, EPERM),
						 TRIAL(local_stream, EPERM),
						 TRIAL(write_store, 0),
						 {0}};
	const struct sandbox_needs network = {.writes = true, .network = true};

	assert_int_equal(wrong_trials(*state, enter_sync, &network, networked), 0);
}

static void unknown_users(void **state)
{
	struct sandbox sandbox;

	(void)state;
	assert_int_equal(sandbox_prepare(&sandbox, true, "no such user"), -EINVAL);
	assert_int_equal(sandbox_prepare(&sandbox, true, ""), 0);
	assert_false(sandbox.becomes_user);
}

static void sync_without_a_sandbox(void **state)
{
	static const struct command command = {.name = "test", .sandbox_off = true};
	const struct sandbox_needs needs = {.store = ((struct place *)*state)->store};

	assert_int_equal(command_sandbox(&command, &needs), 0);
	assert_int_equal(read_passwd(*state), 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
	const struct CMUnitTest always[] = {TEST(unknown_users), TEST(sync_without_a_sandbox)};
	const struct CMUnitTest confined[] = {
		TEST(driver_keeps_the_store_alone), TEST(sync_writes_its_store_alone),
		TEST(sync_only_reads_for_a_report), TEST(sync_reads_what_it_was_given),
		TEST(sync_asks_the_network),
	};
	const struct CMUnitTest of_root[] = {TEST(driver_gives_root_up)};
	const struct CMUnitTest confined_root[] = {
		TEST(driver_as_nobody), TEST(root_becomes_the_owner), TEST(root_in_its_own_store)};
	bool root = geteuid() == ROOT;
	int failed = cmocka_run_group_tests_name("always", always, NULL, NULL);

	if (SANDBOX_POSSIBLE)
		failed += cmocka_run_group_tests_name("confined", confined, NULL, NULL);
	else
		(void)printf("skip - the sandbox: this build has none\n");
	if (root)
		failed += cmocka_run_group_tests_name("root", of_root, NULL, NULL);
	else
		(void)printf("skip - giving root up: only root has something to give up\n");
	if (root && SANDBOX_POSSIBLE)
		failed += cmocka_run_group_tests_name("confined root", confined_root, NULL, NULL);
	return failed;
}
