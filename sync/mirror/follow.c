#include "mirror/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "store/database.h"
#include "store/reader.h"
#include "util/file.h"
#include "fetch/location.h"
#include "common/log.h"
#include "mirror/accept.h"
#include "mirror/fork.h"
#include "mirror/kept_head.h"
#include "mirror/minisign/minisign_key.h"
#include "mirror/present.h"
#include "gather/gather.h"
#include "gather/known.h"
#include "pull/pull.h"

static const struct document_kind no_documents[] = {{0}};

const struct reader reader_mirror = {.name = "mirror", .documents = no_documents, .mirrors = true};

/* One pull. */
struct mirror {
	struct store_directory *store;
	struct pull_request request; /* the caller's, with what this pull adds */
	struct network network;
	struct download download;
	struct minisign_keys keys;
	/* What the store has; empty where it holds nothing yet. */
	struct buffer file;
	struct head present;
	/* What is offered. */
	struct buffer head_text;
	unsigned char *head_bytes; /* the same, as its parser leaves it */
	struct reason reason;
	struct head head;
	struct buffer signature_text;
	const struct minisign_public *key; /* of keys: who signed */
	int64_t now;			   /* when the head came */
	bool store_failed;		   /* the store, not what is offered */
	struct interrupt own;
};

static void mirror_release(struct mirror *mirror)
{
	buffer_release(&mirror->file);
	buffer_release(&mirror->head_text);
	buffer_release(&mirror->signature_text);
	free(mirror->head_bytes);
	network_share_end(&mirror->network);
	interrupt_end(&mirror->own);
}

static bool is_signer(const struct mirror *mirror)
{
	char text[MINISIGN_PUBLIC_TEXT_SIZE];

	for (size_t i = 0; i < mirror->keys.count; i++) {
		minisign_public_text(&mirror->keys.keys[i], text);
		if (strcmp(text, mirror->store->state.signer) == 0)
			return true;
	}
	return false;
}

static int check_registry(struct mirror *mirror)
{
	const struct head *head = &mirror->head;

	if (mirror->present.registry[0] == '\0')
		return 0;
	if (strcmp(head->registry, mirror->present.registry) != 0)
		return reason_refuse(&mirror->reason,
				     "it is of the registry '%s', and this store holds '%s'",
				     head->registry, mirror->present.registry);
	if (strcmp(head->uuid, mirror->present.uuid) != 0)
		return reason_refuse(
			&mirror->reason,
			"it is of another store of '%s' (%s) than this one is of (%s); for that one take another directory",
			head->registry, head->uuid, mirror->present.uuid);
	return 0;
}

/* Fetches the signature and parses it. */
static int get_signature(struct mirror *mirror, struct minisign_signature *signature)
{
	_cleanup_fetch_result_ struct fetch_result fetched = {0};
	char sum[CHECKSUM_TEXT_SIZE], path[HEAD_PATH_SIZE];
	int r;

	checksum(mirror->head_text.bytes, mirror->head_text.length, sum);
	head_signature_path(sum, path);
	r = download_file(&mirror->download, path, MINISIGN_FILE_SIZE_MAX, &fetched);
	if (r == -ENOENT)
		return reason_refuse(&mirror->reason, "it has no signature: there is no %s", path);
	if (r < 0)
		return r;
	if (minisign_parse((const char *)fetched.bytes, fetched.length, signature) < 0)
		return reason_refuse(&mirror->reason, "%s is not a signature of minisign's kind",
				     path);
	buffer_append(&mirror->signature_text, fetched.bytes, fetched.length);
	return 0;
}

static int check_key(struct mirror *mirror, const struct minisign_signature *signature)
{
	char id[MINISIGN_ID_TEXT_SIZE], own[MINISIGN_ID_TEXT_SIZE];

	mirror->key = minisign_find(&mirror->keys, signature->id);
	if (mirror->key)
		return 0;
	minisign_id_text(signature->id, id);
	minisign_id_text(mirror->keys.keys[0].id, own);
	return reason_refuse(&mirror->reason, "it is signed with the key %s; %s holds %s%s", id,
			     mirror->request.public_key, own,
			     mirror->keys.count > 1 ? _(" and others, not that one") : "");
}

