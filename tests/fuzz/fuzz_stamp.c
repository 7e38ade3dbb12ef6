/* What an authority of time stamps answers: of a chain that nobody stamped, it is none. */
#include <errno.h>

#include "fuzz.h"
#include "stamp/token.h"
#include "util/buffer.h"

/* The corpus' answer is of the other one. */
#define CHAIN "0000000000000000000000000000000000000000000000000000000000000000"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_buffer_ struct buffer request = {0};
	const struct span answer = {.bytes = (const char *)data, .length = size};
	struct reason reason = {.about = "fuzz"};
	struct stamp stamp = {0};

	promise(stamp_check(answer, CHAIN, NULL, &stamp) == STAMP_ALTERED);
	promise(memchr(stamp.authority, '\0', sizeof(stamp.authority)));
	(void)stamp_is_request(answer, CHAIN);
	stamp_put_request(CHAIN, &request);
	promise(stamp_is_request((struct span){request.bytes, request.length}, CHAIN));
	/* Its nonce is new, so no answer that was made before is one to it. */
	promise(stamp_check_answer((struct span){request.bytes, request.length}, answer, &reason,
				   &stamp) == -EBADMSG);
	return 0;
}
