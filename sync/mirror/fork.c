#include "mirror/fork.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "common/log.h"
#include "common/messages.h"
#include "mirror/kept_head.h"
#include "util/file.h"

#define FORKS FORKS_FOLDER
#define PRUNED STORE_MIRROR "/pruned"
#define NAME_SIZE 96	   /* `mirror/forks/<n>-<16 digits>.head`, with its NUL */
#define QUOTED_SIZE_MAX 80 /* of a text that a sentence quotes */
#define QUOTED_BEFORE 20   /* … of what both texts have, where they begin alike */

/* How many files a folder of the store has, and which is the lowest number that a name begins with.
 */
static int count_files(const struct store_directory *store, const char *name, int64_t *lowest)
{
	_cleanup_closedir_ DIR *directory = NULL;
	int fd = openat(store->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), count = 0;

	*lowest = INT64_MAX;
	directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory) {
		if (fd >= 0)
			(void)close(fd);
		return 0;
	}
	for (struct dirent *entry; (entry = readdir(directory));) {
		int64_t number = strtoll(entry->d_name, NULL, 10);

		if (entry->d_name[0] == '.')
			continue;
		count++;
		if (number < *lowest)
			*lowest = number;
	}
	return count;
}

static int make_folder(const struct store_directory *store, const char *name)
{
	if ((mkdirat(store->fd, STORE_MIRROR, 0755) < 0 && errno != EEXIST) ||
	    (mkdirat(store->fd, name, 0755) < 0 && errno != EEXIST))
		return log_error_errno(-errno, "%s/%s: cannot be made: %m", store->path, name);
	return 0;
}

/* Keeps bytes in forks/ once, by their number and checksum. What can't be kept is reported, and
 * nothing else: the pull is refused anyway. */
static void keep(const struct store_directory *store, int64_t generation, const char *ending,
		 struct span bytes)
{
	char name[NAME_SIZE], sum[CHECKSUM_TEXT_SIZE];
	int64_t lowest;
	int r;

	checksum(bytes.bytes, bytes.length, sum);
	(void)snprintf(name, sizeof(name), FORKS "/%lld-%.16s.%s", (long long)generation, sum,
		       ending);
	if (bytes.length == 0 || file_exists(store->fd, name) || make_folder(store, FORKS) < 0)
		return;
	if (count_files(store, FORKS, &lowest) >= FORK_FILES_MAX) {
		log_warning("%s/" FORKS " has %d files, so no more is kept of this", store->path,
			    FORK_FILES_MAX);
		return;
	}
	/* Half a file would have the name of a whole one, and be kept. */
	r = file_replace(store->fd, name, FORKS "/.new", bytes.bytes, bytes.length);
	if (r < 0)
		log_error("%s/%s: cannot be written: %s", store->path, name, strerror(-r));
}

static void keep_heads(const struct fork *fork)
{
	_cleanup_buffer_ struct buffer own = {0}, theirs = {0};

	kept_head_join(fork->signature, fork->text, &theirs);
	keep(fork->store, fork->head->generation, "head", span_of(&theirs));
	if (kept_head_read(fork->store, &own) == 0)
		keep(fork->store, fork->present->generation, "head", span_of(&own));
}

void fork_note_head(const struct fork *fork)
{
	if (fork->present->generation == fork->head->generation &&
	    strcmp(fork->present->chain, fork->head->chain) != 0)
		keep_heads(fork);
}

static bool begins_character(const struct buffer *text, size_t at)
{
	return at >= text->length || ((unsigned char)text->bytes[at] & 0xc0) != 0x80;
}

/* Where to begin, so that the first difference of two long texts is among what is quoted. */
static size_t begin_of(const struct buffer *left, const struct buffer *right)
{
	size_t at = 0;

	while (at < left->length && at < right->length && left->bytes[at] == right->bytes[at])
		at++;
	if (at < QUOTED_SIZE_MAX / 2)
		return 0;
	at -= QUOTED_BEFORE;
	while (at > 0 && !begins_character(left, at))
		at--;
	return at;
}

