#include <string.h>

#include "store/database.h"
#include "stage/staging.h"

/* The directories that every tree has: key, key of the one above, name. */
static const struct {
	enum kind kind;
	const char *key;
	const char *parent;
	const char *name;
} directories[] = {
	{KIND_COLLECTION, "services", "/", "services"},
	{KIND_COLLECTION, "delisted", "/", "delisted"},
	{KIND_COLLECTION, "providers", "/", "providers"},
	{KIND_COLLECTION, "auditors", "/", "auditors"},
	{KIND_COLLECTION, "controls", "/", "controls"},
	{KIND_COLLECTION, "baselines", "/", "baselines"},
	{KIND_COLLECTION, "by-name", "/", "by-name"},
	{KIND_COLLECTION, "by-status", "/", "by-status"},
	{KIND_COLLECTION, "by-level", "/", "by-level"},
	{KIND_COLLECTION, "by-expiry", "/", "by-expiry"},
	{KIND_DERIVED, "records", "/", "records"},
	{KIND_DERIVED, "records/services", "records", "services"},
	{KIND_DERIVED, "records/providers", "records", "providers"},
	{KIND_DERIVED, "tables", "/", "tables"},
	{KIND_DERIVED, "at", "/", "at"},
	{KIND_DERIVED, "changes", "/", "changes"},
	{KIND_DERIVED, "history", "/", "history"},
	{KIND_DERIVED, "history/services", "history", "services"},
	{KIND_DERIVED, "history/providers", "history", "providers"},
	{KIND_REGISTRY, ".registry", "/", ".registry"},
	{KIND_DERIVED, ".registry/schema", ".registry", "schema"},
};

/* What each field means, shown as a file of the field's name. */
static int stage_vocabulary(struct staging *staging, int64_t schema)
{
	return database_executef(staging->database,
				 "INSERT INTO staged_value (sid, field, text)"
				 " SELECT %lld, id, type || ': ' || meaning FROM field",
				 (long long)schema);
}

int staging_directories(struct staging *staging)
{
	int64_t root, registry = 0, sid = 0, parent;
	int r = staging_entity(staging, KIND_ROOT, "/", &root);

	for (size_t i = 0; r == 0 && i < sizeof(directories) / sizeof(directories[0]); i++) {
		r = staging_entity(staging, directories[i].kind, directories[i].key, &sid);
		if (r < 0)
			return r;
		if (directories[i].kind == KIND_REGISTRY)
			registry = sid;
		if (strcmp(directories[i].parent, "/") == 0)
			parent = root;
		else if (strcmp(directories[i].parent, ".registry") == 0)
			parent = registry;
		else
			r = staging_entity(staging, KIND_DERIVED, directories[i].parent, &parent);
		if (r == 0)
			r = staging_presence(staging, sid, parent, directories[i].name);
	}
	return r < 0 ? r : stage_vocabulary(staging, sid);
}
