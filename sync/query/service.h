/* What a list says of one service, now or at an earlier generation. */
#ifndef ISMAPFS_QUERY_SERVICE_H
#define ISMAPFS_QUERY_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/timestamp.h"
#include "query/list.h"
#include "render/since/since.h"

struct service_value {
	int field;
	char *text;
};

struct service {
	int64_t entity, generation;
	struct service_value *values; /* by field */
	size_t count, capacity;
};

/* So much of a service: all values, or those that a line of an answer needs. */
enum service_extent {
	SERVICE_WHOLE,
	SERVICE_BRIEF,
};

/* Reads the values that a service had in a generation; none where it wasn't there. The caller
 * releases them. Returns 0 or -errno, already reported. */
int service_read(const struct list *list, int64_t entity, int64_t generation,
		 enum service_extent extent, struct service *service);

void service_release(struct service *service);
#define _cleanup_service_ __attribute__((cleanup(service_release)))

/* A field's text; "" where it isn't stated, or stated to be empty. */
const char *service_text(const struct service *service, int field);

/* The same, but NULL where it isn't stated. */
const char *service_stated(const struct service *service, int field);

/* Since when it has its status (render/since/since.h). Returns 0 or -errno, already reported. */
int service_find_since(const struct list *list, const struct service *service,
		       struct status_since *since);

#endif
