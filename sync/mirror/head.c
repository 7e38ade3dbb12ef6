#include "mirror/head.h"

#include <errno.h>
#include <string.h>

#include "state.h"
#include "util/json.h"
#include "common/timestamp.h"

/* 2^53: every JSON parser reads numbers up to here exactly. */
#define NUMBER_MAX 9007199254740992.0

void head_object_path(const char *sha256, char path[static HEAD_PATH_SIZE])
{
	(void)snprintf(path, HEAD_PATH_SIZE, "objects/%.64s", sha256);
}

void head_signature_path(const char *sha256, char path[static HEAD_PATH_SIZE])
{
	(void)snprintf(path, HEAD_PATH_SIZE, "signatures/%.64s.minisig", sha256);
}

void head_comment(const struct head *head, char comment[static HEAD_COMMENT_SIZE])
{
	char published[TIMESTAMP_TEXT_SIZE];

	timestamp_format(head->published, published);
	(void)snprintf(comment, HEAD_COMMENT_SIZE,
		       "ismapfs registry:%s generation:%lld published:%s", head->registry,
		       (long long)head->generation, published);
}

const struct head_file *head_object(const struct head *head, size_t number)
{
	if (number == 0)
		return &head->object;
	return number <= head->delta_count ? &head->deltas[number - 1].object : NULL;
}

static void print_time(struct buffer *text, const char *name, int64_t instant)
{
	char time[TIMESTAMP_TEXT_SIZE];

	timestamp_format(instant, time);
	buffer_printf(text, "  \"%s\": \"%s\",\n", name, time);
}

static void print_file(struct buffer *text, const char *name, const struct head_file *file)
{
	buffer_printf(text, "\"%s\": {\"sha256\": \"%s\", \"size\": %zu}", name, file->sha256,
		      file->size);
}

void head_print(const struct head *head, struct buffer *text)
{
	buffer_printf(text,
		      "{\n  \"format\": \"" HEAD_FORMAT
		      "\",\n  \"version\": %d,\n  \"schema\": %lld,\n  \"registry\": ",
		      HEAD_VERSION, (long long)head->schema);
	buffer_json_string(text, head->registry);
	buffer_text(text, ",\n  \"uuid\": ");
	buffer_json_string(text, head->uuid);
	buffer_printf(text, ",\n  \"generation\": %lld,\n  \"chain\": \"%s\",\n",
		      (long long)head->generation, head->chain);
	print_time(text, "published", head->published);
	print_time(text, "expires", head->expires);
	if (head->checked > 0)
		print_time(text, "checked", head->checked);
	if (head->held_until > 0)
		print_time(text, "held-until", head->held_until);
	if (head->list_published > 0)
		print_time(text, "list-published", head->list_published);
	if (head->list_limit > 0)
		buffer_printf(text, "  \"list-limit\": %lld,\n",
			      (long long)(head->list_limit / 1000));
	buffer_text(text, "  ");
	print_file(text, "file", &head->file);
	buffer_text(text, ",\n  ");
	print_file(text, "object", &head->object);
	buffer_text(text, ",\n  \"deltas\": [");
	for (size_t i = 0; i < head->delta_count; i++) {
		buffer_text(text, i > 0 ? ",\n    {" : "\n    {");
		print_file(text, "from", &head->deltas[i].from);
		buffer_text(text, ", ");
		print_file(text, "object", &head->deltas[i].object);
		buffer_text(text, "}");
	}
	buffer_text(text, head->delta_count > 0 ? "\n  ]\n}\n" : "]\n}\n");
}

/* A head that is being read. */
struct reading {
	const cJSON *root;
	const char *lacking; /* the first member that isn't what it must be, or NULL */
};

static void lacks(struct reading *reading, const char *name)
{
	if (!reading->lacking)
		reading->lacking = name;
}

static double read_number(struct reading *reading, const cJSON *object, const char *name)
{
	const cJSON *member = json_member(object, name);

	if (cJSON_IsNumber(member) && member->valuedouble >= 0 &&
	    member->valuedouble <= NUMBER_MAX &&
	    member->valuedouble == (double)(int64_t)member->valuedouble)
		return member->valuedouble;
	lacks(reading, name);
	return 0;
}

