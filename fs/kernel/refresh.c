#include "kernel/refresh.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "common/log.h"
#include "common/timestamp.h"
#include "store.h"

/* Milliseconds between looks: on a network file system inotify misses other machines' changes. */
#define LOOK_INTERVAL 1000

/* After so many milliseconds the kernel has all answers that were under way during a switch. */
#define REPEAT_DELAY 1000

/* How long to wait for requests that still use the old snapshot. Milliseconds. */
#define DRAIN_MAX 1000

/* A file's signature; all zero when there is no such file. */
static struct file_signature signature_of(int store_fd, const char *path)
{
	struct file_signature signature = {0};
	struct stat attributes;

	if (fstatat(store_fd, path, &attributes, 0) < 0)
		return signature;
	signature.inode = attributes.st_ino;
	signature.size = attributes.st_size;
	signature.mtime = attributes.st_mtim;
	signature.ctime = attributes.st_ctim;
	return signature;
}

static bool same_time(struct timespec left, struct timespec right)
{
	return left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec;
}

static bool same_signature(const struct file_signature *left, const struct file_signature *right)
{
	return left->inode == right->inode && left->size == right->size &&
	       same_time(left->mtime, right->mtime) && same_time(left->ctime, right->ctime);
}

/* Whether a file has other content. A copy of the same may have another inode, and a link to it, or
 * new rights, another ctime. */
static bool was_rewritten(const struct file_signature *before, const struct file_signature *now)
{
	return now->inode != 0 &&
	       (before->size != now->size || !same_time(before->mtime, now->mtime));
}

/* An unreadable state counts as none, so the list is stale. */
static void read_state(struct refresh *refresh)
{
	int r;

	/* The signature first: if the file is replaced now, the next look reads it again. */
	refresh->state_file = signature_of(refresh->store_fd, STATE_FILE_NAME);
	r = state_read(refresh->store_fd, &refresh->state);
	if (r < 0 && !refresh->state_told)
		(void)log_error_errno(
			r,
			"the store's file 'state' can't be read, so the list counts as stale: %m");
	refresh->state_told = r < 0;
	if (r < 0)
		refresh->state = (struct state){0};
}

int refresh_load(struct refresh *refresh, struct driver *driver, int store_fd, int64_t max_age)
{
	_cleanup_snapshot_ struct snapshot *snapshot = NULL;
	char path[STORE_GENERATION_PATH_SIZE];
	struct state_files *state_files;
	int r;

	*refresh = (struct refresh){.driver = driver, .store_fd = store_fd, .max_age = max_age};
	refresh->wake_fd = -1;
	refresh->inotify_fd = -1;
	r = store_current_path(store_fd, path);
	if (r == -ENOENT)
		return log_error_errno(
			r,
			"the store has no list yet: load one with 'ismap-sync pull' or 'ismap-sync init'");
	if (r < 0)
		return log_error_errno(r, "the store's symlink 'current' can't be followed: %m");
	refresh->shown_file = signature_of(store_fd, path);
	r = snapshot_open(store_fd, path, &snapshot);
	if (r < 0)
		return r;
	read_state(refresh);
	r = state_files_create(snapshot, &refresh->state, false, max_age, timestamp_now(),
			       &state_files);
	if (r < 0)
		return log_error_errno(r, "%s: its README can't be read: %m", path);
	views_init(&driver->views, steal_pointer(snapshot), state_files);
	return 0;
}

/* Ends the mount: what the kernel has cached is wrong. */
static void end_mount(struct refresh *refresh, const char *path, const char *why)
{
	log_error(
		"%s: %s. What the kernel has cached is wrong now, so the tree is unmounted: mount it again.",
		path, why);
	atomic_store(&refresh->replaced, true);
	(void)kill(getpid(), SIGTERM);
}

/* Whether the next snapshot is a later one of the same store. */
static bool may_follow(struct refresh *refresh, const struct snapshot *current,
		       const struct snapshot *next)
{
	if (strcmp(next->uuid, current->uuid) != 0) {
		end_mount(refresh, next->pool.path, _("the store was replaced by another one"));
		return false;
	}
	if (next->generation < current->generation) {
		end_mount(refresh, next->pool.path, _("the store was put back to an older list"));
		return false;
	}
	return true;
}

/* Waits for the requests that still use the old snapshot. */
static void drain(struct refresh *refresh, struct snapshot *snapshot)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	int64_t until = monotonic_now() + DRAIN_MAX;

	while (pool_borrowed(&snapshot->pool) > 0 && monotonic_now() < until &&
	       !atomic_load(&refresh->stop))
		(void)nanosleep(&pause, NULL);
}

