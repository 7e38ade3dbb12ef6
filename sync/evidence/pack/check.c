/* Whether a pack is what somebody signed. */
#include <string.h>

#include "evidence/pack/pack.h"
#include "util/checksum.h"

/* A line of SHA256SUMS: a checksum, two blanks, a name. */
#define SUM_LENGTH (CHECKSUM_TEXT_SIZE - 1)
#define NAME_AT (SUM_LENGTH + 2)

/* A signature's first line, as packs have it. */
#define NO_COMMENT "untrusted comment: \n"

static int check_signature(const struct pack_file *sums, const struct pack_file *file,
			   const struct minisign_keys *keys, struct reason *reason,
			   struct minisign_signature *signature)
{
	const char *text = file->bytes.bytes ? file->bytes.bytes : "";
	const struct minisign_public *key;
	char id[MINISIGN_ID_TEXT_SIZE];

	if (minisign_parse(text, file->bytes.length, signature) < 0)
		return reason_refuse(reason, "it has no signature of minisign's kind");
	/* No signature covers that comment: it would say what anybody wrote. */
	if (strncmp(text, NO_COMMENT, strlen(NO_COMMENT)) != 0)
		return reason_refuse(reason,
				     "its signature has an untrusted comment, which nobody signed");
	key = minisign_find(keys, signature->id);
	minisign_id_text(signature->id, id);
	if (!key)
		return reason_refuse(
			reason, "it is signed with the key %s, which the given file doesn't hold",
			id);
	if (!minisign_verify(key, signature, sums->bytes.bytes, sums->bytes.length))
		return reason_refuse(
			reason,
			"its signature doesn't fit: it was changed after it was signed, or forged");
	return 0;
}

/* Checks the file that a line names. The lines are in the order of the files, but for those two
 * that have none. */
static int check_line(const struct pack_file *file, const char *line, size_t length,
		      struct reason *reason)
{
	char sum[CHECKSUM_TEXT_SIZE];

	if (length <= NAME_AT || strncmp(line + SUM_LENGTH, "  ", 2) != 0 ||
	    strlen(file->name) != length - NAME_AT ||
	    memcmp(file->name, line + NAME_AT, length - NAME_AT) != 0)
		return reason_refuse(reason,
				     "%.100s is missing, or isn't among the files that were signed",
				     file->name);
	checksum(file->bytes.bytes, file->bytes.length, sum);
	if (strncmp(sum, line, SUM_LENGTH) != 0)
		return reason_refuse(reason, "%.100s was changed after the pack was signed",
				     file->name);
	return 0;
}

static bool has_no_sum(const struct pack_file *file)
{
	return strcmp(file->name, PACK_SUMS) == 0 || strcmp(file->name, PACK_SIGNATURE) == 0;
}

static int check_sums(const struct pack *pack, const struct buffer *sums, struct reason *reason)
{
	const char *line = sums->bytes, *end = sums->bytes + sums->length;
	int r = 0;

	for (size_t i = 0; r == 0 && i < pack->count; i++) {
		const char *stop;

		if (has_no_sum(&pack->files[i]))
			continue;
		stop = memchr(line, '\n', (size_t)(end - line));
		if (!stop)
			stop = end;
		r = check_line(&pack->files[i], line, (size_t)(stop - line), reason);
		line = stop == end ? end : stop + 1;
	}
	if (r == 0 && line != end)
		return reason_refuse(reason, "files that were signed are missing");
	return r;
}

int pack_check(const struct pack *pack, const struct minisign_keys *keys, struct reason *reason,
	       struct minisign_signature *signature)
{
	const struct pack_file *sums = pack_find(pack, PACK_SUMS);
	const struct pack_file *file = pack_find(pack, PACK_SIGNATURE);
	int r;

	if (!sums || !file || sums->bytes.length == 0)
		return reason_refuse(reason,
				     "it is no pack: it has no " PACK_SUMS " with its signature");
	r = check_signature(sums, file, keys, reason, signature);
	return r < 0 ? r : check_sums(pack, &sums->bytes, reason);
}
