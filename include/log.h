/*
 * Messages for people: one line each, on stderr, `program: sentence`.
 * A message names the file, the service or the URL, and what to do next.
 */
#ifndef ISMAPFS_LOG_H
#define ISMAPFS_LOG_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define LOG_LINE_SIZE 2048

__attribute__((format(printf, 1, 0))) static inline void log_line_va(const char *format,
								     va_list arguments)
{
	char line[LOG_LINE_SIZE];

	(void)vsnprintf(line, sizeof(line), format, arguments);
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