static int announce(struct refresh *refresh, struct snapshot *current, struct snapshot *next)
{
	int r = announce_snapshot(&refresh->announcer, current, next);

	return r < 0 ? r : announce_state_files(&refresh->announcer, next);
}

/* Announces at once, so that no reader waits for the slowest request; and again when the answers
 * that were under way have arrived, since they may bring back what the kernel was told to forget.
 */
static int announce_switch(struct refresh *refresh, struct snapshot *current, struct snapshot *next)
{
	bool under_way = pool_borrowed(&current->pool) > 0;
	int r = announce(refresh, current, next);

	if (r < 0 || !under_way)
		return r;
	drain(refresh, current);
	return announce(refresh, current, next);
}

/* Shows a new snapshot. Returns 0, having taken over the reference to it, or -errno, already
 * reported.
 */
static int switch_to(struct refresh *refresh, struct snapshot *current, struct snapshot *next,
		     const struct file_signature *file)
{
	struct views *views = &refresh->driver->views;
	struct state_files *state_files;
	int r;

	switches_follow(&next->switches, &current->switches, current->generation,
			timestamp_now_nanoseconds());
	read_state(refresh);
	r = state_files_create(next, &refresh->state, false, refresh->max_age, timestamp_now(),
			       &state_files);
	if (r < 0)
		return log_error_errno(r, "%s: its README can't be read: %m", next->pool.path);
	refresh->shown_file = *file;
	refresh->behind = false;
	refresh->refused[0] = '\0';
	/* A repetition that is still due begins where it was to begin. */
	refresh->repeat_from = refresh->repeat_at ? refresh->repeat_from : current->generation;
	(void)snapshot_reference(next);
	views_replace(views, next, state_files);
	r = announce_switch(refresh, current, next);
	if (r == -EOPNOTSUPP)
		end_mount(refresh, next->pool.path,
			  _("its history begins after the list shown here"));
	else if (r < 0 && r != -ECANCELED)
		end_mount(refresh, next->pool.path, _("what changed can't be determined"));
	pool_retire(&current->pool);
	refresh->repeat_at = monotonic_now() + REPEAT_DELAY;
	snapshot_release(next);
	return 0;
}

/* Whether the file was refused before and hasn't changed. It may change: it may be a copy that
 * isn't finished. */
static bool was_refused(struct refresh *refresh, const char *path,
			const struct file_signature *file)
{
	return strcmp(path, refresh->refused) == 0 && same_signature(file, &refresh->refused_file);
}

static void look_at_next(struct refresh *refresh, struct snapshot *current, const char *path)
{
	struct file_signature file = signature_of(refresh->store_fd, path);
	struct snapshot *next = NULL;

	if (was_refused(refresh, path, &file))
		return;
	if (snapshot_open(refresh->store_fd, path, &next) == 0 &&
	    may_follow(refresh, current, next) && switch_to(refresh, current, next, &file) == 0)
		return;
	/* Reported already. Until the file changes it isn't tried again, and the list is stale. */
	snapshot_release(next);
	refresh->behind = true;
	refresh->refused_file = file;
	(void)snprintf(refresh->refused, sizeof(refresh->refused), "%s", path);
}

/*
 * Whether the store is another one now: it was deleted, or another directory has
 * taken its place. A store that was only moved is still the same.
 */
static bool store_is_gone(struct refresh *refresh)
{
	struct stat open_one, other;
	const char *path = refresh->store_path;

	if (!path || fstat(refresh->store_fd, &open_one) < 0)
		return false;
	if (open_one.st_nlink == 0) {
		end_mount(refresh, path, _("the store was deleted"));
		return true;
	}
	if (stat(path, &other) < 0 ||
	    (other.st_dev == open_one.st_dev && other.st_ino == open_one.st_ino))
		return false;
	end_mount(refresh, path, _("the store was replaced by another one"));
	return true;
}

static void look_at_current(struct refresh *refresh)
{
	_cleanup_snapshot_ struct snapshot *current = views_snapshot(&refresh->driver->views);
	char path[STORE_GENERATION_PATH_SIZE];
	int r;

	r = store_current_path(refresh->store_fd, path);
	if (r < 0) {
		if (!refresh->behind)
			(void)log_error_errno(
				r,
				"the store's symlink 'current' can't be followed any more, so the list counts as stale: %m");
		refresh->behind = true;
		return;
	}
	if (strcmp(path, current->pool.path) == 0) {
		struct file_signature file = signature_of(refresh->store_fd, path);

		/* A mirror's pull does that, to a file that was changed or damaged. */
		if (was_rewritten(&refresh->shown_file, &file)) {
			end_mount(refresh, path, _("the list's file was replaced by another one"));
			return;
		}
		refresh->behind = false;
		refresh->refused[0] = '\0';
		return;
	}
	look_at_next(refresh, current, path);
}

