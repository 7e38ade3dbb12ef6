/*
 * Every registry and every reader (source.h): one line each. Each is a constant
 * in a folder of its own, registry_NAME or reader_NAME.
 */
#ifndef ISMAPFS_SOURCES_LIST_H
#define ISMAPFS_SOURCES_LIST_H

#define REGISTRIES(ROW) \
	ROW(fedramp) \
	ROW(ismap)

#define READERS(ROW) \
	ROW(fedramp) \
	ROW(interchange) \
	ROW(ismap) \
	ROW(table)

#endif
