/* ismap-sync: keeps a store of a public list of assessed cloud services. */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <archive.h>
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include "cli/command.h"
#include "cli/nearest.h"
#include "common/descriptors.h"
#include "common/log.h"
#include "util/memory.h"
#include "cli/pull_options.h"

/* In the order of --help; each is a constant command_NAME of its file in commands/. */
#define COMMANDS(ROW) \
	ROW(init) \
	ROW(pull) \
	ROW(run) \
	ROW(wait) \
	ROW(probe) \
	ROW(sources) \
	ROW(import) \
	ROW(import_history) \
	ROW(check) \
	ROW(search) \
	ROW(show) \
	ROW(status) \
	ROW(log) \
	ROW(changes) \
	ROW(diff) \
	ROW(dates) \
	ROW(prune) \
	ROW(upgrade) \
	ROW(rewind) \
	ROW(verify) \
	ROW(compare) \
	ROW(publication) \
	ROW(stamps) \
	ROW(evidence) \
	ROW(export) \
	ROW(publish) \
	ROW(keygen) \
	ROW(help)

#define DECLARE(name) extern const struct command command_##name;
#define ADDRESS(name) &command_##name,
COMMANDS(DECLARE)
static const struct command *const commands[] = {COMMANDS(ADDRESS) NULL};

static void print_help(FILE *stream)
{
	_cleanup_buffer_ struct buffer sources = {0};

	(void)fputs(
		_("Usage: ismap-sync COMMAND [OPTIONS]\n\n"
		  "Keeps a store of a public list of assessed cloud services; ismapfs shows it\n"
		  "as files.\n"),
		stream);
	(void)fputs(_("\nCommands:\n"), stream);
	for (size_t i = 0; commands[i]; i++)
		(void)fprintf(stream, "  %-14s %s\n", commands[i]->name, _(commands[i]->summary));
	(void)fputs(_("\n'ismap-sync COMMAND --help' shows the options of one.\n"), stream);
	pull_options_put_sources(&sources);
	(void)fprintf(stream, _("Sources: %s.\n"), sources.bytes);
	(void)fputs(
		_("A LOCATION is an https:// address, a file, or - for standard input; .gz, .xz\n"
		  "and .zst are unpacked.\n"),
		stream);
	(void)fputs(_("--sandbox=off, with any command: keep the rights to other files and system\n"
		      "calls, for debuggers.\n"),
		    stream);
	(void)fputs(
		_("\nExit status: 0 done, 1 the answer is yes (changes), no (check, compare,\n"
		  "evidence, search, show, stamps) or came too late (wait), 2 usage,\n"
		  "3 could not fetch, 4 publication or pack refused, 5 store unusable or locked,\n"
		  "6 done, but the output could not be written, or nobody can tell (check).\n"
		  "Whatever happens, the last good list stays.\n"),
		stream);
}

static void print_version(void)
{
	(void)printf("ismap-sync %s\nSQLite %s\n%s\n%s\ncJSON %s\n", ISMAPFS_VERSION,
		     sqlite3_libversion(), curl_version(), archive_version_string(),
		     cJSON_Version());
}

/*
 * ismap-sync has one thread and many small allocations. So SQLite needs no locks
 * and no statistics, and glibc no list of small free chunks: merging them all at
 * once costs more than the list saves.
 */
static void tune_libraries(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	(void)mallopt(M_MXFAST, 0);
}

/* A file that would exceed the limit of ulimit -f, or a unit's LimitFSIZE=, is a failure to write,
 * which is reported like any other. */
static void outlive_file_limits(void)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};

	(void)sigaction(SIGXFSZ, &ignore, NULL);
}

/* Removes --sandbox=on or =off, which every command takes, from the words. Returns whether it was
 * off. */
static bool take_sandbox(int *argc, char **argv)
{
	bool off = false;
	int kept = 1;

	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--sandbox=off") == 0)
			off = true;
		else if (strcmp(argv[i], "--sandbox=on") != 0)
			argv[kept++] = argv[i];
	}
	argv[kept] = NULL;
	*argc = kept;
	return off;
}

/* The command of that name; else NULL, already reported. */
static const struct command *find_command(const char *name)
{
	struct nearest nearest = {.typed = name};

	for (size_t i = 0; commands[i]; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
		nearest_consider(&nearest, commands[i]->name);
	}
	if (nearest.best)
		log_error("'%s' is not a command; did you mean '%s'? See 'ismap-sync --help'", name,
			  nearest.best);
	else
		log_error("'%s' is not a command; see 'ismap-sync --help'", name);
	return NULL;
}

static int run_help(const struct command *command, int argc, char **argv)
{
	static char option[] = "--help";
	const struct command_option options[] = {{0}};
	const struct command *explained;
	struct command_words words;
	int r = command_options(command, argc, argv, options, &words);

	if (r != 0)
		return r;
	if (words.count > 1)
		return command_usage(command, "'%s' is one word too many", words.words[1]);
	if (words.count == 0) {
		print_help(stdout);
		return EXIT_DONE;
	}
	explained = find_command(words.words[0]);
	if (!explained)
		return EXIT_USAGE;
	return explained->run(explained, 2, (char *[]){words.words[0], option, NULL});
}

const struct command command_help = {
	.name = "help",
	.synopsis = "[COMMAND]",
	.summary = N_("the commands, or the options of one"),
	.exit_status = N_("never another one"),
	.run = run_help,
};

static int run(int argc, char **argv, bool sandbox_off)
{
	const struct command *found;
	struct command command;

	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help(stdout);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		print_version();
		return EXIT_DONE;
	}
	found = find_command(argv[1]);
	if (!found)
		return EXIT_USAGE;
	command = *found;
	command.sandbox_off = sandbox_off;
	return command.run(&command, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	bool sandbox_off;

	descriptors_begin(argv);
	sandbox_off = take_sandbox(&argc, argv);
	messages_begin("ismap-sync");
	outlive_file_limits();
	tune_libraries();
	memory_begin();
	return command_end(run(argc, argv, sandbox_off));
}
