/*
 * Memory. Nothing that ismap-sync does is current before a last rename. So when
 * memory is short it ends with a sentence and EXIT_STORE, and the next run removes
 * what it left. No function here returns NULL, and no caller returns -ENOMEM. (The
 * driver must go on, and handles it.)
 */
#ifndef ISMAPFS_MEMORY_H
#define ISMAPFS_MEMORY_H

#include <stddef.h>

/* Makes the libraries take their memory here too: SQLite, cJSON, OpenSSL. Call it before any of
 * them is used. (libcurl: http_begin().) */
void memory_begin(void);

/* Ends the process. Call it when a library reports that it has no memory. */
_Noreturn void out_of_memory(void);

/* Like the functions of the C library without the x. The caller frees what they return. */
__attribute__((malloc)) void *xmalloc(size_t size);
void *xrealloc(void *memory, size_t size);
__attribute__((malloc)) void *xcalloc(size_t count, size_t size);
__attribute__((malloc)) char *xstrdup(const char *text);
__attribute__((malloc)) char *xstrndup(const char *text, size_t length);
__attribute__((malloc, format(printf, 1, 2))) char *xasprintf(const char *format, ...);

/* For an array of `count` that grows: room for `more` behind them. *capacity counts elements. */
void *xgrow(void *array, size_t *capacity, size_t count, size_t more, size_t element_size);

#endif
