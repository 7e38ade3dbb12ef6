/*
 * Who is who, and under which name: keys of providers and auditors, which a
 * source names but doesn't number, and the names in by-name/.
 */
#ifndef ISMAPFS_IDENTITY_H
#define ISMAPFS_IDENTITY_H

#include "stage/staging.h"

/*
 * Gives every staged provider and auditor its key: that of the party of the store
 * that has, or had last, exactly this name; else that of one which the publication
 * proves to have been renamed; else a slug of the name that no other has. Names
 * that differ in case alone are different names while both are on the list.
 */
int identity_find_keys(struct staging *staging);

/* Stages the names of listed services, made safe, for by-name/ (4-derive.sql). */
int identity_stage_names(struct staging *staging);

#endif
