#include "query/search.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/embed.h"
#include "query/fold.h"
#include "util/buffer.h"
#include "util/memory.h"

EMBED(search, "query/sql/search.sql");

/* What is searched for, folded. */
struct sought {
	char *words[SEARCH_WORDS_MAX];
	size_t count;
	char *all; /* as one text */
};

static void sought_release(struct sought *sought)
{
	for (size_t i = 0; i < sought->count; i++)
		free(sought->words[i]);
	free(sought->all);
}

/* Adds the words of a folded text: what is typed between quotation marks counts word by word. */
static void add_words(struct sought *sought, char *folded)
{
	char *position = NULL;

	for (char *word = strtok_r(folded, " ", &position);
	     word && sought->count < SEARCH_WORDS_MAX; word = strtok_r(NULL, " ", &position))
		sought->words[sought->count++] = xstrdup(word);
}

static void sought_begin(struct sought *sought, const char *const *words, size_t count)
{
	_cleanup_buffer_ struct buffer all = {0};

	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *folded = query_fold(words[i]);

		buffer_printf(&all, " %s", words[i]);
		add_words(sought, folded);
	}
	sought->all = query_fold(all.bytes ? all.bytes : "");
}

static bool begins_word(const char *text, const char *at)
{
	return at == text || !isalnum((unsigned char)at[-1]) || !isalnum((unsigned char)at[0]);
}

/* How a word is in a text: FIT_WORDS, FIT_PART, or FIT_PROVIDER for not at all. */
static enum search_fit fit_of_word(const char *text, const char *word)
{
	enum search_fit fit = FIT_PROVIDER;

	for (const char *at = text; (at = strstr(at, word)); at++) {
		if (begins_word(text, at))
			return FIT_WORDS;
		fit = FIT_PART;
	}
	return fit;
}

/* How well a number or a name fits; FIT_PROVIDER: it lacks a word. */
static enum search_fit fit_of_name(const struct sought *sought, const char *name)
{
	enum search_fit fit = FIT_WORDS;

	if (strcmp(name, sought->all) == 0)
		return FIT_WHOLE;
	if (strncmp(name, sought->all, strlen(sought->all)) == 0)
		return FIT_BEGIN;
	for (size_t i = 0; i < sought->count; i++) {
		enum search_fit one = fit_of_word(name, sought->words[i]);

		if (one > fit)
			fit = one;
	}
	return fit;
}

static bool has_all_words(const struct sought *sought, char *const *texts, size_t count)
{
	for (size_t i = 0; i < sought->count; i++) {
		bool found = false;

		for (size_t j = 0; !found && j < count; j++)
			found = strstr(texts[j], sought->words[i]) != NULL;
		if (!found)
			return false;
	}
	return true;
}

/* The texts that a service is searched by, folded: the first of them are its own present names. */
#define TEXTS 6
#define NAMES 4

static bool fits(const struct sought *sought, sqlite3_stmt *row, enum search_fit *fit)
{
	char *texts[TEXTS];
	bool found;

	texts[0] = query_fold(database_text(row, 1));
	for (int i = 1; i < TEXTS; i++)
		texts[i] = query_fold(database_text(row, i + 3));
	found = has_all_words(sought, texts, TEXTS);
	*fit = FIT_PROVIDER;
	for (size_t i = 0; found && i < NAMES; i++) {
		enum search_fit one = fit_of_name(sought, texts[i]);

		if (one < *fit)
			*fit = one;
	}
	for (size_t i = 0; i < TEXTS; i++)
		free(texts[i]);
	return found;
}

static enum search_group group_of(sqlite3_stmt *row)
{
	if (sqlite3_column_int(row, 2) == 0)
		return SEARCH_LEFT;
	return strcmp(database_text(row, 3), "yes") == 0 ? SEARCH_IN_FORCE : SEARCH_OTHERS;
}

static void add(struct search_hits *hits, sqlite3_stmt *row, enum search_fit fit)
{
	hits->hits = xgrow(hits->hits, &hits->capacity, hits->count, 1, sizeof(*hits->hits));
	hits->hits[hits->count++] = (struct search_hit){
		.entity = sqlite3_column_int64(row, 0),
		.number = xstrdup(database_text(row, 1)),
		.group = group_of(row),
		.fit = fit,
	};
}

static int compare(const void *left, const void *right)
{
	const struct search_hit *a = left, *b = right;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->fit != b->fit)
		return a->fit < b->fit ? -1 : 1;
	return strcmp(a->number, b->number);
}

int search(const struct list *list, const char *const *words, size_t word_count,
	   struct search_hits *hits)
{
	__attribute__((cleanup(sought_release))) struct sought sought = {0};
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	enum search_fit fit;
	int r = database_prepare(list->database, embedded_search, &rows);

	*hits = (struct search_hits){0};
	if (r < 0)
		return r;
	sought_begin(&sought, words, word_count);
	while ((r = database_next(rows)) > 0)
		if (fits(&sought, rows, &fit))
			add(hits, rows, fit);
	if (hits->count > 0)
		qsort(hits->hits, hits->count, sizeof(*hits->hits), compare);
	return r;
}

void search_release(struct search_hits *hits)
{
	for (size_t i = 0; i < hits->count; i++)
		free(hits->hits[i].number);
	free(hits->hits);
	*hits = (struct search_hits){0};
}
