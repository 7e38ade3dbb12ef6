#include "mirror/minisign/minisign_key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>

#include "common/cleanup.h"
#include "util/file.h"
#include "common/log.h"
#include "util/memory.h"

/* A secret key file's block, and where its parts are. */
#define SECRET_BLOCK_SIZE 158
#define SECRET_KDF 2
#define SECRET_CHECKSUM_KIND 4
#define SECRET_ID 54
#define SECRET_KEY 62

#define COMMENT "untrusted comment:"

/* A key without a password has no checksum, but its second half follows from its first. */
static bool is_whole(const struct minisign_secret *secret)
{
	unsigned char seed[crypto_sign_SEEDBYTES], public_key[MINISIGN_PUBLIC_SIZE];
	unsigned char again[MINISIGN_SECRET_SIZE];
	bool same;

	(void)crypto_sign_ed25519_sk_to_seed(seed, secret->key);
	(void)crypto_sign_seed_keypair(public_key, again, seed);
	same = sodium_memcmp(again, secret->key, sizeof(again)) == 0;
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(again, sizeof(again));
	return same;
}

/* Writes and syncs a new file; never writes over an old one. */
static int write_new(const char *path, mode_t mode, const char *text)
{
	_cleanup_close_ int fd =
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	int r;

	if (fd < 0 && errno == EEXIST)
		return log_error_errno(
			-EEXIST,
			"%s exists already and is left as it is; a key is never written over",
			path);
	if (fd < 0)
		return log_error_errno(-errno, "%s can't be made: %m", path);
	r = file_write_all(fd, text, strlen(text));
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0)
		return 0;
	(void)unlink(path);
	return log_error_errno(r, "%s can't be written: %m", path);
}

static int write_public(const char *path, const struct minisign_public *key)
{
	char id[MINISIGN_ID_TEXT_SIZE], text[MINISIGN_PUBLIC_TEXT_SIZE], file[256];

	minisign_id_text(key->id, id);
	minisign_public_text(key, text);
	(void)snprintf(file, sizeof(file), "untrusted comment: minisign public key %s\n%s\n", id,
		       text);
	return write_new(path, 0644, file);
}

static int write_secret(const char *path, const struct minisign_secret *secret)
{
	unsigned char block[SECRET_BLOCK_SIZE] = "Ed";
	char encoded[sodium_base64_ENCODED_LEN(SECRET_BLOCK_SIZE, sodium_base64_VARIANT_ORIGINAL)];
	char file[sizeof(encoded) + 100];
	int r;

	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): two letters, as the format has them
	 */
	block[SECRET_CHECKSUM_KIND] = 'B';
	block[SECRET_CHECKSUM_KIND + 1] = '2';
	memcpy(block + SECRET_ID, secret->id, sizeof(secret->id));
	memcpy(block + SECRET_KEY, secret->key, sizeof(secret->key));
	(void)sodium_bin2base64(encoded, sizeof(encoded), block, sizeof(block),
				sodium_base64_VARIANT_ORIGINAL);
	(void)snprintf(file, sizeof(file),
		       "untrusted comment: minisign secret key without a password\n%s\n", encoded);
	r = write_new(path, 0600, file);
	sodium_memzero(block, sizeof(block));
	sodium_memzero(encoded, sizeof(encoded));
	sodium_memzero(file, sizeof(file));
	return r;
}

int minisign_generate(const char *path, struct minisign_public *made)
{
	_cleanup_minisign_secret_ struct minisign_secret secret;
	_cleanup_free_ char *public_path = NULL;
	unsigned char public_key[MINISIGN_PUBLIC_SIZE];
	int r;

	if (sodium_init() < 0)
		return log_error_errno(-ENOSYS, "libsodium doesn't start");
	public_path = xasprintf("%s.pub", path);
	(void)crypto_sign_keypair(public_key, secret.key);
	randombytes_buf(secret.id, sizeof(secret.id));
	*made = minisign_public_of(&secret);
	/* The public half first: if only one can be written, it is the harmless one. */
	r = write_public(public_path, made);
	if (r < 0)
		return r;
	r = write_secret(path, &secret);
	if (r < 0)
		(void)unlink(public_path);
	return r;
}

