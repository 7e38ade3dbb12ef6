/* Options that several commands share: the source, the network, a portal; and those of pull and
 * run. */
#ifndef ISMAPFS_PULL_OPTIONS_H
#define ISMAPFS_PULL_OPTIONS_H

#include "cli/command.h"
#include "pull/pull.h"

struct pull_options {
	const char *path, *source, *at;
	struct command_texts from;
	char head[STATE_TEXT_SIZE]; /* where a mirror's --from leads */
	struct pull_request request;
};

#define SOURCE_OPTION(source_, put_names, ...) \
	OPTION("source", source_, "NAME", "reader", .put_values = (put_names), ##__VA_ARGS__)
#define ACCEPT_LOSS_OPTION(flag_) \
	FLAG("accept-loss", flag_, "take it however many services are missing")
#define CACERT_OPTION(path) \
	OPTION("cacert", path, "FILE", "authorities to trust besides the system's, in PEM")

#define MAP_OPTION(path) \
	OPTION("map", path, "FILE", \
	       "a label map: of a portal, on top of the built-in one;\nor of a table")

/* Of a portal; settings is a struct source_options. */
#define PORTAL_OPTIONS(settings) \
	MAP_OPTION(&(settings).map), \
		OPTION("liu-page", &(settings).liu_page, "ID", \
		       "the page of the LIU list, once it is known"), \
		DURATION("delay", &(settings).delay, \
			 "between two requests to a portal; default: 2s"), \
		OPTION("contact", &(settings).contact, "ADDRESS", \
		       "told to the portal with each request")

/* Of pull and run; options is a struct pull_options. */
#define PULL_OPTIONS(options) \
	OPTION("store", &(options).path, "DIR", "the store; made when it isn't there", \
	       .required = true), \
		SOURCE_OPTION(&(options).source, pull_options_put_sources, .required = true), \
		OPTIONS("from", &(options).from, "LOCATION", \
			"an https:// address, a file, a folder of files, or -\n" \
			"for standard input; once for each document; default:\n" \
			"the official addresses"), \
		OPTION("list", &(options).request.list_shape, "SHAPE", "which official list", \
		       .put_values = reader_put_list_shapes), \
		OPTION("at", &(options).at, "TIME", "when an older file was published"), \
		NUMBER("loss-limit", &(options).request.loss_limit, 100, "PERCENT", \
		       "how many services may be missing at once; default: 20"), \
		ACCEPT_LOSS_OPTION(&(options).request.accept_loss), \
		CACERT_OPTION(&(options).request.network.ca_file), \
		NUMBER("retries", &(options).request.network.retries, RETRY_COUNT_MAX, "N", \
		       "ask so often again when a server can't answer;\ndefault: 4"), \
		DURATION("retry-delay", &(options).request.network.retry_delay, \
			 "after that long, then twice as long; default: 2s"), \
		PORTAL_OPTIONS((options).request.source_options), \
		OPTION("pubkey", &(options).request.public_key, "FILE", \
		       "for a mirror: public keys that it may be signed with"), \
		OPTION("tsa", &(options).request.stamp_authority, "URL", \
		       "an RFC 3161 authority to stamp new generations"), \
		FLAG("keep-publications", &(options).request.keep_publications, \
		     "keep documents as they were fetched, for 'publication'"), \
		FLAG("quiet", &(options).request.network.quiet, \
		     "print only what changed or failed"), \
		FLAG("verbose", &(options).request.network.verbose, \
		     "tell what is asked and answered")

#define PULL_SYNOPSIS "--store DIR --source NAME"
#define PULL_EXIT_STATUS N_("3 could not fetch, 4 publication refused, 5 store unusable or locked")

/* Checks the options of pull or run. Returns 0, or EXIT_USAGE after a sentence. */
int pull_options_finish(const struct command *command, struct pull_options *options);

/* command_open_writer() for a pull with these options. */
int pull_options_open_writer(const struct command *command, const struct pull_options *options,
			     struct store_directory *store);

/* command_begin_store() for a process that pulls again and again with these options. */
int pull_options_begin(const struct command *command, const struct pull_options *options);

/* Follows a published store, or pulls from a source. */
enum exit_code bring_up_to_date(struct store_directory *store, const struct pull_request *request);

/* Finds the reader that --source names. Returns 0, or EXIT_USAGE after a sentence. */
int pull_options_find_reader(const struct command *command, const char *name,
			     const struct reader **reader);

/* The names that --source takes, separated by commas. */
void pull_options_put_sources(struct buffer *text);

#endif
