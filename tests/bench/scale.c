/*
 * What a request costs on a store that make_store.py made, by the handlers
 * themselves: nanoseconds of processor time, steps of SQLite's machine, pages.
 *
 *   scale STORE SERVICES [SAMPLES]
 *
 * Prints a line for each operation: order (one service after the other, or any),
 * name, nanoseconds, steps, pages, pages read from the file; the counts are the
 * same whenever it runs. Then what announcing costs, and what one page of the
 * file does when it is read without SQLite ("machine").
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <linux/fuse.h>

#include "kernel/announce.h"
#include "handlers.h"
#include "inode.h"

/* Services that are asked about, unless it is said; where time counts, as many as the processor's
 * caches don't hold. They are asked about once before the rounds of which the median counts. */
#define SAMPLES 2000
#define SAMPLES_MAX 1000000
#define ROUNDS 5
#define PAGE_SIZE 4096
#define FIRST_DAY "2026-01-01"

struct sample {
	char name[32];
	uint64_t directory; /* now */
	uint64_t value;	    /* its name's */
	uint64_t then;	    /* the directory on the first day */
};

struct scale {
	struct handlers handlers;
	struct sample *samples;
	unsigned count;
	uint64_t services, services_then;
	int64_t entries; /* that the last operation saw; 0: doesn't matter */
};

