/*
 * Text as a terminal shows it: how many columns it takes, and where it may be cut.
 *
 * A wide character, such as a kanji, takes two columns, a combining mark none. A
 * character whose width depends on the language (U+2192, U+2026) takes one, as on
 * UTF-8 terminals. Pure functions, any thread. Texts are UTF-8.
 */
#ifndef ISMAPFS_WIDTH_H
#define ISMAPFS_WIDTH_H

#include <stddef.h>

#include "util/buffer.h"

/* How many columns a text takes, or its first `length` bytes. */
int text_columns(const char *text);
int text_columns_of(const char *text, size_t length);

/*
 * Appends at most so many columns of a text. Where it is longer, its last column is
 * U+2026. Returns how many columns were appended: less than that where a wide
 * character didn't fit.
 */
int text_cut(struct buffer *buffer, const char *text, int columns);

/*
 * The length in bytes of a text's longest beginning that fits into so many columns
 * and that a line may end with: before a space, between two words of Chinese or
 * Japanese but not before a full stop, a closing bracket or a small kana, nor behind
 * an opening bracket. 0 where even the first word is too long.
 */
size_t text_line_length(const char *text, int columns);

/* The same, but where the first word is too long it is broken: at least one character. */
size_t text_line_length_forced(const char *text, int columns);

#endif
