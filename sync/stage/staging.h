/*
 * Staging: what a source says, on its way into the store. A source calls these
 * for each fact that it reads; it needs to know neither what the store says
 * already nor how the tree shows it. Texts are copied. One thread.
 *
 * All functions return 0, unless they say otherwise, or −errno, already reported.
 */
#ifndef ISMAPFS_STAGING_H
#define ISMAPFS_STAGING_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "store/database.h"
#include "vocabulary.h"

/* Room for the name of a field's type (vocabulary.h). */
#define FIELD_TYPE_SIZE 16

enum staging_statement {
	STAGE_ENTITY_FIND,
	STAGE_ENTITY_ADD,
	STAGE_NAMED_FIND,
	STAGE_NAMED_ADD,
	STAGE_PRESENCE,
	STAGE_VALUE,
	STAGE_LINK,
	STAGE_PARTY,
	STAGE_DECLARATION,
	STAGE_LEVERAGE,
	STAGE_DELISTED,
	STAGE_UNLISTED,
	STAGE_WORD,
	STAGE_TARGET,
	STAGE_FIELD_FIND,
	STAGE_FIELD_ADD,
	STAGE_STATEMENT_COUNT,
};

struct staging {
	sqlite3 *
		database; /* the working copy of the store, staging attached as `stage`; borrowed */
	sqlite3_stmt *statements[STAGE_STATEMENT_COUNT];
	bool catalogue; /* controls and baselines are staged */
	size_t longest; /* bytes of the longest value */
	/* Staging ids of directories (directories.h). */
	int64_t services;
	int64_t delisted;
	int64_t controls;
	int64_t baselines;
};

/* Attaches a database `stage` with the staging tables, a file that goes when it is closed; what
 * fits is kept in memory. Not within a transaction. */
int staging_open(struct staging *staging, sqlite3 *database);

/* Begins a publication: empties the tables. */
int staging_begin(struct staging *staging);

/* Releases the statements. The caller closes the database, which holds the tables. */
void staging_close(struct staging *staging);
#define _cleanup_staging_ __attribute__((cleanup(staging_close)))

/* The entity of that key, made when it is new. */
int staging_entity(struct staging *staging, enum kind kind, const char *key, int64_t *sid);

/* A provider, an auditor or an agency by its name, made when it is new; its key is found later. */
int staging_named(struct staging *staging, enum kind kind, const char *name, int64_t *sid);

/*
 * A listed service by the registry's id (or, with made_up, by our own key).
 * key: its directory's name: the id itself where it is a safe name. Returns 1,
 * not 0, when this run has staged that id before.
 */
int staging_service(struct staging *staging, const char *id, bool made_up, int64_t *sid);

/*
 * Shows a staged service in delisted/ instead: its registry calls it so. unlisted:
 * the list itself lacks it, so that what the store knows of it stays.
 */
int staging_delisted(struct staging *staging, int64_t sid, bool unlisted);

/* The name of a service's directory: the id, or a safe form of it with a checksum. The caller frees
 * it. */
char *staging_service_key(const char *id);

/* Where an entity is shown. */
int staging_presence(struct staging *staging, int64_t sid, int64_t parent, const char *name);

/* A value. Staging it again replaces it. */
int staging_value(struct staging *staging, int64_t sid, int field, const char *text);

/* Foreign text as a value of one line (text_line). */
int staging_line(struct staging *staging, int64_t sid, int field, const char *text);

int staging_link(struct staging *staging, int64_t sid, enum relation relation, const char *name,
		 int64_t target, const char *path);
int staging_party(struct staging *staging, int64_t service, int64_t party);
int staging_declaration(struct staging *staging, int64_t service, int64_t target);

/* What a word of status says of its services: whether they are in force, and why. */
int staging_status_word(struct staging *staging, const char *word, const char *in_force,
			const char *meaning);

/*
 * A baseline or a control that is shown: of the catalogue that was staged or, when
 * none was, of the store. Returns 1 with its staging id, 0, or −errno.
 */
int staging_target(struct staging *staging, enum kind kind, const char *key, int64_t *sid);

/* That one service is built on another, by their ids, whether they are staged or not. */
int staging_leverage(struct staging *staging, const char *service, const char *target);

/*
 * The id of a field by its name, and the name of its type (FIELD_TYPE_SIZE bytes;
 * NULL: not asked). An `extra.` field that the store's vocabulary lacks is staged
 * for it. -ENOENT for any other unknown name.
 */
int staging_field(struct staging *staging, const char *name, int *field, char *type);

/* Whether a field of that name is the list's own. */
static inline bool staging_is_extra(const char *name)
{
	return strncmp(name, "extra.", strlen("extra.")) == 0;
}

#endif
