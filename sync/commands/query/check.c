/* check: whether what people claim to use is on the list, and in force. */
#include "commands/query/check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "commands/query/answer.h"
#include "commands/query/lists.h"
#include "common/log.h"
#include "util/memory.h"
#include "util/table/sheet.h"

struct check_options {
	struct list_options lists;
	const char *require, *column, *format_name;
	enum format format;
	bool allow_stale;
	int fd; /* of the file; -1: numbers are given */
	const char *file;
};

/* A word that was meant for a file, though there is none. */
static bool looks_like_file(const char *word)
{
	static const char *const endings[] = {".txt",	".csv",	 ".tsv", ".tab", ".json",
					      ".jsonl", ".xlsx", ".xls", ".ods", ".list"};
	const char *ending = strrchr(word, '.');

	if (strchr(word, '/'))
		return true;
	for (size_t i = 0; ending && i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strcmp(ending, endings[i]) == 0)
			return true;
	return false;
}

/* Opens the file before the sandbox closes the others: it may be a pipe of the shell's. */
static int open_file(const struct command *command, const struct command_words *words,
		     struct check_options *options)
{
	const char *first = words->count > 0 ? words->words[0] : NULL;

	options->fd = -1;
	if (!first)
		return command_usage(command,
				     "give numbers, a file of them, or - for standard input");
	if (strcmp(first, "-") == 0) {
		options->fd = STDIN_FILENO;
	} else {
		options->fd = open(first, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (options->fd < 0 &&
		    (errno != ENOENT || looks_like_file(first) || options->column))
			return command_usage(command, "%s can't be read: %s", first,
					     strerror(errno));
	}
	options->file = first;
	if (options->fd >= 0 && words->count > 1)
		return command_usage(command,
				     "give one file, or numbers; '%s' is one word too many",
				     words->words[1]);
	return 0;
}

static int parse(const struct command *command, int argc, char **argv,
		 struct check_options *options, struct command_words *words)
{
	const struct command_option rows[] = {
		STORES_OPTION(options->lists),
		OPTION("require", &options->require, "WORDS",
		       "statuses that hold, with commas between; default:\nwhatever is in force"),
		FLAG("allow-stale", &options->allow_stale,
		     "answer from a list that must not be relied on, too"),
		OPTION("column", &options->column, "NAME",
		       "FILE is a table; the heading of its numbers or names"),
		FORMAT_OPTION(&options->format_name, format_put_tables),
		MIRROR_OPTIONS(options->lists),
		{0},
	};
	int r = command_options(command, argc, argv, rows, words);

	if (r == 0)
		r = lists_parse_format(command, options->format_name, &options->format);
	/* Nothing would hold. */
	if (r == 0 && options->require &&
	    strspn(options->require, ", \t") == strlen(options->require))
		return command_usage(command, "--require names no status");
	return r != 0 ? r : open_file(command, words, options);
}

static int read_claims(const struct check_options *options, const struct command_words *words,
		       struct check *check)
{
	struct reason reason = {.about = options->fd == STDIN_FILENO ? _("standard input")
								     : options->file};
	int r;

	check->from_file = options->fd >= 0;
	if (check->from_file) {
		r = claims_read(options->fd, options->column, &reason, &check->claims);
		reason_say(&reason);
		return r < 0 ? EXIT_USAGE : 0;
	}
	for (int i = 0; i < words->count; i++) {
		if (words->words[i][strspn(words->words[i], " \t\n")] == '\0') {
			log_error(
				"an empty word is no service's number; a script's variable may not be set");
			return EXIT_USAGE;
		}
		claims_add(&check->claims, (size_t)i + 1, words->words[i]);
	}
	return 0;
}

static int read_names(struct lists *lists)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < lists->count; i++)
		r = names_read(lists->lists[i].list.database, &lists->lists[i].names);
	return r < 0 ? EXIT_STORE : 0;
}

static int check_words(const struct command *command, const struct question *question)
{
	_cleanup_free_ char *unknown = NULL;

	if (question_check_words(question, &unknown) < 0)
		return EXIT_STORE;
	if (unknown)
		return command_usage(command, "no list here has the status '%s'", unknown);
	return 0;
}

