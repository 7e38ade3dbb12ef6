/*
 * A mirror's generation file whose signature is right and whose content is
 * hostile: refused with a sentence, or all that a driver shows of it is in order.
 * The input says what is done to a good one (spoil.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "mirror/accept.h"
#include "rig.h"
#include "store/past/past.h"
#include "spoil.h"
#include "walk.h"

/* What a hostile file may at most make of SQLite's memory: it says how much it has taken. */
#define MEMORY_MAX (64 << 20)

/* Three services, each of the kinds of entities, and two days. */
#define LIST(day, name, services) \
	"{\"format\":\"ismapfs-interchange\",\"version\":1,\"registry\":{\"name\":\"r\"," \
	"\"title\":" \
	"\"R\",\"time_zone\":\"UTC\",\"language\":\"en\"},\"published\":\"" day "\"," \
	"\"complete\":true,\"editions\":[{\"id\":\"e\",\"title\":\"E\",\"controls\":[{\"id\":" \
	"\"1.1\",\"title\":\"T\"},{\"id\":\"1.2\"}]}],\"baselines\":[{\"id\":\"b\",\"title\":" \
	"\"B\",\"controls\":[\"e/1.1\"]}],\"services\":[{\"number\":\"A-1\",\"name\":\"" name \
	"\",\"provider\":\"P\",\"status\":\"registered\",\"baseline\":\"b\",\"valid-until\":" \
	"\"2027-01-31\"}" services "]}"

static const char *const publications[] = {
	LIST("2026-01-01", "One",
	     ",{\"number\":\"A-2\",\"name\":\"Two\",\"provider\":\"Q\",\"auditor\":\"W\","
	     "\"status\":\"registered\",\"controls\":[\"e/1.2\"],\"leverages\":[\"A-1\",\"X\"]},"
	     "{\"key\":\"k\",\"name\":\"one\",\"status\":\"unverified\"}"),
	LIST("2026-01-02", "First",
	     ",{\"number\":\"A-2\",\"name\":\"Two\",\"provider\":\"Q\",\"auditor\":\"W\","
	     "\"status\":\"registered\",\"controls\":[\"e/1.2\"],\"leverages\":[\"A-1\",\"X\"]}"),
};

static struct head head = {.registry = "r", .uuid = RIG_UUID, .generation = 2};

static struct {
	struct buffer good;
	struct store_directory store;
	char path[sizeof("/dev/shm/ismapfs-fuzz.XXXXXX")];
} here = {.store = STORE_DIRECTORY_CLOSED, .path = "/dev/shm/ismapfs-fuzz.XXXXXX"};

static void remove_directory(void)
{
	(void)unlinkat(here.store.fd, STORE_GENERATION_NEW, 0);
	(void)unlinkat(here.store.fd, STORE_GENERATIONS, AT_REMOVEDIR);
	(void)rmdir(here.path);
	buffer_release(&here.good);
}

static void begin(void)
{
	fuzz_store_make(&reader_interchange, publications,
			sizeof(publications) / sizeof(publications[0]), &here.good);
	promise(mkdtemp(here.path) && atexit(remove_directory) == 0);
	here.store.path = here.path;
	here.store.fd = open(here.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	promise(here.store.fd >= 0 && mkdirat(here.store.fd, STORE_GENERATIONS, 0700) == 0);
}

static void write_file(const struct buffer *file)
{
	_cleanup_close_ int fd = openat(here.store.fd, STORE_GENERATION_NEW,
					O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	promise(fd >= 0 && write(fd, file->bytes, file->length) == (ssize_t)file->length);
}

/* Who signs a file states the chain that it has. */
static void state_chain(const struct buffer *file)
{
	int64_t first;

	if (past_find_chain(span_of(file), head.generation, head.chain, &first) <= 0)
		memset(head.chain, '0', sizeof(head.chain) - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reason reason = {.about = "fuzz"};
	_cleanup_buffer_ struct buffer file = {0};
	int r;

	if (here.store.fd < 0)
		begin();
	spoil(span_of(&here.good), data, size, &file);
	write_file(&file);
	state_chain(&file);
	(void)sqlite3_memory_highwater(1);
	r = accept_check_file(&here.store, STORE_GENERATION_NEW, &head, &reason);
	promise(r == 0 || r == -EBADMSG);
	promise((r < 0) == (reason.sentence[0] != '\0'));
	promise(size > 0 || r == 0);
	if (r == 0)
		walk_check(here.store.fd, STORE_GENERATION_NEW);
	promise(sqlite3_memory_highwater(0) < MEMORY_MAX);
	return 0;
}
