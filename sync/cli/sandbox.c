#include "cli/sandbox.h"

#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>

#include <asm/ioctls.h>
#include <linux/fs.h>
#include <linux/netlink.h>

#include "cli/unreadable.h"
#include "common/capabilities.h"
#include "common/landlock.h"
#include "fetch/location.h"
#include "common/log.h"
#include "common/system_calls.h"
#include "util/memory.h"
#include "util/table/sheet.h"

/* The user and the group that own nothing. */
#define NOBODY 65534

static const char *const calls[] = {
	SYSTEM_CALLS_COMMON,
	/* Waiting for signals. */
	"signalfd4",
	"getppid",
	/* Whether the clock is synchronised. Setting it takes a capability, which is given up. */
	"adjtimex",
	"clock_adjtime",
	"clock_adjtime64",
	NULL,
};

/* Calls of commands that write files. */
static const char *const writing_calls[] = {
	"pwrite64",
	"ftruncate",
	"ftruncate64",
	"fallocate",
	"fsync",
	"fdatasync",
	"syncfs",
	"flock",
	"sendfile",
	"sendfile64",
	"mkdir",
	"mkdirat",
	"rmdir",
	"copy_file_range",
	"unlink",
	"unlinkat",
	"rename",
	"renameat",
	"symlink",
	"symlinkat",
	"renameat2",
	"utimensat",
	"utimensat_time64",
	NULL,
};

/* Calls of libcurl, its resolver's thread and OpenSSL. */
static const char *const network_calls[] = {
	"connect",    "sendto",	       "bind",	     "getsockname",	"getpeername",
	"getsockopt", "setsockopt",    "sendmsg",    "sendmmsg",	"recv",
	"recvfrom",   "recvmsg",       "recvmmsg",   "recvmmsg_time64", "shutdown",
	"socketpair", "select",	       "_newselect", "pselect6",	"pselect6_time64",
	"eventfd2",   "epoll_create1", "epoll_ctl",  "epoll_wait",	"epoll_pwait",
	NULL,
};

/* Files that every command may read, as OpenSSL also computes checksums. */
static const char *const files[] = {"/etc/ssl/openssl.cnf", "/usr/lib/ssl/openssl.cnf",
				    "/dev/urandom", "/dev/random", NULL};

/* Files for looking up names, by any method that may be set up. The methods, and OpenSSL's
 * providers, are libraries. */
static const char *const name_files[] = {
	"/etc/resolv.conf",
	"/etc/hosts",
	"/etc/nsswitch.conf",
	"/etc/host.conf",
	"/etc/gai.conf",
	"/etc/services",
	"/etc/protocols",
	"/run/systemd/resolve",
	"/run/resolvconf",
	"/run/NetworkManager",
	"/run/nscd",
	"/etc/ld.so.cache",
	"/lib",
	"/lib64",
	"/usr/lib",
	"/usr/lib64",
	NULL,
};

/* Where Debian and others keep the authorities that are trusted. */
static const char *const certificate_files[] = {
	"/etc/ssl/certs",
	"/etc/pki/tls/certs",
	"/etc/pki/ca-trust",
	"/etc/ca-certificates",
	"/usr/share/ca-certificates",
	"/usr/local/share/ca-certificates",
	"/usr/share/pki",
	NULL,
};

/* Variables that name other such files. */
static const char *const certificate_variables[] = {"SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF",
						    NULL};

static bool asks_network(const struct sandbox_needs *needs)
{
	for (size_t i = 0; i < needs->location_count; i++)
		if (needs->locations[i].kind == LOCATION_URL)
			return true;
	return needs->network;
}

/* The files that Landlock will allow. After an error nothing more is added. */
struct allowed {
	int ruleset;
	int error; /* 0 or -errno */
};

/* NULL: there is no such path to allow. */
static void allow(struct allowed *allowed, const char *path, uint64_t rights)
{
	if (path && allowed->error == 0)
		allowed->error = landlock_allow_path(allowed->ruleset, path, rights);
}

/* Allows the directory that a path is in. */
static void allow_around(struct allowed *allowed, const char *path, uint64_t rights)
{
	char copy[PATH_MAX];

	if (!path || allowed->error < 0)
		return;
	if ((size_t)snprintf(copy, sizeof(copy), "%s", path) >= sizeof(copy))
		allowed->error = -ENAMETOOLONG;
	else
		allow(allowed, dirname(copy), rights);
}

