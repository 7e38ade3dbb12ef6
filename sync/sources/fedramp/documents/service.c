#include "sources/fedramp/documents/service.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "sources/fedramp/documents/members.h"
#include "util/memory.h"
#include "util/text/text.h"

typedef char *read_function(const cJSON *value, bool *lost);

/* Which of the members, today's name first, is which text, and how it is read. */
static const struct text_member {
	const char *names;
	size_t offset;
	read_function *read;
} text_members[] = {
#define MEMBER(names, text, read) \
	{ \
		names, offsetof(struct fedramp_service, text), read \
	}
	MEMBER(FEDRAMP_NAME_MEMBERS, name, fedramp_line),
	MEMBER(FEDRAMP_PROVIDER_MEMBERS, provider, fedramp_line),
	MEMBER("status", status_source, fedramp_line),
	MEMBER("under_cap", cap, fedramp_yes_no),
	MEMBER("cap_date", cap_on, fedramp_date),
	MEMBER("cert_date auth_date fedramp_auth", certified_on, fedramp_date),
	MEMBER("ready_date fedramp_ready", ready_on, fedramp_date),
	MEMBER("ip_agency_date", in_process_agency_on, fedramp_date),
	MEMBER("ip_jab_date", in_process_board_on, fedramp_date),
	MEMBER("ip_prog_date", in_process_program_on, fedramp_date),
	MEMBER("ip_pmo_date", in_process_office_on, fedramp_date),
	MEMBER("impact_level", level, fedramp_slug),
	MEMBER("impact_level", level_source, fedramp_line),
	MEMBER("agency_authorizations", agencies, fedramp_list_of_lines),
	MEMBER("partnering_agency", partnering_agency, fedramp_line),
	MEMBER("independent_assessor", assessor, fedramp_line),
	MEMBER("service_model", models, fedramp_list_of_slugs),
	MEMBER("deployment_model", deployment, fedramp_slug),
	MEMBER("business_categories business_function", functions, fedramp_list_of_lines),
	MEMBER("service_description service_desc", description, fedramp_block),
	MEMBER("fedramp_msg", note, fedramp_line),
	MEMBER("website", website, fedramp_line),
	MEMBER("uei", uei, fedramp_line),
	MEMBER("small_business", small_business, fedramp_yes_no),
	MEMBER("annual_assessment", yearly_assessment, fedramp_yearly),
	MEMBER("trust_center", trust_center, fedramp_address),
	MEMBER("event_log", events, fedramp_event_log),
	MEMBER("certified_services", certified_services, fedramp_certified_services),
	MEMBER("certified_services", categories, fedramp_certified_categories),
	MEMBER("leveraged_systems", built_on_it, fedramp_list_of_ids),
	MEMBER("third_party_information_resources", builds_on, fedramp_resources),
#undef MEMBER
};