/* A mirror's list is asked for anew each time: there is no store to bring up to date. */
static void say_stale(const struct list *list, bool from_mirror)
{
	_cleanup_buffer_ struct buffer path = {0};

	answer_add_word(&path, list->store.path);
	if (from_mirror)
		log_error("no answer from %s: %s. See what it last said: --allow-stale",
			  list->store.path, list->stale_sentence);
	else
		log_error(
			"no answer from %s: %s. See what it last said: --allow-stale. Ask again: ismap-sync pull --store%s --source NAME",
			list->store.path, list->stale_sentence, path.bytes);
}

/* Says which lists decide nothing, and why. Returns whether one does. */
static bool some_list_decides(const struct question *question, bool from_mirror, enum format format)
{
	bool some = false;

	for (size_t i = 0; i < question->list_count; i++) {
		const struct asked_list *asked = &question->lists[i];
		const struct list *list = &asked->list;

		some |= question_relies_on(question, asked);
		if (list->stale == STALE_NOT)
			continue;
		if (question->allow_stale && format == FORMAT_TABLE)
			continue; /* it stands on the page */
		if (question->allow_stale)
			log_warning("%s must not be relied on: %s", list->store.path,
				    list->stale_sentence);
		else
			say_stale(list, from_mirror);
	}
	return some;
}

static int judge(struct check *check)
{
	check->verdicts = xmalloc(check->claims.count * sizeof(*check->verdicts));
	for (size_t i = 0; i < check->claims.count; i++) {
		struct verdict *verdict = &check->verdicts[i];

		if (verdict_find(&check->question, check->claims.claims[i].text, verdict) < 0)
			return EXIT_STORE;
		check->counts[verdict->result]++;
	}
	return 0;
}

static int print(const struct check *check, enum format format, bool decided)
{
	switch (format) {
	/* Nobody should read verdicts where there are none. */
	case FORMAT_TABLE: return decided ? check_print_page(check) : 0;
	case FORMAT_JSON: return check_print_json(check, false);
	case FORMAT_JSONL: return check_print_json(check, true);
	default: return check_print_tsv(check);
	}
}

static int answer(struct check *check, enum format format)
{
	bool decided = some_list_decides(&check->question, check->from_mirror, format);
	int r = judge(check);

	if (r != 0)
		return r;
	if (print(check, format, decided) < 0)
		return EXIT_STORE;
	if (check->counts[RESULT_FAILS] > 0)
		return EXIT_ANSWER;
	return check->counts[RESULT_UNCLEAR] > 0 ? EXIT_UNCLEAR : EXIT_DONE;
}

static void check_release(struct check *check)
{
	claims_release(&check->claims);
	free(check->verdicts);
}

static int run(const struct command *command, int argc, char **argv)
{
	__attribute__((cleanup(check_release))) struct check check = {0};
	_cleanup_lists_ struct lists lists = {.fetched = STORE_DIRECTORY_CLOSED};
	struct check_options options = {0};
	struct command_words words;
	int r = parse(command, argc, argv, &options, &words);

	/* Within the sandbox no encoding could be loaded. */
	if (r == 0 && options.fd >= 0)
		sheet_prepare();
	if (r == 0)
		r = lists_open(command, &options.lists, &lists);
	if (r == 0)
		r = read_claims(&options, &words, &check);
	if (r == 0)
		r = read_names(&lists);
	if (r != 0)
		return r;
	check.from_mirror = options.lists.mirror != NULL;
	check.question = (struct question){
		.lists = lists.lists,
		.list_count = lists.count,
		.require = options.require,
		.allow_stale = options.allow_stale,
	};
	r = check_words(command, &check.question);
	return r != 0 ? r : answer(&check, options.format);
}

const struct command command_check = {
	.name = "check",
	.synopsis = "--store DIR FILE|-|NUMBER...",
	.summary = N_("whether the services of a file are on the list and in force"),
	.exit_status = N_(
		"1 some do not hold, 6 none fails, but some can't be told,\n3 could not fetch, 4 mirror refused, 5 store unusable"),
	.run = run,
};
