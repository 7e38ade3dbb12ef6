#include "cli/unreadable.h"

#include <errno.h>
#include <unistd.h>

#include "common/log.h"
#include "util/memory.h"

static void look_at(const char *path)
{
	if (path && access(path, R_OK) < 0 && errno == EACCES)
		log_warning(
			"started by root, this command runs as user %u, who may not read %s; let that user read it (root's own right is kept only in the sandbox, on a kernel with Landlock)",
			(unsigned)geteuid(), path);
}

static void look_at_location(const struct location *location)
{
	_cleanup_curl_text_ char *path = NULL;

	if (location->kind == LOCATION_PATH || location->kind == LOCATION_FOLDER)
		look_at(location->text);
	else if (location->kind == LOCATION_FILE_URL &&
		 location_find_path(location->text, &path) == 0)
		look_at(path);
}

void warn_of_unreadable(const struct sandbox_needs *needs)
{
	for (size_t i = 0; i < needs->location_count; i++)
		look_at_location(&needs->locations[i]);
	for (size_t i = 0; i < SANDBOX_INPUTS_MAX; i++)
		look_at(needs->inputs[i]);
	for (int i = 0; i < needs->word_count; i++)
		look_at(needs->words[i]);
	for (size_t i = 0; i < needs->store_count; i++)
		look_at(needs->stores[i]);
}
