#include "sources/ismap/portal/fields.h"

#include <stdlib.h>
#include <string.h>

#include "util/buffer.h"
#include "util/json.h"
#include "util/memory.h"

/* Nesting of values; deeper ones are a widget's internals. */
#define DEPTH_MAX 6

/* The memory that a field takes besides its texts. */
#define FIELD_SIZE 400

struct adding {
	const struct portal_labels *labels;
	const struct label_map *map;
	size_t *room;
	cJSON *fields;
};

/* A text, a number or a boolean as text; false for anything else, and for null. */
static bool put_scalar(struct buffer *text, const cJSON *value)
{
	if (cJSON_IsString(value)) {
		buffer_text(text, value->valuestring);
	} else if (cJSON_IsBool(value)) {
		buffer_text(text, cJSON_IsTrue(value) ? "true" : "false");
	} else if (cJSON_IsNumber(value)) {
		char *printed = cJSON_PrintUnformatted(value);

		buffer_text(text, printed);
		cJSON_free(printed);
	} else {
		return false;
	}
	return true;
}

static const cJSON *display_of(const cJSON *object)
{
	const cJSON *display = json_member(object, "display_value");

	return display ? display : json_member(object, "displayValue");
}

/* {value, display_value, …}, with or without a label of its own. */
static bool is_value_object(const cJSON *object)
{
	const cJSON *value = json_member(object, "value");

	return cJSON_IsObject(object) && (value || display_of(object)) && !cJSON_IsObject(value) &&
	       !cJSON_IsArray(value);
}

/* One element of a list, on a line of its own. */
static void put_item(struct buffer *text, const cJSON *item)
{
	const cJSON *shown = is_value_object(item) ? display_of(item) : item;

	if (cJSON_IsNull(item))
		return;
	if (text->length > 0)
		buffer_text(text, "\n");
	if (is_value_object(item) && (!shown || !cJSON_IsString(shown)))
		shown = json_member(item, "value");
	if (shown && !put_scalar(text, shown)) {
		char *printed = cJSON_PrintUnformatted(shown);

		buffer_text(text, printed);
		cJSON_free(printed);
	}
}

