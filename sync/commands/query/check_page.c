/* check's answer for people: what needs one first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/query/answer.h"
#include "commands/query/check.h"
#include "query/notes.h"
#include "terminal/width.h"
#include "vocabulary.h"

#define PLACE_SIZE 64
#define COUNT_SIZE 96

/* Longer ones are cut in a row. */
#define NUMBER_COLUMNS_MAX 24
#define STATUS_COLUMNS_MAX 18

/* Narrower than that a name has a line of its own. */
#define NAME_COLUMNS_MIN 18

/* For so many lines that no list has is looked for what has their words. */
#define SEARCHES_MAX 16

struct check_page {
	const struct check *check;
	struct page page;
	int place;   /* columns of "line 123"; 0: there are no lines */
	int begin;   /* where a claim begins, behind its place */
	int details; /* where lines below it begin */
	int number, status, level;
	int searches;
	bool asterisk;
};

static int greater(int one, int other)
{
	return one > other ? one : other;
}

static void put_place(const struct check_page *page, size_t line, char text[static PLACE_SIZE])
{
	text[0] = '\0';
	if (page->check->from_file)
		(void)snprintf(text, PLACE_SIZE, _("line %zu"), line);
}

static const struct list *list_of(const struct verdict *verdict)
{
	return &verdict->list->list;
}

static int read_service(const struct verdict *verdict, const struct named_service *named,
			struct service *service)
{
	return service_read(list_of(verdict), named->entity, list_of(verdict)->generation,
			    SERVICE_BRIEF, service);
}

/* The last columns of a row that holds. */
static void put_tail(const struct service *service, char text[static ANSWER_TEXT_SIZE])
{
	if (!answer_until(service, text))
		answer_level(service, text);
}

static void put_short_status(const struct list *list, const struct service *service,
			     char text[static ANSWER_TEXT_SIZE])
{
	answer_short_status(list, service_text(service, FIELD_STATUS), STATUS_COLUMNS_MAX, text);
}

static int measure_service(struct check_page *page, const struct verdict *verdict)
{
	_cleanup_service_ struct service service = {0};
	char status[ANSWER_TEXT_SIZE], tail[ANSWER_TEXT_SIZE];
	int r = read_service(verdict, verdict->service, &service);

	page->number = greater(page->number, text_columns(verdict->service->number));
	if (r < 0 || verdict->result != RESULT_HOLDS)
		return r;
	put_short_status(list_of(verdict), &service, status);
	put_tail(&service, tail);
	page->level = greater(page->level, text_columns(tail));
	page->status = greater(page->status, text_columns(status));
	return 0;
}

/* Finds how wide the columns are. */
static int measure(struct check_page *page)
{
	const struct check *check = page->check;
	char place[PLACE_SIZE];
	int r = 0;

	for (size_t i = 0; r == 0 && i < check->claims.count; i++) {
		put_place(page, check->claims.claims[i].line, place);
		page->place = greater(page->place, text_columns(place));
		if (check->verdicts[i].service)
			r = measure_service(page, &check->verdicts[i]);
	}
	page->number = page->number > NUMBER_COLUMNS_MAX ? NUMBER_COLUMNS_MAX : page->number;
	page->status = page->status > STATUS_COLUMNS_MAX ? STATUS_COLUMNS_MAX : page->status;
	page->begin = page->place > 0 ? 2 + page->place + 2 : 2;
	page->details = page->place > 0 ? page->begin : 4;
	return r;
}

static void begin_claim(struct check_page *page, const struct claim *claim)
{
	char place[PLACE_SIZE];

	put_place(page, claim->line, place);
	page_move(&page->page, 2);
	page_cell(&page->page, STYLE_PLAIN, page->begin - 2, place);
}

/* A line below the claim. */
static void put_detail(struct check_page *page, enum style style, const char *text)
{
	page_move(&page->page, page->details);
	page_wrap(&page->page, style, page->details, text);
	page_end_line(&page->page);
}