static int check_signature(struct mirror *mirror)
{
	struct minisign_signature signature;
	char comment[HEAD_COMMENT_SIZE];
	int r = get_signature(mirror, &signature);

	if (r < 0)
		return r;
	r = check_key(mirror, &signature);
	if (r < 0)
		return r;
	if (!minisign_verify(mirror->key, &signature, mirror->head_text.bytes,
			     mirror->head_text.length))
		return reason_refuse(
			&mirror->reason,
			"its signature doesn't fit: it was changed after it was signed, or forged");
	/* A head that was signed by hand has minisign's own comment. */
	head_comment(&mirror->head, comment);
	if (strncmp(signature.comment, "ismapfs ", strlen("ismapfs ")) == 0 &&
	    strcmp(signature.comment, comment) != 0)
		return reason_refuse(&mirror->reason,
				     "its signature's comment names another head: %s",
				     signature.comment);
	return 0;
}

static int check_age(struct mirror *mirror)
{
	const struct state *state = &mirror->store->state;
	const struct head *head = &mirror->head;
	char theirs[TIMESTAMP_TEXT_SIZE], ours[TIMESTAMP_TEXT_SIZE];

	timestamp_format(head->published, theirs);
	timestamp_format(state->head_published, ours);
	if (head->published > mirror->now + HEAD_FUTURE_MAX)
		return reason_refuse(
			&mirror->reason,
			"it states the time %s, which is in the future; check the clocks of this machine and of the origin",
			theirs);
	if (state->signer[0] != '\0' && head->published < state->head_published)
		return reason_refuse(
			&mirror->reason,
			"it is of %s, older than the head of %s that this store follows: a cache lags behind, or an attacker replays an old head",
			theirs, ours);
	if (head->generation < mirror->present.generation)
		return reason_refuse(
			&mirror->reason,
			"it offers generation %lld, older than generation %lld, which this store has",
			(long long)head->generation, (long long)mirror->present.generation);
	if (strcmp(head->file.sha256, mirror->present.file.sha256) == 0 &&
	    (head->generation != mirror->present.generation ||
	     strcmp(head->chain, mirror->present.chain) != 0))
		return reason_refuse(&mirror->reason,
				     "its file is not the generation that it states");
	/* A file here that was changed since it was mirrored says nothing of the origin. */
	if (head->generation == mirror->present.generation &&
	    strcmp(head->chain, mirror->present.chain) == 0 &&
	    strcmp(head->file.sha256, mirror->present.file.sha256) != 0 &&
	    strcmp(state->sha256, mirror->present.file.sha256) == 0)
		return reason_refuse(
			&mirror->reason,
			"its generation %lld isn't the one that this store has: the origin was set back; take another directory to follow it",
			(long long)head->generation);
	return 0;
}

/* Of the head that is offered or, when there is no newer one, of the one that the store follows. */
static int refuse_expired(struct mirror *mirror, int64_t expires)
{
	char time[TIMESTAMP_TEXT_SIZE], now[TIMESTAMP_TEXT_SIZE], clock[TIMESTAMP_TEXT_SIZE];

	if (mirror->now <= expires)
		return 0;
	timestamp_format(expires, time);
	timestamp_format(mirror->now, now);
	timestamp_format(clock_now(), clock);
	if (mirror->store->current[0] == '\0')
		return reason_refuse(
			&mirror->reason,
			"it expired at %s, and it is %s now (this machine's clock shows %s): its origin has stopped publishing, or newer heads are held back on the way",
			time, now, clock);
	return reason_refuse(
		&mirror->reason,
		"it expired at %s, and it is %s now (this machine's clock shows %s): its origin has stopped publishing, or newer heads are held back on the way; the store keeps its list, which counts as stale",
		time, now, clock);
}

static int check_expiry(struct mirror *mirror)
{
	return refuse_expired(mirror, mirror->head.expires);
}

static int check_schema_version(struct mirror *mirror)
{
	if (mirror->head.schema == STORE_SCHEMA_VERSION)
		return 0;
	return reason_refuse(
		&mirror->reason,
		"its file is of schema version %lld, this program reads %d; use the same version of ismapfs as the origin: an older origin publishes for this one after 'ismap-sync upgrade' and 'ismap-sync publish'",
		(long long)mirror->head.schema, STORE_SCHEMA_VERSION);
}

static int read_head(struct mirror *mirror, struct fetch_result *fetched)
{
	buffer_append(&mirror->head_text, fetched->bytes, fetched->length);
	mirror->head_bytes = steal_pointer(fetched->bytes);
	return head_parse(mirror->head_bytes, fetched->length, &mirror->reason, &mirror->head);
}

