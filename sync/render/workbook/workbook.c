/*
 * tables/services.xlsx: the list for those who work in a spreadsheet, in Japanese and in
 * English. It has texts, dates and links, and no formula: what a publication states is
 * written as a text, whatever it begins with.
 *
 * The same list gives the same bytes: the time within is the publication's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "render/render.h"
#include "render/workbook/guard.h"
#include "common/embed.h"
#include "common/log.h"
#include "common/timestamp.h"
#include "state.h"
#include "terminal/width.h"
#include "util/memory.h"

EMBED(workbook_rows, "render/workbook/workbook.sql");
EMBED(workbook_about, "render/workbook/about.sql");

/* Beside the working copy, swept with it. */
#define FILE_SUFFIX "-workbook"
/* Bytes of a cell; a spreadsheet takes 32,767 characters. */
#define CELL_MAX 4000
/* Bytes of a link; a spreadsheet takes 2,079 characters. */
#define LINK_MAX 2000
#define HEADING_ROW 3
#define LINES_MAX 10	 /* of a cell */
#define LINE_HEIGHT 13.0 /* points */

enum style {
	STYLE_TITLE,
	STYLE_NOTE,
	STYLE_HEADING,
	STYLE_TEXT,
	STYLE_DATE,
	STYLE_LINK,
	STYLE_COUNT
};

enum column {
	COLUMN_STATUS,
	COLUMN_STATUS_ENGLISH,
	COLUMN_NUMBER,
	COLUMN_NAME,
	COLUMN_PROVIDER,
	COLUMN_LEVEL,
	COLUMN_REGISTERED,
	COLUMN_UNTIL,
	COLUMN_BASIS,
	COLUMN_PAGE,
	COLUMN_COUNT,
};

struct heading {
	const char *text, *of_left; /* of_left: on the sheet of what left; NULL: the same */
	double width;
};

static const struct heading headings[COLUMN_COUNT] = {
	[COLUMN_STATUS] = {"状態", NULL, 18},
	[COLUMN_STATUS_ENGLISH] = {"状態（英語）\nStatus", NULL, 19},
	[COLUMN_NUMBER] = {"番号\nNumber", NULL, 16},
	[COLUMN_NAME] = {"サービス名\nService", NULL, 36},
	[COLUMN_PROVIDER] = {"提供者\nProvider", NULL, 24},
	[COLUMN_LEVEL] = {"区分・クラス\nClass or level", NULL, 13},
	[COLUMN_REGISTERED] = {"登録日\nRegistered", NULL, 11},
	[COLUMN_UNTIL] = {"有効期限\nValid until", "掲載終了日\nLeft on", 11},
	[COLUMN_BASIS] = {"期限の根拠\nBasis", "終了の根拠\nBasis", 13},
	[COLUMN_PAGE] = {"サービスのページ\nPage of the service", NULL, 26},
};

/* The words of a basis, for people. */
static const char *const bases[][2] = {
	{"stated", "公表元の記載"},
	{"derived", "規則による計算"},
	{"absent", "掲載なしを確認"},
};

struct workbook {
	sqlite3 *database;
	const struct registry *registry;
	lxw_workbook *book;
	lxw_format *styles[STYLE_COUNT];
	struct buffer day, title, published, documents;
	char until[DAY_TEXT_SIZE]; /* the last day on which it isn't too old */
	int64_t limit;		   /* how old it may be, ms; 0: nobody knows */
	bool complete;
	int64_t services, generation;
};

static const char unofficial[] =
	"非公式の写しです。正は公表元の一覧です。掲載は調達・利用の可否を示すものではありません。"
	" Not official: what the authority itself publishes governs.";
static const char partial[] =
	"一覧の全体ではありません。ここにないサービスも、実際の一覧には掲載されている可能性があります。"
	" Not the whole list. ";

static void workbook_release(struct workbook *workbook)
{
	buffer_release(&workbook->day);
	buffer_release(&workbook->title);
	buffer_release(&workbook->published);
	buffer_release(&workbook->documents);
}

