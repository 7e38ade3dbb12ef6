#include "util/text/page.h"

#include <string.h>
#include <strings.h>

#include <libxml/HTMLparser.h>

#include "common/cleanup.h"
#include "common/messages.h"
#include "util/memory.h"
#include "util/text/text.h"

/* A title stands at a page's beginning; what is behind isn't looked at. */
#define LOOKED_AT_MAX 65536

#define TITLE_SHOWN_MAX 200 /* bytes */

static size_t skip(const char *bytes, size_t length)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t at = length >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0;

	while (at < length && strchr(" \t\r\n\f", bytes[at]) && bytes[at] != '\0')
		at++;
	return at;
}

bool page_is(const void *bytes, size_t length)
{
	static const char *const beginnings[] = {"<!doctype html", "<html", "<head", "<!--"};
	const char *text = bytes;
	size_t at = bytes ? skip(text, length) : length;

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		size_t wanted = strlen(beginnings[i]);

		if (length - at >= wanted && strncasecmp(text + at, beginnings[i], wanted) == 0)
			return true;
	}
	return false;
}

static inline void cleanup_page(htmlDocPtr *page)
{
	xmlFreeDoc(*page);
}

/* The next node in the order of the text. */
static const xmlNode *next_node(const xmlNode *node)
{
	if (node->children)
		return node->children;
	while (node && !node->next)
		node = node->parent;
	return node ? node->next : NULL;
}

static const xmlNode *find_title(const xmlNode *node)
{
	while (node &&
	       !(node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, "title") == 0))
		node = next_node(node);
	return node;
}

char *page_title(const void *bytes, size_t length)
{
	__attribute__((cleanup(cleanup_page))) htmlDocPtr page = htmlReadMemory(
		bytes, (int)(length < LOOKED_AT_MAX ? length : LOOKED_AT_MAX), NULL, NULL,
		HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
	const xmlNode *title = page ? find_title(xmlDocGetRootElement(page)) : NULL;
	xmlChar *content = title ? xmlNodeGetContent(title) : NULL;
	char *text = content ? text_trim((const char *)content) : NULL;

	xmlFree(content);
	if (!text || text[0] != '\0')
		return text;
	free(text);
	return NULL;
}

/* Not within a character. */
static void cut(char *text, size_t max)
{
	if (strlen(text) <= max)
		return;
	while (max > 0 && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	text[max] = '\0';
}

int page_refuse(const void *bytes, size_t length, struct reason *reason)
{
	_cleanup_free_ char *title = NULL;

	if (!page_is(bytes, length))
		return 0;
	title = page_title(bytes, length);
	if (!title)
		return reason_refuse(
			reason,
			"it is not JSON, but an HTML page without a title, perhaps of a login or a proxy; a browser shows it");
	cut(title, TITLE_SHOWN_MAX);
	return reason_refuse(
		reason,
		"it is not JSON, but the HTML page '%s', perhaps of a login or a proxy; a browser shows it",
		title);
}
