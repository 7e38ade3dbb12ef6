/*
 * Messages for people: one line each, on stderr, `program: sentence`.
 * A message names the file, the service or the URL, and what to do next.
 */
#ifndef ISMAPFS_LOG_H
#define ISMAPFS_LOG_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#define LOG_LINE_SIZE 2048

/* How many bytes of a character begin here that must not stand in a message; 0: none. */
static inline int log_unfit(const unsigned char *byte)
{
	if (byte[0] < ' ' || byte[0] == 0x7f)
		return 1;
	if (byte[0] == 0xc2) /* C1, the soft hyphen */
		return (byte[1] >= 0x80 && byte[1] <= 0x9f) || byte[1] == 0xad ? 2 : 0;
	if (byte[0] == 0xd8) /* U+061C, Arabic letter mark */
		return byte[1] == 0x9c ? 2 : 0;
	if (byte[0] == 0xe2 && byte[1] == 0x80) /* U+200B-200F, U+2028-202E */
		return (byte[2] >= 0x8b && byte[2] <= 0x8f) || (byte[2] >= 0xa8 && byte[2] <= 0xae)
			       ? 3
			       : 0;
	if (byte[0] == 0xe2 && byte[1] == 0x81) /* U+2060-206F */
		return byte[2] >= 0xa0 && byte[2] <= 0xaf ? 3 : 0;
	return byte[0] == 0xef && byte[1] == 0xbb && byte[2] == 0xbf ? 3 : 0; /* U+FEFF */
}

/*
 * What strangers wrote may stand in a message, in UTF-8: whatever could move a
 * terminal's cursor, turn its text around or be there unseen becomes question
 * marks.
 */
static inline void log_defuse(char *line)
{
	unsigned char *byte = (unsigned char *)line;

	while (*byte != '\0') {
		int unfit = log_unfit(byte);

		byte += unfit == 0;
		for (; unfit > 0; unfit--)
			*byte++ = '?';
	}
}

__attribute__((format(printf, 1, 0))) static inline void log_line_va(const char *format,
								     va_list arguments)
{
	char line[LOG_LINE_SIZE];

	(void)vsnprintf(line, sizeof(line), format, arguments);
	log_defuse(line);
	(void)fprintf(stderr, "%s: %s\n", program_invocation_short_name, line);
}

__attribute__((format(printf, 1, 2))) static inline void log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line_va(format, arguments);
	va_end(arguments);
}

/*
 * Says what went wrong and passes the error on: `return log_error_errno(r, "…: %m")`.
 * error is a negative errno value; %m in the format is its text.
 */
__attribute__((format(printf, 2, 3))) static inline int log_error_errno(int error,
									const char *format, ...)
{
	va_list arguments;

	errno = -error;
	va_start(arguments, format);
	log_line_va(format, arguments);
	va_end(arguments);
	return error;
}

#endif
