#include "util/reason.h"

#include <stdarg.h>

#include "common/log.h"

int reason_fail(struct reason *reason, int error, const char *format, ...)
{
	char line[LOG_LINE_SIZE];
	va_list arguments;

	errno = -error;
	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), translate(format), arguments);
	va_end(arguments);
	log_defuse(line);
	state_set_text(reason->sentence, line);
	reason->refused = false;
	return error;
}

int reason_refuse(struct reason *reason, const char *format, ...)
{
	char why[STATE_TEXT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(why, sizeof(why), translate(format), arguments);
	va_end(arguments);
	(void)reason_fail(reason, -EBADMSG, "%.400s: refused: %s", reason->about, why);
	reason->refused = true;
	return -EBADMSG;
}

void reason_say(const struct reason *reason)
{
	if (reason->sentence[0] != '\0')
		log_error("%s", reason->sentence);
}

void reason_clear(struct reason *reason)
{
	reason->refused = false;
	reason->sentence[0] = '\0';
}
