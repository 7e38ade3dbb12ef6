#include "store/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "util/buffer.h"
#include "util/file.h"
#include "util/memory.h"
#include "common/log.h"

/* Files that only a killed run can have left: the lock says that no other runs. */
static void sweep(const struct store_directory *store)
{
	static const char *const litter[] = {
		STORE_GENERATION_NEW, STORE_GENERATION_NEW "-journal", STORE_CURRENT_TEMPORARY,
		STATE_FILE_TEMPORARY, STORE_REJECTED "/new",
	};

	for (size_t i = 0; i < sizeof(litter) / sizeof(litter[0]); i++)
		(void)unlinkat(store->fd, litter[i], 0);
}

static int read_state(struct store_directory *store)
{
	int r = state_read(store->fd, &store->state);

	if (r == -EBADMSG)
		log_warning("%s/" STATE_FILE_NAME
			    " is not a state file of ismapfs; it counts as absent",
			    store->path);
	else if (r < 0)
		return log_error_errno(r, "%s/" STATE_FILE_NAME ": %m", store->path);
	return 0;
}

static int read_current(struct store_directory *store)
{
	int r = store_current_path(store->fd, store->current);

	if (r == -ENOENT)
		store->current[0] = '\0';
	else if (r < 0)
		return log_error_errno(
			r, "%s/" STORE_CURRENT " does not name a generation file: %m", store->path);
	return 0;
}

int store_directory_open(struct store_directory *store, const char *path)
{
	int r;

	store->path = path;
	store->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->fd < 0)
		return log_error_errno(-errno, "%s: cannot open the store: %m", path);
	r = read_state(store);
	if (r == 0)
		r = read_current(store);
	if (r == 0 && store->current[0] == '\0')
		r = log_error_errno(
			-ENOENT,
			"%s holds no list yet; fill it with 'ismap-sync init' or 'ismap-sync pull'",
			path);
	return r;
}

