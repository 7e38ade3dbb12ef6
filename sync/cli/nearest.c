#include "cli/nearest.h"

#include <stdbool.h>
#include <string.h>

/* Longer words are nobody's slip. */
#define WORD_MAX 32

static size_t least(size_t left, size_t right)
{
	return left < right ? left : right;
}

/* How many letters were added, left out, changed, or exchanged with their neighbour (optimal string
 * alignment). */
static size_t count_slips(const char *typed, size_t typed_length, const char *word,
			  size_t word_length)
{
	size_t rows[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t i = 0; i <= typed_length; i++)
		rows[i][0] = i;
	for (size_t j = 0; j <= word_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= typed_length; i++)
		for (size_t j = 1; j <= word_length; j++) {
			size_t cost = typed[i - 1] != word[j - 1];
			size_t slips = least(rows[i - 1][j] + 1, rows[i][j - 1] + 1);

			slips = least(slips, rows[i - 1][j - 1] + cost);
			if (i > 1 && j > 1 && typed[i - 1] == word[j - 2] &&
			    typed[i - 2] == word[j - 1])
				slips = least(slips, rows[i - 2][j - 2] + cost);
			rows[i][j] = slips;
		}
	return rows[typed_length][word_length];
}

void nearest_consider(struct nearest *nearest, const char *word)
{
	size_t typed_length = strlen(nearest->typed), word_length = strlen(word), slips;

	if (typed_length < 2 || typed_length > WORD_MAX || word_length > WORD_MAX)
		return;
	slips = count_slips(nearest->typed, typed_length, word, word_length);
	if (slips > word_length / 3 && strncmp(word, nearest->typed, typed_length) != 0)
		return;
	if (nearest->best && nearest->distance <= slips)
		return;
	nearest->best = word;
	nearest->distance = slips;
}
