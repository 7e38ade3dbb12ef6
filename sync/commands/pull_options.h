/* The options that pull and run have in common. */
#ifndef ISMAPFS_PULL_OPTIONS_H
#define ISMAPFS_PULL_OPTIONS_H

#include "commands/command.h"
#include "pull/pull.h"

struct pull_options {
	const char *path, *source, *from, *at, *limit, *retries, *retry_delay, *delay;
	char head[STATE_TEXT_SIZE]; /* where a mirror's --from leads */
	struct pull_request request;
};

/* struct command_options, for an array of them; options is a struct pull_options. */
#define PULL_OPTIONS(options) \
	{.name = "store", \
	 .value = &(options).path, \
	 .required = true, \
	 .argument = "DIR", \
	 .help = N_("the store; made when it isn't there")}, \
		{.name = "source", \
		 .value = &(options).source, \
		 .required = true, \
		 .argument = "NAME", \
		 .help = N_("how to read it"), \
		 .put_values = pull_options_put_sources}, \
		{.name = "from", \
		 .value = &(options).from, \
		 .required = true, \
		 .argument = "LOCATION", \
		 .help = N_("an https:// address, a file, a folder (of saved pages;\n" \
			    "published), or - for standard input")}, \
		{.name = "at", \
		 .value = &(options).at, \
		 .argument = "TIME", \
		 .help = N_("when an older file was published")}, \
		{.name = "loss-limit", \
		 .value = &(options).limit, \
		 .argument = "PERCENT", \
		 .help = N_("how many services may be missing at once; default: 20")}, \
		{.name = "accept-loss", \
		 .flag = &(options).request.accept_loss, \
		 .help = N_("take it however many services are missing")}, \
		{.name = "cacert", \
		 .value = &(options).request.network.ca_file, \
		 .argument = "FILE", \
		 .help = N_("authorities to trust besides the system's, in PEM")}, \
		{.name = "retries", \
		 .value = &(options).retries, \
		 .argument = "N", \
		 .help = N_("ask so often again when a server can't answer;\ndefault: 4")}, \
		{.name = "retry-delay", \
		 .value = &(options).retry_delay, \
		 .argument = "TIME", \
		 .help = N_("after that long, then twice as long; default: 2s")}, \
		{.name = "map", \
		 .value = &(options).request.source_options.map, \
		 .argument = "FILE", \
		 .help = N_("a label map, read on top of the built-in one (ismap)")}, \
		{.name = "liu-page", \
		 .value = &(options).request.source_options.liu_page, \
		 .argument = "ID", \
		 .help = N_("the page of the ISMAP-LIU list, once it is known")}, \
		{.name = "delay", \
		 .value = &(options).delay, \
		 .argument = "TIME", \
		 .help = N_("between two requests to a portal; default: 2s")}, \
		{.name = "contact", \
		 .value = &(options).request.source_options.contact, \
		 .argument = "ADDRESS", \
		 .help = N_("told to the portal with each request")}, \
		{.name = "pubkey", \
		 .value = &(options).request.public_key, \
		 .argument = "FILE", \
		 .help = N_("for a mirror: public keys that it may be signed with")}, \
		{.name = "quiet", \
		 .flag = &(options).request.network.quiet, \
		 .help = N_("print only what changed or failed")}, \
	{ \
		.name = "verbose", .flag = &(options).request.network.verbose, \
		.help = N_("tell what is asked and answered") \
	}

/* Their --help. */
#define PULL_SYNOPSIS "--store DIR --source NAME --from LOCATION"
#define PULL_EXIT_STATUS N_("3 could not fetch, 4 publication refused, 5 store unusable or locked")

/* Understands the texts. Returns 0, or EXIT_USAGE with the sentence said. */
int pull_options_finish(const struct command *command, struct pull_options *options);

/* Gives up what a pull with these options has no need of; see confine.h. made, lasting: as there.
 */
int pull_options_confine(const struct command *command, const struct pull_options *options,
			 bool made, bool lasting);

/* Follows a published store, or pulls from a source. */
enum exit_code bring_up_to_date(struct store_directory *store, const struct pull_request *request);

/* --source of a publication, which a mirror isn't. Likewise. */
int pull_options_source(const struct command *command, const char *name,
			struct pull_request *request);

/* The names that --source takes, separated by commas. */
void pull_options_put_sources(struct buffer *text);

/* A time like 20s, 6h. Likewise; *milliseconds stays when text is NULL. */
int pull_options_duration(const struct command *command, const char *name, const char *text,
			  int64_t *milliseconds);

#endif
