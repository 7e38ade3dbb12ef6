/*
 * Where lists come from. A registry keeps a list; a reader understands one kind
 * of document. Several readers may read one registry's list, and one reader may
 * read the lists of several registries. Each is a constant in a folder of its
 * own and a line in list.h; no other file names one.
 */
#ifndef ISMAPFS_SOURCE_H
#define ISMAPFS_SOURCE_H

#include "fetch/network.h"
#include "sources/list.h"
#include "sources/record.h"
#include "sources/word.h"
#include "stage/publication.h"

struct cJSON;

/* All that the program knows of a registry before it reads its list. */
struct registry {
	const char *name;     /* short, as the store has it */
	const char *title;    /* the list's own name */
	const char *title_en; /* the same in English; NULL: it is English */
	const char *site;     /* what the addresses of its own pages begin with; NULL: unknown */
	const char *time_zone;
	const char *language;
	/* Up to one without a word; what every list may have besides is in statuses_of_all. */
	const struct word *statuses;
	/* A word of another field; NULL: nothing is known of it. The function may be NULL. */
	const struct word *(*find_word)(const char *field, const char *word);
	/* The address of a service is the registry's page about it, not the provider's. */
	bool url_is_entry;
	/*
	 * The rule of the day: on the day after its date a service with one of these
	 * statuses, a JSON array, gets that status. Both NULL: there is no such rule.
	 */
	const char *dated_statuses;
	const char *past_date_status;
	/* A list that comes along, in the interchange format, NUL-terminated; or NULL. */
	const char *bundled, *bundled_end;
	/* Where that is not the list, but examples: a sentence that says so, in both languages. */
	const char *sample, *sample_ja;
	/* Who publishes the list, in English and in Japanese; or NULL. */
	const char *publisher, *publisher_ja;
	int loss_limit; /* percent of the services that may be missing at once */
	/* The label map of its own lists, for tables that were made of them; NULL: there is none.
	 */
	const char *(*labels)(void);
	/*
	 * Stages rows of a table by the registry's own rules, for a store that may have no list
	 * yet: an array of {"number" or "key", "level", "fields": [{"field", "label", "value",
	 * "display"}]}, of which level, field and value may be missing. Returns as read() of a
	 * reader does. NULL: the registry has no rules of its own.
	 */
	int (*stage_rows)(struct staging *staging, struct publication *publication,
			  const struct cJSON *rows, const char *edition);
};

/* What the user says about getting a list that isn't one file. Borrowed. */
struct source_options {
	const char *map;      /* a label map of the user's, or NULL */
	const char *liu_page; /* the id of one more list's page, besides the map's; or NULL */
	const char *contact;  /* whom to ask about our requests; or NULL */
	int64_t delay;	      /* ms between two requests, ± a quarter */
};

/* In generation.source: it came along with the program. */
#define SOURCE_BUNDLED "bundled"

#define SOURCE_DELAY_DEFAULT INT64_C(2000) /* ms */

/* Where the publisher itself offers a document. */
struct document_address {
	const char *text;
	const char *shape;   /* of what it offers, nothing else is taken; NULL: any of the role */
	bool for_first_fill; /* asked for by a store that has no list yet, or with --list */
};

/* One of the documents that a publication is made of. */
struct document_kind {
	const char *role;	   /* DOCUMENT_LIST or another word */
	bool required;		   /* no publication is without it */
	bool many;		   /* a publication may have several of them */
	const char *const *shapes; /* all words that recognise() answers, up to a NULL */
	/* What a document's bytes are: a constant word, for each shape of the role another; NULL:
	 * no such document. Where that takes parsing them, the document keeps its tree. */
	const char *(*recognise)(struct document *document);
	/* Asked one after the other until one answers; up to one without a text. NULL: none. */
	const struct document_address *addresses;
	/* The role of another document without which one of this shape isn't enough for `fresh`;
	 * NULL: there is none. The function may be NULL. */
	const char *(*needs)(const char *shape);
	/* Where it states its time, to put files in order without reading them whole: the member
	 * with its quotes; NULL: nowhere. */
	const char *time_member;
	/* Where its records are; NULL: nobody can cut them out. */
	const struct record_place *records;
	int (*parse_time)(const char *text, int64_t *instant);
};

