#include "cli/command.h"

#include <ctype.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/nearest.h"
#include "common/log.h"
#include "common/output.h"
#include "common/timestamp.h"
#include "util/duration.h"

#define OPTIONS_MAX 32

int command_usage(const struct command *command, const char *format, ...)
{
	char sentence[LOG_LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), translate(format), arguments);
	va_end(arguments);
	log_error("%s: %s; see 'ismap-sync %s --help'", command->name, sentence, command->name);
	return EXIT_USAGE;
}

static void put_help(struct buffer *help, const struct command_option *option)
{
	_cleanup_buffer_ struct buffer values = {0};

	buffer_text(help, _(option->help));
	if (!option->put_values)
		return;
	option->put_values(&values);
	buffer_printf(help, ": %s", values.bytes);
}

/* Prints an option and its help, whose further lines stand below the first. */
static void print_option(const struct command_option *option)
{
	_cleanup_buffer_ struct buffer help = {0};
	char name[64];

	(void)snprintf(name, sizeof(name), "--%s%s%s", option->name, option->argument ? " " : "",
		       option->argument ? option->argument : "");
	(void)printf("  %-24s", name);
	put_help(&help, option);
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

static void print_help(const struct command *command, const struct command_option *options)
{
	const char *summary = _(command->summary);

	(void)printf(_("Usage: ismap-sync %s %s\n"), command->name, command->synopsis);
	(void)printf("\n%c%s%s\n\n", toupper((unsigned char)summary[0]), summary + 1, _("."));
	for (; options->name; options++)
		print_option(options);
	(void)printf("  %-24s%s\n", "-h, --help", _("this help"));
	(void)printf(_("\nExit status: 0 done, 2 usage, 6 output lost,\n%s.\n"),
		     _(command->exit_status));
}

int command_end(int code)
{
	if (output_end() == 0 || (code != EXIT_DONE && code != EXIT_ANSWER))
		return code;
	return EXIT_OUTPUT;
}

static int parse_number(const struct command *command, const struct command_option *option,
			const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (end == text || *end != '\0' || number < 0 || number > option->most)
		return command_usage(command, "--%s is a number from 0 to %d, not '%s'",
				     option->name, option->most, text);
	*option->number = (int)number;
	return 0;
}

static int add_text(const struct command *command, const struct command_option *option,
		    const char *text)
{
	/* What a unit has no value for is not given. */
	if (text[0] == '\0')
		return 0;
	if (option->texts->count == COMMAND_TEXTS_MAX)
		return command_usage(command, "--%s is given more than %d times", option->name,
				     COMMAND_TEXTS_MAX);
	option->texts->texts[option->texts->count++] = text;
	return 0;
}

static int take(const struct command *command, const struct command_option *option,
		const char *value)
{
	switch (option->type) {
	case OPTION_TYPE_TEXT: *option->text = value; break;
	case OPTION_TYPE_TEXTS: return add_text(command, option, value);
	case OPTION_TYPE_FLAG: *option->flag = true; break;
	case OPTION_TYPE_NUMBER: return parse_number(command, option, value);
	case OPTION_TYPE_DURATION:
		if (duration_parse(value, option->duration) < 0)
			return command_usage(
				command, "--%s is a time like 500ms, 20s, 30m, 6h or 1d, not '%s'",
				option->name, value);
		break;
	}
	return 0;
}

static bool is_given(const struct command_option *option)
{
	return option->type == OPTION_TYPE_TEXT ? *option->text != NULL : *option->duration != 0;
}

static int check_required(const struct command *command, const struct command_option *options)
{
	for (; options->name; options++)
		if (options->required && !is_given(options))
			return command_usage(command, "--%s is missing", options->name);
	return 0;
}

/* A word that begins like an option, but is none of these. */
static int refuse_option(const struct command *command, const char *word,
			 const struct command_option *options)
{
	char name[64];
	struct nearest nearest = {.typed = name};

	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	if (strncmp(name, "--", 2) == 0)
		nearest.typed = name + 2;
	for (; options->name; options++)
		nearest_consider(&nearest, options->name);
	if (!nearest.best || nearest.distance == 0)
		return command_usage(command, "'%s' is not an option, or lacks its value", word);
	return command_usage(command, "'%s' is not an option, but '--%s' is", word, nearest.best);
}

int command_options(const struct command *command, int argc, char **argv,
		    const struct command_option *options, struct command_words *words)
{
	struct option longs[OPTIONS_MAX + 2] = {{0}};
	int count = 0, choice;

	for (; count < OPTIONS_MAX && options[count].name; count++)
		longs[count] = (struct option){
			.name = options[count].name,
			.has_arg = options[count].argument ? required_argument : no_argument,
			.val = count + 1,
		};
	longs[count] = (struct option){.name = "help", .has_arg = no_argument, .val = 'h'};
	opterr = 0;
	optind = 1;
	while ((choice = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		if (choice == 'h') {
			print_help(command, options);
			exit(command_end(EXIT_DONE));
		}
		if (choice < 1 || choice > count)
			return refuse_option(command, argv[optind - 1], options);
		if (take(command, &options[choice - 1], optarg) != 0)
			return EXIT_USAGE;
	}
	if (words)
		*words = (struct command_words){.words = argv + optind, .count = argc - optind};
	else if (optind < argc)
		return command_usage(command, "'%s' is one word too many", argv[optind]);
	return check_required(command, options);
}

int command_parse_format(const struct command *command, const char *text, unsigned set,
			 enum format *format)
{
	_cleanup_buffer_ struct buffer names = {0};

	if (format_parse(text, set, format) == 0)
		return 0;
	format_put_names(&names, set);
	return command_usage(command, "--format is one of %s, not '%s'", names.bytes, text);
}

int command_parse_at(const struct command *command, const char *text, int64_t *at, bool *is_day)
{
	int64_t day;

	*is_day = text && day_parse(text, &day) == 0;
	if (text && (timestamp_parse(text, "UTC", at) < 0 || *at <= 0))
		return command_usage(command,
				     "--at is YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not '%s'", text);
	return 0;
}
