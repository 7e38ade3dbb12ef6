#include "kernel/ops.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/statvfs.h>

#include "common/cleanup.h"
#include "inode.h"
#include "kernel/attributes.h"
#include "kernel/prefetch.h"
#include "kernel/readdir.h"
#include "kernel/workers.h"
#include "tree/content.h"
#include "tree/tree.h"

static void op_init(void *userdata, struct fuse_conn_info *connection)
{
	struct driver *driver = userdata;
	/* AUTO would list a directory's second half without attributes. Splicing costs more than it
	 * saves, since requests are short. */
	const unsigned unwanted = FUSE_CAP_READDIRPLUS_AUTO | FUSE_CAP_SPLICE_READ |
				  FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE;
	/* AUTO_INVAL_DATA: a changed mtime makes the kernel drop the directory's listing, also when
	 * it had no entry for the announced name. */
	const unsigned wanted = FUSE_CAP_READDIRPLUS | FUSE_CAP_CACHE_SYMLINKS |
				FUSE_CAP_EXPORT_SUPPORT | FUSE_CAP_PARALLEL_DIROPS |
				FUSE_CAP_AUTO_INVAL_DATA | FUSE_CAP_ASYNC_READ;

	connection->want &= ~unwanted;
	connection->want |= connection->capable & wanted;
	connection->time_gran = 1;
	connection->max_write = WORKERS_REQUEST_MAX;
	driver->opens_nothing = connection->capable & FUSE_CAP_NO_OPEN_SUPPORT;
	driver->opens_no_directory = connection->capable & FUSE_CAP_NO_OPENDIR_SUPPORT;
	if (driver->on_ready)
		driver->on_ready(driver->on_ready_context);
}

static int lookup(struct driver *driver, fuse_ino_t parent, const char *name, struct node *node)
{
	_cleanup_view_ struct view view = {0};
	struct directory directory;
	int r;

	r = view_open(&driver->views, 0, parent, &view);
	if (r < 0)
		return r;
	/* For an NFS file handle the kernel looks up "." in any inode. */
	if (strcmp(name, ".") == 0)
		return tree_node(&view, parent, node);
	if (!inode_to_directory(parent, &directory))
		return -ENOTDIR;
	return tree_lookup(&view, &directory, name, node);
}

static void op_lookup(fuse_req_t request, fuse_ino_t parent, const char *name)
{
	struct driver *driver = fuse_req_userdata(request);
	struct fuse_entry_param entry = {0};
	struct node node = {0};
	int r;

	count(&driver->counters, COUNTER_LOOKUP);
	r = lookup(driver, parent, name, &node);
	/* Inode 0: the kernel caches that there is no such name, until it is announced. */
	if (r == -ENOENT && node.lifetime > 0) {
		entry.entry_timeout = node_name_lifetime(&node);
		(void)fuse_reply_entry(request, &entry);
		return;
	}
	if (r < 0) {
		(void)fuse_reply_err(request, -r);
		return;
	}
	entry_of_node(driver, &node, &entry);
	(void)fuse_reply_entry(request, &entry);
	prefetch_named(driver->prefetch, node.inode);
}

static void op_forget(fuse_req_t request, fuse_ino_t inode, uint64_t times)
{
	struct driver *driver = fuse_req_userdata(request);

	(void)inode;
	(void)times;
	count(&driver->counters, COUNTER_FORGET);
	fuse_reply_none(request);
}

static void op_forget_multi(fuse_req_t request, size_t times, struct fuse_forget_data *forgets)
{
	struct driver *driver = fuse_req_userdata(request);

	(void)times;
	(void)forgets;
	count(&driver->counters, COUNTER_FORGET);
	fuse_reply_none(request);
}

/* The handlers below ask older snapshots for what the current one doesn't have any more: a process
 * may have an old document or directory open. */
static int node_by_number(struct driver *driver, unsigned age, fuse_ino_t inode, struct node *node)
{
	_cleanup_view_ struct view view = {0};
	int r = view_open(&driver->views, age, inode, &view);

	return r < 0 ? r : tree_node(&view, inode, node);
}

static void op_getattr(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *file)
{
	struct driver *driver = fuse_req_userdata(request);
	struct stat attributes;
	struct node node;
	int r = -ESTALE;

	(void)file;
	count(&driver->counters, COUNTER_GETATTR);
	for (unsigned age = 0; r == -ESTALE && age < VIEWS_SNAPSHOT_COUNT; age++)
		r = node_by_number(driver, age, inode, &node);
	if (r < 0) {
		(void)fuse_reply_err(request, -r);
		return;
	}
	attributes_of_node(driver, &node, &attributes);
	(void)fuse_reply_attr(request, &attributes, node.lifetime);
}

