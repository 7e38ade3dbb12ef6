#include "fetch/answer.h"

#include <stdlib.h>

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