/* Of which list it is, where several were asked, and how it was found, where that isn't plain. */
static void put_list(struct check_page *page, const struct claim *claim,
		     const struct verdict *verdict)
{
	char text[ANSWER_TEXT_SIZE + 256];

	if (verdict->former_name) {
		(void)snprintf(text, sizeof(text), _("found by a name that it had: \"%.200s\""),
			       claim->text);
		put_detail(page, STYLE_LOOK, text);
	}
	if (page->check->question.list_count > 1)
		put_detail(page, STYLE_FAINT, list_title(list_of(verdict), page_language()));
}

static void put_number(struct check_page *page, const char *number)
{
	page_cell(&page->page, STYLE_STRONG, page->number, number);
	page_move(&page->page, page->page.column + 2);
}

static void put_name(struct check_page *page, const struct verdict *verdict,
		     const struct service *service)
{
	put_number(page, verdict->service->number);
	page_wrap(&page->page, STYLE_PLAIN, page->page.column, service_text(service, FIELD_NAME));
	page_end_line(&page->page);
}

static void put_given(struct check_page *page, const struct claim *claim)
{
	page_wrapf(&page->page, STYLE_STRONG, page->details, _("\"%s\""), claim->text);
	page_end_line(&page->page);
}

static void put_absent(struct check_page *page, const struct verdict *verdict)
{
	char text[512];

	if (page->check->question.list_count > 1)
		(void)snprintf(text, sizeof(text), "%s",
			       _("on none of these lists, nor ever since their copies begin"));
	else
		(void)snprintf(text, sizeof(text),
			       _("not on this list, nor ever since %s, when this copy begins"),
			       list_of(verdict)->begin);
	put_detail(page, STYLE_BAD, text);
}

/* Where what is claimed is a part of names, the way to them. */
static int put_others(struct check_page *page, const struct claim *claim)
{
	const struct question *question = &page->check->question;
	int r = 0;

	if (page->searches++ >= SEARCHES_MAX)
		return 0;
	for (size_t i = 0; r == 0 && i < question->list_count; i++)
		r = answer_put_others(&page->page, page->details, &question->lists[i].list,
				      claim->text, page->check->from_mirror);
	return r;
}

static int put_candidates(struct check_page *page, const struct verdict *verdict)
{
	char text[256];
	int r = 0;

	(void)snprintf(
		text, sizeof(text),
		verdict->result == RESULT_FAILS
			? translate_counted(verdict->same_name,
					    "%zu service has this name, which doesn't hold:",
					    "%zu services have this name, none of which holds:")
			: translate_counted(
				  verdict->same_name,
				  "%zu service has this name; write the number instead:",
				  "%zu services have this name; write the number instead:"),
		verdict->same_name);
	put_detail(page, verdict->result == RESULT_FAILS ? STYLE_BAD : STYLE_LOOK, text);
	for (size_t i = 0; r == 0 && i < verdict->candidate_count; i++) {
		const struct named_service *named =
			&verdict->list->names.services[verdict->candidates[i].service];
		_cleanup_service_ struct service service = {0};
		char level[ANSWER_TEXT_SIZE];

		r = read_service(verdict, named, &service);
		answer_level(&service, level);
		page_move(&page->page, page->details);
		page_cell(&page->page, STYLE_STRONG, greater(page->number, 12), named->number);
		page_move(&page->page, page->page.column + 2);
		page_wrapf(&page->page, STYLE_PLAIN, page->details, "%s  %s",
			   answer_status(list_of(verdict), service_text(&service, FIELD_STATUS)),
			   level);
		page_end_line(&page->page);
	}
	return r;
}

/* What its status means, where that isn't its plain word. */
static void put_status(struct check_page *page, const struct verdict *verdict, enum style style,
		       const struct service *service)
{
	const struct list *list = list_of(verdict);
	const char *status = service_text(service, FIELD_STATUS);
	const char *shown = answer_status(list, status);
	const char *basis = service_text(service, FIELD_IN_FORCE_BASIS);
	_cleanup_buffer_ struct buffer text = {0};
	char when[ANSWER_TEXT_SIZE] = "";
	struct status_since since;

	if (service_find_since(list, service, &since) == 0)
		answer_since(&since, when);
	if (when[0] != '\0')
		buffer_printf(&text, _("%s, %s"), shown, when);
	else
		buffer_text(&text, shown);
	page_move(&page->page, page->details);
	if (strcmp(shown, status) == 0 && basis[0] != '\0')
		page_wrapf(&page->page, style, page->details, "%s: %s", text.bytes, basis);
	else
		page_wrap(&page->page, style, page->details, text.bytes);
	page_end_line(&page->page);
}

