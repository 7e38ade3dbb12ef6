#include "store/digest_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Not the functions that replace these: their first use allocates 4,800 times, and OpenSSL crashes
 * when one of 49 of them fails. These allocate nothing. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "common/cleanup.h"
#include "digest.h"
#include "store.h"

#define PIECE_SIZE (256 * 1024)

static void print(const unsigned char bytes[static SHA256_DIGEST_LENGTH],
		  char text[static DIGEST_TEXT_SIZE])
{
	for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* Reads all of a file, and computes its size and checksum. */
static int digest_file(int fd, int64_t *size, char text[static DIGEST_TEXT_SIZE])
{
	_cleanup_free_ char *piece = malloc(PIECE_SIZE);
	unsigned char bytes[SHA256_DIGEST_LENGTH];
	SHA256_CTX sum;
	ssize_t length;

	if (!piece)
		return -ENOMEM;
	(void)SHA256_Init(&sum);
	*size = 0;
	while ((length = read(fd, piece, PIECE_SIZE)) > 0) {
		*size += length;
		(void)SHA256_Update(&sum, piece, (size_t)length);
	}
	if (length < 0)
		return -errno;
	(void)SHA256_Final(bytes, &sum);
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
