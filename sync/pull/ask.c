#include "pull/ask.h"

#include <string.h>

/* If the state can't be written, the end of the pull reports it. */
static void note_attempt(void *context, const struct reason *reason, int64_t next_try)
{
	struct store_directory *store = context;

	if (!reason) {
		store->state.last_attempt = timestamp_now();
		return;
	}
	state_set_text(store->state.last_error, reason->sentence);
	store->state.next_try = next_try;
	(void)store_directory_write_state(store);
}

struct network ask_network(struct store_directory *store, const struct pull_request *request)
{
	struct network network = request->network;

	network.tell = note_attempt;
	network.tell_context = store;
	return network;
}

int ask(const struct store_directory *store, const struct pull_request *request,
	struct network *network, struct reason *reason, struct fetch_result *fetched)
{
	_cleanup_interrupt_ struct interrupt own = INTERRUPT_NONE;
	const struct state *state = &store->state;
	bool known =
		store->current[0] != '\0' && strcmp(state->location, request->location.text) == 0;
	const struct fetch_request fetch_request = {
		.location = request->location,
		.etag = known ? state->etag : "",
		.last_modified = known ? state->last_modified : "",
		.size_max = request->size_max,
		.only_files = request->only_files,
		.reason = reason,
	};
	struct interrupt *interrupt = network->interrupt;
	int r;

	/* A pipe that is read by hand may be ended by hand: only the network is waited for. */
	if (request->location.kind == LOCATION_URL && !interrupt &&
	    interrupt_begin(&own, false) == 0)
		network->interrupt = &own;
	r = request->reader->fetch ? request->reader->fetch(network, &fetch_request,
							    &request->source_options, fetched)
				   : ask_until_answered(network, &fetch_request, fetched);
	network->interrupt = interrupt;
	return r;
}
