#include "evidence/statement/statement.h"

#include <stdarg.h>
#include <string.h>

#include "common/log.h"
#include "terminal/width.h"
#include "util/memory.h"

/* A page of A4 has room for so many columns. */
#define COLUMNS 96
#define LABEL_COLUMNS 18

static const struct {
	const char *labels[2];
	void (*put)(struct statement *statement);
} items[STATEMENT_ITEMS] = {
	{{"List", "一覧"}, statement_put_list},
	{{"Service", "サービス"}, statement_put_service},
	{{"Day", "対象日"}, statement_put_day},
	{{"The list then", "当日の一覧"}, statement_put_then},
	{{"Terms", "用語"}, statement_put_terms},
	{{"How known", "確かさ"}, statement_put_known},
	{{"Said later", "後日の情報"}, statement_put_later},
	{{"Source", "取得元"}, statement_put_source},
	{{"Made", "作成"}, statement_put_maker},
	{{"Time stamp", "時刻認証"}, statement_put_stamps},
	{{"It shows", "わかること"}, statement_put_shown},
	{{"Doesn't show", "わからないこと"}, statement_put_not_shown},
	{{"Not official", "非公式"}, statement_put_official},
	{{"To check", "確認方法"}, statement_put_check},
	{{"The key", "鍵について"}, statement_put_key},
};

void statement_write(struct statement *statement)
{
	static const char *const titles[2][2] = {
		{"WHAT A PUBLIC LIST SAID ABOUT ONE SERVICE ON ONE DAY",
		 "掲載状況の証跡: 公表された一覧に、ある日、あるサービスがどう記載されていたか"},
		{"WHAT A PUBLIC LIST SAID ABOUT SOME SERVICES ON ONE DAY",
		 "掲載状況の証跡: 公表された一覧に、ある日、いくつかのサービスがどう記載されていたか"},
	};

	statement->title = titles[statement->service ? 0 : 1][statement->language];
	for (size_t i = 0; i < STATEMENT_ITEMS; i++) {
		statement->items[i].label = items[i].labels[statement->language];
		statement->text = &statement->items[i].text;
		items[i].put(statement);
	}
}

void statement_release(struct statement *statement)
{
	for (size_t i = 0; i < STATEMENT_ITEMS; i++)
		buffer_release(&statement->items[i].text);
}

static bool begins_line(const struct buffer *text)
{
	return text->length == 0 || text->bytes[text->length - 1] == '\n';
}

void statement_say(struct statement *statement, const char *english, const char *japanese, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list arguments;

	va_start(arguments, japanese);
	if (vasprintf(&text, statement->language == STATEMENT_JAPANESE ? japanese : english,
		      arguments) < 0)
		out_of_memory();
	va_end(arguments);
	log_defuse(text);
	/* Sentences begin with a blank, but not a line. */
	buffer_text(statement->text,
		    begins_line(statement->text) ? text + strspn(text, " ") : text);
}

void statement_next_line(struct statement *statement)
{
	buffer_text(statement->text, "\n");
}

void statement_day(const struct statement *statement, const char *day,
		   char text[static STATEMENT_TEXT_SIZE])
{
	static const char *const months[] = {"January",	  "February", "March",	  "April",
					     "May",	  "June",     "July",	  "August",
					     "September", "October",  "November", "December"};
	struct civil_date date;
	int64_t days;

	if (day_parse(day, &days) < 0) {
		(void)snprintf(text, STATEMENT_TEXT_SIZE, "%.70s", day);
		return;
	}
	date = civil_from_days(days);
	if (statement->language == STATEMENT_JAPANESE)
		(void)snprintf(text, STATEMENT_TEXT_SIZE, "%lld年%d月%d日", (long long)date.year,
			       date.month, date.day);
	else
		(void)snprintf(text, STATEMENT_TEXT_SIZE, "%d %s %lld", date.day,
			       months[date.month - 1], (long long)date.year);
}

void statement_instant(const struct statement *statement, int64_t instant,
		       char text[static STATEMENT_TEXT_SIZE])
{
	const char *zone = statement->evidence->list->zone;
	char local[TIMESTAMP_TEXT_SIZE], *letter;
	int64_t offset = 0, minutes;

	(void)zone_offset(zone, instant, &offset);
	timestamp_format(instant + offset, local);
	letter = strchr(local, 'T');
	if (letter)
		*letter = ' ';
	local[strlen("YYYY-MM-DD HH:MM")] = '\0';
	minutes = (offset < 0 ? -offset : offset) / 60000;
	if (offset == 0)
		(void)snprintf(text, STATEMENT_TEXT_SIZE, "%.16s UTC", local);
	else
		(void)snprintf(text, STATEMENT_TEXT_SIZE, "%.16s UTC%c%02d:%02d", local,
			       offset < 0 ? '-' : '+', (int)(minutes / 60), (int)(minutes % 60));
}

static void put_blanks(struct buffer *text, int columns)
{
	for (; columns > 0; columns--)
		buffer_text(text, " ");
}

/* A text from a column on, in lines that fit; a newline begins one, too. */
static void put_wrapped(struct buffer *text, const char *words)
{
	while (*words != '\0') {
		size_t whole = strcspn(words, "\n"), length;
		_cleanup_free_ char *line = xstrndup(words, whole);

		length = text_line_length_forced(line, COLUMNS - LABEL_COLUMNS);
		buffer_append(text, line, length);
		buffer_text(text, "\n");
		words += length;
		words += strspn(words, " ");
		words += *words == '\n';
		if (*words != '\0')
			put_blanks(text, LABEL_COLUMNS);
	}
}

void statement_print_text(const struct statement *statement, struct buffer *text)
{
	buffer_printf(text, "%s\n\n", statement->title);
	for (size_t i = 0; i < STATEMENT_ITEMS; i++) {
		const struct statement_item *item = &statement->items[i];

		buffer_printf(text, "%2zu %s", i + 1, item->label);
		put_blanks(text, LABEL_COLUMNS - 3 - text_columns(item->label));
		put_wrapped(text, item->text.bytes ? item->text.bytes : "");
	}
}