/* A text for a sentence: one line, cut between two characters. */
static void quote(struct buffer *text, bool there, const struct buffer *quoted, size_t begin)
{
	size_t length = quoted->length - begin;

	if (!there) {
		buffer_text(text, _("nothing"));
		return;
	}
	if (length > QUOTED_SIZE_MAX) {
		length = QUOTED_SIZE_MAX;
		while (length > 0 && !begins_character(quoted, begin + length))
			length--;
	}
	buffer_printf(text, "'%s%.*s%s'", begin > 0 ? "..." : "", (int)length,
		      length > 0 ? quoted->bytes + begin : "",
		      begin + length < quoted->length ? "..." : "");
}

void fork_describe(const struct past_difference *difference, const char *first, const char *second,
		   struct buffer *text)
{
	const struct buffer *texts = difference->texts;
	size_t begin =
		difference->has[0] && difference->has[1] ? begin_of(&texts[0], &texts[1]) : 0;

	buffer_printf(text, "%s %.100s, %.100s, ", difference->kind.bytes, difference->key.bytes,
		      difference->field.bytes);
	buffer_printf(text, _("since %s (generation %lld): "), difference->day.bytes,
		      (long long)difference->generation);
	buffer_printf(text, "%s ", first);
	quote(text, difference->has[0], &texts[0], begin);
	buffer_printf(text, ", %s ", second);
	quote(text, difference->has[1], &texts[1], begin);
}

static int refuse(const struct fork *fork, const struct past_difference *difference,
		  struct span file)
{
	_cleanup_buffer_ struct buffer what = {0};

	fork_describe(difference, _("before"), _("now"), &what);
	keep_heads(fork);
	keep(fork->store, fork->head->generation, "db", file);
	return reason_refuse(
		fork->reason,
		"it tells another past than this store has: %s; its origin rewrote what it had signed, or somebody else has its key; what proves it is in %s/" FORKS,
		what.bytes, fork->store->path);
}

/* The store's file was altered here, but its state knows which chain it had. */
static int check_state(const struct fork *fork, struct span file)
{
	const struct state *state = &fork->store->state;
	char chain[STATE_CHAIN_SIZE];
	int64_t first;
	int r = past_find_chain(file, state->generation, chain, &first);

	if (r <= 0 || state->chain[0] == '\0' || strcmp(chain, state->chain) == 0)
		return r < 0 ? r : 0;
	keep_heads(fork);
	return reason_refuse(
		fork->reason,
		"its generation %lld has the chain %.16s, and this store had one with the chain %.16s; what proves it is in %s/" FORKS,
		(long long)state->generation, chain, state->chain, fork->store->path);
}

static int keep_before_pruning(const struct fork *fork)
{
	const struct store_directory *store = fork->store;
	char name[NAME_SIZE];
	int64_t lowest;
	int r = make_folder(store, PRUNED);

	if (r < 0)
		return r;
	if (count_files(store, PRUNED, &lowest) >= FORK_PRUNED_MAX) {
		(void)snprintf(name, sizeof(name), PRUNED "/%lld.db", (long long)lowest);
		(void)unlinkat(store->fd, name, 0);
	}
	(void)snprintf(name, sizeof(name), PRUNED "/%lld.db", (long long)fork->present->generation);
	r = file_write_whole(store->fd, name, fork->present_file.bytes, fork->present_file.length);
	return r < 0 ? log_error_errno(r, "%s/%s: cannot be written: %m", store->path, name) : 0;
}

int fork_check(const struct fork *fork, struct span file)
{
	const struct head *present = fork->present;
	_cleanup_past_ struct past_difference difference = {0};
	char chain[STATE_CHAIN_SIZE];
	int64_t first, own_first;
	int r;

	if (fork->present_file.length == 0)
		return 0;
	if (strcmp(fork->store->state.sha256, present->file.sha256) != 0)
		return check_state(fork, file);
	r = past_find_chain(file, present->generation, chain, &first);
	/* Then all that the chain is made of is the same, too. */
	if (r > 0 && first == 0 && strcmp(chain, present->chain) == 0)
		return 0;
	if (r >= 0)
		r = past_compare(fork->present_file, file, present->generation, &difference);
	if (r != 0)
		return r < 0 ? r : refuse(fork, &difference, file);
	r = past_find_chain(fork->present_file, present->generation, chain, &own_first);
	if (r < 0)
		return r;
	return first > own_first ? keep_before_pruning(fork) : 0;
}
