/*
 * Reading the members of FedRAMP's documents.
 *
 * Each function takes a member's value, NULL where there is no such member, and
 * returns the text that it states, which the caller frees. NULL: it states
 * nothing; that is a null, an empty text, and one of the words and spreadsheet
 * errors that stand in its place ("Not Active", "#N/A"). A value of another type
 * is read where its meaning is certain. Where it isn't, *lost becomes true, and
 * what could be read of it is returned.
 */
#ifndef ISMAPFS_FEDRAMP_MEMBERS_H
#define ISMAPFS_FEDRAMP_MEMBERS_H

#include <stdbool.h>

#include <cjson/cJSON.h>

/* The first of the members of those names, separated by spaces, that isn't null; or NULL. */
const cJSON *fedramp_member(const cJSON *object, const char *names);

/* One line; a number's digits; the only item of a list. */
char *fedramp_line(const cJSON *value, bool *lost);

/* Several lines. */
char *fedramp_block(const cJSON *value, bool *lost);

/* A word as text_word() makes it. */
char *fedramp_slug(const cJSON *value, bool *lost);

/* A service's id, without stray white space; also an object's that holds one. */
char *fedramp_id(const cJSON *value, bool *lost);

/*
 * YYYY-MM-DD of YYYY-MM-DD, with or without a time behind it, and of M/D/YYYY.
 * FedRAMP's times are a day's begin, or 20:00, so the day stands as it is written.
 */
char *fedramp_date(const cJSON *value, bool *lost);

/* --MM-DD of MM/DD, which is a day of every year; else as fedramp_date(). */
char *fedramp_yearly(const cJSON *value, bool *lost);

/* "yes" or "no". */
char *fedramp_yes_no(const cJSON *value, bool *lost);

/*
 * A list, one item a line; "" for a list without an item. A text is a list of one
 * item, or of several between semicolons or line ends; with a comma in it nobody
 * can tell: an agency's name may have commas. Items may be objects with a name.
 */
char *fedramp_list_of_lines(const cJSON *value, bool *lost);

/* The same of words as text_word() makes them, in texts also between commas and slashes. */
char *fedramp_list_of_slugs(const cJSON *value, bool *lost);

/* The same of services' ids, also in objects. */
char *fedramp_list_of_ids(const cJSON *value, bool *lost);

/* The address in an object's `url`, or a text: of a page, over http or https, without a user in it;
 * anything else is lost. */
char *fedramp_address(const cJSON *value, bool *lost);

/* Third-party information resources: the ids of those that are certified, one a line. */
char *fedramp_resources(const cJSON *value, bool *lost);

/* Services in the scope of a certification, texts or objects with a name: one a line. An empty
 * list states nothing. */
char *fedramp_certified_services(const cJSON *value, bool *lost);

/* The same as rows: name, tab, security category or nothing. */
char *fedramp_certified_categories(const cJSON *value, bool *lost);

/* The list's own log of events as rows: date, category, description, with tabs between. */
char *fedramp_event_log(const cJSON *value, bool *lost);

#endif
