/*
 * Saved pages of the ISMAP portal, HTML or JSON, from the page to the store. An
 * input is several pages, divided by SEPARATOR; one that begins with `<` is HTML.
 */
#include "fuzz.h"
#include "portal_base.h"
#include "rig.h"
#include "sources/ismap/portal/folder.h"
#include "util/memory.h"

#define SEPARATOR "\n%%%\n"
#define PAGES_MAX 8

static void add_page(struct document_set *pages, const uint8_t *bytes, size_t length)
{
	_cleanup_free_ char *name = xasprintf("%zu", pages->count);
	unsigned char *copy = xmalloc(length + 1);
	const char *shape;
	struct document *page;

	memcpy(copy, bytes, length);
	copy[length] = '\0';
	shape = portal_page_recognise(copy, length);
	/* A file that isn't a page is refused before pages are put together. */
	if (!shape) {
		free(copy);
		return;
	}
	page = document_set_add(pages, name);
	page->role = PORTAL_PAGE_ROLE;
	page->shape = shape;
	page->bytes = copy;
	page->length = length;
}

static void split(struct document_set *pages, const uint8_t *data, size_t size)
{
	for (int number = 0; number < PAGES_MAX; number++) {
		const uint8_t *end = memmem(data, size, SEPARATOR, strlen(SEPARATOR));
		size_t length = end ? (size_t)(end - data) : size;

		add_page(pages, data, length);
		if (!end)
			return;
		data += length + strlen(SEPARATOR);
		size -= length + strlen(SEPARATOR);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reason reason = {.about = "folder"};
	const struct source_options options = {.map = NULL};
	_cleanup_document_set_ struct document_set pages = {0};
	size_t refused = 0;
	static bool opened;
	int r;

	if (!opened)
		fuzz_store_open(&reader_ismap, portal_base);
	opened = true;
	split(&pages, data, size);
	if (pages.count == 0)
		return 0;
	r = portal_assemble("folder", &pages, &options, true, &reason, &refused);
	promise(r <= 0 && (r == 0) == (reason.sentence[0] == '\0'));
	if (r < 0)
		return 0;
	/* What it made of the pages is a capture that the source reads. */
	promise(pages.count == 1 && pages.rows[0].length > 0);
	fuzz_store_read(pages.rows[0].bytes, pages.rows[0].length);
	return 0;
}
