/*
 * What a document states of providers themselves: in `providers`, and as
 * `provider.en` beside a service's provider. All that is stated of one provider,
 * in the document's order, is one record.
 */
#include <errno.h>
#include <string.h>

#include "sources/interchange/interchange.h"
#include "sources/json.h"
#include "stage/publication.h"
#include "util/memory.h"
#include "util/text.h"

/* One statement. */
struct statement {
	char *name;	     /* the provider's, without stray white space */
	const cJSON *object; /* its entry in `providers`, or a service */
	bool service;
	size_t position;
};

struct statements {
	struct statement *list;
	size_t count, capacity;
};

static void statements_release(struct statements *statements)
{
	for (size_t i = 0; i < statements->count; i++)
		free(statements->list[i].name);
	free(statements->list);
}

static void add_statement(struct statements *statements, const char *name, const cJSON *object,
			  bool service)
{
	statements->list = xgrow(statements->list, &statements->capacity, statements->count, 1,
				 sizeof(*statements->list));
	statements->list[statements->count] = (struct statement){
		.object = object,
		.service = service,
		.name = text_trim(name),
		.position = statements->count,
	};
	statements->count++;
}

static int collect(struct publication *publication, const cJSON *root,
		   struct statements *statements)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, json_member(root, "providers"))
	{
		add_statement(statements, json_text(item, "name"), item, false);
		if (statements->list[statements->count - 1].name[0] == '\0')
			return publication_refuse(publication, "a provider has no name");
	}
	cJSON_ArrayForEach(item, json_member(root, "services"))
	{
		if (json_text(item, "provider.en")[0] != '\0')
			add_statement(statements, json_text(item, "provider"), item, true);
	}
	return 0;
}

static int by_name(const void *left, const void *right)
{
	const struct statement *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	if (order != 0)
		return order;
	return a->position < b->position ? -1 : 1;
}

static int stage_statement(struct staging *staging, struct publication *publication,
			   const struct statement *statement, int64_t provider)
{
	const cJSON *member;
	int r = 0;

	if (statement->service)
		return staging_line(staging, provider, FIELD_NAME_EN,
				    json_text(statement->object, "provider.en"));
	cJSON_ArrayForEach(member, statement->object)
	{
		if (r < 0)
			return r;
		if (strcmp(member->string, "name") != 0)
			r = interchange_stage_value(staging, publication, INTERCHANGE_PROVIDER,
						    provider, statement->name, member);
	}
	return r;
}

/* All statements of one provider. */
static int stage_provider(struct staging *staging, struct publication *publication,
			  const struct statement *statements, size_t count, struct buffer *record)
{
	struct fingerprint fingerprint;
	int64_t provider;
	int r;

	for (size_t i = 0; i < count; i++)
		fingerprint_add(record, statements[i].service
						? json_member(statements[i].object, "provider.en")
						: statements[i].object);
	r = fingerprint_take(record, &fingerprint);
	if (r == 0)
		r = staging_are_facts_restated(staging, statements[0].name, &fingerprint);
	if (r != 0)
		return r < 0 ? r : 0;
	r = staging_named(staging, KIND_PROVIDER, statements[0].name, &provider);
	if (r == 0)
		r = staging_record(staging, provider, &fingerprint);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = stage_statement(staging, publication, &statements[i], provider);
	return r;
}

int interchange_stage_providers(struct staging *staging, struct publication *publication,
				const cJSON *root)
{
	__attribute__((cleanup(statements_release))) struct statements statements = {.count = 0};
	_cleanup_buffer_ struct buffer record = {0};
	int r = collect(publication, root, &statements);

	if (statements.count > 0)
		qsort(statements.list, statements.count, sizeof(*statements.list), by_name);
	for (size_t first = 0, end; r == 0 && first < statements.count; first = end) {
		for (end = first + 1; end < statements.count; end++)
			if (strcmp(statements.list[end].name, statements.list[first].name) != 0)
				break;
		/* Nothing but blanks identifies nobody. */
		if (statements.list[first].name[0] != '\0')
			r = stage_provider(staging, publication, &statements.list[first],
					   end - first, &record);
	}
	return r;
}
