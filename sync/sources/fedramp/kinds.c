#include "sources/fedramp/kinds.h"

#include <string.h>

#include "sources/fedramp/document.h"
#include "util/json.h"

/* FedRAMP's own repository of what its site shows. */
#define REPOSITORY "https://raw.githubusercontent.com/FedRAMP/marketplace-fedramp-gov-data/main"

static bool holds(const unsigned char *bytes, size_t length, const char *text)
{
	return memmem(bytes, length, text, strlen(text)) != NULL;
}

/* Parsing takes long, so it is only done where the name of a member occurs. */
static enum fedramp_document find_document(unsigned char *bytes, size_t length, const char *member,
					   cJSON **root)
{
	struct reason unused = {.about = ""};

	if (!holds(bytes, length, member) || json_parse(bytes, length, &unused, root) < 0)
		return FEDRAMP_NO_DOCUMENT;
	return fedramp_document_of(*root);
}

static const char *recognise_list(unsigned char *bytes, size_t length)
{
	_cleanup_json_ cJSON *root = NULL;
	const cJSON *row;

	switch (find_document(bytes, length, "roducts\"", &root)) {
	case FEDRAMP_LIST: break;
	case FEDRAMP_EXPORT: return FEDRAMP_EXPORT_SHAPE;
	case FEDRAMP_NO_DOCUMENT:
	case FEDRAMP_CHANGELOG:
	case FEDRAMP_OVERVIEWS: return NULL;
	}
	cJSON_ArrayForEach(row, json_member(json_member(root, "data"), "Products"))
	{
		if (json_member(row, "fedramp_id"))
			return FEDRAMP_PRODUCTS_SHAPE;
	}
	return FEDRAMP_DATA_SHAPE;
}

static const char *recognise_changelog(unsigned char *bytes, size_t length)
{
	_cleanup_json_ cJSON *root = NULL;
	const cJSON *rows, *row;

	if (!holds(bytes, length, "\"products\"") &&
	    !holds(bytes, length, "\"certprocessstatuschangelog\""))
		return NULL;
	if (find_document(bytes, length, "\"", &root) != FEDRAMP_CHANGELOG)
		return NULL;
	rows = json_member(json_member(root, "data"), "certprocessstatuschangelog");
	if (!rows)
		return "changelog-1";
	cJSON_ArrayForEach(row, rows)
	{
		if (json_member(row, "csp") || json_member(row, "cso"))
			return "changelog-2";
	}
	return "changelog-3";
}

static const char *recognise_overviews(unsigned char *bytes, size_t length)
{
	_cleanup_json_ cJSON *root = NULL;
	enum fedramp_document document =
		holds(bytes, length, "\"frc-cso-pkg\"")
			? find_document(bytes, length, "\"", &root)
			: find_document(bytes, length, "\"serviceIdentification\"", &root);

	return document == FEDRAMP_OVERVIEWS ? "overview" : NULL;
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
	{NULL},
};

static const struct document_address changelog_addresses[] = {
	{.text = REPOSITORY "/fedramp-status-changelog.json"},
	{NULL},
};

static const char *const list_shapes[] = {FEDRAMP_PRODUCTS_SHAPE, FEDRAMP_DATA_SHAPE, NULL};
static const char *const changelog_shapes[] = {"changelog-1", "changelog-2", "changelog-3", NULL};
static const char *const overview_shapes[] = {"overview", NULL};

const struct document_kind fedramp_documents[] = {
	{
		.role = DOCUMENT_LIST,
		.required = true,
		.shapes = list_shapes,
		.recognise = recognise_list,
		.addresses = list_addresses,
		.needs = list_needs,
	},
	{
		.role = FEDRAMP_CHANGELOG_ROLE,
		.shapes = changelog_shapes,
		.recognise = recognise_changelog,
		.addresses = changelog_addresses,
	},
	{
		.role = FEDRAMP_OVERVIEW_ROLE,
		.many = true,
		.shapes = overview_shapes,
		.recognise = recognise_overviews,
	},
	{NULL},
};
