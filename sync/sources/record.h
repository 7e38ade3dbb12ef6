/*
 * Where a document has its records of services: how a record is cut out of it, for
 * somebody who should see what the publisher wrote of one service and nothing else.
 */
#ifndef ISMAPFS_SOURCES_RECORD_H
#define ISMAPFS_SOURCES_RECORD_H

#define RECORD_PERSONAL_MAX 8

/* Of JSON documents of one shape. Tables of them end with a row without a path. */
struct record_place {
	const char *shape; /* NULL: any */
	const char *path;  /* members that lead to the records, joined by a full stop */
	/* The member that has a service's number; NULL: the records are members, named by their
	 * numbers. */
	const char *number;
	/* Members that are about persons, and are left out; NULL behind them. */
	const char *personal[RECORD_PERSONAL_MAX];
};

#endif
