/* Time stamps in a pack: an authority's answers (RFC 3161) that the store has of its chains. Nobody
 * relies on what they say: whoever checks the pack verifies them.
 */
#include <string.h>

#include "common/log.h"
#include "evidence/pack/proofs.h"
#include "stamp/folder.h"

static void note(struct evidence *evidence, int64_t generation, const struct stamp *stamp)
{
	struct evidence_stamp *first = &evidence->stamp;

	if (first->generation > 0 && first->generation <= generation)
		return;
	first->generation = generation;
	first->time = stamp->time;
	memcpy(first->authority, stamp->authority, sizeof(first->authority));
}

static int add_stamp(struct evidence *evidence, const struct stamp_entry *entry, struct pack *pack)
{
	const struct store_directory *store = &evidence->list->store;
	_cleanup_buffer_ struct buffer bytes = {0};
	char chain[STATE_CHAIN_SIZE], name[STAMP_NAME_SIZE];
	struct stamp stamp;
	int r = entry->file == STAMP_ANSWER ? proofs_find_chain(evidence, entry->generation, chain)
					    : 0;

	if (r <= 0 || strcmp(chain, entry->chain) != 0)
		return r < 0 ? r : 0;
	stamp_name(entry, name);
	r = stamp_check_file(store, entry, NULL, &bytes, &stamp);
	if (r < 0)
		return r;
	if (r == STAMP_ALTERED) {
		log_warning("%s/%s is no time stamp of that chain, so it is left out", store->path,
			    name);
		return 0;
	}
	note(evidence, entry->generation, &stamp);
	pack_add(pack, name, &bytes);
	return 0;
}

int pack_add_stamps(struct evidence *evidence, struct pack *pack)
{
	_cleanup_stamp_entries_ struct stamp_entries entries = {.rows = NULL};
	int r = stamp_entries_read(&evidence->list->store, &entries);

	for (size_t i = 0; r == 0 && i < entries.count; i++)
		r = add_stamp(evidence, &entries.rows[i], pack);
	return r;
}
