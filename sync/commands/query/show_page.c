/* show's answer for people. */
#include <stdio.h>
#include <string.h>

#include "commands/answers/told.h"
#include "commands/query/answer.h"
#include "commands/query/show.h"
#include "common/embed.h"
#include "render/since/since.h"
#include "query/service.h"
#include "terminal/when.h"
#include "terminal/width.h"
#include "util/memory.h"
#include "vocabulary.h"

EMBED(foundation, "commands/query/foundation.sql");

/* Where the values are. */
#define VALUE_COLUMN 16
#define DAY_COLUMNS 13
#define NUMBER_COLUMNS 14

/* So many lines of a long text, changes and events are shown; commands tell the others. */
#define LINES_MAX 4
#define CHANGES_MAX 12
#define EVENTS_MAX 24

struct show_page {
	const struct show *show;
	struct service service;
	struct page page;
};

static const char *text_of(const struct show_page *page, int field)
{
	return service_text(&page->service, field);
}

static void put_line(struct show_page *page, enum style style, int column, const char *text)
{
	page_move(&page->page, column);
	page_wrap(&page->page, style, column, text);
	page_end_line(&page->page);
}

static void put_label(struct show_page *page, const char *label)
{
	page_put(&page->page, STYLE_FAINT, VALUE_COLUMN - 1, label);
	page_move(&page->page, VALUE_COLUMN);
}

/* A label and what it is about; nothing where that isn't stated. */
static void put_value(struct show_page *page, const char *label, const char *text)
{
	if (text[0] == '\0')
		return;
	put_label(page, label);
	page_wrap(&page->page, STYLE_PLAIN, VALUE_COLUMN, text);
	page_end_line(&page->page);
}

/* The same of a text that may be long. */
static void put_long(struct show_page *page, const char *label, int field, const char *name)
{
	const char *text = text_of(page, field);
	int room = (page->page.width - VALUE_COLUMN) * LINES_MAX;
	_cleanup_buffer_ struct buffer cut = {0};

	(void)text_cut(&cut, text, room);
	if (text_columns(text) > room)
		buffer_printf(&cut, "\n(--field %s)", name);
	put_value(page, label, cut.bytes ? cut.bytes : "");
}

static void put_name(struct show_page *page)
{
	const char *name = text_of(page, FIELD_NAME), *english = text_of(page, FIELD_NAME_EN);
	const char *number = page->show->service->number;
	int left = page->page.width - text_columns(number);

	page_wrap(&page->page, STYLE_STRONG, 0, name);
	if (page->page.column + 2 > left)
		page_end_line(&page->page);
	page_move(&page->page, left);
	page_put(&page->page, STYLE_STRONG, 0, number);
	page_end_line(&page->page);
	if (english[0] != '\0' && strcmp(english, name) != 0)
		put_line(page, STYLE_PLAIN, 0, english);
	if (text_of(page, FIELD_PROVIDER_NAME)[0] != '\0')
		put_line(page, STYLE_PLAIN, 0, text_of(page, FIELD_PROVIDER_NAME));
}

/* What is known of the day that was asked for. */
static void put_day(struct show_page *page)
{
	const struct known_day *known = page->show->day;
	char day[DAY_TEXT_SIZE], own[DAY_TEXT_SIZE], until[WHEN_TEXT_SIZE];
	const char *zone = page->show->list->zone, *called = when_zone(zone);

	if (!known)
		return;
	day_format(known->day, day);
	day_format(known->own, own);
	when_local(zone, known->held_until, 0, until);
	switch (known->basis) {
	case DAY_PUBLISHED:
		page_wrapf(&page->page, STYLE_PLAIN, 0,
			   _("As listed at the end of %s (%s): the list was published that day"),
			   day, called);
		break;
	case DAY_CONFIRMED:
		page_wrapf(
			&page->page, STYLE_PLAIN, 0,
			_("As listed at the end of %s (%s): confirmed, the list of %s was still the newest when that day ended"),
			day, called, own);
		break;
	default:
		page_wrapf(
			&page->page, STYLE_LOOK, 0,
			_("As listed on %s (%s), as far as is known: unconfirmed, the list of %s was known to be the newest until %s, and nobody asked again that day"),
			day, called, own, until);
	}
	page_end_line(&page->page);
}

