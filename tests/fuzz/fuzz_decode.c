/* Bytes that claim to be gzip, xz or zstd: never more than the limit, and on error untouched. */
#include <errno.h>

#include "fetch/decode.h"
#include "fuzz.h"

#define LIMIT 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_buffer_ struct buffer buffer = {0};
	struct reason reason = {.about = "fuzz"};
	int r = append_within(&buffer, data, size, LIMIT);

	if (r < 0)
		return 0;
	r = decode(&buffer, LIMIT, "fuzz", &reason);
	promise(r >= 0 || reason.sentence[0] != '\0');
	promise(r == 0 || r == 1 || r == -EFBIG || r == -EBADMSG || r == -EOPNOTSUPP);
	promise(buffer.length <= LIMIT);
	if (r != 1) {
		promise(buffer.length == size);
		promise(size == 0 || memcmp(buffer.bytes, data, size) == 0);
	}
	return 0;
}
