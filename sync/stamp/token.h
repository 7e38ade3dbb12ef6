/*
 * Time stamps of RFC 3161. An authority signs a checksum and the time; what it is asked to sign
 * here is a generation's chain, which is a SHA-256.
 *
 * Answers are hostile: they are read by OpenSSL, within a limit, and nothing is done because of
 * what they say. Any thread may call; no two at once with the same authorities.
 */
#ifndef ISMAPFS_STAMP_TOKEN_H
#define ISMAPFS_STAMP_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/x509_vfy.h>

#include "state.h"
#include "util/reason.h"
#include "util/span.h"

#define STAMP_SIZE_MAX 65536	 /* of a request or an answer */
#define STAMP_AUTHORITY_SIZE 256 /* of a signer's name, with its NUL */

/* What an answer says. */
struct stamp {
	int64_t time;			      /* ms; 0: it can't be read */
	char authority[STAMP_AUTHORITY_SIZE]; /* whose certificate signed it, as it says */
};

enum stamp_check {
	STAMP_TRUSTED,	 /* an authority that is trusted signed it */
	STAMP_WHOLE,	 /* the certificate that came along signed it; whose that is, nobody said */
	STAMP_UNTRUSTED, /* the same, and no authority that is trusted stands behind it */
	STAMP_ALTERED,	 /* it isn't a time stamp of that chain */
};

/* Appends a request (TimeStampReq) for a chain, with a new nonce, that asks for the certificate. */
void stamp_put_request(const char *chain, struct buffer *request);

/* Whether that is a request for a chain. */
bool stamp_is_request(struct span request, const char *chain);

/*
 * Whether an answer (TimeStampResp) grants what was asked for, and the certificate in it signed
 * that. Fills in *stamp. Returns 0, or -EBADMSG with a sentence.
 */
int stamp_check_answer(struct span request, struct span answer, struct reason *reason,
		       struct stamp *stamp);

/*
 * Checks a kept answer against the chain that it should be of, as of its own time. authorities:
 * those that are trusted; NULL: none are named. Fills in *stamp as far as the answer can be read.
 */
enum stamp_check stamp_check(struct span answer, const char *chain, X509_STORE *authorities,
			     struct stamp *stamp);

/* Reads authorities from a file of certificates in PEM. NULL: there are none in it. The caller
 * frees them. */
X509_STORE *stamp_read_authorities(const char *path);

static inline void cleanup_authorities(X509_STORE **authorities)
{
	X509_STORE_free(*authorities);
}
#define _cleanup_authorities_ __attribute__((cleanup(cleanup_authorities)))

#endif
