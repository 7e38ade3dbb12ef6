#include "util/checksum.h"

#include <openssl/evp.h>

#include "util/memory.h"

void checksum(const void *bytes, size_t length, char text[static CHECKSUM_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned digest_length = 0;

	if (EVP_Digest(bytes, length, digest, &digest_length, EVP_sha256(), NULL) != 1 ||
	    digest_length * 2 + 1 != CHECKSUM_TEXT_SIZE)
		out_of_memory();
	for (unsigned i = 0; i < digest_length; i++) {
		text[2 * i] = digits[digest[i] >> 4];
		text[2 * i + 1] = digits[digest[i] & 0xf];
	}
	text[CHECKSUM_TEXT_SIZE - 1] = '\0';
}
