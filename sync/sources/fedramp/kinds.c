#include "sources/fedramp/kinds.h"

#include <string.h>

#include "sources/fedramp/documents/document.h"
#include "sources/fedramp/documents/list.h"
#include "util/json.h"

/* FedRAMP's own repository of what its site shows. */
#define REPOSITORY "https://raw.githubusercontent.com/FedRAMP/marketplace-fedramp-gov-data/main"

static bool holds(const struct document *document, const char *text)
{
	return memmem(document->bytes, document->length, text, strlen(text)) != NULL;
}

/* Parsing takes long, so it is only done where the name of a member occurs. */
static enum fedramp_document parse(struct document *document)
{
	struct reason unused = {.about = ""};

	if (!document->tree &&
	    json_parse(document->bytes, document->length, &unused, &document->tree) < 0)
		return FEDRAMP_NO_DOCUMENT;
	return fedramp_document_of(document->tree);
}

static const char *recognise_list(struct document *document)
{
	const cJSON *row;

	if (!holds(document, "roducts\""))
		return NULL;
	switch (parse(document)) {
	case FEDRAMP_LIST: break;
	case FEDRAMP_EXPORT: return FEDRAMP_EXPORT_SHAPE;
	case FEDRAMP_NO_DOCUMENT:
	case FEDRAMP_CHANGELOG:
	case FEDRAMP_OVERVIEWS: return NULL;
	}
	cJSON_ArrayForEach(row, json_member(json_member(document->tree, "data"), "Products"))
	{
		if (json_member(row, "fedramp_id"))
			return FEDRAMP_PRODUCTS_SHAPE;
	}
	return FEDRAMP_DATA_SHAPE;
}

static const char *recognise_changelog(struct document *document)
{
	const cJSON *rows, *row;

	if (!holds(document, "\"products\"") && !holds(document, "\"certprocessstatuschangelog\""))
		return NULL;
	if (parse(document) != FEDRAMP_CHANGELOG)
		return NULL;
	rows = json_member(json_member(document->tree, "data"), "certprocessstatuschangelog");
	if (!rows)
		return "changelog-1";
	cJSON_ArrayForEach(row, rows)
	{
		if (json_member(row, "csp") || json_member(row, "cso"))
			return "changelog-2";
	}
	return "changelog-3";
}

static const char *recognise_overviews(struct document *document)
{
	if (!holds(document, "\"frc-cso-pkg\"") && !holds(document, "\"serviceIdentification\""))
		return NULL;
	return parse(document) == FEDRAMP_OVERVIEWS ? "overview" : NULL;
}

/* data.json calls services authorized that FedRAMP has put under a plan or delisted. */
static const char *list_needs(const char *shape)
{
	return strcmp(shape, FEDRAMP_DATA_SHAPE) == 0 ? FEDRAMP_CHANGELOG_ROLE : NULL;
}

static const struct document_address list_addresses[] = {
	{
		.text = "https://www.fedramp.gov/marketplace/products.json",
		.shape = FEDRAMP_PRODUCTS_SHAPE,
	},
	{
		.text = REPOSITORY "/data.json",
		.shape = FEDRAMP_DATA_SHAPE,
		.for_first_fill = true,
	},
	{0},
};

static const struct document_address changelog_addresses[] = {
	{.text = REPOSITORY "/fedramp-status-changelog.json"},
	{0},
};

static const char *const list_shapes[] = {FEDRAMP_PRODUCTS_SHAPE, FEDRAMP_DATA_SHAPE, NULL};
static const char *const changelog_shapes[] = {"changelog-1", "changelog-2", "changelog-3", NULL};
static const char *const overview_shapes[] = {"overview", NULL};

static const struct record_place list_records[] = {
	{
		.shape = FEDRAMP_DATA_SHAPE,
		.path = "data.Products[]",
		.number = "id",
		.personal = {"sales_email", "security_email"},
	},
	{
		.shape = FEDRAMP_PRODUCTS_SHAPE,
		.path = "data.Products[]",
		.number = "fedramp_id",
		.personal = {"sales_email", "security_email"},
	},
	{.path = NULL},
};