/* A text as a text: never a formula, a number or a link. */
static void put_text(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *text,
		     lxw_format *style)
{
	_cleanup_buffer_ struct buffer cell = {0};
	size_t length = strnlen(text, CELL_MAX);
	_cleanup_free_ char *cut = NULL;

	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	cut = xstrndup(text, length);
	buffer_upright(&cell, cut);
	/* XML can't have U+FFFE and U+FFFF. */
	for (char *odd = cell.bytes; odd && (odd = strstr(odd, "\xef\xbf")); odd += 3)
		if ((unsigned char)odd[2] >= 0xbe)
			odd[2] = '\xbd';
	(void)worksheet_write_string(sheet, row, column, cell.bytes ? cell.bytes : "", style);
}

/* How many lines a text takes in a column of that width. Not every program that opens a workbook
 * finds that itself. */
static int lines_in(const char *text, double width)
{
	int columns = text_columns_of(text, strnlen(text, CELL_MAX)), room = (int)width;
	int lines = (columns + room - 1) / room;

	return lines < 1 ? 1 : lines > LINES_MAX ? LINES_MAX : lines;
}

static void set_lines(lxw_worksheet *sheet, lxw_row_t row, int lines)
{
	(void)worksheet_set_row(sheet, row, LINE_HEIGHT * lines + 2, NULL);
}

/* A day as a date; what is no whole day as the text that it is. */
static void put_date(const struct workbook *workbook, lxw_worksheet *sheet, lxw_row_t row,
		     enum column column, const char *text)
{
	lxw_datetime date = {0};
	char end;

	if (sscanf(text, "%4d-%2d-%2d%c", &date.year, &date.month, &date.day, &end) == 3 &&
	    date.year >= 1900)
		(void)worksheet_write_datetime(sheet, row, (lxw_col_t)column, &date,
					       workbook->styles[STYLE_DATE]);
	else
		put_text(sheet, row, (lxw_col_t)column, text, workbook->styles[STYLE_TEXT]);
}

/* Only an address of the web is a link, in letters that libxlsxwriter needn't escape: it would
 * write control characters as they are, and nothing opens such a workbook. */
static bool is_link(const char *address)
{
	if (strncmp(address, "https://", 8) != 0 && strncmp(address, "http://", 7) != 0)
		return false;
	for (const char *byte = address; *byte != '\0'; byte++)
		if (*byte <= ' ' || *byte > '~')
			return false;
	return strlen(address) <= LINK_MAX;
}

static void put_page(const struct workbook *workbook, lxw_worksheet *sheet, lxw_row_t row,
		     const char *address)
{
	if (!is_link(address) || worksheet_write_url(sheet, row, COLUMN_PAGE, address,
						     workbook->styles[STYLE_LINK]) != LXW_NO_ERROR)
		put_text(sheet, row, COLUMN_PAGE, address, workbook->styles[STYLE_TEXT]);
}

static void put_level(const struct workbook *workbook, lxw_worksheet *sheet, lxw_row_t row,
		      sqlite3_stmt *service)
{
	const char *level = database_text(service, 10), *class = database_text(service, 4);
	_cleanup_free_ char *text = NULL;

	if (level[0] == '\0')
		level = database_text(service, 5);
	text = class[0] == '\0' ? xstrdup(level)
				: xasprintf("Class %c · %s", class[0] & ~0x20, level);
	put_text(sheet, row, COLUMN_LEVEL, text, workbook->styles[STYLE_TEXT]);
}

/* In short, where the registry takes it to be in force: what is in brackets explains the others.
 * Returns how many lines that takes. */
static int put_japanese(lxw_worksheet *sheet, lxw_row_t row, const struct word *word,
			const char *status, lxw_format *style)
{
	_cleanup_free_ char *text = xstrdup(word && word->japanese ? word->japanese : status);
	char *bracket = strstr(text, "（");

	if (bracket && word && strcmp(word->in_force, "yes") == 0)
		*bracket = '\0';
	put_text(sheet, row, COLUMN_STATUS, text, style);
	return lines_in(text, headings[COLUMN_STATUS].width);
}

