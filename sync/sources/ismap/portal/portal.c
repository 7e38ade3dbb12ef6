#include "sources/ismap/portal/portal.h"

#include <errno.h>

#include "sources/ismap/portal/visit.h"

int portal_fetch(struct network *network, const struct fetch_request *request,
		 const struct source_options *options, struct fetch_result *result)
{
	if (request->location.kind == LOCATION_URL)
		return portal_visit(network, request, options, result);
	if (options->map || options->liu_page)
		return reason_fail(
			request->reason, -EINVAL,
			"--map and --liu-page are for a portal's address or a folder of its pages; %s keeps the labels that it was made with",
			request->location.text);
	return ask_until_answered(network, request, result);
}
