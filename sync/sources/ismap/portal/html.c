#include "sources/ismap/portal/html.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libxml/HTMLparser.h>
#include <libxml/xpath.h>

#include "common/cleanup.h"
#include "sources/ismap/portal/capture.h"
#include "store_limits.h"
#include "util/memory.h"
#include "util/text/text.h"

#define ADDRESS_SIZE 2048
#define COLUMN_SIZE 32

/* How often a page's text may be within another one's cell. */
#define TEXT_COPIES_MAX 16

static inline void cleanup_document(htmlDocPtr *document)
{
	xmlFreeDoc(*document);
}
static inline void cleanup_xpath(xmlXPathContextPtr *context)
{
	xmlXPathFreeContext(*context);
}
static inline void cleanup_found(xmlXPathObjectPtr *found)
{
	xmlXPathFreeObject(*found);
}
#define _cleanup_document_ __attribute__((cleanup(cleanup_document)))
#define _cleanup_xpath_ __attribute__((cleanup(cleanup_xpath)))
#define _cleanup_found_ __attribute__((cleanup(cleanup_found)))

/* A page while it is read. */
struct reading {
	xmlXPathContextPtr context;
	size_t room; /* for texts: those of cells within cells are taken again and again */
};

static xmlXPathObjectPtr find(const struct reading *reading, xmlNodePtr node, const char *path)
{
	xmlXPathObjectPtr found;

	reading->context->node = node;
	found = xmlXPathEval((const xmlChar *)path, reading->context);
	/* Paths here are sound, and nothing found is an empty set. */
	if (!found)
		out_of_memory();
	return found;
}

static int count(xmlXPathObjectPtr found)
{
	return found->nodesetval ? found->nodesetval->nodeNr : 0;
}

/* A node's text, trimmed. */
static char *text_of(xmlNodePtr node)
{
	xmlChar *content = xmlNodeGetContent(node);
	char *text = text_trim(content ? (const char *)content : "");

	xmlFree(content);
	return text;
}

/* The value of a parameter within an address, as far as it is made of an id's characters. */
static void parameter(const char *address, const char *name, char *value, size_t size)
{
	size_t length = strlen(name);

	value[0] = '\0';
	for (const char *found = strchr(address, '?'); found; found = strchr(found + 1, '&')) {
		const char *begin = found + 1;

		if (strncmp(begin, "amp;", 4) == 0)
			begin += 4;
		if (strncmp(begin, name, length) != 0 || begin[length] != '=')
			continue;
		begin += length + 1;
		length = strcspn(begin, "&#\"' ");
		if (length < size) {
			memcpy(value, begin, length);
			value[length] = '\0';
		}
		return;
	}
}

/* The comment that browsers leave at the top: `saved from url=(0073)https://…`. */
static void saved_from(const char *html, char address[static ADDRESS_SIZE])
{
	const char *found = strstr(html, "saved from url=");
	size_t length;

	address[0] = '\0';
	if (!found || !(found = strchr(found, ')')))
		return;
	length = strcspn(++found, " \r\n>");
	if (length < ADDRESS_SIZE) {
		memcpy(address, found, length);
		address[length] = '\0';
	}
}

static void add_text(struct reading *reading, cJSON *object, const char *name, xmlNodePtr node)
{
	_cleanup_free_ char *text = reading->room > 0 ? text_of(node) : NULL;
	size_t length = text ? strlen(text) : 0;

	reading->room = length < reading->room ? reading->room - length : 0;
	if (reading->room > 0)
		(void)cJSON_AddStringToObject(object, name, text);
}

/* The texts of cells as members column-1, column-2 … */
static void add_cells(struct reading *reading, cJSON *object, xmlXPathObjectPtr cells)
{
	for (int i = 0; i < count(cells); i++) {
		char column[COLUMN_SIZE];

		(void)snprintf(column, sizeof(column), "column-%d", i + 1);
		add_text(reading, object, column, cells->nodesetval->nodeTab[i]);
	}
}

static void add_row(struct reading *reading, xmlNodePtr line, cJSON *list)
{
	_cleanup_found_ xmlXPathObjectPtr links =
		find(reading, line, ".//a[contains(@href, 'sys_id=')]/@href");
	_cleanup_found_ xmlXPathObjectPtr cells = find(reading, line, "./td | ./th");
	_cleanup_free_ char *href = NULL;
	char sys_id[PORTAL_SYS_ID_LENGTH + 1];
	cJSON *row;

	if (count(links) == 0)
		return;
	href = text_of(links->nodesetval->nodeTab[0]);
	parameter(href, "sys_id", sys_id, sizeof(sys_id));
	row = cJSON_CreateObject();
	(void)cJSON_AddItemToArray(list, row);
	(void)cJSON_AddStringToObject(row, "sys_id", sys_id);
	add_cells(reading, row, cells);
}

