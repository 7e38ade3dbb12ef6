#include "kernel/workers.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/fuse.h>

/* Room for fuse_in_header and fuse_write_in, as much as libfuse has. */
#define HEADERS_SIZE 4096

/* How often a waiting worker is interrupted, in nanoseconds. */
#define NUDGE_INTERVAL 10000000

static void nudged(int number)
{
	(void)number;
}

static int prepare(struct worker *worker, struct workers *workers)
{
	worker->workers = workers;
	worker->request.mem = malloc(WORKERS_REQUEST_MAX + HEADERS_SIZE);
	return worker->request.mem ? 0 : -ENOMEM;
}

int workers_prepare(struct workers *workers, struct fuse_session *session, unsigned count,
		    struct follow_shared *shared, int messages, struct counters *counters)
{
	/* Without SA_RESTART, so that read() returns. */
	const struct sigaction nudge = {.sa_handler = nudged};
	int r;

	*workers = (struct workers){
		.session = session,
		.count = count,
		.counters = counters,
	};
	(void)sigaction(FOLLOW_NUDGE, &nudge, NULL);
	(void)sem_init(&workers->end, 0, 0);
	follow_prepare(&workers->follow, count, shared, messages, fuse_session_fd(session));
	r = shared ? prepare(&workers->follower, workers) : 0;
	for (unsigned i = 0; r == 0 && i < count; i++)
		r = prepare(&workers->each[i], workers);
	return r;
}

void workers_release(struct workers *workers)
{
	if (workers->count == 0)
		return;
	for (unsigned i = 0; i < workers->count; i++)
		free(workers->each[i].request.mem);
	free(workers->follower.request.mem);
	follow_release(&workers->follow);
	(void)sem_destroy(&workers->end);
	workers->count = 0;
}

void workers_end(struct workers *workers)
{
	fuse_session_exit(workers->session);
	(void)sem_post(&workers->end);
}

bool workers_ending(const struct workers *workers)
{
	return fuse_session_exited(workers->session);
}

static ssize_t receive(struct worker *worker)
{
	int fd = fuse_session_fd(worker->workers->session);
	ssize_t size = read(fd, worker->request.mem, WORKERS_REQUEST_MAX + HEADERS_SIZE);

	return size < 0 ? -errno : size;
}

/* Whether to read again. ENOENT: the asking process was interrupted (fuse_dev_do_read()). */
static bool is_passing(ssize_t error)
{
	return error == -EINTR || error == -EAGAIN || error == -ENOENT;
}

static void start_follower(struct workers *workers);

/* Before a request is answered: whose it is. */
static void note(struct worker *worker)
{
	const struct fuse_in_header *header = worker->request.mem;
	struct workers *workers = worker->workers;

	if (worker == &workers->follower)
		count(workers->counters, COUNTER_FOLLOWED);
	if (follow_note(&workers->follow, header->pid))
		start_follower(workers);
}

/* Answers the next request. Returns 1; 0 when the waiting was interrupted; -ENODEV when the mount
 * was unmounted; or another -errno. */
static int answer_one(struct worker *worker)
{
	ssize_t size = receive(worker);

	if (is_passing(size))
		return 0;
	if (size < 0)
		return (int)size;
	/* Every request begins with that header, so this isn't the FUSE device. */
	if ((size_t)size < sizeof(struct fuse_in_header))
		return -EIO;
	worker->request.size = (size_t)size;
	note(worker);
	fuse_session_process_buf(worker->workers->session, &worker->request);
	return 1;
}

int workers_greet(struct workers *workers)
{
	int r;

	do
		r = answer_one(&workers->each[0]);
	while (r == 0);
	if (r < 0)
		return r;
	return fuse_session_exited(workers->session) ? -EPROTO : 0;
}

static int answer_requests(struct worker *worker)
{
	struct workers *workers = worker->workers;
	unsigned number = (unsigned)(worker - workers->each);
	int r = 0;

	while (r >= 0 && !fuse_session_exited(workers->session)) {
		follow_wait(&workers->follow, number);
		r = answer_one(worker);
	}
	return r < 0 && r != -ENODEV ? r : 0;
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	int r = answer_requests(worker);

	if (r < 0)
		atomic_store(&worker->workers->error, r);
	(void)sem_post(&worker->workers->end);
	return NULL;
}

static void *follow(void *argument)
{
	struct worker *worker = argument;
	struct workers *workers = worker->workers;
	struct follow_place place;
	uint32_t walker;
	int r = 0;

	if (follow_begin(&workers->follow, &walker, &place))
		while (r >= 0 && follow_goes_on(&workers->follow, walker, &place))
			r = answer_one(worker);
	if (r < 0 && r != -ENODEV)
		atomic_store(&workers->error, r);
	if (r < 0)
		(void)sem_post(&workers->end);
	follow_leave(&workers->follow, walker);
	return NULL;
}

static void start_follower(struct workers *workers)
{
	pthread_attr_t attributes;
	pthread_t thread;

	(void)pthread_attr_init(&attributes);
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attributes, follow, &workers->follower) != 0)
		follow_fail(&workers->follow);
	(void)pthread_attr_destroy(&attributes);
}

static int start(struct workers *workers)
{
	for (unsigned i = 0; i < workers->count; i++) {
		struct worker *worker = &workers->each[i];
		int r = -pthread_create(&worker->thread, NULL, work, worker);

		if (r < 0)
			return r;
		worker->running = true;
	}
	return 0;
}

/* Nudges a worker until it has ended: a nudge just before its read() is lost. */
static void join(struct worker *worker)
{
	struct timespec until;

	do {
		(void)pthread_kill(worker->thread, FOLLOW_NUDGE);
		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += NUDGE_INTERVAL;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
	} while (pthread_timedjoin_np(worker->thread, NULL, &until) == ETIMEDOUT);
	worker->running = false;
}

bool workers_one_follows(const struct workers *workers)
{
	return follow_is_present(&workers->follow);
}

void workers_await_follower(struct workers *workers)
{
	const struct timespec pause = {.tv_nsec = NUDGE_INTERVAL / 10};

	while (follow_is_present(&workers->follow)) {
		follow_recall(&workers->follow);
		(void)nanosleep(&pause, NULL);
	}
}

int workers_run(struct workers *workers)
{
	int r = start(workers);

	while (r == 0 && sem_wait(&workers->end) < 0)
		continue;
	fuse_session_exit(workers->session);
	follow_end(&workers->follow);
	for (unsigned i = 0; i < workers->count; i++)
		if (workers->each[i].running)
			join(&workers->each[i]);
	return r < 0 ? r : atomic_load(&workers->error);
}
