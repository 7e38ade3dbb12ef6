#include "commands/answers/told_value.h"

#include <string.h>

#include "query/label.h"
#include "util/memory.h"
#include "vocabulary.h"

/* Whose items are services. Their numbers take so many columns, if they aren't longer. */
#define NUMBER_COLUMNS 14

int told_prepare_names(sqlite3 *database, sqlite3_stmt **names)
{
	_cleanup_free_ char *sql = xasprintf(
		"SELECT v.text FROM entity e JOIN value v ON v.entity = e.id AND v.field = %d"
		" WHERE e.kind = %d AND e.key = ?1 ORDER BY v.gen_from DESC LIMIT 1",
		FIELD_NAME, KIND_SERVICE);

	return database_prepare(database, sql, names);
}

bool told_is_lesser(const struct registry *registry, const char *old, const char *new)
{
	const struct word *before = registry_find_status(registry, old);
	const struct word *after = registry_find_status(registry, new);

	return registry && before && after && strcmp(before->in_force, "yes") == 0 &&
	       strcmp(after->in_force, "yes") == 0 && after > before;
}

const char *told_word(const struct told_style *style, const char *what, const char *word)
{
	static const char *const classes[] = {"A", "B", "C", "D"};
	bool is_status = strcmp(what, "status") == 0 || strcmp(what, "status.list") == 0 ||
			 strcmp(what, "status.changelog") == 0;
	const struct word *known;

	if (*word == '\0')
		return "\xe2\x80\x93"; /* U+2013 */
	if (strcmp(what, "class") == 0 && *word >= 'a' && *word <= 'd' && word[1] == '\0')
		return classes[*word - 'a'];
	/* A day of each year. */
	if (strncmp(word, "--", 2) == 0 && strlen(word) == strlen("--MM-DD"))
		return word + 2;
	known = is_status ? registry_find_status(style->registry, word)
			  : registry_find_word(style->registry, what, word);
	if (known && known->japanese && strcmp(page_language(), "ja") == 0)
		return known->japanese;
	/* A status stays the word that files and options have. */
	return known && known->today && !is_status ? known->today : word;
}

void told_put_field(struct page *page, const struct told_style *style, const char *what, int column)
{
	page_move(page, style->column);
	page_put(page, STYLE_PLAIN, 0, field_label(what));
	if (page->column >= column)
		page_end_line(page);
	page_move(page, column);
}

static bool has_line(const char *text, const char *line, size_t length)
{
	while (*text != '\0') {
		size_t own = strcspn(text, "\n");

		if (own == length && memcmp(text, line, length) == 0)
			return true;
		text += own + (text[own] == '\n');
	}
	return false;
}

/* The name of a service, behind its number. */
static int put_name(struct page *page, const struct told_style *style, int column,
		    const char *number)
{
	int r;

	(void)sqlite3_reset(style->names);
	(void)sqlite3_bind_text(style->names, 1, number, -1, SQLITE_TRANSIENT);
	r = database_next(style->names);
	if (r <= 0)
		return r;
	page_move(page, page->column < column + NUMBER_COLUMNS ? column + NUMBER_COLUMNS
							       : page->column + 2);
	page_wrap(page, STYLE_PLAIN, column + NUMBER_COLUMNS, database_text(style->names, 0));
	return 0;
}

/* One of a list's items that the other list lacks. */
static int put_item(struct page *page, const struct told_style *style, const struct told_list *list,
		    int column, bool came, const char *item)
{
	int r = 0;

	page_move(page, column);
	page_put(page, came ? STYLE_GOOD : STYLE_BAD, 0, came ? "+" : "-");
	page_move(page, column + 2);
	page_wrap(page, STYLE_PLAIN, column + 2, item);
	if (list->of_services)
		r = put_name(page, style, column + 2, item);
	page_end_line(page);
	return r;
}

/* The items of one list that the other one lacks. *left: how many may still be shown; *hidden: how
 * many weren't. */
static int put_items(struct page *page, const struct told_style *style,
		     const struct told_list *list, int column, bool came, int *left,
		     unsigned long long *hidden)
{
	const char *rest = came ? list->new : list->old, *other = came ? list->old : list->new;
	int r = 0;

	while (r == 0 && *rest != '\0') {
		size_t length = strcspn(rest, "\n");
		_cleanup_free_ char *item = xstrndup(rest, length);

		rest += length + (rest[length] == '\n');
		if (has_line(other, item, length))
			continue;
		if (*left == 0) {
			(*hidden)++;
			continue;
		}
		r = put_item(page, style, list, column, came, item);
		(*left)--;
	}
	return r;
}

int told_put_list(struct page *page, const struct told_style *style, const struct told_list *list,
		  int column)
{
	int left = style->all ? -1 : style->items, r;
	unsigned long long hidden = 0;

	told_put_field(page, style, list->what, column);
	r = put_items(page, style, list, column, true, &left, &hidden);
	if (r == 0)
		r = put_items(page, style, list, column, false, &left, &hidden);
	if (r < 0 || hidden == 0)
		return r;
	page_move(page, column);
	page_wrapf(page, STYLE_FAINT, column,
		   style->advise ? translate_counted(hidden, "and %llu more (--all shows it)",
						     "and %llu more (--all shows them)")
				 : translate_counted(hidden, "and %llu more", "and %llu more"),
		   hidden);
	page_end_line(page);
	return 0;
}
