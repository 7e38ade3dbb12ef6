#include "gather/gather.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/log.h"
#include "gather/folder.h"
#include "gather/keep.h"
#include "gather/known.h"
#include "util/clock.h"
#include "util/memory.h"
#include "util/text/page.h"

struct gathering {
	const struct store_directory *store;
	const struct pull_request *request;
	struct network *network;
	struct reason *reason;
	struct gathered *gathered;
	int error; /* why a document is missing that may have to be there */
};

/* If the state can't be written, the end of the pull reports it. */
static void note_attempt(void *context, const struct reason *reason, int64_t next_try)
{
	struct store_directory *store = context;

	if (!reason) {
		store->state.last_attempt = clock_now();
		return;
	}
	state_set_text(store->state.last_error, reason->sentence);
	store->state.next_try = next_try;
	(void)store_directory_write_state(store);
}

struct network gather_network(struct store_directory *store, const struct pull_request *request)
{
	struct network network = request->network;

	network.tell = note_attempt;
	network.tell_context = store;
	return network;
}

static size_t bytes_left(const struct gathering *gathering)
{
	const struct document_set *documents = &gathering->gathered->documents;
	size_t left = gathering->request->size_max;

	for (size_t i = 0; i < documents->count; i++)
		left -= documents->rows[i].length < left ? documents->rows[i].length : left;
	return left;
}

/* known: what needn't be sent again; or NULL. */
static int ask(const struct gathering *gathering, const struct location *location,
	       const struct state_document *known, struct fetch_result *result)
{
	const struct pull_request *request = gathering->request;
	const struct fetch_request fetch_request = {
		.location = *location,
		.etag = known ? known->etag : "",
		.last_modified = known ? known->last_modified : "",
		.size_max = bytes_left(gathering),
		.only_files = request->only_files,
		.reason = gathering->reason,
	};

	gathering->reason->about = location->text;
	return request->reader->fetch
		       ? request->reader->fetch(gathering->network, &fetch_request,
						&request->source_options, result)
		       : ask_until_answered(gathering->network, &fetch_request, result);
}

static char *copy_text(const char *text)
{
	return text[0] != '\0' ? xstrdup(text) : NULL;
}

static void recognise(const struct reader *reader, struct document *document)
{
	const struct document_kind *kind = reader_recognise(reader, document);

	document->role = kind ? kind->role : "";
}

/* Fills in a document from an answer, whose bytes it takes. */
static void take(const struct gathering *gathering, struct document *document,
		 const struct state_document *known, struct fetch_result *result)
{
	const struct reader *reader = gathering->request->reader;
	const struct document_kind *kind;

	free(document->etag);
	free(document->last_modified);
	document->etag = copy_text(result->network ? result->etag : "");
	document->last_modified = copy_text(result->network ? result->last_modified : "");
	document->network = result->network;
	document->status = result->http_status;
	document->server_time = result->server_time;
	document->not_modified = result->not_modified;
	document->bytes = steal_pointer(result->bytes);
	document->length = result->length;
	memcpy(document->sha256, result->sha256, sizeof(document->sha256));
	if (!result->not_modified || !known) {
		recognise(reader, document);
		return;
	}
	kind = reader_find_kind(reader, known->role);
	document->role = kind->role;
	document->shape = known_shape(kind, known);
	memcpy(document->sha256, known->sha256, sizeof(document->sha256));
}

void gathered_note_missing(struct gathered *gathered, const struct reason *reason)
{
	size_t used = strlen(gathered->missing);

	(void)snprintf(gathered->missing + used, sizeof(gathered->missing) - used, "%s%s",
		       used > 0 ? ", " : "", reason->about);
	if (gathered->partly.sentence[0] == '\0')
		gathered->partly = *reason;
	else
		log_warning("%s", reason->sentence);
}

/* The pull goes on without the document that was refused, if one was. */
static void set_aside(struct gathering *gathering)
{
	struct gathered *gathered = gathering->gathered;

	if (gathered->refused == NO_DOCUMENT)
		return;
	gathered_set_aside(gathered, gathered->refused);
	gathering->reason->refused = false;
}

/* A document is missing or refused. Unless it is required, as is found out later, the pull goes on.
 */
