#include "render/plain_tree.h"

#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "store/reader.h"
#include "util/buffer.h"
#include "store/database.h"
#include "render/documents.h"
#include "util/file.h"
#include "common/log.h"
#include "vocabulary.h"
#include "util/memory.h"

enum query {
	QUERY_VALUES,
	QUERY_LINKS,
	QUERY_RELATIONS,
	QUERY_CHILDREN,
	QUERY_DOCUMENTS,
	QUERY_CHUNKS,
	QUERY_TOUCH,
	QUERY_COUNT,
};

/* What holds in generation ?3; the newest one is now. */
#define HOLDS(row) " AND " row ".gen_from <= ?3 AND (" row ".gen_to IS NULL OR " row ".gen_to > ?3)"

static const char *const query_texts[QUERY_COUNT] = {
	[QUERY_VALUES] =
		"SELECT f.name, v.text, g.mtime FROM value v JOIN field f ON f.id = v.field"
		" JOIN generation g ON g.id = v.gen_from WHERE v.entity = ?1" HOLDS("v"),
	[QUERY_LINKS] = "SELECT l.name, l.path, g.mtime FROM link l"
			" JOIN generation g ON g.id = l.gen_from"
			" WHERE l.entity = ?1 AND l.relation = ?2" HOLDS("l"),
	[QUERY_RELATIONS] = "SELECT DISTINCT r.id, r.name FROM link l"
			    " JOIN relation r ON r.id = l.relation"
			    " WHERE l.entity = ?1 AND l.relation <> ?2" HOLDS("l"),
	[QUERY_CHILDREN] = "SELECT p.entity, p.name, e.kind FROM presence p"
			   " JOIN entity e ON e.id = p.entity"
			   " WHERE p.parent = ?1 AND p.entity <> 1" HOLDS("p"),
	[QUERY_DOCUMENTS] = "SELECT d.id, d.name, g.mtime FROM document d"
			    " JOIN generation g ON g.id = d.gen_from WHERE d.entity = ?1",
	[QUERY_CHUNKS] = "SELECT bytes FROM chunk WHERE document = ?1 ORDER BY seq",
	[QUERY_TOUCH] =
		"SELECT mtime FROM generation WHERE id = coalesce("
		"(SELECT max(gen) FROM touch WHERE entity = ?1 AND relation = ?2 AND gen <= ?3),"
		" (SELECT min(id) FROM generation))",
};

struct exporter {
	const struct store_directory *store;
	sqlite3 *database;
	bool stale;
	int64_t newest;	    /* mtime of the newest generation, ns */
	int64_t generation; /* whose state is written */
	bool dated;	    /* below at/: facts alone, neither documents nor what is made of them */
	bool with_at;	    /* write at/<day>/ too */
};

/* A query that is in use on one level of the tree is needed again below it: each level prepares its
 * own. */
static int prepare(const struct exporter *export, enum query query, int64_t entity, int relation,
		   sqlite3_stmt **statement)
{
	int r = database_prepare(export->database, query_texts[query], statement);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(*statement, 1, entity);
	if (sqlite3_bind_parameter_count(*statement) > 1) {
		(void)sqlite3_bind_int(*statement, 2, relation);
		(void)sqlite3_bind_int64(*statement, 3, export->generation);
	}
	return 0;
}

/* A file's two times from nanoseconds. */
static void set_times(struct timespec times[static 2], int64_t mtime)
{
	times[0].tv_sec = floor_divide(mtime, 1000 * 1000 * 1000);
	times[0].tv_nsec = mtime - times[0].tv_sec * 1000 * 1000 * 1000;
	times[1] = times[0];
}

