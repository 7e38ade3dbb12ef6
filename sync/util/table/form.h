/* How a table is written, and how large it may be. */
#ifndef ISMAPFS_SHEET_FORM_H
#define ISMAPFS_SHEET_FORM_H

#include <stdbool.h>
#include <stddef.h>

/* As many columns as Excel has. */
#define SHEET_COLUMNS_MAX 16384

/* Cells of a sheet, empty ones included. */
#define SHEET_CELLS_MAX ((size_t)16 << 20)

/* How it is written. Whatever isn't stated is found out. Borrowed. */
struct sheet_form {
	const char *encoding; /* as iconv names it, or NULL */
	char delimiter;	      /* or '\0' */
	bool unquoted;	      /* a double quote is a character like any other */
	const char *rows;     /* JSON: the members that lead to the array, joined by a full stop */
};

/* Loads the C library's converters of the usual encodings, each a library of its own: a process
 * that gives up the right to load libraries calls this before it reads tables, or pages, which
 * libxml2 converts with them. Safe to call twice. */
void sheet_prepare(void);

#endif
