/* show: one service, for those who have no mount. */
#include "commands/query/show.h"

#include <errno.h>
#include <string.h>

#include "cli/sandbox.h"
#include "commands/query/answer.h"
#include "commands/query/lists.h"
#include "common/log.h"
#include "terminal/page.h"

struct show_options {
	const char *at, *field, *number;
	enum format format;
};

static void say_absent(const struct list *list, const char *number)
{
	_cleanup_buffer_ struct buffer words = {0};

	answer_add_word(&words, list->store.path);
	answer_add_last_word(&words, number);
	log_error(
		"'%s' is neither a number nor a name on %s, nor was it since %s, when this copy begins. To search in names: ismap-sync search --store%s",
		number, list_title(list, page_language()), list->begin, words.bytes);
	if (list->stale != STALE_NOT)
		log_info("Not to be relied on: %s", list->stale_sentence);
}

static void say_ambiguous(const struct names *names, const struct folded_name *found, size_t count,
			  const char *number)
{
	_cleanup_buffer_ struct buffer numbers = {0};

	for (size_t i = 0; i < count; i++)
		buffer_printf(&numbers, "%s%s", i > 0 ? ", " : "",
			      names->services[found[i].service].number);
	log_error("several services are called '%s': %s", number, numbers.bytes);
}

/* Finds the service; NULL: there is none, or more than one, which is already reported. */
static const struct named_service *find(const struct list *list, const struct names *names,
					const char *number)
{
	const struct folded_name *found;
	size_t count = names_find(names, number, &found);

	if (count == 1)
		return &names->services[found->service];
	if (count == 0 || !names->services)
		say_absent(list, number);
	else
		say_ambiguous(names, found, count, number);
	return NULL;
}

static int print(const struct show *show, const struct show_options *options)
{
	int r;

	if (options->field)
		r = show_print_field(show, options->field);
	else if (options->format == FORMAT_TABLE)
		r = show_print_page(show);
	else
		r = show_print_rows(show, options->format);
	if (r == -EINVAL)
		return EXIT_USAGE;
	if (r < 0)
		return EXIT_STORE;
	if (r == 0 && options->field)
		log_info("%s: the list doesn't state '%s'", show->service->number, options->field);
	else if (r == 0)
		log_info(
			"%s: the list of that day had no such service. It gives no reason: the service may have had another number, or be covered by another entry",
			show->service->number);
	return r > 0 ? EXIT_DONE : EXIT_ANSWER;
}

/* A day that nobody knows is a mistake. */
static int find_day(const struct list *list, const struct show_options *options,
		    struct known_day *day, struct show *show)
{
	struct known_days days;
	int r;

	if (!options->at)
		return 0;
	r = known_days_read(list->database, &list->store.state, &days);
	if (r == 0)
		r = known_days_look(&days, options->at, day);
	if (r < 0)
		return r == -EINVAL || r == -ENOENT ? EXIT_USAGE : EXIT_STORE;
	/* What programs read says nothing of how the day is known. */
	if (day->basis == DAY_UNCONFIRMED && (options->field || options->format != FORMAT_TABLE))
		r = known_days_warn(&days, options->at);
	show->day = day;
	show->generation = day->generation;
	return r < 0 ? EXIT_STORE : 0;
}

static int answer(const struct list *list, const struct names *names,
		  const struct show_options *options)
{
	struct show show = {.list = list, .generation = list->generation};
	struct known_day day = {0};
	int r = find_day(list, options, &day, &show);

	if (r != 0)
		return r;
	show.service = find(list, names, options->number);
	return show.service ? print(&show, options) : EXIT_ANSWER;
}

static int run(const struct command *command, int argc, char **argv)
{
	_cleanup_list_ struct list list = LIST_CLOSED;
	_cleanup_names_ struct names names = {0};
	struct show_options options = {0};
	const char *path = NULL, *format_name = NULL;
	const struct command_option rows[] = {
		STORE_OPTION(&path),
		OPTION("at", &options.at, "DAY", "as the list was on that day"),
		OPTION("field", &options.field, "NAME", "only that field, whole"),
		FORMAT_OPTION(&format_name, format_put_tables),
		{0},
	};
	struct command_words words;
	int r = command_options(command, argc, argv, rows, &words);

	if (r == 0)
		r = lists_parse_format(command, format_name, &options.format);
	if (r != 0)
		return r;
	if (words.count != 1)
		return command_usage(command, "give one number");
	options.number = words.words[0];
	r = command_sandbox(command, &(struct sandbox_needs){.store = path});
	if (r == 0)
		r = list_open(&list, path);
	if (r == 0)
		r = names_read(list.database, &names);
	return r < 0 ? EXIT_STORE : answer(&list, &names, &options);
}

const struct command command_show = {
	.name = "show",
	.synopsis = "--store DIR NUMBER",
	.summary = N_("all that the list says of one service"),
	.exit_status = N_("1 no such service, 5 store unusable"),
	.run = run,
};
