#include "mount/options.h"

#include <ctype.h>
#include <getopt.h>
#include <string.h>

#include "common/duration.h"
#include "common/log.h"

#define USAGE N_("usage: ismapfs STORE MOUNTPOINT [-o OPTION,...] [-f] [-d]; more with -h")

/* Options of mount(8) and fstab that are accepted and change nothing here. */
static const char *const accepted[] = {
	"ro",	    "nosuid",	  "nodev",   "noexec",	   "suid",	 "dev",
	"exec",	    "relatime",	  "noatime", "nodiratime", "norelatime", "strictatime",
	"lazytime", "nolazytime", "auto",    "noauto",	   "nofail",	 "_netdev",
	"user",	    "nouser",	  "users",   "owner",	   "defaults",	 "async",
	"sync",	    "nonempty",	  "dirsync", "iversion",   "noiversion", "mand",
	"nomand",   "silent",	  "loud",    "group",	   "nogroup",	 "default_permissions",
	"diratime",
};

static bool is_accepted(const char *option)
{
	for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
		if (strcmp(option, accepted[i]) == 0)
			return true;
	return strncasecmp(option, "x-", 2) == 0 || strncmp(option, "comment=", 8) == 0;
}

/* A time with its unit, more than none, at most ten years. Returns 0 or -EINVAL. */
static int parse_age(const char *text, int64_t *age)
{
	bool has_unit = text[strspn(text, "0123456789")] != '\0';

	if (!has_unit || duration_parse_up_to(text, 3650 * MILLISECONDS_PER_DAY, age) < 0)
		return -EINVAL;
	return *age > 0 ? 0 : -EINVAL;
}

/* Parses NAME=on and NAME=off. Returns 1; 0 when it is another option; -EINVAL, already reported.
 */
static int parse_switch(const char *option, struct options *options)
{
	const struct {
		const char *name;
		bool *value;
	} switches[] = {
		{"prefetch", &options->prefetch},
		{"sandbox", &options->sandbox},
	};

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		size_t length = strlen(switches[i].name);
		const char *value = option + length;

		if (strncmp(option, switches[i].name, length) != 0 ||
		    (*value != '\0' && *value != '='))
			continue;
		if (strcmp(value, "=on") != 0 && strcmp(value, "=off") != 0)
			return log_error_errno(-EINVAL, "-o %s: give %s=on or %s=off", option,
					       switches[i].name, switches[i].name);
		*switches[i].value = strcmp(value, "=on") == 0;
		return 1;
	}
	return 0;
}

/* What follows a prefix; NULL when the option doesn't begin with it. */
static const char *value_of(const char *option, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(option, prefix, length) == 0 ? option + length : NULL;
}

static int bad_age(const char *option)
{
	return log_error_errno(
		-EINVAL, "-o %s: give a number and a unit: 7d, 12h, 90m or 3600s, 3650d at most",
		option);
}

/* A language that isn't there takes no mount away. */
static int choose_language(const char *option, const char *language)
{
	char languages[LANGUAGES_SIZE];
	int r = messages_choose("ismapfs", language);

	if (r == 0)
		return 0;
	messages_list_languages("ismapfs", languages, sizeof(languages));
	if (r == -ENOENT) {
		log_warning("-o %s: there are no messages in that language; there are: %s", option,
			    languages);
		return 0;
	}
	return log_error_errno(r, "-o %s: that is no language; there are: %s", option, languages);
}

static int parse_option(const char *option, struct options *options)
{
	const char *value;
	int r;

	if (*option == '\0' || is_accepted(option))
		return 0;
	r = parse_switch(option, options);
	if (r != 0)
		return r < 0 ? r : 0;
	if (strcmp(option, "allow_other") == 0) {
		options->allow_other = true;
		return 0;
	}
	if (strcmp(option, "nosymfollow") == 0 || strcmp(option, "symfollow") == 0) {
		options->no_symlinks = *option == 'n';
		return 0;
	}
	if ((value = value_of(option, "max-age="))) {
		if (parse_age(value, &options->limits.max_age) == 0)
			return 0;
		return bad_age(option);
	}
	if ((value = value_of(option, "max-publication-age="))) {
		options->limits.max_publication_age = STATE_TIME_MAX;
		if (strcmp(value, "none") == 0 ||
		    parse_age(value, &options->limits.max_publication_age) == 0)
			return 0;
		return bad_age(option);
	}
	if ((value = value_of(option, "lang=")))
		return choose_language(option, value);
	if ((value = value_of(option, "user="))) {
		(void)snprintf(options->user, sizeof(options->user), "%s", value);
		return 0;
	}
	if (strcmp(option, "rw") == 0) {
		/* mount(8) passes it whenever ro isn't given. */
		if (!options->helper)
			log_info("-o rw: the list can only be read, so it is mounted read-only");
		return 0;
	}
	if (strcmp(option, "remount") == 0)
		return log_error_errno(
			-EINVAL,
			"-o remount: a mounted tree keeps its options: unmount it, then mount it anew");
	if (options->sloppy)
		return 0;
	return log_error_errno(-EINVAL, "-o %s: there is no such option; see ismapfs -h", option);
}

static int parse_list(const char *list, struct options *options)
{
	char option[OPTION_SIZE];

	while (*list != '\0') {
		size_t length = strcspn(list, ",");
		int r;

		if (length >= sizeof(option))
			return log_error_errno(-EINVAL, "-o: an option is too long: %.40s...",
					       list);
		memcpy(option, list, length);
		option[length] = '\0';
		r = parse_option(option, options);
		if (r < 0)
			return r;
		list += length + (list[length] == ',');
	}
	return 0;
}

