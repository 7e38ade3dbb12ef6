#include "mirror/kept_head.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "util/file.h"
#include "common/log.h"

/*
 * The head and its signature are one file, so that they always belong together:
 * the signature, which has four lines, then the head.
 */
#define KEPT STORE_MIRROR "/head"
#define KEPT_TEMPORARY STORE_MIRROR "/head.new"

int kept_head_write(const struct store_directory *store, struct span head_text,
		    struct span signature)
{
	_cleanup_buffer_ struct buffer kept = {0};
	int r = mkdirat(store->fd, STORE_MIRROR, 0755) < 0 && errno != EEXIST ? -errno : 0;

	buffer_append(&kept, signature.bytes, signature.length);
	buffer_append(&kept, head_text.bytes, head_text.length);
	if (r == 0)
		r = file_write_whole(store->fd, KEPT_TEMPORARY, kept.bytes, kept.length);
	if (r == 0 && renameat(store->fd, KEPT_TEMPORARY, store->fd, KEPT) < 0)
		r = -errno;
	return r < 0 ? log_error_errno(r, "%s/" KEPT ": cannot write: %m", store->path) : 0;
}
