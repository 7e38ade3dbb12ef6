#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sources/interchange/interchange.h"
#include "util/json.h"
#include "stage/publication.h"
#include "util/memory.h"
#include "util/text/text.h"

/* Members of a service that are links rather than values of its own. */
static bool is_link(const char *name)
{
	static const char *const links[] = {"number",	"key",	    "provider", "provider.en",
					    "baseline", "controls", "leverages"};

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (strcmp(name, links[i]) == 0)
			return true;
	return false;
}

static int stage_provider(struct staging *staging, int64_t service, const cJSON *object)
{
	const char *name = json_text(object, "provider");
	const char *english = json_text(object, "provider.en");
	_cleanup_free_ char *trimmed = text_trim(name);
	int64_t provider = 0;
	int r;

	/* Blanks alone are no id. */
	if (trimmed[0] == '\0')
		return 0;
	r = staging_line(staging, service, FIELD_PROVIDER_NAME, name);
	if (r == 0)
		r = staging_named(staging, KIND_PROVIDER, name, &provider);
	if (r == 0 && english[0] != '\0')
		r = staging_line(staging, provider, FIELD_NAME_EN, english);
	return r < 0 ? r : staging_party(staging, service, provider);
}

/* Agencies that authorized its use. */
static int stage_agencies(struct staging *staging, int64_t service, const cJSON *object)
{
	const cJSON *item;
	int r = 0;

	cJSON_ArrayForEach(item, json_member(object, "agencies"))
	{
		_cleanup_free_ char *name =
			text_trim(cJSON_IsString(item) ? item->valuestring : "");
		int64_t agency = 0;

		if (name[0] == '\0')
			continue;
		r = staging_named(staging, KIND_AGENCY, name, &agency);
		if (r == 0)
			r = staging_party(staging, service, agency);
		if (r < 0)
			break;
	}
	return r;
}

static int stage_auditor(struct staging *staging, int64_t service, const cJSON *object)
{
	const char *name = json_text(object, "auditor");
	_cleanup_free_ char *trimmed = text_trim(name);
	int64_t auditor = 0;
	int r;

	if (trimmed[0] == '\0')
		return 0;
	r = staging_named(staging, KIND_AUDITOR, name, &auditor);
	return r < 0 ? r : staging_party(staging, service, auditor);
}

/* Stages the controls of a service's own statement. All must be of one edition, as a directory
 * shows them by their ids. */
static int stage_statement(struct staging *staging, struct publication *publication,
			   int64_t service, const char *where, const cJSON *controls)
{
	const char *edition = NULL;
	const cJSON *item;

	cJSON_ArrayForEach(item, controls)
	{
		const char *key = cJSON_IsString(item) ? item->valuestring : "";
		size_t length = strcspn(key, "/");
		int64_t control = 0;
		int r = interchange_find_target(staging, publication, KIND_CONTROL, where, key,
						&control);

		if (r == 0)
			r = staging_declaration(staging, service, control);
		if (r < 0)
			return r;
		/* cppcheck-suppress knownConditionTrueFalse; not in the second round */
		if (edition &&
		    (strncmp(edition, key, length) != 0 || strcspn(edition, "/") != length))
			return publication_refuse(publication,
						  "%s declares controls of two editions", where);
		edition = key;
	}
	return 0;
}

/* Of another type, its links would be lost without a word. */
static int check_link_types(struct publication *publication, const char *id, const cJSON *object)
{
	static const char *const texts[] = {"provider", "provider.en", "baseline"};
	static const char *const arrays[] = {"controls", "leverages"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const cJSON *member = json_member(object, texts[i]);

		if (member && !cJSON_IsString(member) && !cJSON_IsNull(member))
			return publication_refuse(publication, "%.60s: %s is not text", id,
						  texts[i]);
	}
	for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++) {
		const cJSON *member = json_member(object, arrays[i]);

		if (member && !cJSON_IsArray(member) && !cJSON_IsNull(member))
			return publication_refuse(publication, "%.60s: %s is not an array", id,
						  arrays[i]);
	}
	return 0;
}