static int go_without(struct gathering *gathering, int error)
{
	struct gathered *gathered = gathering->gathered;

	gathered->asked = gathering->network->asked;
	if (error == -EINTR)
		return error;
	if (gathered->partly.sentence[0] == '\0')
		gathering->error = error;
	gathered_note_missing(gathered, gathering->reason);
	set_aside(gathering);
	reason_clear(gathering->reason);
	return 0;
}

/* What the state knows of a location. The bytes of what is to be kept must be sent once. */
static const struct state_document *known_of(const struct gathering *gathering,
					     const char *location)
{
	const struct pull_request *request = gathering->request;
	const struct state_document *known =
		known_find(gathering->store, request->reader, location);

	return known && request->keep_publications && !keep_has(gathering->store, known->sha256)
		       ? NULL
		       : known;
}

static int ask_location(struct gathering *gathering, const struct location *location)
{
	const struct state_document *known = known_of(gathering, location->text);
	struct document_set *documents = &gathering->gathered->documents;
	_cleanup_fetch_result_ struct fetch_result result = {0};
	struct document *document;
	int r = ask(gathering, location, known, &result);

	if (r < 0 && !result.bytes)
		return r;
	document = document_set_add(documents, location->text);
	take(gathering, document, known, &result);
	if (r < 0)
		gathering->gathered->refused = documents->count - 1;
	return r;
}

static bool names_folder(const struct pull_request *request)
{
	for (size_t i = 0; i < request->from_count; i++)
		if (request->from[i].kind == LOCATION_FOLDER)
			return true;
	return false;
}

static int read_folder(struct gathering *gathering, const char *path)
{
	const struct reader *reader = gathering->request->reader;
	struct document_set *documents = &gathering->gathered->documents;
	size_t before = documents->count;
	int r = folder_read(reader, path, bytes_left(gathering), gathering->reason, documents);

	for (size_t i = before; r == 0 && i < documents->count; i++)
		recognise(reader, &documents->rows[i]);
	return r;
}

/* The last document isn't what its address should answer. */
static int refuse_offered(const struct gathering *gathering)
{
	const struct document_set *documents = &gathering->gathered->documents;
	const struct document *document = &documents->rows[documents->count - 1];

	gathering->gathered->refused = documents->count - 1;
	if (page_refuse(document->bytes, document->length, gathering->reason) < 0)
		return -EBADMSG;
	return reason_refuse(gathering->reason, "it is not the document that this address offers");
}

/* Whether what answers is still a document where another than the list was before. The last
 * document is the answer. */
static int check_known(const struct gathering *gathering, const struct location *location)
{
	const struct reader *reader = gathering->request->reader;
	const struct document_set *documents = &gathering->gathered->documents;
	const struct state_document *known = known_find(gathering->store, reader, location->text);

	if (!known || documents->rows[documents->count - 1].role[0] != '\0' ||
	    reader_find_kind(reader, known->role)->required)
		return 0;
	return refuse_offered(gathering);
}

static int ask_one(struct gathering *gathering, const struct location *location)
{
	int r = ask_location(gathering, location);

	if (r == 0)
		r = check_known(gathering, location);
	return r < 0 ? go_without(gathering, r) : 0;
}

static int ask_given(struct gathering *gathering)
{
	const struct pull_request *request = gathering->request;
	struct document_set *documents = &gathering->gathered->documents;
	int r = 0;

	for (size_t i = 0; i < request->from_count && r == 0; i++) {
		const struct location *location = &request->from[i];

		if (location->kind == LOCATION_FOLDER) {
			r = read_folder(gathering, location->text);
			continue;
		}
		r = ask_one(gathering, location);
	}
	/* The only document must be the list: its reader says best what is wrong with it. */
	if (r == 0 && request->from_count == 1 && !names_folder(request) && documents->count == 1 &&
	    (documents->rows[0].role[0] == '\0' || request->reader->assemble))
		documents->rows[0].role = DOCUMENT_LIST;
	return r;
}