static int check_head(struct mirror *mirror)
{
	static int (*const checks[])(struct mirror * mirror) = {
		check_registry, check_signature, check_age, check_expiry, check_schema_version,
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		int r = checks[i](mirror);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Keeps what a head states in the store's state, once its file is current. */
static void note_head(struct mirror *mirror, const struct fetch_result *fetched)
{
	struct state *state = &mirror->store->state;
	const struct head *head = &mirror->head;
	char signer[MINISIGN_PUBLIC_TEXT_SIZE];

	minisign_public_text(mirror->key, signer);
	(void)snprintf(state->signer, sizeof(state->signer), "%s", signer);
	memcpy(state->sha256, head->file.sha256, sizeof(state->sha256));
	state->head_published = head->published;
	state->expires = head->expires < STATE_TIME_MAX ? head->expires : STATE_TIME_MAX;
	state->verified = mirror->now;
	/* Only the origin asks the list's source. */
	state->last_success = head->checked;
	store_directory_speak_of_current(mirror->store);
	state->held_until = head->held_until;
	state->published = head->list_published;
	state->publication_limit = head->list_limit;
	state->last_error[0] = '\0';
	known_forget(state);
	state_set_text(state->location, mirror->request.from[0].text);
	state_set_text(state->etag, fetched->network ? fetched->etag : "");
	state_set_text(state->last_modified, fetched->network ? fetched->last_modified : "");
}

static int print_changed(const struct mirror *mirror, size_t deltas)
{
	_cleanup_database_ sqlite3 *database = NULL;
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	char published[TIMESTAMP_TEXT_SIZE], way[40] = "whole";
	int64_t services;
	int r = store_reader_open_current(mirror->store, &database);

	if (r < 0)
		return r;
	r = database_prepare(database,
			     "SELECT id, published_at, services FROM generation"
			     " ORDER BY id DESC LIMIT 1",
			     &row);
	if (r < 0)
		return r;
	r = database_next(row);
	if (r < 0)
		return r;
	timestamp_format(sqlite3_column_int64(row, 1), published);
	services = sqlite3_column_int64(row, 2);
	if (deltas > 0)
		(void)snprintf(way, sizeof(way), "by %zu delta%s", deltas, PLURAL(deltas));
	(void)printf(
		"changed: generation %lld, published %s: %lld service%s; %zu bytes fetched, %s\n",
		(long long)sqlite3_column_int64(row, 0), published, (long long)services,
		PLURAL(services), mirror->network.transferred, way);
	return 0;
}

static struct fork fork_of(struct mirror *mirror)
{
	return (struct fork){
		.store = mirror->store,
		.present_file = span_of(&mirror->file),
		.present = &mirror->present,
		.head = &mirror->head,
		.signature = span_of(&mirror->signature_text),
		.text = span_of(&mirror->head_text),
		.reason = &mirror->reason,
	};
}

/* Makes the file current, if it passes. */
static int take_file(struct mirror *mirror, const struct buffer *file)
{
	struct store_directory *store = mirror->store;
	const struct fork fork = fork_of(mirror);
	int r = file_write_whole(store->fd, STORE_GENERATION_NEW, file->bytes, file->length);

	if (r < 0)
		return log_error_errno(r, "%s/" STORE_GENERATION_NEW ": cannot write: %m",
				       store->path);
	r = accept_check_file(store, STORE_GENERATION_NEW, &mirror->head, &mirror->reason);
	if (r == 0)
		r = fork_check(&fork, span_of(file));
	return r < 0 ? r : store_directory_make_current(store, mirror->head.generation);
}

static int get_and_take(struct mirror *mirror, size_t *deltas)
{
	_cleanup_buffer_ struct buffer file = {0};
	const struct fork fork = fork_of(mirror);
	int r;

	fork_note_head(&fork);
	r = accept_get_file(&mirror->download, &mirror->head, span_of(&mirror->file),
			    mirror->present.file.sha256, &file, deltas);

	if (r < 0)
		return r;
	r = take_file(mirror, &file);
	if (r < 0) {
		mirror->store_failed = true;
		(void)unlinkat(mirror->store->fd, STORE_GENERATION_NEW, 0);
	}
	return r;
}

static int take_head(struct mirror *mirror, struct fetch_result *fetched)
{
	bool same = strcmp(mirror->head.file.sha256, mirror->present.file.sha256) == 0;
	size_t deltas = 0;
	int r = same ? 0 : get_and_take(mirror, &deltas);

	if (r < 0)
		return r;
	r = kept_head_write(mirror->store, span_of(&mirror->signature_text),
			    span_of(&mirror->head_text));
	mirror->store_failed = r < 0;
	if (r < 0)
		return r;
	note_head(mirror, fetched);
	if (!same)
		return mirror->request.silent ? 0 : print_changed(mirror, deltas);
	if (!mirror->network.quiet)
		(void)printf("unchanged: generation %lld stays; its signature holds\n",
			     (long long)mirror->head.generation);
	return 0;
}

/* The server says that the head is the one which was taken last time. */
static int same_again(struct mirror *mirror, const struct fetch_result *fetched)
{
	struct state *state = &mirror->store->state;
	int r = refuse_expired(mirror, state->expires);

	if (r < 0)
		return r;
	state_set_text(state->etag, fetched->etag);
	state_set_text(state->last_modified, fetched->last_modified);
	state->last_error[0] = '\0';
	if (!mirror->network.quiet)
		(void)printf("unchanged: the source says that nothing is newer\n");
	return 0;
}

static int ask_for_head(struct mirror *mirror, struct fetch_result *fetched)
{
	const struct state *state = &mirror->store->state;
	const struct location *location = &mirror->request.from[0];
	bool known =
		mirror->store->current[0] != '\0' && strcmp(state->location, location->text) == 0;
	const struct fetch_request request = {
		.location = *location,
		.etag = known ? state->etag : "",
		.last_modified = known ? state->last_modified : "",
		.size_max = mirror->request.size_max,
		.only_files = mirror->request.only_files,
		.reason = &mirror->reason,
	};

	return ask_until_answered(&mirror->network, &request, fetched);
}

static int pull_head(struct mirror *mirror)
{
	_cleanup_fetch_result_ struct fetch_result fetched = {0};
	int r = ask_for_head(mirror, &fetched);

	if (r < 0)
		return r;
	mirror->now = network_read_clock(&mirror->network).now;
	if (fetched.not_modified)
		return same_again(mirror, &fetched);
	r = read_head(mirror, &fetched);
	if (r < 0)
		return r;
	r = check_head(mirror);
	return r < 0 ? r : take_head(mirror, &fetched);
}

static enum exit_code code_of(struct mirror *mirror, int error)
{
	struct state *state = &mirror->store->state;

	if (error == 0)
		return EXIT_DONE;
	reason_say(&mirror->reason);
	if (mirror->store_failed && !mirror->reason.refused) {
		state_set_text(state->last_error, _("the store could not be written"));
		return EXIT_STORE;
	}
	state_set_text(state->last_error, mirror->reason.sentence);
	if (mirror->reason.refused)
		return EXIT_REFUSED;
	return error == -EINVAL || error == -EISDIR ? EXIT_USAGE : EXIT_FETCH;
}

static int mirror_begin(struct mirror *mirror)
{
	const struct pull_request *request = &mirror->request;
	struct state *state = &mirror->store->state;
	int r = minisign_read_public(request->public_key, &mirror->keys);

	if (r < 0)
		return r;
	/* With another key, or another file or head than what was taken, ask for all of it. */
	if (!is_signer(mirror) || strcmp(state->sha256, mirror->present.file.sha256) != 0 ||
	    !kept_head_is_of(mirror->store, &mirror->keys, state->sha256))
		state->etag[0] = state->last_modified[0] = '\0';
	if (request->from[0].kind == LOCATION_URL && !mirror->network.interrupt) {
		(void)interrupt_begin(&mirror->own, false);
		mirror->network.interrupt = &mirror->own;
	}
	network_share_begin(&mirror->network, false);
	mirror->download = (struct download){
		.head = request->from[0],
		.network = &mirror->network,
		.reason = &mirror->reason,
	};
	return 0;
}

static enum exit_code pull_mirror(struct mirror *mirror)
{
	if (mirror->store->current[0] != '\0' &&
	    present_read(mirror->store, &mirror->file, &mirror->present) < 0)
		return EXIT_STORE;
	if (mirror_begin(mirror) < 0)
		return EXIT_USAGE;
	return code_of(mirror, pull_head(mirror));
}

enum exit_code follow(struct store_directory *store, const struct pull_request *request)
{
	__attribute__((cleanup(mirror_release))) struct mirror mirror = {
		.store = store,
		.request = *request,
		.network = gather_network(store, request),
		.reason = {.about = request->from[0].text},
		.own = INTERRUPT_NONE,
	};
	enum exit_code code;

	mirror.request.size_max = HEAD_SIZE_MAX;
	mirror.request.only_files = true;
	code = pull_mirror(&mirror);
	pull_plan_next(&store->state, request, code == EXIT_DONE || code == EXIT_REFUSED,
		       mirror.network.asked);
	return store_directory_write_state(store) < 0 ? EXIT_STORE : code;
}
