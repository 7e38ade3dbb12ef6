/*
 * Saved pages of the ISMAP portal, HTML or JSON, from the page to the store. An
 * input is several pages, divided by SEPARATOR.
 */
#include "fuzz.h"
#include "sources/ismap/portal/folder.h"
#include "portal_base.h"
#include "rig.h"

#define SEPARATOR "\n%%%\n"
#define PAGES_MAX 8

static void add_page(struct document_set *documents, const uint8_t *data, size_t size)
{
	struct document *document = document_set_add(documents, "page");
	const struct document_kind *kind;

	document->bytes = (unsigned char *)fuzz_text(data, size);
	document->length = size;
	kind = reader_recognise(&reader_ismap, document);
	document->role = kind ? kind->role : "";
}

static void add_pages(struct document_set *documents, const uint8_t *data, size_t size)
{
	while (documents->count < PAGES_MAX) {
		const uint8_t *end = memmem(data, size, SEPARATOR, strlen(SEPARATOR));
		size_t length = end ? (size_t)(end - data) : size;

		add_page(documents, data, length);
		if (!end)
			return;
		data += length + strlen(SEPARATOR);
		size -= length + strlen(SEPARATOR);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reason reason = {.about = "fuzz"};
	const struct source_options options = {.map = NULL};
	_cleanup_document_set_ struct document_set documents = {0};
	static bool opened;
	size_t refused;
	int r;

	if (!opened)
		fuzz_store_open(&reader_ismap, portal_base);
	opened = true;
	add_pages(&documents, data, size);
	r = portal_assemble("fuzz", &documents, &options, true, &reason, &refused);
	promise(r <= 0 && (r == 0) == (reason.sentence[0] == '\0'));
	if (r < 0)
		return 0;
	/* What it made of the pages is a capture that the source reads. */
	fuzz_store_read(documents.rows[0].bytes, documents.rows[0].length);
	return 0;
}
