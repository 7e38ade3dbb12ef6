/*
 * The store's `state` file: what can change without a new generation, and the
 * few files of the tree that show it.
 *
 * The file is text, a key and a value on each line; it is only ever replaced
 * whole by rename. Written by ismap-sync, read by both programs. Each writing
 * raises the serial, which is part of the shown files' inode numbers.
 */
#ifndef ISMAPFS_STATE_H
#define ISMAPFS_STATE_H

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/timestamp.h"

#define STATE_FILE_NAME "state"
#define STATE_FILE_TEMPORARY "state.new"
#define STATE_HEADER "ismapfs-state 1"
#define STATE_TEXT_SIZE 1024 /* longest value of a line, with its NUL */
#define STATE_FILE_SIZE_MAX 16384
#define STATE_SIGNER_SIZE 64

/* How long a successful check counts, unless the mount says otherwise: 7 days, in milliseconds. */
#define STATE_MAX_AGE_DEFAULT (7 * MILLISECONDS_PER_DAY)

/* Times are milliseconds since 1970 UTC, 0 for never. Texts are empty for none. */
struct state {
	uint32_t serial;
	int64_t written_at;
	int64_t last_attempt;
	int64_t last_success; /* when the list was last known to be what the source says */
	int64_t next_try;
	char last_error[STATE_TEXT_SIZE];
	char location[STATE_TEXT_SIZE];	     /* where the last publication came from */
	char etag[STATE_TEXT_SIZE];	     /* for the next conditional request to that location */
	char last_modified[STATE_TEXT_SIZE]; /* likewise */
	char sha256[65]; /* of the newest publication that was read, changed or not */
	/* A mirror alone has these: what the head said that its list came with. */
	int64_t head_published; /* when the head was made; an older one is a replay */
	int64_t verified;	/* when its signature was last verified here */
	int64_t expires; /* from then on it counts for nothing; the list is shown all the same */
	char signer[STATE_SIGNER_SIZE]; /* the public key, as minisign writes it */
};

/* Files that show the state. README is a document of the store with the state's lines behind it. */
enum state_file {
	STATE_README,
	STATE_CHECKED,
	STATE_STALE,
	STATE_LAST_ATTEMPT,
	STATE_LAST_ERROR,
	STATE_NEXT_TRY,
	STATE_VERIFIED,
	STATE_SIGNER,
	STATE_EXPIRES,
	STATE_FILE_COUNT,
};

/* Their names: README in the root, the others in .registry. */
static inline const char *state_file_name(enum state_file file)
{
	static const char *const names[STATE_FILE_COUNT] = {
		"README",   "checked",	"stale",  "last-attempt", "last-error",
		"next-try", "verified", "signer", "expires",
	};

	return names[file];
}

/* What STATE_README's document is called in the store, so that the two can't be confused. */
#define STATE_README_DOCUMENT "README"

/* A text in which neither control characters nor too great a length can break the file's lines. */
static inline void state_set_text(char destination[static STATE_TEXT_SIZE], const char *text)
{
	size_t length = 0;

	for (; *text != '\0' && length < STATE_TEXT_SIZE - 1; text++)
		destination[length++] =
			(char)((unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text);
	/* A cut inside a character would leave invalid UTF-8: drop that character's beginning. */
	if (*text != '\0') {
		while (length > 0 && ((unsigned char)destination[length - 1] & 0xc0) == 0x80)
			length--;
		if (length > 0 && (unsigned char)destination[length - 1] >= 0xc0)
			length--;
	}
	destination[length] = '\0';
}

/* In the year 2255: what is below it is an int64_t in nanoseconds, too. */
#define STATE_TIME_MAX INT64_C(9000000000000)

/* A time; 0 (never) for what none of ours can be. */
static inline int64_t state_parse_time(const char *text)
{
	long long number = strtoll(text, NULL, 10);

	return number < 0 || number > STATE_TIME_MAX ? 0 : number;
}

static inline void state_parse_line(struct state *state, const char *key, const char *value)
{
	const struct {
		const char *key;
		int64_t *number;
		char *text;
		size_t size;
	} keys[] = {
		{"written-at", &state->written_at, NULL, 0},
		{"last-attempt", &state->last_attempt, NULL, 0},
		{"last-success", &state->last_success, NULL, 0},
		{"next-try", &state->next_try, NULL, 0},
		{"last-error", NULL, state->last_error, sizeof(state->last_error)},
		{"location", NULL, state->location, sizeof(state->location)},
		{"etag", NULL, state->etag, sizeof(state->etag)},
		{"last-modified", NULL, state->last_modified, sizeof(state->last_modified)},
		{"sha256", NULL, state->sha256, sizeof(state->sha256)},
		{"head-published", &state->head_published, NULL, 0},
		{"verified", &state->verified, NULL, 0},
		{"expires", &state->expires, NULL, 0},
		{"signer", NULL, state->signer, sizeof(state->signer)},
	};

	if (strcmp(key, "serial") == 0)
		state->serial = (uint32_t)strtoull(value, NULL, 10);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(key, keys[i].key) != 0)
			continue;
		if (keys[i].number)
			*keys[i].number = state_parse_time(value);
		else
			(void)snprintf(keys[i].text, keys[i].size, "%s", value);
	}
}

