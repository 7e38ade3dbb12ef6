/* An archive that somebody calls a pack of evidence: whatever is read of it keeps a pack's limits,
 * and none that nobody signed is right. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "evidence/pack/pack.h"
#include "evidence/pack/proofs.h"
#include "fuzz.h"

static void check(const struct pack *pack)
{
	size_t size = 0;

	promise(pack->count <= PACK_FILES_MAX);
	for (size_t i = 0; i < pack->count; i++) {
		const struct pack_file *file = &pack->files[i];

		promise(pack_name_is_fit(file->name));
		promise(file->name[0] != '/' && !strstr(file->name, ".."));
		promise(i == 0 || strcmp(pack->files[i - 1].name, file->name) < 0);
		promise(pack_find(pack, file->name) == file);
		size += file->bytes.length;
	}
	promise(size <= PACK_SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_close_ int fd = memfd_create("pack", MFD_CLOEXEC);
	_cleanup_pack_ struct pack pack = {0};
	struct minisign_keys keys = {.count = 1, .keys[0].key[0] = 9};
	struct minisign_signature signature;
	struct reason reason = {.about = "fuzz"};
	char path[32];
	size_t count;
	int r;

	promise(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = pack_read(path, &reason, &pack);
	promise(r == 0 || (r == -EBADMSG && reason.sentence[0] != '\0'));
	if (r < 0)
		return 0;
	check(&pack);
	r = proofs_check_chain(&pack, &reason, &count);
	promise(r == 0 || r == -EBADMSG);
	promise(pack_check(&pack, &keys, &reason, &signature) == -EBADMSG);
	return 0;
}
