/* A signature in minisign's format: understood or not, it is none of ours. */
#include <errno.h>

#include "fuzz.h"
#include "mirror/minisign/minisign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char signed_text[] = "what is signed";
	struct minisign_keys keys = {.count = 1};
	struct minisign_signature signature = {0};
	char id[MINISIGN_ID_TEXT_SIZE];
	int r = minisign_parse((const char *)data, size, &signature);

	promise(r == 0 || r == -EBADMSG);
	if (r < 0)
		return 0;
	promise(strnlen(signature.comment, sizeof(signature.comment)) < sizeof(signature.comment));
	promise(!strchr(signature.comment, '\n'));
	minisign_id_text(signature.id, id);
	promise(strlen(id) < sizeof(id));
	(void)minisign_find(&keys, signature.id);
	/* No signature of a made-up key is right. */
	keys.keys[0].key[0] = 9;
	promise(!minisign_verify(&keys.keys[0], &signature, signed_text, strlen(signed_text)));
	return 0;
}
