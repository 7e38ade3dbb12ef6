#include "stage/directories.h"

#include <string.h>

/* Each comes after the one that it is in. */
static const struct {
	enum kind kind;
	const char *key; /* its path, without the root */
} directories[] = {
	{KIND_ROOT, "/"},
	{KIND_COLLECTION, "services"},
	{KIND_COLLECTION, "delisted"},
	{KIND_COLLECTION, "providers"},
	{KIND_COLLECTION, "auditors"},
	{KIND_COLLECTION, "agencies"},
	{KIND_COLLECTION, "controls"},
	{KIND_COLLECTION, "baselines"},
	{KIND_COLLECTION, "by-name"},
	{KIND_COLLECTION, "by-status"},
	{KIND_COLLECTION, "by-level"},
	{KIND_COLLECTION, "by-class"},
	{KIND_COLLECTION, "by-expiry"},
	{KIND_DERIVED, "records"},
	{KIND_DERIVED, "records/services"},
	{KIND_DERIVED, "records/providers"},
	{KIND_DERIVED, "tables"},
	{KIND_DERIVED, "at"},
	{KIND_DERIVED, "changes"},
	{KIND_DERIVED, "history"},
	{KIND_DERIVED, "history/services"},
	{KIND_DERIVED, "history/providers"},
	{KIND_REGISTRY, ".registry"},
	{KIND_DERIVED, ".registry/schema"},
};
#define COUNT (sizeof(directories) / sizeof(directories[0]))

/* Which of them a directory is in: 0, the root, or the one whose key is the path before its name.
 */
static size_t parent_of(const char *key, const char *slash)
{
	for (size_t i = 1; slash && i < COUNT; i++)
		if (strncmp(directories[i].key, key, (size_t)(slash - key)) == 0 &&
		    directories[i].key[slash - key] == '\0')
			return i;
	return 0;
}

int directories_stage(struct staging *staging)
{
	int64_t sids[COUNT] = {0};
	int r = 0;

	for (size_t i = 0; i < COUNT; i++) {
		const char *key = directories[i].key, *slash = strchr(key, '/');

		r = staging_entity(staging, directories[i].kind, key, &sids[i]);
		if (r == 0 && i > 0)
			r = staging_presence(staging, sids[i], sids[parent_of(key, slash)],
					     slash ? slash + 1 : key);
		if (r < 0)
			return r;
	}
	r = staging_entity(staging, KIND_COLLECTION, "services", &staging->services);
	if (r == 0)
		r = staging_entity(staging, KIND_COLLECTION, "delisted", &staging->delisted);
	if (r == 0)
		r = staging_entity(staging, KIND_COLLECTION, "controls", &staging->controls);
	if (r == 0)
		r = staging_entity(staging, KIND_COLLECTION, "baselines", &staging->baselines);
	return r;
}
