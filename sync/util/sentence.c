#include "util/sentence.h"

#include "common/log.h"

int sentence_make_va(char sentence[static STATE_TEXT_SIZE], int error, const char *format,
		     va_list arguments)
{
	const char *translated = gettext(format);
	char line[LOG_LINE_SIZE];

	errno = -error;
	(void)vsnprintf(line, sizeof(line), translated, arguments);
	log_defuse(line);
	state_set_text(sentence, line);
	return error;
}

int sentence_say(char sentence[static STATE_TEXT_SIZE], int error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)sentence_make_va(sentence, error, format, arguments);
	va_end(arguments);
	log_error("%s", sentence);
	return error;
}