static void put_service(const struct workbook *workbook, lxw_worksheet *sheet, lxw_row_t row,
			sqlite3_stmt *service)
{
	static const enum column texts[] = {COLUMN_NUMBER, COLUMN_NAME, COLUMN_PROVIDER};
	lxw_format *style = workbook->styles[STYLE_TEXT];
	const char *status = database_text(service, 0), *basis = database_text(service, 8);
	const struct word *word = registry_find_status(workbook->registry, status);
	int lines = put_japanese(sheet, row, word, status, style);

	put_text(sheet, row, COLUMN_STATUS_ENGLISH, word && word->today ? word->today : status,
		 style);
	for (int i = 0; i < 3; i++) {
		const char *text = database_text(service, i + 1);
		int more = lines_in(text, headings[texts[i]].width);

		put_text(sheet, row, (lxw_col_t)texts[i], text, style);
		lines = more > lines ? more : lines;
	}
	set_lines(sheet, row, lines);
	put_level(workbook, sheet, row, service);
	put_date(workbook, sheet, row, COLUMN_REGISTERED, database_text(service, 6));
	put_date(workbook, sheet, row, COLUMN_UNTIL, database_text(service, 7));
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
		if (strcmp(basis, bases[i][0]) == 0)
			basis = bases[i][1];
	put_text(sheet, row, COLUMN_BASIS, basis, style);
	put_page(workbook, sheet, row, database_text(service, 9));
}

/* A4 on its side, as wide as the paper, its headings on each page. */
static void set_up_paper(const struct workbook *workbook, lxw_worksheet *sheet)
{
	_cleanup_free_ char *foot =
		xasprintf("&L%s時点 · 非公式 not official&R&P/&N", workbook->day.bytes);

	worksheet_set_landscape(sheet);
	worksheet_set_paper(sheet, 9);
	worksheet_fit_to_pages(sheet, 1, 0);
	worksheet_set_margins(sheet, 0.4, 0.4, 0.5, 0.6);
	(void)worksheet_set_footer(sheet, foot);
}

static void put_head(const struct workbook *workbook, lxw_worksheet *sheet, const char *what)
{
	_cleanup_free_ char *title =
		xasprintf("%s　%s　%s時点", workbook->title.bytes, what, workbook->day.bytes);
	_cleanup_free_ char *note = xasprintf(
		"%s%sより後は、今日の状態の判断に使わず、新しい写しを使ってください。 After %s, use a newer copy.",
		workbook->complete ? "" : partial, workbook->until, workbook->until);

	put_text(sheet, 0, 0, title, workbook->styles[STYLE_TITLE]);
	(void)worksheet_set_row(sheet, 0, 24, NULL);
	put_text(sheet, 1, 0, unofficial, workbook->styles[STYLE_NOTE]);
	put_text(sheet, 2, 0, note, workbook->styles[STYLE_NOTE]);
	set_up_paper(workbook, sheet);
}

static void put_headings(const struct workbook *workbook, lxw_worksheet *sheet, bool listed)
{
	for (int column = 0; column < COLUMN_COUNT; column++) {
		const struct heading *heading = &headings[column];

		(void)worksheet_set_column(sheet, (lxw_col_t)column, (lxw_col_t)column,
					   heading->width, NULL);
		put_text(sheet, HEADING_ROW, (lxw_col_t)column,
			 listed || !heading->of_left ? heading->text : heading->of_left,
			 workbook->styles[STYLE_HEADING]);
	}
	(void)worksheet_set_row(sheet, HEADING_ROW, 32, NULL);
	worksheet_freeze_panes(sheet, HEADING_ROW + 1, 0);
	(void)worksheet_repeat_rows(sheet, HEADING_ROW, HEADING_ROW);
}

/* The services that are, or were, listed. */
static int put_services(const struct workbook *workbook, const char *name, bool listed)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	lxw_worksheet *sheet = workbook_add_worksheet(workbook->book, name);
	lxw_row_t row = HEADING_ROW;
	int r = database_prepare(workbook->database, embedded_workbook_rows, &rows);

	if (!sheet)
		out_of_memory();
	put_head(workbook, sheet, name);
	put_headings(workbook, sheet, listed);
	if (workbook->services > RENDER_SERVICES_MAX) {
		put_text(sheet, HEADING_ROW + 1, 0,
			 "多すぎるため services.csv を参照。Too many: see services.csv.",
			 workbook->styles[STYLE_NOTE]);
		return r;
	}
	if (r == 0)
		(void)sqlite3_bind_int(rows, 1, listed);
	while (r == 0 && (r = database_next(rows)) > 0) {
		put_service(workbook, sheet, ++row, rows);
		r = 0;
	}
	(void)worksheet_autofilter(sheet, HEADING_ROW, 0, row, COLUMN_COUNT - 1);
	return r;
}

