#include "mirror/minisign/minisign.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

#define UNTRUSTED "untrusted comment: "
#define TRUSTED "trusted comment: "

/* An algorithm, an id, a signature: a signature file has them in base64. */
#define SIGNATURE_BLOCK_SIZE (2 + MINISIGN_ID_SIZE + MINISIGN_SIGNATURE_SIZE)

static bool start_sodium(void)
{
	return sodium_init() >= 0;
}

void minisign_forget(struct minisign_secret *secret)
{
	sodium_memzero(secret, sizeof(*secret));
}

struct minisign_public minisign_public_of(const struct minisign_secret *secret)
{
	struct minisign_public key;

	memcpy(key.id, secret->id, sizeof(key.id));
	memcpy(key.key, secret->key + MINISIGN_SECRET_SIZE - MINISIGN_PUBLIC_SIZE, sizeof(key.key));
	return key;
}

void minisign_public_text(const struct minisign_public *key,
			  char text[static MINISIGN_PUBLIC_TEXT_SIZE])
{
	unsigned char block[2 + MINISIGN_ID_SIZE + MINISIGN_PUBLIC_SIZE] = "Ed";

	memcpy(block + 2, key->id, sizeof(key->id));
	memcpy(block + 2 + MINISIGN_ID_SIZE, key->key, sizeof(key->key));
	(void)sodium_bin2base64(text, MINISIGN_PUBLIC_TEXT_SIZE, block, sizeof(block),
				sodium_base64_VARIANT_ORIGINAL);
}

/* minisign prints the id as a number, its lowest byte first in the file. */
void minisign_id_text(const unsigned char id[static MINISIGN_ID_SIZE],
		      char text[static MINISIGN_ID_TEXT_SIZE])
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < MINISIGN_ID_SIZE; i++) {
		text[2 * i] = digits[id[MINISIGN_ID_SIZE - 1 - i] >> 4];
		text[2 * i + 1] = digits[id[MINISIGN_ID_SIZE - 1 - i] & 0xf];
	}
	text[MINISIGN_ID_TEXT_SIZE - 1] = '\0';
}

const struct minisign_public *minisign_find(const struct minisign_keys *keys,
					    const unsigned char id[static MINISIGN_ID_SIZE])
{
	for (size_t i = 0; i < keys->count; i++)
		if (memcmp(keys->keys[i].id, id, MINISIGN_ID_SIZE) == 0)
			return &keys->keys[i];
	return NULL;
}

/* What the second signature covers: the first one, and the comment. */
static size_t
join_global(const unsigned char signature[static MINISIGN_SIGNATURE_SIZE], const char *comment,
	    unsigned char joined[static MINISIGN_SIGNATURE_SIZE + MINISIGN_COMMENT_SIZE])
{
	size_t length = strnlen(comment, MINISIGN_COMMENT_SIZE - 1);

	memcpy(joined, signature, MINISIGN_SIGNATURE_SIZE);
	memcpy(joined + MINISIGN_SIGNATURE_SIZE, comment, length);
	return MINISIGN_SIGNATURE_SIZE + length;
}

static void print_base64(struct buffer *text, const unsigned char *bytes, size_t length)
{
	char encoded[sodium_base64_ENCODED_LEN(SIGNATURE_BLOCK_SIZE,
					       sodium_base64_VARIANT_ORIGINAL)];

	(void)sodium_bin2base64(encoded, sizeof(encoded), bytes, length,
				sodium_base64_VARIANT_ORIGINAL);
	buffer_printf(text, "%s\n", encoded);
}

