#include "sources/source.h"

#include <errno.h>
#include <string.h>

#include "common/timestamp.h"
#include "util/json.h"
#include "util/memory.h"

/* What tells a document or its time stands near the beginning or nowhere near: this much is
 * searched. */
#define SEARCHED_SIZE (256 * 1024)

#define ADDRESS_OF_REGISTRY(name) &registry_##name,
#define ADDRESS_OF_READER(name) &reader_##name,
static const struct registry *const registries[] = {REGISTRIES(ADDRESS_OF_REGISTRY) NULL};
const struct reader *const readers[] = {READERS(ADDRESS_OF_READER) NULL};

const struct word statuses_of_all[] = {
	{.word = "delisted",
	 .meaning = "was on the list, is no longer",
	 .in_force = "no",
	 .japanese = "掲載終了"},
	{.word = "unknown",
	 .meaning = "the publication does not say",
	 .in_force = "unknown",
	 .japanese = "不明"},
	{.word = NULL},
};

const struct registry *registry_find(const char *name)
{
	for (size_t i = 0; registries[i]; i++)
		if (strcmp(registries[i]->name, name) == 0)
			return registries[i];
	return NULL;
}

const struct reader *reader_find(const char *name)
{
	for (size_t i = 0; readers[i]; i++)
		if (strcmp(readers[i]->name, name) == 0)
			return readers[i];
	return NULL;
}

const struct reader *reader_find_probe(void)
{
	const struct reader *const *reader = readers;

	while (!(*reader)->probe)
		reader++;
	return *reader;
}

static void put_name(struct buffer *text, const char *name)
{
	buffer_printf(text, "%s%s", text->length > 0 ? ", " : "", name);
}

void registry_put_names(struct buffer *text)
{
	for (size_t i = 0; registries[i]; i++)
		if (registries[i]->bundled)
			put_name(text, registries[i]->name);
}

void reader_put_names(struct buffer *text)
{
	for (size_t i = 0; readers[i]; i++)
		put_name(text, readers[i]->name);
}

void reader_put_list_shapes(struct buffer *text)
{
	for (size_t i = 0; readers[i]; i++) {
		const struct document_kind *list = reader_find_kind(readers[i], DOCUMENT_LIST);
		const struct document_address *address = list ? list->addresses : NULL;

		for (; address && address->text && address->shape; address++)
			if (address != list->addresses || address[1].text)
				put_name(text, address->shape);
	}
}

static const struct word *find_word(const struct word *words, const char *word)
{
	for (; words->word; words++)
		if (strcmp(words->word, word) == 0)
			return words;
	return NULL;
}

const struct word *registry_find_status(const struct registry *registry, const char *word)
{
	const struct word *found = registry ? find_word(registry->statuses, word) : NULL;

	return found ? found : find_word(statuses_of_all, word);
}

const struct word *registry_find_word(const struct registry *registry, const char *field,
				      const char *word)
{
	return registry && registry->find_word ? registry->find_word(field, word) : NULL;
}

void publication_describe(struct publication *publication, const struct registry *registry,
			  const struct reader *reader)
{
	(void)snprintf(publication->registry, sizeof(publication->registry), "%s", registry->name);
	(void)snprintf(publication->title, sizeof(publication->title), "%s", registry->title);
	(void)snprintf(publication->title_en, sizeof(publication->title_en), "%s",
		       registry->title_en ? registry->title_en : registry->title);
	(void)snprintf(publication->time_zone, sizeof(publication->time_zone), "%s",
		       registry->time_zone);
	(void)snprintf(publication->language, sizeof(publication->language), "%s",
		       registry->language);
	buffer_text(&publication->about, reader->about);
}

unsigned char *registry_bundled(const struct registry *registry, size_t *length)
{
	unsigned char *bytes;

	if (!registry || !registry->bundled)
		return NULL;
	*length = (size_t)(registry->bundled_end - registry->bundled);
	bytes = xmalloc(*length + 1);
	memcpy(bytes, registry->bundled, *length + 1);
	return bytes;
}

int registry_stage_catalogue(const struct registry *registry, struct staging *staging,
			     struct reason *reason)
{
	struct document list = {.role = DOCUMENT_LIST};
	struct publication bundled = {
		.documents = &list,
		.document_count = 1,
		.location = "the bundled list",
		.reason = reason,
	};
	_cleanup_free_ unsigned char *bytes = registry_bundled(registry, &list.length);
	int r;

	if (!bytes)
		return 0;
	list.bytes = bytes;
	r = reader_interchange.read_catalogue(staging, &bundled);
	publication_release(&bundled);
	return r;
}

/* Finds the text that a member has where its name comes first. Returns 0 or -ENOENT. */
static int peek_text(const char *bytes, size_t length, const char *member, char text[static 64])
{
	const char *value = memmem(bytes, length, member, strlen(member)), *end = bytes + length;

	if (!value)
		return -ENOENT;
	value += strlen(member);
	while (value < end && (*value == ' ' || *value == ':'))
		value++;
	if (value >= end || *value++ != '"')
		return -ENOENT;
	(void)snprintf(text, 64, "%.*s", (int)(end - value < 63 ? end - value : 63), value);
	text[strcspn(text, "\"")] = '\0';
	return 0;
}

int document_peek(const struct document_kind *kind, const void *bytes, size_t length,
		  int64_t *instant)
{
	char text[64], zone[64];
	int64_t day;

	if (!kind->time_member)
		return -ENOENT;
	if (length > SEARCHED_SIZE)
		length = SEARCHED_SIZE;
	if (peek_text(bytes, length, kind->time_member, text) < 0)
		return -ENOENT;
	/* A day alone begins in the registry's zone, which the document states. */
	if (day_parse(text, &day) == 0 && peek_text(bytes, length, "\"time_zone\"", zone) == 0) {
		*instant = day_begins(zone, day);
		return 0;
	}
	return kind->parse_time(text, instant);
}

const struct document_kind *reader_find_kind(const struct reader *reader, const char *role)
{
	for (const struct document_kind *kind = reader->documents; kind->role; kind++)
		if (strcmp(kind->role, role) == 0)
			return kind;
	return NULL;
}

const struct document_kind *reader_recognise(const struct reader *reader, struct document *document)
{
	for (const struct document_kind *kind = reader->documents; kind->role; kind++) {
		document->shape = kind->recognise(document);
		if (document->shape)
			return kind;
	}
	document->shape = "";
	return NULL;
}

const struct reader *reader_find_by_content(const struct document *document)
{
	struct document unknown = {.bytes = document->bytes, .length = document->length};
	const struct reader *reader = NULL;

	for (size_t i = 0; readers[i] && !reader; i++)
		if (!readers[i]->takes_any && reader_recognise(readers[i], &unknown))
			reader = readers[i];
	cJSON_Delete(unknown.tree);
	return reader;
}

const char *document_recognise_by_text(const struct document *document, const char *text,
				       const char *shape)
{
	size_t length = document->length < SEARCHED_SIZE ? document->length : SEARCHED_SIZE;

	return memmem(document->bytes, length, text, strlen(text)) ? shape : NULL;
}
