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
#include <openssl/crypto.h>
#include <sqlite3.h>

#include "commands/command.h"
#include "common/log.h"
#include "util/memory.h"
#include "commands/pull_options.h"

#define OPTIONS_MAX 32

/* What the command line says about one is added to a copy. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#define STORE_EXIT_STATUS N_("5 store unusable or locked")

static const struct command commands[] = {
	{"init", "--store DIR --bundled NAME", N_("make a store from a list that comes along"),
	 STORE_EXIT_STATUS, command_init},
	{"pull", PULL_SYNOPSIS, N_("bring a store up to date with a publication"), PULL_EXIT_STATUS,
	 command_pull},
	{"run", "--every TIME " PULL_SYNOPSIS,
	 N_("pull again and again, as a service; SIGHUP: now"),
	 N_("5 signals can't be waited for; what a pull meets is in the state"), command_run},
	{"wait", "--store DIR", N_("wait for a newer generation, print its number"),
	 N_("1 none came in time, 5 store unusable"), command_wait},
	{"probe", "--from URL", N_("what a portal answers, and what the label map makes of it"),
	 N_("3 could not fetch, 4 the portal answers with no list"), command_probe},
	{"import", "--store DIR FILE...", N_("pull from files, one after the other"),
	 PULL_EXIT_STATUS, command_import},
	{"import-history", "--store DIR --source NAME FILE...",
	 N_("pull from dated files, the oldest first, as history"), PULL_EXIT_STATUS,
	 command_import_history},
	{"status", "--store DIR", N_("what the store holds, and when it was checked"),
	 STORE_EXIT_STATUS, command_status},
	{"log", "--store DIR", N_("its generations, oldest first"), STORE_EXIT_STATUS, command_log},
	{"changes", "--store DIR", N_("what changed about services"),
	 N_("1 something did (--exit-code), 5 store unusable"), command_changes},
	{"diff", "--store DIR DAY DAY", N_("how the list differs between two days"),
	 STORE_EXIT_STATUS, command_diff},
	{"prune", "--store DIR --keep DAYSd|N", N_("forget older states"), STORE_EXIT_STATUS,
	 command_prune},
	{"verify", "--store DIR", N_("check the store whole"), STORE_EXIT_STATUS, command_verify},
	{"export", "--store DIR OUTDIR", N_("write the tree as plain files"), STORE_EXIT_STATUS,
	 command_export},
	{"publish", "--store DIR --to WEBROOT", N_("sign a store and lay it out for mirrors"),
	 N_("5 store or WEBROOT unusable"),
	 command_publish},
	{"keygen", "--key FILE", N_("make a key that published lists are signed with"),
	 N_("5 the key can't be written"), command_keygen},
};
#pragma GCC diagnostic pop

static void print_help(FILE *stream)
{
	_cleanup_buffer_ struct buffer sources = {0};

	(void)fputs(
		_("Usage: ismap-sync COMMAND [OPTIONS]\n\n"
		  "Keeps a store of a public list of assessed cloud services; ismapfs shows it\n"
		  "as files.\n"),
		stream);
	(void)fputs(_("\nCommands:\n"), stream);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		(void)fprintf(stream, "  %-14s %s\n", commands[i].name, _(commands[i].summary));
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
		_("\nExit status: 0 done, 1 the answer is yes (changes) or came too late (wait),\n"
		  "2 usage, 3 could not fetch, 4 publication refused, 5 store unusable or locked.\n"
		  "Whatever happens, the last good list stays.\n"),
		stream);
}

static void print_version(void)
{
	(void)printf("ismap-sync %s\nSQLite %s\n%s\n%s\ncJSON %s\n", ISMAPFS_VERSION,
		     sqlite3_libversion(), curl_version(), archive_version_string(),
		     cJSON_Version());
}

int command_failed(const struct command *command, int error)
{
	if (error == -ENOMEM)
		log_error("%s: there is not enough memory to go on", command->name);
	return EXIT_STORE;
}

int command_usage(const struct command *command, const char *format, ...)
{
	char sentence[LOG_LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), gettext(format), arguments);
	va_end(arguments);
	log_error("%s: %s; see 'ismap-sync %s --help'", command->name, sentence, command->name);
	return EXIT_USAGE;
}

/* An option and what it means, further lines of it below the first. */
static void print_option(const struct command_option *option)
{
	_cleanup_buffer_ struct buffer help = {0};
	char name[64];

	(void)snprintf(name, sizeof(name), "--%s%s%s", option->name, option->value ? " " : "",
		       option->value ? option->argument : "");
	(void)printf("  %-24s", name);
	buffer_text(&help, _(option->help));
	if (option->put_values) {
		_cleanup_buffer_ struct buffer values = {0};

		option->put_values(&values);
		buffer_printf(&help, ": %s", values.bytes);
	}
	for (const char *line = help.bytes; *line != '\0';) {
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
	const char *summary = _(command->summary);

	(void)printf(_("Usage: ismap-sync %s %s\n"), command->name, command->synopsis);
	(void)printf("\n%c%s.\n\n", toupper((unsigned char)summary[0]), summary + 1);
	for (; options->name; options++)
		print_option(options);
	(void)printf("  %-24s%s\n", "-h, --help", _("this help"));
	(void)printf(_("\nExit status: 0 done, 2 usage,\n%s.\n"), _(command->exit_status));
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

	messages_begin("ismap-sync");
	tune_libraries();
	memory_begin();
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
	log_error("'%s' is not a command; see 'ismap-sync --help'", argv[1]);
	return EXIT_USAGE;
}