static void allow_list(struct allowed *allowed, const char *const *paths)
{
	for (; *paths; paths++)
		allow(allowed, *paths, LANDLOCK_READ);
}

static void allow_input(struct allowed *allowed, const struct sandbox_needs *needs,
			const char *path)
{
	char real[PATH_MAX];

	allow(allowed, path, LANDLOCK_READ);
	if (!path || !needs->lasting)
		return;
	allow_around(allowed, path, LANDLOCK_READ);
	if (realpath(path, real))
		allow_around(allowed, real, LANDLOCK_READ);
}

static void allow_location(struct allowed *allowed, const struct sandbox_needs *needs,
			   const struct location *location)
{
	_cleanup_curl_text_ char *path = NULL;

	switch (location->kind) {
	case LOCATION_PATH:
	case LOCATION_FOLDER: allow_input(allowed, needs, location->text); break;
	case LOCATION_FILE_URL:
		/* Reading the location reports it if it makes no sense. */
		if (location_find_path(location->text, &path) == 0)
			allow_input(allowed, needs, path);
		break;
	default: break;
	}
}

static void allow_inputs(struct allowed *allowed, const struct sandbox_needs *needs)
{
	for (size_t i = 0; i < needs->location_count; i++)
		allow_location(allowed, needs, &needs->locations[i]);
	for (int i = 0; i < SANDBOX_INPUTS_MAX; i++)
		allow_input(allowed, needs, needs->inputs[i]);
	for (int i = 0; i < needs->word_count; i++)
		allow_input(allowed, needs, needs->words[i]);
}

static void allow_network_files(struct allowed *allowed, const struct sandbox_needs *needs)
{
	if (needs->lasting)
		allow(allowed, "/etc", LANDLOCK_READ);
	allow_list(allowed, name_files);
	allow_list(allowed, certificate_files);
	for (size_t i = 0; certificate_variables[i]; i++)
		allow(allowed, getenv(certificate_variables[i]), LANDLOCK_READ);
}

/* Returns 1 when files are restricted; 0 when this kernel can't; or -errno. */
static int restrict_files(const struct sandbox_needs *needs)
{
	_cleanup_close_ int ruleset = -1;
	int r = landlock_begin(asks_network(needs), &ruleset);
	struct allowed allowed = {.ruleset = ruleset};

	if (r == -EOPNOTSUPP || r == -ENOSYS)
		return 0;
	if (r < 0)
		return r;
	allow_list(&allowed, files);
	allow_inputs(&allowed, needs);
	allow(&allowed, needs->store, needs->writes ? LANDLOCK_KEEP : LANDLOCK_READ);
	for (size_t i = 0; i < needs->store_count; i++)
		allow(&allowed, needs->stores[i], LANDLOCK_READ);
	if (needs->made)
		allow_around(&allowed, needs->store, LANDLOCK_REMOVE_DIR);
	allow_around(&allowed, needs->output, LANDLOCK_KEEP);
	if (asks_network(needs))
		allow_network_files(&allowed, needs);
	if (allowed.error == 0)
		allowed.error = landlock_end(ruleset);
	return allowed.error < 0 ? allowed.error : 1;
}

/* TCP and UDP, and asking the kernel for its addresses. Looking names up may need a local server's
 * socket; but to root all of them are open, and the C library does without. */
static int allow_sockets(scmp_filter_ctx filter)
{
	static const int families[] = {AF_INET, AF_INET6, AF_UNIX};
	size_t count = geteuid() == 0 ? 2 : 3;
	int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
				 SCMP_A0_32(SCMP_CMP_EQ, AF_NETLINK, 0),
				 SCMP_A2_32(SCMP_CMP_EQ, NETLINK_ROUTE, 0));

	for (size_t i = 0; r == 0 && i < count; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
				     SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)families[i], 0));
	return r;
}

/* The folder of refused publications is made private again; no other file's mode is changed. */
static int allow_private_mode(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fchmod), 1,
				SCMP_A1_32(SCMP_CMP_EQ, 0700, 0));
}

static int allow_device_calls(scmp_filter_ctx filter)
{
	/* They ask how much there is to read, and whether it is a terminal and how wide; FICLONE
	 * makes a copy that shares its blocks. */
	static const uint32_t requests[] = {FIONREAD, FIONBIO, TCGETS, TIOCGWINSZ, FICLONE};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(requests) / sizeof(requests[0]); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				     SCMP_A1_32(SCMP_CMP_EQ, requests[i], 0));
	return r;
}

