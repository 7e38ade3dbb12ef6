/*
 * Messages for users, one line each on stderr: `program: sentence`, or
 * `<priority>sentence` where stderr leads to the system's log, which adds the
 * program's name. A message names the file, the service or the URL, and says what
 * to do next.
 *
 * A format is an English literal, which the catalogues (messages.h) translate. Any
 * thread may call.
 */
#ifndef ISMAPFS_LOG_H
#define ISMAPFS_LOG_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include "common/foreign_text.h"
#include "common/messages.h"

#define LOG_LINE_SIZE 2048

/* The length of a user's name and password, with the `@` behind them, where a URL's host begins; 0:
 * there are none. A password may hold what it mustn't: then the `@` is sought up to a blank. */
static inline size_t log_credentials(const char *host)
{
	size_t length = strcspn(host, "/?# \t\n'\"<>");
	const char *at = memrchr(host, '@', length), *colon = memchr(host, ':', length);

	if (!at && colon && colon + 1 + strspn(colon + 1, "0123456789") != host + length)
		at = memrchr(host, '@', strcspn(host, " \t\n'\"<>"));
	return at ? (size_t)(at + 1 - host) : 0;
}

/* Takes them out of each URL in a line. */
static inline void log_conceal(char *line)
{
	for (char *host = line; (host = strstr(host, "://"));) {
		size_t length;

		host += strlen("://");
		length = log_credentials(host);
		memmove(host, host + length, strlen(host + length) + 1);
	}
}

/*
 * Messages may quote foreign text, in UTF-8. Bytes that move a terminal's cursor,
 * reverse its text or can't be seen become question marks. Names and passwords in
 * URLs, a proxy's for example, are left out.
 */
static inline void log_defuse(char *line)
{
	log_conceal(line);
	foreign_defuse(line);
}

/*
 * Whether stderr leads to a log that understands priorities. It leads to the journal
 * when JOURNAL_STREAM has its device and inode (systemd.exec(5)), and to syslog when
 * it has no descriptor (daemon_detach() in fs/mount).
 */
static inline bool log_has_priorities(void)
{
	const char *journal = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat status;
	int fd = fileno(stderr);

	if (fd < 0)
		return true;
	return journal && sscanf(journal, "%llu:%llu", &device, &inode) == 2 &&
	       fstat(fd, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

__attribute__((format(printf, 2, 0))) static inline void
log_message_va(int priority, const char *format, va_list arguments)
{
	char line[LOG_LINE_SIZE];

	(void)vsnprintf(line, sizeof(line), translate(format), arguments);
	log_defuse(line);
	if (log_has_priorities())
		(void)fprintf(stderr, "<%d>%s\n", priority, line);
	else
		(void)fprintf(stderr, "%s: %s\n", program_invocation_short_name, line);
}

/* Translates and writes one message. priority: syslog's. */
__attribute__((format(printf, 2, 3))) static inline void log_message(int priority,
								     const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_message_va(priority, format, arguments);
	va_end(arguments);
}

/* Something was done or has begun; goes on, but not as it should; failed. */
#define log_info(...) log_message(LOG_INFO, __VA_ARGS__)
#define log_warning(...) log_message(LOG_WARNING, __VA_ARGS__)
#define log_error(...) log_message(LOG_ERR, __VA_ARGS__)

/*
 * Logs why something failed, and returns the error: `return log_error_errno(r, "…: %m")`.
 * error is -errno; %m in the format is its text.
 */
__attribute__((format(printf, 2, 3))) static inline int log_error_errno(int error,
									const char *format, ...)
{
	va_list arguments;

	errno = -error;
	va_start(arguments, format);
	log_message_va(LOG_ERR, format, arguments);
	va_end(arguments);
	return error;
}

#endif
