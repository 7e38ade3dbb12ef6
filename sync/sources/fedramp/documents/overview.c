#include "sources/fedramp/documents/overview.h"

#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/messages.h"
#include "sources/fedramp/documents/members.h"
#include "util/json.h"
#include "util/memory.h"

typedef char *read_function(const cJSON *value, bool *lost);

static void overview_release(struct fedramp_overview *overview)
{
	free(overview->id);
	free(overview->certified_services);
	free(overview->categories);
	free(overview->builds_on);
	free(overview->next_report_on);
	free(overview->trust_center);
	*overview = (struct fedramp_overview){0};
}

static char *read_member(struct fedramp_overviews *overviews, const cJSON *object, const char *name,
			 read_function *read, size_t number)
{
	const cJSON *value = json_member(object, name);
	bool lost = false;
	char *text = read(value, &lost);

	if (lost)
		fedramp_losses_add(&overviews->losses, name, NULL, number);
	/* cppcheck-suppress returnDanglingLifetime; the text isn't part of `lost` */
	return text;
}

static int64_t updated_at(const cJSON *record)
{
	const char *text = json_text(json_member(record, "metadata"), "lastUpdated");
	int64_t instant;

	return fedramp_time_parse(text, &instant) == 0 ? instant : INT64_MIN;
}

static char *read_id(struct fedramp_overviews *overviews, const struct fedramp_ids *known,
		     const cJSON *record, size_t number)
{
	static const char member[] = "fedRampPackageId";
	bool lost = false;
	char *id = fedramp_ids_read(
		known, json_member(json_member(record, "serviceIdentification"), member), &lost,
		&overviews->rewritten);

	if (lost)
		fedramp_losses_add(&overviews->losses, member, NULL, number);
	return id;
}

static void read_record(struct fedramp_overviews *overviews, const struct fedramp_ids *known,
			const cJSON *record, size_t number)
{
	const cJSON *properties = json_member(record, "serviceProperties");
	struct fedramp_overview *overview = &overviews->rows[overviews->count];

	*overview = (struct fedramp_overview){
		.id = read_id(overviews, known, record, number),
		.updated_at = updated_at(record),
	};
	if (!overview->id) {
		overviews->blank++;
		return;
	}
	overview->certified_services = read_member(overviews, record, "certifiedServices",
						   fedramp_certified_services, number);
	overview->categories = read_member(overviews, record, "certifiedServices",
					   fedramp_certified_categories, number);
	overview->builds_on = read_member(overviews, record, "thirdPartyInformationResources",
					  fedramp_resources, number);
	overview->next_report_on = read_member(
		overviews, properties, "nextOngoingCertificationReportDate", fedramp_date, number);
	overview->trust_center =
		read_member(overviews, properties, "trustCenter", fedramp_address, number);
	overviews->count++;
}

static int by_id_and_time(const void *left, const void *right)
{
	const struct fedramp_overview *a = left, *b = right;
	int order = strcmp(a->id, b->id);

	if (order != 0)
		return order;
	return (a->updated_at < b->updated_at) - (a->updated_at > b->updated_at);
}

static bool is_same_text(const char *left, const char *right)
{
	return left == right || (left && right && strcmp(left, right) == 0);
}

static bool is_same(const struct fedramp_overview *left, const struct fedramp_overview *right)
{
	return is_same_text(left->certified_services, right->certified_services) &&
	       is_same_text(left->categories, right->categories) &&
	       is_same_text(left->builds_on, right->builds_on) &&
	       is_same_text(left->next_report_on, right->next_report_on) &&
	       is_same_text(left->trust_center, right->trust_center);
}