static const struct word_member {
	const char *names;
	size_t offset;
	enum fedramp_vocabulary vocabulary;
} word_members[] = {
#define MEMBER(names, word, vocabulary) \
	{ \
		names, offsetof(struct fedramp_service, word), vocabulary \
	}
	MEMBER("status", status, FEDRAMP_STATUS),	   MEMBER("phase", phase, FEDRAMP_PHASE),
	MEMBER("cert_class", class, FEDRAMP_CLASS),	   MEMBER("cert_type", type, FEDRAMP_TYPE),
	MEMBER("cert_path auth_type", path, FEDRAMP_PATH),
#undef MEMBER
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char **text_of(struct fedramp_service *service, size_t member)
{
	return (char **)((char *)service + text_members[member].offset);
}

static const char *text_in(const struct fedramp_service *service, size_t member)
{
	return *(char *const *)((const char *)service + text_members[member].offset);
}

static const struct word **word_of(struct fedramp_service *service, size_t member)
{
	return (const struct word **)((char *)service + word_members[member].offset);
}

static const struct word *word_in(const struct fedramp_service *service, size_t member)
{
	return *(const struct word *const *)((const char *)service + word_members[member].offset);
}

/* While a row is read. */
struct row {
	const cJSON *object;
	size_t number;
	struct fedramp_service *service;
	struct fedramp_losses *losses;
};

static bool is_kept(const struct fedramp_service *service, const char *member)
{
	for (size_t i = 0; i < service->unread_count; i++)
		if (strcmp(service->unread[i].member, member) == 0)
			return true;
	return false;
}

/* A text where a text is expected, that says something else: a date that is none, say. */
static void keep_unread(struct fedramp_service *service, const cJSON *value)
{
	bool lost = false;
	_cleanup_free_ char *text = fedramp_line(value, &lost);

	if (!text || is_kept(service, value->string))
		return;
	service->unread = xgrow(service->unread, &service->unread_capacity, service->unread_count,
				1, sizeof(*service->unread));
	service->unread[service->unread_count++] = (struct fedramp_unread){
		.member = xstrdup(value->string),
		.text = steal_pointer(text),
	};
}

/* Whether the member is one text, rather than a list or an object. */
static bool is_text(read_function *read)
{
	return read == fedramp_date || read == fedramp_yearly || read == fedramp_yes_no ||
	       read == fedramp_slug || read == fedramp_line || read == fedramp_block;
}

static void read_text(const struct row *row, size_t member)
{
	const cJSON *value = fedramp_member(row->object, text_members[member].names);
	read_function *read = text_members[member].read;
	bool lost = false;

	*text_of(row->service, member) = read(value, &lost);
	if (!lost)
		return;
	fedramp_losses_add(row->losses, value->string, NULL, row->number);
	/* A spreadsheet's number for a day has a file of its own. */
	if (is_text(read) && (cJSON_IsString(value) || read == fedramp_yearly))
		keep_unread(row->service, value);
}

static void read_word(const struct row *row, size_t member)
{
	const enum fedramp_vocabulary vocabulary = word_members[member].vocabulary;
	const cJSON *value = fedramp_member(row->object, word_members[member].names);
	bool lost = false;
	_cleanup_free_ char *text = fedramp_line(value, &lost);
	const struct word **word = word_of(row->service, member);

	if (text)
		*word = fedramp_word_find(vocabulary, text);
	/* That FedRAMP doesn't know a fact states none. */
	if (*word == fedramp_unknown(vocabulary) && vocabulary != FEDRAMP_STATUS) {
		*word = NULL;
		return;
	}
	if (lost || (text && !*word)) {
		*word = fedramp_unknown(vocabulary);
		fedramp_losses_add(row->losses, value->string, text, row->number);
		if (cJSON_IsString(value))
			keep_unread(row->service, value);
	}
	if (!*word && vocabulary == FEDRAMP_STATUS)
		*word = fedramp_unknown(vocabulary);
}

/* What has a value of its own for its source's text. */
static char *take_unread(struct fedramp_service *service, const char *member)
{
	for (size_t i = 0; i < service->unread_count; i++)
		if (strcmp(service->unread[i].member, member) == 0) {
			char *text = service->unread[i].text;

			free(service->unread[i].member);
			service->unread[i] = service->unread[--service->unread_count];
			return text;
		}
	return NULL;
}

static bool says_nothing(const struct fedramp_service *service)
{
	return !service->name && !service->provider && !service->status_source;
}

void fedramp_service_read(const cJSON *object, size_t number, struct fedramp_service *service,
			  struct fedramp_losses *losses)
{
	const struct row row = {object, number, service, losses};
	char *id = service->id;

	for (size_t i = 0; i < COUNT(word_members); i++)
		read_word(&row, i);
	for (size_t i = 0; i < COUNT(text_members); i++)
		read_text(&row, i);
	/* A spreadsheet's number for a day, say. */
	service->yearly_assessment_source = take_unread(service, "annual_assessment");
	free(take_unread(service, "status"));
	if (!says_nothing(service))
		return;
	service->id = NULL;
	fedramp_service_release(service);
	service->id = id;
	service->status = fedramp_unknown(FEDRAMP_STATUS);
}

static bool is_same_text(const char *left, const char *right)
{
	return left == right || (left && right && strcmp(left, right) == 0);
}

bool fedramp_service_is_same(const struct fedramp_service *left,
			     const struct fedramp_service *right)
{
	for (size_t i = 0; i < COUNT(text_members); i++)
		if (!is_same_text(text_in(left, i), text_in(right, i)))
			return false;
	for (size_t i = 0; i < COUNT(word_members); i++)
		if (word_in(left, i) != word_in(right, i))
			return false;
	if (!is_same_text(left->yearly_assessment_source, right->yearly_assessment_source) ||
	    left->unread_count != right->unread_count)
		return false;
	for (size_t i = 0; i < left->unread_count; i++)
		if (strcmp(left->unread[i].member, right->unread[i].member) != 0 ||
		    strcmp(left->unread[i].text, right->unread[i].text) != 0)
			return false;
	return true;
}

void fedramp_service_release(struct fedramp_service *service)
{
	for (size_t i = 0; i < COUNT(text_members); i++)
		free(*text_of(service, i));
	for (size_t i = 0; i < service->unread_count; i++) {
		free(service->unread[i].member);
		free(service->unread[i].text);
	}
	free(service->unread);
	free(service->yearly_assessment_source);
	free(service->id);
	*service = (struct fedramp_service){0};
}
