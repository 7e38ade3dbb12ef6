#include "util/checksum.h"

#include <openssl/evp.h>

#include "util/memory.h"

struct checksum_sum *checksum_begin(void)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
		out_of_memory();
	return (struct checksum_sum *)context;
}

void checksum_add(struct checksum_sum *sum, const void *bytes, size_t length)
{
	if (EVP_DigestUpdate((EVP_MD_CTX *)sum, bytes, length) != 1)
		out_of_memory();
}

void checksum_end(struct checksum_sum *sum, char text[static CHECKSUM_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	if (EVP_DigestFinal_ex((EVP_MD_CTX *)sum, digest, &length) != 1 ||
	    length * 2 + 1 != CHECKSUM_TEXT_SIZE)
		out_of_memory();
	EVP_MD_CTX_free((EVP_MD_CTX *)sum);
	for (unsigned i = 0; i < length; i++) {
		text[2 * i] = digits[digest[i] >> 4];
		text[2 * i + 1] = digits[digest[i] & 0xf];
	}
	text[CHECKSUM_TEXT_SIZE - 1] = '\0';
}

void checksum(const void *bytes, size_t length, char text[static CHECKSUM_TEXT_SIZE])
{
	struct checksum_sum *sum = checksum_begin();

	checksum_add(sum, bytes, length);
	checksum_end(sum, text);
}
