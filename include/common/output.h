/*
 * The end of standard output. A full disk shows itself when the last bytes are
 * written, or only when the file is closed. So a program's main() ends with this.
 */
#ifndef ISMAPFS_OUTPUT_H
#define ISMAPFS_OUTPUT_H

#include <errno.h>
#include <stdio.h>

#include "common/log.h"

/* Closes standard output. Returns 0 when all that was printed is written; else -errno, already
 * reported. */
static inline int output_end(void)
{
	int error = ferror(stdout) ? EIO : 0;

	errno = 0;
	if (fclose(stdout) != 0 && errno != 0)
		error = errno;
	if (error == 0)
		return 0;
	return log_error_errno(-error, "standard output could not be written whole: %m");
}

#endif