/* The newest record of each id; none where the newest two contradict each other. */
static void keep_newest(struct fedramp_overviews *overviews)
{
	struct fedramp_overview *rows = overviews->rows;
	size_t kept = 0, end;

	for (size_t begin = 0; begin < overviews->count; begin = end) {
		struct fedramp_overview newest = rows[begin];
		size_t different = 0;

		for (end = begin + 1;
		     end < overviews->count && strcmp(newest.id, rows[end].id) == 0; end++) {
			different += rows[end].updated_at == newest.updated_at &&
				     !is_same(&newest, &rows[end]);
			overview_release(&rows[end]);
		}
		rows[begin] = (struct fedramp_overview){0};
		if (different == 0) {
			rows[kept++] = newest;
			continue;
		}
		overviews->contradictory += different + 1;
		overview_release(&newest);
	}
	overviews->count = kept;
}

/* The first record, or NULL. */
static const cJSON *first_record(const cJSON *root)
{
	if (cJSON_IsArray(root))
		return root->child;
	if (json_member(root, "serviceIdentification"))
		return root;
	return json_member(json_member(root, "data"), "frc-cso-pkg")->child;
}

int fedramp_overviews_read(const cJSON *root, const struct fedramp_ids *known,
			   struct fedramp_overviews *overviews)
{
	const char *exported = json_text(json_member(root, "metadata"), "export_timestamp");
	const cJSON *record, *first;
	size_t number = 0;

	*overviews = (struct fedramp_overviews){0};
	if (fedramp_document_of(root) != FEDRAMP_OVERVIEWS)
		return fedramp_refuse(&overviews->refusal,
				      _("it is not a package overview (FRC-CSO-PKG)"));
	first = first_record(root);
	overviews->is_collection = json_member(json_member(root, "data"), "frc-cso-pkg") != NULL;
	overviews->states_time = fedramp_time_parse(exported, &overviews->exported_at) == 0;
	for (record = first; record; record = record->next)
		number++;
	overviews->rows = xmalloc((number + 1) * sizeof(*overviews->rows));
	number = 0;
	for (record = first; record; record = record->next)
		read_record(overviews, known, record, number++);
	qsort(overviews->rows, overviews->count, sizeof(*overviews->rows), by_id_and_time);
	keep_newest(overviews);
	return 0;
}

/* An overview, and the number of its document. */
struct found_overview {
	const struct fedramp_overview *row;
	size_t document;
};

static int by_id_time_and_document(const void *left, const void *right)
{
	const struct found_overview *a = left, *b = right;
	int order = by_id_and_time(a->row, b->row);

	return order != 0 ? order : (a->document > b->document) - (a->document < b->document);
}

void fedramp_overview_index_make(const struct fedramp_overviews *documents, size_t count,
				 struct fedramp_overview_index *index)
{
	_cleanup_free_ struct found_overview *found = NULL;
	size_t all = 0, next = 0;

	for (size_t i = 0; i < count; i++)
		all += documents[i].count;
	found = xmalloc((all + 1) * sizeof(*found));
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < documents[i].count; k++)
			found[next++] = (struct found_overview){&documents[i].rows[k], i};
	qsort(found, all, sizeof(*found), by_id_time_and_document);
	index->count = 0;
	index->rows = xmalloc((all + 1) * sizeof(*index->rows));
	for (size_t i = 0; i < all; i++)
		if (i == 0 || strcmp(found[i - 1].row->id, found[i].row->id) != 0)
			index->rows[index->count++] = found[i].row;
}

static int by_key(const void *id, const void *row)
{
	return strcmp(id, (*(const struct fedramp_overview *const *)row)->id);
}

const struct fedramp_overview *fedramp_overview_find(const struct fedramp_overview_index *index,
						     const char *id)
{
	const struct fedramp_overview **found = NULL;

	if (index->count > 0)
		found = bsearch(id, index->rows, index->count, sizeof(*index->rows), by_key);
	return found ? *found : NULL;
}

void fedramp_overview_index_release(struct fedramp_overview_index *index)
{
	free(index->rows);
	*index = (struct fedramp_overview_index){0};
}

void fedramp_overviews_release(struct fedramp_overviews *overviews)
{
	for (size_t i = 0; i < overviews->count; i++)
		overview_release(&overviews->rows[i]);
	free(overviews->rows);
	fedramp_losses_release(&overviews->losses);
	*overviews = (struct fedramp_overviews){0};
}
