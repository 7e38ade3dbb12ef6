#include "sources/fedramp/product.h"

#include <stdlib.h>
#include <string.h>

#include "sources/json.h"
#include "stage/publication.h"

static const char *const member_names[] = {
#define ROW(identifier, name) name,
	FEDRAMP_MEMBERS(ROW)
#undef ROW
};

static int by_name(const void *key, const void *name)
{
	return strcmp(key, *(const char *const *)name);
}

void fedramp_product_find(const cJSON *object, struct fedramp_product *product)
{
	const cJSON *member;

	*product = (struct fedramp_product){0};
	cJSON_ArrayForEach(member, object)
	{
		const char *const *name = bsearch(member->string, member_names, MEMBER_COUNT,
						  sizeof(member_names[0]), by_name);

		/* As json_member() does, where one comes twice. */
		if (name && !product->members[name - member_names])
			product->members[name - member_names] = member;
	}
}

const char *fedramp_member_name(enum fedramp_member member)
{
	return member_names[member];
}

const char *fedramp_text(const struct fedramp_product *product, enum fedramp_member member)
{
	const char *text = cJSON_GetStringValue(product->members[member]);

	return text ? text : "";
}

const char *fedramp_leveraged_id(const cJSON *system)
{
	return json_text(system, "id");
}

static void add_leveraged(struct buffer *buffer, const cJSON *systems)
{
	const cJSON *system;

	cJSON_ArrayForEach(system, systems)
		fingerprint_add_text(buffer, fedramp_leveraged_id(system));
}

int fedramp_product_fingerprint(const struct fedramp_product *product, struct buffer *buffer,
				struct fingerprint *fingerprint)
{
	for (int member = 0; member < MEMBER_COUNT; member++) {
		const unsigned char number = (unsigned char)member;

		if (!product->members[member])
			continue;
		buffer_append(buffer, &number, 1);
		if (member == MEMBER_LEVERAGED_SYSTEMS)
			add_leveraged(buffer, product->members[member]);
		else
			fingerprint_add(buffer, product->members[member]);
	}
	return fingerprint_take(buffer, fingerprint);
}
