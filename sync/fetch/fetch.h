/*
 * Reading a publication: over https, from a file, from a pipe.
 *
 * A location is one of
 *   https://…    certificates are always verified; proxies from the environment
 *   http://…     to this machine's loopback only (127.0.0.0/8, [::1], localhost), never through a
 * proxy file:///…    a file, as is any text without `://`
 *   -            standard input
 * A redirect is followed within the same scheme, host and port, five times.
 */
#ifndef ISMAPFS_FETCH_H
#define ISMAPFS_FETCH_H

#include "fetch/answer.h"

/*
 * One attempt, redirects included. gzip, xz and zstd are unpacked, be they the
 * transfer's encoding or the file's own compression.
 * *result is overwritten, whatever it held; on error it has no bytes, but is
 * releasable. Any thread may call, each with its own request and result.
 * Returns 0, or one of these errors with its sentence in request->reason:
 *   -EINVAL        a location or certificate file that isn't allowed or makes no sense
 *   -EISDIR, -ENOENT, -EACCES and others of open() and read(): the file
 *   -ENOENT        the server has no such thing (404, 410)
 *   -EACCES        the server refuses (401, 403, 407)
 *   -EFBIG         more than size_max
 *   -EBADMSG       compressed data that is damaged or incomplete
 *   -EKEYREJECTED  the server's certificate isn't trusted
 *   -EPROTO        an answer that makes no sense, or leads elsewhere
 *   -EAGAIN        the server can't now (408, 425, 429, 5xx)
 *   -EHOSTUNREACH, -ECONNREFUSED, -ECONNRESET, -ETIMEDOUT: the network
 *   -EINTR         a signal while waiting for a file, or the progress function
 *   -EOPNOTSUPP    the libraries as installed can't
 */
int fetch(const struct fetch_request *request, struct fetch_result *result);

#endif
