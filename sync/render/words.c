/* .registry/words: each word of a status, with the registry's own words for it. */
#include <string.h>

#include "render/render.h"

static void put_field(struct buffer *tsv, const char *text)
{
	buffer_text(tsv, "\t");
	buffer_tsv_field(tsv, text ? text : "");
}

/* The registry's word of today, and its earlier ones. */
static void put_source_words(struct buffer *tsv, const struct word *word)
{
	buffer_text(tsv, "\t");
	buffer_tsv_field(tsv, word->today ? word->today : "");
	for (size_t i = 0; i < WORDS_BEFORE_MAX && word->before[i]; i++) {
		buffer_text(tsv, " | ");
		buffer_tsv_field(tsv, word->before[i]);
	}
}

static bool is_among(const struct word *words, const struct word *word)
{
	for (; words && words->word; words++)
		if (strcmp(words->word, word->word) == 0)
			return true;
	return false;
}

static void put_words(struct buffer *tsv, const struct word *words, const struct word *known)
{
	for (const struct word *word = words; word->word; word++) {
		if (is_among(known, word))
			continue;
		buffer_tsv_field(tsv, word->word);
		put_source_words(tsv, word);
		put_field(tsv, word->former);
		put_field(tsv, word->in_force);
		put_field(tsv, word->meaning);
		put_field(tsv, word->japanese);
		buffer_text(tsv, "\n");
	}
}

int words_render(struct documents *documents, const struct about *about)
{
	const struct word *own = about->registry ? about->registry->statuses : NULL;
	_cleanup_buffer_ struct buffer tsv = {0};
	int64_t directory;
	int r = document_directory(documents->database, ".registry", &directory);

	if (r < 0)
		return r;
	buffer_text(&tsv, "word\tsource words\tword before\tin-force\tmeaning\tJapanese\n");
	if (own)
		put_words(&tsv, own, NULL);
	put_words(&tsv, statuses_of_all, own);
	return document_put(documents, directory, "words", &tsv);
}
