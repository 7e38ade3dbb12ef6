#include "commands/answers/told_block.h"

#include <string.h>

#include "query/label.h"
#include "render/changes.h"
#include "terminal/width.h"
#include "util/memory.h"

#define MARK_COLUMN 2
/* From this width on a service's name, number and provider share a line. */
#define ONE_LINE_WIDTH 70
#define NUMBER_COLUMNS 14
#define PROVIDER_COLUMNS 21
/* Field names are up to that long before their values begin in the next line. */
#define FIELD_COLUMNS_MAX 24
#define FIELD_COLUMNS_MIN 8
/* Texts that take fewer columns together are shown. */
#define SHORT_TEXTS 120

struct row {
	char *kind, *what, *old, *new, *type;
	bool important;
};

struct block {
	struct row *rows;
	size_t count, capacity;
	char *name, *number, *provider;
	char *before, *after; /* in-force */
	char *status, *source, *basis;
};

static void block_release(struct block *block)
{
	char *const texts[] = {block->name,  block->number, block->provider, block->before,
			       block->after, block->status, block->source,   block->basis};

	for (size_t i = 0; i < block->count; i++) {
		free(block->rows[i].kind);
		free(block->rows[i].what);
		free(block->rows[i].old);
		free(block->rows[i].new);
		free(block->rows[i].type);
	}
	free(block->rows);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		free(texts[i]);
}
#define _cleanup_block_ __attribute__((cleanup(block_release)))

static char *copy(sqlite3_stmt *row, int column)
{
	return xstrdup(database_text(row, column));
}

static int block_read(struct block *block, sqlite3_stmt *service, sqlite3_stmt *changes)
{
	int r;

	block->number = copy(service, CHANGE_SERVICE_NUMBER);
	block->name = copy(service, CHANGE_SERVICE_NAME);
	block->provider = copy(service, CHANGE_SERVICE_PROVIDER);
	block->before = copy(service, CHANGE_SERVICE_FORCE_BEFORE);
	block->after = copy(service, CHANGE_SERVICE_FORCE_AFTER);
	block->status = copy(service, CHANGE_SERVICE_STATUS);
	block->source = copy(service, CHANGE_SERVICE_STATUS_SOURCE);
	block->basis = copy(service, CHANGE_SERVICE_DELISTED_BASIS);
	while ((r = database_next(changes)) > 0) {
		block->rows =
			xgrow(block->rows, &block->capacity, block->count, 1, sizeof(*block->rows));
		block->rows[block->count++] = (struct row){
			.kind = copy(changes, 0),
			.what = copy(changes, 1),
			.old = copy(changes, 2),
			.new = copy(changes, 3),
			.important = sqlite3_column_int(changes, 4) != 0,
			.type = copy(changes, 5),
		};
	}
	return r;
}

static bool is(const char *text, const char *word)
{
	return strcmp(text, word) == 0;
}

static const struct row *find(const struct block *block, const char *what)
{
	for (size_t i = 0; i < block->count; i++)
		if (is(block->rows[i].what, what))
			return &block->rows[i];
	return NULL;
}

/* What a provider's customer wants to hear of. */
static bool got_worse(const struct told_style *style, const struct block *block)
{
	const struct row *status = find(block, "status"), *class = find(block, "class");
	const struct row *until = find(block, "valid-until");

	if (is(block->before, "yes") ? !is(block->after, "yes")
				     : is(block->before, "unknown") && is(block->after, "no"))
		return true;
	if (status && told_is_lesser(style->registry, status->old, status->new))
		return true;
	/* Both are words and days whose order is that of their letters. */
	return (class && class->new[0] != '\0' && strcmp(class->new, class->old) < 0) ||
	       (until && until->new[0] != '\0' && strcmp(until->new, until->old) < 0);
}

