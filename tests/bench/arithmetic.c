/*
 * A driver that knows every answer by arithmetic: `arithmetic SERVICES
 * MOUNTPOINT` shows the services of make_store.py's lists with twenty values
 * each, now and at its first day, and asks no store. What a request through it
 * takes is the kernel's share and libfuse's of what one through ismapfs takes,
 * and tells how much of the growth is theirs.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fuse_lowlevel.h>

#define VALUES 20
#define FIRST_NUMBERED 4
#define FIRST_DAY "2026-01-01"
#define TEXT "What a field says\n"
#define LIFETIME 1e9
#define LISTING_MAX 131072
#define LISTING_END INT64_MAX

/* The kinds of what is shown; an inode number is past << 60 | kind << 56 | service << 8 | field. */
enum kind { ROOT, AT, SERVICES, SERVICE, VALUE };

struct place {
	bool past;
	enum kind kind;
	uint64_t service;
	unsigned field;
};

static uint64_t inode_of(const struct place *place)
{
	if (place->kind == ROOT && !place->past)
		return FUSE_ROOT_ID;
	return (uint64_t)place->past << 60 | (uint64_t)place->kind << 56 | place->service << 8 |
	       place->field;
}

static struct place place_of(uint64_t inode)
{
	if (inode == FUSE_ROOT_ID)
		return (struct place){.kind = ROOT};
	return (struct place){
		.past = inode >> 60 & 1,
		.kind = (enum kind)(inode >> 56 & 0xf),
		.service = inode >> 8 & 0xffffffffffff,
		.field = inode & 0xff,
	};
}

static void field_name(unsigned field, char name[static 32])
{
	static const char *const first[FIRST_NUMBERED] = {"name", "number", "status",
							  "provider.name"};

	if (field < FIRST_NUMBERED)
		(void)snprintf(name, 32, "%s", first[field]);
	else
		(void)snprintf(name, 32, "extra.field-%02u", field);
}

static struct fuse_entry_param entry_of(const struct place *place)
{
	struct fuse_entry_param entry = {
		.ino = inode_of(place),
		.attr_timeout = LIFETIME,
		.entry_timeout = LIFETIME,
	};

	entry.attr.st_ino = entry.ino;
	entry.attr.st_mode = place->kind == VALUE ? S_IFREG | 0444 : S_IFDIR | 0555;
	entry.attr.st_nlink = 1;
	entry.attr.st_size = place->kind == VALUE ? (off_t)sizeof(TEXT) - 1 : 0;
	return entry;
}

/* Whether the directory has the name: *place becomes what it stands for. */
static bool find(struct place *place, const char *name, uint64_t services)
{
	char expected[32];
	unsigned long service;
	char *end;

	switch (place->kind) {
	case ROOT:
		place->kind = strcmp(name, "services") == 0 ? SERVICES : AT;
		return place->kind == SERVICES || (!place->past && strcmp(name, "at") == 0);
	case AT: *place = (struct place){.past = true}; return strcmp(name, FIRST_DAY) == 0;
	case SERVICES:
		service = strncmp(name, "S-", 2) == 0 ? strtoul(name + 2, &end, 10) : services;
		*place = (struct place){place->past, SERVICE, service, 0};
		return service < services && *end == '\0';
	case SERVICE:
		place->kind = VALUE;
		for (place->field = 0; place->field < VALUES; place->field++) {
			field_name(place->field, expected);
			if (strcmp(name, expected) == 0)
				return true;
		}
		return false;
	default: return false;
	}
}

static void op_init(void *userdata, struct fuse_conn_info *connection)
{
	(void)userdata;
	connection->want &= ~(unsigned)(FUSE_CAP_READDIRPLUS_AUTO | FUSE_CAP_SPLICE_READ |
					FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE);
	connection->want |= connection->capable & (FUSE_CAP_READDIRPLUS | FUSE_CAP_PARALLEL_DIROPS);
}

static void op_lookup(fuse_req_t request, fuse_ino_t parent, const char *name)
{
	const uint64_t *services = fuse_req_userdata(request);
	struct fuse_entry_param entry = {.entry_timeout = LIFETIME};
	struct place place = place_of(parent);

	if (find(&place, name, *services))
		entry = entry_of(&place);
	(void)fuse_reply_entry(request, &entry);
}

/* For files and directories: as ismapfs, it is asked once. */
static void op_open(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *file)
{
	(void)inode;
	(void)file;
	(void)fuse_reply_err(request, ENOSYS);
}

static void op_getattr(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *file)
{
	const struct place place = place_of(inode);
	const struct fuse_entry_param entry = entry_of(&place);

	(void)file;
	(void)fuse_reply_attr(request, &entry.attr, LIFETIME);
}

static void op_read(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset,
		    struct fuse_file_info *file)
{
	size_t behind = (size_t)offset < sizeof(TEXT) - 1 ? (size_t)offset : sizeof(TEXT) - 1;
	size_t left = sizeof(TEXT) - 1 - behind;

	(void)inode;
	(void)file;
	(void)fuse_reply_buf(request, TEXT + behind, left < size ? left : size);
}

static void op_readdirplus(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset,
			   struct fuse_file_info *file)
{
	const uint64_t *services = fuse_req_userdata(request);
	struct place place = place_of(inode);
	uint64_t count = place.kind == SERVICES ? *services : place.kind == SERVICE ? VALUES : 0;
	size_t most = size < LISTING_MAX ? size : LISTING_MAX, used = 0;
	char *buffer = malloc(most);

	(void)file;
	place.kind++;
	for (uint64_t i = (uint64_t)offset; buffer && i < count; i++) {
		struct fuse_entry_param entry;
		char name[32];
		size_t needed;

		if (place.kind == SERVICE)
			(void)snprintf(name, sizeof(name), "S-%07u", (unsigned)(place.service = i));
		else
			field_name(place.field = (unsigned)i, name);
		entry = entry_of(&place);
		needed = fuse_add_direntry_plus(request, buffer + used, most - used, name, &entry,
						i + 1 == count ? LISTING_END : (off_t)i + 1);
		if (needed > most - used)
			break;
		used += needed;
	}
	(void)fuse_reply_buf(request, buffer, used);
	free(buffer);
}

static const struct fuse_lowlevel_ops operations = {
	.init = op_init,
	.lookup = op_lookup,
	.getattr = op_getattr,
	.open = op_open,
	.opendir = op_open,
	.read = op_read,
	.readdirplus = op_readdirplus,
};

int main(int count, char **arguments)
{
	struct fuse_args options = FUSE_ARGS_INIT(0, NULL);
	struct fuse_loop_config *config = fuse_loop_cfg_create();
	struct fuse_session *session = NULL;
	uint64_t services = count == 3 ? strtoull(arguments[1], NULL, 10) : 0;
	int r = -1;

	if (services == 0 || !config) {
		(void)fprintf(stderr, "Usage: arithmetic SERVICES MOUNTPOINT\n");
		return 2;
	}
	if (fuse_opt_add_arg(&options, "arithmetic") == 0 &&
	    fuse_opt_add_arg(&options, "-oro,default_permissions,nosuid,nodev,noexec,noatime") == 0)
		session = fuse_session_new(&options, &operations, sizeof(operations), &services);
	if (session && fuse_session_mount(session, arguments[2]) == 0) {
		fuse_loop_cfg_set_max_threads(config, 2);
		r = fuse_session_loop_mt(session, config);
		fuse_session_unmount(session);
	}
	if (session)
		fuse_session_destroy(session);
	fuse_loop_cfg_destroy(config);
	fuse_opt_free_args(&options);
	return r == 0 ? 0 : 1;
}
