#include "kernel/refresh.h"

#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "common/log.h"
#include "common/timestamp.h"
#include "store.h"
#include "store/newest.h"

/* Milliseconds between looks: on a network file system inotify misses other machines' changes. */
#define LOOK_INTERVAL 1000

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

/* A copy by a tool that leaves out symlinks, or makes files of them, lacks `current`. */
static int open_without_current(int store_fd, struct snapshot **snapshot)
{
	int r = newest_open(store_fd, snapshot);

	if (r == -ENOENT)
		return log_error_errno(
			r,
			"the store has no list yet: load one with 'ismap-sync pull' or 'ismap-sync init'");
	if (r < 0)
		return log_error_errno(r, "the store has no symlink 'current', and no whole list");
	log_warning(
		"the store has no symlink 'current'; %s, the newest list that is whole, is shown. 'ismap-sync pull' mends that.",
		(*snapshot)->pool.path);
	return 0;
}

/* Opens what `current` leads to; where it leads to no file, the newest whole one. */
static int open_generation(int store_fd, const char *path, struct snapshot **snapshot)
{
	int r;

	if (faccessat(store_fd, path, F_OK, 0) == 0 || errno != ENOENT)
		return snapshot_open(store_fd, path, snapshot);
	r = newest_open(store_fd, snapshot);
	if (r < 0)
		return log_error_errno(
			r, "%s: the store names this file as its newest, but it doesn't exist",
			path);
	log_warning(
		"%s: the store names this file as its newest, but it doesn't exist; %s, the newest that is whole, is shown instead. 'ismap-sync pull' mends that.",
		path, (*snapshot)->pool.path);
	return 0;
}

void refresh_prepare(struct refresh *refresh, struct driver *driver, int store_fd,
		     const struct state_limits *limits)
{
	*refresh = (struct refresh){.driver = driver, .store_fd = store_fd, .limits = *limits};
	refresh->wake_fd = -1;
	refresh->inotify_fd = -1;
}

int refresh_load(struct refresh *refresh)
{
	_cleanup_snapshot_ struct snapshot *snapshot = NULL;
	char path[STORE_GENERATION_PATH_SIZE];
	struct state_files *state_files;
	int r;

	r = store_current_path(refresh->store_fd, path);
	if (r < 0 && r != -ENOENT)
		return log_error_errno(r, "the store's symlink 'current' can't be followed: %m");
	if (r == -ENOENT) {
		path[0] = '\0';
		refresh->behind = true;
		r = open_without_current(refresh->store_fd, &snapshot);
	} else {
		/* The signature first: a file that is replaced now is noticed at the next look. */
		refresh->shown_file = signature_of(refresh->store_fd, path);
		r = open_generation(refresh->store_fd, path, &snapshot);
	}
	if (r < 0)
		return r;
	if (strcmp(snapshot->pool.path, path) != 0)
		refresh->shown_file = signature_of(refresh->store_fd, snapshot->pool.path);
	read_state(refresh);
	r = state_files_create(snapshot, &refresh->state, refresh->behind, &refresh->limits,
			       timestamp_now(), &state_files);
	if (r < 0)
		return log_error_errno(r, "%s: its README can't be read: %m", snapshot->pool.path);
	views_init(&refresh->driver->views, steal_pointer(snapshot), state_files);
	return 0;
}

/* Ends the mount: what the kernel has cached is wrong. */
static void end_mount(struct refresh *refresh, const char *path, const char *why)
{
	log_error(
		"%s: %s. What the kernel has cached is wrong now, so the tree is unmounted: mount it again.",
		path, why);
	driver_end(refresh->driver, DRIVER_REPLACED);
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

/* Shows a new snapshot, of a file that had this signature. Returns 0, or -errno, already reported.
 */
static int switch_to(struct refresh *refresh, struct snapshot *current, struct snapshot *next,
		     const struct file_signature *file)
{
	struct views *views = &refresh->driver->views;
	_cleanup_state_files_ struct state_files *shown = NULL;
	struct state_files *state_files;
	int r;

	switches_follow(&next->switches, &current->switches, current->generation,
			timestamp_now_nanoseconds());
	read_state(refresh);
	r = state_files_create(next, &refresh->state, false, &refresh->limits, timestamp_now(),
			       &state_files);
	if (r < 0)
		return log_error_errno(r, "%s: its README can't be read: %m", next->pool.path);
	refresh->shown_file = *file;
	refresh->behind = false;
	refresh->refused[0] = '\0';
	shown = views_state_files(views);
	state_files_follow(state_files, shown, timestamp_now_nanoseconds());
	views_replace(views, snapshot_reference(next), state_files);
	announcing_wake(refresh->announcing);
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
	_cleanup_snapshot_ struct snapshot *next = NULL;
	bool follows = false, done = false;

	if (was_refused(refresh, path, &file))
		return;
	if (open_generation(refresh->store_fd, path, &next) == 0) {
		bool is_named = strcmp(next->pool.path, path) == 0;
		struct file_signature own =
			is_named ? file : signature_of(refresh->store_fd, next->pool.path);

		/* The newest whole one, where `current` leads to no file. */
		follows = strcmp(next->pool.path, current->pool.path) == 0 ||
			  (may_follow(refresh, current, next) &&
			   switch_to(refresh, current, next, &own) == 0);
		done = follows && is_named;
	}
	refresh->behind = !follows;
	if (done)
		return;
	/* Reported already, and not tried again until the file changes. */
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
	r = state_files_create(current, &refresh->state, refresh->behind, &refresh->limits, now,
			       &next);
	if (r < 0)
		return;
	state_files_follow(next, shown, timestamp_now_nanoseconds());
	views_replace_state_files(views, next);
}

/* Milliseconds until the next look. */
static int next_look(const struct refresh *refresh)
{
	int64_t left = state_fresh_until(&refresh->state, &refresh->limits) - timestamp_now() + 1;

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
		if (atomic_load(&refresh->stop) ||
		    atomic_load(&refresh->driver->end) != DRIVER_GOES_ON)
			continue;
		if (store_is_gone(refresh))
			continue;
		look_at_current(refresh);
		look_at_state(refresh);
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

int refresh_start(struct refresh *refresh, struct announcing *announcing)
{
	int r;

	refresh->announcing = announcing;
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
