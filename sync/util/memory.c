#include "util/memory.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include "common/log.h"
#include "util/exit_code.h"

void out_of_memory(void)
{
	log_error("there is not enough memory to go on; the store stays as it was");
	/* Not by exit(): it runs what libraries registered, which may need memory, too. */
	(void)fflush(NULL);
	_exit(EXIT_STORE);
}

void *xmalloc(size_t size)
{
	void *memory = malloc(size > 0 ? size : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

void *xrealloc(void *memory, size_t size)
{
	void *larger = realloc(memory, size > 0 ? size : 1);

	if (!larger)
		out_of_memory();
	return larger;
}

void *xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

	if (!memory)
		out_of_memory();
	return memory;
}

char *xstrndup(const char *text, size_t length)
{
	char *copy = xmalloc(length + 1);

	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *xstrdup(const char *text)
{
	return xstrndup(text, strlen(text));
}

char *xasprintf(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		out_of_memory();
	return text;
}

void *xgrow(void *array, size_t *capacity, size_t count, size_t more, size_t element_size)
{
	size_t needed, size, room = *capacity > 0 ? *capacity : 16;

	if (__builtin_add_overflow(count, more, &needed))
		out_of_memory();
	if (needed <= *capacity)
		return array;
	while (room < needed)
		if (__builtin_mul_overflow(room, 2, &room))
			out_of_memory();
	if (__builtin_mul_overflow(room, element_size, &size))
		out_of_memory();
	*capacity = room;
	return xrealloc(array, size);
}

static void *sqlite_malloc(int size)
{
	return xmalloc((size_t)size);
}

static void *sqlite_realloc(void *memory, int size)
{
	return xrealloc(memory, (size_t)size);
}

static int sqlite_size(void *memory)
{
	return memory ? (int)malloc_usable_size(memory) : 0;
}

static int sqlite_round_up(int size)
{
	return (size + 7) & ~7;
}

static int sqlite_begin(void *unused)
{
	(void)unused;
	return SQLITE_OK;
}

static void sqlite_end(void *unused)
{
	(void)unused;
}

static void *openssl_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return size > 0 ? xmalloc(size) : NULL;
}

static void openssl_free(void *memory, const char *file, int line)
{
	(void)file;
	(void)line;
	free(memory);
}

static void *openssl_realloc(void *memory, size_t size, const char *file, int line)
{
	if (size > 0)
		return xrealloc(memory, size);
	openssl_free(memory, file, line);
	return NULL;
}

void memory_begin(void)
{
	static const sqlite3_mem_methods sqlite = {
		.xMalloc = sqlite_malloc,
		.xFree = free,
		.xRealloc = sqlite_realloc,
		.xSize = sqlite_size,
		.xRoundup = sqlite_round_up,
		.xInit = sqlite_begin,
		.xShutdown = sqlite_end,
	};
	cJSON_Hooks json = {.malloc_fn = xmalloc, .free_fn = free};

	(void)sqlite3_config(SQLITE_CONFIG_MALLOC, &sqlite);
	cJSON_InitHooks(&json);
	(void)CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free);
}
