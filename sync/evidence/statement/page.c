/* The statement as a page that prints on A4: one sheet for each language. */
#include <string.h>

#include "common/embed.h"
#include "evidence/statement/statement.h"
#include "util/memory.h"

EMBED(style, "evidence/statement/page.css");

static void put_item(const struct statement_item *item, struct buffer *html)
{
	const char *line = item->text.bytes ? item->text.bytes : "";

	buffer_text(html, "<tr><th>");
	buffer_html(html, item->label);
	buffer_text(html, "</th><td>");
	while (*line != '\0') {
		size_t length = strcspn(line, "\n");
		_cleanup_free_ char *text = xstrndup(line, length);

		buffer_html(html, text);
		line += length + (line[length] == '\n');
		if (*line != '\0')
			buffer_text(html, "<br>");
	}
	buffer_text(html, "</td></tr>\n");
}

static void put_statement(const struct statement *statement, struct buffer *html)
{
	bool japanese = statement->language == STATEMENT_JAPANESE;

	buffer_printf(html, "<section lang=\"%s\">\n<h1>", japanese ? "ja" : "en");
	buffer_html(html, statement->title);
	buffer_text(html, "</h1>\n<table>\n");
	for (size_t i = 0; i < STATEMENT_ITEMS; i++)
		put_item(&statement->items[i], html);
	buffer_printf(
		html,
		"</table>\n<p class=\"signed\">%s ____________________ %s ____________________</p>\n</section>\n",
		japanese ? "確認者" : "Checked by", japanese ? "確認日" : "on");
}

void statement_print_page(const struct statement *const statements[2], struct buffer *html)
{
	buffer_text(
		html,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>");
	buffer_html(html, statements[0]->title);
	buffer_printf(html, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", embedded_style);
	put_statement(statements[0], html);
	put_statement(statements[1], html);
	buffer_text(html, "</body>\n</html>\n");
}