static int unknown_flag(int flag)
{
	const char *usage = translate(USAGE);

	if (flag == ':')
		return log_error_errno(-EINVAL, "-%c needs a value. %s", optopt, usage);
	if (isgraph(optopt))
		return log_error_errno(-EINVAL, "-%c: there is no such flag. %s", optopt, usage);
	return log_error_errno(-EINVAL, "there is no such flag. %s", usage);
}

static int parse_flag(int flag, struct options *options)
{
	switch (flag) {
	case 'o': return parse_list(optarg, options);
	case 'd':
		options->debug = true;
		options->foreground = true;
		return 0;
	case 'f': options->foreground = true; return 0;
	case 'h': options->help = true; return 0;
	case 'V': options->version = true; return 0;
	default: return unknown_flag(flag);
	}
}

/* Flags of a mount(8) helper. Most change nothing here: no mtab, read-only, the type. */
static int parse_helper_flag(int flag, struct options *options)
{
	switch (flag) {
	case 'o': return parse_list(optarg, options);
	case 's': options->sloppy = true; return 0;
	case 'f': options->fake = true; return 0;
	case 'n':
	case 'r':
	case 't':
	case 'v':
	case 'w': return 0;
	case 'h': options->help = true; return 0;
	case 'V': options->version = true; return 0;
	default: return unknown_flag(flag);
	}
}

static bool is_helper(const char *program)
{
	const char *slash = strrchr(program, '/');

	return strncmp(slash ? slash + 1 : program, "mount.", strlen("mount.")) == 0;
}

int options_parse(int count, char **arguments, struct options *options)
{
	static const struct option words[] = {
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	int flag, r;

	*options = (struct options){
		.limits = STATE_LIMITS_DEFAULT,
		.prefetch = true,
		.sandbox = true,
		.helper = is_helper(arguments[0]),
		.shown = arguments[0],
		/* The kernel puts the arguments one after the other. */
		.shown_size = (size_t)(arguments[count - 1] + strlen(arguments[count - 1]) + 1 -
				       arguments[0]),
	};
	while ((flag = getopt_long(count, arguments, options->helper ? ":o:sfnrvwt:hV" : ":o:fdhV",
				   words, NULL)) != -1) {
		r = options->helper ? parse_helper_flag(flag, options) : parse_flag(flag, options);
		if (r < 0)
			return r;
	}
	if (options->help || options->version)
		return 0;
	if (count - optind != 2)
		return log_error_errno(-EINVAL, "%s", translate(USAGE));
	options->store = arguments[optind];
	options->mountpoint = arguments[optind + 1];
	return 0;
}

void options_help(void)
{
	/* Separate texts: a change of one leaves the others translated. */
	static const char *const texts[] = {
		N_("usage: ismapfs STORE MOUNTPOINT [-o OPTION,...] [-f] [-d]\n"),
		N_("\n"
		   "Shows the list in STORE, a directory that ismap-sync keeps, as a read-only\n"
		   "tree of files under MOUNTPOINT. Unmount with umount or fusermount3 -u.\n"
		   "\n"),
		N_("  -o max-age=AGE   how old the last successful check may be before the list\n"
		   "                   counts as stale and MOUNTPOINT/fresh disappears: a number\n"
		   "                   and d, h, m or s (7d)\n"),
		N_("  -o max-publication-age=AGE  how old the list's own date may be before it\n"
		   "                   counts as stale, or none (what its source is known for)\n"),
		N_("  -o allow_other   other users may read the tree too\n"),
		N_("  -o nosymfollow   links of the tree can be read, and nothing follows them;\n"
		   "                   takes root and Linux 5.14\n"),
		N_("  -o user=NAME     after mounting, give up root and become this user, who must\n"
		   "                   be able to read STORE\n"),
		N_("  -o sandbox=off   keep the rights to open other files and to make any\n"
		   "                   system call: for debuggers (on)\n"),
		N_("  -o prefetch=off  don't read ahead from one file to the next (on)\n"),
		N_("  -o lang=LANG     messages in a language (ja, en) instead of the locale's;\n"
		   "                   paths and contents are the same in all of them, but for\n"
		   "                   .registry/stale.reason\n"),
		N_("  -o ro, nofail, noauto, _netdev, x-... and other options that mount(8) passes\n"
		   "                   to any file system are accepted\n"),
		N_("  -f               stay in the foreground; messages go to stderr\n"),
		N_("  -d               show each request, and counts at the end; implies -f\n"),
		N_("  -V, --version    versions of this program and of its libraries\n"),
		N_("  -h, --help       this text\n"),
		N_("\n"
		   "Without -f the command returns when the tree can be read. SIGHUP: look at\n"
		   "the store now. SIGUSR1: show how many requests came in. SIGTERM: unmount.\n"),
		N_("\n"
		   "Exit codes: 0 fine; 1 could not mount; 2 wrong usage; 5 the store can't be\n"
		   "used (there is none, no list was loaded, it is damaged, it was replaced).\n"),
		N_("Called as mount.ismapfs or mount.fuse.ismapfs it takes the flags of mount(8)\n"
		   "and returns its exit codes: 1 wrong usage, 32 could not mount.\n"),
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		(void)fputs(_(texts[i]), stdout);
}

/* mount(8)'s exit codes. */
#define MOUNT_EXIT_USAGE 1
#define MOUNT_EXIT_FAILED 32

int options_status(const struct options *options, enum exit_code code)
{
	if (!options->helper || code == EXIT_CODE_FINE)
		return code;
	return code == EXIT_CODE_USAGE ? MOUNT_EXIT_USAGE : MOUNT_EXIT_FAILED;
}