static enum style style_of(const char *in_force)
{
	if (strcmp(in_force, "yes") == 0)
		return STYLE_GOOD;
	return strcmp(in_force, "no") == 0 ? STYLE_BAD : STYLE_LOOK;
}

static const char *yes_or_no(const char *in_force)
{
	if (strcmp(in_force, "yes") == 0)
		return _("yes");
	return strcmp(in_force, "no") == 0 ? _("no") : _("not known");
}

/* What the source writes, and what that means. */
static void put_source(struct show_page *page)
{
	const struct list *list = page->show->list;
	const char *source = text_of(page, FIELD_STATUS_SOURCE);
	const char *meaning = answer_meaning(list, &page->service);
	const char *title = list_title(list, page_language());
	/* A remark stands in brackets. */
	const char *colon =
		meaning[0] == '\0' || strncmp(meaning, "（", strlen("（")) == 0 ? "" : ": ";

	page_move(&page->page, 2);
	if (source[0] != '\0')
		page_wrapf(&page->page, STYLE_PLAIN, 2, _("%s writes \"%s\"%s%s"), title, source,
			   colon, meaning);
	else
		page_wrap(&page->page, STYLE_PLAIN, 2, meaning);
	if (page->page.column > 2)
		page_end_line(&page->page);
}

static int put_status(struct show_page *page)
{
	const struct list *list = page->show->list;
	const char *status = text_of(page, FIELD_STATUS), *in_force = text_of(page, FIELD_IN_FORCE);
	char word[ANSWER_TEXT_SIZE], when[ANSWER_TEXT_SIZE];
	struct status_since since;
	int r = service_find_since(list, &page->service, &since);

	if (r < 0)
		return r;
	answer_since(&since, when);
	answer_short_status(list, status, 0, word);
	page_end_line(&page->page);
	page_move(&page->page, 2);
	page_put(&page->page, style_of(in_force), 0, word);
	if (when[0] != '\0')
		page_move(&page->page, page->page.column + 4);
	page_wrap(&page->page, STYLE_PLAIN, 2, when);
	page_move(&page->page, page->page.column + 4);
	page_wrapf(&page->page, STYLE_PLAIN, 2, _("in force: %s"), yes_or_no(in_force));
	page_end_line(&page->page);
	if (strcmp(status, "delisted") != 0) {
		put_source(page);
		return 0;
	}
	page_move(&page->page, 2);
	answer_put_left(&page->page, 2, list, &page->service);
	return 0;
}

static void add_part(struct buffer *text, const char *part)
{
	_cleanup_free_ char *before = text->length > 0 ? xstrdup(text->bytes) : NULL;

	if (part[0] == '\0')
		return;
	buffer_clear(text);
	if (before)
		buffer_printf(text, _("%s, %s"), before, part);
	else
		buffer_text(text, part);
}

/* A word of a field in the user's language. */
static const char *word_of(const struct show_page *page, int field, const char *name)
{
	return answer_word(page->show->list, name, text_of(page, field));
}

static void put_kind(struct show_page *page)
{
	const char *level = text_of(page, FIELD_LEVEL_SOURCE);
	_cleanup_buffer_ struct buffer text = {0};
	const char *path = word_of(page, FIELD_CERTIFICATION_PATH, "certification-path");
	_cleanup_free_ char *of_path = xasprintf(_("path %s"), path), *of_level = NULL;

	if (level[0] == '\0')
		level = text_of(page, FIELD_LEVEL);
	of_level = xasprintf(_("level %s"), level);
	add_part(&text, word_of(page, FIELD_CERTIFICATION_TYPE, "certification-type"));
	add_part(&text, path[0] != '\0' ? of_path : "");
	add_part(&text, word_of(page, FIELD_CLASS, "class"));
	add_part(&text, level[0] != '\0' ? of_level : "");
	put_value(page, _("Class, level"), text.bytes ? text.bytes : "");
}

