/* run: pulls again and again, as a service. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "util/clock.h"
#include "util/duration.h"
#include "fetch/location.h"
#include "common/log.h"
#include "cli/pull_options.h"
#include "stale.h"
#include "store/reader.h"

#define JITTER_PERCENT 10

/* How long to wait after a failure, in ms: twice as long each time, never longer than --every. */
#define FAILURE_DELAY INT64_C(60000)

/* How long to wait for another run that holds the lock, in ms. */
#define LOCKED_DELAY INT64_C(5000)

struct service {
	const struct command *command;
	const struct pull_options *pulling;
	struct pull_request request;
	const char *path;
	int64_t every;
	int failures;	 /* in a row */
	bool in_sandbox; /* the sandbox was entered; if the store vanishes, it isn't made again */
	bool ended;	 /* this process can't go on */
	bool told_lock;	 /* already reported that another run holds the store */
	enum stale_reason told_reason;
	struct interrupt interrupt;
	struct notify notify;
};

static int64_t shorter(int64_t left, int64_t right)
{
	return left < right ? left : right;
}

static int64_t failure_delay(const struct service *service)
{
	int64_t delay = FAILURE_DELAY;

	for (int i = 0; i < service->failures && delay < service->every; i++)
		delay *= 2;
	return shorter(delay, service->every);
}

/* Another run is writing. That is no failure, and no pull either. Returns ms until the next look.
 */
static int64_t wait_for_lock(struct service *service)
{
	if (!service->told_lock && !service->request.network.quiet)
		log_info("%s: another ismap-sync is writing it; looking again soon", service->path);
	service->told_lock = true;
	notify_status(&service->notify, "Another ismap-sync is writing the store.");
	return jitter(shorter(LOCKED_DELAY, service->every), JITTER_PERCENT);
}

static void tell_manager(const struct service *service, const struct state *state,
			 enum exit_code code)
{
	char next[TIMESTAMP_TEXT_SIZE], checked[TIMESTAMP_TEXT_SIZE];

	timestamp_format(state->next_try, next);
	(void)snprintf(checked, sizeof(checked), "%s", _("never"));
	if (state->last_success > 0)
		timestamp_format(state->last_success, checked);
	notify_status(&service->notify, "Checked: %s. Next try: %s.%s%s", checked, next,
		      code == EXIT_DONE ? "" : " ", code == EXIT_DONE ? "" : state->last_error);
}

/* The store can't be opened for writing, as already reported. Returns ms until the next try. */
static int64_t store_unusable(struct service *service, int error)
{
	if (error == -EWOULDBLOCK)
		return wait_for_lock(service);
	if (error == -EACCES && service->in_sandbox) {
		log_error(
			"%s: it may be another directory than when this service began, and that one it has given up; start it again",
			service->path);
		service->ended = true;
	}
	notify_status(&service->notify, "The store can't be opened: %s", strerror(-error));
	service->failures++;
	return failure_delay(service);
}

/* Reports why the list must not be relied on, once for each reason. */
static void tell_stale(struct service *service, const struct store_directory *store)
{
	_cleanup_database_ sqlite3 *database = NULL;
	enum stale_reason reason = service->told_reason;
	char sentence[STALE_SENTENCE_SIZE];

	if (store->current[0] == '\0' || store_reader_open_current(store, &database) < 0 ||
	    store_reader_find_stale_reason(store, database, clock_now(), &reason) < 0 ||
	    reason == service->told_reason ||
	    store_reader_explain_stale(store, database, reason, sentence, sizeof(sentence)) < 0)
		return;
	service->told_reason = reason;
	if (reason == STALE_NOT)
		log_info("%s: the list may be relied on again", service->path);
	else
		log_warning("%s: %s", service->path, sentence);
}

/* Makes the store and enters the sandbox, once. Returns 0 or -errno, already reported. */
static int enter_sandbox(struct service *service)
{
	int r = service->in_sandbox ? 0 : pull_options_begin(service->command, service->pulling);

	service->in_sandbox = r == 0;
	service->ended = r == -ECANCELED;
	return r;
}

/* Pulls once, and holds the lock for no longer. Returns ms until the next pull. */
static int64_t pull_once(struct service *service)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	struct pull_request *request = &service->request;
	enum exit_code code;
	int r;

	store.expects_lock = true;
	r = enter_sandbox(service);
	if (r == 0)
		r = store_directory_open_writer(&store, service->path);
	if (r < 0)
		return store_unusable(service, r);
	service->told_lock = false;
	request->next_after_success = jitter(service->every, JITTER_PERCENT);
	request->next_after_failure = jitter(failure_delay(service), JITTER_PERCENT);
	notify_status(&service->notify, "Asking for %.500s", pull_request_place(request));
	code = bring_up_to_date(&store, request);
	service->failures = code == EXIT_DONE || code == EXIT_REFUSED ? 0 : service->failures + 1;
	tell_manager(service, &store.state, code);
	tell_stale(service, &store);
	return code == EXIT_STORE ? failure_delay(service) : store.state.next_try - clock_now();
}

