#include "handlers.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/fuse.h>

#include "common/cleanup.h"
#include "kernel/ops.h"

#define REQUEST_MAX 4096

/* What libfuse would write to /dev/fuse. */
static ssize_t handlers_take(int fd, struct iovec *parts, int count, void *userdata)
{
	struct handlers *handlers = userdata;
	struct fuse_out_header header = {0};
	size_t total = 0;

	(void)fd;
	memcpy(&header, parts[0].iov_base, sizeof(header));
	handlers->messages++;
	handlers->error = header.error;
	handlers->length = 0;
	for (int i = 0; i < count; i++) {
		total += parts[i].iov_len;
		if (i == 0)
			continue;
		if (handlers->length + parts[i].iov_len > sizeof(handlers->reply))
			return -1;
		memcpy(handlers->reply + handlers->length, parts[i].iov_base, parts[i].iov_len);
		handlers->length += parts[i].iov_len;
	}
	return (ssize_t)total;
}

/* libfuse wants one; requests are handed to it without. */
static ssize_t no_read(int fd, void *bytes, size_t length, void *userdata)
{
	(void)fd;
	(void)bytes;
	(void)length;
	(void)userdata;
	return 0;
}

int handlers_call(struct handlers *handlers, uint32_t opcode, uint64_t inode, const void *argument,
		  size_t length)
{
	_Alignas(8) char request[REQUEST_MAX];
	struct fuse_in_header header = {
		.len = (uint32_t)(sizeof(header) + length),
		.opcode = opcode,
		.unique = ++handlers->unique,
		.nodeid = inode,
	};
	struct fuse_buf buffer = {.size = header.len, .mem = request};

	if (header.len > sizeof(request))
		return -E2BIG;
	memcpy(request, &header, sizeof(header));
	memcpy(request + sizeof(header), argument, length);
	handlers->error = -ENODATA;
	fuse_session_process_buf(handlers->session, &buffer);
	return handlers->error;
}

static int greet(struct handlers *handlers)
{
	const struct fuse_init_in greeting = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = 131072,
		.flags = FUSE_DO_READDIRPLUS | FUSE_NO_OPEN_SUPPORT | FUSE_NO_OPENDIR_SUPPORT |
			 FUSE_PARALLEL_DIROPS | FUSE_CACHE_SYMLINKS | FUSE_EXPORT_SUPPORT,
	};

	return handlers_call(handlers, FUSE_INIT, 0, &greeting, sizeof(greeting));
}

int handlers_open(struct handlers *handlers, const char *store)
{
	static const struct fuse_custom_io io = {.writev = handlers_take, .read = no_read};
	struct fuse_args arguments = FUSE_ARGS_INIT(0, NULL);
	int r;

	memset(handlers, 0, sizeof(*handlers));
	handlers->store_fd = open(store, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (handlers->store_fd < 0)
		return -errno;
	refresh_prepare(&handlers->refresh, &handlers->driver, handlers->store_fd,
			&(struct state_limits){INT64_MAX / 2, -1});
	r = refresh_load(&handlers->refresh);
	if (r < 0)
		return r;
	handlers->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fuse_opt_add_arg(&arguments, "ismapfs") == 0)
		handlers->session = fuse_session_new(&arguments, &ops, sizeof(ops), handlers);
	fuse_opt_free_args(&arguments);
	if (!handlers->session || handlers->null_fd < 0 ||
	    fuse_session_custom_io(handlers->session, &io, handlers->null_fd) < 0)
		return -ENOMEM;
	return greet(handlers);
}

void handlers_close(struct handlers *handlers)
{
	/* Closes null_fd, too. */
	fuse_session_destroy(handlers->session);
	views_release(&handlers->driver.views);
	(void)close(handlers->store_fd);
}

int handlers_lookup(struct handlers *handlers, uint64_t parent, const char *name, uint64_t *inode)
{
	struct fuse_entry_out entry;
	int r = handlers_call(handlers, FUSE_LOOKUP, parent, name, strlen(name) + 1);

	*inode = 0;
	if (r < 0)
		return r;
	if (handlers->length < sizeof(entry))
		return -EPROTO;
	memcpy(&entry, handlers->reply, sizeof(entry));
	*inode = entry.nodeid;
	return 0;
}

int64_t handlers_read(struct handlers *handlers, uint64_t inode, uint32_t size)
{
	const struct fuse_read_in question = {.size = size};
	int r = handlers_call(handlers, FUSE_READ, inode, &question, sizeof(question));

	return r < 0 ? r : (int64_t)handlers->length;
}

int64_t handlers_list(struct handlers *handlers, uint64_t inode, uint64_t *offset, uint32_t size)
{
	const struct fuse_read_in question = {.size = size, .offset = *offset};
	int r = handlers_call(handlers, FUSE_READDIRPLUS, inode, &question, sizeof(question));
	int64_t count = 0;

	for (size_t at = 0; r == 0 && at < handlers->length; count++) {
		struct fuse_direntplus entry;

		memcpy(&entry, handlers->reply + at, sizeof(entry));
		at += FUSE_DIRENTPLUS_SIZE(&entry);
		*offset = entry.dirent.off;
	}
	return r < 0 ? r : count;
}

/* One thread: there is one connection, and it is idle. */
struct handlers_work handlers_work(struct handlers *handlers)
{
	struct connection *connection = handlers->driver.views.snapshots[0]->pool.idle;
	struct handlers_work work = {0};
	int now, highest;

	for (unsigned i = 0; i < QUERY_COUNT; i++)
		if (connection->statements[i])
			work.steps += (uint64_t)sqlite3_stmt_status(connection->statements[i],
								    SQLITE_STMTSTATUS_VM_STEP, 1);
	(void)sqlite3_db_status(connection->database, SQLITE_DBSTATUS_CACHE_HIT, &now, &highest, 1);
	work.pages = (uint64_t)now;
	(void)sqlite3_db_status(connection->database, SQLITE_DBSTATUS_CACHE_MISS, &now, &highest,
				1);
	work.read = (uint64_t)now;
	work.pages += work.read;
	return work;
}