/* A day of every year, with the next one as seen on the day that is shown. */
static void put_yearly(struct show_page *page)
{
	const struct list *list = page->show->list;
	const char *yearly = text_of(page, FIELD_ANNUAL_ASSESSMENT);
	const struct known_day *shown = page->show->day;
	int64_t from = shown ? shown->day : day_in_zone(list->zone, list->now), next;
	struct civil_date date = civil_from_days(from);
	char day[DAY_TEXT_SIZE], text[ANSWER_TEXT_SIZE];

	if (strncmp(yearly, "--", 2) != 0) {
		put_value(page, _("Yearly check"), yearly);
		return;
	}
	/* The 29th of February isn't in every year. */
	for (int i = 0; i < 9; i++, date.year++) {
		(void)snprintf(day, sizeof(day), "%04d-%.5s", (int)date.year, yearly + 2);
		if (day_parse(day, &next) == 0 && next >= from)
			break;
	}
	(void)snprintf(text, sizeof(text), _("%s, next on %s"), yearly + 2, day);
	put_value(page, _("Yearly check"), text);
}

static int put_foundation(struct show_page *page)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	const char *label = _("Built on");
	int r = database_prepare(page->show->list->database, embedded_foundation, &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, page->service.entity);
	(void)sqlite3_bind_int64(rows, 2, page->show->generation);
	while ((r = database_next(rows)) > 0) {
		const char *left = database_text(rows, 2);

		put_label(page, label);
		page_cell(&page->page, STYLE_PLAIN, NUMBER_COLUMNS, database_text(rows, 0));
		page_move(&page->page, page->page.column + 2);
		page_wrap(&page->page, STYLE_PLAIN, VALUE_COLUMN + NUMBER_COLUMNS + 2,
			  database_text(rows, 1));
		if (left[0] != '\0')
			page_wrapf(&page->page, STYLE_LOOK, VALUE_COLUMN + NUMBER_COLUMNS + 2,
				   _(", left the list on %s"), left);
		page_end_line(&page->page);
		label = "";
	}
	put_value(page, label[0] != '\0' ? label : " ", text_of(page, FIELD_LEVERAGES_UNLISTED));
	return r;
}

static void put_agencies(struct show_page *page)
{
	const char *agencies = text_of(page, FIELD_AGENCIES);
	size_t count = agencies[0] != '\0';
	char text[ANSWER_TEXT_SIZE];

	for (const char *rest = agencies; (rest = strchr(rest, '\n')); rest++)
		count++;
	if (count == 0)
		return;
	(void)snprintf(text, sizeof(text),
		       translate_counted(count, "%zu agency (--field agencies names it)",
					 "%zu agencies (--field agencies names them)"),
		       count);
	put_value(page, _("Used by"), text);
}

static void put_until(struct show_page *page)
{
	const char *until = text_of(page, FIELD_VALID_UNTIL);
	bool derived = strcmp(text_of(page, FIELD_VALID_UNTIL_BASIS), "derived") == 0;
	_cleanup_free_ char *text = xasprintf(
		"%s%s%s", until, derived ? ", " : "",
		derived ? _("worked out by the programme's rules, not stated by the list") : "");

	put_value(page, _("Valid until"), until[0] != '\0' ? text : "");
}

