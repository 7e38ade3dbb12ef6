#include "util/checksum.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "common/cleanup.h"
#include "util/memory.h"

#define READ_SIZE 65536

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

int checksum_file(int directory_fd, const char *name, int64_t *size,
		  char text[static CHECKSUM_TEXT_SIZE])
{
	/* Opening a pipe would wait for a writer. */
	_cleanup_close_ int fd =
		openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct checksum_sum *sum;
	char piece[READ_SIZE];
	ssize_t length;
	int error;

	if (fd < 0)
		return -errno;
	sum = checksum_begin();
	*size = 0;
	while ((length = read(fd, piece, sizeof(piece))) != 0) {
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			break;
		checksum_add(sum, piece, (size_t)length);
		*size += length;
	}
	error = length < 0 ? -errno : 0;
	checksum_end(sum, text);
	return error;
}