static bool writes(const struct sandbox_needs *needs)
{
	return needs->writes || needs->made || needs->output;
}

static int allow_writing(scmp_filter_ctx filter)
{
	int r = system_calls_allow(filter, writing_calls);

	return r < 0 ? r : allow_private_mode(filter);
}

static int allow_calls(scmp_filter_ctx filter, const struct sandbox_needs *needs)
{
	bool network = asks_network(needs);
	int r;

	if ((r = system_calls_allow(filter, calls)) < 0 ||
	    (r = system_calls_allow_open(filter, writes(needs))) < 0 ||
	    (r = system_calls_allow_threads(filter, network)) < 0 ||
	    (r = allow_device_calls(filter)) < 0 || (r = system_calls_allow_send(filter)) < 0)
		return r;
	if (writes(needs) && (r = allow_writing(filter)) < 0)
		return r;
	if (!network)
		return 0;
	r = allow_sockets(filter);
	return r < 0 ? r : system_calls_allow(filter, network_calls);
}

static int restrict_calls(const struct sandbox_needs *needs)
{
	_cleanup_seccomp_ scmp_filter_ctx filter = system_calls_begin();
	int r;

	if (!filter)
		out_of_memory();
	r = allow_calls(filter, needs);
	if (r == 0)
		r = seccomp_load(filter);
	return r == -ECANCELED || r == -EINVAL || r == -ENOSYS ? 0 : r;
}

static int fail(const struct command *command, int error)
{
	return log_error_errno(error, "%s can't restrict itself to its own files: %m",
			       command->name);
}

/* The attributes of what a path leads to; where there is nothing, of the directory for it. Returns
 * 0 or -errno. */
static int find_place(const char *path, struct stat *place)
{
	char copy[PATH_MAX];

	if (stat(path, place) == 0)
		return 0;
	if (errno != ENOENT || (size_t)snprintf(copy, sizeof(copy), "%s", path) >= sizeof(copy))
		return -errno;
	return stat(dirname(copy), place) < 0 ? -errno : 0;
}

/* Root's store or webroot in another user's directory: that user could have put it there, or a link
 * to it, and a run as root must not write for them. */
static int check_owner(const struct sandbox_needs *needs)
{
	const char *path = needs->output_stays ? needs->output : needs->store;
	char copy[PATH_MAX];
	struct stat around;

	if (!needs->writes && !needs->output_stays)
		return 0;
	(void)snprintf(copy, sizeof(copy), "%s", path);
	if (stat(dirname(copy), &around) < 0 || around.st_uid == 0)
		return 0;
	return log_error_errno(
		-EPERM,
		"%s belongs to root, in a directory of another user; 'chown -R --reference=%s %s' gives it to that user",
		path, copy, path);
}

/* Whose files the command writes or reads. Returns 0 or -errno. */
static int find_owner(const struct sandbox_needs *needs, struct stat *owner)
{
	char copy[PATH_MAX];

	if (!needs->output && needs->store)
		return find_place(needs->store, owner);
	if (!needs->output) {
		owner->st_uid = NOBODY;
		owner->st_gid = NOBODY;
		return 0;
	}
	if (needs->output_stays)
		return find_place(needs->output, owner);
	(void)snprintf(copy, sizeof(copy), "%s", needs->output);
	return stat(dirname(copy), owner) < 0 ? -errno : 0;
}

/*
 * Makes root the owner, who keeps the capabilities until capabilities_keep(). In a user
 * namespace, or without the capability for it, root may be unable to become anybody; it
 * has no rights over the files of others then. Returns 0 or -errno, already reported.
 */
static int become_owner(const struct command *command, const struct sandbox_needs *needs)
{
	struct stat owner;

	/* A place that isn't there is reported when it is opened. */
	if (geteuid() != 0 || find_owner(needs, &owner) < 0)
		return 0;
	if (owner.st_uid == 0)
		return needs->store ? check_owner(needs) : 0;
	(void)setgroups(0, NULL);
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 ||
	    setresgid(owner.st_gid, owner.st_gid, owner.st_gid) < 0 ||
	    setresuid(owner.st_uid, owner.st_uid, owner.st_uid) < 0)
		return errno == EPERM || errno == EINVAL ? 0 : fail(command, -errno);
	/* The right to read all files is still root's to take, where Landlock says of which. */
	if (!SANDBOX_POSSIBLE || command->sandbox_off || landlock_version() <= 0)
		warn_of_unreadable(needs);
	return 0;
}

