#include "stamp/ask.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "common/timestamp.h"
#include "fetch/network.h"
#include "stamp/folder.h"
#include "stamp/token.h"
#include "store/reader.h"
#include "util/duration.h"
#include "util/memory.h"
#include "util/print.h"

struct asking {
	const struct store_directory *store;
	const char *authority;
	struct network network;
	struct stamp_entries entries;
	struct stamp_entry *waiting; /* requests, the newest generation first */
	size_t count, capacity;
	size_t new_count; /* the first of them, which weren't asked for before */
	struct reason reason;
};

static void asking_release(struct asking *asking)
{
	stamp_entries_release(&asking->entries);
	free(asking->waiting);
}

/*
 * Collects the generations that wait, and those behind the last one that has a stamp or waits. In a
 * store that has neither, only the newest.
 */
static int collect(struct asking *asking, sqlite3 *database)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	bool begins = true;
	int r = database_prepare(database, "SELECT id, chain FROM generation ORDER BY id DESC",
				 &rows);

	while (r == 0 && (r = database_next(rows)) > 0) {
		struct stamp_entry entry = {.generation = sqlite3_column_int64(rows, 0),
					    .file = STAMP_REQUEST};
		bool answered, asked;

		r = 0;
		(void)snprintf(entry.chain, sizeof(entry.chain), "%s", database_text(rows, 1));
		answered = stamp_entries_have(&asking->entries, &entry, STAMP_ANSWER);
		asked = stamp_entries_have(&asking->entries, &entry, STAMP_REQUEST);
		begins = begins && !answered && !asked;
		if (begins ? asking->new_count == STAMP_NEW_MAX : answered || !asked)
			continue;
		asking->new_count += begins ? 1 : 0;
		asking->waiting = xgrow(asking->waiting, &asking->capacity, asking->count, 1,
					sizeof(*asking->waiting));
		asking->waiting[asking->count++] = entry;
	}
	if (begins && asking->count > 1) {
		asking->count = 1;
		asking->new_count = 1;
	}
	return r;
}

/* So that a run that is killed leaves none of them out. */
static int begin_requests(const struct asking *asking)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < asking->new_count; i++) {
		_cleanup_buffer_ struct buffer request = {0};

		stamp_put_request(asking->waiting[i].chain, &request);
		r = stamp_write(asking->store, &asking->waiting[i], span_of(&request));
	}
	return r;
}

/* Requests that are answered, by whatever hand, or of a history that the store no longer has. */
static void remove_others(const struct asking *asking)
{
	for (size_t i = 0; i < asking->entries.count; i++) {
		const struct stamp_entry *entry = &asking->entries.rows[i];
		bool stays = entry->file != STAMP_REQUEST;

		for (size_t k = 0; !stays && k < asking->count; k++)
			stays = asking->waiting[k].generation == entry->generation &&
				strcmp(asking->waiting[k].chain, entry->chain) == 0;
		if (!stays)
			stamp_remove(asking->store, entry);
	}
}

/* The stored request; where it makes no sense, a new one takes its place. */
static int read_request(const struct asking *asking, const struct stamp_entry *entry,
			struct buffer *request)
{
	if (stamp_read(asking->store, entry, request) == 0 &&
	    stamp_is_request(span_of(request), entry->chain))
		return 0;
	buffer_clear(request);
	stamp_put_request(entry->chain, request);
	return stamp_write(asking->store, entry, span_of(request));
}

static int send_request(struct asking *asking, struct span request, struct fetch_result *result)
{
	static const char *const headers[] = {"Content-Type: application/timestamp-query",
					      "Accept: application/timestamp-reply", NULL};
	const struct fetch_request wanted = {
		.location = location_of(asking->authority),
		.size_max = STAMP_SIZE_MAX,
		.packed = true,
		.time_limit_seconds = STAMP_REQUEST_SECONDS,
		.body = request,
		.headers = headers,
		.reason = &asking->reason,
	};

	return ask_until_answered(&asking->network, &wanted, result);
}

/* Returns 0 when it is stamped; 1 when it isn't, with a sentence; or -errno, already reported. */
static int ask_one(struct asking *asking, const struct stamp_entry *entry)
{
	_cleanup_buffer_ struct buffer request = {0};
	_cleanup_fetch_result_ struct fetch_result result = {.bytes = NULL};
	struct stamp_entry answer = *entry;
	struct span answered;
	struct stamp stamp;
	char time[TIMESTAMP_TEXT_SIZE];
	int r = read_request(asking, entry, &request);

	if (r < 0)
		return r;
	if (send_request(asking, span_of(&request), &result) < 0)
		return 1;
	answered = (struct span){result.bytes, result.length};
	if (stamp_check_answer(span_of(&request), answered, &asking->reason, &stamp) < 0)
		return 1;
	answer.file = STAMP_ANSWER;
	r = stamp_write(asking->store, &answer, answered);
	if (r < 0)
		return r;
	timestamp_format(stamp.time, time);
	print_line("stamped: generation %lld at %s by %s", (long long)entry->generation, time,
		   stamp.authority);
	return 0;
}

/* Of a generation that waited already it was told before. */
static void report(const struct asking *asking, size_t stamped)
{
	unsigned long long left = asking->count - stamped;

	if (left == 0 || asking->reason.sentence[0] == '\0' ||
	    (asking->new_count == 0 && !asking->network.verbose))
		return;
	log_warning("%s", asking->reason.sentence);
	log_warning(translate_counted(
			    left,
			    "%s: %llu generation waits for its time stamp, until the next pull",
			    "%s: %llu generations wait for their time stamps, until the next pull"),
		    asking->store->path, left);
}

static int ask_all(struct asking *asking)
{
	int64_t end = steady_now() + STAMP_PULL_SECONDS * INT64_C(1000);
	size_t stamped = 0;
	int r = 0;

	while (r == 0 && stamped < asking->count && stamped < STAMP_REQUESTS_MAX &&
	       steady_now() < end) {
		r = ask_one(asking, &asking->waiting[stamped]);
		if (r == 0)
			stamped++;
	}
	report(asking, stamped);
	return r < 0 ? r : 0;
}

int stamp_ask(const struct store_directory *store, const char *authority,
	      const struct network *network)
{
	__attribute__((cleanup(asking_release))) struct asking asking = {
		.store = store,
		.authority = authority,
		.network = *network,
		.reason = {.about = authority},
	};
	_cleanup_interrupt_ struct interrupt own = INTERRUPT_NONE;
	_cleanup_database_ sqlite3 *database = NULL;
	int r = stamp_entries_read(store, &asking.entries);

	asking.network.retries = 0;
	if (r == 0)
		r = store_reader_open_current(store, &database);
	if (r == 0)
		r = collect(&asking, database);
	if (r == 0)
		r = begin_requests(&asking);
	if (r < 0)
		return r;
	remove_others(&asking);
	if (!network->interrupt && interrupt_begin(&own, false) == 0)
		asking.network.interrupt = &own;
	return ask_all(&asking);
}
