#include "stamp/token.h"

#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/ts.h>
#include <sodium.h>

#include "common/messages.h"
#include "util/memory.h"

#define CHAIN_BYTES 32
#define QUOTED_SIZE_MAX 200 /* of what an authority says, in a sentence */

static inline void cleanup_request(TS_REQ **request)
{
	TS_REQ_free(*request);
}

static inline void cleanup_answer(TS_RESP **answer)
{
	TS_RESP_free(*answer);
}

static inline void cleanup_certificate(X509 **certificate)
{
	X509_free(*certificate);
}

static inline void cleanup_stream(BIO **stream)
{
	(void)BIO_free(*stream);
}

/* OpenSSL keeps a list of what went wrong; the next who looks shall not find ours. */
static inline void forget_errors(const int *unused)
{
	(void)unused;
	ERR_clear_error();
}

#define _cleanup_request_ __attribute__((cleanup(cleanup_request)))
#define _cleanup_answer_ __attribute__((cleanup(cleanup_answer)))
#define _cleanup_certificate_ __attribute__((cleanup(cleanup_certificate)))
#define _cleanup_stream_ __attribute__((cleanup(cleanup_stream)))
#define _forget_errors_ __attribute__((cleanup(forget_errors), unused))

static void chain_bytes(const char *chain, unsigned char bytes[static CHAIN_BYTES])
{
	for (int i = 0; i < CHAIN_BYTES; i++) {
		const char pair[3] = {chain[2 * i], chain[2 * i + 1], '\0'};

		bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
}

/* What every step needs memory for alone. */
static void must(bool done)
{
	if (!done)
		out_of_memory();
}

static void put_imprint(TS_REQ *request, const char *chain)
{
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	unsigned char bytes[CHAIN_BYTES];

	chain_bytes(chain, bytes);
	must(imprint && algorithm &&
	     X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
	     TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1 &&
	     TS_MSG_IMPRINT_set_msg(imprint, bytes, CHAIN_BYTES) == 1 &&
	     TS_REQ_set_msg_imprint(request, imprint) == 1);
	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(imprint);
}

static void put_nonce(TS_REQ *request)
{
	ASN1_INTEGER *nonce = ASN1_INTEGER_new();
	uint64_t number;

	randombytes_buf(&number, sizeof(number));
	must(nonce && ASN1_INTEGER_set_uint64(nonce, number) == 1 &&
	     TS_REQ_set_nonce(request, nonce) == 1);
	ASN1_INTEGER_free(nonce);
}

void stamp_put_request(const char *chain, struct buffer *request)
{
	_forget_errors_ int errors = 0;
	_cleanup_request_ TS_REQ *made = TS_REQ_new();
	unsigned char *bytes = NULL;
	int length;

	must(made && TS_REQ_set_version(made, 1) == 1 && TS_REQ_set_cert_req(made, 1) == 1);
	put_imprint(made, chain);
	put_nonce(made);
	length = i2d_TS_REQ(made, &bytes);
	must(length > 0);
	buffer_append(request, (const char *)bytes, (size_t)length);
	OPENSSL_free(bytes);
}

/* NULL: it makes no sense, or more follows. */
static TS_REQ *parse_request(struct span bytes)
{
	const unsigned char *position = bytes.bytes;
	_cleanup_request_ TS_REQ *request = NULL;

	if (bytes.length == 0 || bytes.length > STAMP_SIZE_MAX)
		return NULL;
	request = d2i_TS_REQ(NULL, &position, (long)bytes.length);
	if (!request || position != (const unsigned char *)bytes.bytes + bytes.length)
		return NULL;
	return steal_pointer(request);
}

static TS_RESP *parse_answer(struct span bytes)
{
	const unsigned char *position = bytes.bytes;
	_cleanup_answer_ TS_RESP *answer = NULL;

	if (bytes.length == 0 || bytes.length > STAMP_SIZE_MAX)
		return NULL;
	answer = d2i_TS_RESP(NULL, &position, (long)bytes.length);
	if (!answer || position != (const unsigned char *)bytes.bytes + bytes.length)
		return NULL;
	return steal_pointer(answer);
}

static bool is_of_chain(TS_MSG_IMPRINT *imprint, const char *chain)
{
	unsigned char bytes[CHAIN_BYTES];
	const ASN1_OBJECT *algorithm;
	const ASN1_OCTET_STRING *digest;

	if (!imprint)
		return false;
	chain_bytes(chain, bytes);
	X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	digest = TS_MSG_IMPRINT_get_msg(imprint);
	return OBJ_obj2nid(algorithm) == NID_sha256 && ASN1_STRING_length(digest) == CHAIN_BYTES &&
	       memcmp(ASN1_STRING_get0_data(digest), bytes, CHAIN_BYTES) == 0;
}

bool stamp_is_request(struct span request, const char *chain)
{
	_forget_errors_ int errors = 0;
	_cleanup_request_ TS_REQ *parsed = parse_request(request);

	return parsed && TS_REQ_get_nonce(parsed) &&
	       is_of_chain(TS_REQ_get_msg_imprint(parsed), chain);
}

/* ms; 0: it is no time of ours. */
static int64_t time_of(TS_TST_INFO *info)
{
	const ASN1_GENERALIZEDTIME *stated = TS_TST_INFO_get_time(info);
	struct tm time = {.tm_year = 0};
	int64_t seconds;

	if (!stated || ASN1_TIME_to_tm(stated, &time) != 1)
		return 0;
	seconds = timegm(&time);
	return seconds <= 0 || seconds > STATE_TIME_MAX / 1000 ? 0 : seconds * 1000;
}

/* The common name; where there is none, the whole subject. */
static void read_name(X509 *certificate, char text[static STAMP_AUTHORITY_SIZE])
{
	const X509_NAME *subject = X509_get_subject_name(certificate);
	int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	_cleanup_stream_ BIO *stream = BIO_new(BIO_s_mem());
	int length;

	must(stream);
	if (index >= 0)
		(void)ASN1_STRING_print_ex(
			stream, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)),
			ASN1_STRFLGS_UTF8_CONVERT);
	else
		(void)X509_NAME_print_ex(stream, subject, 0,
					 XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	length = BIO_read(stream, text, STAMP_AUTHORITY_SIZE - 1);
	text[length > 0 ? length : 0] = '\0';
}