static void put_note(struct check_page *page, const struct verdict *verdict,
		     const struct service *service, const struct note *note, bool has_status)
{
	char text[512] = "";

	switch (note->kind) {
	case NOTE_STATUS: put_status(page, verdict, STYLE_LOOK, service); return;
	case NOTE_CORRECTIVE_PLAN:
		if (has_status)
			return;
		if (note->day[0] == '\0')
			(void)snprintf(text, sizeof(text), "%s",
				       _("under a corrective action plan"));
		else
			(void)snprintf(text, sizeof(text),
				       _("under a corrective action plan since %s"), note->day);
		break;
	case NOTE_BUILT_ON_LEFT:
		(void)snprintf(text, sizeof(text), _("built on %.200s, which left the list on %s"),
			       note->text, note->day);
		break;
	case NOTE_ASSESSMENT_PAST:
		(void)snprintf(text, sizeof(text), _("was to be assessed on %s"), note->day);
		break;
	case NOTE_CLASS_LOWERED:
		(void)snprintf(text, sizeof(text), _("its class was %.40s until %s"), note->text,
			       note->day);
		break;
	case NOTE_DATE_PAST:
		(void)snprintf(text, sizeof(text), _("its date, %s, has passed"), note->day);
		break;
	}
	put_detail(page, STYLE_LOOK, text);
}

static int put_notes(struct check_page *page, const struct verdict *verdict,
		     const struct service *service)
{
	_cleanup_notes_ struct notes notes = {0};
	int r = notes_find(list_of(verdict), service, &notes);
	bool has_status = notes.count > 0 && notes.notes[0].kind == NOTE_STATUS;

	for (size_t i = 0; r == 0 && i < notes.count; i++)
		put_note(page, verdict, service, &notes.notes[i], has_status);
	return r;
}

static int put_fails(struct check_page *page, const struct claim *claim,
		     const struct verdict *verdict)
{
	_cleanup_service_ struct service service = {0};
	int r;

	if (!verdict->service) {
		put_given(page, claim);
		if (verdict->candidate_count > 0)
			return put_candidates(page, verdict);
		put_absent(page, verdict);
		return put_others(page, claim);
	}
	r = read_service(verdict, verdict->service, &service);
	if (r < 0)
		return r;
	put_name(page, verdict, &service);
	put_list(page, claim, verdict);
	if (verdict->reason != REASON_DELISTED) {
		put_status(page, verdict, STYLE_BAD, &service);
		return 0;
	}
	page_move(&page->page, page->details);
	answer_put_left(&page->page, page->details, list_of(verdict), &service);
	return answer_put_before(&page->page, page->details, list_of(verdict), &service);
}

static int put_unclear(struct check_page *page, const struct claim *claim,
		       const struct verdict *verdict)
{
	_cleanup_service_ struct service service = {0};
	const char *until;
	int r;

	if (!verdict->service) {
		put_given(page, claim);
		if (verdict->candidate_count > 0)
			return put_candidates(page, verdict);
		put_detail(page, STYLE_LOOK, list_of(verdict)->stale_sentence);
		return 0;
	}
	r = read_service(verdict, verdict->service, &service);
	if (r < 0)
		return r;
	put_name(page, verdict, &service);
	put_list(page, claim, verdict);
	put_status(page, verdict, STYLE_LOOK, &service);
	until = service_text(&service, FIELD_VALID_UNTIL);
	if (until[0] == '\0')
		return 0;
	page_move(&page->page, page->details);
	page_wrapf(&page->page, STYLE_LOOK, page->details,
		   _("its date was %s; whether it was renewed, the list doesn't say"), until);
	page_end_line(&page->page);
	return 0;
}

