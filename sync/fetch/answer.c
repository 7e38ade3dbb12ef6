#include "fetch/answer.h"

#include <stdarg.h>

#include "common/log.h"
#include "util/sentence.h"

int fetch_fail(const struct fetch_request *request, struct fetch_result *result, int error,
	       const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)sentence_make_va(result->failure, error, format, arguments);
	va_end(arguments);
	if (!request->keep_failure || !fetch_is_temporary(error))
		log_error("%s", result->failure);
	return error;
}

bool fetch_is_temporary(int error)
{
	return error == -EAGAIN || error == -ETIMEDOUT || error == -ECONNREFUSED ||
	       error == -ECONNRESET || error == -EHOSTUNREACH;
}

void fetch_result_release(struct fetch_result *result)
{
	free(result->bytes);
	*result = (struct fetch_result){0};
}
