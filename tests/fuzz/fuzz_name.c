/* Foreign text on its way to a name, a word, a line: whatever comes in, what comes out is one. */
#include <errno.h>

#include "common/cleanup.h"
#include "fuzz.h"
#include "common/log.h"
#include "stage/staging.h"
#include "store.h"
#include "util/text/text.h"

static bool is_clean(const char *text, const char *allowed)
{
	const unsigned char *bytes = (const unsigned char *)text;

	for (size_t i = 0; bytes[i] != '\0'; i++)
		if ((bytes[i] < ' ' && !strchr(allowed, bytes[i])) || bytes[i] == 0x7f ||
		    (bytes[i] == 0xc2 && bytes[i + 1] >= 0x80 && bytes[i + 1] <= 0x9f))
			return false;
	return text_is_utf8(bytes, strlen(text));
}

static void check_name(const char *name, size_t room)
{
	promise(name[0] != '\0' && strlen(name) <= room);
	promise(is_clean(name, "") && !strpbrk(name, "/\\:*?\"<>|"));
	promise(name[0] != '-' && name[0] != '.' && name[0] != ' ');
	promise(name[strlen(name) - 1] != ' ' && name[strlen(name) - 1] != '.');
	promise(!text_is_device(name));
	/* Nothing in it turns a terminal's text around. */
	for (const char *byte = name; *byte != '\0'; byte++) {
		promise(strncmp(byte, "\xe2\x80\xae", 3) != 0);
		promise(strncmp(byte, "\xe2\x80\x8b", 3) != 0);
		promise(strncmp(byte, "\xe2\x81\xa6", 3) != 0);
	}
}

static void check_text_name(const char *text, size_t reserve)
{
	_cleanup_free_ char *name = text_name(text, reserve), *again = NULL;

	if (!name)
		return;
	check_name(name, STORE_NAME_MAX - reserve);
	/* A name's name is itself. */
	again = text_name(name, reserve);
	promise(again && strcmp(name, again) == 0);
}

static void check_slug(const char *text)
{
	_cleanup_free_ char *slug = text_slug(text), *again = NULL;

	if (!slug)
		return;
	check_name(slug, TEXT_SLUG_MAX);
	promise(slug[strlen(slug) - 1] != '-' && !strchr(slug, ' '));
	again = text_slug(slug);
	promise(again && strcmp(slug, again) == 0);
}

static void check_word(const char *text)
{
	_cleanup_free_ char *word = text_word(text), *again = NULL;

	if (!word)
		return;
	check_name(word, TEXT_WORD_MAX);
	promise(strspn(word + (word[0] == '_'), "abcdefghijklmnopqrstuvwxyz0123456789.-") ==
		strlen(word + (word[0] == '_')));
	again = text_word(word);
	promise(again && strcmp(word, again) == 0);
}

static void check_value(char *(*make)(const char *in), const char *text, const char *allowed)
{
	_cleanup_free_ char *value = make(text), *again = make(value);

	promise(is_clean(value, allowed) && strcmp(value, again) == 0);
}

static void check_key(const char *text)
{
	_cleanup_free_ char *key = staging_service_key(text);

	check_name(key, STORE_NAME_MAX);
}

static void check_message(const char *text)
{
	_cleanup_free_ char *line = strdup(text);

	promise(line);
	log_defuse(line);
	/* Shorter where an address had a password. */
	promise(strstr(text, "://") ? strlen(line) <= strlen(text) : strlen(line) == strlen(text));
	for (const char *byte = line; *byte != '\0'; byte++)
		promise((unsigned char)*byte >= ' ' && *byte != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t reserve = size > 0 ? data[0] : 0;
	_cleanup_free_ char *text = fuzz_text(data + (size > 0), size - (size > 0));
	_cleanup_free_ unsigned char *json = (unsigned char *)strdup(text);

	promise(json);
	check_text_name(text, 0);
	if (reserve < STORE_NAME_MAX)
		check_text_name(text, reserve);
	check_slug(text);
	check_word(text);
	check_value(text_line, text, "");
	check_value(text_block, text, "\n\t");
	check_value(text_trim, text, "");
	check_key(text);
	check_message(text);
	(void)text_defuse_json(json, strlen(text));
	promise(text_defuse_json(json, strlen(text)) == 0);
	return 0;
}
