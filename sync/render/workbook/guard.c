#include "render/workbook/guard.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "util/exit_code.h"
#include "util/memory.h"

/* Nothing can be mapped below this address. */
#define FIRST_ADDRESS 65536

/* For gave_up(). */
static char gave_up_text[512];

/* It writes to what it didn't get: to address 0, or a member's offset from there. */
static void no_memory(int number, siginfo_t *information, void *context)
{
	(void)context;
	/* What somebody sent, and an address that no memory has, come with other codes. */
	if (information->si_code == SEGV_MAPERR && (uintptr_t)information->si_addr < FIRST_ADDRESS)
		out_of_memory();
	/* Another fault ends the program, as it would have without this. */
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

/* It frees what it didn't get, and the C library aborts. The heap can't be used then, so this says
 * only what was ready before. */
static void gave_up(int number, siginfo_t *information, void *context)
{
	(void)context;
	/* By abort(), not by somebody else, such as a service manager's watchdog. */
	if (information->si_code == SI_TKILL && information->si_pid == getpid()) {
		(void)!write(STDERR_FILENO, gave_up_text, strlen(gave_up_text));
		_exit(EXIT_STORE);
	}
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

int guard_library(int (*function)(void *context), void *context)
{
	const struct sigaction on_fault = {.sa_sigaction = no_memory, .sa_flags = SA_SIGINFO};
	const struct sigaction on_abort = {.sa_sigaction = gave_up, .sa_flags = SA_SIGINFO};
	struct sigaction fault, abort;
	int r;

	(void)snprintf(
		gave_up_text, sizeof(gave_up_text), "ismap-sync: %s\n",
		_("tables/services.xlsx can't be made: its library failed, as it does without memory; the store stays as it was"));
	if (sigaction(SIGSEGV, &on_fault, &fault) < 0)
		return -errno;
	if (sigaction(SIGABRT, &on_abort, &abort) < 0)
		return -errno;
	r = function(context);
	if (sigaction(SIGSEGV, &fault, NULL) < 0 || sigaction(SIGABRT, &abort, NULL) < 0)
		return -errno;
	return r;
}
