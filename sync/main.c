/* ismap-sync: keeps a store of a public list of assessed cloud services. */
#include <ctype.h>
#include <getopt.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <archive.h>
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <sqlite3.h>

#include "command.h"
#include "log.h"
#include "publication.h"
#include "pull_options.h"

#define OPTIONS_MAX 32

/* What the command line says about one is added to a copy. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#define STORE_EXIT_STATUS "5 store unusable or locked"

static const struct command commands[] = {
	{"init", "--store DIR --bundled NAME", "make a store from a list that comes along",
	 STORE_EXIT_STATUS, command_init},
	{"pull", PULL_SYNOPSIS, "bring a store up to date with a publication", PULL_EXIT_STATUS,
	 command_pull},
	{"run", "--every TIME " PULL_SYNOPSIS, "pull again and again, as a service; SIGHUP: now",
	 "5 signals can't be waited for; what a pull meets is in the state", command_run},
	{"wait", "--store DIR", "wait for a newer generation, print its number",
	 "1 none came in time, 5 store unusable", command_wait},
	{"probe", "--from URL", "what a portal answers, and what the label map makes of it",
	 "3 could not fetch, 4 the portal answers with no list", command_probe},
	{"import", "--store DIR FILE...", "pull from files, one after the other", PULL_EXIT_STATUS,
	 command_import},
	{"import-history", "--store DIR --source NAME FILE...",
	 "pull from dated files, the oldest first, as history", PULL_EXIT_STATUS,
	 command_import_history},
	{"status", "--store DIR", "what the store holds, and when it was checked",
	 STORE_EXIT_STATUS, command_status},
	{"log", "--store DIR", "its generations, oldest first", STORE_EXIT_STATUS, command_log},
	{"changes", "--store DIR", "what changed about services",
	 "1 something did (--exit-code), 5 store unusable", command_changes},
	{"diff", "--store DIR DAY DAY", "how the list differs between two days", STORE_EXIT_STATUS,
	 command_diff},
	{"prune", "--store DIR --keep DAYSd|N", "forget older states", STORE_EXIT_STATUS,
	 command_prune},
	{"verify", "--store DIR", "check the store whole", STORE_EXIT_STATUS, command_verify},
	{"export", "--store DIR OUTDIR", "write the tree as plain files", STORE_EXIT_STATUS,
	 command_export},
	{"publish", "--store DIR --to WEBROOT", "sign a store and lay it out for mirrors",
	 "3 could not fetch what is passed on, 4 refused, 5 store or WEBROOT unusable",
	 command_publish},
	{"keygen", "--key FILE", "make a key that published lists are signed with",
	 "5 the key can't be written", command_keygen},
};
#pragma GCC diagnostic pop

static void print_help(FILE *stream)
{
	(void)fprintf(
		stream,
		"Usage: ismap-sync COMMAND [OPTIONS]\n\n"
		"Keeps a store of a public list of assessed cloud services; ismapfs shows it\n"
		"as files.\n\nCommands:\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		(void)fprintf(stream, "  %-14s %s\n", commands[i].name, commands[i].summary);
	(void)fprintf(
		stream,
		"\n'ismap-sync COMMAND --help' shows the options of one.\n"
		"Sources: " SOURCE_NAMES ".\n"
		"A LOCATION is an https:// address, a file, or - for standard input; .gz, .xz\n"
		"and .zst are unpacked.\n"
		"--sandbox=off, with any command: keep the rights to other files and system\n"
		"calls, for debuggers.\n\n"
		"Exit status: 0 done, 1 the answer is yes (changes) or came too late (wait),\n"
		"2 usage, 3 could not fetch, 4 publication refused, 5 store unusable or locked.\n"
		"Whatever happens, the last good list stays.\n");
}

static void print_version(void)
{
	(void)printf("ismap-sync %s\nSQLite %s\n%s\n%s\ncJSON %s\n", ISMAPFS_VERSION,
		     sqlite3_libversion(), curl_version(), archive_version_string(),
		     cJSON_Version());
}

int command_usage(const struct command *command, const char *format, ...)
{
	char sentence[LOG_LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	log_info("%s: %s; see 'ismap-sync %s --help'", command->name, sentence, command->name);
	return EXIT_USAGE;
}

/* An option and what it means, further lines of it below the first. */
static void print_option(const struct command_option *option)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "--%s%s%s", option->name, option->value ? " " : "",
		       option->value ? option->argument : "");
	(void)printf("  %-24s", name);
	for (const char *line = option->help; *line != '\0';) {
		int length = (int)strcspn(line, "\n");

		(void)printf("%.*s\n", length, line);
		line += length;
		if (*line == '\n') {
			line++;
			(void)printf("%26s", "");
		}
	}
}

static void print_command_help(const struct command *command, const struct command_option *options)
{
	(void)printf("Usage: ismap-sync %s %s\n\n%c%s.\n\n", command->name, command->synopsis,
		     toupper(command->summary[0]), command->summary + 1);
	for (; options->name; options++)
		print_option(options);
	(void)printf("  %-24sthis help\n\nExit status: 0 done, 2 usage,\n%s.\n", "-h, --help",
		     command->exit_status);
}

static int check_required(const struct command *command, const struct command_option *options)
{
	for (; options->name; options++)
		/* What is required takes a value: it isn't a flag. */
		if (options->required && options->value && !*options->value)
			return command_usage(command, "--%s is missing", options->name);
	return 0;
}

int command_options(const struct command *command, int argc, char **argv,
		    const struct command_option *options, struct command_words *words)
{
	struct option longs[OPTIONS_MAX + 2] = {{0}};
	int count = 0, choice;

	for (; count < OPTIONS_MAX && options[count].name; count++)
		longs[count] = (struct option){
			.name = options[count].name,
			.has_arg = options[count].value ? required_argument : no_argument,
			.val = count + 1,
		};
	longs[count] = (struct option){.name = "help", .has_arg = no_argument, .val = 'h'};
	opterr = 0;
	optind = 1;
	while ((choice = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		if (choice == 'h') {
			print_command_help(command, options);
			return -1;
		}
		if (choice < 1 || choice > count)
			return command_usage(command, "'%s' is not an option, or lacks its value",
					     argv[optind - 1]);
		if (options[choice - 1].value)
			*options[choice - 1].value = optarg;
		else
			*options[choice - 1].flag = true;
	}
	if (words)
		*words = (struct command_words){.words = argv + optind, .count = argc - optind};
	else if (optind < argc)
		return command_usage(command, "'%s' is one word too many", argv[optind]);
	return check_required(command, options);
}

/*
 * One thread, many small pieces of memory: SQLite needs neither locks nor a tally
 * of its allocations, and glibc's list of small free pieces, which it merges all
 * at once in the middle of whatever comes next, costs more than it saves.
 */
static void tune_libraries(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	(void)mallopt(M_MXFAST, 0);
}

/* --sandbox=on or off, of any command. Takes it off the words; true: off. */
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

int main(int argc, char **argv)
{
	bool unconfined = take_sandbox(&argc, argv);

	tune_libraries();
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
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, argv[1]) == 0) {
			struct command command = commands[i];

			command.unconfined = unconfined;
			return command.run(&command, argc - 1, argv + 1);
		}
	log_info("'%s' is not a command; see 'ismap-sync --help'", argv[1]);
	return EXIT_USAGE;
}
