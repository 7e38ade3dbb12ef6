#include "cli/sandbox.h"

#include <libgen.h>
#include <limits.h>
#include <string.h>

#include <asm/ioctls.h>
#include <linux/fs.h>

#include "common/capabilities.h"
#include "common/landlock.h"
#include "fetch/location.h"
#include "common/log.h"
#include "common/system_calls.h"
#include "util/memory.h"

/* Calls that write files, and that wait for signals. */
static const char *const calls[] = {
	SYSTEM_CALLS_COMMON,
	"pwrite64",
	"ftruncate",
	"ftruncate64",
	"fallocate",
	"fsync",
	"fdatasync",
	"flock",
	"copy_file_range",
	"sendfile",
	"sendfile64",
	"mkdir",
	"mkdirat",
	"rmdir",
	"unlink",
	"unlinkat",
	"rename",
	"renameat",
	"renameat2",
	"symlink",
	"symlinkat",
	"chmod",
	"fchmod",
	"fchmodat",
	"utimensat",
	"utimensat_time64",
	"signalfd4",
	"getppid",
	NULL,
};

/* Calls of libcurl, its resolver's thread and OpenSSL. */
static const char *const network_calls[] = {
	"bind",	    "getsockname",   "getpeername", "getsockopt", "setsockopt",	 "sendmsg",
	"sendmmsg", "recv",	     "recvfrom",    "recvmsg",	  "recvmmsg",	 "recvmmsg_time64",
	"shutdown", "socketpair",    "select",	    "_newselect", "pselect6",	 "pselect6_time64",
	"eventfd2", "epoll_create1", "epoll_ctl",   "epoll_wait", "epoll_pwait", NULL,
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
	return needs->location.text && needs->location.kind == LOCATION_URL;
}

/* Allows the directory that a path is in. */
static int allow_around(int ruleset, const char *path, uint64_t rights)
{
	char copy[PATH_MAX];

	if ((size_t)snprintf(copy, sizeof(copy), "%s", path) >= sizeof(copy))
		return -ENAMETOOLONG;
	return landlock_allow_path(ruleset, dirname(copy), rights);
}

static int allow_input(int ruleset, const struct sandbox_needs *needs, const char *path)
{
	char real[PATH_MAX];
	int r = landlock_allow_path(ruleset, path, LANDLOCK_READ);

	if (r < 0 || !needs->lasting)
		return r;
	r = allow_around(ruleset, path, LANDLOCK_READ);
	if (r == 0 && realpath(path, real))
		r = allow_around(ruleset, real, LANDLOCK_READ);
	return r;
}

static int allow_location(int ruleset, const struct sandbox_needs *needs)
{
	_cleanup_curl_text_ char *path = NULL;

	if (!needs->location.text)
		return 0;
	switch (needs->location.kind) {
	case LOCATION_PATH:
	case LOCATION_FOLDER: return allow_input(ruleset, needs, needs->location.text);
	case LOCATION_FILE_URL:
		/* Reading the location reports it if it makes no sense. */
		if (location_find_path(needs->location.text, &path) == 0)
			return allow_input(ruleset, needs, path);
		return 0;
	default: return 0;
	}
}

static int allow_inputs(int ruleset, const struct sandbox_needs *needs)
{
	int r = allow_location(ruleset, needs);

	for (int i = 0; r == 0 && i < SANDBOX_INPUTS_MAX; i++)
		if (needs->inputs[i])
			r = allow_input(ruleset, needs, needs->inputs[i]);
	for (int i = 0; r == 0 && i < needs->word_count; i++)
		r = allow_input(ruleset, needs, needs->words[i]);
	return r;
}

static int allow_list(int ruleset, const char *const *paths)
{
	int r = 0;

	for (; r == 0 && *paths; paths++)
		r = landlock_allow_path(ruleset, *paths, LANDLOCK_READ);
	return r;
}

static int allow_network_files(int ruleset, const struct sandbox_needs *needs)
{
	int r = needs->lasting ? landlock_allow_path(ruleset, "/etc", LANDLOCK_READ) : 0;

	if (r == 0)
		r = allow_list(ruleset, name_files);
	if (r == 0)
		r = allow_list(ruleset, certificate_files);
	for (size_t i = 0; r == 0 && certificate_variables[i]; i++) {
		const char *path = getenv(certificate_variables[i]);

		if (path)
			r = landlock_allow_path(ruleset, path, LANDLOCK_READ);
	}
	return r;
}

static int allow_files(int ruleset, const struct sandbox_needs *needs)
{
	int r = allow_list(ruleset, files);

	if (r == 0)
		r = allow_inputs(ruleset, needs);
	if (r == 0 && needs->store)
		r = landlock_allow_path(ruleset, needs->store,
					needs->writes ? LANDLOCK_KEEP : LANDLOCK_READ);
	if (r == 0 && needs->store && needs->made)
		r = allow_around(ruleset, needs->store, LANDLOCK_REMOVE_DIR);
	if (r == 0 && needs->output)
		r = allow_around(ruleset, needs->output, LANDLOCK_KEEP);
	if (r == 0 && asks_network(needs))
		r = allow_network_files(ruleset, needs);
	return r;
}

static int restrict_files(const struct sandbox_needs *needs)
{
	_cleanup_close_ int ruleset = -1;
	int r = landlock_begin(asks_network(needs), &ruleset);

	if (r == -EOPNOTSUPP || r == -ENOSYS)
		return 0;
	if (r >= 0)
		r = allow_files(ruleset, needs);
	return r < 0 ? r : landlock_end(ruleset);
}

static int allow_sockets(scmp_filter_ctx filter)
{
	static const int families[] = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(families) / sizeof(families[0]); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
				     SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)families[i], 0));
	return r;
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

static int restrict_calls(bool network)
{
	_cleanup_seccomp_ scmp_filter_ctx filter = system_calls_begin();
	int r;

	if (!filter)
		out_of_memory();
	r = system_calls_allow(filter, calls);
	if (r == 0)
		r = system_calls_allow_threads(filter, network);
	if (r == 0)
		r = allow_device_calls(filter);
	if (r == 0)
		r = network ? allow_sockets(filter) : system_calls_allow_log(filter);
	if (r == 0 && network)
		r = system_calls_allow(filter, network_calls);
	if (r == 0)
		r = seccomp_load(filter);
	return r == -ECANCELED || r == -EINVAL || r == -ENOSYS ? 0 : r;
}

/* Root keeps these: a store may belong to another user, and Landlock limits the files. */
#define KEPT_CAPABILITIES \
	(CAPABILITY(CAP_DAC_OVERRIDE) | CAPABILITY(CAP_DAC_READ_SEARCH) | CAPABILITY(CAP_FOWNER))

int command_sandbox(const struct command *command, const struct sandbox_needs *needs)
{
	int r;

	if (!SANDBOX_POSSIBLE)
		return 0;
	if (command->sandbox_off) {
		log_warning("--sandbox=off: this command runs without its sandbox");
		return 0;
	}
	r = capabilities_keep(KEPT_CAPABILITIES);
	if (r == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		r = -errno;
	if (r == 0)
		r = restrict_files(needs);
	if (r == 0)
		r = restrict_calls(asks_network(needs));
	if (r < 0)
		return log_error_errno(r, "%s can't restrict itself to its own files: %m",
				       command->name);
	return 0;
}

int command_open_store(const struct command *command, const struct sandbox_needs *needs,
		       struct store_directory *store, sqlite3 **database)
{
	int r = command_sandbox(command, needs);

	return r < 0 ? r : store_reader_open(store, needs->store, database);
}