static void put_row(struct check_page *page, const struct verdict *verdict,
		    const struct service *service)
{
	const char *name = service_text(service, FIELD_NAME);
	int right = page->status + (page->level > 0 ? 2 + page->level : 0);
	int room = page->page.width - page->page.column - page->number - 2 - 2 - right;
	char status[ANSWER_TEXT_SIZE], tail[ANSWER_TEXT_SIZE];

	put_short_status(list_of(verdict), service, status);
	put_tail(service, tail);
	page->asterisk |= strchr(tail, '*') != NULL;
	if (room >= NAME_COLUMNS_MIN) {
		put_number(page, verdict->service->number);
		page_cell(&page->page, STYLE_PLAIN, room, name);
		page_move(&page->page, page->page.column + 2);
	} else {
		put_name(page, verdict, service);
		page_move(&page->page, page->details);
	}
	page_cell(&page->page, STYLE_GOOD, page->status, status);
	page_move(&page->page, page->page.column + 2);
	page_put(&page->page, STYLE_PLAIN, 0, tail);
	page_end_line(&page->page);
}

static int put_holds(struct check_page *page, const struct claim *claim,
		     const struct verdict *verdict)
{
	_cleanup_service_ struct service service = {0};
	int r = read_service(verdict, verdict->service, &service);

	if (r < 0)
		return r;
	put_row(page, verdict, &service);
	put_list(page, claim, verdict);
	return put_notes(page, verdict, &service);
}

static int put_group(struct check_page *page, enum result result, enum style style,
		     const char *title,
		     int (*put)(struct check_page *page, const struct claim *claim,
				const struct verdict *verdict))
{
	const struct check *check = page->check;
	int r = 0;

	if (check->counts[result] == 0)
		return 0;
	page_end_line(&page->page);
	page_put(&page->page, style, 0, title);
	page_end_line(&page->page);
	for (size_t i = 0; r == 0 && i < check->claims.count; i++) {
		if (check->verdicts[i].result != result)
			continue;
		begin_claim(page, &check->claims.claims[i]);
		r = put(page, &check->claims.claims[i], &check->verdicts[i]);
	}
	return r;
}

static void put_summary(struct check_page *page)
{
	const struct check *check = page->check;
	size_t count = check->claims.count, holds = check->counts[RESULT_HOLDS],
	       fails = check->counts[RESULT_FAILS];
	char lines[COUNT_SIZE], hold[COUNT_SIZE], fail[COUNT_SIZE];

	for (size_t i = 0; i < check->question.list_count; i++)
		answer_put_heading(&page->page, &check->question.lists[i].list);
	(void)snprintf(lines, sizeof(lines), translate_counted(count, "%zu line", "%zu lines"),
		       count);
	(void)snprintf(hold, sizeof(hold), translate_counted(holds, "%zu holds", "%zu hold"),
		       holds);
	(void)snprintf(fail, sizeof(fail),
		       translate_counted(fails, "%zu does not hold", "%zu do not hold"), fails);
	page_wrapf(&page->page, STYLE_PLAIN, 0, _("%s: %s, %s, %zu unclear"), lines, hold, fail,
		   check->counts[RESULT_UNCLEAR]);
	page_end_line(&page->page);
}

static void put_foot(struct check_page *page)
{
	const char *require = page->check->question.require;

	page_end_line(&page->page);
	if (page->asterisk)
		answer_put_asterisk(&page->page);
	if (require)
		page_wrapf(
			&page->page, STYLE_FAINT, 0,
			_("Not official. \"Holds\" means that the list gives it one of these statuses on that day: %s. It is no permission to buy or to operate."),
			require);
	else
		page_wrap(
			&page->page, STYLE_FAINT, 0,
			_("Not official. \"Holds\" means that the list has it in force on that day. It is no permission to buy or to operate."));
	page_end_line(&page->page);
}

int check_print_page(const struct check *check)
{
	struct check_page page = {.check = check};
	int r;

	page_begin(&page.page);
	r = measure(&page);
	if (r == 0) {
		put_summary(&page);
		r = put_group(&page, RESULT_FAILS, STYLE_BAD, _("DOES NOT HOLD"), put_fails);
	}
	if (r == 0)
		r = put_group(&page, RESULT_UNCLEAR, STYLE_LOOK, _("UNCLEAR"), put_unclear);
	if (r == 0)
		r = put_group(&page, RESULT_HOLDS, STYLE_GOOD, _("HOLDS"), put_holds);
	if (r == 0)
		put_foot(&page);
	page_end(&page.page);
	return r;
}
