/*
 * What a store may hold at most, and a publication. Real ones are far smaller.
 * ismap-sync refuses a publication that is greater, or after which the store
 * would be; ismapfs and mirrors refuse such a store. More limits of a store
 * follow from inode numbers (inode.h) and from what a file's name may be
 * (STORE_NAME_MAX in store.h).
 */
#ifndef ISMAPFS_STORE_LIMITS_H
#define ISMAPFS_STORE_LIMITS_H

/* Bytes of all documents of a publication, after unpacking. */
#define LIMIT_PUBLICATION_SIZE (64 * 1024 * 1024)

/* The documents of a publication; a folder of saved pages has many. */
#define LIMIT_DOCUMENTS 10000

/* Bytes of a value, and of a row of a store's file. */
#define LIMIT_VALUE_SIZE (LIMIT_ROW_SIZE / 2)
#define LIMIT_ROW_SIZE (64 * 1024 * 1024)

/* Fields, of all generations. */
#define LIMIT_FIELDS 65536

/* Bytes of README, which is cut off there, and of what a list says in it about itself. */
#define LIMIT_README_SIZE (1024 * 1024)
#define LIMIT_ABOUT_SIZE (LIMIT_README_SIZE / 2)

/* Nesting of JSON. */
#define LIMIT_JSON_DEPTH 100

/*
 * Values of a JSON text: in memory the shortest take 80 bytes for two, and a
 * service of a few values takes more. Real lists have 18 bytes and more for each
 * value, also when they are printed without blanks.
 */
#define LIMIT_JSON_VALUES 1000000
#define LIMIT_JSON_VALUES_SHORT \
	100000			     /* of a text that is so short that their number is harmless */
#define LIMIT_JSON_BYTES_PER_VALUE 8 /* beyond these */

/* Memory for what is kept of a portal's pages: of short ones, for each byte beyond, at all. */
#define LIMIT_CAPTURE_MEMORY_SHORT ((size_t)32 << 20)
#define LIMIT_CAPTURE_MEMORY_PER_BYTE 24
#define LIMIT_CAPTURE_MEMORY ((size_t)512 << 20)

/* Tags, attributes and references of a saved page in HTML. */
#define LIMIT_HTML_PARTS 20000

#endif
