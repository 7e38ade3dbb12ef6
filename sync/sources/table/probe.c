/* What a table seems to hold, and a map to begin with. */
#include "sources/table/probe.h"

#include <errno.h>
#include <string.h>

#include "common/cleanup.h"
#include "fetch/fetch.h"
#include "fetch/retry.h"
#include "sources/table/columns.h"
#include "sources/table/date.h"
#include "util/memory.h"
#include "util/print.h"
#include "util/text/text.h"

#define SAMPLES 3
#define SAMPLE_BYTES 40
/* Rows that are looked at to tell what a column holds. */
#define ROWS_SEARCHED 1000

/* Words of headings, folded, and the field that they are probably for. In the order in which they
 * are tried; whole: the heading is that word and no more. */
static const struct {
	const char *field, *word;
	bool whole;
} guesses[] = {
	{"number", "id", true},
	{"number", "number", true},
	{"number", "番号", false},
	{"number", "productid", false},
	{"number", "serviceid", false},
	{"number", "certificationnumber", false},
	{"number", "registrationn", false},
	{"provider.en", "providername(english)", false},
	{"provider", "事業者", false},
	{"provider", "提供者", false},
	{"provider", "vendor", false},
	{"provider", "provider", false},
	{"provider", "manufacturer", false},
	{"provider", "company", false},
	{"registered-on", "登録日", false},
	{"registered-on", "certificationdate", false},
	{"registered-on", "authorizationdate", false},
	{"registered-on", "date", true},
	{"valid-until", "有効期限", false},
	{"valid-until", "満了", false},
	{"valid-until", "expir", false},
	{"valid-until", "validuntil", false},
	{"status", "status", false},
	{"status", "certification", true},
	{"status", "状態", false},
	{"status", "状況", false},
	{"level", "level", false},
	{"level", "水準", false},
	{"level", "レベル", false},
	{"auditor", "監査機関", false},
	{"auditor", "assessor", false},
	{"auditor", "auditor", false},
	{"description", "概要", false},
	{"description", "description", false},
	{"url", "url", true},
	{"service-model", "servicemodel", false},
	{"deployment-model", "deployment", false},
	{"note", "備考", false},
	{"note", "note", false},
	{"name", "サービス名", false},
	{"name", "名称", false},
	{"name", "product", false},
	{"name", "service", false},
	{"name", "name", false},
};

/* The beginning of a text: whole characters. */
static int sample_length(const char *text)
{
	size_t length = strnlen(text, SAMPLE_BYTES);

	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return (int)length;
}

static const char *guess_field(const char *heading)
{
	_cleanup_free_ char *folded = NULL;

	if (strlen(heading) > 200)
		return NULL;
	folded = text_fold(heading);
	for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++)
		if (guesses[i].whole ? strcmp(folded, guesses[i].word) == 0
				     : strstr(folded, guesses[i].word) != NULL)
			return guesses[i].field;
	return NULL;
}

/* The heading of a column; the caller frees it. */
static char *heading_of(const struct sheet *sheet, size_t headings, size_t column)
{
	return text_trim(sheet_cell(sheet, headings, column));
}

static void print_column(const struct sheet *sheet, size_t headings, size_t column)
{
	_cleanup_free_ char *heading = heading_of(sheet, headings, column);
	_cleanup_buffer_ struct buffer line = {0};
	size_t samples = 0;

	for (size_t row = headings + 1; row < sheet_rows(sheet) && samples < SAMPLES; row++) {
		_cleanup_free_ char *text = text_trim(sheet_cell(sheet, row, column));
		int length = sample_length(text);

		if (text[0] == '\0')
			continue;
		samples++;
		buffer_printf(&line, "%s%.*s%s", samples > 1 ? " | " : "", length, text,
			      text[length] != '\0' ? " ..." : "");
	}
	print_line("#   %s: %s", heading, line.bytes ? line.bytes : "(nothing)");
}

/* Dates of which nobody can tell whether the month or the day comes first. */
#define DATE_EITHER_FIRST 8