static int take_lock(struct store_directory *store)
{
	store->lock_fd =
		openat(store->fd, STORE_LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (store->lock_fd < 0)
		return log_error_errno(-errno, "%s/" STORE_LOCK ": %m", store->path);
	if (flock(store->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK && store->expects_lock)
		return -EWOULDBLOCK;
	if (errno == EWOULDBLOCK)
		return log_error_errno(
			-EWOULDBLOCK,
			"%s is locked: another ismap-sync is writing it; try again later",
			store->path);
	return log_error_errno(-errno, "%s/" STORE_LOCK ": %m", store->path);
}

/* Whether a generation's file took another one's place lately. */
static bool is_recent(int fd, int64_t number)
{
	char name[32];
	struct stat attributes;

	(void)snprintf(name, sizeof(name), "%lld.db", (long long)number);
	return fstatat(fd, name, &attributes, AT_SYMLINK_NOFOLLOW) == 0 &&
	       time(NULL) - attributes.st_mtime < STORE_KEEP_TIME;
}

/* Files whose number is too far behind; a failure to remove one costs space, nothing else. */
static void remove_old_generations(const struct store_directory *store)
{
	_cleanup_closedir_ DIR *directory = NULL;
	int fd = openat(store->fd, STORE_GENERATIONS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int64_t current = strtoll(store->current + strlen(STORE_GENERATIONS "/"), NULL, 10);
	int64_t numbers[256];
	size_t count = 0;

	if (fd < 0)
		return;
	directory = fdopendir(fd);
	if (!directory) {
		(void)close(fd);
		return;
	}
	for (struct dirent *entry; (entry = readdir(directory));) {
		char *end;
		int64_t number = strtoll(entry->d_name, &end, 10);

		if (end != entry->d_name && strcmp(end, ".db") == 0 && number > 0 &&
		    number < current && count < sizeof(numbers) / sizeof(numbers[0]))
			numbers[count++] = number;
	}
	for (size_t i = 0; i < count; i++) {
		char name[32];
		int64_t successor = current;
		size_t newer = 0;

		for (size_t k = 0; k < count; k++) {
			if (numbers[k] <= numbers[i])
				continue;
			newer++;
			if (numbers[k] < successor)
				successor = numbers[k];
		}
		if (newer < STORE_KEEP_FILES - 1 ||
		    (newer < STORE_KEEP_RECENT && is_recent(fd, successor)))
			continue;
		(void)snprintf(name, sizeof(name), "%lld.db", (long long)numbers[i]);
		(void)unlinkat(fd, name, 0);
	}
}

int store_directory_open_writer(struct store_directory *store, const char *path, bool create)
{
	int r;

	store->path = path;
	store->made = create && mkdir(path, 0755) == 0;
	if (create && !store->made && errno != EEXIST)
		return log_error_errno(-errno, "%s: cannot make the store: %m", path);
	store->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->fd < 0)
		return log_error_errno(-errno, "%s: cannot open the store: %m", path);
	if (mkdirat(store->fd, STORE_GENERATIONS, 0755) < 0 && errno != EEXIST)
		return log_error_errno(-errno, "%s/" STORE_GENERATIONS ": %m", path);
	r = take_lock(store);
	if (r < 0)
		return r;
	sweep(store);
	r = read_state(store);
	if (r == 0)
		r = read_current(store);
	/* A run that was killed after its last rename left them. */
	if (r == 0 && store->current[0] != '\0')
		remove_old_generations(store);
	return r;
}

/* A mistyped name, or a source that was never there, leaves nothing behind. What is left when
 * something else is in it, a refused publication, is kept whole. */
static void unmake(const struct store_directory *store)
{
	struct stat rejected;

	if (fstatat(store->fd, STORE_REJECTED, &rejected, AT_SYMLINK_NOFOLLOW) == 0)
		return;
	(void)unlinkat(store->fd, STATE_FILE_NAME, 0);
	(void)unlinkat(store->fd, STORE_GENERATIONS, AT_REMOVEDIR);
	(void)unlinkat(store->fd, STORE_LOCK, 0);
	(void)rmdir(store->path);
}

void store_directory_close(struct store_directory *store)
{
	if (store->made && store->lock_fd >= 0 && store->current[0] == '\0')
		unmake(store);
	if (store->lock_fd >= 0)
		(void)close(steal_fd(&store->lock_fd));
	if (store->fd >= 0)
		(void)close(steal_fd(&store->fd));
}

static void print_state(struct buffer *text, const struct state *state)
{
	buffer_printf(text, STATE_HEADER "\nserial %u\nwritten-at %lld\n", state->serial,
		      (long long)state->written_at);
	buffer_printf(text, "last-attempt %lld\nlast-success %lld\nnext-try %lld\n",
		      (long long)state->last_attempt, (long long)state->last_success,
		      (long long)state->next_try);
	if (state->last_error[0] != '\0')
		buffer_printf(text, "last-error %s\n", state->last_error);
	if (state->location[0] != '\0')
		buffer_printf(text, "location %s\n", state->location);
	if (state->etag[0] != '\0')
		buffer_printf(text, "etag %s\n", state->etag);
	if (state->last_modified[0] != '\0')
		buffer_printf(text, "last-modified %s\n", state->last_modified);
	if (state->sha256[0] != '\0')
		buffer_printf(text, "sha256 %s\n", state->sha256);
	if (state->signer[0] != '\0')
		buffer_printf(text, "signer %s\nhead-published %lld\nverified %lld\nexpires %lld\n",
			      state->signer, (long long)state->head_published,
			      (long long)state->verified, (long long)state->expires);
}

int store_directory_write_state(struct store_directory *store)
{
	_cleanup_buffer_ struct buffer text = {0};
	int64_t now = timestamp_now();
	int r;

	store->state.serial++;
	/* Never back, even when the clock was: it is the mtime of what shows it. */
	if (now <= store->state.written_at)
		now = store->state.written_at + 1;
	store->state.written_at = now;
	print_state(&text, &store->state);
	r = file_write_whole(store->fd, STATE_FILE_TEMPORARY, text.bytes, text.length);
	if (r == 0 && renameat(store->fd, STATE_FILE_TEMPORARY, store->fd, STATE_FILE_NAME) < 0)
		r = -errno;
	if (r == 0 && fsync(store->fd) < 0)
		r = -errno;
	if (r < 0)
		return log_error_errno(r, "%s/" STATE_FILE_NAME ": cannot write: %m", store->path);
	return 0;
}

int store_directory_file_path(const struct store_directory *store, const char *name, char **path)
{
	char directory[PATH_MAX], link[64];
	ssize_t length;

	/* By the open directory, not by the name that the user gave: it may have been moved since.
	 */
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", store->fd);
	length = readlink(link, directory, sizeof(directory) - 1);
	if (length < 0)
		return log_error_errno(-errno, "%s: cannot find the store's path: %m", store->path);
	directory[length] = '\0';
	*path = xasprintf("%s/%s", directory, name);
	return 0;
}

static int sync_file(int directory_fd, const char *name, int flags)
{
	_cleanup_close_ int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC | flags);

	if (fd < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

/* The time in the last whole line, 0 when there is none. *cut_off: more follows, as after a power
 * cut. */
static int64_t last_shown(int fd, bool *cut_off)
{
	char end[128];
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size < (off_t)sizeof(end) ? 0 : size - (off_t)sizeof(end);
	ssize_t length = pread(fd, end, sizeof(end), from);
	char *line_end = length > 0 ? memrchr(end, '\n', (size_t)length) : NULL;
	const char *blank;

	*cut_off = length > 0 && end[length - 1] != '\n';
	if (!line_end)
		return 0;
	*line_end = '\0';
	blank = strrchr(end, ' ');
	return blank ? strtoll(blank, NULL, 10) : 0;
}

/*
 * Adds a line to `shown`, later than the one before, even when the clock was set back.
 * What can't be written costs nothing that was loaded: a mount takes the time of
 * `current` for it.
 */
static void note_switch(const struct store_directory *store, int64_t generation)
{
	_cleanup_close_ int fd = openat(store->fd, STORE_SHOWN,
					O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);
	bool cut_off = false;
	int64_t now = timestamp_now_nanoseconds(), last = fd < 0 ? 0 : last_shown(fd, &cut_off);
	char line[64];

	if (fd < 0)
		return;
	(void)snprintf(line, sizeof(line), "%s%lld %lld\n", cut_off ? "\n" : "",
		       (long long)generation, (long long)(now > last ? now : last + 1));
	if (file_write_all(fd, line, strlen(line)) == 0)
		(void)fsync(fd);
}

static int switch_current(struct store_directory *store, const char *path, int64_t generation)
{
	if (unlinkat(store->fd, STORE_CURRENT_TEMPORARY, 0) < 0 && errno != ENOENT)
		return -errno;
	if (symlinkat(path, store->fd, STORE_CURRENT_TEMPORARY) < 0)
		return -errno;
	if (renameat(store->fd, STORE_CURRENT_TEMPORARY, store->fd, STORE_CURRENT) < 0)
		return -errno;
	note_switch(store, generation);
	return fsync(store->fd) < 0 ? -errno : 0;
}

int store_directory_make_current(struct store_directory *store, int64_t generation)
{
	char path[STORE_GENERATION_PATH_SIZE];
	int r = sync_file(store->fd, STORE_GENERATION_NEW, 0);

	(void)snprintf(path, sizeof(path), STORE_GENERATIONS "/%lld.db", (long long)generation);
	if (r == 0 && renameat(store->fd, STORE_GENERATION_NEW, store->fd, path) < 0)
		r = -errno;
	if (r == 0)
		r = sync_file(store->fd, STORE_GENERATIONS, O_DIRECTORY);
	if (r == 0)
		r = switch_current(store, path, generation);
	if (r < 0)
		return log_error_errno(r, "%s/%s: cannot make the new generation current: %m",
				       store->path, path);
	(void)snprintf(store->current, sizeof(store->current), "%s", path);
	remove_old_generations(store);
	return 0;
}
