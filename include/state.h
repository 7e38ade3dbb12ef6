/*
 * The store's `state` file: what can change without a new generation. A few files
 * of the tree show it.
 *
 * The file is text, one key and value a line, and is only replaced as a whole, by
 * rename. ismap-sync writes it, both programs read it. Each write raises the
 * serial, which is part of the inode numbers of the files that show the state.
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
#include <sys/stat.h>

#include "common/cleanup.h"
#include "common/foreign_text.h"
#include "common/timestamp.h"

#define STATE_FILE_NAME "state"
#define STATE_FILE_TEMPORARY "state.new"
#define STATE_HEADER "ismapfs-state 2"
#define STATE_HEADER_BEFORE "ismapfs-state 1" /* the same, without documents */
#define STATE_TEXT_SIZE 1024		      /* longest value of a line, with its NUL */
#define STATE_FILE_SIZE_MAX 65536
#define STATE_SIGNER_SIZE 64
#define STATE_CHAIN_SIZE 65 /* of a chain's text, with its NUL */
#define STATE_WORD_SIZE 32  /* a role or a shape of a document, with its NUL */

/* Of so many documents the state knows what the next conditional request needs. */
#define STATE_DOCUMENTS_MAX 8

/* How long a successful check counts by default. Milliseconds. */
#define STATE_MAX_AGE_DEFAULT (7 * MILLISECONDS_PER_DAY)

/* A document that the newest list was read from, or that was found unchanged since. */
struct state_document {
	char role[STATE_WORD_SIZE];
	char shape[STATE_WORD_SIZE];
	char location[STATE_TEXT_SIZE];
	char etag[STATE_TEXT_SIZE];	     /* for the next conditional request */
	char last_modified[STATE_TEXT_SIZE]; /* the same */
	char sha256[65];
};

/* Times are milliseconds since 1970 UTC; 0 means never. An empty text means none. */
struct state {
	uint32_t serial;
	int64_t written_at;
	int64_t last_attempt;
	int64_t last_success; /* when the list was last known to equal its source */
	int64_t next_try;
	char last_error[STATE_TEXT_SIZE];
	char location[STATE_TEXT_SIZE];	     /* of the last publication's list */
	char etag[STATE_TEXT_SIZE];	     /* of a mirror's head, for the next request */
	char last_modified[STATE_TEXT_SIZE]; /* the same */
	/* Of the newest publication that was read, changed or not; where it has several documents,
	 * of their checksums. */
	char sha256[65];
	struct state_document documents[STATE_DOCUMENTS_MAX]; /* up to one without a role */
	/* The role of a document that the list needs to be relied on, and that the last pull had to
	 * do without. */
	char lacks[STATE_WORD_SIZE];
	/* The generation that this file speaks of: its number and its chain, which binds its
	 * content. Where a list is another one, nothing in this file says anything about it. */
	int64_t generation;
	char chain[STATE_CHAIN_SIZE];
	/* Until when that generation was known to be the newest. */
	int64_t held_until;
	/* The time that the list itself states, as it was last read, also where it was the same as
	 * before; and how old that may be before the list counts as no longer published. */
	int64_t published, publication_limit;
	/* Only a mirror has these, from the head that its list came with. */
	int64_t head_published;		/* when the head was made; an older head is a replay */
	int64_t verified;		/* when its signature was last verified here */
	int64_t expires;		/* after that the list is stale, but still shown */
	char signer[STATE_SIGNER_SIZE]; /* the public key, as minisign writes it */
};

/* Files that show the state. README and at/days are documents of the store, followed by lines of
 * the state. */
enum state_file {
	STATE_README,
	STATE_DAYS,
	STATE_CHECKED,
	STATE_STALE,
	STATE_STALE_REASON,
	STATE_LAST_ATTEMPT,
	STATE_LAST_ERROR,
	STATE_NEXT_TRY,
	STATE_VERIFIED,
	STATE_SIGNER,
	STATE_EXPIRES,
	STATE_FILE_COUNT,
};

/* A state file's name. README is in the root, days is in at/, the others are in .registry. */
static inline const char *state_file_name(enum state_file file)
{
	static const char *const names[STATE_FILE_COUNT] = {
		"README",     "days",	  "checked",  "stale",	"stale.reason", "last-attempt",
		"last-error", "next-try", "verified", "signer", "expires",
	};

	return names[file];
}

/* The names of STATE_README's and STATE_DAYS' documents in the store. */
#define STATE_README_DOCUMENT "README"
#define STATE_DAYS_DOCUMENT "days"