static int64_t processor_time(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* An operation on one of the samples. Returns 0 or a negative errno value. */
typedef int (*operation)(struct scale *scale, const struct sample *sample);

static int found(int r, uint64_t inode)
{
	if (r < 0)
		return r;
	return inode == 0 ? -ENOENT : 0;
}

static int look_up_service(struct scale *scale, const struct sample *sample)
{
	uint64_t inode;
	int r = handlers_lookup(&scale->handlers, scale->services, sample->name, &inode);

	return found(r, inode);
}

static int look_up_value(struct scale *scale, const struct sample *sample)
{
	uint64_t inode;
	int r = handlers_lookup(&scale->handlers, sample->directory, "status", &inode);

	return found(r, inode);
}

static int look_up_missing(struct scale *scale, const struct sample *sample)
{
	char name[48];
	uint64_t inode;
	int r;

	(void)snprintf(name, sizeof(name), "%s-missing", sample->name);
	r = handlers_lookup(&scale->handlers, scale->services, name, &inode);
	return r == 0 && inode != 0 ? -EEXIST : r;
}

static int read_value(struct scale *scale, const struct sample *sample)
{
	int64_t r = handlers_read(&scale->handlers, sample->value, 4096);

	return r > 0 ? 0 : -EIO;
}

static int list_service(struct scale *scale, const struct sample *sample)
{
	uint64_t offset = 0;
	int64_t count;

	while ((count = handlers_list(&scale->handlers, sample->directory, &offset, 32768)) > 0)
		scale->entries += count;
	return (int)count;
}

/* A piece of the greatest directory, from where it was left. */
static int list_services(struct scale *scale, const struct sample *sample)
{
	static uint64_t offset; /* of this program */
	int64_t count;

	(void)sample;
	count = handlers_list(&scale->handlers, scale->services, &offset, 4096);
	if (count == 0)
		offset = 0;
	scale->entries += count;
	return count < 0 ? (int)count : 0;
}

static int read_past_value(struct scale *scale, const struct sample *sample)
{
	uint64_t directory, value;
	int r;

	r = handlers_lookup(&scale->handlers, scale->services_then, sample->name, &directory);
	r = found(r, directory);
	if (r < 0)
		return r;
	r = handlers_lookup(&scale->handlers, directory, "name", &value);
	r = found(r, value);
	return r < 0 ? r : handlers_read(&scale->handlers, value, 4096) > 0 ? 0 : -EIO;
}

static int find_places(struct scale *scale)
{
	struct handlers *handlers = &scale->handlers;
	uint64_t at, day;
	int r;

	if ((r = handlers_lookup(handlers, FUSE_ROOT_ID, "services", &scale->services)) < 0 ||
	    (r = handlers_lookup(handlers, FUSE_ROOT_ID, "at", &at)) < 0 ||
	    (r = handlers_lookup(handlers, at, FIRST_DAY, &day)) < 0 ||
	    (r = handlers_lookup(handlers, day, "services", &scale->services_then)) < 0)
		return r;
	return found(0, scale->services_then);
}

static int find_samples(struct scale *scale, unsigned services, bool walking)
{
	struct handlers *handlers = &scale->handlers;

	srandom(1);
	for (unsigned i = 0; i < scale->count; i++) {
		struct sample *sample = &scale->samples[i];
		unsigned number = walking ? services / 2 + i : (unsigned)random();
		int r;

		(void)snprintf(sample->name, sizeof(sample->name), "S-%07u", number % services);
		r = handlers_lookup(handlers, scale->services, sample->name, &sample->directory);
		if (r == 0)
			r = handlers_lookup(handlers, sample->directory, "name", &sample->value);
		if (found(r, sample->value) < 0)
			return found(r, sample->value);
	}
	return 0;
}

static int compare_times(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static double median(int64_t times[static ROUNDS])
{
	qsort(times, ROUNDS, sizeof(times[0]), compare_times);
	return (double)times[ROUNDS / 2];
}

/* Each sample once; *took: nanoseconds. */
static int run_once(struct scale *scale, const char *name, operation run, int64_t *took)
{
	int64_t before;

	scale->entries = 0;
	(void)handlers_work(&scale->handlers);
	before = processor_time();
	for (unsigned i = 0; i < scale->count; i++) {
		int r = run(scale, &scale->samples[i]);

		if (r < 0) {
			(void)fprintf(stderr, "%s: %s: %s\n", name, scale->samples[i].name,
				      strerror(-r));
			return r;
		}
	}
	*took = processor_time() - before;
	return 0;
}

static int measure(struct scale *scale, const char *order, const char *name, operation run)
{
	struct handlers_work work;
	int64_t times[ROUNDS];
	double count;
	int r = run_once(scale, name, run, &times[0]);

	for (unsigned round = 0; r == 0 && round < ROUNDS; round++)
		r = run_once(scale, name, run, &times[round]);
	if (r < 0)
		return r;
	work = handlers_work(&scale->handlers);
	count = scale->entries > 0 ? (double)scale->entries : (double)scale->count;
	(void)printf("%s\t%s\t%.0f\t%.1f\t%.2f\t%.2f\n", order, name, median(times) / count,
		     (double)work.steps / count, (double)work.pages / count,
		     (double)work.read / count);
	return 0;
}

/* What the kernel takes for a page of the store's file that is in memory: what no reader of it can
 * do without. */
static int measure_machine(struct scale *scale)
{
	_cleanup_close_ int fd =
		openat(scale->handlers.store_fd, STORE_CURRENT, O_RDONLY | O_CLOEXEC);
	int64_t times[ROUNDS];
	struct stat attributes;

	if (fd < 0 || fstat(fd, &attributes) < 0)
		return -errno;
	for (unsigned round = 0; round < ROUNDS; round++) {
		int64_t before = processor_time();

		for (unsigned i = 0; i < scale->count; i++) {
			char page[PAGE_SIZE];
			off_t at = random() % (attributes.st_size / PAGE_SIZE) * PAGE_SIZE;

			if (pread(fd, page, sizeof(page), at) != sizeof(page))
				return -EIO;
		}
		times[round] = processor_time() - before;
	}
	(void)printf("machine\tone page of the file, by pread\t%.0f\t0\t0\t1\n",
		     median(times) / (double)scale->count);
	return 0;
}

/* Takes the messages, as the messenger does. */
static void *take_messages(void *argument)
{
	const int *fd = argument;
	char message[ANNOUNCE_MESSAGE_MAX];

	while (read(*fd, message, sizeof(message)) > 0)
		continue;
	return NULL;
}

/* The way from the first publication's file to the second's, as the refresh thread goes it. */
static int measure_announcing(struct scale *scale)
{
	struct handlers *handlers = &scale->handlers;
	const atomic_bool stop = false;
	_Atomic uint64_t told = 0;
	struct announcer announcer = {
		.told = &told,
		.device = -1,
		.counters = &handlers->driver.counters,
		.stop = &stop,
	};
	int64_t times[ROUNDS];
	uint64_t messages = 0;
	pthread_t thread;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0 ||
	    pthread_create(&thread, NULL, take_messages, &ends[1]) != 0)
		return -EAGAIN;
	announcer.messages = ends[0];
	for (unsigned round = 0; round < ROUNDS; round++) {
		_cleanup_snapshot_ struct snapshot *older = NULL, *newer = NULL;
		int64_t before;
		int r;

		if ((r = snapshot_open(handlers->store_fd, "generations/1.db", &older)) < 0)
			return r;
		messages = announcer.sent;
		before = processor_time();
		if ((r = snapshot_open(handlers->store_fd, "generations/2.db", &newer)) < 0 ||
		    (r = announce_snapshot(&announcer, older, newer)) < 0)
			return r;
		times[round] = processor_time() - before;
		messages = announcer.sent - messages;
	}
	(void)close(ends[0]);
	(void)pthread_join(thread, NULL);
	(void)close(ends[1]);
	(void)printf("-\tannouncing 20 changes\t%.0f\t%" PRIu64 "\t0\t0\n", median(times),
		     messages);
	return 0;
}

static int measure_all(struct scale *scale, const char *order)
{
	static const struct {
		const char *name;
		operation run;
	} operations[] = {
		{"lookup of a service", look_up_service},
		{"lookup of a value", look_up_value},
		{"lookup of a missing name", look_up_missing},
		{"read", read_value},
		{"listing a service, per entry", list_service},
		{"listing services/, per entry", list_services},
		{"a value at a past date", read_past_value},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(operations) / sizeof(operations[0]); i++)
		r = measure(scale, order, operations[i].name, operations[i].run);
	return r;
}

int main(int count, char **arguments)
{
	static struct scale scale;
	unsigned services;
	int r;

	scale.count = SAMPLES;
	if (count < 3 || count > 4 || sscanf(arguments[2], "%u", &services) != 1 || services == 0 ||
	    (count == 4 && sscanf(arguments[3], "%u", &scale.count) != 1) || scale.count == 0 ||
	    scale.count > SAMPLES_MAX) {
		(void)fprintf(stderr, "Usage: scale STORE SERVICES [SAMPLES]\n");
		return 2;
	}
	scale.samples = calloc(scale.count, sizeof(*scale.samples));
	r = scale.samples ? handlers_open(&scale.handlers, arguments[1]) : -ENOMEM;
	if (r == 0)
		r = find_places(&scale);
	if (r == 0)
		r = find_samples(&scale, services, true);
	if (r == 0)
		r = measure_all(&scale, "walking");
	if (r == 0)
		r = find_samples(&scale, services, false);
	if (r == 0)
		r = measure_all(&scale, "anywhere");
	if (r == 0)
		r = measure_announcing(&scale);
	if (r == 0)
		r = measure_machine(&scale);
	if (r < 0) {
		(void)fprintf(stderr, "%s: %s\n", arguments[1], strerror(-r));
		return 1;
	}
	handlers_close(&scale.handlers);
	free(scale.samples);
	return 0;
}
