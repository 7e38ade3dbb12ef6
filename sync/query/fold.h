/* The one form in which numbers and names are compared with what people write. */
#ifndef ISMAPFS_QUERY_FOLD_H
#define ISMAPFS_QUERY_FOLD_H

/* Text beyond so many bytes is not looked at: normalizing a run of marks takes time that grows with
 * the square of its length, 0.1 ms for this many. The longest name on a real list has 162 bytes. */
#define FOLD_INPUT_MAX 512

/*
 * Width and compatibility forms (NFKC), case, kinds of hyphens and quotation marks, and white space
 * no longer differ: no blank stands at the ends, around a hyphen, or beside a character of a script
 * that writes without them; each other run of white space is one blank. A long-vowel mark that
 * follows no kana is a hyphen, too, as Japanese keyboards write it. The caller frees the text,
 * which may be empty. Any thread.
 */
char *query_fold(const char *text);

#endif
