#include "kernel/push.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include <linux/fuse.h>

#include "common/cleanup.h"
#include "tree/content.h"
#include "tree/listing.h"

/* After so many unknown inodes in a row the rest isn't tried. */
#define UNKNOWN_MAX 2

int push_init(struct push *push, struct fuse_session *session, struct views *views,
	      struct counters *counters, const atomic_bool *stop)
{
	*push = (struct push){
		.session = session,
		.views = views,
		.counters = counters,
		.stop = stop,
		.bytes = malloc(PUSH_BATCH_SIZE),
	};
	return push->bytes ? 0 : -ENOMEM;
}

void push_release(struct push *push)
{
	free(steal_pointer(push->bytes));
}

bool push_possible(uint64_t inode)
{
	switch (inode_class(inode)) {
	case INODE_VALUE:
	case INODE_DOCUMENT:
	case INODE_STATE: return true;
	default: return false;
	}
}

/*
 * Stores one whole file. The kernel takes a page as read only when the store fills it
 * or ends at the file's size; a store beyond that size would make the file longer
 * (fuse_notify_store()). Cached pages are overwritten by the same bytes.
 */
static int store_file(struct push *push, const struct push_file *file)
{
	struct fuse_notify_store_out message = {.nodeid = file->inode, .size = file->length};
	struct fuse_out_header header = {
		.len = (uint32_t)(sizeof(header) + sizeof(message) + file->length),
		.error = FUSE_NOTIFY_STORE,
	};
	struct iovec parts[] = {
		{&header, sizeof(header)},
		{&message, sizeof(message)},
		{push->bytes + file->offset, file->length},
	};

	/* Not by libfuse, which would log each failure. */
	if (writev(fuse_session_fd(push->session), parts, 3) < 0) {
		push->unknown++;
		count(push->counters, COUNTER_UNKNOWN);
		return -errno;
	}
	push->stored++;
	count(push->counters, COUNTER_PUSHED);
	return 0;
}

/*
 * Where to go on to be ahead of the reader: after the file that it read last and the
 * next one, which it is about to read. A store into those would wait for the pages
 * that its requests have locked, and would be late again at each file.
 */
static unsigned ahead_of_reader(const struct push *push, uint64_t asked, unsigned next)
{
	for (unsigned i = next; i < push->count; i++)
		if (push->files[i].inode == asked)
			return i + 2;
	return next;
}

/* Pushes the batch. No view may be open. False: the rest isn't worth trying. */
static bool push_batch(struct push *push)
{
	unsigned unknown = 0;
	uint64_t seen = 0;

	for (unsigned i = 0; i < push->count; i++) {
		uint64_t asked = atomic_load_explicit(&push->asked, memory_order_relaxed);

		if (atomic_load(push->stop))
			return false;
		if (asked != seen)
			i = ahead_of_reader(push, asked, i);
		seen = asked;
		if (i >= push->count)
			break;
		if (store_file(push, &push->files[i]) == 0) {
			unknown = 0;
			continue;
		}
		if (++unknown >= UNKNOWN_MAX)
			return false;
	}
	return true;
}

static void empty_batch(struct push *push)
{
	push->count = 0;
	push->used = 0;
	push->is_prepared = false;
}

static bool has_room(const struct push *push, size_t length)
{
	return push->count < push->count_max && length <= PUSH_BATCH_SIZE - push->used;
}

/* Adds a file to the batch, which must have room. Returns where its bytes go. */
static char *add_file(struct push *push, uint64_t inode, size_t length)
{
	struct push_file *file = &push->files[push->count++];

	*file = (struct push_file){.inode = inode, .offset = push->used, .length = length};
	push->used += length;
	return push->bytes + file->offset;
}

/* Adds a file, read from the store. Skips one that can't be read: its reader gets the error.
 * Returns false when there is no room. */
static bool add_by_number(struct push *push, const struct view *view, uint64_t inode)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length;

	if (content_read(view, inode, 0, PUSH_FILE_MAX + 1, &bytes, &length) < 0)
		return true;
	if (length == 0 || length > PUSH_FILE_MAX)
		return true;
	if (!has_room(push, length))
		return false;
	memcpy(add_file(push, inode, length), bytes, length);
	return true;
}

