/*
 * Files of the source tree that are part of a program: SQL, pages, lists.
 *
 * EMBED(name, "path") reads the file when its user is compiled: `embedded_name`
 * is its bytes with a NUL behind them, `embedded_name_end` points at that NUL.
 * The path is one from sync/ or include/; of an .sql file the words of
 * vocabulary.h have become numbers (words.awk).
 */
#ifndef ISMAPFS_EMBED_H
#define ISMAPFS_EMBED_H

#define EMBED(name, path) \
	__asm__(".pushsection .rodata\n" \
		".balign 16\n" \
		".local embedded_" #name "\n" \
		"embedded_" #name ":\n" \
		".incbin \"" path "\"\n" \
		".local embedded_" #name "_end\n" \
		"embedded_" #name "_end:\n" \
		".byte 0\n" \
		".popsection\n"); \
	extern const char embedded_##name[] __attribute__((visibility("hidden"))); \
	extern const char embedded_##name##_end[] __attribute__((visibility("hidden")))

#endif