/* The certificates that came along, each trusted by itself. */
static X509_STORE *own_certificates(const PKCS7 *token)
{
	X509_STORE *store = X509_STORE_new();
	const STACK_OF(X509) *certificates = token->d.sign->cert;

	must(store && X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) == 1);
	for (int i = 0; i < sk_X509_num(certificates); i++)
		(void)X509_STORE_add_cert(store, sk_X509_value(certificates, i));
	return store;
}

/* Whether a certificate for time stamps, which was valid at the stamp's time and is trusted, signed
 * it. */
static bool is_signed(PKCS7 *token, X509_STORE *trusted, struct stamp *stamp)
{
	_cleanup_certificate_ X509 *signer = NULL;

	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(trusted), stamp->time / 1000);
	if (TS_RESP_verify_signature(token, NULL, trusted, &signer) != 1)
		return false;
	read_name(signer, stamp->authority);
	return true;
}

static bool is_signed_by_own(PKCS7 *token, struct stamp *stamp)
{
	_cleanup_authorities_ X509_STORE *own = NULL;

	if (!PKCS7_type_is_signed(token) || !token->d.sign || stamp->time == 0)
		return false;
	own = own_certificates(token);
	return is_signed(token, own, stamp);
}

/* Says what an authority that grants nothing says. */
static int refuse_status(TS_STATUS_INFO *status, long code, struct reason *reason)
{
	const STACK_OF(ASN1_UTF8STRING) *texts = TS_STATUS_INFO_get0_text(status);
	const ASN1_UTF8STRING *text =
		sk_ASN1_UTF8STRING_num(texts) > 0 ? sk_ASN1_UTF8STRING_value(texts, 0) : NULL;
	int length = text ? ASN1_STRING_length(text) : 0;

	if (length <= 0)
		return reason_refuse(reason, "it grants no time stamp (status %ld)", code);
	return reason_refuse(reason, "it grants no time stamp (status %ld): '%.*s'", code,
			     length < QUOTED_SIZE_MAX ? length : QUOTED_SIZE_MAX,
			     (const char *)ASN1_STRING_get0_data(text));
}

