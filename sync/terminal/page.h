/*
 * What a command shows to people: lines no wider than the terminal, aligned by
 * columns, in which colour only repeats what a word says already.
 *
 * Texts may be foreign: characters that move a terminal's cursor, reverse its text or
 * can't be seen become question marks (common/log.h), newlines and tabs spaces. They
 * are UTF-8. A line is printed when the next one begins, without blanks at its end.
 *
 *	_cleanup_page_ struct page page;
 *
 *	page_begin(&page);
 *	page_put(&page, STYLE_STRONG, 12, number);
 *	page_move(&page, 14);
 *	page_wrap(&page, STYLE_PLAIN, 14, name);
 *	page_end_line(&page);
 */
#ifndef ISMAPFS_PAGE_H
#define ISMAPFS_PAGE_H

#include <stdbool.h>

#include "util/buffer.h"

/* Of a terminal whose width isn't known, and of what isn't a terminal. */
#define PAGE_WIDTH_DEFAULT 80

enum style {
	STYLE_PLAIN,
	STYLE_STRONG, /* headings, names */
	STYLE_FAINT,  /* remarks */
	STYLE_GOOD,   /* green */
	STYLE_BAD,    /* red */
	STYLE_LOOK,   /* yellow: wants a look */
	STYLE_COUNT,
};

struct page {
	int width;   /* columns of a line */
	bool colour; /* standard output is a terminal, and nobody said NO_COLOR */
	struct buffer line;
	int column; /* where the next text begins; 0 is the first */
};

/* Finds the width of standard output (COLUMNS counts before the terminal's own) and whether it
 * takes colours. The caller ends the page. */
void page_begin(struct page *page);

/* Prints a line that was begun, and releases the page; also for the cleanup attribute. */
void page_end(struct page *page);
#define _cleanup_page_ __attribute__((cleanup(page_end)))

/* Puts a text onto the line, cut after so many columns, or where the line ends. columns 0: only
 * there. */
void page_put(struct page *page, enum style style, int columns, const char *text);

/* Blanks up to a column; one blank where the line is beyond it. */
void page_move(struct page *page, int column);

/* Puts a text and the blanks that make it so many columns wide: a cell of a table. */
void page_cell(struct page *page, enum style style, int columns, const char *text);

/* Puts a text that goes on in further lines, which begin at a column. A newline in it begins one,
 * too. */
void page_wrap(struct page *page, enum style style, int column, const char *text);
__attribute__((format(printf, 4, 5))) void page_wrapf(struct page *page, enum style style,
						      int column, const char *format, ...);

/* Ends the line, which may be empty. */
void page_end_line(struct page *page);

/* The language of the messages, a tag as stores have it: "en", "ja". */
const char *page_language(void);

#endif
