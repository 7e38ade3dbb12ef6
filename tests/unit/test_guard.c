/* The promises of sync/render/workbook/guard.h, each in a process of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "render/workbook/guard.h"
#include "util/exit_code.h"

static int returns(void *context)
{
	return *(const int *)context;
}

static int aborts(void *context)
{
	(void)context;
	abort();
}

/* As a member of what an allocation didn't give. */
static int writes_nowhere(void *context)
{
	volatile uintptr_t address = 24;

	(void)context;
	*(volatile char *)address = 1;
	return 0;
}

static int is_sent(int number)
{
	pid_t parent = getpid();

	if (fork() == 0)
		_exit(kill(parent, number) < 0);
	(void)sleep(60);
	return 0;
}

static int is_aborted(void *context)
{
	(void)context;
	return is_sent(SIGABRT);
}

static int is_sent_a_fault(void *context)
{
	(void)context;
	return is_sent(SIGSEGV);
}

/* How a process ends that calls it. */
static int ended(int (*function)(void *context))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		(void)close(STDERR_FILENO);
		_exit(guard_library(function, NULL) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void its_own_faults_are_an_error(void **state)
{
	int status = ended(aborts);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_STORE);
	status = ended(writes_nowhere);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_STORE);
}

static void what_others_send_kills(void **state)
{
	int status = ended(is_aborted);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	status = ended(is_sent_a_fault);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
}

static void otherwise_nothing_changes(void **state)
{
	struct sigaction before, after;
	int wanted = -5;

	(void)state;
	assert_int_equal(sigaction(SIGABRT, NULL, &before), 0);
	assert_int_equal(guard_library(returns, &wanted), -5);
	assert_int_equal(sigaction(SIGABRT, NULL, &after), 0);
	assert_true(before.sa_handler == after.sa_handler);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_own_faults_are_an_error),
		cmocka_unit_test(what_others_send_kills),
		cmocka_unit_test(otherwise_nothing_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
