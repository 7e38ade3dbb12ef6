#include "sources/ismap/portal/html.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libxml/HTMLparser.h>

#include "common/cleanup.h"
#include "sources/ismap/portal/capture.h"
#include "sources/ismap/portal/tags.h"
#include "util/buffer.h"
#include "util/text/text.h"

#define ADDRESS_SIZE 2048
#define COLUMN_SIZE 32

/* libxml2 ends where a page is nested deeper. */
#define DEPTH_MAX 256

/* How often a page's text may be within another one's cell. */
#define TEXT_COPIES_MAX 16

static inline void cleanup_document(htmlDocPtr *document)
{
	xmlFreeDoc(*document);
}
#define _cleanup_document_ __attribute__((cleanup(cleanup_document)))

/* A page while it is read. */
struct reading {
	htmlDocPtr document;
	size_t room; /* for texts and nodes: those of cells within cells are taken again and again
		      */
};

/* The node after another one in the order of the page, within top; NULL: there is none. */
static xmlNodePtr next_within(xmlNodePtr node, xmlNodePtr top)
{
	if (node->children && node->type == XML_ELEMENT_NODE)
		return node->children;
	while (node && node != top && !node->next)
		node = node->parent;
	return node && node != top ? node->next : NULL;
}

static xmlNodePtr first_of(const struct reading *reading)
{
	return xmlDocGetRootElement(reading->document);
}

static xmlNodePtr next_of(const struct reading *reading, xmlNodePtr node)
{
	return next_within(node, first_of(reading));
}

static bool is_element(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && xmlStrEqual(node->name, (const xmlChar *)name);
}

static bool is_cell(xmlNodePtr node)
{
	return is_element(node, "td") || is_element(node, "th");
}

/* A node's text, trimmed. Takes room for each node and each byte. */
static char *text_of(struct reading *reading, xmlNodePtr top)
{
	_cleanup_buffer_ struct buffer text = {0};

	for (xmlNodePtr node = top; node && reading->room > 0; node = next_within(node, top)) {
		const char *content =
			node->type == XML_TEXT_NODE ? (const char *)node->content : "";
		size_t length = strlen(content);

		buffer_append(&text, content, length);
		reading->room -= length + 1 < reading->room ? length + 1 : reading->room;
	}
	return text_trim(text.length > 0 ? text.bytes : "");
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
	_cleanup_free_ char *text = reading->room > 0 ? text_of(reading, node) : NULL;

	if (reading->room > 0)
		(void)cJSON_AddStringToObject(object, name, text);
}

/* The texts of a line's cells as members column-1, column-2 … */
static void add_cells(struct reading *reading, cJSON *object, xmlNodePtr line, bool heads)
{
	int number = 0;

	for (xmlNodePtr node = line->children; node; node = node->next) {
		char column[COLUMN_SIZE];

		if (heads ? !is_element(node, "th") : !is_cell(node))
			continue;
		(void)snprintf(column, sizeof(column), "column-%d", ++number);
		add_text(reading, object, column, node);
	}
}

/* The address of a link to a record; NULL: it is no such link. Of attributes there is href alone.
 */
static const char *record_address(const xmlNode *node)
{
	const xmlNode *address =
		is_element(node, "a") && node->properties ? node->properties->children : NULL;

	if (!address || !address->content || !strstr((const char *)address->content, "sys_id="))
		return NULL;
	return (const char *)address->content;
}

/* Everything around a link to a record leads to the first one within it. */
static void mark_links(const struct reading *reading)
{
	for (xmlNodePtr node = first_of(reading); node; node = next_of(reading, node)) {
		xmlNodePtr around = record_address(node) ? node->parent : NULL;

		for (; around && !around->_private; around = around->parent)
			around->_private = node;
	}
}

static void add_row(struct reading *reading, xmlNodePtr line, cJSON *list)
{
	char sys_id[PORTAL_SYS_ID_LENGTH + 1];
	cJSON *row = cJSON_CreateObject();

	parameter(record_address(line->_private), "sys_id", sys_id, sizeof(sys_id));
	(void)cJSON_AddItemToArray(list, row);
	(void)cJSON_AddStringToObject(row, "sys_id", sys_id);
	add_cells(reading, row, line, false);
}

/* A table that is being read, within another one or not. */
struct table {
	xmlNodePtr node;
	cJSON *labels, *rows;
	bool begun; /* its first line was read */
};

