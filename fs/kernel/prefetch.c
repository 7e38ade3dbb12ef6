#include "kernel/prefetch.h"

#include <errno.h>
#include <string.h>

#include "common/timestamp.h"
#include "tree/kinds.h"

/* After each read of a walk, so many more directories are pushed as they are listed. A limit is
 * needed since successful pushing hides whether the reader still reads: only its next READ renews
 * it. */
#define ALLOWED_DIRECTORIES 64

/* How long what a reader did counts. Milliseconds. */
#define ALLOWED_TIME 1000
#define DONE_TIME 1000

/* The most files for one hint: of a listing, of a read. */
#define LISTING_FILES 1024
#define SIBLINGS 256

/* A process that reads single files here and there makes pushing useless, since the kernel doesn't
 * know their siblings. After LONE_MAX such reads in a row only every LONE_INTERVAL-th is followed.
 */
#define LONE_MAX 4
#define LONE_INTERVAL 16

/* Under the lock. Makes a hint and wakes the thread, unless it works already. */
static struct prefetch_hint new_hint(struct prefetch *prefetch, enum prefetch_event event,
				     uint64_t inode)
{
	if (!prefetch->busy)
		(void)pthread_cond_signal(&prefetch->wake);
	return (struct prefetch_hint){event, inode, ++prefetch->hint_serial};
}

/* Under the lock. Drops the oldest hint when there are too many: the reader has passed it. */
static void add_hint(struct prefetch *prefetch, uint64_t inode)
{
	if (prefetch->hint_count == PREFETCH_HINTS) {
		memmove(&prefetch->hints[0], &prefetch->hints[1],
			(PREFETCH_HINTS - 1) * sizeof(prefetch->hints[0]));
		prefetch->hint_count--;
		count(prefetch->counters, COUNTER_DROPPED);
	}
	prefetch->hints[prefetch->hint_count++] = new_hint(prefetch, PREFETCH_EVENT_LISTED, inode);
}

/* Under the lock. Whether the file that is being read is likely to be another single one, to be
 * ignored. */
static bool is_lone(struct prefetch *prefetch, uint64_t inode)
{
	bool named_alone = prefetch->named_unread <= 1;
	uint64_t *newest = &prefetch->named[(prefetch->named_next - 1) % PREFETCH_NAMED];

	prefetch->named_unread = 0;
	if (!named_alone || prefetch->lone < LONE_MAX ||
	    ++prefetch->passed_over % LONE_INTERVAL == 0)
		return false;
	/* Don't push it with the next one. */
	if (*newest == inode)
		*newest = 0;
	return true;
}

/* Only the newest hint of a read is kept: a reader gives one for each file while the thread pushes
 * the directory. */
void prefetch_read(struct prefetch *prefetch, uint64_t inode)
{
	if (!prefetch || !push_possible(inode))
		return;
	(void)pthread_mutex_lock(&prefetch->lock);
	if (!is_lone(prefetch, inode)) {
		if (prefetch->read.inode != 0)
			count(prefetch->counters, COUNTER_DROPPED);
		prefetch->read = new_hint(prefetch, PREFETCH_EVENT_READ, inode);
	}
	(void)pthread_mutex_unlock(&prefetch->lock);
}

/* Many directories hold only symlinks. */
static bool may_hold_files(uint64_t inode)
{
	struct directory directory;

	return inode_to_directory(inode, &directory) && directory_has_files(&directory);
}

/* Under the lock. Whether a process read files of listed directories a moment ago. */
static bool is_walking(const struct prefetch *prefetch)
{
	return prefetch->allowed > 0 && monotonic_now() < prefetch->allowed_until;
}

/* While the kernel processes the listing the thread reads the files from the store. */
void prefetch_begun(struct prefetch *prefetch, uint64_t inode)
{
	if (!prefetch || !may_hold_files(inode))
		return;
	(void)pthread_mutex_lock(&prefetch->lock);
	if (is_walking(prefetch))
		prefetch->begun = new_hint(prefetch, PREFETCH_EVENT_BEGUN, inode);
	(void)pthread_mutex_unlock(&prefetch->lock);
}

void prefetch_listed(struct prefetch *prefetch, uint64_t inode)
{
	if (!prefetch || !may_hold_files(inode))
		return;
	(void)pthread_mutex_lock(&prefetch->lock);
	prefetch->listed[prefetch->listed_next++ % PREFETCH_LISTED] = inode_without_day(inode);
	prefetch->lone = 0;
	if (is_walking(prefetch))
		add_hint(prefetch, inode);
	(void)pthread_mutex_unlock(&prefetch->lock);
}

