#include "sources/fedramp/documents/ids.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/cleanup.h"
#include "sources/fedramp/documents/members.h"
#include "util/memory.h"

#define ID_DIGITS 10
#define ID_LETTERS_MAX 2

void fedramp_ids_add(struct fedramp_ids *ids, const char *id)
{
	ids->texts = xgrow(ids->texts, &ids->capacity, ids->count, 1, sizeof(*ids->texts));
	ids->texts[ids->count++] = xstrdup(id);
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int by_text_of_any_case(const void *left, const void *right)
{
	return strcasecmp(*(const char *const *)left, *(const char *const *)right);
}

void fedramp_ids_sort(struct fedramp_ids *ids)
{
	size_t size = ids->count * sizeof(*ids->texts);

	free(ids->of_any_case);
	ids->of_any_case = xmalloc(size + 1);
	if (size == 0)
		return;
	memcpy(ids->of_any_case, ids->texts, size);
	qsort(ids->texts, ids->count, sizeof(*ids->texts), by_text);
	qsort(ids->of_any_case, ids->count, sizeof(*ids->texts), by_text_of_any_case);
}

void fedramp_ids_release(struct fedramp_ids *ids)
{
	for (size_t i = 0; i < ids->count; i++)
		free(ids->texts[i]);
	free(ids->texts);
	free(ids->of_any_case);
	*ids = (struct fedramp_ids){0};
}

static bool is_known(const struct fedramp_ids *known, const char *id)
{
	return known && known->count > 0 &&
	       bsearch(&id, known->texts, known->count, sizeof(*known->texts), by_text);
}

/* The only known id that differs by its case alone, or NULL. */
static const char *find_any_case(const struct fedramp_ids *known, const char *id)
{
	char **found = known && known->count > 0
			       ? bsearch(&id, known->of_any_case, known->count,
					 sizeof(*known->of_any_case), by_text_of_any_case)
			       : NULL;
	size_t index = found ? (size_t)(found - known->of_any_case) : 0;

	if (!found || (index > 0 && strcasecmp(found[-1], id) == 0) ||
	    (index + 1 < known->count && strcasecmp(found[1], id) == 0))
		return NULL;
	return *found;
}

static size_t count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

/* FR, ten digits and up to two letters, in any case. */
static bool is_formed(const char *id)
{
	size_t letters = 0;

	if (strncasecmp(id, "FR", 2) != 0 || count_digits(id + 2) != ID_DIGITS)
		return false;
	for (const char *rest = id + 2 + ID_DIGITS; *rest != '\0'; rest++, letters++)
		if (!isalpha((unsigned char)*rest))
			return false;
	return letters <= ID_LETTERS_MAX;
}

static char *upper_case(const char *text)
{
	char *upper = xstrdup(text);

	for (char *letter = upper; *letter != '\0'; letter++)
		*letter = (char)toupper((unsigned char)*letter);
	return upper;
}

/* Of digits alone; oldest ids have but an F before them. NULL: nobody knows which service it is. */
static char *find_digits(const struct fedramp_ids *known, const char *digits)
{
	_cleanup_free_ char *today = xasprintf("FR%s", digits);
	_cleanup_free_ char *former = xasprintf("F%s", digits);

	if (is_known(known, today))
		return steal_pointer(today);
	if (is_known(known, former))
		return steal_pointer(former);
	return is_formed(today) ? steal_pointer(today) : NULL;
}

char *fedramp_ids_find(const struct fedramp_ids *known, const char *id)
{
	const char *other;
	char *found = NULL;

	if (is_known(known, id))
		return xstrdup(id);
	other = find_any_case(known, id);
	if (other)
		return xstrdup(other);
	if (id[0] != '\0' && count_digits(id) == strlen(id))
		found = find_digits(known, id);
	else if (is_formed(id))
		found = upper_case(id);
	return found ? found : xstrdup(id);
}

char *fedramp_ids_read(const struct fedramp_ids *known, const cJSON *value, bool *lost,
		       size_t *rewritten)
{
	_cleanup_free_ char *stated = fedramp_id(value, lost);
	char *id = stated ? fedramp_ids_find(known, stated) : NULL;

	*rewritten += id && !(cJSON_IsString(value) && strcmp(value->valuestring, id) == 0);
	return id;
}
