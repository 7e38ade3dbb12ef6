/* A mirror's head.json, which nobody has verified yet. */
#include "fuzz.h"
#include "mirror/head.h"

static void check_sum(const char *sha256)
{
	promise(strlen(sha256) == CHECKSUM_TEXT_SIZE - 1);
	promise(strspn(sha256, "0123456789abcdef") == strlen(sha256));
}

static void check_object(const struct head_file *object)
{
	char path[HEAD_PATH_SIZE];

	check_sum(object->sha256);
	head_object_path(object->sha256, path);
	promise(path[0] != '/' && !strstr(path, ".."));
}

static void check(const struct head *head)
{
	const struct head_file *object;
	char comment[HEAD_COMMENT_SIZE];
	size_t objects = 0;

	promise(strlen(head->registry) < sizeof(head->registry));
	promise(strlen(head->uuid) < sizeof(head->uuid));
	promise(head->generation > 0 && head->delta_count <= HEAD_DELTAS_MAX);
	check_sum(head->file.sha256);
	for (; (object = head_object(head, objects)); objects++)
		check_object(object);
	promise(objects == head->delta_count + 1);
	head_comment(head, comment);
	promise(strlen(comment) < sizeof(comment) && !strchr(comment, '\n'));
}

static int parse(const char *bytes, size_t length, struct head *head)
{
	_cleanup_free_ char *copy = fuzz_text((const uint8_t *)bytes, length);
	struct reason reason = {.about = "fuzz"};
	int r = head_parse((unsigned char *)copy, length, &reason, head);

	promise(r == 0 || (r == -EBADMSG && reason.refused));
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_buffer_ struct buffer first = {0}, second = {0};
	struct head head = {0}, again = {0};

	if (parse((const char *)data, size, &head) < 0)
		return 0;
	check(&head);
	/* What is printed is understood, and is the same. */
	head_print(&head, &first);
	promise(parse(first.bytes, first.length, &again) == 0);
	head_print(&again, &second);
	promise(first.length == second.length &&
		memcmp(first.bytes, second.bytes, first.length) == 0);
	return 0;
}
