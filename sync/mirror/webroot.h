/*
 * Writing a published directory (head.h says what is in it). Each file appears there
 * whole, by rename; the head comes last. A lock, whose file is there only meanwhile,
 * keeps other writers out.
 */
#ifndef ISMAPFS_WEBROOT_H
#define ISMAPFS_WEBROOT_H

#include "mirror/head.h"
#include "util/span.h"

struct webroot {
	const char *path; /* as the user wrote it; borrowed */
	int fd;		  /* -1: closed */
	int lock_fd;	  /* -1: another writer's */
};

#define WEBROOT_CLOSED \
	{ \
		.path = NULL, .fd = -1, .lock_fd = -1 \
	}

/*
 * Opens it for writing, makes what is missing, and removes what a killed run left.
 * -EWOULDBLOCK when another run writes it. Unless stated otherwise, these return 0
 * or -errno, already reported.
 */
int webroot_open(struct webroot *webroot, const char *path);
void webroot_close(struct webroot *webroot);
#define _cleanup_webroot_ __attribute__((cleanup(webroot_close)))

/* A file's bytes, appended to *bytes. -ENOENT, silently, when there is none; -EFBIG beyond
 * limit. */
int webroot_read(const struct webroot *webroot, const char *name, size_t limit,
		 struct buffer *bytes);

/* Whether an object is there, with the bytes of its checksum: the disk may have damaged it. */
bool webroot_has(const struct webroot *webroot, const struct head_file *object);

/* Writes an object by its checksum, unless it is there; *object receives that and the size. */
int webroot_put_object(const struct webroot *webroot, struct span bytes, struct head_file *object);

/*
 * Makes a head the current one: its signature by its checksum, then the pair
 * that minisign's command line wants, the head last, when all that it names is
 * on disk. old is the head that it takes the place of, or NULL: what only that
 * one names counts as given up now.
 */
int webroot_switch(const struct webroot *webroot, struct span head_text, struct span signature,
		   const struct head *head, const struct head *old);

/* Removes the objects that a head names and the old one, which may be NULL, doesn't: of a run that
 * failed before its head became the current one. Else nothing happens. */
void webroot_forsake(const struct webroot *webroot, struct span head_text, const struct head *head,
		     const struct head *old);

/* Removes objects and signatures that the head doesn't name and that were given up more than grace
 * milliseconds ago. Errors are ignored: a file that stays only costs space. */
void webroot_collect(const struct webroot *webroot, struct span head_text, const struct head *head,
		     int64_t grace);

#endif