int minisign_sign(const struct minisign_secret *secret, const void *bytes, size_t length,
		  const char *comment, struct buffer *text)
{
	unsigned char hash[crypto_generichash_BYTES_MAX], block[SIGNATURE_BLOCK_SIZE] = "ED";
	unsigned char joined[MINISIGN_SIGNATURE_SIZE + MINISIGN_COMMENT_SIZE];
	unsigned char global[MINISIGN_SIGNATURE_SIZE];
	unsigned char *signature = block + 2 + MINISIGN_ID_SIZE;
	char id[MINISIGN_ID_TEXT_SIZE];

	if (!start_sodium())
		return -ENOSYS;
	memcpy(block + 2, secret->id, MINISIGN_ID_SIZE);
	(void)crypto_generichash(hash, sizeof(hash), bytes, length, NULL, 0);
	(void)crypto_sign_detached(signature, NULL, hash, sizeof(hash), secret->key);
	(void)crypto_sign_detached(global, NULL, joined, join_global(signature, comment, joined),
				   secret->key);
	minisign_id_text(secret->id, id);
	buffer_printf(text, UNTRUSTED "signature of ismap-sync with key %s\n", id);
	print_base64(text, block, sizeof(block));
	buffer_printf(text, TRUSTED "%s\n", comment);
	print_base64(text, global, sizeof(global));
	return 0;
}

/* The next line, at most size - 1 bytes of it, into line. False when there is none that fits. */
static bool next_line(const char **text, const char *end, char *line, size_t size)
{
	const char *stop = memchr(*text, '\n', (size_t)(end - *text));
	size_t length = (size_t)((stop ? stop : end) - *text);

	if (*text == end || length >= size || memchr(*text, '\0', length))
		return false;
	memcpy(line, *text, length);
	if (length > 0 && line[length - 1] == '\r')
		length--;
	line[length] = '\0';
	*text = stop ? stop + 1 : end;
	return true;
}

static bool parse_base64(const char *line, unsigned char *bytes, size_t length)
{
	size_t decoded = 0;

	return sodium_base642bin(bytes, length, line, strlen(line), NULL, &decoded, NULL,
				 sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       decoded == length;
}

int minisign_parse(const char *text, size_t length, struct minisign_signature *signature)
{
	char line[MINISIGN_COMMENT_SIZE + sizeof(TRUSTED)];
	unsigned char block[SIGNATURE_BLOCK_SIZE];
	const char *end = text + length;

	if (!next_line(&text, end, line, sizeof(line)) ||
	    strncmp(line, UNTRUSTED, strlen(UNTRUSTED)) != 0 ||
	    !next_line(&text, end, line, sizeof(line)) ||
	    !parse_base64(line, block, sizeof(block)) || memcmp(block, "ED", 2) != 0)
		return -EBADMSG;
	memcpy(signature->id, block + 2, MINISIGN_ID_SIZE);
	memcpy(signature->bytes, block + 2 + MINISIGN_ID_SIZE, MINISIGN_SIGNATURE_SIZE);
	if (!next_line(&text, end, line, sizeof(line)) ||
	    strncmp(line, TRUSTED, strlen(TRUSTED)) != 0 ||
	    strlen(line) - strlen(TRUSTED) >= MINISIGN_COMMENT_SIZE)
		return -EBADMSG;
	memcpy(signature->comment, line + strlen(TRUSTED), strlen(line) - strlen(TRUSTED) + 1);
	if (!next_line(&text, end, line, sizeof(line)) ||
	    !parse_base64(line, signature->global, sizeof(signature->global)))
		return -EBADMSG;
	return text == end && end[-1] == '\n' ? 0 : -EBADMSG;
}

bool minisign_verify(const struct minisign_public *key, const struct minisign_signature *signature,
		     const void *bytes, size_t length)
{
	unsigned char hash[crypto_generichash_BYTES_MAX];
	unsigned char joined[MINISIGN_SIGNATURE_SIZE + MINISIGN_COMMENT_SIZE];
	size_t joined_length = join_global(signature->bytes, signature->comment, joined);

	if (!start_sodium())
		return false;
	(void)crypto_generichash(hash, sizeof(hash), bytes, length, NULL, 0);
	return crypto_sign_verify_detached(signature->bytes, hash, sizeof(hash), key->key) == 0 &&
	       crypto_sign_verify_detached(signature->global, joined, joined_length, key->key) == 0;
}
