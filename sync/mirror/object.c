#include "mirror/object.h"

#include <errno.h>

#include "store/publications/frame.h"

int object_pack(struct span file, struct buffer *object)
{
	if (file.length > OBJECT_FILE_SIZE_MAX)
		return -EFBIG;
	return frame_pack((struct span){0}, file, object);
}

int object_unpack(struct span object, size_t size, struct buffer *file)
{
	int r;

	if (size > OBJECT_FILE_SIZE_MAX)
		return -EFBIG;
	r = frame_unpack((struct span){0}, object, size, file);
	if (r < 0)
		return r;
	return file->length == size ? 0 : -EBADMSG;
}
