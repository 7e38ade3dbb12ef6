#include "kernel/readdir.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <linux/fuse.h>

#include "common/cleanup.h"
#include "inode.h"
#include "kernel/attributes.h"
#include "kernel/prefetch.h"
#include "tree/listing.h"

/* The kernel asks for up to a megabyte; less makes the first entries arrive sooner. */
#define READDIR_SIZE_MAX 131072

struct filling {
	fuse_req_t request;
	const struct driver *driver;
	char *buffer;
	size_t size;
	size_t used;
	bool with_attributes;
	bool full;
	char *last;	/* the last entry that was added; NULL: none */
	bool cacheable; /* the kernel may cache the names: they are of the current snapshot */
};

static bool fill(void *context, const struct listing_entry *entry)
{
	struct filling *filling = context;
	char *end = filling->buffer + filling->used;
	size_t room = filling->size - filling->used;
	struct fuse_entry_param parameters;
	size_t needed;

	entry_of_node(filling->driver, &entry->node, &parameters);
	/* Inode 0 with attributes: the kernel lists the entry but caches no name. */
	if (entry->dots || !filling->cacheable)
		parameters.ino = 0;
	if (filling->with_attributes)
		needed = fuse_add_direntry_plus(filling->request, end, room, entry->name,
						&parameters, (off_t)entry->offset);
	else
		needed = fuse_add_direntry(filling->request, end, room, entry->name,
					   &parameters.attr, (off_t)entry->offset);
	if (needed > room) {
		filling->full = true;
		return false;
	}
	filling->last = end;
	filling->used += needed;
	return true;
}

/* Gives the last entry the offset of the end. libfuse writes entries as in linux/fuse.h. */
static void mark_end(const struct filling *filling)
{
	const uint64_t offset = LISTING_OFFSET_END;

	memcpy(filling->last + (filling->with_attributes
					? offsetof(struct fuse_direntplus, dirent.off)
					: offsetof(struct fuse_dirent, off)),
	       &offset, sizeof(offset));
}

/* Whether a listing must go on in the snapshot that it began in, or may in any. */
enum continuation {
	CONTINUE_OWN,
	CONTINUE_ANY,
};

static int fill_from(struct views *views, unsigned age, enum continuation continuation,
		     fuse_ino_t inode, uint64_t offset, struct filling *filling)
{
	_cleanup_view_ struct view view = {0};
	struct directory directory;
	int r;

	if (!inode_to_directory(inode, &directory))
		return -ENOTDIR;
	r = view_open(views, age, inode, &view);
	if (r < 0)
		return r;
	if (continuation == CONTINUE_OWN && offset != 0 &&
	    !listing_offset_is_of(offset, view.snapshot->generation))
		return -ESTALE;
	filling->cacheable = age == 0;
	filling->used = 0;
	filling->last = NULL;
	filling->full = false;
	r = listing_run(&view, &directory, offset, fill, filling);
	if (r == 0 && !filling->full && filling->last)
		mark_end(filling);
	return r;
}

static int fill_from_any(struct views *views, fuse_ino_t inode, uint64_t offset,
			 struct filling *filling)
{
	int r = -ESTALE;

	for (unsigned age = 0; r == -ESTALE && age < VIEWS_SNAPSHOT_COUNT; age++)
		r = fill_from(views, age, CONTINUE_OWN, inode, offset, filling);
	/* Its snapshot is closed. Ids only grow, so the current one has the right place too. */
	if (r == -ESTALE && offset != 0)
		r = fill_from(views, 0, CONTINUE_ANY, inode, offset, filling);
	return r;
}

static void list(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset,
		 bool with_attributes)
{
	struct driver *driver = fuse_req_userdata(request);
	_cleanup_free_ char *buffer = NULL;
	struct filling filling = {
		.request = request,
		.driver = driver,
		.size = size < READDIR_SIZE_MAX ? size : READDIR_SIZE_MAX,
		.with_attributes = with_attributes,
	};
	int r;

	if ((uint64_t)offset == LISTING_OFFSET_END) {
		(void)fuse_reply_buf(request, NULL, 0);
		if (with_attributes)
			prefetch_listed(driver->prefetch, inode);
		return;
	}
	buffer = malloc(filling.size + 1);
	filling.buffer = buffer;
	r = buffer ? fill_from_any(&driver->views, inode, (uint64_t)offset, &filling) : -ENOMEM;
	if (r < 0) {
		(void)fuse_reply_err(request, -r);
		return;
	}
	(void)fuse_reply_buf(request, buffer, filling.used);
	if (with_attributes && offset == 0)
		prefetch_begun(driver->prefetch, inode);
}

void op_readdir(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset,
		struct fuse_file_info *file)
{
	struct driver *driver = fuse_req_userdata(request);

	(void)file;
	count(&driver->counters, COUNTER_READDIR);
	list(request, inode, size, offset, false);
}

void op_readdirplus(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset,
		    struct fuse_file_info *file)
{
	struct driver *driver = fuse_req_userdata(request);

	(void)file;
	count(&driver->counters, COUNTER_READDIRPLUS);
	list(request, inode, size, offset, true);
}
