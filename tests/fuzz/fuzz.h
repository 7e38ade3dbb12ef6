/*
 * What the fuzz targets share. A target is one function, which libFuzzer calls
 * with bytes that it makes up (`make fuzz`), and feed.c with those of a file
 * (`make check`, which runs every corpus). A target checks what the code
 * promises, not only that it survives.
 */
#ifndef ISMAPFS_TESTS_FUZZ_H
#define ISMAPFS_TESTS_FUZZ_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The stack that the fuzzer prints tells which promise, and for which input. */
#define promise(condition) \
	do { \
		if (!(condition)) { \
			(void)fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, \
				      #condition); \
			abort(); \
		} \
	} while (0)

/* The bytes with a NUL behind them, the caller's to free. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	promise(text);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