/* Whether an answer is what its address offers. The last document is the answer. */
static int check_offer(const struct gathering *gathering, const struct document_kind *kind,
		       const struct document_address *address)
{
	struct document_set *documents = &gathering->gathered->documents;
	const struct document *document = &documents->rows[documents->count - 1];

	if (strcmp(document->role, kind->role) == 0 &&
	    (!address->shape || strcmp(document->shape, address->shape) == 0))
		return 0;
	return refuse_offered(gathering);
}

static bool is_asked(const struct gathering *gathering, const struct document_kind *kind,
		     const struct document_address *address)
{
	const char *shape = gathering->request->list_shape;

	if (shape && strcmp(kind->role, DOCUMENT_LIST) == 0)
		return strcmp(address->shape, shape) == 0;
	return !address->for_first_fill || gathering->store->current[0] == '\0';
}

/* The first address that answers is taken. */
static int ask_official(struct gathering *gathering, const struct document_kind *kind)
{
	const struct document_address *failed = NULL;
	int r = 0;

	for (const struct document_address *address = kind->addresses; address->text; address++) {
		const struct location location = location_of(address->text);

		if (!is_asked(gathering, kind, address))
			continue;
		if (failed) {
			log_warning("%s; asking for %s", gathering->reason->sentence,
				    address->text);
			set_aside(gathering);
			reason_clear(gathering->reason);
		}
		r = ask_location(gathering, &location);
		if (r == 0)
			r = check_offer(gathering, kind, address);
		if (r == 0 || r == -EINTR)
			return r;
		failed = address;
	}
	return r;
}

static int ask_all_official(struct gathering *gathering)
{
	const struct document_kind *kind = gathering->request->reader->documents;

	for (; kind->role; kind++) {
		int r = kind->addresses ? ask_official(gathering, kind) : 0;

		if (r < 0 && !kind->required)
			r = go_without(gathering, r);
		else if (r < 0)
			gathering->gathered->asked = gathering->network->asked;
		if (r < 0)
			return r;
	}
	return 0;
}

/* A generation is made of all documents together: asks again for those that weren't sent. */
static int ask_again(struct gathering *gathering)
{
	struct document_set *documents = &gathering->gathered->documents;

	for (size_t i = 0; i < documents->count; i++) {
		struct document *document = &documents->rows[i];
		_cleanup_fetch_result_ struct fetch_result result = {0};
		const struct location location = location_of(document->location);
		const struct document_kind *kind =
			reader_find_kind(gathering->request->reader, document->role);
		int r;

		if (!document->not_modified)
			continue;
		r = ask(gathering, &location, NULL, &result);
		if (r == 0) {
			take(gathering, document, NULL, &result);
			continue;
		}
		if (kind->required) {
			gathering->gathered->asked = gathering->network->asked;
			return r;
		}
		r = go_without(gathering, r);
		if (r < 0)
			return r;
		document_set_remove(documents, i--);
	}
	return 0;
}

static int refuse_unknown(const struct gathering *gathering, size_t index)
{
	const struct document *document = &gathering->gathered->documents.rows[index];

	gathering->reason->about = document->location;
	gathering->gathered->refused = index;
	if (page_refuse(document->bytes, document->length, gathering->reason) < 0)
		return -EBADMSG;
	return reason_refuse(gathering->reason,
			     "it is none of the documents that --source %s reads",
			     gathering->request->reader->name);
}

static int check_role(const struct gathering *gathering, size_t index)
{
	const struct reader *reader = gathering->request->reader;
	const struct document *rows = gathering->gathered->documents.rows;
	const struct document_kind *kind = reader_find_kind(reader, rows[index].role);

	if (!kind)
		return refuse_unknown(gathering, index);
	gathering->reason->about = rows[index].location;
	gathering->gathered->refused = index;
	for (size_t i = 0; i < index && !kind->many; i++)
		if (strcmp(rows[i].role, kind->role) == 0)
			return reason_refuse(gathering->reason,
					     "it is a %s, and so is %s; a publication has only one",
					     kind->role, rows[i].location);
	gathering->gathered->refused = NO_DOCUMENT;
	return 0;
}

