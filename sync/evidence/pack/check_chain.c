/* Whether a pack's chain is one: each text's checksum is what the next one names, and chain.tsv. */
#include <stdlib.h>
#include <string.h>

#include "evidence/pack/proofs.h"
#include "util/checksum.h"
#include "util/memory.h"

#define CHAIN_LENGTH (CHECKSUM_TEXT_SIZE - 1)

struct link {
	int64_t generation;
	const struct buffer *text;
	char chain[CHECKSUM_TEXT_SIZE];
};

static int compare(const void *left, const void *right)
{
	int64_t a = ((const struct link *)left)->generation;
	int64_t b = ((const struct link *)right)->generation;

	return (a > b) - (a < b);
}

/* The texts of a pack, by their generations. The caller frees them. */
static struct link *find_links(const struct pack *pack, size_t *count)
{
	struct link *links = xmalloc((pack->count + 1) * sizeof(*links));

	*count = 0;
	for (size_t i = 0; i < pack->count; i++) {
		const struct pack_file *file = &pack->files[i];
		const char *number = file->name + strlen(PACK_CHAIN_FOLDER);
		struct link *link = &links[*count];
		char *end = NULL;

		if (strncmp(file->name, PACK_CHAIN_FOLDER, strlen(PACK_CHAIN_FOLDER)) != 0)
			continue;
		link->generation = strtoll(number, &end, 10);
		if (end == number || strcmp(end, ".txt") != 0)
			continue;
		link->text = &file->bytes;
		checksum(file->bytes.bytes, file->bytes.length, link->chain);
		(*count)++;
	}
	qsort(links, *count, sizeof(*links), compare);
	return links;
}

/* Whether a text names what it follows. */
static bool follows(const struct link *link, const struct link *before)
{
	_cleanup_free_ char *line = xasprintf("\nbefore\t%s\n", before->chain);
	const char *first_end = link->text->length > 0 ? strchr(link->text->bytes, '\n') : NULL;

	return first_end && strncmp(first_end, line, strlen(line)) == 0;
}

/* Whether each text follows the one before it, of another number. */
static int check_links(const struct link *links, size_t count, struct reason *reason)
{
	for (size_t i = 1; i < count; i++) {
		if (links[i].generation == links[i - 1].generation)
			return reason_refuse(reason, "generation %lld has two texts",
					     (long long)links[i].generation);
		if (!follows(&links[i], &links[i - 1]))
			return reason_refuse(
				reason, "the text of generation %lld doesn't follow that of %lld",
				(long long)links[i].generation, (long long)links[i - 1].generation);
	}
	return 0;
}

/* A line of chain.tsv: its second field is the number, its last one the chain. *found receives
 * the text that it is of, or NULL. */
static int check_line(char *line, const struct link *links, size_t count, const struct link **found,
		      struct reason *reason)
{
	const char *chain = strrchr(line, '\t');
	struct link key = {.generation = 0};

	*found = NULL;
	if (strncmp(line, "generation\t", strlen("generation\t")) != 0)
		return 0;
	if (!chain || strlen(chain + 1) != CHAIN_LENGTH)
		return reason_refuse(reason, PACK_CHAIN " has a line that makes no sense");
	key.generation = strtoll(line + strlen("generation\t"), NULL, 10);
	*found = bsearch(&key, links, count, sizeof(*links), compare);
	if (!*found && count > 0 && key.generation > links[0].generation)
		return reason_refuse(reason, "it has no text of generation %lld",
				     (long long)key.generation);
	if (*found && strcmp((*found)->chain, chain + 1) != 0)
		return reason_refuse(reason,
				     "the text of generation %lld isn't what its chain is of",
				     (long long)key.generation);
	return 0;
}

static int check_lines(const struct buffer *table, const struct link *links, size_t count,
		       struct reason *reason)
{
	_cleanup_free_ char *copy = xstrndup(table->bytes, table->length);
	char *position = NULL;
	const struct link *found;
	bool leads = count == 0; /* to a chain that others may know */
	int r = 0;

	/* What is behind a NUL wouldn't be looked at. */
	if (strlen(copy) < table->length)
		return reason_refuse(reason, PACK_CHAIN " has a line that makes no sense");
	for (char *line = strtok_r(copy, "\n", &position); r == 0 && line;
	     line = strtok_r(NULL, "\n", &position)) {
		r = check_line(line, links, count, &found, reason);
		leads = leads || (found && found == &links[count - 1]);
	}
	if (r == 0 && !leads)
		return reason_refuse(reason,
				     "the text of generation %lld leads to no line of " PACK_CHAIN,
				     (long long)links[count - 1].generation);
	return r;
}

int proofs_check_chain(const struct pack *pack, struct reason *reason, size_t *count)
{
	const struct pack_file *table = pack_find(pack, PACK_CHAIN);
	_cleanup_free_ struct link *links = find_links(pack, count);
	int r = check_links(links, *count, reason);

	if (!table || table->bytes.length == 0)
		return reason_refuse(reason, "it has no " PACK_CHAIN);
	return r < 0 ? r : check_lines(&table->bytes, links, *count, reason);
}
