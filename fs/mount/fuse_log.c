#include "mount/fuse_log.h"

#include <string.h>

#include <fuse_log.h>

#include "common/log.h"

/* libfuse's levels are syslog's. Debug messages (-d) come in pieces of lines, so they pass
 * unchanged. */
__attribute__((format(printf, 2, 0))) static void say(enum fuse_log_level level, const char *format,
						      va_list arguments)
{
	char line[LOG_LINE_SIZE];

	if (level == FUSE_LOG_DEBUG) {
		(void)vfprintf(stderr, format, arguments);
		return;
	}
	(void)vsnprintf(line, sizeof(line), format, arguments);
	line[strcspn(line, "\n")] = '\0';
	log_message((int)level, "%s", line);
}

void fuse_log_begin(void)
{
	fuse_set_log_func(say);
}
