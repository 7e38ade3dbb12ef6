#include "mirror/publish.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "mirror/delta.h"
#include "mirror/minisign/minisign_key.h"
#include "mirror/object.h"
#include "mirror/present.h"
#include "mirror/webroot.h"
#include "store/check.h"
#include "store/reader.h"
#include "util/memory.h"
#include "util/print.h"

/* One run of publish. */
struct publishing {
	const struct store_directory *store;
	const struct publish_request *request;
	struct minisign_secret secret;
	struct webroot webroot;
	struct buffer file;
	struct head head, old;
	bool has_old;	 /* there is a head already … */
	bool trusts_old; /* … and we signed it */
	struct buffer old_text, text, signature;
};

static void publishing_release(struct publishing *publishing)
{
	minisign_forget(&publishing->secret);
	webroot_close(&publishing->webroot);
	buffer_release(&publishing->file);
	buffer_release(&publishing->old_text);
	buffer_release(&publishing->text);
	buffer_release(&publishing->signature);
}

/* Reads the head that a published directory has. Returns 0; -ENOENT when there is none, or none
 * that makes sense; or another -errno, already reported. */
static int read_old_head(const struct webroot *webroot, struct buffer *text, struct head *old)
{
	struct reason reason = {.about = HEAD_FILE_NAME};
	_cleanup_free_ char *copy = NULL;
	int r = webroot_read(webroot, HEAD_FILE_NAME, HEAD_SIZE_MAX, text);

	if (r == -EFBIG)
		return -ENOENT;
	if (r < 0)
		return r;
	copy = xstrndup(text->length > 0 ? text->bytes : "", text->length);
	if (head_parse((unsigned char *)copy, text->length, &reason, old) == 0)
		return 0;
	reason_say(&reason);
	return log_error_errno(-ENOENT, "%s/" HEAD_FILE_NAME " is replaced", webroot->path);
}

/* Whether a head may replace the old one: mirrors refuse one of another store, and an older one. */
static int check_order(const struct webroot *webroot, const struct head *head,
		       const struct head *old, int64_t now)
{
	char before[TIMESTAMP_TEXT_SIZE], after[TIMESTAMP_TEXT_SIZE];

	if (strcmp(head->registry, old->registry) != 0 || strcmp(head->uuid, old->uuid) != 0)
		return log_error_errno(
			-EINVAL,
			"%s publishes another store, of '%s' (%s), than this one of '%s' (%s); each has a directory of its own",
			webroot->path, old->registry, old->uuid, head->registry, head->uuid);
	if (head->generation < old->generation)
		return log_error_errno(
			-EINVAL,
			"%s is at generation %lld already, the store at %lld: mirrors would refuse what is older",
			webroot->path, (long long)old->generation, (long long)head->generation);
	if (head->published >= old->published)
		return 0;
	timestamp_format(old->published, before);
	timestamp_format(head->published, after);
	if (now > 0 && old->published > now + HEAD_FUTURE_MAX) {
		log_warning(
			"%s/" HEAD_FILE_NAME
			" is of %s, which is in the future: a clock was wrong when it was made, and no mirror took it; it is replaced",
			webroot->path, before);
		return 0;
	}
	return log_error_errno(
		-EINVAL,
		"%s was published at %s already, later than %s: mirrors would refuse what is older; check the clock, or --at",
		webroot->path, before, after);
}

/*
 * What the state knows goes into the head as far as it is of this list. Of a list
 * that isn't the newest any more it still says when the source was asked. What its
 * mirrors mustn't rely on counts as never checked.
 */
static int read_state(struct publishing *publishing)
{
	const struct store_directory *store = publishing->store;
	const struct state *state = &store->state;
	struct head *head = &publishing->head;
	enum stale_reason reason = STALE_UNSPOKEN;
	_cleanup_database_ sqlite3 *database = NULL;
	int r = store_reader_open_current(store, &database);

	if (r == 0)
		r = store_reader_find_stale_reason(store, database, head->published, &reason);
	if (r < 0 || reason == STALE_UNSPOKEN)
		return r;
	head->checked = reason == STALE_LACKS ? 0 : state->last_success / 1000 * 1000;
	head->list_published = state->published / 1000 * 1000;
	head->list_limit = state->publication_limit / 1000 * 1000;
	if (store_directory_is_spoken_of(store))
		head->held_until = state->held_until / 1000 * 1000;
	return 0;
}