/* Copies a text, made fit for a line of the file: control characters become blanks, the end is cut
 * off where it is too long. */
static inline void state_set_text(char destination[static STATE_TEXT_SIZE], const char *text)
{
	size_t length = 0;

	for (; *text != '\0' && length < STATE_TEXT_SIZE - 1; text++)
		destination[length++] =
			(char)((unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text);
	/* Don't leave a part of a character: that would be invalid UTF-8. */
	if (*text != '\0') {
		while (length > 0 && ((unsigned char)destination[length - 1] & 0xc0) == 0x80)
			length--;
		if (length > 0 && (unsigned char)destination[length - 1] >= 0xc0)
			length--;
	}
	destination[length] = '\0';
}

#define STATE_TIME_MAX TIMESTAMP_MAX

/* Parses a time; 0 (never) when it is out of range. */
static inline int64_t state_parse_time(const char *text)
{
	long long number = strtoll(text, NULL, 10);

	return number < 0 || number > STATE_TIME_MAX ? 0 : number;
}

/* The document that lines about a role are of: the last one of that role. NULL: there is none. */
static inline struct state_document *state_document_of(struct state *state, const char *role)
{
	for (size_t i = STATE_DOCUMENTS_MAX; i-- > 0;)
		if (strcmp(state->documents[i].role, role) == 0)
			return &state->documents[i];
	return NULL;
}

/* One more document; NULL: there is no room. */
static inline struct state_document *state_document_add(struct state *state, const char *role)
{
	for (size_t i = 0; i < STATE_DOCUMENTS_MAX; i++) {
		struct state_document *document = &state->documents[i];

		if (document->role[0] != '\0')
			continue;
		(void)snprintf(document->role, sizeof(document->role), "%s", role);
		return document;
	}
	return NULL;
}

/* `ROLE KEY VALUE`; the location is a document's first line. */
static inline void state_parse_document(struct state *state, char *role)
{
	char *position = NULL;
	const char *word = strtok_r(role, " ", &position);
	const char *key = strtok_r(NULL, " ", &position);
	const char *value = strtok_r(NULL, "", &position);
	struct state_document *document;

	if (!word || !key || !value)
		return;
	document = strcmp(key, "location") == 0 ? state_document_add(state, word)
						: state_document_of(state, word);
	if (!document)
		return;
	if (strcmp(key, "location") == 0)
		(void)snprintf(document->location, sizeof(document->location), "%s", value);
	else if (strcmp(key, "shape") == 0)
		(void)snprintf(document->shape, sizeof(document->shape), "%s", value);
	else if (strcmp(key, "etag") == 0)
		(void)snprintf(document->etag, sizeof(document->etag), "%s", value);
	else if (strcmp(key, "last-modified") == 0)
		(void)snprintf(document->last_modified, sizeof(document->last_modified), "%s",
			       value);
	else if (strcmp(key, "sha256") == 0)
		(void)snprintf(document->sha256, sizeof(document->sha256), "%s", value);
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
		{"held-until", &state->held_until, NULL, 0},
		{"generation", &state->generation, NULL, 0},
		{"chain", NULL, state->chain, sizeof(state->chain)},
		{"published", &state->published, NULL, 0},
		{"publication-limit", &state->publication_limit, NULL, 0},
		{"lacks", NULL, state->lacks, sizeof(state->lacks)},
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
 * Reads the state of the store whose directory is open as store_fd. Without a
 * state file (a store that was never checked) *state is all zero.
 * Returns 0; -EBADMSG, with *state all zero, when the file has another format; or
 * another -errno.
 */
static inline int state_read(int store_fd, struct state *state)
{
	char text[STATE_FILE_SIZE_MAX];
	_cleanup_close_ int fd = -1;
	struct stat attributes;
	char *position = NULL;
	ssize_t length;

	memset(state, 0, sizeof(*state));
	/* Opening a pipe would wait for a writer. */
	fd = openat(store_fd, STATE_FILE_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(fd, &attributes) < 0 || !S_ISREG(attributes.st_mode))
		return -EBADMSG;
	length = read(fd, text, sizeof(text) - 1);
	if (length < 0)
		return -errno;
	text[length] = '\0';
	if (strncmp(text, STATE_HEADER "\n", strlen(STATE_HEADER "\n")) != 0 &&
	    strncmp(text, STATE_HEADER_BEFORE "\n", strlen(STATE_HEADER_BEFORE "\n")) != 0)
		return -EBADMSG;
	for (char *line = strtok_r(text, "\n", &position); line;
	     line = strtok_r(NULL, "\n", &position)) {
		char *value = strchr(line, ' ');

		if (!value)
			continue;
		*value++ = '\0';
		if (strcmp(line, "document") == 0)
			state_parse_document(state, value);
		else
			state_parse_line(state, line, value);
	}
	/* They are shown, and the store may be somebody else's. */
	foreign_defuse(state->last_error);
	foreign_defuse(state->signer);
	return 0;
}

/* Whether the file speaks of that list: the same generation with the same content. */
static inline bool state_speaks_of(const struct state *state, int64_t generation, const char *chain)
{
	return state->generation > 0 && state->generation == generation &&
	       strcmp(state->chain, chain) == 0;
}

/* Until when that list was known to be the newest; 0: nothing is known but its publication. */
static inline int64_t state_held_until(const struct state *state, int64_t generation,
				       const char *chain)
{
	return state_speaks_of(state, generation, chain) ? state->held_until : 0;
}

/* Makes the state speak of a list. Until when another one was the newest says nothing of it. */
static inline void state_speak_of(struct state *state, int64_t generation, const char *chain)
{
	if (state_speaks_of(state, generation, chain))
		return;
	state->generation = generation;
	(void)snprintf(state->chain, sizeof(state->chain), "%s", chain);
	state->held_until = 0;
}

/* Whether a mirror's head has expired: it counts up to and including its last millisecond. */
static inline bool state_is_expired(const struct state *state, int64_t now)
{
	return state->expires > 0 && now > state->expires;
}

/* How old things may be, in milliseconds. */
struct state_limits {
	int64_t max_age;	     /* since the last successful check */
	int64_t max_publication_age; /* since the list's own time; negative: as the state says */
};

#define STATE_LIMITS_DEFAULT \
	(struct state_limits) \
	{ \
		.max_age = STATE_MAX_AGE_DEFAULT, .max_publication_age = -1 \
	}

/* What the state is asked about: a list that somebody has before them. */
struct state_list {
	bool complete;	/* the publication says that it is the whole list */
	bool spoken_of; /* state_speaks_of() it, or of a generation before it */
	bool behind;	/* a newer one can't be shown */
};

/* Why a list must not be relied on. */
enum stale_reason {
	STALE_NOT,	     /* it may be relied on */
	STALE_BEHIND,	     /* a newer list is there, but can't be shown */
	STALE_UNSPOKEN,	     /* the state is of another list: a copy, or put back by hand */
	STALE_INCOMPLETE,    /* the publication isn't the whole list */
	STALE_LACKS,	     /* a document that the list needs wasn't read */
	STALE_NEVER_CHECKED, /* nobody has asked the source */
	STALE_IN_FUTURE,     /* the check was later than now: one of the clocks was wrong */
	STALE_UNCHECKED,     /* the last successful check is too long ago */
	STALE_UNPUBLISHED,   /* the source answers, but its list is too old */
	STALE_EXPIRED,	     /* the head of a mirror has expired */
};

/* The latest instant that is no later than this many milliseconds after another. */
static inline int64_t state_instant_after(int64_t instant, int64_t milliseconds)
{
	return milliseconds > STATE_TIME_MAX - instant ? STATE_TIME_MAX : instant + milliseconds;
}

/* Until when the list's own time is recent enough; STATE_TIME_MAX: no limit is known. */
static inline int64_t state_published_until(const struct state *state,
					    const struct state_limits *limits)
{
	int64_t limit = limits->max_publication_age < 0 ? state->publication_limit
							: limits->max_publication_age;

	/* A limit of the state's own that is 0 is none; the administrator's 0 is one. */
	if (state->published <= 0 || (limit == 0 && limits->max_publication_age < 0))
		return STATE_TIME_MAX;
	return state_instant_after(state->published, limit);
}

/* Until when a fresh list stays fresh if nothing happens, in milliseconds since 1970 UTC. */
static inline int64_t state_fresh_until(const struct state *state,
					const struct state_limits *limits)
{
	int64_t until = state_instant_after(state->last_success, limits->max_age);
	int64_t published_until = state_published_until(state, limits);

	if (published_until < until)
		until = published_until;
	return state->expires > 0 && state->expires < until ? state->expires : until;
}

/*
 * Why the list must not be relied on at an instant, or STALE_NOT. A check in the future (a clock
 * was or is wrong) doesn't count, since its age is unknown.
 */
static inline enum stale_reason state_stale_reason(const struct state *state,
						   const struct state_list *list,
						   const struct state_limits *limits, int64_t now)
{
	if (list->behind)
		return STALE_BEHIND;
	if (!list->complete)
		return STALE_INCOMPLETE;
	if (state->last_success <= 0)
		return STALE_NEVER_CHECKED;
	if (!list->spoken_of)
		return STALE_UNSPOKEN;
	if (state->lacks[0] != '\0')
		return STALE_LACKS;
	if (state->last_success > now + MILLISECONDS_PER_HOUR)
		return STALE_IN_FUTURE;
	if (now - state->last_success > limits->max_age)
		return STALE_UNCHECKED;
	if (state_is_expired(state, now))
		return STALE_EXPIRED;
	return now > state_published_until(state, limits) ? STALE_UNPUBLISHED : STALE_NOT;
}

/* Whether the list may be relied on, as it is shown. */
struct state_verdict {
	enum stale_reason reason;
	struct state_limits limits;
	const char *sentence; /* of the reason (stale.h); NULL or "": none */
};

static inline bool is_stale(const struct state_verdict *verdict)
{
	return verdict->reason != STALE_NOT;
}

static inline int state_render_line(const char *line, char *text, size_t size)
{
	int length = snprintf(text, size, "%s\n", line);

	return length < 0 || (size_t)length >= size ? -ENOBUFS : length;
}

/* README is the same in every language. */
static inline int state_render_readme(const struct state *state,
				      const struct state_verdict *verdict, const char *readme,
				      char *text, size_t size)
{
	const char *why = "";
	char time[TIMESTAMP_TEXT_SIZE] = "never";
	int length;

	if (state->last_success > 0)
		timestamp_format(state->last_success, time);
	if (is_stale(verdict))
		why = "Not to be relied on: .registry/stale.reason says why\n";
	/* cppcheck-suppress ctunullpointer; README has a document */
	length = snprintf(text, size, "%s\nChecked against the source: %s\n%sStale: %s\n", readme,
			  time, why, is_stale(verdict) ? "yes" : "no");
	return length < 0 || (size_t)length >= size ? -ENOBUFS : length;
}

/*
 * Renders a state file into text, with a NUL. document is what the store has of README, or all
 * of at/days; only STATE_README and STATE_DAYS use it.
 * Returns the length; -ENOENT when the file doesn't exist (never checked, no next
 * try known, no mirror, not stale); -ENOBUFS when size is too small.
 */
static inline int state_render(enum state_file file, const struct state *state,
			       const struct state_verdict *verdict, const char *document,
			       char *text, size_t size)
{
	char time[TIMESTAMP_TEXT_SIZE];
	int64_t instant = 0;
	int length;

	switch (file) {
	case STATE_README: return state_render_readme(state, verdict, document, text, size);
	case STATE_DAYS:
		length = snprintf(text, size, "%s", document);
		return length < 0 || (size_t)length >= size ? -ENOBUFS : length;
	case STATE_STALE: return state_render_line(is_stale(verdict) ? "yes" : "no", text, size);
	case STATE_STALE_REASON:
		if (!verdict->sentence || verdict->sentence[0] == '\0')
			return -ENOENT;
		return state_render_line(verdict->sentence, text, size);
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

/* Whether a list became stale since nothing happened, so at an instant that is known. */
static inline bool stale_by_time(enum stale_reason reason)
{
	return reason == STALE_UNCHECKED || reason == STALE_UNPUBLISHED || reason == STALE_EXPIRED;
}

/* Whether a file shows that the list is stale. */
static inline bool state_file_shows_stale(enum state_file file)
{
	return file == STATE_README || file == STATE_STALE || file == STATE_STALE_REASON;
}

/*
 * The mtime of a state file, in nanoseconds since 1970 UTC: when the state was
 * written, or when the list became stale for the files that show that. Never
 * earlier than generation_mtime, the newest generation's.
 */
static inline int64_t state_mtime(enum state_file file, const struct state *state,
				  const struct state_verdict *verdict, int64_t generation_mtime)
{
	int64_t mtime = state->written_at * NANOSECONDS_PER_MILLISECOND;

	if (stale_by_time(verdict->reason) && state_file_shows_stale(file)) {
		int64_t expiry =
			state_fresh_until(state, &verdict->limits) * NANOSECONDS_PER_MILLISECOND;

		if (expiry > mtime)
			mtime = expiry;
	}
	return mtime > generation_mtime ? mtime : generation_mtime;
}

#endif
