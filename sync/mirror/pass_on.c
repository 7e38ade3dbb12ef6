/* Passing on what somebody else signed. */
#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "mirror/publish.h"
#include "fetch/retry.h"

struct passing_on {
	const struct store_directory *store;
	struct webroot webroot;
	struct mirror_access access;
	struct interrupt interrupt;
	struct buffer text, signature, old_text, file;
	struct head head, old;
	bool has_old;
};

static void passing_on_release(struct passing_on *passing_on)
{
	webroot_close(&passing_on->webroot);
	mirror_share_end(passing_on->access.share);
	interrupt_end(&passing_on->interrupt);
	buffer_release(&passing_on->text);
	buffer_release(&passing_on->signature);
	buffer_release(&passing_on->old_text);
	buffer_release(&passing_on->file);
}

static int parse_head(struct passing_on *passing_on)
{
	_cleanup_publication_ struct publication publication = {
		.location = passing_on->store->path,
	};
	_cleanup_free_ char *copy = strndup(passing_on->text.bytes, passing_on->text.length);

	if (!copy)
		return -ENOMEM;
	publication.bytes = (unsigned char *)copy;
	publication.length = strlen(copy);
	return head_parse(&publication, &passing_on->head);
}

/* The head that the store follows, which must be of the file that it has. */
static int read_store(struct passing_on *passing_on)
{
	const struct store_directory *store = passing_on->store;
	struct head present = {0};
	int r = mirror_read_head(store, &passing_on->text, &passing_on->signature);

	if (r == 0)
		r = parse_head(passing_on);
	if (r == 0)
		r = publish_read_store(store, &passing_on->file, &present);
	if (r == -ENOENT ||
	    (r == 0 && strcmp(present.file.sha256, passing_on->head.file.sha256) != 0))
		return log_error_errno(-EBADMSG,
				       "%s doesn't hold what its signature is of; pull it again",
				       store->path);
	return r;
}

static int put_object(void *context, const struct head_file *object)
{
	_cleanup_fetch_result_ struct fetch_result fetched = {0};
	struct passing_on *passing_on = context;
	struct head_file put;
	int r;

	if (webroot_has(&passing_on->webroot, object))
		return 0;
	r = mirror_fetch_object(&passing_on->access, object, &fetched);
	if (r == -EBADMSG)
		log_error("%s", fetched.refusal);
	if (r < 0)
		return r;
	return webroot_put_object(&passing_on->webroot,
				  (struct span){fetched.bytes, fetched.length}, &put) < 0
		       ? -ENOSPC
		       : 0;
}

static int open_target(struct passing_on *passing_on, const char *to)
{
	int r = webroot_open(&passing_on->webroot, to);

	if (r < 0)
		return r;
	r = publish_read_old(&passing_on->webroot, &passing_on->old_text, &passing_on->old);
	if (r == -ENOENT)
		return 0;
	passing_on->has_old = r == 0;
	return r < 0 ? r
		     : publish_check_order(&passing_on->webroot, &passing_on->head,
					   &passing_on->old);
}

static void print_result(const struct passing_on *passing_on, bool quiet)
{
	bool same = passing_on->has_old &&
		    strcmp(passing_on->head.file.sha256, passing_on->old.file.sha256) == 0;
	char expires[TIMESTAMP_TEXT_SIZE];

	timestamp_format(passing_on->head.expires, expires);
	if (!same || !quiet)
		(void)printf(
			"passed on: generation %lld of %s, signed by %s, until %s; %zu bytes fetched\n",
			(long long)passing_on->head.generation, passing_on->head.registry,
			passing_on->store->state.signer, expires, passing_on->access.transferred);
}

static void begin_access(struct passing_on *passing_on, const struct publish_request *request)
{
	(void)interrupt_begin(&passing_on->interrupt, false);
	passing_on->access = (struct mirror_access){
		.head_location = passing_on->store->state.location,
		.ca_file = request->ca_file,
		.retries = RETRY_COUNT_DEFAULT,
		.retry_delay = RETRY_DELAY_DEFAULT,
		.quiet = request->quiet,
		.interrupt = &passing_on->interrupt,
		.share = mirror_share_begin(),
	};
}

enum exit_code publish_mirrored(const struct store_directory *store,
				const struct publish_request *request)
{
	__attribute__((cleanup(passing_on_release))) struct passing_on passing_on = {
		.store = store,
		.webroot = WEBROOT_CLOSED,
		.interrupt = INTERRUPT_NONE,
	};

	int r = read_store(&passing_on);

	if (r == 0)
		r = open_target(&passing_on, request->to);
	if (store_directory_failed(store, r) < 0)
		return EXIT_STORE;
	begin_access(&passing_on, request);
	r = head_for_each_object(&passing_on.head, put_object, &passing_on);
	switch (store_directory_failed(store, r)) {
	case 0: break;
	case -EBADMSG: return EXIT_REFUSED;
	case -ENOMEM:
	case -ENOSPC: return EXIT_STORE;
	default: return EXIT_FETCH;
	}
	r = webroot_switch(&passing_on.webroot, span_of(&passing_on.text),
			   span_of(&passing_on.signature), &passing_on.head,
			   passing_on.has_old ? &passing_on.old : NULL);
	if (store_directory_failed(store, r) < 0)
		return EXIT_STORE;
	webroot_collect(&passing_on.webroot, span_of(&passing_on.text), &passing_on.head,
			request->grace);
	print_result(&passing_on, request->quiet);
	return EXIT_DONE;
}
