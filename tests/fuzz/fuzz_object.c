/* A mirror's objects: a packed file, and a delta against a base that isn't even a database. */
#include <errno.h>

#include "fuzz.h"
#include "mirror/delta.h"
#include "mirror/object.h"

#define SIZE_MAX_HERE 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char base[] =
		"SQLite format 3\0 a base that is no database, of some length to refer to: 0123456789 0123456789 0123456789";
	_cleanup_buffer_ struct buffer whole = {0}, applied = {0};
	struct span input = {data, size}, ground = {base, sizeof(base)};
	int r = object_unpack(input, SIZE_MAX_HERE, &whole);

	promise(r == 0 || r == -EBADMSG || r == -EFBIG);
	promise(r < 0 || whole.length == SIZE_MAX_HERE);
	r = delta_apply(ground, input, SIZE_MAX_HERE, &applied);
	promise(r == 0 || r == -EBADMSG || r == -EFBIG);
	promise(r < 0 || applied.length == SIZE_MAX_HERE);
	return 0;
}
