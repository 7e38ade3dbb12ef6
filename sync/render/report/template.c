#include "render/report/template.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* Pairs within pairs. */
#define DEPTH_MAX 8

struct pairs {
	const struct template_slot *open[DEPTH_MAX];
	size_t depth;
	size_t hidden; /* the outermost pair that isn't shown, counted from 1; 0: all are shown */
};

static const struct template_slot *find(const struct template_slot *slots, const char *name,
					size_t length)
{
	for (; slots->name; slots++)
		if (strlen(slots->name) == length && memcmp(slots->name, name, length) == 0)
			return slots;
	return NULL;
}

static bool has_text(const struct template_slot *slot)
{
	return slot->text && slot->text[0] != '\0';
}

static int open_pair(struct pairs *pairs, const struct template_slot *slot, bool shown)
{
	if (pairs->depth == DEPTH_MAX)
		return -EINVAL;
	pairs->open[pairs->depth++] = slot;
	if (!shown && pairs->hidden == 0)
		pairs->hidden = pairs->depth;
	return 0;
}

static int close_pair(struct pairs *pairs, const struct template_slot *slot)
{
	if (pairs->depth == 0 || pairs->open[pairs->depth - 1] != slot)
		return -EINVAL;
	if (pairs->hidden == pairs->depth--)
		pairs->hidden = 0;
	return 0;
}

/* What is between the braces. */
static int fill_gap(struct buffer *buffer, struct pairs *pairs, const struct template_slot *slots,
		    const char *gap, size_t length)
{
	const struct template_slot *slot;
	char mark = '\0';

	if (length > 0 && strchr("?!/", gap[0])) {
		mark = gap[0];
		gap++;
		length--;
	}
	slot = find(slots, gap, length);
	if (!slot)
		return -EINVAL;
	switch (mark) {
	case '?': return open_pair(pairs, slot, has_text(slot));
	case '!': return open_pair(pairs, slot, !has_text(slot));
	case '/': return close_pair(pairs, slot);
	default:
		if (pairs->hidden == 0 && has_text(slot))
			buffer_text(buffer, slot->text);
		return 0;
	}
}

int template_fill(struct buffer *buffer, const char *text, const struct template_slot *slots)
{
	struct pairs pairs = {.depth = 0};
	const char *begin, *end;

	while ((begin = strstr(text, "{{"))) {
		int r;

		if (pairs.hidden == 0)
			buffer_append(buffer, text, (size_t)(begin - text));
		begin += 2;
		end = strstr(begin, "}}");
		if (!end)
			return -EINVAL;
		r = fill_gap(buffer, &pairs, slots, begin, (size_t)(end - begin));
		if (r < 0)
			return r;
		text = end + 2;
	}
	if (pairs.depth > 0)
		return -EINVAL;
	buffer_text(buffer, text);
	return 0;
}
