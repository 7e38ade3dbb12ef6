/* Heads that an origin signed, in a pack: the one that a mirror follows, and those of a fork. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/log.h"
#include "evidence/pack/proofs.h"
#include "mirror/fork.h"
#include "mirror/head.h"
#include "mirror/kept_head.h"
#include "store/chain.h"
#include "util/file.h"
#include "util/memory.h"

/* Adds a part of a head. Returns false when the pack has it already: the head that the store
 * follows may be among those of a fork. */
static bool add_part(struct pack *pack, const struct head *head, const char *ending,
		     struct span part)
{
	struct buffer copy = {0};
	char name[PACK_NAME_SIZE];

	(void)snprintf(name, sizeof(name), "heads/%lld-%s%s", (long long)head->generation,
		       head->chain, ending);
	for (size_t i = 0; i < pack->count; i++)
		if (strcmp(pack->files[i].name, name) == 0)
			return false;
	buffer_append(&copy, part.bytes, part.length);
	pack_add(pack, name, &copy);
	return true;
}

/* Whether those bytes are a head of this store that its origin signed. */
static bool read_head(const struct evidence *evidence, struct span signature, struct span text,
		      struct head *head)
{
	struct minisign_keys keys = {.count = 1};
	struct reason unused = {.about = ""};
	_cleanup_free_ char *copy = NULL;

	if (text.length == 0 || minisign_parse_public(evidence->origin, &keys.keys[0]) < 0 ||
	    !kept_head_is_signed(signature, text, &keys))
		return false;
	copy = xstrndup(text.bytes, text.length);
	return head_parse((unsigned char *)copy, text.length, &unused, head) == 0 &&
	       strcmp(head->uuid, evidence->uuid) == 0;
}

/* Notes what a head says of the chain that the store has. */
static int note(struct evidence *evidence, const struct head *head)
{
	char chain[STATE_CHAIN_SIZE] = "";
	int r = chain_read(evidence->list->database, head->generation, chain);

	if (r < 0)
		return r;
	if (r > 0 && strcmp(chain, head->chain) != 0)
		evidence->forked = true;
	else if (r > 0 && head->generation >= evidence->shown.id)
		evidence->heads++;
	else if (head->generation > evidence->newest.id)
		evidence->refused = true;
	return 0;
}

/* Adds a signature and a head in one, a file of the store. */
static int add_head(struct evidence *evidence, const char *name, const struct buffer *bytes,
		    struct pack *pack)
{
	size_t begin = bytes->length > 0 ? kept_head_find(span_of(bytes)) : 0;
	const struct span signature = {bytes->bytes, begin};
	const struct span text = {bytes->length > 0 ? bytes->bytes + begin : "",
				  bytes->length - begin};
	struct head head = {0};

	if (!read_head(evidence, signature, text, &head)) {
		log_warning("%s/%s is no head of this list that %s signed, so it is left out",
			    evidence->list->store.path, name, evidence->origin);
		return 0;
	}
	if (!add_part(pack, &head, ".json", text))
		return 0;
	(void)add_part(pack, &head, ".json.minisig", signature);
	return note(evidence, &head);
}

static int report(const struct evidence *evidence, const char *name, int error)
{
	return log_error_errno(error, "%s/%s: %m", evidence->list->store.path, name);
}

static int add_fork(struct evidence *evidence, const char *file, struct pack *pack)
{
	_cleanup_free_ char *name = xasprintf(FORKS_FOLDER "/%s", file);
	_cleanup_buffer_ struct buffer bytes = {0};
	const char *ending = strrchr(file, '.');
	int r;

	if (!ending || strcmp(ending, ".head") != 0)
		return 0;
	r = file_read_whole(evidence->list->store.fd, name, MINISIGN_FILE_SIZE_MAX + HEAD_SIZE_MAX,
			    &bytes);
	return r < 0 ? report(evidence, name, r) : add_head(evidence, name, &bytes, pack);
}

/* In the order of their names, so that the same store gives the same pack. */
static int add_forks(struct evidence *evidence, struct pack *pack)
{
	struct dirent **entries = NULL;
	int r = 0,
	    count = scandirat(evidence->list->store.fd, FORKS_FOLDER, &entries, NULL, alphasort);

	if (count < 0)
		return errno == ENOENT ? 0 : report(evidence, FORKS_FOLDER, -errno);
	for (int i = 0; i < count; i++) {
		if (r == 0)
			r = add_fork(evidence, entries[i]->d_name, pack);
		free(entries[i]);
	}
	free(entries);
	return r;
}

int pack_add_heads(struct evidence *evidence, struct pack *pack)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	int r;

	if (!evidence->origin)
		return 0;
	r = kept_head_read(&evidence->list->store, &bytes);
	if (r == 0)
		r = add_head(evidence, STORE_MIRROR "/head", &bytes, pack);
	else
		r = r == -ENOENT ? 0 : report(evidence, STORE_MIRROR "/head", r);
	return r < 0 ? r : add_forks(evidence, pack);
}
