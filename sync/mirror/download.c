#include "mirror/download.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "util/memory.h"

int download_file(const struct download *download, const char *name, size_t size_max,
		  struct fetch_result *result)
{
	const char *head = download->head.text, *slash = strrchr(head, '/');
	int length = slash ? (int)(slash + 1 - head) : 0;
	_cleanup_free_ char *text = xasprintf("%.*s%s", length, head, name);
	struct fetch_request request = {
		.location = {.kind = download->head.kind, .text = text},
		.size_max = size_max,
		.packed = true,
		.only_files = true,
		.reason = download->reason,
	};

	return ask_until_answered(download->network, &request, result);
}

int download_object(const struct download *download, const struct head_file *object,
		    struct fetch_result *result)
{
	struct reason *reason = download->reason;
	char path[HEAD_PATH_SIZE];
	int r;

	head_object_path(object->sha256, path);
	r = download_file(download, path, object->size, result);
	if (r == -EFBIG)
		return reason_refuse(
			reason,
			"the object %s is larger than the %zu bytes that the head states: it was exchanged or added to",
			object->sha256, object->size);
	if (r == -EBADMSG)
		return reason_refuse(reason, "%s", reason->sentence);
	if (r < 0)
		return r;
	if (result->length < object->size)
		return reason_refuse(reason, "the object %s is cut off: %zu of %zu bytes came",
				     object->sha256, result->length, object->size);
	if (strcmp(result->sha256, object->sha256) != 0)
		return reason_refuse(
			reason,
			"the object %s isn't what its name says: it was changed or exchanged",
			object->sha256);
	return 0;
}