static lxw_row_t put_words(const struct workbook *workbook, lxw_worksheet *sheet, lxw_row_t row,
			   const struct word *words)
{
	lxw_format *style = workbook->styles[STYLE_TEXT];

	for (const struct word *word = words; word && word->word; word++) {
		const char *const texts[] = {word->word, word->in_force, word->japanese,
					     word->meaning};

		if (registry_find_status(workbook->registry, word->word) != word)
			continue;
		for (int i = 0; i < 4; i++)
			put_text(sheet, row, (lxw_col_t)i, texts[i] ? texts[i] : "", style);
		set_lines(sheet, row++, lines_in(word->meaning ? word->meaning : "", 60));
	}
	return row;
}

static void put_about(const struct workbook *workbook)
{
	static const char *const heads[] = {"語 Word", "有効 In force", "意味（日本語）",
					    "Meaning"};
	static const double widths[] = {30, 14, 70, 60};
	_cleanup_free_ char *generation = xasprintf("%lld", (long long)workbook->generation);
	const char *const facts[][2] = {
		{"公表日時 Published", workbook->published.bytes},
		{"取得元・検査値 Source, checksum", workbook->documents.bytes},
		{"世代 State", generation},
		{"プログラム用 For programs", "services.csv, services.jsonl"},
	};
	lxw_worksheet *sheet = workbook_add_worksheet(workbook->book, "この写しについて");
	lxw_row_t row = HEADING_ROW;
	int documents = 1;

	if (!sheet)
		out_of_memory();
	for (const char *line = facts[1][1]; line && (line = strchr(line, '\n')); line++)
		documents++;
	put_head(workbook, sheet, "この写しについて");
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++, row++) {
		put_text(sheet, row, 0, facts[i][0], workbook->styles[STYLE_TEXT]);
		put_text(sheet, row, 2, facts[i][1] ? facts[i][1] : "",
			 workbook->styles[STYLE_TEXT]);
		(void)worksheet_set_row(sheet, row, i == 1 ? 15.0 * documents : 15.0, NULL);
	}
	row++;
	for (int i = 0; i < 4; i++) {
		(void)worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL);
		put_text(sheet, row, (lxw_col_t)i, heads[i], workbook->styles[STYLE_HEADING]);
	}
	row = put_words(workbook, sheet, row + 1,
			workbook->registry ? workbook->registry->statuses : NULL);
	(void)put_words(workbook, sheet, row, statuses_of_all);
}

/* Local times of Japan, whose readers open it; the day stays the registry's. */
static int read_about(struct workbook *workbook, time_t *published)
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	char time[TIMESTAMP_TEXT_SIZE];
	int64_t limit = workbook->limit > 0 ? workbook->limit : STATE_MAX_AGE_DEFAULT;
	int r = database_prepare(workbook->database, embedded_workbook_about, &row);

	if (r == 0)
		r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -ENODATA;
	buffer_upright(&workbook->title, database_text(row, 0));
	workbook->registry = registry_find(database_text(row, 1));
	buffer_text(&workbook->day, database_text(row, 2));
	*published = (time_t)(sqlite3_column_int64(row, 3) / 1000);
	timestamp_format(sqlite3_column_int64(row, 3) + 9 * MILLISECONDS_PER_HOUR, time);
	time[strcspn(time, ".Z")] = '\0';
	buffer_printf(&workbook->published, "%s 日本時間 JST (%s)", time, database_text(row, 4));
	day_format(day_in_zone(database_text(row, 8), sqlite3_column_int64(row, 3) + limit),
		   workbook->until);
	workbook->complete = sqlite3_column_int(row, 5) != 0;
	workbook->services = sqlite3_column_int64(row, 6);
	workbook->generation = sqlite3_column_int64(row, 7);
	buffer_upright(&workbook->documents, database_text(row, 9));
	return 0;
}

