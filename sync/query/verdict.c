#include "query/verdict.h"

#include <string.h>

#include "util/memory.h"
#include "vocabulary.h"

#define WORD_SEPARATORS ", \t"

const char *result_word(enum result result)
{
	static const char *const words[] = {"fails", "unclear", "holds"};

	return words[result];
}

const char *verdict_reason_word(enum verdict_reason reason)
{
	static const char *const words[] = {
		"absent",	"stale",	  "ambiguous", "delisted",
		"other-status", "unknown-status", "required",
	};

	return words[reason];
}

static bool is_required(const char *require, const char *status)
{
	size_t length = strlen(status);

	for (const char *word = require; *word != '\0';) {
		size_t end;

		word += strspn(word, WORD_SEPARATORS);
		end = strcspn(word, WORD_SEPARATORS);
		if (end > 0 && end == length && strncmp(word, status, length) == 0)
			return true;
		word += end;
	}
	return false;
}

static void judge_status(const struct question *question, const struct service *service,
			 bool listed, struct verdict *verdict)
{
	const char *status = service_text(service, FIELD_STATUS);
	const char *in_force = service_text(service, FIELD_IN_FORCE);
	bool holds = question->require ? is_required(question->require, status)
				       : strcmp(in_force, "yes") == 0;

	verdict->result = RESULT_FAILS;
	if (holds) {
		verdict->result = RESULT_HOLDS;
		verdict->reason = REASON_REQUIRED;
	} else if (!listed) {
		verdict->reason = REASON_DELISTED;
	} else if (strcmp(in_force, "yes") == 0 || strcmp(in_force, "no") == 0) {
		verdict->reason = REASON_OTHER_STATUS;
	} else {
		verdict->result = RESULT_UNCLEAR;
		verdict->reason = REASON_UNKNOWN_STATUS;
	}
}

static int judge_service(const struct question *question, const struct asked_list *list,
			 const struct named_service *named, struct verdict *verdict)
{
	_cleanup_service_ struct service service = {0};
	int r = service_read(&list->list, named->entity, list->list.generation, SERVICE_BRIEF,
			     &service);

	verdict->service = named;
	if (r == 0)
		judge_status(question, &service, named->listed, verdict);
	return r;
}

/* Several services have that name: it holds of none of them, or which one is meant decides. */
static int judge_candidates(const struct question *question, const struct asked_list *list,
			    struct verdict *verdict)
{
	struct verdict one = {0};
	int r = 0;

	verdict->result = RESULT_UNCLEAR;
	verdict->reason = REASON_AMBIGUOUS;
	if (verdict->same_name > verdict->candidate_count)
		return 0;
	for (size_t i = 0; r == 0 && i < verdict->candidate_count; i++) {
		r = judge_service(question, list,
				  &list->names.services[verdict->candidates[i].service], &one);
		if (r == 0 && one.result != RESULT_FAILS)
			return 0;
	}
	verdict->result = RESULT_FAILS;
	verdict->reason = one.reason;
	return r;
}

bool question_relies_on(const struct question *question, const struct asked_list *list)
{
	return question->allow_stale || list->list.stale == STALE_NOT;
}

static int judge(const struct question *question, const struct asked_list *list,
		 const char *claimed, struct verdict *verdict)
{
	const struct folded_name *found;
	size_t count;

	*verdict = (struct verdict){.result = RESULT_UNCLEAR, .reason = REASON_STALE, .list = list};
	if (!question_relies_on(question, list))
		return 0;
	count = names_find(&list->names, claimed, &found);
	verdict->former_name = count > 0 && found->kind >= NAME_WAS_OF_LISTED;
	if (count == 1)
		return judge_service(question, list, &list->names.services[found->service],
				     verdict);
	if (count == 0) {
		/* What a part of the list lacks may be in the rest. */
		if (list->list.stale == STALE_INCOMPLETE)
			return 0;
		verdict->result = RESULT_FAILS;
		verdict->reason = REASON_ABSENT;
		return 0;
	}
	verdict->candidates = found;
	verdict->candidate_count = count < VERDICT_CANDIDATES_MAX ? count : VERDICT_CANDIDATES_MAX;
	verdict->same_name = count;
	return judge_candidates(question, list, verdict);
}

static bool is_better(const struct verdict *one, const struct verdict *other)
{
	return one->result != other->result ? one->result > other->result
					    : one->reason > other->reason;
}

int verdict_find(const struct question *question, const char *claimed, struct verdict *verdict)
{
	int r = judge(question, &question->lists[0], claimed, verdict);

	for (size_t i = 1; r == 0 && i < question->list_count; i++) {
		struct verdict other;

		r = judge(question, &question->lists[i], claimed, &other);
		if (r == 0 && is_better(&other, verdict))
			*verdict = other;
	}
	return r;
}

/* Returns 1 when the list has the word, 0 when not, or -errno. */
static int knows_word(const struct list *list, const char *word)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r;

	if (registry_find_status(list->known, word))
		return 1;
	r = database_prepare(list->database,
			     "SELECT 1 FROM value WHERE field = ?1 AND text = ?2 LIMIT 1", &row);
	if (r < 0)
		return r;
	(void)sqlite3_bind_int(row, 1, FIELD_STATUS);
	(void)sqlite3_bind_text(row, 2, word, -1, SQLITE_STATIC);
	return database_next(row);
}

static int some_list_knows(const struct question *question, const char *word)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < question->list_count; i++)
		r = knows_word(&question->lists[i].list, word);
	return r;
}

int question_check_words(const struct question *question, char **unknown)
{
	_cleanup_free_ char *words = xstrdup(question->require ? question->require : "");
	char *position = NULL;

	*unknown = NULL;
	for (char *word = strtok_r(words, WORD_SEPARATORS, &position); word;
	     word = strtok_r(NULL, WORD_SEPARATORS, &position)) {
		int r = some_list_knows(question, word);

		if (r < 0)
			return r;
		if (r > 0)
			continue;
		*unknown = xstrdup(word);
		return 0;
	}
	return 0;
}
