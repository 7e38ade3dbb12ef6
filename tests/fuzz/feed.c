/*
 * Feeds a target with files, without a fuzzer. A file named as an argument is a
 * test of its name; the files of a directory are one test together.
 */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "common/cleanup.h"
#include "fuzz.h"

static bool feed_file(const char *path)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	_cleanup_free_ uint8_t *bytes = NULL;
	struct stat status;
	size_t size;

	if (!file || fstat(fileno(file), &status) < 0)
		return false;
	size = (size_t)status.st_size;
	/* Not a byte more, so that a sanitizer sees what reads behind the end. */
	bytes = malloc(size > 0 ? size : 1);
	if (!bytes || fread(bytes, 1, size, file) != size)
		return false;
	(void)fprintf(stderr, "# %s\n", path);
	(void)LLVMFuzzerTestOneInput(bytes, size);
	return true;
}

/* Returns how many files it holds, or -1 when one of them can't be read. */
static int feed_directory(const char *path, struct dirent **entries, int count)
{
	int fed = 0;

	for (int i = 0; i < count; i++) {
		_cleanup_free_ char *inside = NULL;
		bool hidden = entries[i]->d_name[0] == '.';

		if (!hidden && fed >= 0 && asprintf(&inside, "%s/%s", path, entries[i]->d_name) > 0)
			fed = feed_file(inside) ? fed + 1 : -1;
		free(entries[i]);
	}
	free(entries);
	return fed;
}

static bool feed(const char *path)
{
	struct dirent **entries = NULL;
	int fed, count = scandir(path, &entries, NULL, alphasort);
	const char *name = strrchr(path, '/');

	if (count < 0) {
		if (!feed_file(path))
			return false;
		(void)printf("ok - %s: %s\n", program_invocation_short_name,
			     name ? name + 1 : path);
		return true;
	}
	fed = feed_directory(path, entries, count);
	if (fed <= 0)
		return false;
	(void)printf("ok - %s keeps its promises for %d inputs\n", program_invocation_short_name,
		     fed);
	return true;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++) {
		if (feed(argv[i]))
			continue;
		(void)printf("not ok - %s: %s can't be read, or is empty\n",
			     program_invocation_short_name, argv[i]);
		failed++;
	}
	return failed > 0 || argc < 2;
}