static void make_styles(struct workbook *workbook)
{
	for (int i = 0; i < STYLE_COUNT; i++) {
		lxw_format *style = workbook->styles[i] = workbook_add_format(workbook->book);

		if (!style)
			out_of_memory();
		format_set_font_name(style, "Yu Gothic");
		format_set_font_size(style, i == STYLE_TITLE ? 14 : 10);
		format_set_align(style, LXW_ALIGN_VERTICAL_TOP);
		if (i >= STYLE_HEADING) {
			format_set_text_wrap(style);
			format_set_border(style, LXW_BORDER_THIN);
			format_set_border_color(style, 0xD0D4D8);
		}
	}
	format_set_bold(workbook->styles[STYLE_TITLE]);
	format_set_bold(workbook->styles[STYLE_HEADING]);
	format_set_bg_color(workbook->styles[STYLE_HEADING], 0xE7EDF3);
	format_set_num_format(workbook->styles[STYLE_DATE], "yyyy-mm-dd");
	format_set_font_color(workbook->styles[STYLE_LINK], 0x1C5A97);
}

/* Fills a file. The workbook is closed and freed in any case. */
static int write_book(struct workbook *workbook, const char *path, lxw_workbook_options *options)
{
	lxw_doc_properties properties = {.created = 0};
	int r;

	workbook->book = workbook_new_opt(path, options);
	if (!workbook->book)
		out_of_memory();
	make_styles(workbook);
	r = read_about(workbook, &properties.created);
	if (r == 0 && workbook_set_properties(workbook->book, &properties) != LXW_NO_ERROR)
		r = -EINVAL;
	if (r == 0)
		r = put_services(workbook, "一覧", true);
	if (r == 0)
		r = put_services(workbook, "掲載終了", false);
	if (r == 0)
		put_about(workbook);
	errno = 0;
	if (workbook_close(workbook->book) != LXW_NO_ERROR && r == 0)
		r = errno != 0 ? -errno : -ENOMEM;
	return r;
}

static int read_file(const char *path, struct buffer *bytes)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char part[16384];
	ssize_t length;

	if (fd < 0)
		return -errno;
	while ((length = read(fd, part, sizeof(part))) > 0)
		buffer_append(bytes, part, (size_t)length);
	return length < 0 ? -errno : 0;
}

struct writing {
	struct workbook *workbook;
	const char *path;
	lxw_workbook_options options;
};

static int write_it(void *context)
{
	struct writing *writing = context;

	return write_book(writing->workbook, writing->path, &writing->options);
}

static int make(const struct documents *documents, struct buffer *bytes)
{
	__attribute__((cleanup(workbook_release))) struct workbook workbook = {
		.database = documents->database,
		.limit = documents->limit,
	};
	const char *copy = sqlite3_db_filename(documents->database, "main");
	_cleanup_free_ char *path = xasprintf("%s" FILE_SUFFIX, copy);
	_cleanup_free_ char *folder = xstrndup(copy, (size_t)(strrchr(copy, '/') - copy));
	struct writing writing = {&workbook, path, {.tmpdir = folder}};
	int r = guard_library(write_it, &writing);

	if (r == 0)
		r = read_file(path, bytes);
	(void)unlink(path);
	return r;
}

/* Where libxlsxwriter has no memory left, it goes on without what it couldn't make, and returns no
 * error or writes to address 0. So the workbook is made twice, and counts when both are the same.
 */
int workbook_render(struct documents *documents)
{
	_cleanup_buffer_ struct buffer bytes = {0}, again = {0};
	int64_t directory;
	int r = document_directory(documents->database, "tables", &directory);

	if (r == 0)
		r = make(documents, &bytes);
	if (r == 0)
		r = make(documents, &again);
	if (r == 0 && (bytes.length != again.length ||
		       (bytes.length > 0 && memcmp(bytes.bytes, again.bytes, bytes.length) != 0)))
		r = -ENOMEM;
	if (r < 0)
		return log_error_errno(r, "tables/services.xlsx can't be made: %m");
	return document_put(documents, directory, "services.xlsx", &bytes);
}
