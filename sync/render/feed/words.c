#include "render/feed/words.h"

#include <stdio.h>
#include <string.h>

#include "terminal/width.h"
#include "util/memory.h"

/* Columns of a terminal: what is longer is cut. With the marks of a column's letter, of which there
 * may be many, not more than four times as many bytes. */
#define VALUE_COLUMNS 120
#define NAME_COLUMNS 160

/* Longer addresses lead nowhere. */
#define ADDRESS_MAX 1000

static const struct feed_words english = {
	.language = "en",
	.changes = ": changes",
	.dates = ": dates",
	.came = "came onto the list",
	.came_back = "came back onto the list",
	.left = "left the list, which gives no reason",
	.left_stated = "left the list; its source says: %s",
	.still_holds = "still in force",
	.holds_now = "now in force",
	.holds_no_more = "no longer in force",
	.perhaps_no_more = "no longer known to be in force",
	.valid_until = "last day of validity",
	.valid_until_derived = "last day of validity by the registry's rule",
	.annual_assessment = "yearly assessment",
	.next_report = "next report",
	.provider = "provider",
	.not_official = "Not official: the list itself governs.",
};

static const struct feed_words japanese = {
	.language = "ja",
	.changes = ": 変更",
	.dates = ": 期日",
	.came = "掲載されました",
	.came_back = "再び掲載されました",
	.left = "一覧から外れました（理由は一覧に記載されません）",
	.left_stated = "一覧から外れました（公表元の表記: %s）",
	.still_holds = "引き続き有効",
	.holds_now = "有効になりました",
	.holds_no_more = "有効でなくなりました",
	.perhaps_no_more = "有効かどうか不明になりました",
	.valid_until = "有効期限",
	.valid_until_derived = "有効期限（制度の規則による計算）",
	.annual_assessment = "年次評価",
	.next_report = "次回の報告",
	.provider = "提供者",
	.not_official = "非公式の写しです。正は公表元の一覧です。",
};

static void put_cut(struct buffer *text, const char *value, int columns)
{
	size_t most = (size_t)columns * 4, length = strlen(value);
	_cleanup_free_ char *begin = NULL;

	if (length > most)
		for (length = most; length > 0 && ((unsigned char)value[length] & 0xc0) == 0x80;)
			length--;
	begin = xstrndup(value, length);
	(void)text_cut(text, begin, columns);
}

int feed_list_read(sqlite3 *database, struct feed_list *list)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(
		database,
		"SELECT uuid, iif(language = 'ja', title, title_en), registry, language"
		" FROM store",
		&row);

	if (r == 0)
		r = database_next(row);
	if (r < 0)
		return r;
	(void)snprintf(list->uuid, sizeof(list->uuid), "%.36s", database_text(row, 0));
	/* A stranger's store may hold anything there, and ids aren't escaped. */
	for (char *byte = list->uuid; *byte != '\0'; byte++)
		if (!strchr("0123456789abcdef-", *byte))
			*byte = '-';
	list->registry = registry_find(database_text(row, 2));
	list->words = strcmp(database_text(row, 3), "ja") == 0 ? &japanese : &english;
	feed_put_name(&list->title, database_text(row, 1));
	return 0;
}

void feed_list_release(struct feed_list *list)
{
	buffer_release(&list->title);
}

void feed_put_value(struct buffer *text, const struct feed_list *list, const char *field,
		    const char *value)
{
	const struct word *status = NULL;

	if (*value == '\0') {
		buffer_text(text, "\xe2\x80\x93"); /* U+2013 */
		return;
	}
	if (strcmp(field, "status") == 0 && list->words == &japanese)
		status = registry_find_status(list->registry, value);
	put_cut(text, status && status->japanese ? status->japanese : value, VALUE_COLUMNS);
}

void feed_put_name(struct buffer *text, const char *name)
{
	put_cut(text, name, NAME_COLUMNS);
}

bool feed_is_address(const char *url)
{
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return false;
	for (const char *byte = url; *byte != '\0'; byte++)
		if (*byte <= ' ' || *byte > '~' || strchr("\"<>\\^`{|}", *byte))
			return false;
	return strlen(url) <= ADDRESS_MAX;
}
