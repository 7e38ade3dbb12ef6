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

/*
 * What strangers wrote may stand in a message: whatever could move a terminal's
 * cursor or turn its text around becomes a question mark. C0, DEL; in UTF-8 C1
 * (C2 80-9F) and bidirectional controls (E2 80 8E-8F, E2 80 AA-AE, E2 81 A6-A9).
 */
static inline void log_defuse(char *line)
{
	unsigned char *byte = (unsigned char *)line;

	for (; *byte != '\0'; byte++) {
		bool control = *byte < ' ' || *byte == 0x7f;
		bool c1 = byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] <= 0x9f;
		bool mark = byte[0] == 0xe2 && byte[1] == 0x80 &&
			    (byte[2] == 0x8e || byte[2] == 0x8f ||
			     (byte[2] >= 0xaa && byte[2] <= 0xae));
		bool isolate =
			byte[0] == 0xe2 && byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9;

		if (control || c1 || mark || isolate)
			*byte = '?';
		if (c1 || mark || isolate)
			byte[1] = '?';
		if (mark || isolate)
			byte[2] = '?';
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