void prefetch_named(struct prefetch *prefetch, uint64_t inode)
{
	if (!prefetch || !push_possible(inode))
		return;
	(void)pthread_mutex_lock(&prefetch->lock);
	prefetch->named[prefetch->named_next++ % PREFETCH_NAMED] = inode;
	prefetch->named_unread++;
	(void)pthread_mutex_unlock(&prefetch->lock);
}

/* Under the lock. Takes the most urgent hint: what can be pushed at once. False: there is none. */
static bool take_hint(struct prefetch *prefetch, struct prefetch_hint *hint)
{
	struct prefetch_hint *newest = &prefetch->begun;

	if (prefetch->hint_count > 0) {
		*hint = prefetch->hints[--prefetch->hint_count];
		return true;
	}
	if (prefetch->read.inode != 0)
		newest = &prefetch->read;
	*hint = *newest;
	newest->inode = 0;
	return hint->inode != 0;
}

/* Waits for a hint. False: the thread must end. */
static bool next_hint(struct prefetch *prefetch, struct prefetch_hint *hint)
{
	bool going_on, taken;

	(void)pthread_mutex_lock(&prefetch->lock);
	prefetch->busy = false;
	while (!(taken = take_hint(prefetch, hint)) && !atomic_load(&prefetch->stop))
		(void)pthread_cond_wait(&prefetch->wake, &prefetch->lock);
	prefetch->busy = true;
	going_on = taken && !atomic_load(&prefetch->stop);
	(void)pthread_mutex_unlock(&prefetch->lock);
	return going_on;
}

/* Whether one more listed directory may be pushed. */
static bool take_allowance(struct prefetch *prefetch)
{
	bool taken;

	(void)pthread_mutex_lock(&prefetch->lock);
	taken = prefetch->allowed > 0;
	if (taken)
		prefetch->allowed--;
	(void)pthread_mutex_unlock(&prefetch->lock);
	return taken;
}

/* A read in a directory that was just listed is a walk's. */
static void allow_if_listed(struct prefetch *prefetch, uint64_t directory)
{
	(void)pthread_mutex_lock(&prefetch->lock);
	for (unsigned i = 0; i < PREFETCH_LISTED; i++) {
		if (prefetch->listed[i] != directory)
			continue;
		prefetch->allowed = ALLOWED_DIRECTORIES;
		prefetch->allowed_until = monotonic_now() + ALLOWED_TIME;
		break;
	}
	(void)pthread_mutex_unlock(&prefetch->lock);
}

/* Whether the part was pushed a moment ago, or the hint is older than that push. */
static bool is_done(const struct prefetch *prefetch, uint64_t directory, uint64_t offset,
		    uint64_t serial)
{
	int64_t now = monotonic_now();

	for (unsigned i = 0; i < PREFETCH_DONE; i++) {
		const struct prefetch_done *done = &prefetch->done[i];

		if (done->directory != inode_without_day(directory) || now >= done->until)
			continue;
		if (serial <= done->serial ||
		    (offset >= done->from && (done->to == 0 || offset <= done->to)))
			return true;
	}
	return false;
}

static void remember_done(struct prefetch *prefetch, const struct push_part *part, uint64_t to)
{
	struct prefetch_done *done = &prefetch->done[prefetch->done_next++ % PREFETCH_DONE];

	*done = (struct prefetch_done){
		.directory = inode_without_day(inode_of_directory(&part->directory)),
		.from = part->behind,
		.to = to,
		.until = monotonic_now() + DONE_TIME,
	};
	(void)pthread_mutex_lock(&prefetch->lock);
	done->serial = prefetch->hint_serial;
	(void)pthread_mutex_unlock(&prefetch->lock);
}

/* Only reads from the store: the kernel doesn't know these inodes yet. */
static void while_listing(struct prefetch *prefetch, const struct prefetch_hint *hint)
{
	struct push_part part = {.limit = LISTING_FILES};

	if (inode_to_directory(hint->inode, &part.directory) &&
	    !is_done(prefetch, hint->inode, 0, 0))
		push_prepare(&prefetch->push, &part);
}

static void after_listing(struct prefetch *prefetch, const struct prefetch_hint *hint)
{
	struct push_part part = {.limit = LISTING_FILES};
	uint64_t to;

	if (!inode_to_directory(hint->inode, &part.directory) || !take_allowance(prefetch) ||
	    is_done(prefetch, hint->inode, 0, 0))
		return;
	if (push_listing(&prefetch->push, &part, &to))
		remember_done(prefetch, &part, to);
}