/* Shows a new state, or the old one when it has become stale or fresh. */
static void look_at_state(struct refresh *refresh)
{
	struct views *views = &refresh->driver->views;
	_cleanup_snapshot_ struct snapshot *current = views_snapshot(views);
	_cleanup_state_files_ struct state_files *shown = views_state_files(views);
	struct file_signature signature = signature_of(refresh->store_fd, STATE_FILE_NAME);
	int64_t now = timestamp_now();
	struct state_files *next;
	int r;

	if (!same_signature(&signature, &refresh->state_file))
		read_state(refresh);
	if (state_files_are_current(shown, current, &refresh->state, refresh->behind, now))
		return;
	r = state_files_create(current, &refresh->state, refresh->behind, refresh->max_age, now,
			       &next);
	if (r < 0)
		return;
	next->ctime = timestamp_now_nanoseconds();
	if (next->ctime <= shown->ctime)
		next->ctime = shown->ctime + 1;
	views_replace_state_files(views, next);
	(void)announce_state_files(&refresh->announcer, current);
}

static void repeat_when_due(struct refresh *refresh)
{
	_cleanup_snapshot_ struct snapshot *current = NULL;

	if (refresh->repeat_at == 0 || monotonic_now() < refresh->repeat_at)
		return;
	current = views_snapshot(&refresh->driver->views);
	refresh->repeat_at = 0;
	(void)announce_directories_again(&refresh->announcer, current, refresh->repeat_from);
}

/* Milliseconds until the next look. */
static int next_look(const struct refresh *refresh)
{
	const struct state_limits limits = {refresh->max_age, -1};
	int64_t left = state_fresh_until(&refresh->state, &limits) - timestamp_now() + 1;

	return left > 0 && left < LOOK_INTERVAL ? (int)left : LOOK_INTERVAL;
}

static void wait_for_change(struct refresh *refresh)
{
	struct pollfd sources[] = {
		{.fd = refresh->wake_fd, .events = POLLIN},
		{.fd = refresh->inotify_fd, .events = POLLIN},
	};
	char events[4096];

	if (poll(sources, 2, next_look(refresh)) <= 0)
		return;
	/* The events are only emptied: each look looks at everything. */
	for (unsigned i = 0; i < 2; i++)
		if (sources[i].revents & POLLIN)
			(void)!read(sources[i].fd, events, sizeof(events));
}

static void *follow(void *argument)
{
	struct refresh *refresh = argument;

	while (!atomic_load(&refresh->stop)) {
		wait_for_change(refresh);
		if (atomic_load(&refresh->stop) || atomic_load(&refresh->replaced))
			continue;
		if (store_is_gone(refresh))
			continue;
		look_at_current(refresh);
		look_at_state(refresh);
		repeat_when_due(refresh);
	}
	return NULL;
}

static int watch_store(int store_fd)
{
	_cleanup_close_ int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	char path[64];

	if (fd < 0)
		return -1;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", store_fd);
	if (inotify_add_watch(fd, path, IN_MOVED_TO | IN_CREATE) < 0)
		return -1;
	return steal_fd(&fd);
}

int refresh_start(struct refresh *refresh, struct fuse_session *session)
{
	int r;

	refresh->announcer = (struct announcer){
		.session = session,
		.counters = &refresh->driver->counters,
		.stop = &refresh->stop,
	};
	refresh->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (refresh->wake_fd < 0)
		return -errno;
	refresh->inotify_fd = watch_store(refresh->store_fd);
	r = -pthread_create(&refresh->thread, NULL, follow, refresh);
	refresh->running = r == 0;
	return r;
}

void refresh_wake(struct refresh *refresh)
{
	(void)!eventfd_write(refresh->wake_fd, 1);
}

void refresh_stop(struct refresh *refresh)
{
	if (refresh->running) {
		atomic_store(&refresh->stop, true);
		refresh_wake(refresh);
		(void)pthread_join(refresh->thread, NULL);
		refresh->running = false;
	}
	if (refresh->wake_fd >= 0)
		(void)close(steal_fd(&refresh->wake_fd));
}
