/*
 * What it costs to apply a publication: `apply STORE PUBLICATION` prints, tab
 * separated, the microseconds of processor time that copying the store's file
 * took, the file's bytes, the microseconds that reading, comparing and adding the
 * publication took, and how many services it changed. Nothing is published, so
 * it may be run again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "util/checksum.h"
#include "common/cleanup.h"
#include "sources/source.h"
#include "store/directory.h"
#include "common/timestamp.h"
#include "pull/update.h"

static double microseconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* NUL-terminated, as update.h wants it. */
static unsigned char *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	unsigned char *bytes = malloc(1 << 20);

	*length = file && bytes ? fread(bytes, 1, (1 << 20) - 1, file) : 0;
	if (file)
		(void)fclose(file);
	if (*length > 0)
		bytes[*length] = '\0';
	return bytes;
}

int main(int count, char **arguments)
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	_cleanup_updater_ struct updater updater = {.first = 0};
	_cleanup_free_ unsigned char *bytes = NULL;
	struct update_request request = {
		.reader = reader_find("interchange"),
		.source_name = "interchange",
		.clock = clock_read(0),
		.dates_by_clock = true,
		.loss_limit = UPDATE_LOSS_LIMIT_DEFAULT,
		.quiet = true,
	};
	struct reason reason = {.about = arguments[2]};
	struct update_result result;
	struct document list = {.role = DOCUMENT_LIST, .shape = ""};
	struct stat attributes;
	double start, opened, added;

	if (count != 3)
		return 2;
	list.bytes = bytes = read_file(arguments[2], &list.length);
	list.location = arguments[2];
	request.documents = &list;
	request.document_count = 1;
	request.reason = &reason;
	checksum(bytes, list.length, list.sha256);
	if (list.length == 0 || store_directory_open_writer(&store, arguments[1]) < 0 ||
	    fstatat(store.fd, store.current, &attributes, 0) < 0)
		return 1;
	start = microseconds();
	if (updater_open(&updater, &store) < 0)
		return 1;
	opened = microseconds();
	if (updater_add(&updater, &request, &result) < 0)
		return 1;
	added = microseconds();
	(void)printf("%.0f\t%lld\t%.0f\t%lld\n", opened - start, (long long)attributes.st_size,
		     added - opened, (long long)result.changed_services);
	return 0;
}
