/*
 * Memory. ismap-sync runs once and shows nothing before a rename makes it all
 * current: when memory is short it ends, with a sentence and EXIT_STORE, and the
 * next run sweeps up what it left. So nothing here returns NULL, and no caller
 * has to carry -ENOMEM. (The driver, which must live, is built otherwise.)
 */
#ifndef ISMAPFS_MEMORY_H
#define ISMAPFS_MEMORY_H

#include <stddef.h>

/* Makes the libraries take their memory here too: SQLite, cJSON, OpenSSL. Call it before any of
 * them is used. */
void memory_begin(void);

/* Ends the process. For what a library answers when it has no memory. */
_Noreturn void out_of_memory(void);

/* As their namesakes in the C library; free() releases what they return. */
__attribute__((malloc)) void *xmalloc(size_t size);
void *xrealloc(void *memory, size_t size);
__attribute__((malloc)) char *xstrdup(const char *text);
__attribute__((malloc)) char *xstrndup(const char *text, size_t length);
__attribute__((malloc, format(printf, 1, 2))) char *xasprintf(const char *format, ...);

/* For an array of `count` that grows: room for `more` behind them. *capacity counts elements. */
void *xgrow(void *array, size_t *capacity, size_t count, size_t more, size_t element_size);

#endif
