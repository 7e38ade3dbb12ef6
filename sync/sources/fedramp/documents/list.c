#include "sources/fedramp/documents/list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/messages.h"
#include "common/timestamp.h"
#include "sources/fedramp/documents/members.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/text/text.h"

/*
 * A publication whose other tables name this many products, and this share of
 * all, that its list of products lacks is one that was cut while it was made.
 */
#define MISSING_PRODUCTS_MAX 5
#define MISSING_PERCENT_MAX 2

static const char eastern[] = "America/New_York";

int fedramp_list_time(enum fedramp_shape shape, const char *text, int64_t before, int64_t *instant)
{
	char local[sizeof("YYYY-MM-DDTHH:MM:SS.sss")];

	if (shape == FEDRAMP_PRODUCTS)
		return fedramp_time_parse(text, instant);
	(void)snprintf(local, sizeof(local), "%.*s", (int)strcspn(text, "Zz"), text);
	return timestamp_parse_after(local, eastern, before, instant);
}

static enum fedramp_shape shape_of(const cJSON *products)
{
	const cJSON *row;

	cJSON_ArrayForEach(row,
			   products) if (json_member(row, "fedramp_id")) return FEDRAMP_PRODUCTS;
	return FEDRAMP_DATA;
}

static int read_time(struct fedramp_list *list, const cJSON *root, int64_t before)
{
	const char *changed = json_text(json_member(root, "meta"), "last_change");

	if (changed[0] == '\0')
		return 0;
	if (fedramp_list_time(list->shape, changed, before, &list->published_at) < 0)
		return fedramp_refuse(&list->refusal, _("meta.last_change is not a time: '%.40s'"),
				      changed);
	list->states_time = true;
	return 0;
}

static bool is_blank(const cJSON *id)
{
	return !id || (cJSON_IsString(id) &&
		       strspn(id->valuestring, " \t\r\n") == strlen(id->valuestring));
}

static bool states_nothing(const cJSON *value)
{
	bool lost = false;
	_cleanup_free_ char *text = fedramp_line(value, &lost);

	return !text && !lost;
}

/* A row whose id can't be read: of nothing, or of a service that the store may know by its provider
 * and its name. */
static void leave_out(struct fedramp_list *list, const cJSON *row, const cJSON *id, char **provider)
{
	bool lost = false;
	_cleanup_free_ char *name = fedramp_line(fedramp_member(row, FEDRAMP_NAME_MEMBERS), &lost);

	if (!name && !*provider && (is_blank(id) || states_nothing(json_member(row, "status")))) {
		list->blank++;
		return;
	}
	list->strangers[list->stranger_count++] = (struct fedramp_stranger){
		.provider = steal_pointer(*provider),
		.name = steal_pointer(name),
	};
}

static int read_row(struct fedramp_list *list, const struct fedramp_ids *known, const cJSON *row,
		    size_t number)
{
	struct fedramp_service *service = &list->services[list->count];
	const cJSON *value = fedramp_member(row, "fedramp_id id");
	_cleanup_free_ char *id = NULL, *provider = NULL;
	bool lost = false;

	if (!cJSON_IsObject(row))
		return fedramp_refuse(&list->refusal,
				      _("data.Products holds something that is not an object"));
	id = fedramp_ids_read(known, value, &lost, &list->rewritten);
	provider = fedramp_line(fedramp_member(row, FEDRAMP_PROVIDER_MEMBERS), &lost);
	if (fedramp_is_invented(id, provider, json_member(row, "public_status"))) {
		list->invented++;
		return 0;
	}
	if (!id) {
		leave_out(list, row, value, &provider);
		return 0;
	}
	*service = (struct fedramp_service){.id = steal_pointer(id)};
	list->count++;
	list->without_status += states_nothing(json_member(row, "status"));
	fedramp_service_read(row, number, service, &list->losses);
	return 0;
}

static int by_id(const void *left, const void *right)
{
	const struct fedramp_service *a = left, *b = right;

	return strcmp(a->id, b->id);
}

/* Rows with one id: one service when they say the same. */
static int merge_repeated(struct fedramp_list *list)
{
	size_t kept = 0;

	qsort(list->services, list->count, sizeof(*list->services), by_id);
	for (size_t i = 1; i < list->count; i++) {
		struct fedramp_service *last = &list->services[kept], *next = &list->services[i];

		if (strcmp(last->id, next->id) != 0) {
			struct fedramp_service moved = *next;

			*next = (struct fedramp_service){0};
			list->services[++kept] = moved;
			continue;
		}
		if (!fedramp_service_is_same(last, next))
			return fedramp_refuse(&list->refusal,
					      _("two different products have the id '%.60s'"),
					      next->id);
		fedramp_service_release(next);
		list->repeated++;
	}
	list->count = list->count > 0 ? kept + 1 : 0;
	return 0;
}

