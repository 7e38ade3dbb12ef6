/*
 * The documents that FedRAMP publishes: which one it is, and what could not be
 * read of it. A document is told by its content, never by its name. One thread.
 */
#ifndef ISMAPFS_FEDRAMP_DOCUMENT_H
#define ISMAPFS_FEDRAMP_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

enum fedramp_document {
	FEDRAMP_NO_DOCUMENT,
	FEDRAMP_LIST,
	FEDRAMP_CHANGELOG,
	FEDRAMP_OVERVIEWS,
	FEDRAMP_EXPORT, /* fedramp-products.json: damaged names, refused by fedramp_list_read() */
};

enum fedramp_document fedramp_document_of(const cJSON *root);

/*
 * Values that a document states, but that can't be read: a member of another
 * type or a date that is none (text is NULL), or a word that nobody knows.
 */
struct fedramp_loss {
	char *member;
	char *text;
	size_t services; /* or rows, where they belong to no service */
	size_t last;	 /* the row that was counted last */
};

struct fedramp_losses {
	struct fedramp_loss *rows;
	size_t count, capacity;
};

/* Counts a row once for each member and text. When there are too many different texts, more of
 * them are counted without their text. */
void fedramp_losses_add(struct fedramp_losses *losses, const char *member, const char *text,
			size_t row);
void fedramp_losses_release(struct fedramp_losses *losses);

#define FEDRAMP_SENTENCE_SIZE 256

/* Why a document is refused, in the user's language, without the document's name. */
struct fedramp_refusal {
	char sentence[FEDRAMP_SENTENCE_SIZE];
};

/* By printf's rules; format is already translated. Returns -EBADMSG. */
__attribute__((format(printf, 2, 3))) int fedramp_refuse(struct fedramp_refusal *refusal,
							 const char *format, ...);

/* A service that the publisher made up to try something. Any of them may be NULL. */
bool fedramp_is_invented(const char *id, const char *provider, const cJSON *public_status);

/*
 * The instant of a changelog's or an overview's time: what it says, UTC where it
 * states no zone. 0 or -EINVAL.
 */
int fedramp_time_parse(const char *text, int64_t *instant);

#endif
