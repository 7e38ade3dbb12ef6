/*
 * Where a document has its records of services: how a record is cut out of it, for
 * somebody who should see what the publisher wrote of one service and nothing else.
 */
#ifndef ISMAPFS_SOURCES_RECORD_H
#define ISMAPFS_SOURCES_RECORD_H

#define RECORD_PERSONAL_MAX 8

/* The members of a field: what this program calls it, and its value. */
#define RECORD_FIELD_NAME "field"
#define RECORD_FIELD_VALUE "value"

/* Of JSON documents of one shape. Tables of them end with a row without a path. */
struct record_place {
	const char *shape; /* NULL: any */
	/* Members that lead to the records, joined by a full stop; [] is each of an array, or of an
	 * object. */
	const char *path;
	/* The member that has a service's number; NULL: the records are members, named by their
	 * numbers. */
	const char *number;
	/* The member that has a record's fields, each an object with a name and a value: number is
	 * a name, and fields without one are left out. NULL: its members are the fields. */
	const char *fields;
	/* Members that are about persons, and are left out; NULL behind them. */
	const char *personal[RECORD_PERSONAL_MAX];
};

#endif
