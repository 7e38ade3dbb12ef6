/*
 * The chain of generations: of each a checksum over the chain of the one before and
 * over all that it is, began and ended, as a text in one order (chain.sql, and in
 * words in ismap-mirror(7)). Whoever knows one chain can tell whether a store still
 * has the history that it had then.
 */
#ifndef ISMAPFS_CHAIN_H
#define ISMAPFS_CHAIN_H

#include "store/database.h"
#include "util/buffer.h"
#include "util/checksum.h"
#include "util/reason.h"

/* What a generation's row has until chain_seal(). */
#define CHAIN_UNSEALED "0000000000000000000000000000000000000000000000000000000000000000"

/* The chain that a generation's row has: 1; 0: there is no such row; or -errno, already reported.
 */
int chain_read(sqlite3 *database, int64_t generation, char chain[static CHECKSUM_TEXT_SIZE]);

/* Adds the function chain_line(word, field…) to a connection: a line of a text that a checksum is
 * of, as ismap-mirror(7) has it. Returns 0 or -errno, already reported. */
int chain_add_function(sqlite3 *database);

/* Adds all lines that a statement yields to a checksum. Returns 0 or -errno, already reported. */
int chain_add_lines(sqlite3_stmt *lines, struct checksum_sum *sum);

/* Appends the text whose checksum is a generation's chain, as far as its rows are there. Returns 0
 * or -errno, already reported. */
int chain_print(sqlite3 *database, int64_t generation, struct buffer *text);

/* The oldest generation that a pruned file shows: of those behind it all rows are there. 0: the
 * file isn't pruned. */
#define CHAIN_PRUNED_SQL "(SELECT iif(min(id) = 1, 0, min(id)) FROM generation WHERE kept = 1)"

/* Gives the newest generation, all of whose rows are there, its chain. Returns 0 or -errno, already
 * reported. */
int chain_seal(sqlite3 *database);

/* Gives every generation its chain, in the order of their ids. */
int chain_seal_all(sqlite3 *database);

/*
 * Computes the chain of each generation whose rows are all there: of those behind
 * the oldest that isn't pruned, or of all. name is for messages. Returns 0; -EBADMSG
 * with a sentence about the first generation that has another; or another -errno,
 * already reported.
 */
int chain_check(sqlite3 *database, const char *name, struct reason *reason);

#endif
