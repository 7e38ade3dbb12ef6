#include "store/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "digest.h"
#include "store/current.h"
#include "store/digests.h"
#include "store/publications/index.h"
#include "util/clock.h"
#include "util/buffer.h"
#include "util/file.h"
#include "util/lock.h"
#include "util/memory.h"
#include "common/log.h"

/* Temporary files of libraries: a kill between making one and removing its name leaves it. */
static void sweep_temporary(const struct store_directory *store, const char *folder,
			    const char *prefix)
{
	_cleanup_closedir_ DIR *directory = NULL;
	int fd = openat(store->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	directory = fdopendir(fd);
	if (!directory) {
		(void)close(fd);
		return;
	}
	for (struct dirent *entry; (entry = readdir(directory));)
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
			(void)unlinkat(dirfd(directory), entry->d_name, 0);
}

/* Files that only a killed run can have left: the lock says that no other runs. */
static void sweep(const struct store_directory *store)
{
	static const char *const litter[] = {
		STORE_GENERATION_NEW,	  STORE_GENERATION_NEW "-journal",
		STORE_CURRENT_TEMPORARY,  STATE_FILE_TEMPORARY,
		DIGESTS_FILE_TEMPORARY,	  STORE_REJECTED "/new",
		STORE_LOCK_TEMPORARY,	  STORE_GENERATION_NEW "-workbook",
		STORE_STAMPS "/new",	  STORE_PUBLICATIONS "/new",
		STORE_MIRROR "/head.new", STORE_MIRROR "/forks/.new",
	};

	for (size_t i = 0; i < sizeof(litter) / sizeof(litter[0]); i++)
		(void)unlinkat(store->fd, litter[i], 0);
	sweep_temporary(store, ".", "etilqs_");		   /* SQLite's */
	sweep_temporary(store, STORE_GENERATIONS, "tmp."); /* libxlsxwriter's */
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

/* Of a file that is damaged, or of an older version, there is none. */
static void read_chain(struct store_directory *store)
{
	_cleanup_database_ sqlite3 *database = NULL;
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	const unsigned char *chain;

	store->chain[0] = '\0';
	if (store_open_reader(store->fd, store->current, &database) < 0 ||
	    sqlite3_prepare_v2(database, "SELECT chain FROM generation ORDER BY id DESC LIMIT 1",
			       -1, &row, NULL) != SQLITE_OK ||
	    sqlite3_step(row) != SQLITE_ROW)
		return;
	chain = sqlite3_column_text(row, 0);
	if (chain)
		(void)snprintf(store->chain, sizeof(store->chain), "%.64s", (const char *)chain);
}

static int read_current(struct store_directory *store)
{
	int r = current_read(store->fd, store->path, store->current);

	if (r == 0 && store->current[0] != '\0')
		read_chain(store);
	return r;
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
	int r = lock_take(store->fd, STORE_LOCK, STORE_LOCK_TEMPORARY);

	store->lock_fd = r;
	if (r >= 0)
		return 0;
	if (r == -EWOULDBLOCK && store->expects_lock)
		return r;
	if (r == -EWOULDBLOCK)
		return log_error_errno(
			r, "%s is locked: another ismap-sync is writing it; try again later",
			store->path);
	return log_error_errno(r, "%s/" STORE_LOCK ": %m", store->path);
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

/* What the last whole line of `shown` says; zeros when there is none. */
struct last_shown {
	int64_t generation, time;
	bool cut_off; /* more follows, as after a power cut */
};

static struct last_shown read_last_shown(int fd)
{
	struct last_shown last = {0};
	char end[128];
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size < (off_t)sizeof(end) ? 0 : size - (off_t)sizeof(end);
	ssize_t length = pread(fd, end, sizeof(end), from);
	char *line_end = length > 0 ? memrchr(end, '\n', (size_t)length) : NULL;
	char *line;

	last.cut_off = length > 0 && end[length - 1] != '\n';
	if (!line_end)
		return last;
	*line_end = '\0';
	line = strrchr(end, '\n');
	last.generation = strtoll(line ? line + 1 : end, &line, 10);
	last.time = strtoll(line, NULL, 10);
	if (last.time > STORE_SHOWN_TIME_MAX)
		last.time = 0;
	return last;
}

/*
 * Adds a line to `shown` for the current generation, unless the last one is its own,
 * and later than that one, even when the clock was set back. What can't be written
 * costs nothing: the next run adds it.
 */
static void note_current(const struct store_directory *store)
{
	_cleanup_close_ int fd = openat(store->fd, STORE_SHOWN,
					O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);
	int64_t current = strtoll(store->current + strlen(STORE_GENERATIONS "/"), NULL, 10), time;
	struct last_shown last;
	struct stat status;
	char line[64];

	if (fd < 0 || fstatat(store->fd, STORE_CURRENT, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	last = read_last_shown(fd);
	if (last.generation == current)
		return;
	time = status.st_ctim.tv_sec * NANOSECONDS_PER_SECOND + status.st_ctim.tv_nsec;
	(void)snprintf(line, sizeof(line), "%s%lld %lld\n", last.cut_off ? "\n" : "",
		       (long long)current, (long long)(time > last.time ? time : last.time + 1));
	if (file_write_all(fd, line, strlen(line)) == 0)
		(void)fsync(fd);
}

int store_directory_make(const char *path, bool *made)
{
	*made = mkdir(path, 0755) == 0;
	if (!*made && errno != EEXIST)
		return log_error_errno(-errno, "%s: cannot make the store: %m", path);
	return 0;
}

int store_directory_open_writer(struct store_directory *store, const char *path)
{
	int r;

	store->path = path;
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
	if (r == 0)
		r = current_mend(store->fd, store->path, store->current);
	/* A run that was killed after its last rename left them. */
	if (r == 0 && store->current[0] != '\0') {
		note_current(store);
		remove_old_generations(store);
	}
	return r;
}

/* A mistyped name, or a source that was never there or is refused, leaves nothing behind. */
static void unmake(const struct store_directory *store)
{
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

static void print_line(struct buffer *text, const char *about, const char *key, const char *value)
{
	if (value[0] != '\0')
		buffer_printf(text, "%s%s %s\n", about, key, value);
}

static void print_documents(struct buffer *text, const struct state *state)
{
	for (size_t i = 0; i < STATE_DOCUMENTS_MAX; i++) {
		const struct state_document *document = &state->documents[i];
		char about[sizeof("document  ") + STATE_WORD_SIZE];

		if (document->role[0] == '\0')
			return;
		(void)snprintf(about, sizeof(about), "document %s ", document->role);
		print_line(text, about, "location", document->location);
		print_line(text, about, "shape", document->shape);
		print_line(text, about, "etag", document->etag);
		print_line(text, about, "last-modified", document->last_modified);
		print_line(text, about, "sha256", document->sha256);
	}
}

static void print_state(struct buffer *text, const struct state *state)
{
	buffer_printf(text, STATE_HEADER "\nserial %u\nwritten-at %lld\n", state->serial,
		      (long long)state->written_at);
	buffer_printf(text, "last-attempt %lld\nlast-success %lld\nnext-try %lld\n",
		      (long long)state->last_attempt, (long long)state->last_success,
		      (long long)state->next_try);
	print_line(text, "", "last-error", state->last_error);
	print_line(text, "", "location", state->location);
	print_line(text, "", "etag", state->etag);
	print_line(text, "", "last-modified", state->last_modified);
	print_line(text, "", "sha256", state->sha256);
	print_line(text, "", "lacks", state->lacks);
	print_documents(text, state);
	if (state->generation > 0)
		buffer_printf(text, "generation %lld\nheld-until %lld\n",
			      (long long)state->generation, (long long)state->held_until);
	print_line(text, "", "chain", state->chain);
	if (state->published > 0)
		buffer_printf(text, "published %lld\npublication-limit %lld\n",
			      (long long)state->published, (long long)state->publication_limit);
	if (state->signer[0] != '\0')
		buffer_printf(text, "signer %s\nhead-published %lld\nverified %lld\nexpires %lld\n",
			      state->signer, (long long)state->head_published,
			      (long long)state->verified, (long long)state->expires);
}

int64_t store_directory_generation(const struct store_directory *store)
{
	static const char prefix[] = STORE_GENERATIONS "/";

	return store->current[0] == '\0' ? 0 : strtoll(store->current + strlen(prefix), NULL, 10);
}

bool store_directory_is_spoken_of(const struct store_directory *store)
{
	return store->chain[0] != '\0' &&
	       state_speaks_of(&store->state, store_directory_generation(store), store->chain);
}

void store_directory_speak_of_current(struct store_directory *store)
{
	state_speak_of(&store->state, store_directory_generation(store), store->chain);
}

int store_directory_write_state(struct store_directory *store)
{
	_cleanup_buffer_ struct buffer text = {0};
	int64_t now = clock_now();
	int r;

	store->state.serial++;
	/* Not back, even when the clock was: it is the mtime of what shows it. Only a time that is
	 * far in the future was a wrong clock's. */
	if (now <= store->state.written_at && store->state.written_at <= now + CLOCK_ERROR_MAX)
		now = store->state.written_at + 1;
	store->state.written_at = now;
	print_state(&text, &store->state);
	r = file_replace(store->fd, STATE_FILE_NAME, STATE_FILE_TEMPORARY, text.bytes, text.length);
	if (r == 0 && fsync(store->fd) < 0)
		r = -errno;
	if (r < 0)
		return log_error_errno(r, "%s/" STATE_FILE_NAME ": cannot write: %m", store->path);
	return 0;
}

int store_directory_replace_in(const struct store_directory *store, const char *folder,
			       const char *name, const char *temporary, struct span bytes)
{
	_cleanup_close_ int fd = -1;
	int r;

	if (mkdirat(store->fd, folder, 0755) < 0 && errno != EEXIST)
		return -errno;
	r = file_replace(store->fd, name, temporary, bytes.bytes, bytes.length);
	if (r < 0)
		return r;
	fd = openat(store->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
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

int store_directory_make_current(struct store_directory *store, int64_t generation)
{
	char path[STORE_GENERATION_PATH_SIZE];
	int r = sync_file(store->fd, STORE_GENERATION_NEW, 0);

	(void)snprintf(path, sizeof(path), STORE_GENERATIONS "/%lld.db", (long long)generation);
	if (r == 0)
		r = digests_note(store->fd, generation, STORE_GENERATION_NEW);
	if (r == 0 && renameat(store->fd, STORE_GENERATION_NEW, store->fd, path) < 0)
		r = -errno;
	if (r == 0)
		r = sync_file(store->fd, STORE_GENERATIONS, O_DIRECTORY);
	/* A run that goes on for days switches many times. */
	if (r == 0 && store->current[0] != '\0')
		note_current(store);
	if (r == 0)
		r = current_switch(store->fd, path);
	if (r < 0)
		return log_error_errno(r, "%s/%s: cannot make the new generation current: %m",
				       store->path, path);
	(void)snprintf(store->current, sizeof(store->current), "%s", path);
	read_chain(store);
	remove_old_generations(store);
	return 0;
}
