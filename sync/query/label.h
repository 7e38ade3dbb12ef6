/* What people call a field. */
#ifndef ISMAPFS_QUERY_LABEL_H
#define ISMAPFS_QUERY_LABEL_H

/* The label of a field or a relation in the user's language: in English the name that files have,
 * as for a field that the vocabulary lacks. */
const char *field_label(const char *name);

#endif