static int check_status(TS_RESP *answer, struct reason *reason)
{
	TS_STATUS_INFO *status = TS_RESP_get_status_info(answer);
	long code = status ? ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status)) : -1;

	if (code != TS_STATUS_GRANTED && code != TS_STATUS_GRANTED_WITH_MODS)
		return status ? refuse_status(status, code, reason)
			      : reason_refuse(reason, "its answer is no time stamp");
	if (!TS_RESP_get_token(answer) || !TS_RESP_get_tst_info(answer))
		return reason_refuse(reason, "its answer is no time stamp");
	return 0;
}

static bool is_same_imprint(TS_MSG_IMPRINT *left, TS_MSG_IMPRINT *right)
{
	return left && right &&
	       X509_ALGOR_cmp(TS_MSG_IMPRINT_get_algo(left), TS_MSG_IMPRINT_get_algo(right)) == 0 &&
	       ASN1_OCTET_STRING_cmp(TS_MSG_IMPRINT_get_msg(left), TS_MSG_IMPRINT_get_msg(right)) ==
		       0;
}

int stamp_check_answer(struct span request, struct span answer, struct reason *reason,
		       struct stamp *stamp)
{
	_forget_errors_ int errors = 0;
	_cleanup_request_ TS_REQ *asked = parse_request(request);
	_cleanup_answer_ TS_RESP *answered = parse_answer(answer);
	TS_TST_INFO *info;
	int r;

	*stamp = (struct stamp){.time = 0};
	if (!asked || !answered)
		return reason_refuse(reason, "its answer is no time stamp");
	r = check_status(answered, reason);
	if (r < 0)
		return r;
	info = TS_RESP_get_tst_info(answered);
	if (!is_same_imprint(TS_REQ_get_msg_imprint(asked), TS_TST_INFO_get_msg_imprint(info)))
		return reason_refuse(reason, "its time stamp is of another checksum");
	if (!TS_TST_INFO_get_nonce(info) ||
	    ASN1_INTEGER_cmp(TS_REQ_get_nonce(asked), TS_TST_INFO_get_nonce(info)) != 0)
		return reason_refuse(reason, "its time stamp is of another request");
	stamp->time = time_of(info);
	if (!is_signed_by_own(TS_RESP_get_token(answered), stamp))
		return reason_refuse(
			reason,
			"its time stamp isn't signed with a certificate that came along, is for time stamps and was valid then");
	return 0;
}

enum stamp_check stamp_check(struct span answer, const char *chain, X509_STORE *authorities,
			     struct stamp *stamp)
{
	_forget_errors_ int errors = 0;
	_cleanup_answer_ TS_RESP *parsed = parse_answer(answer);
	TS_TST_INFO *info = parsed ? TS_RESP_get_tst_info(parsed) : NULL;
	PKCS7 *token = info ? TS_RESP_get_token(parsed) : NULL;

	*stamp = (struct stamp){.time = 0};
	if (!token)
		return STAMP_ALTERED;
	stamp->time = time_of(info);
	if (!is_of_chain(TS_TST_INFO_get_msg_imprint(info), chain) ||
	    !is_signed_by_own(token, stamp))
		return STAMP_ALTERED;
	if (!authorities)
		return STAMP_WHOLE;
	return is_signed(token, authorities, stamp) ? STAMP_TRUSTED : STAMP_UNTRUSTED;
}

X509_STORE *stamp_read_authorities(const char *path)
{
	_forget_errors_ int errors = 0;
	_cleanup_authorities_ X509_STORE *store = X509_STORE_new();

	must(store);
	return X509_STORE_load_file(store, path) == 1 ? steal_pointer(store) : NULL;
}