static int set_mtime(int directory_fd, const char *name, int64_t mtime)
{
	struct timespec times[2];

	set_times(times, mtime);
	return utimensat(directory_fd, name, times, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static int write_file(int directory_fd, const char *name, const void *bytes, size_t length,
		      int64_t mtime)
{
	_cleanup_close_ int fd = openat(directory_fd, name,
					O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	int r = fd < 0 ? -errno : file_write_all(fd, bytes, length);

	if (r == 0)
		r = set_mtime(directory_fd, name, mtime);
	if (r < 0)
		return log_error_errno(r, "writing %s: %m", name);
	return 0;
}

static int write_values(const struct exporter *export, int directory_fd, int64_t entity)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer text = {0};
	int r = prepare(export, QUERY_VALUES, entity, 0, &rows);

	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		const char *value = database_text(rows, 1);

		buffer_clear(&text);
		buffer_text(&text, value);
		if (value[0] != '\0')
			buffer_text(&text, "\n");
		r = write_file(directory_fd, database_text(rows, 0), text.bytes, text.length,
			       sqlite3_column_int64(rows, 2));
		if (r < 0)
			return r;
	}
	return r;
}

static int write_link(int directory_fd, const char *name, const char *path, int64_t mtime)
{
	int r = symlinkat(path, directory_fd, name) < 0 ? -errno : 0;

	if (r == 0)
		r = set_mtime(directory_fd, name, mtime);
	return r < 0 ? log_error_errno(r, "writing the link %s: %m", name) : 0;
}

static int write_links(const struct exporter *export, int directory_fd, int64_t entity,
		       int relation)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = prepare(export, QUERY_LINKS, entity, relation, &rows);

	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		r = write_link(directory_fd, database_text(rows, 0), database_text(rows, 1),
			       sqlite3_column_int64(rows, 2));
		if (r < 0)
			return r;
	}
	return r;
}

/* Makes a subdirectory and opens it. */
static int make_directory(int directory_fd, const char *name, int *fd)
{
	if (mkdirat(directory_fd, name, 0755) < 0)
		return log_error_errno(-errno, "making %s: %m", name);
	*fd = openat(directory_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return *fd < 0 ? log_error_errno(-errno, "opening %s: %m", name) : 0;
}

/* Last, as writing into a directory changes its mtime. */
static int stamp_directory(const struct exporter *export, int fd, int64_t entity, int relation)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	struct timespec times[2];
	int r = prepare(export, QUERY_TOUCH, entity, relation, &row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r;
	set_times(times, sqlite3_column_int64(row, 0));
	return futimens(fd, times) < 0 ? -errno : 0;
}

static int write_relation(const struct exporter *export, int directory_fd, int64_t entity,
			  int relation, const char *name)
{
	_cleanup_close_ int fd = -1;
	int r = make_directory(directory_fd, name, &fd);

	if (r == 0)
		r = write_links(export, fd, entity, relation);
	return r < 0 ? r : stamp_directory(export, fd, entity, relation);
}

static int write_relations(const struct exporter *export, int directory_fd, int64_t entity)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = prepare(export, QUERY_RELATIONS, entity, RELATION_SELF, &rows);

	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		r = write_relation(export, directory_fd, entity, sqlite3_column_int(rows, 0),
				   database_text(rows, 1));
		if (r < 0)
			return r;
	}
	return r;
}

static int read_document(const struct exporter *export, int64_t document, struct buffer *bytes)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = prepare(export, QUERY_CHUNKS, document, 0, &rows);

	if (r < 0)
		return r;
	buffer_clear(bytes);
	while ((r = database_next(rows)) > 0) {
		r = document_append_chunk(NULL, rows, 0, bytes);
		if (r < 0)
			return r;
	}
	return r;
}

static int write_state_file(const struct exporter *export, int directory_fd, enum state_file file,
			    const char *readme)
{
	const struct state *state = &export->store->state;
	char text[STATE_FILE_SIZE_MAX];
	int length = state_render(file, state, export->stale, readme, text, sizeof(text));

	if (length < 0)
		return length == -ENOENT ? 0 : length;
	return write_file(
		directory_fd, state_file_name(file), text, (size_t)length,
		state_mtime(file, state, export->stale, STATE_MAX_AGE_DEFAULT, export->newest));
}

static int write_documents(const struct exporter *export, int directory_fd, int64_t entity)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	_cleanup_buffer_ struct buffer bytes = {0};
	int r = prepare(export, QUERY_DOCUMENTS, entity, 0, &rows);

	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		const char *name = database_text(rows, 1);

		r = read_document(export, sqlite3_column_int64(rows, 0), &bytes);
		if (r < 0)
			return r;
		if (entity == ENTITY_ROOT && strcmp(name, STATE_README_DOCUMENT) == 0)
			r = write_state_file(export, directory_fd, STATE_README,
					     bytes.bytes ? bytes.bytes : "");
		else
			r = write_file(directory_fd, name, bytes.bytes, bytes.length,
				       sqlite3_column_int64(rows, 2));
		if (r < 0)
			return r;
	}
	return r;
}

static int write_directory(const struct exporter *export, int directory_fd, int64_t entity,
			   enum kind kind);

