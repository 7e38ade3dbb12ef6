/*
 * The FedRAMP Marketplace's publication: one JSON document with all products.
 *
 * Three years of publications taught what its values mean: sentinels stand for
 * null, a time stamp in US Eastern time claims to be UTC, rows may be blank,
 * identifiers may have spaces, and `leveraged_systems` names not what a product is
 * built on but what is built on the product.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "sources/fedramp/values.h"
#include "util/json.h"
#include "sources/source.h"
#include "util/embed.h"
#include "common/log.h"
#include "util/memory.h"
#include "util/text.h"
#include "common/timestamp.h"

EMBED(fedramp_list, "sources/fedramp/bundled.json");

/*
 * A publication was cut while it was made when its other tables name more than so
 * many products, and more than that share of all, that its list of products lacks.
 */
#define MISSING_PRODUCTS_MAX 5
#define MISSING_PERCENT_MAX 2

struct reading {
	struct staging *staging;
	struct publication *publication;
	const cJSON *products;
	char **ids; /* of the products that are listed, without stray white space */
	size_t listed;
	size_t blank;
};

/* The time is US Eastern local time, although a Z follows it. */
static int parse_time(const char *text, int64_t *instant)
{
	char local[sizeof("YYYY-MM-DDTHH:MM:SS.sss")];

	(void)snprintf(local, sizeof(local), "%.*s", (int)strcspn(text, "Z"), text);
	return timestamp_parse(local, registry_fedramp.time_zone, instant);
}

static int read_header(struct publication *publication, const cJSON *root)
{
	const char *changed = json_text(json_member(root, "meta"), "last_change");

	publication_describe(publication, &registry_fedramp, &reader_fedramp);
	publication->complete = true;
	if (changed[0] == '\0')
		return 0;
	if (parse_time(changed, &publication->published_at) < 0)
		return publication_refuse(publication, "meta.last_change is not a time: '%.40s'",
					  changed);
	publication->states_time = true;
	return 0;
}

/* Two rows with one id must say the same. */
static int check_repeated(const struct reading *reading, const cJSON *product, const char *id)
{
	const cJSON *other;

	cJSON_ArrayForEach(other, reading->products)
	{
		_cleanup_free_ char *trimmed = NULL;

		if (other == product)
			return 0;
		trimmed = text_trim(json_text(other, "id"));
		if (strcmp(trimmed, id) == 0 && !cJSON_Compare(other, product, 1))
			return publication_refuse(reading->publication,
						  "two different products have the id '%s'", id);
	}
	return 0;
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Counts the products that a table names and the list of products lacks. A table names a product by
 * an object with an `id` in a list. */
static int count_missing(const struct reading *reading, const cJSON *table, struct buffer *missing,
			 size_t *count)
{
	const cJSON *row, *list, *object;

	cJSON_ArrayForEach(row, table) cJSON_ArrayForEach(list, row)
	{
		if (!cJSON_IsArray(list))
			continue;
		cJSON_ArrayForEach(object, list)
		{
			_cleanup_free_ char *id = text_trim(json_text(object, "id"));
			char quoted[64];

			if (id[0] == '\0' || bsearch(&id, reading->ids, reading->listed,
						     sizeof(*reading->ids), by_text))
				continue;
			(void)snprintf(quoted, sizeof(quoted), "\n%.60s\n", id);
			if (missing->bytes && strstr(missing->bytes, quoted))
				continue;
			buffer_text(missing, quoted);
			(*count)++;
		}
	}
	return 0;
}

static int check_whole(const struct reading *reading, const cJSON *data)
{
	static const char *const tables[] = {"Products", "Agencies", "Assessors"};
	_cleanup_buffer_ struct buffer missing = {0};
	size_t count = 0;

	qsort(reading->ids, reading->listed, sizeof(*reading->ids), by_text);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		int r = count_missing(reading, json_member(data, tables[i]), &missing, &count);

		if (r < 0)
			return r;
	}
	if (count <= MISSING_PRODUCTS_MAX || count * 100 <= reading->listed * MISSING_PERCENT_MAX ||
	    reading->publication->accept_loss)
		return 0;
	return publication_refuse(
		reading->publication,
		"it is not whole: it lists %zu products, but speaks elsewhere of %zu more that it doesn't list; --accept-loss takes it as it is",
		reading->listed, count);
}