static int read_store(struct publishing *publishing)
{
	const struct head *head = &publishing->head;
	struct reason reason = {.about = publishing->store->path};
	int r = present_read(publishing->store, &publishing->file, &publishing->head);

	if (r < 0)
		return r;
	/* Nobody signs what was altered since it was made. */
	r = store_compare_digest(publishing->store, (int64_t)head->file.size, head->file.sha256,
				 &reason);
	reason_say(&reason);
	return r < 0 && r != -ENOENT ? r : read_state(publishing);
}

static int open_webroot(struct publishing *publishing)
{
	return webroot_open(&publishing->webroot, publishing->request->to);
}

enum signer {
	SIGNER_NONE,
	SIGNER_THIS_KEY,
	SIGNER_OTHER_KEY, /* as it says itself */
};

static enum signer signer_of_old(const struct publishing *publishing)
{
	const struct minisign_public key = minisign_public_of(&publishing->secret);
	_cleanup_buffer_ struct buffer text = {0};
	struct minisign_signature signature;
	char sum[CHECKSUM_TEXT_SIZE], path[HEAD_PATH_SIZE];

	checksum(publishing->old_text.bytes, publishing->old_text.length, sum);
	head_signature_path(sum, path);
	if (webroot_read(&publishing->webroot, path, MINISIGN_FILE_SIZE_MAX, &text) < 0 ||
	    minisign_parse(text.bytes, text.length, &signature) < 0)
		return SIGNER_NONE;
	if (minisign_verify(&key, &signature, publishing->old_text.bytes,
			    publishing->old_text.length))
		return SIGNER_THIS_KEY;
	return memcmp(signature.id, key.id, sizeof(key.id)) == 0 ? SIGNER_NONE : SIGNER_OTHER_KEY;
}

/* What nobody signed doesn't count: somebody put it there, or the disk damaged it. */
static void forget_old(struct publishing *publishing)
{
	log_warning("%s/" HEAD_FILE_NAME
		    " has no signature that fits; it is replaced, and the new head has no deltas",
		    publishing->webroot.path);
	publishing->has_old = false;
}

/* Nothing that another key signed gets our signature. */
static int read_old(struct publishing *publishing)
{
	enum signer signer;
	int r = read_old_head(&publishing->webroot, &publishing->old_text, &publishing->old);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	publishing->has_old = true;
	signer = signer_of_old(publishing);
	publishing->trusts_old = signer == SIGNER_THIS_KEY;
	if (signer == SIGNER_NONE) {
		forget_old(publishing);
		return 0;
	}
	if (signer == SIGNER_OTHER_KEY)
		log_warning("%s/" HEAD_FILE_NAME
			    " was signed with another key; the new head has no deltas",
			    publishing->webroot.path);
	return check_order(&publishing->webroot, &publishing->head, &publishing->old,
			   publishing->request->now);
}

/* The file that the old head names, out of its object. */
static int unpack_old(const struct publishing *publishing, struct buffer *file)
{
	const struct head *old = &publishing->old;
	_cleanup_buffer_ struct buffer object = {0};
	char path[HEAD_PATH_SIZE], sum[CHECKSUM_TEXT_SIZE] = "";
	int r;

	head_object_path(old->object.sha256, path);
	r = webroot_read(&publishing->webroot, path, OBJECT_FILE_SIZE_MAX, &object);
	if (r < 0)
		return r;
	r = object_unpack(span_of(&object), old->file.size, file);
	if (r < 0)
		return r;
	checksum(file->bytes, file->length, sum);
	return strcmp(sum, old->file.sha256) == 0 ? 0 : -EBADMSG;
}

/* Adds the old head's deltas that are still there behind the new one's, whose size is `bytes`, up
 * to half of the whole object's size. */
static void keep_deltas(struct publishing *publishing, size_t bytes)
{
	const struct head *old = &publishing->old;
	struct head *head = &publishing->head;

	for (size_t i = 0; i < old->delta_count && head->delta_count < HEAD_DELTAS_MAX; i++) {
		bytes += old->deltas[i].object.size;
		if (bytes > head->object.size / 2 ||
		    !webroot_has(&publishing->webroot, &old->deltas[i].object))
			return;
		head->deltas[head->delta_count++] = old->deltas[i];
	}
}

static void chain_deltas(struct publishing *publishing, const struct head_file *newest)
{
	struct head *head = &publishing->head;

	if (newest->size > head->object.size / 2)
		return;
	head->deltas[0] = (struct head_delta){.from = publishing->old.file, .object = *newest};
	head->delta_count = 1;
	keep_deltas(publishing, newest->size);
}

