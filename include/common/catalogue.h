/*
 * A catalogue of translated texts: a .mo file, as msgfmt writes it on a machine of
 * the same byte order (The Format of GNU MO Files, in gettext's manual).
 *
 * Not by the C library: it translates nothing where no locale is installed, as in a
 * container, since glibc 2.41 takes C.UTF-8 for C.
 */
#ifndef ISMAPFS_CATALOGUE_H
#define ISMAPFS_CATALOGUE_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"

#define CATALOGUE_MAGIC UINT32_C(0x950412de)
#define CATALOGUE_SIZE_MAX (1 << 22)

/* The file's header, without its hash table. */
struct catalogue_header {
	uint32_t magic, revision, count;
	uint32_t texts, translations; /* where these tables begin */
};

/* An entry of both tables. At the offset is a text of this length and a NUL. */
struct catalogue_entry {
	uint32_t length, offset;
};

struct catalogue {
	char *bytes; /* of the file; NULL: there is none, and nothing is translated */
	size_t size;
};

static inline struct catalogue_header catalogue_header(const struct catalogue *catalogue)
{
	struct catalogue_header header;

	memcpy(&header, catalogue->bytes, sizeof(header));
	return header;
}

static inline struct catalogue_entry catalogue_entry(const struct catalogue *catalogue,
						     uint32_t table, uint32_t index)
{
	struct catalogue_entry entry;

	memcpy(&entry, catalogue->bytes + table + (size_t)index * sizeof(entry), sizeof(entry));
	return entry;
}

/* Whether a table and all its texts are within the file. */
static inline bool catalogue_table_fits(const struct catalogue *catalogue, uint32_t table,
					uint32_t count)
{
	if (table > catalogue->size ||
	    count > (catalogue->size - table) / sizeof(struct catalogue_entry))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		struct catalogue_entry entry = catalogue_entry(catalogue, table, i);

		if ((uint64_t)entry.offset + entry.length >= catalogue->size ||
		    catalogue->bytes[(size_t)entry.offset + entry.length] != '\0')
			return false;
	}
	return true;
}

static inline bool catalogue_is_sound(const struct catalogue *catalogue)
{
	struct catalogue_header header;

	if (catalogue->size < sizeof(header))
		return false;
	header = catalogue_header(catalogue);
	return header.magic == CATALOGUE_MAGIC && header.revision >> 16 == 0 &&
	       catalogue_table_fits(catalogue, header.texts, header.count) &&
	       catalogue_table_fits(catalogue, header.translations, header.count);
}

static inline void catalogue_close(struct catalogue *catalogue)
{
	free(catalogue->bytes);
	*catalogue = (struct catalogue){0};
}

/* Reads a file. Returns whether it is a catalogue; otherwise *catalogue is empty. */
static inline bool catalogue_open(struct catalogue *catalogue, const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	ssize_t length;

	*catalogue = (struct catalogue){0};
	if (fd < 0 || fstat(fd, &status) < 0 || status.st_size > CATALOGUE_SIZE_MAX)
		return false;
	catalogue->bytes = malloc((size_t)status.st_size + 1);
	length = catalogue->bytes ? read(fd, catalogue->bytes, (size_t)status.st_size) : -1;
	catalogue->size = length > 0 ? (size_t)length : 0;
	if (catalogue_is_sound(catalogue))
		return true;
	catalogue_close(catalogue);
	return false;
}

/* Finds a text's translation. The texts are sorted. */
static inline bool catalogue_find(const struct catalogue *catalogue, const char *text,
				  struct catalogue_entry *translation)
{
	struct catalogue_header header;
	uint32_t low = 0, high;

	if (!catalogue->bytes || *text == '\0')
		return false;
	header = catalogue_header(catalogue);
	for (high = header.count; low < high;) {
		uint32_t middle = low + (high - low) / 2;
		struct catalogue_entry entry = catalogue_entry(catalogue, header.texts, middle);
		int order = strcmp(text, catalogue->bytes + entry.offset);

		if (order == 0) {
			*translation = catalogue_entry(catalogue, header.translations, middle);
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* A text's translation, or the text itself. */
__attribute__((format_arg(2))) static inline const char *
catalogue_text(const struct catalogue *catalogue, const char *text)
{
	struct catalogue_entry entry;

	return catalogue_find(catalogue, text, &entry) ? catalogue->bytes + entry.offset : text;
}

/*
 * The translation of a text that has one form for the number 1 and another for the
 * rest. A language has these two forms, as English does, or one for all numbers.
 */
__attribute__((format_arg(3), format_arg(4))) static inline const char *
catalogue_counted(const struct catalogue *catalogue, unsigned long long number, const char *one,
		  const char *many)
{
	struct catalogue_entry entry;
	size_t first;

	if (!catalogue_find(catalogue, one, &entry))
		return number == 1 ? one : many;
	first = strlen(catalogue->bytes + entry.offset);
	if (number == 1 || first >= entry.length)
		return catalogue->bytes + entry.offset;
	return catalogue->bytes + entry.offset + first + 1;
}

#endif
