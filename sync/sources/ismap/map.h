/* The label map of the ISMAP portal that is part of the program, ismap.map. */
#ifndef ISMAPFS_ISMAP_MAP_H
#define ISMAPFS_ISMAP_MAP_H

/* Its text. */
const char *ismap_map(void);

#endif