/* A reader of one kind of publication. */
struct reader {
	const char *name;		       /* for --source, and in generation.source */
	const struct document_kind *documents; /* up to one without a role */
	/* What the names of files end in that a folder is read for, up to a NULL. NULL: every file
	 * is one of the documents. */
	const char *const *endings;
	const char *former_shape; /* of its list in a store of version 1 */
	const struct registry
		*registry; /* whose lists alone it reads; NULL: the list says whose it is */
	/* Whether a document of that role and shape (NULL: of any shape) can state that field of a
	 * service. A field that only absent documents state stays as it is. NULL: the list states
	 * them all. */
	bool (*states)(const char *role, const char *shape, int field);
	/*
	 * Stages every fact and fills in the publication. Returns 0; -EBADMSG when the
	 * publication is refused, with the sentence in its reason; or another -errno,
	 * already reported.
	 */
	int (*read)(struct staging *staging, struct publication *publication);
	/* Stages editions, controls and baselines alone; or NULL. */
	int (*read_catalogue)(struct staging *staging, struct publication *publication);
	/* Lines for the tree's README about what it reads; NULL: a document states its own. */
	const char *about;
	/* It states dates, but not whether they have passed: the registry's rule of the day does.
	 */
	bool leaves_dates;
	/* Gets a document that isn't one file: as ask_until_answered() of the request. When an
	 * answer is refused, the result holds it. NULL: one request is enough. */
	int (*fetch)(struct network *network, const struct fetch_request *request,
		     const struct source_options *options, struct fetch_result *result);
	/* Makes one document of those from a folder that say something together only, such as the
	 * pages of a portal, and puts it in their place. location: the folder. Returns 0, or an
	 * error with its sentence in reason; *refused is then the document that is refused, if it
	 * is one. NULL: each stays as it is. */
	int (*assemble)(const char *location, struct document_set *documents,
			const struct source_options *options, bool quiet, struct reason *reason,
			size_t *refused);
	/* Prints on stdout what an address answers and what becomes of it; NULL: there is nothing
	 * to try. Returns 0 or -errno, with the sentence in reason. */
	int (*probe)(struct network *network, const char *location,
		     const struct source_options *options, struct reason *reason);
	/* Any text may be one of its documents: what it recognises is no proof of anything. */
	bool takes_any;
	/* The role of the document that --map names; NULL: a map says how documents are got. */
	const char *map_role;
	/* It is no publication at all, but a published store (follow.h). read is NULL. */
	bool mirrors;
};

#define SOURCE_DECLARE_REGISTRY(name) extern const struct registry registry_##name;
#define SOURCE_DECLARE_READER(name) extern const struct reader reader_##name;
REGISTRIES(SOURCE_DECLARE_REGISTRY)
READERS(SOURCE_DECLARE_READER)

/* Words of a status that every list may have; up to one without a word. */
extern const struct word statuses_of_all[];

/* The registry or the reader of that name, or NULL. */
const struct registry *registry_find(const char *name);
const struct reader *reader_find(const char *name);

/* The first reader that has a probe. */
const struct reader *reader_find_probe(void);

/* The names of the registries with a bundled list, or of all readers, separated by commas. */
void registry_put_names(struct buffer *text);
void reader_put_names(struct buffer *text);

/* The shapes of official lists of which a source has more than one, separated by commas. */
void reader_put_list_shapes(struct buffer *text);

/* The readers, up to a NULL. */
extern const struct reader *const readers[];

/* What a word of status means; NULL when nothing is known of it. registry may be NULL. */
const struct word *registry_find_status(const struct registry *registry, const char *word);

/* What a word of another field means, by the field's name; NULL when nothing is known of it.
 * registry may be NULL. */
const struct word *registry_find_word(const struct registry *registry, const char *field,
				      const char *word);

/* Fills in what a publication of this registry, read by this reader, says of the list itself. */
void publication_describe(struct publication *publication, const struct registry *registry,
			  const struct reader *reader);

/* A copy of the bundled list with a NUL behind it, as reading may rewrite it. The caller frees
 * it. NULL when there is none; registry may be NULL. */
unsigned char *registry_bundled(const struct registry *registry, size_t *length);

/*
 * Stages the editions, controls and baselines of the bundled list, for a store
 * that has none. Returns 0, also when there is no such list, or -errno.
 */
int registry_stage_catalogue(const struct registry *registry, struct staging *staging,
			     struct reason *reason);

/*
 * The time that a document states, from its text alone. A guess for putting
 * files in order; what counts is what reading it finds. -ENOENT or -EINVAL when
 * there is none.
 */
int document_peek(const struct document_kind *kind, const void *bytes, size_t length,
		  int64_t *instant);

/* The kind of a reader's documents that has that role, or NULL. */
const struct document_kind *reader_find_kind(const struct reader *reader, const char *role);

/* The kind that a document is by its bytes, or NULL. Fills in its shape. */
const struct document_kind *reader_recognise(const struct reader *reader,
					     struct document *document);

/* The first reader that recognises a document's bytes as one of its own, or NULL. */
const struct reader *reader_find_by_content(const struct document *document);

/* For recognise(): the shape, if the bytes hold that text near their beginning, or NULL. */
const char *document_recognise_by_text(const struct document *document, const char *text,
				       const char *shape);

#endif
