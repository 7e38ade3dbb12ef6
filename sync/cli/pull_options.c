#include "cli/pull_options.h"

#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <unistd.h>

#include "cli/sandbox.h"
#include "fetch/location.h"
#include "mirror/head.h"
#include "mirror/follow.h"
#include "stamp/ask.h"
#include "store/reader.h"

/* What a pull needs. *published, *folder: room for what it points to. */
static struct sandbox_needs needs_of(const struct pull_options *options, struct location *published,
				     char folder[static STATE_TEXT_SIZE])
{
	const struct pull_request *request = &options->request;
	struct sandbox_needs needs = {
		.store = options->path,
		.writes = true,
		.inputs = {request->network.ca_file, request->source_options.map,
			   request->public_key},
		.locations = request->from,
		.location_count = request->from_count,
		.network = request->from_count == 0 || request->stamp_authority,
	};

	/* A published store is the directory that its head is in. */
	if (request->reader->mirrors && request->from[0].kind != LOCATION_URL) {
		*published = request->from[0];
		(void)snprintf(folder, STATE_TEXT_SIZE, "%s", published->text);
		published->text = dirname(folder);
		needs.locations = published;
	}
	return needs;
}

int pull_options_open_writer(const struct command *command, const struct pull_options *options,
			     struct store_directory *store)
{
	char folder[STATE_TEXT_SIZE];
	struct location published;
	struct sandbox_needs needs = needs_of(options, &published, folder);

	return command_open_writer(command, &needs, true, store);
}

int pull_options_begin(const struct command *command, const struct pull_options *options)
{
	char folder[STATE_TEXT_SIZE];
	struct location published;
	struct sandbox_needs needs = needs_of(options, &published, folder);
	bool made;

	needs.lasting = true;
	return command_begin_store(command, &needs, true, &made);
}

static enum exit_code follow_or_pull(struct store_directory *store,
				     const struct pull_request *request)
{
	struct pull_request dated = *request;
	char zone[STORE_ZONE_SIZE];

	if (request->reader->mirrors)
		return follow(store, request);
	/* A new store's zone is the publication's. */
	if (dated.at_is_day && store_reader_find_zone(store, zone) == 0) {
		dated.at = local_instant(zone, dated.at);
		dated.at_is_day = false;
	}
	return pull(store, &dated);
}

enum exit_code bring_up_to_date(struct store_directory *store, const struct pull_request *request)
{
	enum exit_code code = follow_or_pull(store, request);

	/* Where nobody could be asked, or we were told to stop, the next pull does it. */
	if (!request->stamp_authority || store->current[0] == '\0' ||
	    (code != EXIT_DONE && code != EXIT_REFUSED))
		return code;
	if (stamp_ask(store, request->stamp_authority, &request->network) < 0 && code == EXIT_DONE)
		code = EXIT_STORE;
	return code;
}

void pull_options_put_sources(struct buffer *text)
{
	reader_put_names(text);
	buffer_printf(text, ", %s", reader_mirror.name);
}

int pull_options_find_reader(const struct command *command, const char *name,
			     const struct reader **reader)
{
	_cleanup_buffer_ struct buffer names = {0};

	*reader = reader_find(name);
	if (*reader)
		return 0;
	if (strcmp(name, reader_mirror.name) == 0)
		return command_usage(command, "a mirror is pulled, with 'ismap-sync pull'");
	pull_options_put_sources(&names);
	return command_usage(command, "'%s' is not a source; there are %s", name, names.bytes);
}

/* --from names the published directory; what is fetched of it is the head. */
static int finish_mirror(const struct command *command, struct pull_options *options)
{
	struct pull_request *request = &options->request;
	const char *from = options->from.texts[0];
	size_t length = strlen(from), ending = strlen("/" HEAD_FILE_NAME);
	bool whole = length > ending && strcmp(from + length - ending, "/" HEAD_FILE_NAME) == 0;

	if (options->from.count > 1)
		return command_usage(command,
				     "a mirror is pulled from one place; --from comes twice");
	if (!request->public_key)
		return command_usage(command, "--pubkey is missing: the signer's FILE.pub");
	if (options->at || request->loss_limit != UPDATE_LOSS_LIMIT_REGISTRY ||
	    request->accept_loss || request->source_options.map)
		return command_usage(
			command,
			"--at, --loss-limit, --accept-loss and --map are for publications; a mirror takes what was signed");
	if (length == 0 || strcmp(from, "-") == 0 || length + ending >= sizeof(options->head))
		return command_usage(
			command,
			"--from is the address or the directory that was published, not '%.40s'",
			from);
	while (length > 1 && from[length - 1] == '/')
		length--;
	(void)snprintf(options->head, sizeof(options->head), "%.*s%s", (int)length, from,
		       whole ? "" : "/" HEAD_FILE_NAME);
	options->from.texts[0] = options->head;
	return 0;
}