/* Notes whether the kernel knew siblings of a file: whether it accepted or refused pushes. */
static void note_company(struct prefetch *prefetch, uint64_t stored, uint64_t unknown)
{
	(void)pthread_mutex_lock(&prefetch->lock);
	if (prefetch->push.stored != stored)
		prefetch->lone = 0;
	else if (prefetch->push.unknown != unknown)
		prefetch->lone++;
	(void)pthread_mutex_unlock(&prefetch->lock);
}

/* Pushes what follows a file that was read, and, in a small directory, which may be read in any
 * order, what precedes it too. */
static void push_siblings(struct prefetch *prefetch, struct push_part *part)
{
	uint64_t to, offset = part->behind;

	if (!push_listing(&prefetch->push, part, &to))
		return;
	if (to == 0) {
		part->behind = 0;
		part->up_to = offset;
		if (push_listing(&prefetch->push, part, &to) && to == 0)
			offset = 0;
	}
	part->behind = offset;
	remember_done(prefetch, part, to);
}

/*
 * A file is read that was looked up a moment ago: the other files that were looked up
 * will be read too. A shell looks up all of `services/?*?/status` before it starts
 * `cat`. Moves them into inodes, so that each is pushed once. Returns how many, 0
 * when the file isn't among them.
 */
static size_t take_named(struct prefetch *prefetch, uint64_t inode, uint64_t inodes[PREFETCH_NAMED])
{
	size_t count = 0;
	bool found = false;

	(void)pthread_mutex_lock(&prefetch->lock);
	for (unsigned i = 0; i < PREFETCH_NAMED; i++)
		found = found || prefetch->named[i] == inode;
	for (unsigned i = 0; i < PREFETCH_NAMED && found; i++) {
		/* Begins with the oldest. */
		uint64_t named = prefetch->named[(prefetch->named_next + i) % PREFETCH_NAMED];

		if (named != 0 && named != inode)
			inodes[count++] = named;
	}
	if (found)
		memset(prefetch->named, 0, sizeof(prefetch->named));
	(void)pthread_mutex_unlock(&prefetch->lock);
	return count;
}

static void after_read(struct prefetch *prefetch, const struct prefetch_hint *hint)
{
	uint64_t inode = hint->inode;
	struct push_part part = {.limit = SIBLINGS};
	uint64_t named[PREFETCH_NAMED], offset;
	uint64_t stored = prefetch->push.stored, unknown = prefetch->push.unknown;
	size_t count = take_named(prefetch, inode, named);

	if (count > 0) {
		push_inodes(&prefetch->push, named, count);
		return;
	}
	if (push_place(&prefetch->push, inode, &part.directory, &offset) < 0)
		return;
	allow_if_listed(prefetch, inode_of_directory(&part.directory));
	if (is_done(prefetch, inode_of_directory(&part.directory), offset, hint->serial))
		return;
	part.behind = offset;
	push_siblings(prefetch, &part);
	note_company(prefetch, stored, unknown);
}

static void *follow_hints(void *argument)
{
	struct prefetch *prefetch = argument;
	struct prefetch_hint hint;

	while (next_hint(prefetch, &hint)) {
		switch (hint.event) {
		case PREFETCH_EVENT_BEGUN: while_listing(prefetch, &hint); break;
		case PREFETCH_EVENT_LISTED: after_listing(prefetch, &hint); break;
		case PREFETCH_EVENT_READ: after_read(prefetch, &hint); break;
		}
	}
	return NULL;
}

int prefetch_start(struct prefetch *prefetch, struct fuse_session *session, struct driver *driver)
{
	int r;

	*prefetch = (struct prefetch){.counters = &driver->counters};
	r = push_init(&prefetch->push, session, &driver->views, &driver->counters, &prefetch->stop);
	if (r < 0)
		return r;
	(void)pthread_mutex_init(&prefetch->lock, NULL);
	(void)pthread_cond_init(&prefetch->wake, NULL);
	r = -pthread_create(&prefetch->thread, NULL, follow_hints, prefetch);
	prefetch->running = r == 0;
	if (r < 0)
		push_release(&prefetch->push);
	return r;
}

void prefetch_stop(struct prefetch *prefetch)
{
	if (!prefetch->running)
		return;
	(void)pthread_mutex_lock(&prefetch->lock);
	atomic_store(&prefetch->stop, true);
	(void)pthread_cond_signal(&prefetch->wake);
	(void)pthread_mutex_unlock(&prefetch->lock);
	(void)pthread_join(prefetch->thread, NULL);
	push_release(&prefetch->push);
	prefetch->running = false;
}