/* Adds a value, whose row the listing has just read. Returns false when there is no room. */
static bool add_row(struct push *push, const struct listing_entry *entry)
{
	size_t size = entry->node.size, length;
	const char *text;
	char *bytes;

	if (!has_room(push, size))
		return false;
	text = listing_text(entry, &length);
	/* A row that contradicts its size: its reader gets the error. */
	if (!text || size != length + 1)
		return true;
	bytes = add_file(push, entry->node.inode, size);
	memcpy(bytes, text, length);
	bytes[length] = '\n';
	return true;
}

struct gathering {
	struct push *push;
	const struct view *view;
	struct push_progress *progress;
};

static bool gather_file(void *context, const struct listing_entry *entry)
{
	struct gathering *gathering = context;
	struct push_progress *progress = gathering->progress;
	struct push *push = gathering->push;
	bool taken = true;

	if (progress->part.up_to != 0 && entry->offset >= progress->part.up_to)
		return false;
	if (progress->left == 0) {
		progress->limited = true;
		return false;
	}
	if (entry->node.size > 0 && entry->node.size <= PUSH_FILE_MAX) {
		unsigned before = push->count;

		taken = entry->row ? add_row(push, entry)
				   : add_by_number(push, gathering->view, entry->node.inode);
		progress->left -= push->count - before;
	}
	progress->full = !taken;
	if (taken)
		progress->behind = entry->offset;
	return taken;
}

/* Reads the next files of a part, up to count_max. */
static int gather_part(struct push *push, struct push_progress *progress)
{
	const struct directory *directory = &progress->part.directory;
	_cleanup_view_ struct view view = {0};
	struct gathering gathering = {push, &view, progress};
	int r = view_open(push->views, 0, inode_of_directory(directory), &view);

	if (r < 0)
		return r;
	progress->full = false;
	empty_batch(push);
	return listing_files(&view, directory, progress->behind, gather_file, &gathering);
}

static int gather_first(struct push *push, const struct push_part *part,
			struct push_progress *progress)
{
	*progress = (struct push_progress){
		.part = *part,
		.left = part->limit,
		.behind = part->behind,
	};
	push->count_max = PUSH_BATCH_FILES_FIRST;
	return gather_part(push, progress);
}

static int gather_more(struct push *push, struct push_progress *progress)
{
	push->count_max *= 2;
	if (push->count_max > PUSH_BATCH_FILES)
		push->count_max = PUSH_BATCH_FILES;
	return gather_part(push, progress);
}

static bool is_same_part(const struct push_part *one, const struct push_part *other)
{
	return inode_of_directory(&one->directory) == inode_of_directory(&other->directory) &&
	       one->behind == other->behind && one->up_to == other->up_to &&
	       one->limit == other->limit;
}

void push_prepare(struct push *push, const struct push_part *part)
{
	push->is_prepared = gather_first(push, part, &push->prepared) == 0;
}

bool push_listing(struct push *push, const struct push_part *part, uint64_t *to)
{
	struct push_progress progress = push->prepared;
	int r = 0;

	if (!push->is_prepared || !is_same_part(&progress.part, part))
		r = gather_first(push, part, &progress);
	push->is_prepared = false;
	while (r == 0 && push_batch(push)) {
		if (!progress.full) {
			*to = progress.limited ? progress.behind : 0;
			return true;
		}
		r = gather_more(push, &progress);
	}
	return false;
}

void push_inodes(struct push *push, const uint64_t *inodes, size_t count)
{
	size_t i = 0;

	while (i < count) {
		_cleanup_view_ struct view view = {0};

		empty_batch(push);
		push->count_max = PUSH_BATCH_FILES;
		if (view_open(push->views, 0, INODE_ROOT_NUMBER, &view) < 0)
			return;
		while (i < count && add_by_number(push, &view, inodes[i]))
			i++;
		view_close(&view);
		if (!push_batch(push))
			return;
	}
}

int push_place(struct push *push, uint64_t inode, struct directory *directory, uint64_t *offset)
{
	_cleanup_view_ struct view view = {0};
	int r = view_open(push->views, 0, inode, &view);

	return r < 0 ? r : listing_place(&view, inode, directory, offset);
}