static char mark_of(const struct told_style *style, const struct block *block)
{
	for (size_t i = 0; i < block->count; i++) {
		if (is(block->rows[i].kind, "delisted"))
			return '-';
		if (!is(block->rows[i].kind, "changed"))
			return '+';
	}
	return got_worse(style, block) ? '!' : ' ';
}

static enum style style_of(char mark)
{
	switch (mark) {
	case '+': return STYLE_GOOD;
	case '-': return STYLE_BAD;
	case '!': return STYLE_LOOK;
	default: return STYLE_PLAIN;
	}
}

static void put_heading(struct page *page, const struct block *block, char mark)
{
	const char text[] = {mark, '\0'};
	bool wide = page->width >= ONE_LINE_WIDTH;
	/* What a wide terminal has over goes to the name and the provider. */
	int more = wide ? (page->width - PAGE_WIDTH_DEFAULT) / 2 : 0;
	int name = PAGE_WIDTH_DEFAULT - TOLD_COLUMN - NUMBER_COLUMNS - PROVIDER_COLUMNS - 2;
	int provider;

	page_move(page, MARK_COLUMN);
	page_put(page, style_of(mark), 1, text);
	page_move(page, TOLD_COLUMN);
	if (wide) {
		page_cell(page, STYLE_STRONG, name + more, block->name);
		page_move(page, TOLD_COLUMN + name + more + 2);
	} else {
		page_wrap(page, STYLE_STRONG, TOLD_COLUMN, block->name);
		page_end_line(page);
		page_move(page, TOLD_COLUMN);
	}
	page_put(page, STYLE_PLAIN, 0, block->number);
	provider = TOLD_COLUMN + name + more + 2 + NUMBER_COLUMNS;
	page_move(page, wide && provider > page->column ? provider : page->column + 2);
	page_put(page, STYLE_PLAIN, 0, block->provider);
	page_end_line(page);
}

/* Whether it holds now, in words, below a change of that kind; "" where nobody would ask. */
static const char *in_force_note(const struct block *block, const char *kind)
{
	const char *before = block->before, *after = block->after;
	bool listing = !is(kind, "changed"), left = is(kind, "delisted");

	if (is(after, "yes"))
		return is(before, "yes") ? listing ? _("in force") : _("still in force")
					 : _("now in force");
	if (is(before, "yes"))
		return is(after, "no") ? _("no longer in force")
				       : _("no longer known to be in force");
	if (!listing || (left && is(before, after)))
		return "";
	return is(after, "no") ? _("not in force") : _("not known to be in force");
}

static enum style note_style(const struct block *block)
{
	if (is(block->after, "yes"))
		return STYLE_GOOD;
	return is(block->before, "yes") ? STYLE_BAD : STYLE_PLAIN;
}

/* Puts a note at the end of the line, or into a line of its own, below the text. */
static void put_note(struct page *page, enum style style, int column, const char *note)
{
	int end = page->width < PAGE_WIDTH_DEFAULT ? page->width : PAGE_WIDTH_DEFAULT;
	int begin = end - text_columns(note);

	if (*note == '\0')
		return;
	if (page->column + 2 > begin) {
		page_end_line(page);
		page_move(page, column);
	} else {
		page_move(page, begin);
	}
	page_wrap(page, style, column, note);
}

static void put_listing(struct page *page, const struct told_style *style,
			const struct block *block, const struct row *row)
{
	const char *status = told_word(style, "status", block->status);

	page_move(page, style->column);
	if (is(row->kind, "delisted") && is(block->basis, "stated"))
		page_wrapf(page, STYLE_PLAIN, style->column,
			   _("left the list (its source says: %s)"), block->source);
	else if (is(row->kind, "delisted"))
		page_wrap(page, STYLE_PLAIN, style->column,
			  _("left the list (which gives no reason)"));
	else if (is(row->kind, "returned"))
		page_wrapf(page, STYLE_PLAIN, style->column, _("came back onto the list: %s"),
			   status);
	else
		page_wrapf(page, STYLE_PLAIN, style->column, _("came onto the list: %s"), status);
	put_note(page, note_style(block), style->column, in_force_note(block, row->kind));
	page_end_line(page);
}