static int stage_leverages(const struct reading *reading, const cJSON *product, const char *id)
{
	const cJSON *system;

	cJSON_ArrayForEach(system, json_member(product, "leveraged_systems"))
	{
		const char *other = json_text(system, "id");
		int r = other[0] == '\0' ? 0 : staging_leverage(reading->staging, other, id);

		if (r < 0)
			return r;
	}
	return 0;
}

static int stage_product(struct reading *reading, const cJSON *object)
{
	_cleanup_free_ char *id = NULL;
	int64_t sid;
	int r;

	if (!cJSON_IsObject(object))
		return publication_refuse(reading->publication,
					  "data.Products holds something that is not an object");
	id = text_trim(json_text(object, "id"));
	if (id[0] == '\0') {
		reading->blank++;
		return 0;
	}
	r = staging_service(reading->staging, id, false, &sid);
	if (r > 0)
		return check_repeated(reading, object, id);
	if (r == 0)
		r = fedramp_stage_values(reading->staging, sid, object);
	if (r == 0)
		r = stage_leverages(reading, object, id);
	if (r == 0)
		reading->ids[reading->listed++] = steal_pointer(id);
	return r;
}

static void reading_release(struct reading *reading)
{
	for (size_t i = 0; i < reading->listed; i++)
		free(reading->ids[i]);
	free(reading->ids);
}

/* Looks for repeated members in what is read: the frame, the header, the products. */
static int check_repeated_members(struct publication *publication, const cJSON *root)
{
	const cJSON *data = json_member(root, "data"), *meta = json_member(root, "meta");
	int r = json_refuse_repeated(publication->reason, root);

	if (r == 0)
		r = json_refuse_repeated(publication->reason, meta);
	if (r == 0)
		r = json_refuse_repeated(publication->reason, data);
	return r < 0 ? r
		     : json_refuse_repeated_within(publication->reason,
						   json_member(data, "Products"));
}

static int read_fedramp(struct staging *staging, struct publication *publication)
{
	_cleanup_json_ cJSON *root = NULL;
	__attribute__((cleanup(reading_release))) struct reading reading = {
		.staging = staging,
		.publication = publication,
	};
	const cJSON *data, *product;
	int r = json_parse(publication->bytes, publication->length, publication->reason, &root);

	if (r < 0)
		return r;
	r = check_repeated_members(publication, root);
	if (r < 0)
		return r;
	data = json_member(root, "data");
	reading.products = json_member(data, "Products");
	if (!cJSON_IsArray(reading.products))
		return publication_refuse(
			publication,
			"it is not a FedRAMP Marketplace publication: it has no data.Products");
	r = read_header(publication, root);
	if (r < 0)
		return r;
	reading.ids =
		xmalloc(((size_t)cJSON_GetArraySize(reading.products) + 1) * sizeof(*reading.ids));
	cJSON_ArrayForEach(product, reading.products)
	{
		r = stage_product(&reading, product);
		if (r < 0)
			return r;
	}
	if (reading.listed == 0)
		return publication_refuse(publication, "it lists no product");
	if (reading.blank > 0 && !publication->quiet)
		log_warning("%s: %zu rows without an id were left out", publication->location,
			    reading.blank);
	return check_whole(&reading, data);
}

static const struct status_word statuses[] = {
	{"authorized", "authorized by FedRAMP", "FedRAMP認可済み"},
	{"ready", "found ready for assessment; not an authorization", "審査準備完了(認可ではない)"},
	{"in-process", "on the way to an authorization; not an authorization",
	 "審査中(認可ではない)"},
	{"agency-in-process", "on the way, with an agency; not an authorization",
	 "省庁による審査中(認可ではない)"},
	{0},
};

const struct registry registry_fedramp = {
	.name = "fedramp",
	.title = "FedRAMP Marketplace",
	.time_zone = "America/New_York",
	.language = "en",
	.statuses = statuses,
	.bundled = embedded_fedramp_list,
	.bundled_end = embedded_fedramp_list_end,
	.loss_limit = 20,
};

const struct reader reader_fedramp = {
	.name = "fedramp",
	.mark = "\"Products\"",
	.address =
		"https://raw.githubusercontent.com/GSA/marketplace-fedramp-gov-data/main/data.json",
	.read = read_fedramp,
	.about = "Read from a publication of the FedRAMP Marketplace, whole.\n"
		 "The members with contact addresses are left out.\n"
		 "A service's controls are those of the baseline that its level demands;\n"
		 "levels of FedRAMP 20x have no such baseline.\n"
		 "Not official: what the FedRAMP Marketplace itself shows governs.\n",
	.time_member = "\"last_change\"",
	.parse_time = parse_time,
};