/* Files of root's can be written by root without any right. */
static void warn_unbound_root(const struct sandbox_needs *needs)
{
	const char *path = needs->output ? needs->output : needs->store;

	if (geteuid() == 0 && writes(needs))
		log_warning(
			"this kernel has no Landlock, so what breaks into this command may write all files of root's; when %s belongs to another user, it runs as that user",
			path);
}

/* Without Landlock nothing would bound the right to read all files. */
static int restrict_process(const struct sandbox_needs *needs)
{
	int r;

	r = capabilities_keep(CAPABILITY(CAP_DAC_READ_SEARCH));
	if (r == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		r = -errno;
	if (r == 0)
		r = restrict_files(needs);
	if (r == 0) {
		warn_unbound_root(needs);
		r = capabilities_keep(0);
	}
	return r < 0 ? r : restrict_calls(needs);
}

/* In any encoding, whichever the source is: a page may come instead (util/text/page.h). */
static bool reads_publication(const struct sandbox_needs *needs)
{
	return needs->location_count > 0 || needs->word_count > 0 || needs->network;
}

int command_sandbox(const struct command *command, const struct sandbox_needs *needs)
{
	int r = become_owner(command, needs);

	if (r < 0)
		return r;
	if (!SANDBOX_POSSIBLE)
		return 0;
	if (command->sandbox_off) {
		log_warning("--sandbox=off: this command runs without its sandbox");
		return 0;
	}
	if (reads_publication(needs))
		sheet_prepare();
	r = restrict_process(needs);
	return r < 0 ? fail(command, r) : 0;
}

int command_begin_store(const struct command *command, const struct sandbox_needs *needs,
			bool create, bool *made)
{
	struct sandbox_needs all = *needs;

	*made = false;
	if (become_owner(command, needs) < 0)
		return -ECANCELED;
	if (create) {
		int r = store_directory_make(needs->store, made);

		if (r < 0)
			return r;
	}
	all.made = *made;
	return command_sandbox(command, &all) < 0 ? -ECANCELED : 0;
}

/* Root has become the owner, to whom a former run as root may have left files that aren't theirs.
 */
static void tell_owner(const char *path)
{
	struct stat owner;

	if (stat(path, &owner) == 0 && owner.st_uid == geteuid())
		log_error(
			"%s: parts of it belong to another user than its owner; as root, 'chown -R --reference=%s %s' gives them to its owner",
			path, path, path);
}

int command_open_writer(const struct command *command, const struct sandbox_needs *needs,
			bool create, struct store_directory *store)
{
	int r = command_begin_store(command, needs, create, &store->made);

	if (r == 0)
		r = store_directory_open_writer(store, needs->store);
	if (r == -EACCES)
		tell_owner(needs->store);
	return r;
}

int command_open_list(const struct command *command, const char *path,
		      struct store_directory *store)
{
	const struct sandbox_needs needs = {.store = path, .writes = true};
	int r = command_open_writer(command, &needs, false, store);

	if (r == 0 && store->current[0] == '\0')
		r = log_error_errno(-ENOENT, "%s holds no list yet", path);
	return r;
}

int command_open_store(const struct command *command, const struct sandbox_needs *needs,
		       struct store_directory *store, sqlite3 **database)
{
	int r = command_sandbox(command, needs);

	return r < 0 ? r : store_reader_open(store, needs->store, database);
}

int command_print_store(const struct command *command, int argc, char **argv,
			int (*print)(const struct store_directory *store, sqlite3 *database))
{
	_cleanup_store_directory_ struct store_directory store = STORE_DIRECTORY_CLOSED;
	_cleanup_database_ sqlite3 *database = NULL;
	const char *path = NULL;
	const struct command_option options[] = {STORE_OPTION(&path), {0}};
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	r = command_open_store(command, &(struct sandbox_needs){.store = path}, &store, &database);
	if (r < 0)
		return EXIT_STORE;
	return print(&store, database) < 0 ? EXIT_STORE : EXIT_DONE;
}
