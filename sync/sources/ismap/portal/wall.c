#include "sources/ismap/portal/wall.h"

#include <string.h>

#include "common/messages.h"

const char *portal_wall_advice(void)
{
	return _(
		"the list is behind an account; log in with a browser and save its pages (--from FOLDER), or copy the list into a table (--source table)");
}

bool portal_wall_is(const char *html)
{
	static const char *const signs[] = {"type=\"password\"", "type='password'", "type=password",
					    "SAMLRequest"};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strcasestr(html, signs[i]))
			return true;
	return false;
}

int portal_wall_refuse(struct reason *reason, const char *what)
{
	return reason_refuse(reason, "%.100s: it shows a login page instead of the list: %s", what,
			     portal_wall_advice());
}