static int put_delta(struct publishing *publishing)
{
	_cleanup_buffer_ struct buffer base = {0}, delta = {0};
	struct head_file object;
	int r;

	if (unpack_old(publishing, &base) < 0 ||
	    delta_make(span_of(&base), span_of(&publishing->file), &delta) < 0) {
		log_warning(
			"%s: what was published last can't be read, so there is no delta from it",
			publishing->webroot.path);
		return 0;
	}
	r = webroot_put_object(&publishing->webroot, span_of(&delta), &object);
	if (r < 0)
		return r;
	chain_deltas(publishing, &object);
	return 0;
}

static int put_objects(struct publishing *publishing)
{
	const struct head *old = &publishing->old;
	_cleanup_buffer_ struct buffer object = {0};
	struct head *head = &publishing->head;
	int r;

	/* The same file again: its objects are known, if they are still there. */
	if (publishing->trusts_old && strcmp(old->file.sha256, head->file.sha256) == 0 &&
	    webroot_has(&publishing->webroot, &old->object)) {
		head->object = old->object;
		keep_deltas(publishing, 0);
		return 0;
	}
	r = object_pack(span_of(&publishing->file), &object);
	if (r < 0)
		return log_error_errno(r, "%s/%s can't be packed: %m", publishing->store->path,
				       publishing->store->current);
	r = webroot_put_object(&publishing->webroot, span_of(&object), &head->object);
	if (r < 0 || !publishing->trusts_old)
		return r;
	return put_delta(publishing);
}

static int sign(struct publishing *publishing)
{
	const struct minisign_public key = minisign_public_of(&publishing->secret);
	struct minisign_signature signature;
	char comment[HEAD_COMMENT_SIZE];
	int r;

	head_print(&publishing->head, &publishing->text);
	head_comment(&publishing->head, comment);
	r = minisign_sign(&publishing->secret, publishing->text.bytes, publishing->text.length,
			  comment, &publishing->signature);
	/* A mirror does the same; a comment that breaks the file's lines is found here. */
	if (r == 0)
		r = minisign_parse(publishing->signature.bytes, publishing->signature.length,
				   &signature);
	if (r == 0 &&
	    minisign_verify(&key, &signature, publishing->text.bytes, publishing->text.length))
		return 0;
	return log_error_errno(r < 0 ? r : -EBADMSG, "%s can't be signed with %s: %m",
			       publishing->store->path, publishing->request->key);
}

static void print_result(const struct publishing *publishing)
{
	const struct head *head = &publishing->head, *old = &publishing->old;
	bool same = publishing->has_old && strcmp(head->file.sha256, old->file.sha256) == 0;
	char expires[TIMESTAMP_TEXT_SIZE], delta[64] = "";

	timestamp_format(head->expires, expires);
	if (same && publishing->request->quiet)
		return;
	if (head->delta_count > 0)
		(void)snprintf(delta, sizeof(delta), ", %zu as a delta",
			       head->deltas[0].object.size);
	print_line("%s: generation %lld of %s, until %s: %zu bytes%s",
		   same ? "renewed" : "published", (long long)head->generation, head->registry,
		   expires, head->object.size, delta);
}

static int make_current(struct publishing *publishing)
{
	return webroot_switch(&publishing->webroot, span_of(&publishing->text),
			      span_of(&publishing->signature), &publishing->head,
			      publishing->has_old ? &publishing->old : NULL);
}

/* After a failure: the objects that were written are of no use, and may be what fills the disk. */
static void forsake(const struct publishing *publishing)
{
	if (publishing->webroot.lock_fd >= 0)
		webroot_forsake(&publishing->webroot, span_of(&publishing->text), &publishing->head,
				publishing->has_old ? &publishing->old : NULL);
}

static enum exit_code publish_files(struct publishing *publishing)
{
	static int (*const steps[])(struct publishing * publishing) = {
		read_store, open_webroot, read_old, put_objects, sign, make_current,
	};
	const struct publish_request *request = publishing->request;
	struct head *head = &publishing->head;

	head->published = request->at;
	head->expires = request->at + request->expires;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (steps[i](publishing) == 0)
			continue;
		forsake(publishing);
		return EXIT_STORE;
	}
	webroot_collect(&publishing->webroot, span_of(&publishing->text), head, request->grace);
	print_result(publishing);
	return EXIT_DONE;
}

enum exit_code publish(const struct store_directory *store, const struct publish_request *request)
{
	__attribute__((cleanup(publishing_release))) struct publishing publishing = {
		.store = store,
		.request = request,
		.webroot = WEBROOT_CLOSED,
	};

	if (minisign_read_secret(request->key, &publishing.secret) < 0)
		return EXIT_USAGE;
	return publish_files(&publishing);
}