/*
 * Reads the state of the store whose directory is open as store_fd. A store
 * that was never checked has no state: all zero, and 0 is returned.
 * -EBADMSG when the file isn't one of ours; *state is all zero then too.
 */
static inline int state_read(int store_fd, struct state *state)
{
	char text[STATE_FILE_SIZE_MAX];
	_cleanup_close_ int fd = -1;
	char *position = NULL;
	ssize_t length;

	memset(state, 0, sizeof(*state));
	fd = openat(store_fd, STATE_FILE_NAME, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	length = read(fd, text, sizeof(text) - 1);
	if (length < 0)
		return -errno;
	text[length] = '\0';
	if (strncmp(text, STATE_HEADER "\n", strlen(STATE_HEADER "\n")) != 0)
		return -EBADMSG;
	for (char *line = strtok_r(text, "\n", &position); line;
	     line = strtok_r(NULL, "\n", &position)) {
		char *value = strchr(line, ' ');

		if (!value)
			continue;
		*value++ = '\0';
		state_parse_line(state, line, value);
	}
	return 0;
}

/* A mirror's head counts up to and including its last millisecond. */
static inline bool state_is_expired(const struct state *state, int64_t now)
{
	return state->expires > 0 && now > state->expires;
}

/* Until when a list that is fresh stays so by itself, in milliseconds since 1970 UTC. */
static inline int64_t state_fresh_until(const struct state *state, int64_t max_age)
{
	int64_t until = max_age > STATE_TIME_MAX - state->last_success
				? STATE_TIME_MAX
				: state->last_success + max_age;

	return state->expires > 0 && state->expires < until ? state->expires : until;
}

/*
 * Whether the list must not be relied on: it is not complete, was never checked
 * against its source, the last successful check is older than max_age
 * (milliseconds), or what its signer vouches for has expired. A check in the
 * future (a clock that was set back) counts as none: nobody can tell how old it
 * is.
 */
static inline bool state_is_stale(const struct state *state, bool complete, int64_t max_age,
				  int64_t now)
{
	if (!complete || state->last_success <= 0 ||
	    state->last_success > now + MILLISECONDS_PER_HOUR)
		return true;
	return now - state->last_success > max_age || state_is_expired(state, now);
}

static inline int state_render_line(const char *line, char *text, size_t size)
{
	int length = snprintf(text, size, "%s\n", line);

	return length < 0 || (size_t)length >= size ? -ENOBUFS : length;
}

/*
 * The content of a state file: at most size - 1 bytes and a NUL into text.
 * readme is README's document, as stored; used for STATE_README alone.
 * Returns the length, or -ENOENT when the file doesn't exist (never checked, no
 * next try known, no mirror), or -ENOBUFS.
 */
static inline int state_render(enum state_file file, const struct state *state, bool stale,
			       const char *readme, char *text, size_t size)
{
	char time[TIMESTAMP_TEXT_SIZE];
	int64_t instant = 0;
	int length;

	switch (file) {
	case STATE_README:
		if (state->last_success > 0)
			timestamp_format(state->last_success, time);
		length = snprintf(text, size, "%s\nChecked against the source: %s\nStale: %s\n",
				  readme, state->last_success > 0 ? time : "never",
				  stale ? "yes" : "no");
		return length < 0 || (size_t)length >= size ? -ENOBUFS : length;
	case STATE_STALE: return state_render_line(stale ? "yes" : "no", text, size);
	case STATE_LAST_ERROR:
		text[0] = '\0';
		return state->last_error[0] == '\0'
			       ? 0
			       : state_render_line(state->last_error, text, size);
	case STATE_CHECKED: instant = state->last_success; break;
	case STATE_LAST_ATTEMPT: instant = state->last_attempt; break;
	case STATE_NEXT_TRY: instant = state->next_try; break;
	case STATE_VERIFIED: instant = state->verified; break;
	case STATE_EXPIRES: instant = state->expires; break;
	case STATE_SIGNER:
		return state->signer[0] == '\0' ? -ENOENT
						: state_render_line(state->signer, text, size);
	case STATE_FILE_COUNT: break;
	}
	if (instant <= 0)
		return -ENOENT;
	timestamp_format(instant, time);
	return state_render_line(time, text, size);
}

/*
 * The mtime, in nanoseconds since 1970 UTC, of a state file: when the state was
 * written; for those that the clock changes too, the moment of going stale.
 * generation_mtime is the newest generation's, below which it never is.
 */
static inline int64_t state_mtime(enum state_file file, const struct state *state, bool stale,
				  int64_t max_age, int64_t generation_mtime)
{
	int64_t mtime = state->written_at * NANOSECONDS_PER_MILLISECOND;

	if (stale && state->last_success > 0 && (file == STATE_README || file == STATE_STALE)) {
		int64_t expiry = state_fresh_until(state, max_age) * NANOSECONDS_PER_MILLISECOND;

		if (expiry > mtime)
			mtime = expiry;
	}
	return mtime > generation_mtime ? mtime : generation_mtime;
}

#endif