/* What nobody knows, a document that was cut, say, can't be the list where a list is there. */
static int go_without_unknown(struct gathering *gathering)
{
	const struct document_set *documents = &gathering->gathered->documents;
	const struct publication all = {
		.documents = documents->rows,
		.document_count = documents->count,
	};
	int r = 0;

	if (!publication_document(&all, DOCUMENT_LIST))
		return 0;
	for (size_t i = documents->count; i > 0 && r == 0; i--)
		if (documents->rows[i - 1].role[0] == '\0')
			r = go_without(gathering, refuse_unknown(gathering, i - 1));
	return r;
}

/* Each document has a role, no role is taken twice, and what is required is there. */
static int check_set(const struct gathering *gathering)
{
	const struct document_set *documents = &gathering->gathered->documents;
	const struct publication all = {
		.documents = documents->rows,
		.document_count = documents->count,
	};
	const struct document_kind *kind = gathering->request->reader->documents;
	int r = 0;

	for (size_t i = 0; i < documents->count && r == 0; i++)
		r = check_role(gathering, i);
	for (; kind->role && r == 0; kind++) {
		if (!kind->required || publication_document(&all, kind->role))
			continue;
		if (gathering->gathered->partly.sentence[0] != '\0') {
			*gathering->reason = gathering->gathered->partly;
			return gathering->error;
		}
		gathering->reason->about = pull_request_place(gathering->request);
		return reason_refuse(gathering->reason,
				     "there is no %s, which a publication must have", kind->role);
	}
	return r;
}

/* The map is a document where the reader takes it for one: what the list says depends on it. */
static int ask_map(struct gathering *gathering)
{
	const struct pull_request *request = gathering->request;
	struct document_set *documents = &gathering->gathered->documents;
	const struct location location = location_of(request->source_options.map);
	int r = ask_location(gathering, &location);

	if (r == 0)
		documents->rows[documents->count - 1].role = request->reader->map_role;
	return r;
}

static int gather_all(struct gathering *gathering)
{
	const struct pull_request *request = gathering->request;
	struct gathered *gathered = gathering->gathered;
	int r = request->from_count > 0 ? ask_given(gathering) : ask_all_official(gathering);

	if (r == 0 && request->reader->map_role && request->source_options.map)
		r = ask_map(gathering);

	if (r == 0 && request->reader->assemble && names_folder(request))
		r = request->reader->assemble(pull_request_place(request), &gathered->documents,
					      &request->source_options, request->network.quiet,
					      gathering->reason, &gathered->refused);
	if (r == 0)
		r = go_without_unknown(gathering);
	if (r == 0)
		r = check_set(gathering);
	if (r < 0)
		return r;
	gathered->unchanged =
		known_unchanged(gathering->store, request->reader, &gathered->documents);
	if (gathered->unchanged)
		return 0;
	r = ask_again(gathering);
	return r < 0 ? r : check_set(gathering);
}

static bool asks_network(const struct pull_request *request)
{
	for (size_t i = 0; i < request->from_count; i++)
		if (request->from[i].kind == LOCATION_URL)
			return true;
	return request->from_count == 0;
}

int gather(const struct store_directory *store, const struct pull_request *request,
	   struct network *network, struct reason *reason, struct gathered *gathered)
{
	_cleanup_interrupt_ struct interrupt own = INTERRUPT_NONE;
	struct interrupt *interrupt = network->interrupt;
	struct gathering gathering = {
		.store = store,
		.request = request,
		.network = network,
		.reason = reason,
		.gathered = gathered,
	};
	int r;

	*gathered = (struct gathered){.refused = NO_DOCUMENT};
	/* A pipe that is read by hand may be ended by hand: only the network is waited for. */
	if (asks_network(request) && !interrupt && interrupt_begin(&own, false) == 0)
		network->interrupt = &own;
	r = gather_all(&gathering);
	network->interrupt = interrupt;
	return r;
}

void gathered_set_aside(struct gathered *gathered, size_t index)
{
	struct document *document = &gathered->documents.rows[index];
	struct document *copy = document_set_add(&gathered->set_aside, document->location);

	memcpy(copy->sha256, document->sha256, sizeof(copy->sha256));
	copy->length = document->length;
	copy->bytes = steal_pointer(document->bytes);
	document_set_remove(&gathered->documents, index);
	gathered->refused = NO_DOCUMENT;
}

void gathered_release(struct gathered *gathered)
{
	document_set_release(&gathered->documents);
	document_set_release(&gathered->set_aside);
}
