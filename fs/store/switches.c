#include "store/switches.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/timestamp.h"
#include "store.h"

/* About ten thousand lines. */
#define READ_MAX (256 * 1024)

/* Reads the end of the file, from the beginning of a line on. *text is NULL when there is none. */
static int read_end(int store_fd, char **text)
{
	_cleanup_close_ int fd = store_open_file(store_fd, STORE_SHOWN);
	_cleanup_free_ char *bytes = NULL;
	struct stat status;
	ssize_t length;
	off_t from;

	*text = NULL;
	if (fd < 0 || fstat(fd, &status) < 0)
		return 0;
	from = status.st_size > READ_MAX ? status.st_size - READ_MAX : 0;
	bytes = malloc(READ_MAX + 1);
	if (!bytes)
		return -ENOMEM;
	length = pread(fd, bytes, READ_MAX, from);
	if (length <= 0)
		return 0;
	bytes[length] = '\0';
	if (from > 0)
		memset(bytes, ' ', strcspn(bytes, "\n"));
	*text = steal_pointer(bytes);
	return 0;
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; text && (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

/* A later line counts for more: an attempt that was killed wrote the one before, or the store was
 * put back. */
static void add(struct switches *switches, uint32_t generation, int64_t time)
{
	size_t count = switches->count;

	while (count > 0 && switches->each[count - 1].generation >= generation)
		count--;
	if (count > 0 && time <= switches->each[count - 1].time)
		time = switches->each[count - 1].time + 1;
	switches->each[count] = (struct switched){generation, time};
	switches->count = count + 1;
}

/* Lines that make no sense, such as one that was cut off, are passed over. */
static void parse(struct switches *switches, const char *text, uint32_t newest)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		char *end;
		unsigned long long generation = strtoull(text, &end, 10);
		long long time = *end == ' ' ? strtoll(end, &end, 10) : 0;

		if (*end == '\n' && end == text + length && generation > 0 &&
		    generation <= newest && time > 0 && time <= STORE_SHOWN_TIME_MAX)
			add(switches, (uint32_t)generation, time);
		text += length + (text[length] == '\n');
	}
}

/* When `current` was switched last. */
static int64_t last_switch(int store_fd)
{
	struct stat status;

	if (fstatat(store_fd, STORE_CURRENT, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	return status.st_ctim.tv_sec * NANOSECONDS_PER_SECOND + status.st_ctim.tv_nsec;
}

int switches_load(int store_fd, uint32_t newest, struct switches *switches)
{
	_cleanup_free_ char *text = NULL;
	int r = read_end(store_fd, &text);

	if (r < 0)
		return r;
	*switches = (struct switches){
		.each = calloc(count_lines(text) + 1, sizeof(*switches->each)),
	};
	if (!switches->each)
		return -ENOMEM;
	if (text)
		parse(switches, text, newest);
	if (switches->count == 0 || switches->each[switches->count - 1].generation < newest)
		add(switches, newest, last_switch(store_fd));
	return 0;
}

void switches_release(struct switches *switches)
{
	free(switches->each);
	*switches = (struct switches){0};
}

int64_t switches_time(const struct switches *switches, int64_t generation)
{
	size_t low = 0, high = switches->count - 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (switches->each[middle].generation < generation)
			low = middle + 1;
		else
			high = middle;
	}
	return switches->each[low].time;
}

void switches_follow(struct switches *next, const struct switches *current, uint32_t shown,
		     int64_t now)
{
	int64_t last = current->each[current->count - 1].time;

	for (size_t i = 0; i < next->count; i++) {
		struct switched *switched = &next->each[i];
		int64_t least = switched->generation > shown
					? (now > last ? now : last + 1)
					: switches_time(current, switched->generation);

		if (switched->time < least)
			switched->time = least;
		last = switched->time > last ? switched->time : last;
	}
}