/* at/<day>/ for each day that has a publication of its own, and `latest`. */
static int write_days(const struct exporter *export, int at_fd, int64_t at)
{
	_cleanup_statement_ sqlite3_stmt *days = NULL;
	char latest[DAY_TEXT_SIZE] = "";
	int r = database_prepare(export->database,
				 "SELECT day, max(id) FROM generation WHERE kept = 1 GROUP BY day"
				 " ORDER BY 2",
				 &days);

	if (r < 0)
		return r;
	while ((r = database_next(days)) > 0) {
		struct exporter dated = *export;
		_cleanup_close_ int fd = -1;

		(void)snprintf(latest, sizeof(latest), "%.40s", database_text(days, 0));
		dated.dated = true;
		dated.generation = sqlite3_column_int64(days, 1);
		r = make_directory(at_fd, latest, &fd);
		if (r == 0)
			r = write_directory(&dated, fd, ENTITY_ROOT, KIND_ROOT);
		if (r < 0)
			return r;
	}
	if (r == 0)
		r = write_link(at_fd, "latest", latest, export->newest);
	return r < 0 ? r : stamp_directory(export, at_fd, at, RELATION_SELF);
}

static int write_child(const struct exporter *export, int directory_fd, const char *name,
		       int64_t child, enum kind kind, bool has_days)
{
	_cleanup_close_ int fd = -1;
	int r = make_directory(directory_fd, name, &fd);

	if (r == 0)
		r = write_directory(export, fd, child, kind);
	return r < 0 || !has_days ? r : write_days(export, fd, child);
}

static int write_children(const struct exporter *export, int directory_fd, int64_t entity)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = prepare(export, QUERY_CHILDREN, entity, 0, &rows);

	if (r < 0)
		return r;
	while ((r = database_next(rows)) > 0) {
		const char *name = database_text(rows, 1);
		enum kind kind = (enum kind)sqlite3_column_int(rows, 2);

		if (export->dated && (kind == KIND_DERIVED || kind == KIND_REGISTRY))
			continue;
		r = write_child(export, directory_fd, name, sqlite3_column_int64(rows, 0), kind,
				export->with_at && entity == ENTITY_ROOT &&
					strcmp(name, "at") == 0);
		if (r < 0)
			return r;
	}
	return r;
}

/* The tree is three levels deep at the most, whatever a store says: a presence is one step down
 * from root. */
static int write_directory(const struct exporter *export, int directory_fd, int64_t entity,
			   enum kind kind)
{
	int r = write_values(export, directory_fd, entity);

	if (r == 0)
		r = write_links(export, directory_fd, entity, RELATION_SELF);
	if (r == 0)
		r = write_relations(export, directory_fd, entity);
	if (r == 0 && !export->dated)
		r = write_documents(export, directory_fd, entity);
	if (r == 0)
		r = write_children(export, directory_fd, entity);
	for (int file = STATE_CHECKED; r == 0 && kind == KIND_REGISTRY && file < STATE_FILE_COUNT;
	     file++)
		r = write_state_file(export, directory_fd, (enum state_file)file, NULL);
	return r < 0 ? r : stamp_directory(export, directory_fd, entity, RELATION_SELF);
}

static int open_export(struct exporter *export)
{
	int64_t complete;
	int r = store_reader_open_current(export->store, &export->database);

	if (r < 0)
		return r;
	r = database_number(export->database,
			    "SELECT complete FROM generation ORDER BY id DESC LIMIT 1", &complete);
	if (r == 0)
		r = database_number(export->database, "SELECT max(mtime) FROM generation",
				    &export->newest);
	if (r == 0)
		r = database_number(export->database, "SELECT max(id) FROM generation",
				    &export->generation);
	export->stale = state_is_stale(&export->store->state, complete != 0, STATE_MAX_AGE_DEFAULT,
				       timestamp_now());
	return r;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *position)
{
	(void)status;
	(void)type;
	(void)position;
	return remove(path) < 0 ? -errno : 0;
}

static int remove_tree(const char *path)
{
	return nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS) < 0 ? -errno : 0;
}

