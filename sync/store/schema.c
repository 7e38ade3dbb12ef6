#include "store/schema.h"

#include "util/embed.h"

EMBED(schema, "schema.sql");

const char *schema_sql(void)
{
	return embedded_schema;
}
