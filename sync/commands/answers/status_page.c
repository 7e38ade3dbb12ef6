#include "commands/answers/status.h"

#include <string.h>

#include "common/log.h"
#include "terminal/page.h"
#include "terminal/when.h"
#include "terminal/width.h"
#include "util/buffer.h"

#define LABEL_COLUMN 2
/* The widest label and a gap. */
#define VALUE_COLUMN 18
#define FRESH_COLUMN 50

static void put_label(struct page *page, const char *label)
{
	page_move(page, LABEL_COLUMN);
	page_put(page, STYLE_PLAIN, VALUE_COLUMN - LABEL_COLUMN - 1, label);
	page_move(page, VALUE_COLUMN);
}

static void put_text(struct page *page, const char *label, enum style style, const char *text)
{
	put_label(page, label);
	page_wrap(page, style, VALUE_COLUMN, text);
	page_end_line(page);
}

/* An instant, and how long ago that is; or what else there is to say of it. */
static void put_time(struct page *page, const struct status *status, const char *label,
		     int64_t instant, int64_t now, const char *more)
{
	char local[WHEN_TEXT_SIZE], relative[WHEN_TEXT_SIZE];

	put_label(page, label);
	when_local(database_text(status->row, STATUS_ZONE), instant, now, local);
	when_relative(instant, now, relative);
	if (instant <= 0)
		page_put(page, STYLE_LOOK, 0, _("never"));
	else if (*more != '\0')
		page_wrapf(page, STYLE_PLAIN, VALUE_COLUMN, _("%s, %s answered"), local, more);
	else
		page_wrapf(page, STYLE_PLAIN, VALUE_COLUMN, _("%s (%s)"), local, relative);
	page_end_line(page);
}

/* Who was asked: the host of an address; "" of anything else. */
static void find_host(const char *location, char host[static STATE_TEXT_SIZE])
{
	const char *begin = strstr(location, "://");

	host[0] = '\0';
	if (!begin || strncmp(location, "http", strlen("http")) != 0)
		return;
	begin += strlen("://");
	begin += log_credentials(begin);
	(void)snprintf(host, STATE_TEXT_SIZE, "%.*s", (int)strcspn(begin, "/?#"), begin);
}

static void put_heading(struct page *page, const struct status *status)
{
	bool fresh = status->stale == STALE_NOT;
	const char *word = fresh ? _("fresh: yes") : _("fresh: no");

	page_put(page, STYLE_STRONG, page->width - text_columns(word) - 2,
		 database_text(status->row, STATUS_SHOWN_TITLE));
	page_move(page, FRESH_COLUMN + text_columns(word) <= page->width ? FRESH_COLUMN
									 : page->column + 2);
	page_put(page, fresh ? STYLE_GOOD : STYLE_BAD, 0, word);
	page_end_line(page);
	if (!fresh)
		put_text(page, _("why"), STYLE_BAD, status->reason);
}

static void put_documents(struct page *page, const struct state *state)
{
	_cleanup_buffer_ struct buffer text = {0};

	for (size_t i = 0; i < STATE_DOCUMENTS_MAX && state->documents[i].role[0] != '\0'; i++) {
		const struct state_document *document = &state->documents[i];

		buffer_printf(&text, "%s%s", i > 0 ? ", " : "", document->role);
		if (document->shape[0] != '\0')
			buffer_printf(&text, " (%s)", document->shape);
	}
	if (text.length > 0)
		put_text(page, _("documents"), STYLE_PLAIN, text.bytes);
	if (state->lacks[0] != '\0')
		put_text(page, _("lacks"), STYLE_BAD, state->lacks);
}

static void put_services(struct page *page, const struct status *status)
{
	put_label(page, _("services"));
	page_wrapf(page, STYLE_PLAIN, VALUE_COLUMN, _("%s, of which %s in force"),
		   database_text(status->row, STATUS_SERVICES),
		   database_text(status->row, STATUS_IN_FORCE));
	page_end_line(page);
}

static void put_mirror(struct page *page, const struct status *status, int64_t now)
{
	const struct state *state = &status->store->state;

	if (state->signer[0] == '\0')
		return;
	put_text(page, _("signed with"), STYLE_PLAIN, state->signer);
	put_time(page, status, _("verified"), state->verified, now, "");
	put_time(page, status, _("good until"), state->expires, now, "");
}

static void put_stamps(struct page *page, const struct status *status)
{
	unsigned long long waiting = (unsigned long long)status->stamps_waiting;

	if (status->stamps == 0 && waiting == 0)
		return;
	put_label(page, _("time stamps"));
	page_wrapf(page, STYLE_PLAIN, VALUE_COLUMN, "%lld", (long long)status->stamps);
	if (waiting > 0)
		page_wrapf(page, STYLE_LOOK, VALUE_COLUMN,
			   translate_counted(waiting, "; %llu generation waits for its own",
					     "; %llu generations wait for theirs"),
			   waiting);
	page_end_line(page);
}

void status_print_page(const struct status *status, int64_t now)
{
	const struct state *state = &status->store->state;
	_cleanup_page_ struct page page;
	char host[STATE_TEXT_SIZE];

	page_begin(&page);
	find_host(state->location, host);
	put_heading(&page, status);
	put_time(&page, status, _("list of"), sqlite3_column_int64(status->row, STATUS_PUBLISHED),
		 now, "");
	put_time(&page, status, _("compared"), state->last_success, now, host);
	if (state->last_error[0] != '\0') {
		put_time(&page, status, _("last attempt"), state->last_attempt, now, "");
		put_text(&page, "", STYLE_LOOK, state->last_error);
	}
	put_documents(&page, state);
	put_services(&page, status);
	put_mirror(&page, status, now);
	put_stamps(&page, status);
	if (state->next_try > 0)
		put_time(&page, status, _("next look"), state->next_try, now, "");
}
