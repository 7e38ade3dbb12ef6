/*
 * Foreign text on its way to a terminal: which of its characters move the cursor, turn
 * the direction of writing or can't be seen. Text is UTF-8; bytes that are none are
 * looked at one by one, as a terminal of another encoding does. It ends in a NUL, so
 * looking behind a byte that isn't one is safe.
 */
#ifndef ISMAPFS_FOREIGN_TEXT_H
#define ISMAPFS_FOREIGN_TEXT_H

#include <stdbool.h>
#include <string.h>

/* The text behind a byte order mark, with which files from Windows begin. */
static inline char *foreign_skip_mark(char *text)
{
	static const char mark[] = "\xef\xbb\xbf";

	return strncmp(text, mark, strlen(mark)) == 0 ? text + strlen(mark) : text;
}

/* How many bytes the character has that begins there; 1 for a byte that begins none. */
static inline int foreign_length(const unsigned char *byte)
{
	int length = byte[0] < 0xc2 ? 1 : byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;

	for (int i = 1; i < length; i++)
		if (byte[0] > 0xf4 || (byte[i] & 0xc0) != 0x80)
			return 1;
	return length;
}

/* Whether the character moves the cursor or turns the direction of writing: what no name may have,
 * as in rules.sql. */
static inline bool foreign_moves_text(const unsigned char *byte)
{
	if (foreign_length(byte) == 1) /* C0, DEL; C1 of encodings of single bytes */
		return byte[0] < ' ' || (byte[0] >= 0x7f && byte[0] <= 0x9f);
	if (byte[0] == 0xc2) /* C1 */
		return byte[1] <= 0x9f;
	if (byte[0] == 0xd8) /* U+061C, Arabic letter mark */
		return byte[1] == 0x9c;
	if (byte[0] == 0xe2 && byte[1] == 0x80) /* U+200E-200F, U+202A-202E */
		return byte[2] == 0x8e || byte[2] == 0x8f || (byte[2] >= 0xaa && byte[2] <= 0xae);
	return byte[0] == 0xe2 && byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9;
}

/* Whether the character mustn't be in a message: it does that, or can't be seen. */
static inline bool foreign_is_unfit(const unsigned char *byte)
{
	if (foreign_moves_text(byte))
		return true;
	if (foreign_length(byte) == 1)
		return false;
	if (byte[0] == 0xc2) /* the soft hyphen */
		return byte[1] == 0xad;
	if (byte[0] == 0xe2 && byte[1] == 0x80) /* U+200B-200F, U+2028-202E */
		return (byte[2] >= 0x8b && byte[2] <= 0x8f) || byte[2] == 0xa8 || byte[2] == 0xa9;
	if (byte[0] == 0xe2 && byte[1] == 0x81) /* U+2060-206F */
		return byte[2] >= 0xa0 && byte[2] <= 0xaf;
	if (byte[0] == 0xf3 && byte[1] == 0xa0) /* U+E0000-E0FFF, tags */
		return true;
	return byte[0] == 0xef && byte[1] == 0xbb && byte[2] == 0xbf; /* U+FEFF */
}

/* Makes question marks of what is unfit. */
static inline void foreign_defuse(char *text)
{
	unsigned char *byte = (unsigned char *)text;

	while (*byte != '\0') {
		bool unfit = foreign_is_unfit(byte);

		for (int left = foreign_length(byte); left > 0; left--, byte++)
			if (unfit)
				*byte = '?';
	}
}

#endif
