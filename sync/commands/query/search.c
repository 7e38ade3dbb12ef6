/* search: services whose number, name or provider has all of some words. */
#include "query/search.h"

#include <errno.h>
#include <string.h>

#include "commands/query/answer.h"
#include "commands/query/lists.h"
#include "common/log.h"
#include "terminal/width.h"
#include "util/print.h"
#include "vocabulary.h"

/* Longer ones are cut. */
#define NUMBER_COLUMNS_MAX 24
#define STATUS_COLUMNS_MAX 24
#define LEVEL_COLUMNS_MAX 14

/* Where the columns of a list's rows are. */
struct columns {
	int number, status, level;
};

static int greater(int one, int other, int most)
{
	int result = one > other ? one : other;

	return result > most ? most : result;
}

/* What stands below the status of a service that isn't in force. */
static const char *remark_of(const struct search_hit *hit, const struct service *service)
{
	if (hit->group != SEARCH_OTHERS)
		return "";
	return strcmp(service_text(service, FIELD_IN_FORCE), "no") == 0
		       ? _("not in force")
		       : _("not known to be in force");
}

static int read_hit(const struct list *list, const struct search_hit *hit, struct service *service)
{
	return service_read(list, hit->entity, list->generation, SERVICE_BRIEF, service);
}

static void put_status(const struct list *list, const struct service *service,
		       char text[static ANSWER_TEXT_SIZE])
{
	answer_short_status(list, service_text(service, FIELD_STATUS), STATUS_COLUMNS_MAX, text);
}

static int measure(const struct list *list, const struct search_hits *hits, struct columns *columns)
{
	int r = 0;

	*columns = (struct columns){0};
	for (size_t i = 0; r == 0 && i < hits->count; i++) {
		_cleanup_service_ struct service service = {0};
		char status[ANSWER_TEXT_SIZE], level[ANSWER_TEXT_SIZE];

		r = read_hit(list, &hits->hits[i], &service);
		put_status(list, &service, status);
		answer_level(&service, level);
		columns->number = greater(columns->number, text_columns(hits->hits[i].number),
					  NUMBER_COLUMNS_MAX);
		columns->status =
			greater(columns->status, text_columns(status), STATUS_COLUMNS_MAX);
		columns->status =
			greater(columns->status, text_columns(remark_of(&hits->hits[i], &service)),
				STATUS_COLUMNS_MAX);
		columns->level = greater(columns->level, text_columns(level), LEVEL_COLUMNS_MAX);
	}
	return r;
}

static void put_hit(struct page *page, const struct columns *columns, const struct list *list,
		    const struct search_hit *hit, const struct service *service)
{
	int at_status = columns->number + 2, at_level = at_status + columns->status + 2;
	int at_name = at_level + (columns->level > 0 ? columns->level + 2 : 0);
	char status[ANSWER_TEXT_SIZE], level[ANSWER_TEXT_SIZE];

	put_status(list, service, status);
	answer_level(service, level);
	page_cell(page, STYLE_STRONG, columns->number, hit->number);
	page_move(page, at_status);
	page_cell(page, hit->group == SEARCH_IN_FORCE ? STYLE_GOOD : STYLE_LOOK, columns->status,
		  status);
	page_move(page, at_level);
	page_put(page, STYLE_PLAIN, columns->level, level);
	page_move(page, at_name);
	page_wrap(page, STYLE_STRONG, at_name, service_text(service, FIELD_NAME));
	page_end_line(page);
	page_move(page, at_status);
	page_put(page, STYLE_LOOK, 0, remark_of(hit, service));
	page_move(page, at_name);
	page_wrap(page, STYLE_FAINT, at_name, service_text(service, FIELD_PROVIDER_NAME));
	page_end_line(page);
}

static void put_counts(struct page *page, const struct list *list, const struct search_hits *hits)
{
	_cleanup_buffer_ struct buffer command = {0};
	size_t left = 0;

	for (size_t i = 0; i < hits->count; i++)
		left += hits->hits[i].group == SEARCH_LEFT;
	buffer_text(&command, "ismap-sync show --store");
	answer_add_word(&command, list->store.path);
	if (hits->count == 1)
		answer_add_last_word(&command, hits->hits[0].number);
	else
		buffer_printf(&command, " %s", _("NUMBER"));
	page_end_line(page);
	if (left == 0)
		page_wrapf(page, STYLE_FAINT, 0,
			   translate_counted(hits->count, "%zu service, none that left the list.",
					     "%zu services, none that left the list."),
			   hits->count);
	else
		page_wrapf(page, STYLE_FAINT, 0,
			   translate_counted(hits->count,
					     "%zu service, of which %zu left the list.",
					     "%zu services, of which %zu left the list."),
			   hits->count, left);
	page_wrapf(page, STYLE_FAINT, 0, _(" More about one: %s"), command.bytes);
	page_end_line(page);
}

static int put_page(struct page *page, const struct list *list, const struct search_hits *hits)
{
	struct columns columns;
	int r = measure(list, hits, &columns);

	answer_put_heading(page, list);
	page_end_line(page);
	for (size_t i = 0; r == 0 && i < hits->count; i++) {
		_cleanup_service_ struct service service = {0};

		r = read_hit(list, &hits->hits[i], &service);
		put_hit(page, &columns, list, &hits->hits[i], &service);
	}
	put_counts(page, list, hits);
	return r;
}

