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

/* Words for which the registry has none of its own are those of all. */
static void put_words(struct buffer *tsv, const struct word *words, const struct registry *registry)
{
	for (const struct word *word = words; word->word; word++) {
		if (registry_find_status(registry, word->word) != word)
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
	const struct registry *registry = about->registry;
	_cleanup_buffer_ struct buffer tsv = {0};
	int64_t directory;
	int r = document_directory(documents->database, ".registry", &directory);

	if (r < 0)
		return r;
	buffer_text(&tsv, "word\tsource words\tword before\tin-force\tmeaning\tJapanese\n");
	if (registry)
		put_words(&tsv, registry->statuses, registry);
	put_words(&tsv, statuses_of_all, registry);
	return document_put(documents, directory, "words", &tsv);
}