/* Links come and go one by one; all of a relation are told as one list. *last: the last one's
 * place. */
static int put_relation(struct page *page, const struct told_style *style,
			const struct block *block, size_t first, size_t *last, int column)
{
	_cleanup_buffer_ struct buffer old = {0}, new = {0};
	const char *what = block->rows[first].what;
	struct told_list told = {.what = what, .of_services = !is(what, "controls")};

	buffer_text(&old, "");
	buffer_text(&new, "");
	for (size_t i = first; i < block->count && is(block->rows[i].what, what); i++) {
		const struct row *row = &block->rows[i];
		struct buffer *list = *row->new != '\0' ? &new : &old;

		buffer_printf(list, "%s%s", list->length > 0 ? "\n" : "",
			      *row->new != '\0' ? row->new : row->old);
		*last = i;
	}
	told.old = old.bytes;
	told.new = new.bytes;
	return told_put_list(page, style, &told, column);
}

static bool is_count(const char *text)
{
	return strspn(text, "0123456789") == strlen(text);
}

/* Whether both texts fit into a line. */
static bool is_short(const struct row *row)
{
	return !strchr(row->old, '\n') && !strchr(row->new, '\n') &&
	       text_columns(row->old) + text_columns(row->new) < SHORT_TEXTS;
}

/* What people know a service by is told whole, however long. */
static bool is_name(const char *what)
{
	return is(what, "name") || is(what, "name.en") || is(what, "provider.name");
}

