/* check's answer for programs: a row, or an object, for each claim in its order. */
#include <string.h>

#include "commands/query/check.h"
#include "query/notes.h"
#include "util/buffer.h"
#include "util/print.h"
#include "vocabulary.h"

/* A claim with what its list says of the service. */
struct row {
	const struct claim *claim;
	const struct verdict *verdict;
	struct service service; /* without values where there is none */
	struct status_since since;
	const char *registry; /* "": several lists were asked, and none has it */
};

static void row_release(struct row *row)
{
	service_release(&row->service);
}

#define _cleanup_row_ __attribute__((cleanup(row_release)))

static int read_row(const struct check *check, size_t index, struct row *row)
{
	const struct verdict *verdict = &check->verdicts[index];
	const struct list *list = &verdict->list->list;
	bool is_of_list =
		check->question.list_count == 1 || verdict->service || verdict->candidate_count > 0;
	int r;

	*row = (struct row){
		.claim = &check->claims.claims[index],
		.verdict = verdict,
		.registry = is_of_list ? list->registry : "",
	};
	if (!verdict->service)
		return 0;
	r = service_read(list, verdict->service->entity, list->generation, SERVICE_BRIEF,
			 &row->service);
	return r < 0 ? r : service_find_since(list, &row->service, &row->since);
}

/* Who says since when. */
static const char *since_basis(const struct status_since *since)
{
	if (since->day[0] == '\0')
		return "";
	return since->seen ? "seen" : "stated";
}

static const char *candidate(const struct verdict *verdict, size_t index)
{
	return verdict->list->names.services[verdict->candidates[index].service].number;
}

static const char *number_of(const struct verdict *verdict)
{
	return verdict->service ? verdict->service->number : "";
}

static void put_candidates(struct buffer *line, const struct verdict *verdict)
{
	_cleanup_buffer_ struct buffer numbers = {0};

	for (size_t i = 0; i < verdict->candidate_count; i++)
		buffer_printf(&numbers, "%s%s", i > 0 ? " " : "", candidate(verdict, i));
	buffer_tsv_field(line, numbers.bytes ? numbers.bytes : "");
}

static void put_row(struct buffer *line, const struct row *row)
{
	const struct service *service = &row->service;
	const char *const fields[] = {
		row->claim->text,
		result_word(row->verdict->result),
		number_of(row->verdict),
		service_text(service, FIELD_STATUS),
		service_text(service, FIELD_IN_FORCE),
		row->since.day,
		service_text(service, FIELD_CLASS),
		service_text(service, FIELD_LEVEL),
		service_text(service, FIELD_NAME),
		service_text(service, FIELD_PROVIDER_NAME),
		verdict_reason_word(row->verdict->reason),
	};

	buffer_printf(line, "%zu", row->claim->line);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		buffer_text(line, "\t");
		buffer_tsv_field(line, fields[i]);
	}
	buffer_text(line, "\t");
	put_candidates(line, row->verdict);
	buffer_text(line, "\t");
	buffer_tsv_field(line, row->registry);
	buffer_text(line, "\t");
	buffer_tsv_field(line, since_basis(&row->since));
	buffer_text(line, "\n");
}

int check_print_tsv(const struct check *check)
{
	_cleanup_buffer_ struct buffer line = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < check->claims.count; i++) {
		_cleanup_row_ struct row row = {0};

		r = read_row(check, i, &row);
		buffer_clear(&line);
		put_row(&line, &row);
		print_text(line.bytes, line.length);
	}
	return r;
}

/* Nothing where it isn't stated. */
static void put_member(struct buffer *json, const char *name, const char *value)
{
	if (!value || value[0] == '\0')
		return;
	buffer_printf(json, ", \"%s\": ", name);
	buffer_json_string(json, value);
}

static int put_notes(struct buffer *json, const struct row *row)
{
	_cleanup_notes_ struct notes notes = {0};
	int r = notes_find(&row->verdict->list->list, &row->service, &notes);

	for (size_t i = 0; r == 0 && i < notes.count; i++) {
		const struct note *note = &notes.notes[i];

		buffer_printf(json, "%s{\"note\": \"%s\"", i > 0 ? ", " : ", \"notes\": [",
			      note_word(note->kind));
		put_member(json, note->kind == NOTE_BUILT_ON_LEFT ? "number" : "value", note->text);
		put_member(json, "day", note->day);
		buffer_text(json, "}");
	}
	if (notes.count > 0)
		buffer_text(json, "]");
	return r;
}

static int put_object(struct buffer *json, const struct row *row)
{
	const struct service *service = &row->service;
	const struct verdict *verdict = row->verdict;
	int r;

	buffer_printf(json, "{\"line\": %zu, \"given\": ", row->claim->line);
	buffer_json_string(json, row->claim->text);
	put_member(json, "result", result_word(verdict->result));
	put_member(json, "reason", verdict_reason_word(verdict->reason));
	put_member(json, "registry", row->registry);
	put_member(json, "number", number_of(verdict));
	put_member(json, "name", service_text(service, FIELD_NAME));
	put_member(json, "provider", service_text(service, FIELD_PROVIDER_NAME));
	put_member(json, "status", service_text(service, FIELD_STATUS));
	put_member(json, "in-force", service_text(service, FIELD_IN_FORCE));
	put_member(json, "status-since", row->since.day);
	put_member(json, "status-since-basis", since_basis(&row->since));
	put_member(json, "class", service_text(service, FIELD_CLASS));
	put_member(json, "level", service_text(service, FIELD_LEVEL));
	put_member(json, "found-by", verdict->former_name ? "former-name" : "");
	put_member(json, "valid-until", service_text(service, FIELD_VALID_UNTIL));
	for (size_t i = 0; i < verdict->candidate_count; i++) {
		buffer_text(json, i > 0 ? ", " : ", \"candidates\": [");
		buffer_json_string(json, candidate(verdict, i));
	}
	if (verdict->candidate_count > 0)
		buffer_text(json, "]");
	r = verdict->service ? put_notes(json, row) : 0;
	buffer_text(json, "}");
	return r;
}

int check_print_json(const struct check *check, bool lines)
{
	_cleanup_buffer_ struct buffer json = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < check->claims.count; i++) {
		_cleanup_row_ struct row row = {0};

		r = read_row(check, i, &row);
		if (r < 0)
			return r;
		buffer_clear(&json);
		if (!lines)
			buffer_text(&json, i > 0 ? ",\n" : "[\n");
		r = put_object(&json, &row);
		if (lines)
			buffer_text(&json, "\n");
		print_text(json.bytes, json.length);
	}
	if (!lines)
		print_text("\n]\n", strlen("\n]\n"));
	return r;
}
