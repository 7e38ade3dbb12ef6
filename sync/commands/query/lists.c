#include "commands/query/lists.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "cli/pull_options.h"
#include "cli/sandbox.h"
#include "commands/query/leftover.h"
#include "common/log.h"
#include "fetch/interrupt.h"
#include "mirror/follow.h"
#include "util/file.h"

static int check_options(const struct command *command, const struct list_options *options)
{
	if (options->mirror && options->stores.count > 0)
		return command_usage(command, "--store and --mirror exclude each other");
	if (options->mirror && !options->public_key)
		return command_usage(command, "--pubkey is missing: the signer's FILE.pub");
	if (options->mirror && (options->mirror[0] == '\0' || strcmp(options->mirror, "-") == 0))
		return command_usage(
			command,
			"--mirror is the address or the directory that was published, not '%.40s'",
			options->mirror);
	if (!options->mirror && (options->public_key || options->ca_file))
		return command_usage(command, "--pubkey and --cacert are for --mirror");
	if (!options->mirror && options->stores.count == 0)
		return command_usage(command, "--%s is missing", "store");
	return 0;
}

/* Opens a store's list as the next one. */
static int open_next(struct lists *lists, const char *path)
{
	struct list *list = &lists->lists[lists->count++].list;

	*list = (struct list)LIST_CLOSED;
	return list_open(list, path) < 0 ? EXIT_STORE : 0;
}

static int open_stores(const struct command *command, const struct command_texts *stores,
		       struct lists *lists)
{
	const struct sandbox_needs needs = {
		.store = stores->texts[0],
		.stores = stores->texts,
		.store_count = stores->count,
	};
	int r = command_sandbox(command, &needs) < 0 ? EXIT_STORE : 0;

	for (size_t i = 0; r == 0 && i < stores->count; i++)
		r = open_next(lists, stores->texts[i]);
	return r;
}

/* A store that nobody else has, in the folder for temporary files. It is made with the first name
 * that nothing has. */
static int name_store(struct lists *lists)
{
	const char *folder = getenv("TMPDIR");
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return log_error_errno(-EIO, "no random number for a temporary store");
	if (!folder || folder[0] != '/')
		folder = "/tmp";
	remove_leftovers(folder);
	if (snprintf(lists->path, sizeof(lists->path), "%s/" TEMPORARY_STORE "%016" PRIx64, folder,
		     number) >= (int)sizeof(lists->path)) {
		lists->path[0] = '\0';
		return log_error_errno(-ENAMETOOLONG, "TMPDIR is too long a name");
	}
	return 0;
}

/* Makes the temporary store. What is there already is somebody else's, and stays. */
static int make_store(const struct command *command, struct pull_options *pulling,
		      struct lists *lists)
{
	int r = name_store(lists);

	if (r < 0)
		return r;
	pulling->path = lists->path;
	r = pull_options_open_writer(command, pulling, &lists->fetched);
	if (!lists->fetched.made)
		lists->path[0] = '\0';
	if (r == 0 && !lists->fetched.made)
		return log_error_errno(-EEXIST, "%s: %m", pulling->path);
	return r;
}

static void remove_store(struct lists *lists)
{
	int r = lists->path[0] != '\0' ? file_remove_tree(lists->path) : 0;

	if (r < 0)
		log_warning("%s: cannot remove the temporary store: %s", lists->path, strerror(-r));
	lists->path[0] = '\0';
}

static int fetch(const struct command *command, struct pull_options *pulling, struct lists *lists)
{
	int r;

	if (make_store(command, pulling, lists) < 0)
		return EXIT_STORE;
	r = (int)bring_up_to_date(&lists->fetched, &pulling->request);
	return r != 0 ? r : open_next(lists, lists->path);
}

/* The list is read from its open file: its store goes before anything can end the process. */
static int fetch_mirror(const struct command *command, const struct list_options *options,
			struct lists *lists)
{
	_cleanup_interrupt_ struct interrupt interrupt = INTERRUPT_NONE;
	struct pull_options pulling = {
		.source = reader_mirror.name,
		.from = {.texts = {options->mirror}, .count = 1},
		.request = PULL_REQUEST_DEFAULT,
	};
	int r;

	pulling.request.public_key = options->public_key;
	pulling.request.network.ca_file = options->ca_file;
	pulling.request.network.quiet = true;
	pulling.request.silent = true;
	r = pull_options_finish(command, &pulling);
	if (r != 0)
		return r;
	(void)interrupt_begin(&interrupt, true);
	pulling.request.network.interrupt = &interrupt;
	r = fetch(command, &pulling, lists);
	remove_store(lists);
	/* What a sentence about the list calls it. */
	if (lists->count > 0)
		lists->lists[0].list.store.path = options->mirror;
	return r;
}

int lists_open(const struct command *command, const struct list_options *options,
	       struct lists *lists)
{
	int r = check_options(command, options);

	*lists = (struct lists){.fetched = STORE_DIRECTORY_CLOSED};
	if (r != 0)
		return r;
	return options->mirror ? fetch_mirror(command, options, lists)
			       : open_stores(command, &options->stores, lists);
}

void lists_close(struct lists *lists)
{
	for (size_t i = 0; i < lists->count; i++) {
		names_release(&lists->lists[i].names);
		list_close(&lists->lists[i].list);
	}
	lists->count = 0;
	store_directory_close(&lists->fetched);
}

int lists_parse_format(const struct command *command, const char *text, enum format *format)
{
	_cleanup_buffer_ struct buffer names = {0};

	if (format_parse(text, FORMATS_OF_TABLES, format) == 0)
		return 0;
	format_put_names(&names, FORMATS_OF_TABLES);
	return command_usage(command, "--format is one of %s, not '%s'", names.bytes, text);
}