/* Whether a change is told as one of so many: of a counter, a long text, an address. */
static bool is_minor(const struct row *row)
{
	static const char *const types[] = {"text", "table", "url", "number", "time"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (is(row->type, types[i]))
			return true;
	return is(row->type, "line") && !is_name(row->what) &&
	       (!is_short(row) || (is_count(row->old) && is_count(row->new)));
}

/* A text's new length says enough. */
static void put_text(struct page *page, const struct told_style *style, const struct row *row,
		     int column)
{
	told_put_field(page, style, row->what, column);
	page_wrapf(page, STYLE_PLAIN, column, _("another text: %zu bytes, before %zu"),
		   strlen(row->new), strlen(row->old));
	page_end_line(page);
}

/* A word of two that are told apart without what a registry explains of them in brackets. */
static char *short_word(const char *word, const char *other)
{
	static const char bracket[] = "\xef\xbc\x88"; /* U+FF08 */
	const char *end = strstr(word, bracket), *other_end = strstr(other, bracket);
	size_t length = end ? (size_t)(end - word) : strlen(word);
	size_t other_length = other_end ? (size_t)(other_end - other) : strlen(other);

	if (length == other_length && memcmp(word, other, length) == 0)
		length = strlen(word);
	return xstrndup(word, length);
}

static void put_change(struct page *page, const struct told_style *style, const struct row *row,
		       int column)
{
	const char *old = told_word(style, row->what, row->old);
	const char *new = told_word(style, row->what, row->new);
	_cleanup_free_ char *before = is(row->what, "status") ? short_word(old, new) : xstrdup(old);
	_cleanup_free_ char *after = is(row->what, "status") ? short_word(new, old) : xstrdup(new);

	told_put_field(page, style, row->what, column);
	page_wrapf(page, STYLE_PLAIN, column, "%s \xe2\x86\x92 %s", before, after); /* U+2192 */
}

/* What the note, the heading or another field says already, or only the source's own words for it
 * are another. */
static bool is_told_elsewhere(const struct block *block, const struct row *row)
{
	const char *suffix = strchr(row->what, '.');

	if (is(row->what, "in-force") || is(row->what, "in-force.basis"))
		return find(block, "status") || !is(block->rows[0].kind, "changed");
	return suffix && (is(suffix, ".source") || is(suffix, ".list") || is(suffix, ".changelog"));
}

static bool is_shown(const struct told_style *style, const struct block *block,
		     const struct row *row)
{
	return style->all || (!is_minor(row) && !is_told_elsewhere(block, row));
}

/* Where values begin: behind the longest name of a field. */
static int find_value_column(const struct page *page, const struct told_style *style,
			     const struct block *block)
{
	int columns = FIELD_COLUMNS_MIN;

	for (size_t i = 0; i < block->count; i++) {
		const struct row *row = &block->rows[i];
		int own = is_shown(style, block, row) ? text_columns(field_label(row->what)) : 0;

		if (own > columns)
			columns = own;
	}
	if (columns > FIELD_COLUMNS_MAX || columns > page->width / 3)
		columns = FIELD_COLUMNS_MIN;
	return style->column + columns + 2;
}

static void put_minor(struct page *page, const struct told_style *style, unsigned long long count)
{
	if (count == 0)
		return;
	page_move(page, style->column);
	page_wrapf(page, STYLE_FAINT, style->column,
		   style->advise
			   ? translate_counted(count, "and %llu counter or text (--all shows it)",
					       "and %llu counters or texts (--all shows them)")
			   : translate_counted(count, "and %llu counter or text",
					       "and %llu counters or texts"),
		   count);
	page_end_line(page);
}

/* A change of one value. *noted: whether it is in force is said already. */
static void put_value(struct page *page, const struct told_style *style, const struct block *block,
		      const struct row *row, int column, bool *noted)
{
	if (is_minor(row) && !is_short(row)) {
		put_text(page, style, row, column);
		return;
	}
	put_change(page, style, row, column);
	if (row->important && !*noted)
		put_note(page, note_style(block), column, in_force_note(block, "changed"));
	*noted = *noted || row->important;
	page_end_line(page);
}

static int put_rows(struct page *page, const struct told_style *style, const struct block *block)
{
	int column = find_value_column(page, style, block), r = 0;
	unsigned long long minor = 0;
	bool noted = !is(block->rows[0].kind, "changed");

	for (size_t i = 0; r == 0 && i < block->count; i++) {
		const struct row *row = &block->rows[i];

		if (!is(row->kind, "changed")) {
			put_listing(page, style, block, row);
		} else if (is(row->type, "relation")) {
			r = put_relation(page, style, block, i, &i, column);
		} else if (is(row->type, "list")) {
			r = told_put_list(page, style,
					  &(struct told_list){
						  .what = row->what,
						  .old = row->old,
						  .new = row->new,
					  },
					  column);
		} else if (!is_shown(style, block, row)) {
			minor += is_minor(row);
		} else {
			put_value(page, style, block, row, column, &noted);
		}
	}
	put_minor(page, style, minor);
	return r;
}

static bool shows_some(const struct told_style *style, const struct block *block)
{
	for (size_t i = 0; i < block->count; i++)
		if (!is(block->rows[i].kind, "changed") || is_shown(style, block, &block->rows[i]))
			return true;
	return false;
}

int told_block_print_day(struct page *page, const struct told_style *style, const char *day,
			 sqlite3_stmt *service, sqlite3_stmt *changes)
{
	_cleanup_block_ struct block block = {.rows = NULL};
	int r = block_read(&block, service, changes);

	if (r < 0 || !shows_some(style, &block))
		return r;
	page_move(page, MARK_COLUMN);
	page_put(page, STYLE_PLAIN, 0, day);
	r = put_rows(page, style, &block);
	return r < 0 ? r : 1;
}

int told_block_print(struct page *page, const struct told_style *style, sqlite3_stmt *service,
		     sqlite3_stmt *changes)
{
	_cleanup_block_ struct block block = {.rows = NULL};
	int r = block_read(&block, service, changes);

	if (r < 0 || block.count == 0)
		return r;
	put_heading(page, &block, mark_of(style, &block));
	return put_rows(page, style, &block);
}