static int put_values(struct show_page *page)
{
	const struct registry *known = page->show->list->known;
	const char *url = text_of(page, FIELD_URL);
	bool is_entry = known && known->site && strncmp(url, known->site, strlen(known->site)) == 0;
	int r;

	page_end_line(&page->page);
	put_kind(page);
	put_value(page, _("Registered on"), text_of(page, FIELD_REGISTERED_ON));
	put_until(page);
	put_value(page, _("Audit period"), text_of(page, FIELD_AUDIT_PERIOD));
	put_value(page, _("Assessor"), text_of(page, FIELD_AUDITOR));
	put_yearly(page);
	r = put_foundation(page);
	put_agencies(page);
	put_value(page, _("Regions"), text_of(page, FIELD_REGIONS));
	put_long(page, _("Scope"), FIELD_SCOPE, "scope");
	put_long(page, _("Description"), FIELD_DESCRIPTION, "description");
	put_long(page, _("Remark"), FIELD_NOTE, "note");
	put_value(page, is_entry ? _("At the source") : _("Provider's site"), url);
	return r;
}

/* A line of an event: where nothing is said of the status before, only the one after. */
static void put_event(struct show_page *page, const struct event *event)
{
	const struct list *list = page->show->list;

	page_move(&page->page, 2);
	page_cell(&page->page, STYLE_PLAIN, DAY_COLUMNS, event->date);
	if (event->from[0] != '\0')
		page_wrapf(&page->page, STYLE_PLAIN, 2 + DAY_COLUMNS, "%s → %s",
			   answer_status(list, event->from), answer_status(list, event->to));
	else
		page_wrap(&page->page, STYLE_PLAIN, 2 + DAY_COLUMNS,
			  answer_status(list, event->to));
	page_end_line(&page->page);
}

/* The newest first. */
static void put_events(struct show_page *page)
{
	const char *rest = text_of(page, FIELD_EVENTS);
	struct event events[EVENTS_MAX], event;
	size_t count = 0;

	for (; events_next(&rest, &event); count++)
		events[count % EVENTS_MAX] = event;
	if (count == 0)
		return;
	page_end_line(&page->page);
	put_line(page, STYLE_STRONG, 0, _("What happened, by the programme's own history"));
	for (size_t i = 0; i < count && i < EVENTS_MAX; i++)
		put_event(page, &events[(count - 1 - i) % EVENTS_MAX]);
}

static int put_changes(struct show_page *page)
{
	const struct show *show = page->show;
	const struct told_service service = {
		.registry = show->list->known,
		.entity = page->service.entity,
		.generation = show->generation,
		.most = CHANGES_MAX,
	};
	_cleanup_free_ char *heading =
		xasprintf(_("What this copy saw (since %s)"), show->list->begin);
	_cleanup_buffer_ struct buffer command = {0};
	bool some;
	int r = told_put_service(&page->page, show->list->database, &service, heading, &some);

	if (r < 0 || !some)
		return r;
	page_move(&page->page, 2);
	buffer_text(&command, "ismap-sync changes --store");
	answer_add_word(&command, show->list->store.path);
	buffer_text(&command, " --service");
	answer_add_word(&command, show->service->number);
	page_wrapf(&page->page, STYLE_FAINT, 2, _("More: %s --all"), command.bytes);
	page_end_line(&page->page);
	return 0;
}

static int put_page(struct show_page *page)
{
	int r;

	put_name(page);
	put_day(page);
	r = put_status(page);
	if (r == 0)
		r = put_values(page);
	put_events(page);
	if (r == 0)
		r = put_changes(page);
	page_end_line(&page->page);
	answer_put_heading(&page->page, page->show->list);
	put_line(page, STYLE_FAINT, 0, _("Not official."));
	return r;
}

int show_print_page(const struct show *show)
{
	struct show_page page = {.show = show};
	int r = service_read(show->list, show->service->entity, show->generation, SERVICE_WHOLE,
			     &page.service);

	if (r == 0 && page.service.count > 0) {
		page_begin(&page.page);
		r = put_page(&page);
		page_end(&page.page);
		r = r < 0 ? r : 1;
	}
	service_release(&page.service);
	return r;
}