static int link_path(struct driver *driver, unsigned age, fuse_ino_t inode,
		     char path[static PATH_MAX])
{
	_cleanup_view_ struct view view = {0};
	int r = view_open(&driver->views, age, inode, &view);

	return r < 0 ? r : content_link(&view, inode, path);
}

static void op_readlink(fuse_req_t request, fuse_ino_t inode)
{
	struct driver *driver = fuse_req_userdata(request);
	char path[PATH_MAX];
	int r = -ESTALE;

	count(&driver->counters, COUNTER_READLINK);
	for (unsigned age = 0; r == -ESTALE && age < VIEWS_SNAPSHOT_COUNT; age++)
		r = link_path(driver, age, inode, path);
	if (r < 0)
		(void)fuse_reply_err(request, -r);
	else
		(void)fuse_reply_readlink(request, path);
}

/* ENOSYS tells the kernel to send no more OPEN requests. A kernel that doesn't support that must be
 * told at each opening that its cached pages are valid: content never changes behind an inode
 * number.
 */
static void op_open(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *file)
{
	struct driver *driver = fuse_req_userdata(request);

	(void)inode;
	count(&driver->counters, COUNTER_OPEN);
	if (driver->opens_nothing) {
		(void)fuse_reply_err(request, ENOSYS);
		return;
	}
	file->keep_cache = 1;
	(void)fuse_reply_open(request, file);
}

static void op_opendir(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *file)
{
	struct driver *driver = fuse_req_userdata(request);

	(void)inode;
	count(&driver->counters, COUNTER_OPENDIR);
	if (driver->opens_no_directory) {
		(void)fuse_reply_err(request, ENOSYS);
		return;
	}
	file->keep_cache = 1;
	file->cache_readdir = 1;
	(void)fuse_reply_open(request, file);
}

static int read_at(struct driver *driver, unsigned age, fuse_ino_t inode, uint64_t offset,
		   size_t size, char **bytes, size_t *length)
{
	_cleanup_view_ struct view view = {0};
	int r = view_open(&driver->views, age, inode, &view);

	return r < 0 ? r : content_read(&view, inode, offset, size, bytes, length);
}

static void op_read(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset,
		    struct fuse_file_info *file)
{
	struct driver *driver = fuse_req_userdata(request);
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0;
	int r = -ESTALE;

	(void)file;
	count(&driver->counters, COUNTER_READ);
	prefetch_asked(driver->prefetch, inode);
	for (unsigned age = 0; r == -ESTALE && age < VIEWS_SNAPSHOT_COUNT; age++)
		r = read_at(driver, age, inode, (uint64_t)offset, size, &bytes, &length);
	if (r < 0) {
		(void)fuse_reply_err(request, -r);
		return;
	}
	(void)fuse_reply_buf(request, bytes, length);
	prefetch_read(driver->prefetch, inode);
}

/* The size and the free space are those of the file system that the store is in: the list grows
 * there, and who watches for full file systems is told of one that is. None are 0, which other
 * programs divide by. */
static struct statvfs measure(const struct snapshot *snapshot)
{
	struct statvfs answer = {0};

	if (fstatvfs(snapshot->store_fd, &answer) < 0 || answer.f_blocks == 0)
		answer = (struct statvfs){.f_bsize = 4096, .f_frsize = 4096, .f_blocks = 1};
	/* Some file systems have no limit: there, each file takes a block. */
	if (answer.f_files == 0)
		answer.f_ffree = answer.f_bfree;
	answer.f_favail = answer.f_ffree;
	answer.f_files = snapshot->rows + answer.f_ffree;
	answer.f_namemax = STORE_NAME_MAX;
	answer.f_flag = ST_RDONLY;
	return answer;
}

static void op_statfs(fuse_req_t request, fuse_ino_t inode)
{
	struct driver *driver = fuse_req_userdata(request);
	_cleanup_snapshot_ struct snapshot *snapshot = views_snapshot(&driver->views);
	const struct statvfs answer = measure(snapshot);

	(void)inode;
	count(&driver->counters, COUNTER_STATFS);
	(void)fuse_reply_statfs(request, &answer);
}

/* libfuse answers other requests with ENOSYS, and the kernel doesn't send them again: extended
 * attributes, locks, flush, fsync. */
const struct fuse_lowlevel_ops ops = {
	.init = op_init,
	.lookup = op_lookup,
	.forget = op_forget,
	.forget_multi = op_forget_multi,
	.getattr = op_getattr,
	.readlink = op_readlink,
	.open = op_open,
	.read = op_read,
	.opendir = op_opendir,
	.readdir = op_readdir,
	.readdirplus = op_readdirplus,
	.statfs = op_statfs,
};