static bool has_cell(xmlNodePtr line)
{
	for (xmlNodePtr node = line->children; node; node = node->next)
		if (is_element(node, "td"))
			return true;
	return false;
}

static void add_line(struct reading *reading, struct table *table, xmlNodePtr line)
{
	if (!table->begun)
		add_cells(reading, table->labels, line, true);
	table->begun = true;
	if (line->_private && has_cell(line))
		add_row(reading, line, table->rows);
}

static void begin_table(struct table *table, xmlNodePtr node, cJSON *list)
{
	cJSON *object = cJSON_CreateObject();

	(void)cJSON_AddItemToArray(list, object);
	*table = (struct table){
		.node = node,
		.labels = cJSON_AddObjectToObject(object, "column_labels"),
		.rows = cJSON_AddArrayToObject(object, "list"),
	};
}

static bool is_within(xmlNodePtr node, xmlNodePtr top)
{
	while (node && node != top)
		node = node->parent;
	return node != NULL;
}

/* A line is of the innermost table around it. */
static void add_tables(struct reading *reading, cJSON *data)
{
	struct table tables[DEPTH_MAX];
	cJSON *list = cJSON_AddArrayToObject(data, "tables");
	size_t depth = 0;

	mark_links(reading);
	for (xmlNodePtr node = first_of(reading); node && reading->room > 0;
	     node = next_of(reading, node)) {
		bool is_table = is_element(node, "table"), is_line = is_element(node, "tr");

		if (!is_table && !is_line)
			continue;
		while (depth > 0 && !is_within(node, tables[depth - 1].node))
			depth--;
		if (is_table && node->_private && depth < DEPTH_MAX)
			begin_table(&tables[depth++], node, list);
		else if (is_line && depth > 0)
			add_line(reading, &tables[depth - 1], node);
	}
}

static void add_field(struct reading *reading, cJSON *fields, xmlNodePtr name, xmlNodePtr value)
{
	cJSON *field = cJSON_CreateObject();

	(void)cJSON_AddItemToArray(fields, field);
	add_text(reading, field, "label", name);
	if (value)
		add_text(reading, field, "value", value);
}

/* A line of one th and one td. */
static void add_line_pair(struct reading *reading, cJSON *fields, xmlNodePtr line)
{
	xmlNodePtr name = NULL, value = NULL;
	int names = 0, values = 0;

	for (xmlNodePtr node = line->children; node; node = node->next) {
		if (is_element(node, "th")) {
			name = node;
			names++;
		} else if (is_element(node, "td")) {
			value = name ? node : NULL;
			values++;
		}
	}
	if (names == 1 && values == 1)
		add_field(reading, fields, name, value);
}

/* The dt and dd within a node: several dt may share a dd. */
static void add_list_pairs(struct reading *reading, cJSON *fields, xmlNodePtr list)
{
	xmlNodePtr value = list->children;

	for (xmlNodePtr node = list->children; node; node = node->next) {
		bool is_behind = value == node;

		if (is_behind)
			value = node->next;
		if (!is_element(node, "dt"))
			continue;
		while (value && !is_element(value, "dd") && !is_element(value, "td"))
			value = value->next;
		add_field(reading, fields, node, value);
	}
}

/* th beside td, dt before dd. */
static void add_pairs(struct reading *reading, cJSON *data)
{
	cJSON *fields = cJSON_AddArrayToObject(data, "fields");

	for (xmlNodePtr node = first_of(reading); node && reading->room > 0;
	     node = next_of(reading, node)) {
		if (is_element(node, "tr"))
			add_line_pair(reading, fields, node);
		else if (node->type == XML_ELEMENT_NODE)
			add_list_pairs(reading, fields, node);
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

int portal_html_read(const char *html, size_t length, cJSON **answer)
{
	_cleanup_document_ htmlDocPtr document = NULL;
	_cleanup_buffer_ struct buffer plain = {0};
	struct reading reading = {.room = TEXT_COPIES_MAX * length};
	char address[ADDRESS_SIZE], id[128], sys_id[PORTAL_SYS_ID_LENGTH + 1];
	cJSON *data;

	if (portal_tags_reduce(html, &plain) < 0 || plain.length > INT_MAX)
		return -EFBIG;
	document = htmlReadMemory(plain.bytes, (int)plain.length, NULL, "UTF-8",
				  HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					  HTML_PARSE_COMPACT);
	if (!document || !xmlDocGetRootElement(document))
		return -EINVAL;
	reading.document = document;
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