static void add_tables(struct reading *reading, cJSON *data)
{
	_cleanup_found_ xmlXPathObjectPtr tables =
		find(reading, xmlDocGetRootElement(reading->context->doc),
		     "//table[.//a[contains(@href, 'sys_id=')]]");
	cJSON *list = cJSON_AddArrayToObject(data, "tables");

	for (int i = 0; i < count(tables) && reading->room > 0; i++) {
		xmlNodePtr table = tables->nodesetval->nodeTab[i];
		_cleanup_found_ xmlXPathObjectPtr lines = find(reading, table, ".//tr[td]");
		_cleanup_found_ xmlXPathObjectPtr heads = find(reading, table, "(.//tr)[1]/th");
		cJSON *object = cJSON_CreateObject(), *rows;

		(void)cJSON_AddItemToArray(list, object);
		add_cells(reading, cJSON_AddObjectToObject(object, "column_labels"), heads);
		rows = cJSON_AddArrayToObject(object, "list");
		for (int j = 0; j < count(lines) && reading->room > 0; j++)
			add_row(reading, lines->nodesetval->nodeTab[j], rows);
	}
}

/* th beside td, dt before dd. */
static void add_pairs(struct reading *reading, cJSON *data)
{
	_cleanup_found_ xmlXPathObjectPtr names =
		find(reading, xmlDocGetRootElement(reading->context->doc),
		     "//tr[count(th) = 1 and count(td) = 1]/th | //dt");
	cJSON *fields = cJSON_AddArrayToObject(data, "fields");

	for (int i = 0; i < count(names); i++) {
		xmlNodePtr name = names->nodesetval->nodeTab[i];
		_cleanup_found_ xmlXPathObjectPtr values =
			find(reading, name, "following-sibling::*[self::td or self::dd][1]");
		cJSON *field = cJSON_CreateObject();

		(void)cJSON_AddItemToArray(fields, field);
		add_text(reading, field, "label", name);
		if (count(values) > 0)
			add_text(reading, field, "value", values->nodesetval->nodeTab[0]);
	}
}

/* The frame that /api/now/sp/page puts around a widget's data; *data is within it. */
static cJSON *make_answer(const char *id, cJSON **data)
{
	static const char *const levels[] = {"containers", "rows", "columns", "widgets"};
	cJSON *answer = cJSON_CreateObject(), *node, *page;

	node = cJSON_AddObjectToObject(answer, "result");
	page = cJSON_AddObjectToObject(node, "page");
	(void)cJSON_AddStringToObject(page, "id", id);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		cJSON *array = cJSON_AddArrayToObject(node, levels[i]);

		node = cJSON_CreateObject();
		(void)cJSON_AddItemToArray(array, node);
	}
	node = cJSON_AddObjectToObject(node, "widget");
	(void)cJSON_AddStringToObject(node, "id", "saved-page");
	*data = cJSON_AddObjectToObject(node, "data");
	return answer;
}

/* Where the content of a script or a style sheet ends that begins there; else where it begins. */
static const char *skip_script(const char *tag)
{
	const char *end = NULL;

	if (strncasecmp(tag, "<script", strlen("<script")) == 0)
		end = strcasestr(tag, "</script");
	else if (strncasecmp(tag, "<style", strlen("<style")) == 0)
		end = strcasestr(tag, "</style");
	return end ? end : tag;
}

/* A page of more is refused: libxml2 takes a hundred bytes and more for what has few, and time that
 * grows with the square of their number. */
static bool has_many_parts(const char *html)
{
	size_t parts = 0;
	bool in_tag = false;

	for (; *html != '\0'; html++) {
		if (*html == '<')
			html = skip_script(html);
		parts += *html == '<' || *html == '&' || (in_tag && (*html == '=' || *html <= ' '));
		in_tag = *html == '<' || (in_tag && *html != '>');
	}
	return parts > LIMIT_HTML_PARTS;
}

int portal_html_read(const char *html, size_t length, cJSON **answer)
{
	_cleanup_document_ htmlDocPtr document = NULL;
	_cleanup_xpath_ xmlXPathContextPtr context = NULL;
	struct reading reading = {.room = TEXT_COPIES_MAX * length};
	char address[ADDRESS_SIZE], id[128], sys_id[PORTAL_SYS_ID_LENGTH + 1];
	cJSON *data;

	if (length > INT_MAX || has_many_parts(html))
		return -EFBIG;
	document = htmlReadMemory(html, (int)length, NULL, "UTF-8",
				  HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					  HTML_PARSE_COMPACT);
	if (!document || !xmlDocGetRootElement(document))
		return -EINVAL;
	context = xmlXPathNewContext(document);
	if (!context)
		out_of_memory();
	reading.context = context;
	saved_from(html, address);
	parameter(address, "id", id, sizeof(id));
	parameter(address, "sys_id", sys_id, sizeof(sys_id));
	*answer = make_answer(id, &data);
	add_tables(&reading, data);
	if (sys_id[0] != '\0') {
		(void)cJSON_AddStringToObject(data, "sys_id", sys_id);
		add_pairs(&reading, data);
	}
	return reading.room > 0 ? 0 : -EFBIG;
}
