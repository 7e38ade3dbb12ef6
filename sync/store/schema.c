#include "store.h"

#include "common/embed.h"

EMBED(schema, "schema.sql");

const char *store_schema(void)
{
	return embedded_schema;
}