/* A word that is safe in messages and in the signature's comment. */
static void read_word(struct reading *reading, const char *name, char *text, size_t size)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	const char *value = json_text(reading->root, name);

	if (value[0] == '\0' || strlen(value) >= size || strspn(value, letters) != strlen(value))
		lacks(reading, name);
	else
		(void)snprintf(text, size, "%s", value);
}

static int64_t read_time(struct reading *reading, const char *name)
{
	int64_t instant = 0;

	if (timestamp_parse(json_text(reading->root, name), "UTC", &instant) < 0 || instant <= 0)
		lacks(reading, name);
	return instant;
}

static int64_t read_limit(struct reading *reading)
{
	double seconds = read_number(reading, reading->root, "list-limit");

	if (seconds <= (double)(STATE_TIME_MAX / 1000))
		return (int64_t)seconds * 1000;
	lacks(reading, "list-limit");
	return 0;
}

static bool take_checksum(const char *text, char checksum[static CHECKSUM_TEXT_SIZE])
{
	if (strlen(text) != CHECKSUM_TEXT_SIZE - 1 ||
	    strspn(text, "0123456789abcdef") != CHECKSUM_TEXT_SIZE - 1)
		return false;
	memcpy(checksum, text, CHECKSUM_TEXT_SIZE);
	return true;
}

static void read_file(struct reading *reading, const cJSON *object, const char *name,
		      struct head_file *file)
{
	const cJSON *member = json_member(object, name);

	if (!take_checksum(json_text(member, "sha256"), file->sha256))
		lacks(reading, name);
	file->size = (size_t)read_number(reading, member, "size");
}

static void read_deltas(struct reading *reading, struct head *head)
{
	const cJSON *deltas = json_member(reading->root, "deltas"), *delta;

	if (!cJSON_IsArray(deltas))
		lacks(reading, "deltas");
	cJSON_ArrayForEach(delta, deltas)
	{
		/* More than we would follow: a mirror that far behind takes the whole object. */
		if (head->delta_count == HEAD_DELTAS_MAX)
			break;
		read_file(reading, delta, "from", &head->deltas[head->delta_count].from);
		read_file(reading, delta, "object", &head->deltas[head->delta_count].object);
		head->delta_count++;
	}
}

int head_parse(unsigned char *bytes, size_t length, struct reason *reason, struct head *head)
{
	_cleanup_json_ cJSON *root = NULL;
	struct reading reading = {0};
	int r = json_parse(bytes, length, reason, &root);

	*head = (struct head){0};
	/* Another parser must not find another head in it. */
	if (r == 0)
		r = json_refuse_repeated_within(reason, root);
	if (r < 0)
		return r;
	reading.root = root;
	if (strcmp(json_text(root, "format"), HEAD_FORMAT) != 0)
		return reason_refuse(reason, "it is not a head of ismap-sync publish");
	if (read_number(&reading, root, "version") != HEAD_VERSION)
		return reason_refuse(
			reason,
			"it is of another version of ismapfs; use that one, or a newer one");
	head->schema = (int64_t)read_number(&reading, root, "schema");
	head->generation = (int64_t)read_number(&reading, root, "generation");
	if (head->generation < 1)
		lacks(&reading, "generation");
	if (!take_checksum(json_text(root, "chain"), head->chain))
		lacks(&reading, "chain");
	read_word(&reading, "registry", head->registry, sizeof(head->registry));
	read_word(&reading, "uuid", head->uuid, sizeof(head->uuid));
	head->published = read_time(&reading, "published");
	head->expires = read_time(&reading, "expires");
	if (json_member(root, "checked"))
		head->checked = read_time(&reading, "checked");
	if (json_member(root, "held-until"))
		head->held_until = read_time(&reading, "held-until");
	if (json_member(root, "list-published"))
		head->list_published = read_time(&reading, "list-published");
	if (json_member(root, "list-limit"))
		head->list_limit = read_limit(&reading);
	read_file(&reading, root, "file", &head->file);
	read_file(&reading, root, "object", &head->object);
	read_deltas(&reading, head);
	if (reading.lacking)
		return reason_refuse(reason, "its member '%s' is missing or makes no sense",
				     reading.lacking);
	return 0;
}