/* 1 when it is, 0 when something is in it, -ENOENT, -ENOTDIR … */
static int is_empty_directory(const char *path)
{
	_cleanup_closedir_ DIR *directory = opendir(path);

	if (!directory)
		return -errno;
	for (struct dirent *entry; (entry = readdir(directory));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return 0;
	return 1;
}

/* Whether what is there may go: nothing, an empty directory, or an export of this very store. */
static int check_replaceable(const struct exporter *export, const char *output)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	_cleanup_free_ char *path = NULL;
	_cleanup_fclose_ FILE *file = NULL;
	char uuid[64] = "";
	int r;

	r = is_empty_directory(output);
	if (r < 0 && r != -ENOENT)
		return log_error_errno(r, "%s: cannot be replaced: %m", output);
	if (r != 0)
		return 0;
	r = database_prepare(export->database, "SELECT uuid FROM store", &row);
	if (r == 0)
		r = database_next(row);
	if (r < 0)
		return r;
	path = xasprintf("%s/.registry/uuid", output);
	file = fopen(path, "re");
	if (file && fgets(uuid, sizeof(uuid), file))
		uuid[strcspn(uuid, "\n")] = '\0';
	if (uuid[0] == '\0' || strcmp(uuid, database_text(row, 0)) != 0)
		return log_error_errno(
			-EEXIST,
			"%s is there already and is not an export of this store; give another directory, or remove it",
			output);
	return 0;
}

/* 1 when a directory is the store or below it, 0 when not. */
static int is_within_store(const struct store_directory *store, int directory_fd)
{
	_cleanup_close_ int fd = openat(directory_fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat wanted, here, above;

	if (fd < 0 || fstat(store->fd, &wanted) < 0 || fstat(fd, &here) < 0)
		return -errno;
	for (;;) {
		int parent;

		if (here.st_dev == wanted.st_dev && here.st_ino == wanted.st_ino)
			return 1;
		parent = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (parent < 0)
			return -errno;
		(void)close(fd);
		fd = parent;
		if (fstat(fd, &above) < 0)
			return -errno;
		if (above.st_dev == here.st_dev && above.st_ino == here.st_ino)
			return 0;
		here = above;
	}
}

/* A tree within the store would be swept away, or would confuse the store. */
static int check_outside(const struct store_directory *store, const char *output)
{
	_cleanup_free_ char *path = xstrdup(output);
	_cleanup_close_ int fd = open(dirname(path), O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -errno : is_within_store(store, fd);
	if (r < 0)
		return log_error_errno(r, "%s: cannot be made: %m", output);
	if (r > 0)
		return log_error_errno(
			-EINVAL, "%s is within the store; give a directory elsewhere", output);
	return 0;
}

/* In two steps, where the kernel or the file system can't exchange two names. */
static int replace(const char *fresh, const char *output)
{
	_cleanup_free_ char *old = xasprintf("%s.old", fresh);
	int r;

	if (rename(output, old) < 0)
		return -errno;
	if (rename(fresh, output) == 0)
		return remove_tree(old);
	r = -errno;
	(void)rename(old, output);
	return r;
}

/* Puts the new tree in the old one's place in one step; the old one is removed afterwards. */
static int put_in_place(const char *fresh, const char *output)
{
	if (rename(fresh, output) == 0)
		return 0;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return -errno;
	if (syscall(SYS_renameat2, AT_FDCWD, fresh, AT_FDCWD, output, RENAME_EXCHANGE) < 0)
		return replace(fresh, output);
	return remove_tree(fresh);
}

int export_tree(const struct store_directory *store, const char *output, bool with_at)
{
	struct exporter export = {.store = store, .with_at = with_at};
	size_t length = strlen(output);
	_cleanup_database_ sqlite3 *database = NULL;
	_cleanup_free_ char *fresh = NULL;
	_cleanup_close_ int fd = -1;
	int r = open_export(&export);

	database = export.database;
	if (r == 0)
		r = check_outside(store, output);
	if (r == 0)
		r = check_replaceable(&export, output);
	if (r < 0)
		return r;
	length -= length > 1 && output[length - 1] == '/';
	fresh = xasprintf("%.*s.XXXXXX", (int)length, output);
	if (!mkdtemp(fresh))
		return log_error_errno(-errno, "%s: cannot be made: %m", output);
	fd = open(fresh, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = fd < 0 ? -errno : fchmod(fd, 0755) < 0 ? -errno : 0;
	if (r == 0)
		r = write_directory(&export, fd, ENTITY_ROOT, KIND_ROOT);
	if (r == 0)
		r = put_in_place(fresh, output);
	if (r < 0) {
		(void)remove_tree(fresh);
		return log_error_errno(r, "%s: the export failed: %m", output);
	}
	return 0;
}
