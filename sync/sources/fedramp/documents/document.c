#include "sources/fedramp/documents/document.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/cleanup.h"
#include "common/timestamp.h"
#include "util/json.h"
#include "util/memory.h"
#include "util/text/text.h"

/* Different texts of losses that are kept. */
#define LOSSES_MAX 100

static bool is_overviews(const cJSON *root)
{
	const cJSON *row;

	if (json_member(root, "serviceIdentification") ||
	    cJSON_IsArray(json_member(json_member(root, "data"), "frc-cso-pkg")))
		return true;
	if (!cJSON_IsArray(root) || !root->child)
		return false;
	cJSON_ArrayForEach(row, root) if (!json_member(row, "serviceIdentification")) return false;
	return true;
}

enum fedramp_document fedramp_document_of(const cJSON *root)
{
	const cJSON *data = json_member(root, "data"), *products = json_member(root, "products");

	if (cJSON_IsArray(json_member(data, "Products")))
		return FEDRAMP_LIST;
	if (cJSON_IsArray(json_member(data, "certprocessstatuschangelog")))
		return FEDRAMP_CHANGELOG;
	if (is_overviews(root))
		return FEDRAMP_OVERVIEWS;
	/* The first changelog has an object of products, by their ids; the export a list. */
	if (cJSON_IsObject(products))
		return FEDRAMP_CHANGELOG;
	return cJSON_IsArray(products) ? FEDRAMP_EXPORT : FEDRAMP_NO_DOCUMENT;
}

static bool is_same_text(const char *left, const char *right)
{
	return left == right || (left && right && strcmp(left, right) == 0);
}

static struct fedramp_loss *find_loss(struct fedramp_losses *losses, const char *member,
				      const char *text)
{
	for (size_t i = 0; i < losses->count; i++)
		if (strcmp(losses->rows[i].member, member) == 0 &&
		    is_same_text(losses->rows[i].text, text))
			return &losses->rows[i];
	return NULL;
}

void fedramp_losses_add(struct fedramp_losses *losses, const char *member, const char *text,
			size_t row)
{
	struct fedramp_loss *loss = find_loss(losses, member, text);

	if (!loss && text && losses->count >= LOSSES_MAX) {
		fedramp_losses_add(losses, member, NULL, row);
		return;
	}
	if (!loss) {
		losses->rows = xgrow(losses->rows, &losses->capacity, losses->count, 1,
				     sizeof(*losses->rows));
		loss = &losses->rows[losses->count++];
		*loss = (struct fedramp_loss){
			.member = xstrdup(member),
			.text = text ? xstrdup(text) : NULL,
			.last = SIZE_MAX,
		};
	}
	loss->services += loss->last != row;
	loss->last = row;
}

void fedramp_losses_release(struct fedramp_losses *losses)
{
	for (size_t i = 0; i < losses->count; i++) {
		free(losses->rows[i].member);
		free(losses->rows[i].text);
	}
	free(losses->rows);
	*losses = (struct fedramp_losses){0};
}

int fedramp_refuse(struct fedramp_refusal *refusal, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(refusal->sentence, sizeof(refusal->sentence), format, arguments);
	va_end(arguments);
	return -EBADMSG;
}

bool fedramp_is_invented(const char *id, const char *provider, const cJSON *public_status)
{
	_cleanup_free_ char *name = provider ? text_trim(provider) : NULL;
	_cleanup_free_ char *shown = NULL;

	if (id && strncasecmp(id, "FAKE-", strlen("FAKE-")) == 0)
		return true;
	if (name && strcasecmp(name, "SUPER-CSP") == 0)
		return true;
	if (!public_status)
		return false;
	shown = text_trim(cJSON_IsString(public_status) ? public_status->valuestring : "");
	return shown[0] == '\0';
}

int fedramp_time_parse(const char *text, int64_t *instant)
{
	return timestamp_parse(text, "UTC", instant);
}
