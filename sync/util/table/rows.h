/* How a sheet is made: its readers add cells and end rows. */
#ifndef ISMAPFS_SHEET_ROWS_H
#define ISMAPFS_SHEET_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buffer.h"
#include "util/reason.h"
#include "util/table/form.h"

struct sheet_row {
	uint32_t first; /* its first cell */
	uint32_t width;
	uint32_t line;
};

struct sheet {
	struct buffer text; /* the cells' texts, a NUL behind each; the first is "" */
	uint32_t *cells;    /* where they begin in text */
	size_t cell_count, cell_capacity;
	struct sheet_row *rows;
	size_t row_count, row_capacity;
	size_t columns;
	size_t unfinished; /* the first cell of the row that is being read */
	bool filled;	   /* it has a cell that isn't blank */
	bool items;	   /* lines are numbers of items */
	char encoding[32];
	char delimiter;
};

/* Whether a cell shows nothing. */
bool sheet_is_blank(const char *text);

/* Adds a cell to the row that is being read. Returns 0; or -EBADMSG with its sentence, when the row
 * has too many or the sheet has. */
int sheet_add(struct sheet *sheet, const char *text, size_t length, struct reason *reason);

/* Ends the row, which is left out when it is blank. line counts from 1. */
void sheet_end_row(struct sheet *sheet, size_t line);

/* Forgets all rows. */
void sheet_clear(struct sheet *sheet);

/* Frees what it holds. */
void sheet_release(struct sheet *sheet);

/*
 * Makes UTF-8 of bytes: by encoding or, where that is NULL, by what they seem to be. No byte order
 * mark is left. Names what it took. Returns 0, or -EBADMSG with its sentence.
 */
int sheet_decode(const unsigned char *bytes, size_t length, size_t limit, const char *encoding,
		 struct reason *reason, struct buffer *text, char taken[static 32]);

/* Read a decoded text. */
int sheet_read_separated(struct sheet *sheet, const struct buffer *text,
			 const struct sheet_form *form, struct reason *reason);
int sheet_read_json(struct sheet *sheet, struct buffer *text, const struct sheet_form *form,
		    struct reason *reason);

#endif
