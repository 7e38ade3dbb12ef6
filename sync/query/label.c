#include "query/label.h"

#include <stddef.h>
#include <string.h>

#include "common/messages.h"
#include "vocabulary.h"

#define NAME_OF_FIELD(id, identifier, name, ...) N_(name),
#define NAME_OF_RELATION(id, identifier, name, ...) N_(name),

const char *field_label(const char *name)
{
	static const char *const names[] = {
		VOCABULARY_FIELDS(NAME_OF_FIELD) VOCABULARY_RELATIONS(NAME_OF_RELATION)
			N_("baseline"),
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return translate(names[i]);
	return name;
}
