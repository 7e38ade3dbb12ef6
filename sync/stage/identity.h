/*
 * Who is who, and under which name: keys of providers and auditors, which a
 * source names but doesn't number, and the names in by-name/.
 */
#ifndef ISMAPFS_IDENTITY_H
#define ISMAPFS_IDENTITY_H

#include "stage/staging.h"

/*
 * Gives every staged provider and auditor its key: that of the entity in the
 * store which last had exactly this name; else of one that the publication
 * proves to have been renamed; else a slug of the name that nobody has. Names
 * that differ in case alone are different names while both are on the list.
 */
int identity_find_keys(struct staging *staging);

/* Affects the services whose names in by-name/ depend on those of staged and of affected ones. */
int identity_find_twins(struct staging *staging);

/*
 * Stages by-name/: each listed service under its name. Where several services
 * have one name, each gets its key behind it (name~key), and nobody the bare name.
 */
int identity_stage_names(struct staging *staging);

#endif