static int by_key(const void *id, const void *service)
{
	return strcmp(id, ((const struct fedramp_service *)service)->id);
}

const struct fedramp_service *fedramp_list_find(const struct fedramp_list *list, const char *id)
{
	return bsearch(id, list->services, list->count, sizeof(*list->services), by_key);
}

/* What a table names: objects with an id, in lists. */
static void collect_named(struct fedramp_ids *ids, const struct fedramp_list *list,
			  const struct fedramp_ids *known, const cJSON *table)
{
	size_t unused = 0;
	const cJSON *row, *member, *object;

	cJSON_ArrayForEach(row, table) cJSON_ArrayForEach(member, row)
	{
		if (!cJSON_IsArray(member))
			continue;
		cJSON_ArrayForEach(object, member)
		{
			bool lost = false;
			_cleanup_free_ char *id =
				cJSON_IsObject(object)
					? fedramp_ids_read(known, object, &lost, &unused)
					: NULL;

			if (!id || fedramp_is_invented(id, NULL, NULL) ||
			    fedramp_list_find(list, id))
				continue;
			fedramp_ids_add(ids, id);
		}
	}
}

static size_t count_missing(const struct fedramp_list *list, const struct fedramp_ids *known,
			    const cJSON *data)
{
	static const char *const tables[] = {"Products", "Agencies", "Assessors"};
	struct fedramp_ids ids = {0};
	size_t missing = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		collect_named(&ids, list, known, json_member(data, tables[i]));
	fedramp_ids_sort(&ids);
	for (size_t i = 0; i < ids.count; i++)
		missing += i == 0 || strcmp(ids.texts[i - 1], ids.texts[i]) != 0;
	fedramp_ids_release(&ids);
	return missing;
}

static int refuse_other(struct fedramp_list *list, const cJSON *root)
{
	if (fedramp_document_of(root) == FEDRAMP_EXPORT)
		return fedramp_refuse(
			&list->refusal,
			_("it is the products export, whose names are damaged: get products.json or data.json"));
	return fedramp_refuse(
		&list->refusal,
		_("it is not a FedRAMP Marketplace publication: it has no data.Products"));
}

/* Services that were cut away would seem to have left the list. */
static int check_whole(struct fedramp_list *list)
{
	/* products.json has no other tables; that it names a product that it lacks proves nothing.
	 */
	if (list->shape == FEDRAMP_PRODUCTS || list->missing <= MISSING_PRODUCTS_MAX ||
	    list->missing * 100 <= list->count * MISSING_PERCENT_MAX)
		return 0;
	return fedramp_refuse(
		&list->refusal,
		translate_counted(
			list->count,
			"it is not whole: it lists %zu product, but speaks elsewhere of %zu more that it doesn't list; --accept-loss takes it as it is",
			"it is not whole: it lists %zu products, but speaks elsewhere of %zu more that it doesn't list; --accept-loss takes it as it is"),
		list->count, list->missing);
}

int fedramp_list_read(const cJSON *root, int64_t before, const struct fedramp_ids *known,
		      bool accept_loss, struct fedramp_list *list)
{
	const cJSON *data = json_member(root, "data"), *products = json_member(data, "Products");
	const cJSON *row;
	size_t number = 0, rows;
	int r;

	*list = (struct fedramp_list){0};
	if (fedramp_document_of(root) != FEDRAMP_LIST)
		return refuse_other(list, root);
	list->shape = shape_of(products);
	r = read_time(list, root, before);
	if (r < 0)
		return r;
	rows = (size_t)cJSON_GetArraySize(products) + 1;
	list->services = xmalloc(rows * sizeof(*list->services));
	list->strangers = xmalloc(rows * sizeof(*list->strangers));
	cJSON_ArrayForEach(row, products)
	{
		r = read_row(list, known, row, number++);
		if (r < 0)
			return r;
	}
	r = merge_repeated(list);
	if (r < 0)
		return r;
	if (list->count == 0)
		return fedramp_refuse(&list->refusal, _("it lists no product"));
	list->missing = count_missing(list, known, data);
	return accept_loss ? 0 : check_whole(list);
}

void fedramp_list_release(struct fedramp_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		fedramp_service_release(&list->services[i]);
	for (size_t i = 0; i < list->stranger_count; i++) {
		free(list->strangers[i].provider);
		free(list->strangers[i].name);
	}
	free(list->services);
	free(list->strangers);
	fedramp_losses_release(&list->losses);
	*list = (struct fedramp_list){0};
}
