/* The directories that every tree has, whatever its list says. */
#ifndef ISMAPFS_DIRECTORIES_H
#define ISMAPFS_DIRECTORIES_H

#include "stage/staging.h"

/* Stages them, first of all: what a source stages is shown in them. */
int directories_stage(struct staging *staging);

#endif
