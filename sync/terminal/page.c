#include "terminal/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/foreign_text.h"
#include "common/messages.h"
#include "terminal/width.h"
#include "util/memory.h"

/* Narrower than that nothing can be read; wider ones are mistakes. */
#define WIDTH_MIN 20
#define WIDTH_MAX 1000

/* Of a letter with its marks, where a line has many: more of them go on in the next line. */
#define BYTES_PER_COLUMN 16

static const char *const codes[STYLE_COUNT] = {"",	   "\x1b[1m",  "\x1b[2m",
					       "\x1b[32m", "\x1b[31m", "\x1b[33m"};
static const char plain[] = "\x1b[0m";

static bool is_width(long width)
{
	return width >= WIDTH_MIN && width <= WIDTH_MAX;
}

static int find_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	char *end;
	long width;

	if (columns && *columns != '\0') {
		width = strtol(columns, &end, 10);
		if (*end == '\0' && is_width(width))
			return (int)width;
	}
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && is_width(size.ws_col))
		return size.ws_col;
	return PAGE_WIDTH_DEFAULT;
}

static bool takes_colours(void)
{
	const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if ((none && *none != '\0') || !terminal || strcmp(terminal, "dumb") == 0)
		return false;
	return isatty(STDOUT_FILENO) == 1;
}

void page_begin(struct page *page)
{
	*page = (struct page){.width = find_width(), .colour = takes_colours()};
}

void page_end(struct page *page)
{
	if (page->column > 0)
		page_end_line(page);
	buffer_release(&page->line);
}

/* A text without what a terminal would take for more than text. The caller frees it. */
static char *defused(const char *text, bool lines)
{
	char *copy = xstrdup(text), *to = copy;

	for (const char *from = copy; *from != '\0';) {
		const unsigned char *byte = (const unsigned char *)from;
		size_t length = (size_t)foreign_length(byte);

		if (foreign_is_unfit(byte) && !(lines && *from == '\n')) {
			*to++ = *from == '\n' || *from == '\t' ? ' ' : '?';
		} else {
			memmove(to, from, length);
			to += length;
		}
		from += length;
	}
	*to = '\0';
	return copy;
}

/* Appends bytes that take so many columns. */
static void put(struct page *page, enum style style, const char *bytes, size_t length, int columns)
{
	bool coloured = page->colour && style != STYLE_PLAIN && length > 0;

	if (coloured)
		buffer_text(&page->line, codes[style]);
	buffer_append(&page->line, bytes, length);
	if (coloured)
		buffer_text(&page->line, plain);
	page->column += columns;
}

void page_put(struct page *page, enum style style, int columns, const char *text)
{
	_cleanup_free_ char *fit = defused(text, false);
	_cleanup_buffer_ struct buffer bytes = {0};
	int left = page->width - page->column;
	int taken = text_cut(&bytes, fit, columns > 0 && columns < left ? columns : left);

	put(page, style, bytes.bytes, bytes.length, taken);
}

static void put_blanks(struct page *page, int count)
{
	if (count <= 0)
		return;
	buffer_printf(&page->line, "%*s", count, "");
	page->column += count;
}

void page_move(struct page *page, int column)
{
	if (page->column <= column)
		put_blanks(page, column - page->column);
	else if (page->column > 0)
		put_blanks(page, 1);
}

void page_cell(struct page *page, enum style style, int columns, const char *text)
{
	int begin = page->column;

	page_put(page, style, columns, text);
	put_blanks(page, begin + columns - page->column);
}

/* The bytes of a text that one line may take, up to its end or a newline: a long text is looked at
 * once, not again for each of its lines. */
static size_t line_room(const struct page *page, const char *text)
{
	size_t room = (size_t)page->width * BYTES_PER_COLUMN, length = strnlen(text, room + 1);
	const char *end = memchr(text, '\n', length);

	if (end)
		length = (size_t)(end - text);
	if (length <= room)
		return length;
	/* No character has more than three bytes behind its first; what isn't UTF-8 is cut
	 * anywhere. */
	for (length = room; length > room - 3 && ((unsigned char)text[length] & 0xc0) == 0x80;)
		length--;
	return length;
}

/* One line of a text, up to its end or a newline; returns where the rest begins. */
static const char *put_line(struct page *page, enum style style, int column, const char *text)
{
	size_t end = line_room(page, text), length;
	_cleanup_free_ char *line = xstrndup(text, end);
	int left = page->width - page->column;

	/* A word that would fit into a line of its own isn't broken. */
	length = page->column > column ? text_line_length(line, left)
				       : text_line_length_forced(line, left);
	put(page, style, line, length, text_columns_of(line, length));
	if (length == end)
		return text + end + (text[end] == '\n');
	return text + length + strspn(text + length, " ");
}

void page_wrap(struct page *page, enum style style, int column, const char *text)
{
	_cleanup_free_ char *fit = defused(text, true);

	/* Where hardly anything is left of a line, the text begins at its left. */
	if (column > page->width - WIDTH_MIN / 2)
		column = 0;
	for (const char *rest = fit; *rest != '\0';) {
		rest = put_line(page, style, column, rest);
		if (*rest == '\0')
			return;
		page_end_line(page);
		page_move(page, column);
	}
}

void page_wrapf(struct page *page, enum style style, int column, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		out_of_memory();
	va_end(arguments);
	page_wrap(page, style, column, text);
}

void page_end_line(struct page *page)
{
	while (page->line.length > 0 && page->line.bytes[page->line.length - 1] == ' ')
		page->line.length--;
	(void)fwrite(page->line.bytes ? page->line.bytes : "", 1, page->line.length, stdout);
	(void)fputc('\n', stdout);
	buffer_clear(&page->line);
	page->column = 0;
}

const char *page_language(void)
{
	/* A text whose translation is the language's tag. */
	return _("en");
}
