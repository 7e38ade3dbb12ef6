/*
 * Dated files of a history: lists in the order of their time, and documents that
 * go with one of them. Which is which is told by content alone.
 */
#ifndef ISMAPFS_DATED_H
#define ISMAPFS_DATED_H

#include "sources/source.h"

struct dated_file {
	const char *path;
	const struct document_kind *kind; /* the list's where nobody knows what it is */
	bool dated;
	bool used;	      /* it was read beside a list */
	int64_t published_at; /* ms; a guess (document_peek) */
	int64_t day;	      /* in the registry's time zone */
};

struct dated_files {
	struct dated_file *files; /* by their time; those without one come first */
	size_t count;
};

/* Adds a file to a set of documents, recognised. 0 or fetch()'s error. */
int dated_read(const struct reader *reader, const char *path, struct reason *reason,
	       struct document_set *documents);

/* Finds out what the files are and puts them in order. 0, or an error, already reported. Release
 * *files in either case. */
int dated_files_open(const struct reader *reader, char **paths, size_t count,
		     struct dated_files *files);

/*
 * The document of a kind that goes with a list: the newest one of the list's day,
 * or else the newest one before it that no earlier list had; never a later one.
 * read_day: of the list before. NULL: there is none, and what the store has of such
 * a document stays.
 */
struct dated_file *dated_find_beside(const struct dated_files *files,
				     const struct document_kind *kind,
				     const struct dated_file *list, int64_t read_day);

void dated_files_release(struct dated_files *files);
#define _cleanup_dated_files_ __attribute__((cleanup(dated_files_release)))

#endif
