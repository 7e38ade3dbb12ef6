#include "store/digest_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "common/cleanup.h"
#include "digest.h"
#include "store.h"

#define PIECE_SIZE (256 * 1024)
#define SHA256_SIZE 32

static void free_sum(EVP_MD_CTX **sum)
{
	EVP_MD_CTX_free(*sum);
}

static void print(const unsigned char bytes[static SHA256_SIZE], char text[static DIGEST_TEXT_SIZE])
{
	for (size_t i = 0; i < SHA256_SIZE; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* Reads all of a file, and computes its size and checksum. */
static int digest_file(int fd, int64_t *size, char text[static DIGEST_TEXT_SIZE])
{
	__attribute__((cleanup(free_sum))) EVP_MD_CTX *sum = EVP_MD_CTX_new();
	_cleanup_free_ char *piece = malloc(PIECE_SIZE);
	unsigned char bytes[EVP_MAX_MD_SIZE];
	ssize_t length;

	if (!sum || !piece || EVP_DigestInit_ex(sum, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	*size = 0;
	while ((length = read(fd, piece, PIECE_SIZE)) > 0) {
		*size += length;
		if (EVP_DigestUpdate(sum, piece, (size_t)length) != 1)
			return -ENOMEM;
	}
	if (length < 0)
		return -errno;
	if (EVP_DigestFinal_ex(sum, bytes, NULL) != 1)
		return -ENOMEM;
	print(bytes, text);
	return 0;
}

int digest_check(int store_fd, const char *path)
{
	int64_t generation = strtoll(path + strlen(STORE_GENERATIONS "/"), NULL, 10), size;
	_cleanup_close_ int fd = -1;
	char text[DIGEST_TEXT_SIZE];
	struct digest digest;
	int r = digests_find(store_fd, generation, &digest);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	fd = store_open_file(store_fd, path);
	if (fd < 0)
		return fd;
	r = digest_file(fd, &size, text);
	if (r < 0)
		return r;
	return size == digest.size && strcmp(text, digest.sha256) == 0 ? 0 : -EKEYREJECTED;
}
