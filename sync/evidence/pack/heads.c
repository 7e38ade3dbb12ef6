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
#include "util/file.h"
#include "util/memory.h"

static void add_part(struct pack *pack, const struct head *head, const char *ending,
		     const char *bytes, size_t length)
{
	struct buffer copy = {0};
	char name[PACK_NAME_SIZE];

	(void)snprintf(name, sizeof(name), "heads/%lld-%s%s", (long long)head->generation,
		       head->chain, ending);
	buffer_append(&copy, bytes, length);
	pack_add(pack, name, &copy);
}

/* Adds a signature and a head in one, if they are of a generation of the pack. What makes no sense
 * is left out. */
static int add_head(struct evidence *evidence, const struct buffer *bytes, struct pack *pack)
{
	struct reason unused = {.about = ""};
	size_t begin = bytes->length > 0 ? kept_head_find(span_of(bytes)) : 0;
	char chain[STATE_CHAIN_SIZE] = "";
	_cleanup_free_ char *copy = NULL;
	struct head head;
	int r;

	if (begin >= bytes->length)
		return 0;
	copy = xstrndup(bytes->bytes + begin, bytes->length - begin);
	if (head_parse((unsigned char *)copy, bytes->length - begin, &unused, &head) < 0 ||
	    strcmp(head.uuid, evidence->uuid) != 0)
		return 0;
	r = proofs_find_chain(evidence, head.generation, chain);
	if (r <= 0)
		return r;
	if (strcmp(chain, head.chain) == 0)
		evidence->heads++;
	else
		evidence->forked = true;
	add_part(pack, &head, ".json.minisig", bytes->bytes, begin);
	add_part(pack, &head, ".json", bytes->bytes + begin, bytes->length - begin);
	return 0;
}

/* In the order of their names, so that the same store gives the same pack. */
static int add_forks(struct evidence *evidence, struct pack *pack)
{
	int store_fd = evidence->list->store.fd;
	_cleanup_close_ int folder =
		openat(store_fd, FORKS_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **entries = NULL;
	int count, r = 0;

	if (folder < 0)
		return 0;
	count = scandirat(folder, ".", &entries, NULL, alphasort);
	if (count < 0)
		return log_error_errno(-errno, "%s/" FORKS_FOLDER ": %m",
				       evidence->list->store.path);
	for (int i = 0; i < count; i++) {
		_cleanup_buffer_ struct buffer bytes = {0};
		const char *ending = strrchr(entries[i]->d_name, '.');

		if (r == 0 && ending && strcmp(ending, ".head") == 0 &&
		    file_read_whole(folder, entries[i]->d_name,
				    MINISIGN_FILE_SIZE_MAX + HEAD_SIZE_MAX, &bytes) == 0)
			r = add_head(evidence, &bytes, pack);
		free(entries[i]);
	}
	free(entries);
	return r;
}

/* A head that the store follows may be among those of a fork. */
static void drop_repeated(struct pack *pack)
{
	size_t kept = 0;

	pack_sort(pack);
	for (size_t i = 0; i < pack->count; i++) {
		if (kept > 0 && strcmp(pack->files[kept - 1].name, pack->files[i].name) == 0) {
			buffer_release(&pack->files[i].bytes);
			continue;
		}
		pack->files[kept++] = pack->files[i];
	}
	pack->count = kept;
}

int pack_add_heads(struct evidence *evidence, struct pack *pack)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	int r;

	if (!evidence->origin)
		return 0;
	r = kept_head_read(&evidence->list->store, &bytes);
	if (r < 0 && r != -ENOENT)
		return log_error_errno(r, "%s/" STORE_MIRROR "/head: %m",
				       evidence->list->store.path);
	r = add_head(evidence, &bytes, pack);
	if (r == 0)
		r = add_forks(evidence, pack);
	drop_repeated(pack);
	return r;
}
