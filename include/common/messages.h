/*
 * Messages in the user's language: gettext, with one catalogue for each program.
 *
 * The code has English. Texts for users are translated: messages and --help. Texts
 * for programs are not: results on stdout, the store, the tree.
 */
#ifndef ISMAPFS_MESSAGES_H
#define ISMAPFS_MESSAGES_H

#include <errno.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Translates a text. */
#define _(text) gettext(text)

/* Marks a text that is translated where it is used. Only `make messages` sees the mark. */
#ifdef COLLECT_MESSAGES
#define N_(text) gettext_noop(text)
#else
#define N_(text) (text)
#endif

/*
 * Where the catalogues are: beside the program, as in a build, or in the share/ of
 * its prefix. The program's own path decides: an environment variable could give a
 * privileged program an attacker's formats. Returns false without /proc.
 */
static inline bool messages_directory(char path[static PATH_MAX])
{
	static const char beside[] = "/locale/", installed[] = "/../share/locale";
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - sizeof(installed));
	char *end;

	if (length <= 0 || length == PATH_MAX - (ssize_t)sizeof(installed))
		return false;
	path[length] = '\0';
	end = strrchr(path, '/');
	if (!end)
		return false;
	/* With the slash, since /usr/bin has a program of that name. */
	memcpy(end, beside, sizeof(beside));
	if (access(path, F_OK) != 0)
		memcpy(end, installed, sizeof(installed));
	return true;
}

/*
 * Takes the language of LC_ALL, LC_MESSAGES or LANG, also where that locale isn't
 * installed, as in a container: gettext needs only its name. But the locale must
 * not be "C", for which gettext never translates.
 */
static inline void messages_follow_locale(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *name = NULL;

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	if (setlocale(LC_MESSAGES, ""))
		return;
	for (size_t i = 0; i < 3 && (!name || *name == '\0'); i++)
		name = getenv(variables[i]);
	if (name && *name != '\0' && !strchr(name, '/') && setlocale(LC_MESSAGES, "C.UTF-8"))
		(void)setenv("LANGUAGE", name, false);
}

/*
 * Call it first in main(), before there are threads and before the process gives up
 * the right to open files: it reads the catalogue. Only messages follow the locale;
 * numbers and times look the same everywhere, and all text is UTF-8, as in the
 * lists. Without a catalogue the messages are English. Call it again after a change
 * of LANGUAGE.
 */
static inline void messages_begin(const char *program)
{
	static const char header[] = ""; /* every catalogue translates it */
	char path[PATH_MAX];

	messages_follow_locale();
	if (messages_directory(path))
		(void)bindtextdomain(program, path);
	(void)bind_textdomain_codeset(program, "UTF-8");
	(void)textdomain(program);
	(void)gettext(header);
	(void)strerror(EIO); /* libc's own catalogue */
}

/*
 * Switches to a language, named like `ja` or `pt_BR`, whatever the locale is. Call it
 * before there are threads. Returns 0 or -EINVAL.
 */
static inline int messages_choose(const char *program, const char *language)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	if (*language == '\0' || strlen(language) > 16 ||
	    strspn(language, letters) != strlen(language))
		return -EINVAL;
	if (setenv("LANGUAGE", language, true) < 0 || setenv("LC_ALL", "C.UTF-8", true) < 0)
		return -EINVAL;
	messages_begin(program);
	return 0;
}

#endif
