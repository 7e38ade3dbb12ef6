#include "sources/ismap/portal/tags.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "store_limits.h"

#define BLANKS " \t\r\n\f"

/* A run of the page's bytes. */
struct piece {
	const char *begin;
	size_t length;
};

struct tag {
	struct piece name;
	struct piece href; /* of the first attribute of that name */
	bool closes;
};

static bool is_word(struct piece piece, const char *word)
{
	return piece.length == strlen(word) && strncasecmp(piece.begin, word, piece.length) == 0;
}

/* Takes a run that has none of these bytes; the position moves behind it. */
static struct piece take_until(const char **position, const char *ends)
{
	struct piece piece = {*position, strcspn(*position, ends)};

	*position += piece.length;
	return piece;
}

/* Behind a word; where there is none, the page's end. */
static const char *skip_behind(const char *position, const char *word)
{
	const char *found = strcasestr(position, word);

	return found ? found + strlen(word) : position + strlen(position);
}

static struct piece take_value(const char **position)
{
	char quote[2] = {**position, '\0'};
	struct piece value;

	if (*quote != '"' && *quote != '\'')
		return take_until(position, BLANKS ">");
	++*position;
	value = take_until(position, quote);
	*position += **position == *quote;
	return value;
}

/* A name may begin with =. */
static void take_attribute(const char **position, struct tag *tag)
{
	struct piece name = {*position, 1 + strcspn(*position + 1, BLANKS "/>=")}, value = {0};

	*position += name.length;
	*position += strspn(*position, BLANKS);
	if (**position == '=') {
		++*position;
		*position += strspn(*position, BLANKS);
		value = take_value(position);
	}
	if (!tag->href.begin && is_word(name, "href"))
		tag->href = value;
}

/* Takes a tag from behind its <, up to and with its >. */
static struct tag take_tag(const char **position)
{
	struct tag tag = {.closes = **position == '/'};

	*position += tag.closes;
	tag.name = take_until(position, BLANKS "/>");
	for (;;) {
		*position += strspn(*position, BLANKS "/");
		if (**position == '\0' || **position == '>')
			break;
		take_attribute(position, &tag);
	}
	*position += **position == '>';
	return tag;
}

/* An address between quotes. Its references stay. */
static void put_address(struct buffer *plain, struct piece address)
{
	for (size_t i = 0; i < address.length; i++) {
		switch (address.begin[i]) {
		case '"': buffer_text(plain, "&quot;"); break;
		case '<': buffer_text(plain, "&lt;"); break;
		case '>': buffer_text(plain, "&gt;"); break;
		default: buffer_append(plain, &address.begin[i], 1);
		}
	}
}

static void put_tag(struct buffer *plain, const struct tag *tag)
{
	for (size_t i = 0; i < tag->name.length; i++)
		if (!isalnum((unsigned char)tag->name.begin[i]) && tag->name.begin[i] != '-')
			return;
	buffer_text(plain, tag->closes ? "</" : "<");
	buffer_append(plain, tag->name.begin, tag->name.length);
	if (tag->href.length > 0 && !tag->closes && is_word(tag->name, "a")) {
		buffer_text(plain, " href=\"");
		put_address(plain, tag->href);
		buffer_text(plain, "\"");
	}
	buffer_text(plain, ">");
}

static const char *reduce_tag(const char *position, struct buffer *plain)
{
	struct tag tag = take_tag(&position);

	if (is_word(tag.name, "script") || is_word(tag.name, "style"))
		return tag.closes ? position
				  : skip_behind(position, is_word(tag.name, "style") ? "</style"
										     : "</script");
	put_tag(plain, &tag);
	return position;
}

/* What begins with a <; returns what is behind it. */
static const char *reduce_markup(const char *position, struct buffer *plain)
{
	if (strncmp(position, "<!--", strlen("<!--")) == 0)
		return skip_behind(position + strlen("<!--"), "-->");
	if (position[1] == '!' || position[1] == '?')
		return skip_behind(position, ">");
	if (isalpha((unsigned char)position[1 + (position[1] == '/')]))
		return reduce_tag(position + 1, plain);
	buffer_text(plain, "&lt;");
	return position + 1;
}

int portal_tags_reduce(const char *html, struct buffer *plain)
{
	size_t parts = 0;

	while (*html != '\0') {
		struct piece text = take_until(&html, "<&");

		buffer_append(plain, text.begin, text.length);
		if (*html == '\0')
			break;
		if (++parts > LIMIT_HTML_PARTS)
			return -EFBIG;
		if (*html == '<')
			html = reduce_markup(html, plain);
		else
			buffer_append(plain, html++, 1);
	}
	buffer_text(plain, "");
	return 0;
}