/* The cells of a column that are no dates where these forms are allowed. */
static size_t count_unread(const struct sheet *sheet, size_t headings, size_t column,
			   unsigned forms)
{
	char date[DAY_TEXT_SIZE];
	size_t unread = 0;

	for (size_t row = headings + 1; row < sheet_rows(sheet) && row < headings + ROWS_SEARCHED;
	     row++)
		unread += table_date(sheet_cell(sheet, row, column), forms, date) < 0;
	return unread;
}

/* How the dates of a column are written, as far as only a map can say it; 0: as everybody reads
 * them. */
static unsigned forms_of(const struct sheet *sheet, size_t headings, size_t column)
{
	static const unsigned tried[] = {0,
					 DATE_SERIAL,
					 DATE_MONTH_FIRST,
					 DATE_DAY_FIRST,
					 DATE_SERIAL | DATE_MONTH_FIRST,
					 DATE_SERIAL | DATE_DAY_FIRST};
	unsigned best = 0;
	size_t fewest = SIZE_MAX;

	for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
		size_t unread = count_unread(sheet, headings, column, tried[i]);

		if (unread == fewest && best & DATE_MONTH_FIRST && tried[i] & DATE_DAY_FIRST)
			best = (best & DATE_SERIAL) | DATE_EITHER_FIRST;
		if (unread >= fewest)
			continue;
		fewest = unread;
		best = tried[i];
	}
	return best;
}

static bool is_date(const char *field)
{
	return strcmp(table_field_type(field), "date") == 0;
}

/* The fields of the columns, each of the first that seems to be it; and the forms of their dates.
 */
static unsigned guess_fields(const struct sheet *sheet, size_t headings, const char **fields)
{
	unsigned forms = 0;

	for (size_t i = 0; i < sheet_columns(sheet); i++) {
		_cleanup_free_ char *heading = heading_of(sheet, headings, i);

		fields[i] = guess_field(heading);
		for (size_t k = 0; k < i && fields[i]; k++)
			if (fields[k] && strcmp(fields[k], fields[i]) == 0)
				fields[i] = NULL;
		if (fields[i] && is_date(fields[i]))
			forms |= forms_of(sheet, headings, i);
	}
	return forms;
}

static void print_form(const struct sheet *sheet, unsigned forms)
{
	(void)printf("\n[table]\n");
	if (strcmp(sheet_encoding(sheet), "CP932") == 0)
		(void)printf(
			"# Where the samples make no sense it is another one, such as windows-1252.\n");
	if (strcmp(sheet_encoding(sheet), "UTF-8") != 0)
		print_line("encoding = %s", sheet_encoding(sheet));
	if (forms & DATE_EITHER_FIRST && !(forms & (DATE_MONTH_FIRST | DATE_DAY_FIRST)))
		(void)printf(
			"# dates = m/d/y, or d/m/y: either fits, and nobody can tell from the table.\n");
	if (forms & DATE_MONTH_FIRST)
		(void)printf("dates = m/d/y\n");
	if (forms & DATE_DAY_FIRST)
		(void)printf("dates = d/m/y\n");
	if (forms & DATE_SERIAL)
		(void)printf("dates = serial\n");
}

static bool has_field(const char *const *fields, size_t count, const char *field)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i] && strcmp(fields[i], field) == 0)
			return true;
	return false;
}

static void print_labels(const struct sheet *sheet, size_t headings, const char *const *fields)
{
	size_t count = sheet_columns(sheet);

	(void)printf("\n# FIELD = HEADING. Columns that are not named become extra.HEADING.\n"
		     "[labels]\n");
	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *heading = heading_of(sheet, headings, i);

		if (fields[i])
			print_line("%s = %s", fields[i], heading);
	}
	if (!has_field(fields, count, "number"))
		(void)printf("# number = THE HEADING OF WHAT IDENTIFIES A SERVICE\n");
	if (!has_field(fields, count, "name"))
		(void)printf("# name = THE HEADING OF ITS NAME\n");
}

/* Adds a line to those of before; false: it is one of them. */
static bool add_line(struct buffer *lines, const char *text)
{
	_cleanup_free_ char *line = xasprintf("\n%s\n", text);

	if (lines->bytes && strstr(lines->bytes, line))
		return false;
	buffer_text(lines, line);
	return true;
}