static bool has_address(const struct reader *reader)
{
	const struct document_kind *list = reader_find_kind(reader, DOCUMENT_LIST);

	return list && list->addresses;
}

static int check_list_shape(const struct command *command, const struct pull_options *options)
{
	const char *shape = options->request.list_shape;
	const struct document_address *address;

	if (!shape)
		return 0;
	if (options->from.count > 0)
		return command_usage(
			command,
			"--list chooses among the official addresses; with --from there is nothing to choose");
	address = reader_find_kind(options->request.reader, DOCUMENT_LIST)->addresses;
	for (; address->text; address++)
		if (address->shape && strcmp(address->shape, shape) == 0)
			return 0;
	return command_usage(command, "%s has no official list '%.40s'; see 'ismap-sync sources'",
			     options->request.reader->name, shape);
}

/* --source, and --from, which depends on it. */
static int finish_source(const struct command *command, struct pull_options *options)
{
	struct pull_request *request = &options->request;
	bool mirrors = strcmp(options->source, reader_mirror.name) == 0;

	request->reader = &reader_mirror;
	if (!mirrors && pull_options_find_reader(command, options->source, &request->reader) != 0)
		return EXIT_USAGE;
	if (options->from.count == 0 && !has_address(request->reader))
		return command_usage(command, "--%s is missing", "from");
	if (mirrors)
		return finish_mirror(command, options);
	if (request->public_key)
		return command_usage(command, "--pubkey is for --source mirror");
	return check_list_shape(command, options);
}

/* What can be told of a location without asking for it, before anything is made or noted. */
static int check_location(const struct location *location)
{
	_cleanup_curl_url_ CURLU *url = NULL;
	_cleanup_curl_text_ char *path = NULL;
	struct reason reason = {.about = location->text};
	int r = 0;

	if (location->kind == LOCATION_URL)
		r = location_parse(location->text, &reason, &url);
	if (location->kind == LOCATION_FILE_URL)
		r = location_file_path(location->text, &reason, &path);
	reason_say(&reason);
	return r < 0 ? EXIT_USAGE : 0;
}

static int take_locations(const struct command *command, struct pull_options *options)
{
	struct pull_request *request = &options->request;
	size_t standard_inputs = 0;

	for (size_t i = 0; i < options->from.count; i++) {
		struct location *location = &request->from[request->from_count++];

		*location = location_of(options->from.texts[i]);
		standard_inputs += location->kind == LOCATION_STDIN;
		if (standard_inputs > 1)
			return command_usage(command, "standard input can be read only once");
		if (check_location(location) != 0)
			return EXIT_USAGE;
	}
	return 0;
}

static int check_stamp_authority(const struct command *command, const char *address)
{
	const struct location location = location_of(address ? address : "");

	if (!address)
		return 0;
	if (location.kind != LOCATION_URL)
		return command_usage(command, "--tsa is an https:// address, not '%.40s'", address);
	return check_location(&location);
}

int pull_options_finish(const struct command *command, struct pull_options *options)
{
	struct pull_request *request = &options->request;
	const struct network *network = &request->network;

	if (finish_source(command, options) != 0 ||
	    command_parse_at(command, options->at, &request->at, &request->at_is_day) != 0 ||
	    check_stamp_authority(command, request->stamp_authority) != 0)
		return EXIT_USAGE;
	if (network->quiet && network->verbose)
		return command_usage(command, "--quiet and --verbose exclude each other");
	if (network->ca_file && access(network->ca_file, R_OK) < 0)
		return command_usage(command, "--cacert %s can't be read: %s", network->ca_file,
				     strerror(errno));
	return take_locations(command, options);
}