/* Stages what the service is built on. */
static int stage_leverages(struct staging *staging, struct publication *publication, const char *id,
			   const cJSON *object)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, json_member(object, "leverages"))
	{
		int r;

		if (!cJSON_IsString(item) || item->valuestring[0] == '\0')
			return publication_refuse(
				publication, "%s leverages something that is not a number", id);
		r = staging_leverage(staging, id, item->valuestring);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool is_delisted(const cJSON *object)
{
	return strcmp(json_text(object, "status"), "delisted") == 0;
}

/* What its registry calls delisted is shown in delisted/. */
static int stage_delisted(struct staging *staging, struct publication *publication, int64_t service,
			  const char *id, const cJSON *object)
{
	const char *day = json_text(object, "delisted-on");
	const char *basis = json_text(object, "delisted-on.basis");

	if (!is_delisted(object)) {
		if (day[0] == '\0' && basis[0] == '\0')
			return 0;
		return publication_refuse(
			publication, "%.60s states when it was delisted, but is not delisted", id);
	}
	if (basis[0] == '\0') {
		int r = staging_value(staging, service, FIELD_DELISTED_ON_BASIS, "stated");

		if (r < 0)
			return r;
	} else if (strcmp(basis, "stated") != 0 && strcmp(basis, "absent") != 0) {
		return publication_refuse(
			publication, "%.60s: delisted-on.basis is neither stated nor absent", id);
	}
	return staging_delisted(staging, service, false);
}

/* Auditors and agencies lead to listed services alone. */
static int stage_parties(struct staging *staging, int64_t service, const cJSON *object)
{
	int r = stage_provider(staging, service, object);

	if (r < 0 || is_delisted(object))
		return r;
	r = stage_auditor(staging, service, object);
	return r < 0 ? r : stage_agencies(staging, service, object);
}

static int stage_links(struct staging *staging, struct publication *publication, int64_t service,
		       const char *id, const cJSON *object)
{
	const char *baseline_id = json_text(object, "baseline");
	const cJSON *controls = json_member(object, "controls");
	int64_t baseline = 0;
	int r = check_link_types(publication, id, object);

	if (r == 0)
		r = stage_delisted(staging, publication, service, id, object);
	if (r == 0)
		r = stage_parties(staging, service, object);
	if (r == 0 && baseline_id[0] != '\0' && cJSON_GetArraySize(controls) > 0)
		return publication_refuse(publication, "%s declares both a baseline and controls",
					  id);
	if (r == 0 && baseline_id[0] != '\0')
		r = interchange_find_target(staging, publication, KIND_BASELINE, id, baseline_id,
					    &baseline);
	if (r == 0 && baseline_id[0] != '\0')
		r = staging_declaration(staging, service, baseline);
	if (r == 0)
		r = stage_statement(staging, publication, service, id, controls);
	return r < 0 ? r : stage_leverages(staging, publication, id, object);
}

static int stage_service(struct staging *staging, struct publication *publication,
			 const cJSON *object)
{
	const char *number = json_text(object, "number"), *key = json_text(object, "key");
	const char *id = number[0] != '\0' ? number : key;
	_cleanup_free_ char *trimmed = text_trim(id);
	const cJSON *member;
	int64_t sid;
	int r;

	if (trimmed[0] == '\0' || (number[0] != '\0' && key[0] != '\0'))
		return publication_refuse(publication,
					  "a service must have either a number or a key: '%.60s'",
					  json_text(object, "name"));
	r = staging_service(staging, id, id == key, &sid);
	if (r > 0)
		return 0; /* a repeated one is the same */
	cJSON_ArrayForEach(member, object)
	{
		if (r < 0)
			return r;
		if (!is_link(member->string))
			r = interchange_stage_value(staging, publication, INTERCHANGE_SERVICE, sid,
						    id, member);
	}
	return r < 0 ? r : stage_links(staging, publication, sid, id, object);
}

/* What the list states of a provider itself. */
static int stage_stated_provider(struct staging *staging, struct publication *publication,
				 const cJSON *object)
{
	const char *name = json_text(object, "name");
	_cleanup_free_ char *trimmed = text_trim(name);
	const cJSON *member;
	int64_t provider;
	int r;

	if (trimmed[0] == '\0')
		return publication_refuse(publication, "a provider has no name");
	r = staging_named(staging, KIND_PROVIDER, name, &provider);
	cJSON_ArrayForEach(member, object)
	{
		if (r < 0)
			return r;
		if (strcmp(member->string, "name") != 0)
			r = interchange_stage_value(staging, publication, INTERCHANGE_PROVIDER,
						    provider, trimmed, member);
	}
	return r;
}

int interchange_stage_services(struct staging *staging, struct publication *publication,
			       const cJSON *root)
{
	const cJSON *services = json_member(root, "services"), *item;
	int r = 0;

	if (!cJSON_IsArray(services))
		return publication_refuse(publication, "it has no array 'services'");
	r = interchange_refuse_repeated(publication, json_member(root, "providers"), "name", NULL,
					"provider");
	if (r < 0)
		return r;
	cJSON_ArrayForEach(item, json_member(root, "providers"))
	{
		r = stage_stated_provider(staging, publication, item);
		if (r < 0)
			return r;
	}
	r = interchange_refuse_repeated(publication, services, "number", "key", "service");
	if (r < 0)
		return r;
	cJSON_ArrayForEach(item, services)
	{
		r = stage_service(staging, publication, item);
		if (r < 0)
			return r;
	}
	return r;
}