/* Two texts never get one word: whether they mean the same, only a person can say. */
static void print_word(struct buffer *words, const char *text)
{
	_cleanup_free_ char *word = text_word(text), *numbered = NULL;
	size_t number = 1;

	if (!word)
		word = xstrdup("word");
	numbered = xstrdup(word);
	while (!add_line(words, numbered)) {
		free(numbered);
		numbered = xasprintf("%s-%zu", word, ++number);
	}
	print_line("%s = %s", numbered, text);
}

/* The texts of a column of words, each once; few, or the map had better say nothing of them. */
static void print_words(const struct sheet *sheet, size_t headings, size_t column,
			const char *field)
{
	_cleanup_buffer_ struct buffer words = {0}, texts = {0};

	(void)printf("\n# WORD = TEXT: what the texts of the column mean.\n");
	print_line("[%s]", field);
	for (size_t row = headings + 1; row < sheet_rows(sheet) && row <= headings + ROWS_SEARCHED;
	     row++) {
		_cleanup_free_ char *text = text_trim(sheet_cell(sheet, row, column));
		_cleanup_free_ char *folded = NULL;

		if (text[0] == '\0' || strlen(text) >= 150)
			continue;
		folded = text_fold(text);
		if (add_line(&texts, folded))
			print_word(&words, text);
	}
}

static void print_map(const struct sheet *sheet, size_t headings, const char *const *fields,
		      unsigned forms)
{
	(void)printf("\n# A guess. Write it to a file, correct it, and give it to --map.\n"
		     "[list]\n"
		     "registry = short-name\n"
		     "title = The list's own name\n"
		     "time-zone = UTC\n"
		     "language = en\n"
		     "complete = no\n");
	print_form(sheet, forms);
	print_labels(sheet, headings, fields);
	for (size_t i = 0; i < sheet_columns(sheet); i++)
		if (fields[i] && strcmp(table_field_type(fields[i]), "word") == 0)
			print_words(sheet, headings, i, fields[i]);
}

/* Everything before the map is a comment of it, so that the whole is one. */
static void print_sheet(const struct sheet *sheet)
{
	size_t headings = sheet_guess_headings(sheet);
	const char **fields = xmalloc((sheet_columns(sheet) + 1) * sizeof(char *));
	char place[SHEET_PLACE_SIZE];
	unsigned forms = guess_fields(sheet, headings, fields);

	sheet_place(sheet, headings, place);
	print_line("# %zu rows in %s; the headings seem to be in %s:", sheet_rows(sheet),
		   sheet_encoding(sheet), place);
	for (size_t i = 0; i < sheet_columns(sheet); i++)
		print_column(sheet, headings, i);
	print_map(sheet, headings, fields, forms);
	free(fields);
}

/* The form that a map states, where there is one already. */
static int read_form(const struct source_options *options, struct reason *reason,
		     struct table_map *map)
{
	_cleanup_fetch_result_ struct fetch_result file = {0};
	struct fetch_request request = {.size_max = LIMIT_PUBLICATION_SIZE, .reason = reason};
	int r;

	if (!options->map)
		return 0;
	request.location = location_of(options->map);
	r = fetch(&request, &file);
	if (r < 0)
		return r;
	if (!text_is_utf8(file.bytes, file.length) || memchr(file.bytes, '\0', file.length))
		return reason_fail(reason, -EINVAL, "%s is not UTF-8 text; save it as such",
				   options->map);
	return table_map_read(map, (const char *)file.bytes, options->map, reason);
}

int table_probe(struct network *network, const char *location, const struct source_options *options,
		struct reason *reason)
{
	_cleanup_fetch_result_ struct fetch_result result = {0};
	_cleanup_table_map_ struct table_map map = {0};
	_cleanup_sheet_ struct sheet *sheet = NULL;
	struct fetch_request request = {
		.location = location_of(location),
		.size_max = LIMIT_PUBLICATION_SIZE,
		.reason = reason,
	};
	int r = read_form(options, reason, &map);

	if (r == 0)
		r = ask_until_answered(network, &request, &result);
	if (r == 0)
		r = sheet_open(result.bytes, result.length, LIMIT_PUBLICATION_SIZE, &map.form,
			       reason, &sheet);
	if (r < 0)
		return r;
	print_sheet(sheet);
	return 0;
}
