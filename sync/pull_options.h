/* The options that pull and run have in common. */
#ifndef ISMAPFS_PULL_OPTIONS_H
#define ISMAPFS_PULL_OPTIONS_H

#include "pull.h"

struct pull_options {
	const char *path, *source, *at, *limit, *retries, *retry_delay, *delay;
	struct pull_request request;
};

/* struct command_options, for an array of them; options is a struct pull_options. */
#define PULL_OPTIONS(options) \
	{.name = "store", .value = &(options).path, .required = true}, \
		{.name = "source", .value = &(options).source, .required = true}, \
		{.name = "from", .value = &(options).request.location, .required = true}, \
		{.name = "at", .value = &(options).at}, \
		{.name = "loss-limit", .value = &(options).limit}, \
		{.name = "accept-loss", .flag = &(options).request.accept_loss}, \
		{.name = "cacert", .value = &(options).request.ca_file}, \
		{.name = "map", .value = &(options).request.map}, \
		{.name = "delay", .value = &(options).delay}, \
		{.name = "contact", .value = &(options).request.contact}, \
		{.name = "retries", .value = &(options).retries}, \
		{.name = "retry-delay", .value = &(options).retry_delay}, \
		{.name = "quiet", .flag = &(options).request.quiet}, \
	{ \
		.name = "verbose", .flag = &(options).request.verbose \
	}

/* Their --help. */
#define PULL_SYNOPSIS \
	"--store DIR --source NAME --from LOCATION\n" \
	"       [--at TIME] [--loss-limit PERCENT] [--accept-loss] [--cacert FILE]\n" \
	"       [--retries N] [--retry-delay TIME] [--quiet | --verbose]\n" \
	"       [--map FILE] [--delay TIME] [--contact ADDRESS]"

/* Understands the texts. Returns 0, or EXIT_USAGE with the sentence said. */
int pull_options_finish(const struct command *command, struct pull_options *options);

/* Gives up what a pull with these options has no need of; see confine.h. made, lasting: as there.
 */
int pull_options_confine(const struct command *command, const struct pull_options *options,
			 bool made, bool lasting);

/* --source. Likewise. */
int pull_options_source(const struct command *command, const char *name,
			struct pull_request *request);

/* A time like 20s, 6h. Likewise; *milliseconds stays when text is NULL. */
int pull_options_duration(const struct command *command, const char *name, const char *text,
			  int64_t *milliseconds);

#endif
