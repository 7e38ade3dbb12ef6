#include "stage/fingerprint.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

/* A text with its NUL, which ends it, as none holds another one (json.c). */
static void add_bytes(struct buffer *bytes, const char *text)
{
	buffer_append(bytes, text, strlen(text) + 1);
}

void fingerprint_add_text(struct buffer *bytes, const char *text)
{
	buffer_append(bytes, "s", 1);
	add_bytes(bytes, text);
}

static void add_members(struct buffer *bytes, const cJSON *value)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, value)
	{
		if (cJSON_IsObject(value)) {
			buffer_append(bytes, "k", 1);
			add_bytes(bytes, member->string);
		}
		fingerprint_add(bytes, member);
	}
	buffer_append(bytes, "]", 1);
}

void fingerprint_add(struct buffer *bytes, const cJSON *value)
{
	/* A byte for the type comes first, another than the one that ends a list of members. */
	if (cJSON_IsString(value)) {
		fingerprint_add_text(bytes, value->valuestring);
	} else if (cJSON_IsNumber(value)) {
		buffer_append(bytes, "n", 1);
		buffer_append(bytes, &value->valuedouble, sizeof(value->valuedouble));
	} else if (cJSON_IsArray(value)) {
		buffer_append(bytes, "[", 1);
		add_members(bytes, value);
	} else if (cJSON_IsObject(value)) {
		buffer_append(bytes, "{", 1);
		add_members(bytes, value);
	} else {
		buffer_append(bytes,
			      cJSON_IsTrue(value)    ? "t"
			      : cJSON_IsFalse(value) ? "f"
						     : "0",
			      1);
	}
}

int fingerprint_take(struct buffer *bytes, struct fingerprint *fingerprint)
{
	unsigned char digest[EVP_MAX_MD_SIZE];

	if (EVP_Digest(bytes->bytes, bytes->length, digest, NULL, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	memcpy(fingerprint->bytes, digest, sizeof(fingerprint->bytes));
	buffer_clear(bytes);
	return 0;
}
