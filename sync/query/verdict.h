/*
 * Whether what people claim of a service holds: the list says so today.
 *
 * A list that must not be relied on (stale.h) decides nothing, also not that it lacks a
 * service. Where several lists are asked, one that holds is enough; where none does, one
 * that can't tell leaves it open.
 */
#ifndef ISMAPFS_QUERY_VERDICT_H
#define ISMAPFS_QUERY_VERDICT_H

#include "query/list.h"
#include "query/names.h"
#include "query/service.h"

/* The better one of two lists' counts. */
enum result {
	RESULT_FAILS,
	RESULT_UNCLEAR,
	RESULT_HOLDS,
};

/* Of two reasons for one result, the later one says more. */
enum verdict_reason {
	REASON_ABSENT,	       /* no list has it, or ever had it */
	REASON_STALE,	       /* the list must not be relied on */
	REASON_AMBIGUOUS,      /* several services have that name */
	REASON_DELISTED,       /* it was on the list */
	REASON_OTHER_STATUS,   /* its status isn't one that is required */
	REASON_UNKNOWN_STATUS, /* nobody knows whether it is in force */
	REASON_REQUIRED,       /* it has a status that is required, or is in force */
};

/* So many candidates are looked at and named. Of more it isn't found out whether none holds. */
#define VERDICT_CANDIDATES_MAX 16

/* A list with its names. */
struct asked_list {
	struct list list;
	struct names names;
};

struct question {
	struct asked_list *lists;
	size_t list_count;
	const char
		*require; /* words of a status, separated by commas; NULL: whatever is in force */
	bool allow_stale;
};

struct verdict {
	enum result result;
	enum verdict_reason reason;
	const struct asked_list *list;	      /* that decided, or that the service is on */
	const struct named_service *service;  /* NULL: none, or several */
	bool former_name;		      /* found by a name that it no longer has */
	const struct folded_name *candidates; /* where there are several: the first ones */
	size_t candidate_count;
	size_t same_name; /* how many services have that name */
};

/* The words that tsv and json have. */
const char *result_word(enum result result);
const char *verdict_reason_word(enum verdict_reason reason);

/* Judges what is claimed. Returns 0 or -errno, already reported. */
int verdict_find(const struct question *question, const char *claimed, struct verdict *verdict);

/* Whether a list decides something. */
bool question_relies_on(const struct question *question, const struct asked_list *list);

/*
 * A word of --require that no list knows is a mistake: it would never hold. *unknown is the first
 * such one, which the caller frees; NULL: there is none. Returns 0 or -errno, already reported.
 */
int question_check_words(const struct question *question, char **unknown);

#endif