static int by_name_and_place(const void *left, const void *right)
{
	const struct portal_label *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

static int by_name(const void *name, const void *label)
{
	return strcmp(name, ((const struct portal_label *)label)->name);
}

/* An object's members are labels by name; an array's elements state both. */
static struct portal_label label_of(const cJSON *node, const cJSON *child, size_t place)
{
	const char *name = json_text(child, "name"), *text = cJSON_GetStringValue(child);

	if (cJSON_IsObject(node))
		return (struct portal_label){child->string, text ? text : "", place};
	if (name[0] == '\0')
		name = json_text(child, "field");
	return (struct portal_label){name, json_text(child, "label"), place};
}

void portal_labels_make(const cJSON *node, struct portal_labels *labels)
{
	const cJSON *child;
	size_t count = 0;

	*labels = (struct portal_labels){
		.node = node,
		.rows = xmalloc((size_t)cJSON_GetArraySize(node) * sizeof(*labels->rows)),
	};
	cJSON_ArrayForEach(child, node)
	{
		labels->rows[count] = label_of(node, child, count);
		count++;
	}
	qsort(labels->rows, count, sizeof(*labels->rows), by_name_and_place);
	/* Of those of one name the first counts. */
	for (size_t i = 0; i < count; i++)
		if (labels->count == 0 ||
		    strcmp(labels->rows[labels->count - 1].name, labels->rows[i].name) != 0)
			labels->rows[labels->count++] = labels->rows[i];
}

void portal_labels_release(struct portal_labels *labels)
{
	free(labels->rows);
	*labels = (struct portal_labels){0};
}

static const char *find_label(const struct portal_labels *labels, const char *key)
{
	const struct portal_label *found = NULL;

	if (labels && labels->count > 0)
		found = bsearch(key, labels->rows, labels->count, sizeof(*labels->rows), by_name);
	return found ? found->label : "";
}

/* Whether there is room for texts of that length. */
static bool take_room(struct adding *adding, size_t length)
{
	bool fits = length + FIELD_SIZE < *adding->room;

	*adding->room = fits ? *adding->room - length - FIELD_SIZE : 0;
	return fits;
}

static void add_field(struct adding *adding, const char *label, const char *key, const char *value,
		      const char *display)
{
	const char *field;
	cJSON *object;

	if (!take_room(adding, strlen(label) + strlen(key) + strlen(value) +
				       (display ? strlen(display) : 0)))
		return;
	field = adding->map ? label_map_field(adding->map, label, key) : NULL;
	if (adding->map && label_map_ignores(adding->map, label, key))
		return;
	object = cJSON_CreateObject();
	(void)cJSON_AddItemToArray(adding->fields, object);
	if (field)
		(void)cJSON_AddStringToObject(object, "field", field);
	if (label[0] != '\0')
		(void)cJSON_AddStringToObject(object, "label", label);
	if (key[0] != '\0')
		(void)cJSON_AddStringToObject(object, "key", key);
	(void)cJSON_AddStringToObject(object, "value", value);
	if (display && strcmp(display, value) != 0)
		(void)cJSON_AddStringToObject(object, "display", display);
}

static void add_value_object(struct adding *adding, const char *key, const char *label,
			     const cJSON *object)
{
	_cleanup_buffer_ struct buffer value = {0}, display = {0};
	const char *own = json_text(object, "label"), *name = json_text(object, "name");

	buffer_text(&value, "");
	buffer_text(&display, "");
	if (!put_scalar(&value, json_member(object, "value")))
		buffer_clear(&value);
	if (!put_scalar(&display, display_of(object)))
		buffer_text(&display, value.bytes);
	add_field(adding, own[0] != '\0' ? own : label, key[0] != '\0' ? key : name,
		  value.length > 0 ? value.bytes : display.bytes, display.bytes);
}

static bool is_labelled(const cJSON *object)
{
	return is_value_object(object) &&
	       (json_text(object, "label")[0] != '\0' || json_text(object, "name")[0] != '\0');
}

static void add_object(struct adding *adding, const cJSON *object, int depth);

static void add_array(struct adding *adding, const char *key, const char *label, const cJSON *array,
		      int depth)
{
	_cleanup_buffer_ struct buffer lines = {0};
	const cJSON *item;

	/* [{label, value}, …] are fields themselves; anything else is the lines of one. */
	if (is_labelled(array->child)) {
		cJSON_ArrayForEach(item, array)
		{
			if (is_labelled(item))
				add_value_object(adding, "", "", item);
			else
				add_object(adding, item, depth + 1);
		}
		return;
	}
	cJSON_ArrayForEach(item, array) put_item(&lines, item);
	buffer_text(&lines, "");
	add_field(adding, label, key, lines.bytes, NULL);
}

static void add_member(struct adding *adding, const cJSON *member, int depth)
{
	const char *key = member->string ? member->string : "";
	const char *label = find_label(adding->labels, key);
	_cleanup_buffer_ struct buffer text = {0};

	if (*adding->room == 0 || strcmp(key, "sys_id") == 0 ||
	    (adding->labels && member == adding->labels->node))
		return;
	buffer_text(&text, "");
	if (cJSON_IsArray(member))
		add_array(adding, key, label, member, depth);
	else if (is_value_object(member))
		add_value_object(adding, key, label, member);
	else if (cJSON_IsObject(member))
		add_object(adding, member, depth + 1);
	else if (put_scalar(&text, member))
		add_field(adding, label, key, text.bytes, NULL);
}

static void add_object(struct adding *adding, const cJSON *object, int depth)
{
	const cJSON *member;

	if (depth > DEPTH_MAX || !cJSON_IsObject(object))
		return;
	cJSON_ArrayForEach(member, object) add_member(adding, member, depth);
}

const char *portal_sys_id(const cJSON *object)
{
	const cJSON *member = json_member(object, "sys_id");
	const char *text =
		cJSON_IsObject(member) ? json_text(member, "value") : json_text(object, "sys_id");

	if (!cJSON_IsObject(object))
		return NULL;
	return strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32 ? text : NULL;
}

void portal_fields_add(const cJSON *object, const struct portal_labels *labels,
		       const struct label_map *map, size_t *room, cJSON *fields)
{
	struct adding adding = {.labels = labels, .map = map, .fields = fields};

	adding.room = room;
	add_object(&adding, object, 0);
}

bool portal_fields_have(const cJSON *fields, const char *field)
{
	const cJSON *item;

	cJSON_ArrayForEach(item,
			   fields) if (strcmp(json_text(item, "field"), field) == 0) return true;
	return false;
}
