/*
 * Saved pages of the ISMAP portal, HTML or JSON, from the page to the store. An
 * input is several files, divided by SEPARATOR; one that begins with `<` is HTML.
 */
#include <unistd.h>

#include "fuzz.h"
#include "sources/ismap/portal/folder.h"
#include "portal_base.h"
#include "rig.h"

#define SEPARATOR "\n%%%\n"
#define FILES_MAX 8

static char folder[] = "/dev/shm/ismapfs-fuzz.XXXXXX";

static void remove_folder(void)
{
	(void)rmdir(folder);
}

static const char *file_name(int number, const uint8_t *bytes, size_t size)
{
	static char name[sizeof(folder) + 16];

	(void)snprintf(name, sizeof(name), "%s/%d.%s", folder, number,
		       size > 0 && bytes[0] == '<' ? "html" : "json");
	return name;
}

/* Writes the files, or removes them again. */
static void each_file(const uint8_t *data, size_t size, bool write)
{
	for (int number = 0; number < FILES_MAX; number++) {
		const uint8_t *end = memmem(data, size, SEPARATOR, strlen(SEPARATOR));
		size_t length = end ? (size_t)(end - data) : size;
		const char *name = file_name(number, data, length);

		if (write) {
			FILE *file = fopen(name, "we");

			promise(file && fwrite(data, 1, length, file) == length);
			promise(fclose(file) == 0);
		} else {
			promise(unlink(name) == 0);
		}
		if (!end)
			return;
		data += length + strlen(SEPARATOR);
		size -= length + strlen(SEPARATOR);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reason reason = {.about = folder};
	const struct source_options options = {.map = NULL};
	const struct network network = {.quiet = true};
	const struct fetch_request request = {.location = {.kind = LOCATION_FOLDER, .text = folder},
					      .reason = &reason};
	_cleanup_fetch_result_ struct fetch_result result = {0};
	static bool opened;
	int r;

	if (!opened) {
		fuzz_store_open(&reader_ismap, portal_base);
		promise(mkdtemp(folder) && atexit(remove_folder) == 0);
	}
	opened = true;
	each_file(data, size, true);
	r = portal_read_folder(&network, &request, &options, &result);
	each_file(data, size, false);
	promise(r <= 0 && (r == 0) == (reason.sentence[0] == '\0'));
	if (r < 0)
		return 0;
	/* What it made of the pages is a capture that the source reads. */
	promise(result.length > 0);
	fuzz_store_read(result.bytes, result.length);
	return 0;
}
