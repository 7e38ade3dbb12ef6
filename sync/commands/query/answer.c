#include "commands/query/answer.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/embed.h"
#include "common/messages.h"
#include "query/notes.h"
#include "query/search.h"
#include "terminal/when.h"
#include "terminal/width.h"
#include "vocabulary.h"

EMBED(before, "commands/query/before.sql");

void answer_put_heading(struct page *page, const struct list *list)
{
	const char *title = list_title(list, page_language());
	char when[WHEN_TEXT_SIZE];

	when_relative(list->store.state.last_success, list->now, when);
	if (list->store.state.last_success > 0)
		page_wrapf(page, STYLE_STRONG, 0, _("%s, list of %s, compared with its source %s"),
			   title, list->day, when);
	else
		page_wrapf(page, STYLE_STRONG, 0,
			   _("%s, list of %s, never compared with its source"), title, list->day);
	page_end_line(page);
	if (list->stale == STALE_NOT)
		return;
	page_wrapf(page, STYLE_LOOK, 0, _("Not to be relied on: %s"), list->stale_sentence);
	page_end_line(page);
}

const char *answer_status(const struct list *list, const char *status)
{
	const struct word *word = registry_find_status(list->known, status);

	if (word && word->japanese && strcmp(page_language(), "ja") == 0)
		return word->japanese;
	return status;
}

/* Of a word in Japanese, where its remark in brackets begins; its end where it has none. */
static const char *remark_of(const char *word)
{
	const char *bracket = strstr(word, "（");

	return bracket ? bracket : word + strlen(word);
}

void answer_short_status(const struct list *list, const char *status, int columns,
			 char text[static ANSWER_TEXT_SIZE])
{
	const char *shown = answer_status(list, status);
	int length = (int)(remark_of(shown) - shown);

	if (text_columns(shown) <= columns) {
		length = (int)strlen(shown);
	} else if (columns > 0 && shown[length] == '\0' && status_is_qualified(list, status)) {
		shown = list->known->statuses[0].word;
		length = (int)strlen(shown);
	}
	(void)snprintf(text, ANSWER_TEXT_SIZE, "%.*s", length, shown);
}

const char *answer_word(const struct list *list, const char *field, const char *word)
{
	const struct word *known = registry_find_word(list->known, field, word);

	if (known && known->japanese && strcmp(page_language(), "ja") == 0)
		return known->japanese;
	return known && known->today ? known->today : word;
}

void answer_since(const struct status_since *since, char text[static ANSWER_TEXT_SIZE])
{
	text[0] = '\0';
	if (since->day[0] != '\0')
		(void)snprintf(text, ANSWER_TEXT_SIZE,
			       since->seen ? _("seen since %s") : _("since %s"), since->day);
}

void answer_add_word(struct buffer *command, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+,@%";
	const char *rest = word;

	buffer_text(command, " ");
	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		buffer_text(command, word);
		return;
	}
	buffer_text(command, "'");
	for (; *rest != '\0'; rest++)
		buffer_append(command, *rest == '\'' ? "'\\''" : rest, *rest == '\'' ? 4 : 1);
	buffer_text(command, "'");
}

void answer_add_last_word(struct buffer *command, const char *word)
{
	buffer_text(command, word[0] == '-' ? " --" : "");
	answer_add_word(command, word);
}

const char *answer_meaning(const struct list *list, const struct service *service)
{
	const char *status = service_text(service, FIELD_STATUS);
	const char *shown = answer_status(list, status);

	return shown != status ? remark_of(shown) : service_text(service, FIELD_IN_FORCE_BASIS);
}

void answer_level(const struct service *service, char text[static ANSWER_TEXT_SIZE])
{
	const char *class = service_text(service, FIELD_CLASS);
	const char *level = service_text(service, FIELD_LEVEL_SOURCE);
	bool letter = class[0] != '\0' && class[1] == '\0';

	if (level[0] == '\0')
		level = service_text(service, FIELD_LEVEL);
	(void)snprintf(text, ANSWER_TEXT_SIZE, "%.40s%s%.60s", class,
		       class[0] != '\0' && level[0] != '\0' ? "  " : "", level);
	if (letter)
		text[0] = (char)toupper((unsigned char)text[0]);
}

bool answer_until(const struct service *service, char text[static ANSWER_TEXT_SIZE])
{
	const char *until = service_text(service, FIELD_VALID_UNTIL);
	bool derived = strcmp(service_text(service, FIELD_VALID_UNTIL_BASIS), "derived") == 0;

	text[0] = '\0';
	if (until[0] == '\0')
		return false;
	(void)snprintf(text, ANSWER_TEXT_SIZE, _("until %.40s%s"), until, derived ? "*" : "");
	return true;
}

void answer_put_left(struct page *page, int column, const struct list *list,
		     const struct service *service)
{
	const char *day = service_text(service, FIELD_DELISTED_ON);

	if (strcmp(service_text(service, FIELD_DELISTED_ON_BASIS), "stated") == 0)
		page_wrapf(page, STYLE_BAD, column, _("not on the list since %s (%s says: %s)"),
			   day, list_title(list, page_language()),
			   service_text(service, FIELD_STATUS_SOURCE));
	else
		page_wrapf(
			page, STYLE_BAD, column,
			_("not on the list since %s (this copy no longer found it there; the list gives no reason, and it may have been merged into another entry or given a new number)"),
			day);
	page_end_line(page);
}

int answer_put_before(struct page *page, int column, const struct list *list,
		      const struct service *service)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	char level[ANSWER_TEXT_SIZE];
	int r = database_prepare(list->database, embedded_before, &row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, service->entity);
	r = database_next(row);
	if (r <= 0)
		return r;
	answer_level(service, level);
	page_move(page, column);
	page_wrapf(page, STYLE_PLAIN, column, _("before that: %s%s%s"),
		   answer_status(list, database_text(row, 0)), level[0] != '\0' ? "  " : "", level);
	page_end_line(page);
	return 0;
}

/* Numbers that are named where no command can be. */
#define NUMBERS_MAX 3

static void put_numbers(const struct search_hits *hits, struct buffer *text)
{
	for (size_t i = 0; i < hits->count && i < NUMBERS_MAX; i++)
		buffer_printf(text, "%s%s", i > 0 ? ", " : "", hits->hits[i].number);
	buffer_text(text, hits->count > NUMBERS_MAX ? ", \xe2\x80\xa6" : ""); /* U+2026 */
}

int answer_put_others(struct page *page, int column, const struct list *list, const char *words,
		      bool from_mirror)
{
	_cleanup_search_ struct search_hits hits = {0};
	_cleanup_buffer_ struct buffer way = {0};
	int r = search(list, &words, 1, &hits);

	if (r < 0 || hits.count == 0)
		return r;
	if (from_mirror) {
		put_numbers(&hits, &way);
	} else {
		buffer_text(&way, "ismap-sync search --store");
		answer_add_word(&way, list->store.path);
		answer_add_last_word(&way, words);
	}
	page_move(page, column);
	page_wrapf(page, STYLE_LOOK, column,
		   translate_counted(hits.count, "%zu service has these words: %s",
				     "%zu services have these words: %s"),
		   hits.count, way.bytes);
	page_end_line(page);
	return 0;
}

void answer_put_asterisk(struct page *page)
{
	page_wrap(page, STYLE_FAINT, 2,
		  _("* worked out by the programme's rules; not a date that the list states"));
	page_end_line(page);
}
