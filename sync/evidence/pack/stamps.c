/* Time stamps in a pack: an authority's answers (RFC 3161) that the store has of its chains. They
 * are read by OpenSSL, and nobody relies on what they say: whoever checks the pack verifies them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/ts.h>

#include "common/log.h"
#include "evidence/pack/proofs.h"
#include "util/file.h"

#define FOLDER "stamps"
#define STAMP_SIZE_MAX 65536
#define CHAIN_LENGTH (STATE_CHAIN_SIZE - 1)
#define CHAIN_BYTES (CHAIN_LENGTH / 2)

/* Whether the stamp is of that chain, which is its imprint. */
static bool is_of_chain(TS_TST_INFO *info, const char *chain)
{
	const ASN1_OCTET_STRING *imprint =
		TS_MSG_IMPRINT_get_msg(TS_TST_INFO_get_msg_imprint(info));
	char text[STATE_CHAIN_SIZE] = "";

	if (!imprint || ASN1_STRING_length(imprint) != CHAIN_BYTES)
		return false;
	for (size_t i = 0; i < CHAIN_BYTES; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", ASN1_STRING_get0_data(imprint)[i]);
	return strcmp(text, chain) == 0;
}

/* What the authority calls itself in the certificate that came along; "": nothing. */
static void read_authority(TS_RESP *answer, char *text, size_t size)
{
	STACK_OF(X509) *signers = PKCS7_get0_signers(TS_RESP_get_token(answer), NULL, 0);
	X509 *signer = signers ? sk_X509_value(signers, 0) : NULL;

	text[0] = '\0';
	if (signer && X509_NAME_get_text_by_NID(X509_get_subject_name(signer), NID_commonName, text,
						(int)size) < 0)
		text[0] = '\0';
	sk_X509_free(signers);
}

static void note(struct evidence *evidence, int64_t generation, TS_RESP *answer)
{
	const TS_TST_INFO *info = TS_RESP_get_tst_info(answer);
	struct evidence_stamp *stamp = &evidence->stamp;
	struct tm time;

	if ((stamp->generation > 0 && stamp->generation <= generation) ||
	    ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &time) != 1)
		return;
	stamp->generation = generation;
	stamp->time = (int64_t)timegm(&time) * 1000;
	read_authority(answer, stamp->authority, sizeof(stamp->authority));
}

/* Whether it is a stamp of that chain; notes the time that it states. */
static bool read_stamp(struct evidence *evidence, int64_t generation, const char *chain,
		       const struct buffer *bytes)
{
	const unsigned char *at = (const unsigned char *)bytes->bytes;
	TS_RESP *answer = bytes->length > 0 ? d2i_TS_RESP(NULL, &at, (long)bytes->length) : NULL;
	TS_TST_INFO *info = answer ? TS_RESP_get_tst_info(answer) : NULL;
	bool fits = info && is_of_chain(info, chain);

	if (fits)
		note(evidence, generation, answer);
	TS_RESP_free(answer);
	return fits;
}

static int add_stamp(struct evidence *evidence, int folder, const char *file, struct pack *pack)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	char chain[STATE_CHAIN_SIZE] = "", name[PACK_NAME_SIZE];
	char *end = NULL;
	int64_t generation = strtoll(file, &end, 10);
	int r = end != file ? proofs_find_chain(evidence, generation, chain) : 0;

	(void)snprintf(name, sizeof(name), "%lld-%s.tsr", (long long)generation, chain);
	if (r <= 0 || strcmp(name, file) != 0)
		return r;
	r = file_read_whole(folder, file, STAMP_SIZE_MAX, &bytes);
	if (r < 0 || !read_stamp(evidence, generation, chain, &bytes)) {
		log_warning("%s/" FOLDER "/%s is no time stamp of that chain, so it is left out",
			    evidence->list->store.path, file);
		return 0;
	}
	(void)snprintf(name, sizeof(name), FOLDER "/%s", file);
	pack_add(pack, name, &bytes);
	return 0;
}

int pack_add_stamps(struct evidence *evidence, struct pack *pack)
{
	_cleanup_close_ int folder =
		openat(evidence->list->store.fd, FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **entries = NULL;
	int count, r = 0;

	if (folder < 0)
		return 0;
	count = scandirat(folder, ".", &entries, NULL, alphasort);
	if (count < 0)
		return log_error_errno(-errno, "%s/" FOLDER ": %m", evidence->list->store.path);
	for (int i = 0; i < count; i++) {
		if (r == 0)
			r = add_stamp(evidence, folder, entries[i]->d_name, pack);
		free(entries[i]);
	}
	free(entries);
	return r;
}
