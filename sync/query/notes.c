#include "query/notes.h"

#include <stdlib.h>
#include <string.h>

#include "common/embed.h"
#include "util/memory.h"
#include "vocabulary.h"

EMBED(built_on, "query/sql/built_on.sql");
EMBED(lowered, "query/sql/lowered.sql");

const char *note_word(enum note_kind kind)
{
	static const char *const words[] = {
		"status",	   "corrective-action-plan", "built-on-delisted",
		"assessment-past", "class-lowered",	     "date-past",
	};

	return words[kind];
}

static void add(struct notes *notes, enum note_kind kind, const char *text, const char *day)
{
	struct note *note;

	notes->notes =
		xgrow(notes->notes, &notes->capacity, notes->count, 1, sizeof(*notes->notes));
	note = &notes->notes[notes->count++];
	*note = (struct note){.kind = kind, .text = xstrdup(text)};
	(void)snprintf(note->day, sizeof(note->day), "%.*s", DAY_TEXT_SIZE - 1, day);
}

/* Adds a note for each row of a query about a service: a text and a day. */
static int add_rows(const struct list *list, enum list_query query, const char *sql, int64_t entity,
		    enum note_kind kind, struct notes *notes)
{
	sqlite3_stmt *rows;
	int r = list_query(list, query, sql, &rows);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(rows, 1, entity);
	while ((r = database_next(rows)) > 0)
		add(notes, kind, database_text(rows, 0), database_text(rows, 1));
	return r;
}

bool status_is_qualified(const struct list *list, const char *status)
{
	const struct word *word = registry_find_status(list->known, status);

	return list->known && word && word != list->known->statuses && word->in_force &&
	       strcmp(word->in_force, "yes") == 0;
}

/* A whole date that is over. "--MM-DD" is a day of each year. */
static bool is_over(const char *date, const char *today)
{
	int64_t day;

	return day_parse(date, &day) == 0 && strcmp(date, today) < 0;
}

static void add_from_values(const struct list *list, const struct service *service,
			    struct notes *notes)
{
	const char *status = service_text(service, FIELD_STATUS);
	const char *assessment = service_text(service, FIELD_ANNUAL_ASSESSMENT);
	const char *until = service_text(service, FIELD_VALID_UNTIL);
	char today[DAY_TEXT_SIZE];

	day_format(day_in_zone(list->zone, list->now), today);
	if (status_is_qualified(list, status))
		add(notes, NOTE_STATUS, status, "");
	if (strcmp(service_text(service, FIELD_UNDER_CORRECTIVE_ACTION_PLAN), "yes") == 0)
		add(notes, NOTE_CORRECTIVE_PLAN, "",
		    service_text(service, FIELD_CORRECTIVE_ACTION_PLAN_ON));
	if (is_over(assessment, today))
		add(notes, NOTE_ASSESSMENT_PAST, "", assessment);
	if (is_over(until, today))
		add(notes, NOTE_DATE_PAST, "", until);
}

int notes_find(const struct list *list, const struct service *service, struct notes *notes)
{
	int r;

	*notes = (struct notes){0};
	add_from_values(list, service, notes);
	r = add_rows(list, LIST_BUILT_ON, embedded_built_on, service->entity, NOTE_BUILT_ON_LEFT,
		     notes);
	if (r == 0)
		r = add_rows(list, LIST_LOWERED, embedded_lowered, service->entity,
			     NOTE_CLASS_LOWERED, notes);
	return r;
}

void notes_release(struct notes *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		free(notes->notes[i].text);
	free(notes->notes);
	*notes = (struct notes){0};
}