static const char *listed_word(const struct search_hit *hit)
{
	return hit->group == SEARCH_LEFT ? "no" : "yes";
}

static void put_tsv(struct buffer *row, const struct list *list, const struct search_hit *hit,
		    const struct service *service)
{
	const char *const fields[] = {
		hit->number,
		service_text(service, FIELD_STATUS),
		service_text(service, FIELD_IN_FORCE),
		service_text(service, FIELD_CLASS),
		service_text(service, FIELD_LEVEL),
		service_text(service, FIELD_NAME),
		service_text(service, FIELD_PROVIDER_NAME),
		listed_word(hit),
		list->registry,
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		buffer_text(row, i > 0 ? "\t" : "");
		buffer_tsv_field(row, fields[i]);
	}
	buffer_text(row, "\n");
}

static void put_json(struct buffer *row, const struct list *list, const struct search_hit *hit,
		     const struct service *service)
{
	static const struct {
		const char *name;
		int field;
	} members[] = {
		{"name", FIELD_NAME},	  {"provider", FIELD_PROVIDER_NAME},
		{"status", FIELD_STATUS}, {"in-force", FIELD_IN_FORCE},
		{"class", FIELD_CLASS},	  {"level", FIELD_LEVEL},
	};

	buffer_text(row, "{\"registry\": ");
	buffer_json_string(row, list->registry);
	buffer_text(row, ", \"number\": ");
	buffer_json_string(row, hit->number);
	buffer_printf(row, ", \"listed\": \"%s\"", listed_word(hit));
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *text = service_stated(service, members[i].field);

		if (!text)
			continue;
		buffer_printf(row, ", \"%s\": ", members[i].name);
		buffer_json_string(row, text);
	}
	buffer_text(row, "}");
}

/* Prints rows; *count are those printed so far. */
static int print_rows(const struct list *list, const struct search_hits *hits, enum format format,
		      size_t *count)
{
	_cleanup_buffer_ struct buffer row = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < hits->count; i++) {
		_cleanup_service_ struct service service = {0};

		r = read_hit(list, &hits->hits[i], &service);
		buffer_clear(&row);
		if (format == FORMAT_TSV) {
			put_tsv(&row, list, &hits->hits[i], &service);
		} else {
			if (format == FORMAT_JSON)
				buffer_text(&row, *count > 0 ? ",\n" : "\n");
			put_json(&row, list, &hits->hits[i], &service);
			buffer_text(&row, format == FORMAT_JSONL ? "\n" : "");
		}
		print_text(row.bytes, row.length);
		(*count)++;
	}
	return r;
}

/* Where nothing was found. */
static void say_nothing(const struct list *list)
{
	log_info(
		"nothing in %s: neither among the %lld services of %s nor among the %lld that left since %s. That this list lacks it says nothing of any other list",
		list_title(list, page_language()), (long long)list->services, list->day,
		(long long)list->left, list->begin);
	if (list->stale != STALE_NOT)
		log_info("Not to be relied on: %s", list->stale_sentence);
}

static int answer(const struct lists *lists, const struct command_words *words, enum format format,
		  size_t *found)
{
	_cleanup_page_ struct page page;
	int r = 0;

	page_begin(&page);
	*found = 0;
	if (format == FORMAT_JSON)
		print_text("[", 1);
	for (size_t i = 0; r == 0 && i < lists->count; i++) {
		const struct list *list = &lists->lists[i].list;
		_cleanup_search_ struct search_hits hits = {0};

		r = search(list, (const char *const *)words->words, (size_t)words->count, &hits);
		if (r == 0 && hits.count == 0) {
			say_nothing(list);
			continue;
		}
		if (format == FORMAT_TABLE && *found > 0)
			page_end_line(&page);
		if (r == 0)
			r = format == FORMAT_TABLE ? put_page(&page, list, &hits)
						   : print_rows(list, &hits, format, found);
		*found += format == FORMAT_TABLE ? hits.count : 0;
	}
	if (format == FORMAT_JSON)
		print_text(*found > 0 ? "\n]\n" : "]\n", *found > 0 ? 3 : 2);
	return r;
}

static int run(const struct command *command, int argc, char **argv)
{
	_cleanup_lists_ struct lists lists = {.fetched = STORE_DIRECTORY_CLOSED};
	struct list_options options = {0};
	const char *format_name = NULL;
	const struct command_option rows[] = {
		STORES_OPTION(options),
		FORMAT_OPTION(&format_name, format_put_tables),
		{0},
	};
	struct command_words words;
	enum format format;
	size_t found;
	int r = command_options(command, argc, argv, rows, &words);

	if (r == 0)
		r = lists_parse_format(command, format_name, &format);
	if (r == 0 && (words.count == 0 || words.count > SEARCH_WORDS_MAX))
		return command_usage(command, "give one to %d words", SEARCH_WORDS_MAX);
	if (r == 0)
		r = lists_open(command, &options, &lists);
	if (r != 0)
		return r;
	if (answer(&lists, &words, format, &found) < 0)
		return EXIT_STORE;
	return found > 0 ? EXIT_DONE : EXIT_ANSWER;
}

const struct command command_search = {
	.name = "search",
	.synopsis = "--store DIR WORD...",
	.summary = N_("services whose number, name or provider has all of some words"),
	.exit_status = N_("1 nothing found, 5 store unusable"),
	.run = run,
};