/* Whether the list was got from where it is asked for now. */
static bool asks_again(const struct pull_request *request, const struct state *state)
{
	const struct document_address *address;

	for (size_t i = 0; i < request->from_count; i++) {
		const char *place = request->from[i].text;
		size_t length = strlen(place);

		if (strncmp(state->location, place, length) == 0 &&
		    (state->location[length] == '\0' || state->location[length] == '/'))
			return true;
	}
	if (request->from_count > 0)
		return false;
	address = reader_find_kind(request->reader, DOCUMENT_LIST)->addresses;
	for (; address->text; address++)
		if (strcmp(state->location, address->text) == 0)
			return true;
	return false;
}

/* A service that is restarted again and again must not ask each time. */
static int64_t first_delay(const struct service *service)
{
	_cleanup_close_ int fd = open(service->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int64_t now = clock_now(), delay = service->every, since;
	struct state state;

	if (fd < 0 || state_read(fd, &state) < 0 || !asks_again(&service->request, &state))
		return 0;
	if (state.last_error[0] != '\0')
		delay = failure_delay(service);
	since = now - state.last_attempt;
	return since < 0 || since >= delay ? 0 : delay - since;
}

/* Notes the next try in the state; 0: there is none. When another run holds the store, that run
 * notes its own. */
static void note_plan(struct service *service, int64_t next_try)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;

	store.expects_lock = true;
	if (store_directory_open_writer(&store, service->path) < 0 ||
	    store.state.next_try == next_try)
		return;
	store.state.next_try = next_try;
	(void)store_directory_write_state(&store);
}

static void serve(struct service *service)
{
	int64_t delay = 0;

	/* What fails now is tried again. */
	if (enter_sandbox(service) == 0)
		delay = first_delay(service);
	if (delay > 0)
		note_plan(service, clock_now() + delay);
	notify_send(&service->notify, "READY=1");
	notify_status(&service->notify, "Waiting for the next try.");
	while (!service->ended && interrupt_sleep(&service->interrupt, delay) == 0) {
		if (service->interrupt.hangup) {
			service->interrupt.hangup = false;
			service->failures = 0;
		}
		delay = pull_once(service);
		(void)fflush(stdout);
	}
	notify_send(&service->notify, "STOPPING=1");
	if (service->in_sandbox)
		note_plan(service, 0);
}

/* A location that can never be pulled again and again is a mistake, reported at once. */
static int check_location(const struct command *command, const struct location *from)
{
	const char *location = from->text;
	struct stat attributes;

	switch (from->kind) {
	case LOCATION_STDIN:
		return command_usage(command, "standard input can't be read again and again");
	case LOCATION_PATH:
		if (stat(location, &attributes) == 0 && !S_ISREG(attributes.st_mode))
			return command_usage(command, "%s is not a regular file", location);
		break;
	case LOCATION_FOLDER:
	case LOCATION_URL:
	case LOCATION_FILE_URL: break;
	}
	return 0;
}

static enum exit_code run_service(struct service *service)
{
	int r;

	notify_open(&service->notify);
	service->interrupt.notify = &service->notify;
	service->request.network.interrupt = &service->interrupt;
	r = interrupt_begin(&service->interrupt, true);
	if (r < 0) {
		(void)log_error_errno(r, "signals can't be waited for: %m");
		return EXIT_STORE;
	}
	serve(service);
	interrupt_end(&service->interrupt);
	notify_close(&service->notify);
	return service->ended ? EXIT_STORE : EXIT_DONE;
}

static int run_run(const struct command *command, int argc, char **argv)
{
	struct pull_options pulling = {.request = PULL_REQUEST_DEFAULT};
	bool keep_nothing = false;
	struct service service = {.interrupt = INTERRUPT_NONE};
	const struct command_option options[] = {
		PULL_OPTIONS(pulling),
		DURATION("every", &service.every, "how often; a tenth more or less",
			 .required = true),
		FLAG("no-publications", &keep_nothing,
		     "don't keep documents; by default they are kept"),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	if (keep_nothing && pulling.request.keep_publications)
		return command_usage(
			command, "--keep-publications and --no-publications exclude each other");
	pulling.request.keep_publications = !keep_nothing;
	r = pull_options_finish(command, &pulling);
	if (r == 0 && service.every < 1000)
		r = command_usage(command, "--every is at least 1s");
	if (r == 0 && pulling.at)
		r = command_usage(command, "--at is the time of one publication; use pull");
	for (size_t i = 0; r == 0 && i < pulling.request.from_count; i++)
		r = check_location(command, &pulling.request.from[i]);
	if (r != 0)
		return r;
	service.command = command;
	service.pulling = &pulling;
	service.path = pulling.path;
	service.request = pulling.request;
	return (int)run_service(&service);
}

const struct command command_run = {
	.name = "run",
	.synopsis = "--every TIME " PULL_SYNOPSIS,
	.summary = N_("pull again and again, as a service; SIGHUP: now"),
	.exit_status = N_("5 signals can't be waited for; what a pull meets is in the state"),
	.run = run_run,
};