static const struct record_place changelog_records[] = {
	{.shape = "changelog-1", .path = "products[]"},
	{
		.path = "data.certprocessstatuschangelog[]",
		.number = "product_id",
		.personal = {"comments"},
	},
	{.path = NULL},
};

/* data.json's time is Eastern, and older files have no other shape. */
static int parse_list_time(const char *text, int64_t *instant)
{
	return fedramp_list_time(FEDRAMP_DATA, text, FEDRAMP_NO_TIME, instant);
}

const struct document_kind fedramp_documents[] = {
	{
		.role = DOCUMENT_LIST,
		.required = true,
		.shapes = list_shapes,
		.recognise = recognise_list,
		.addresses = list_addresses,
		.needs = list_needs,
		.time_member = "\"last_change\"",
		.records = list_records,
		.parse_time = parse_list_time,
	},
	{
		.role = FEDRAMP_CHANGELOG_ROLE,
		.shapes = changelog_shapes,
		.recognise = recognise_changelog,
		.addresses = changelog_addresses,
		.time_member = "\"export_timestamp\"",
		.records = changelog_records,
		.parse_time = fedramp_time_parse,
	},
	{
		.role = FEDRAMP_OVERVIEW_ROLE,
		.many = true,
		.shapes = overview_shapes,
		.recognise = recognise_overviews,
	},
	{0},
};

/* What only one of the list's two shapes has, and what the list never has. */
static bool list_states(const char *shape, int field)
{
	switch ((enum field)field) {
	case FIELD_STATUS_CHANGELOG:
	case FIELD_STATUS_LIST:
	case FIELD_PACKAGE_OVERVIEW:
	case FIELD_EVENTS:
	case FIELD_NEXT_REPORT_ON: return false;
	case FIELD_READY_ON:
	case FIELD_IN_PROCESS_AGENCY_ON:
	case FIELD_IN_PROCESS_BOARD_ON:
	case FIELD_IN_PROCESS_PROGRAM_ON:
	case FIELD_IN_PROCESS_OFFICE_ON:
	case FIELD_URL: return strcmp(shape, FEDRAMP_DATA_SHAPE) == 0;
	case FIELD_CLASS:
	case FIELD_CERTIFICATION_TYPE:
	case FIELD_PHASE:
	case FIELD_UNDER_CORRECTIVE_ACTION_PLAN:
	case FIELD_CORRECTIVE_ACTION_PLAN_ON:
	case FIELD_CERTIFIED_SERVICES:
	case FIELD_CERTIFIED_SERVICES_TABLE:
	case FIELD_TRUST_CENTER: return strcmp(shape, FEDRAMP_PRODUCTS_SHAPE) == 0;
	default: return true;
	}
}

static bool changelog_states(int field)
{
	return field == FIELD_STATUS || field == FIELD_STATUS_SOURCE ||
	       field == FIELD_STATUS_CHANGELOG || field == FIELD_STATUS_LIST ||
	       field == FIELD_EVENTS || field == FIELD_CLASS || field == FIELD_CERTIFICATION_TYPE ||
	       field == FIELD_CERTIFICATION_PATH || field == FIELD_DELISTED_ON ||
	       field == FIELD_DELISTED_ON_BASIS;
}

static bool overview_states(int field)
{
	return field == FIELD_CERTIFIED_SERVICES || field == FIELD_CERTIFIED_SERVICES_TABLE ||
	       field == FIELD_NEXT_REPORT_ON || field == FIELD_TRUST_CENTER ||
	       field == FIELD_PACKAGE_OVERVIEW;
}

bool fedramp_states(const char *role, const char *shape, int field)
{
	if (strcmp(role, FEDRAMP_CHANGELOG_ROLE) == 0)
		return changelog_states(field);
	if (strcmp(role, FEDRAMP_OVERVIEW_ROLE) == 0)
		return overview_states(field);
	return list_states(shape, field);
}
