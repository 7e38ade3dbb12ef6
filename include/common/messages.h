/*
 * Messages in the user's language: gettext, with one catalogue for each program.
 *
 * The code has English. Texts for users are translated: messages and --help. Texts
 * for programs are not: results on stdout, the store, the tree.
 */
#ifndef ISMAPFS_MESSAGES_H
#define ISMAPFS_MESSAGES_H

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/catalogue.h"

#define MESSAGES_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define MESSAGES_LANGUAGE_SIZE 17

/* The program's catalogue. Weak: the files that include this share it. */
__attribute__((weak)) struct catalogue messages_catalogue;

/* Translates a text. Any thread. */
__attribute__((format_arg(1))) static inline const char *translate(const char *text)
{
	return catalogue_text(&messages_catalogue, text);
}
#define _(text) translate(text)

/* Translates the one of two texts that fits a number. Any thread. */
__attribute__((format_arg(2), format_arg(3))) static inline const char *
translate_counted(unsigned long long number, const char *one, const char *many)
{
	return catalogue_counted(&messages_catalogue, number, one, many);
}

/* For results that programs read, which are English: the ending of a noun. */
#define PLURAL(number) ((number) == 1 ? "" : "s")

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

/* Opens LANGUAGE's catalogue of the program. */
static inline bool messages_open(const char *program, const char *language)
{
	char path[PATH_MAX], file[64];
	size_t length;

	if (!messages_directory(path))
		return false;
	length = strlen(path);
	if (snprintf(file, sizeof(file), "/%s/LC_MESSAGES/%s.mo", language, program) >=
		    (int)sizeof(file) ||
	    length + strlen(file) >= sizeof(path))
		return false;
	memcpy(path + length, file, strlen(file) + 1);
	return catalogue_open(&messages_catalogue, path);
}

/*
 * Takes one language, named like a locale: `ja_JP.UTF-8`, `ja`. Returns false when it
 * has no catalogue. English needs none.
 */
static inline bool messages_take(const char *program, const char *name, size_t length)
{
	char language[MESSAGES_LANGUAGE_SIZE];
	size_t end = strspn(name, MESSAGES_LETTERS);

	if (end > length)
		end = length;
	/* Of ja/../.. nothing is taken. */
	if (end == 0 || end >= sizeof(language) || (end < length && !strchr(".@", name[end])))
		return false;
	memcpy(language, name, end);
	language[end] = '\0';
	if (messages_open(program, language))
		return true;
	language[strcspn(language, "_")] = '\0';
	return messages_open(program, language) || strcmp(language, "en") == 0;
}

/* The name of the locale for messages, "C" when none is chosen. */
static inline const char *messages_locale(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *name = getenv(variables[i]);

		if (name && *name != '\0')
			return name;
	}
	return "C";
}

/*
 * Takes the first language of LANGUAGE that has a catalogue, or without that variable
 * the locale's, also where that locale isn't installed. LANGUAGE counts for nothing
 * in the locales C, C.UTF-8 and POSIX, as for other programs.
 */
static inline void messages_follow_environment(const char *program)
{
	const char *locale = messages_locale(), *languages = getenv("LANGUAGE");

	if (strcmp(locale, "C") == 0 || strncmp(locale, "C.", 2) == 0 ||
	    strcmp(locale, "POSIX") == 0)
		return;
	if (!languages || *languages == '\0') {
		(void)messages_take(program, locale, strlen(locale));
		return;
	}
	while (*languages != '\0') {
		size_t length = strcspn(languages, ":");

		if (messages_take(program, languages, length))
			return;
		languages += length + (languages[length] == ':');
	}
}

/*
 * Call it first in main(), before there are threads and before the process gives up
 * the right to open files: it reads the catalogue. Only messages follow the locale;
 * numbers and times look the same everywhere, and all text is UTF-8, as in the
 * lists. Without a catalogue the messages are English.
 */
static inline void messages_begin(const char *program)
{
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	(void)setlocale(LC_MESSAGES, "");
	(void)strerror(EIO); /* libc's own catalogue */
	messages_follow_environment(program);
}

/*
 * Switches to a language, named like `ja` or `pt_BR`, whatever the locale is. Call it
 * before there are threads. Returns 0; -ENOENT when it has no catalogue, and messages are English
 * then; or -EINVAL.
 */
static inline int messages_choose(const char *program, const char *language)
{
	if (strlen(language) >= MESSAGES_LANGUAGE_SIZE || *language == '\0' ||
	    strspn(language, MESSAGES_LETTERS) != strlen(language))
		return -EINVAL;
	catalogue_close(&messages_catalogue);
	/* libc's texts in another language would be mixed with ours. */
	(void)setlocale(LC_MESSAGES, "C");
	return messages_take(program, language, strlen(language)) ? 0 : -ENOENT;
}

/* Lists the languages that the program speaks, separated by commas: "en, ja". */
static inline void messages_list_languages(const char *program, char *text, size_t size)
{
	char path[PATH_MAX], file[PATH_MAX + NAME_MAX + 64];
	DIR *directory = messages_directory(path) ? opendir(path) : NULL;
	const struct dirent *entry;
	size_t length = (size_t)snprintf(text, size, "en");

	while (directory && length < size && (entry = readdir(directory))) {
		(void)snprintf(file, sizeof(file), "%s/%s/LC_MESSAGES/%s.mo", path, entry->d_name,
			       program);
		if (entry->d_name[0] != '.' && access(file, R_OK) == 0)
			length += (size_t)snprintf(text + length, size - length, ", %s",
						   entry->d_name);
	}
	if (directory)
		(void)closedir(directory);
}

#endif
