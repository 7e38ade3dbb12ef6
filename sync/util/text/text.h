/*
 * Foreign text, made into what a file or a name may hold.
 *
 * Pure functions, for any thread. The caller frees the texts that they return.
 * `in` should be UTF-8; other bytes become U+FFFD, so that the result always is. "Control
 * characters" are C0, DEL and C1; "white space" is Unicode's: U+00A0 and U+3000 as well as line
 * ends and tabs. Values are made in text.c, names, slugs and words in name.c.
 */
#ifndef ISMAPFS_TEXT_H
#define ISMAPFS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Longest result of text_slug, in bytes without the NUL. */
#define TEXT_SLUG_MAX 100

/* Longest result of text_word, in bytes without the NUL. Words name directories. */
#define TEXT_WORD_MAX 100

/* Whether it is UTF-8 to the letter: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool text_is_utf8(const unsigned char *bytes, size_t length);

/*
 * A value of one line: each run of CR, LF, TAB, U+2028 and U+2029 is one space,
 * each other control character U+FFFD. Spaces stay as published, also at the ends.
 */
char *text_line(const char *in);

/*
 * A value of several lines, without the newline that a file has at its end:
 * CR, CRLF, U+2028 and U+2029 are LF, tabs stay, each other control character
 * is U+FFFD, and newlines at the end are dropped.
 */
char *text_block(const char *in);

/*
 * Each run of white space is one space, and none is at the ends, where U+200B
 * and U+FEFF go too. Each other control character is U+FFFD. May be empty.
 */
char *text_trim(const char *in);

/*
 * A name for a directory entry that Windows can open, too: NFC, each of
 * `/\:*?"<>|` is `-`, white space as in text_trim, without control characters,
 * bidirectional controls, U+200B and U+FEFF, without `-`, `.` and spaces in
 * front, and without `.` and spaces at the end; a device's name gets `_` in
 * front. Case is kept. At most STORE_NAME_MAX minus reserve bytes (room for a
 * suffix), cut between two code points. Text beyond some 4,000 bytes is not
 * looked at.
 * NULL when nothing is left, or when reserve leaves no room.
 */
char *text_name(const char *in, size_t reserve);

/* Whether Windows takes the name for a device's: CON, nul.txt, COM1 and their like. */
bool text_is_device(const char *name);

/*
 * A lower-case name: letters, marks and digits of any script, in NFC, with one
 * `-` for each run of anything else, none at the ends; at most TEXT_SLUG_MAX
 * bytes, cut between two code points. A device's name gets `_` in front. Text
 * beyond some 1,000 bytes is not looked at. NULL when nothing is left.
 */
char *text_slug(const char *in);

/*
 * A word of a documented set: ASCII lower case, each run of other than
 * [a-z0-9.] one `-`, neither `-` nor `.` at the ends, `_` in front of a device's
 * name (it may name a directory).
 * NULL when nothing is left, or more than TEXT_WORD_MAX bytes: cut, it would be
 * another word.
 */
char *text_word(const char *in);

/*
 * The form in which labels and headings are compared: NFKC, case folded, no blanks, no colon
 * at the end. Full-width and half-width forms are one label, as are `登録 番号` and `登録番号:`.
 * Normalizing a run of marks takes time that grows with the square of its length: callers
 * limit it.
 */
char *text_fold(const char *label);

/* NFKC: full-width letters and digits become what is typed. As text_fold() of long runs of marks.
 * The caller frees it. */
char *text_narrow(const char *text);

/*
 * cJSON silently ends a string at an escaped NUL, and refuses the whole text for half
 * of a surrogate pair. So this rewrites each \u0000 and each lone \ud800 to \udfff of
 * a JSON text as \ufffd, in place. \\u0000 is an escaped backslash and stays. Returns
 * how many it rewrote.
 */
int text_defuse_json(unsigned char *json, size_t length);

#endif
