/* The chain in a pack. */
#include <errno.h>
#include <string.h>

#include "common/embed.h"
#include "common/log.h"
#include "evidence/pack/proofs.h"
#include "store/chain.h"
#include "util/checksum.h"

EMBED(chain, "evidence/pack/chain.sql");

int proofs_find_chain(const struct evidence *evidence, int64_t generation,
		      char chain[static STATE_CHAIN_SIZE])
{
	if (generation < evidence->shown.id)
		return 0;
	return chain_read(evidence->list->database, generation, chain);
}

/* The first generation in which something of the services began that held on the day. */
static int find_first(const struct evidence *evidence, int64_t *first)
{
	sqlite3 *database = evidence->list->database;
	long long shown = (long long)evidence->shown.id;
	int64_t pruned = 0;
	int r = database_number(database, "SELECT " CHAIN_PRUNED_SQL, &pruned);

	*first = evidence->shown.id;
	for (size_t i = 0; r == 0 && i < evidence->service_count; i++) {
		int64_t began = 0;

		r = database_numberf(
			database, &began,
			"SELECT coalesce(min(gen_from), %lld) FROM (SELECT entity, gen_from, gen_to"
			" FROM value UNION ALL SELECT entity, gen_from, gen_to FROM presence)"
			" WHERE entity = %lld AND gen_from <= %lld AND (gen_to IS NULL OR"
			" gen_to > %lld)",
			shown, (long long)evidence->services[i].entity, shown, shown);
		if (began < *first)
			*first = began;
	}
	if (*first <= pruned)
		*first = pruned + 1;
	return r;
}

/* Adds what a generation's chain is of, which must be that. */
static int add_text(const struct evidence *evidence, int64_t generation, const char *chain,
		    struct pack *pack)
{
	_cleanup_buffer_ struct buffer text = {0};
	char sum[CHECKSUM_TEXT_SIZE], name[PACK_NAME_SIZE];
	int r = chain_print(evidence->list->database, generation, &text);

	if (r < 0)
		return r;
	checksum(text.bytes, text.length, sum);
	if (strcmp(sum, chain) != 0)
		return log_error_errno(
			-EBADMSG,
			"%s: what generation %lld holds isn't what its chain says: the history was changed",
			evidence->list->store.path, (long long)generation);
	(void)snprintf(name, sizeof(name), PACK_CHAIN_FOLDER "%lld.txt", (long long)generation);
	pack_add(pack, name, &text);
	return 0;
}

static int add_texts(const struct evidence *evidence, struct pack *pack)
{
	char chain[STATE_CHAIN_SIZE];
	int64_t first = 0;
	int r = find_first(evidence, &first);

	for (int64_t id = first; r >= 0 && id <= evidence->newest.id; id++) {
		r = chain_read(evidence->list->database, id, chain);
		if (r > 0)
			r = add_text(evidence, id, chain, pack);
	}
	return r;
}

static int add_table(const struct evidence *evidence, struct pack *pack)
{
	sqlite3 *database = evidence->list->database;
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	struct buffer text = {0};
	int r = chain_add_function(database);

	if (r == 0)
		r = database_prepare(database, embedded_chain, &rows);
	if (r < 0)
		return r;
	buffer_printf(&text, PACK_CHAIN_HEADER "\nstore\t%s\n", evidence->uuid);
	(void)sqlite3_bind_int64(rows, 1, evidence->shown.id);
	while ((r = database_next(rows)) > 0)
		buffer_printf(&text, "%s\n", database_text(rows, 0));
	pack_add(pack, PACK_CHAIN, &text);
	return r;
}

int pack_add_chain(const struct evidence *evidence, bool whole, struct pack *pack)
{
	int r = add_table(evidence, pack);

	return r < 0 || !whole ? r : add_texts(evidence, pack);
}