/* Reads a small file whole and puts a NUL behind it. */
static int read_key_file(const char *path, char text[static MINISIGN_FILE_SIZE_MAX],
			 struct stat *attributes)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t length;

	if (fd < 0 || fstat(fd, attributes) < 0)
		return log_error_errno(-errno, "the key file %s can't be read: %m", path);
	if (!S_ISREG(attributes->st_mode))
		return log_error_errno(-EINVAL, "%s is not a file", path);
	length = read(fd, text, MINISIGN_FILE_SIZE_MAX - 1);
	if (length < 0)
		return log_error_errno(-errno, "the key file %s can't be read: %m", path);
	text[length] = '\0';
	return 0;
}

/* The next line that is neither empty nor a comment, or NULL. Takes *text apart. */
static const char *next_block(char **text)
{
	const char *line;

	while ((line = strsep(text, "\r\n")))
		if (line[0] != '\0' && strncmp(line, COMMENT, strlen(COMMENT)) != 0)
			return line;
	return NULL;
}

static bool decode_block(const char *line, unsigned char *block, size_t size)
{
	size_t length = 0;

	return line &&
	       sodium_base642bin(block, size, line, strlen(line), NULL, &length, NULL,
				 sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       length == size && memcmp(block, "Ed", 2) == 0;
}

static int parse_secret(const char *path, char *text, struct minisign_secret *secret)
{
	unsigned char block[SECRET_BLOCK_SIZE];
	int r = 0;

	if (!decode_block(next_block(&text), block, sizeof(block)) ||
	    memcmp(block + SECRET_CHECKSUM_KIND, "B2", 2) != 0)
		return log_error_errno(-EBADMSG,
				       "%s is not a secret key; make one with 'ismap-sync keygen'",
				       path);
	if (memcmp(block + SECRET_KDF, "\0\0", 2) != 0)
		return log_error_errno(
			-EPERM,
			"the key %s has a password, which can't be entered here; make one with 'ismap-sync keygen'",
			path);
	memcpy(secret->id, block + SECRET_ID, sizeof(secret->id));
	memcpy(secret->key, block + SECRET_KEY, sizeof(secret->key));
	if (!is_whole(secret))
		r = log_error_errno(-EBADMSG, "the key file %s is damaged", path);
	sodium_memzero(block, sizeof(block));
	return r;
}

int minisign_read_secret(const char *path, struct minisign_secret *secret)
{
	char text[MINISIGN_FILE_SIZE_MAX];
	struct stat attributes = {0};
	int r;

	if (sodium_init() < 0)
		return log_error_errno(-ENOSYS, "libsodium doesn't start");
	r = read_key_file(path, text, &attributes);
	if (r < 0)
		return r;
	if ((attributes.st_mode & 077) != 0)
		r = log_error_errno(
			-EPERM,
			"other users may read the key %s (mode %04o), so it may not be secret any more; make a new one, or use 'chmod 600' if no other user has read it",
			path, (unsigned)attributes.st_mode & 07777);
	else
		r = parse_secret(path, text, secret);
	sodium_memzero(text, sizeof(text));
	return r;
}

int minisign_parse_public(const char *text, struct minisign_public *key)
{
	unsigned char block[2 + MINISIGN_ID_SIZE + MINISIGN_PUBLIC_SIZE];

	if (!decode_block(text, block, sizeof(block)))
		return -EBADMSG;
	memcpy(key->id, block + 2, sizeof(key->id));
	memcpy(key->key, block + 2 + MINISIGN_ID_SIZE, sizeof(key->key));
	return 0;
}

int minisign_read_public(const char *path, struct minisign_keys *keys)
{
	char text[MINISIGN_FILE_SIZE_MAX], *position;
	struct stat attributes;
	const char *line;
	int r = read_key_file(path, text, &attributes);

	keys->count = 0;
	if (r < 0)
		return r;
	position = foreign_skip_mark(text);
	while ((line = next_block(&position)) && keys->count < MINISIGN_KEYS_MAX) {
		if (minisign_parse_public(line, &keys->keys[keys->count]) < 0)
			break;
		keys->count++;
	}
	if (line || keys->count == 0)
		return log_error_errno(
			-EBADMSG,
			"%s is not a public key of minisign's kind; give the FILE.pub that 'ismap-sync keygen' made",
			path);
	return 0;
}
