#include "render/feed/atom.h"

#include <string.h>

#include "common/timestamp.h"
#include "render/changes.h"
#include "render/feed/words.h"

/* What an entry of the feed is made of, while its rows come. */
struct entry {
	int64_t after, entity; /* 0: none is open */
	int64_t time;
	bool listed; /* it came or left, which says more than a status */
	struct buffer headline;
	struct buffer lines;  /* with their newlines */
	struct buffer others; /* names of fields that aren't important */
};

struct atom {
	sqlite3_stmt *service;
	struct feed_list list;
	struct entry entry;
	struct buffer *xml;
};

static void atom_release(struct atom *atom)
{
	(void)sqlite3_finalize(atom->service);
	feed_list_release(&atom->list);
	buffer_release(&atom->entry.headline);
	buffer_release(&atom->entry.lines);
	buffer_release(&atom->entry.others);
}
#define _cleanup_atom_ __attribute__((cleanup(atom_release)))

/* The length of a character that XML 1.0 lacks, or that a terminal obeys: control characters,
 * U+FFFE, U+FFFF; 0 of any other. */
static size_t unfit_length(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;

	if (byte[0] < ' ' || byte[0] == 0x7f)
		return byte[0] != '\t' && byte[0] != '\n';
	if (byte[0] == 0xc2)
		return byte[1] >= 0x80 && byte[1] < 0xa0 ? 2 : 0;
	return byte[0] == 0xef && byte[1] == 0xbf && byte[2] >= 0xbe ? 3 : 0;
}

/* Text for XML. */
static void put_xml(struct buffer *xml, const char *text)
{
	_cleanup_buffer_ struct buffer fit = {0};

	while (*text != '\0') {
		size_t unfit = unfit_length(text);

		if (unfit > 0)
			buffer_text(&fit, "\xef\xbf\xbd");
		else
			buffer_append(&fit, text, 1);
		text += unfit > 0 ? unfit : 1;
	}
	buffer_html(xml, fit.bytes ? fit.bytes : "");
}

static void put_time(struct buffer *xml, int64_t instant)
{
	char time[TIMESTAMP_TEXT_SIZE];

	timestamp_format(instant, time);
	buffer_printf(xml, "<updated>%s</updated>\n", time);
}

/* Whether it holds, in words; NULL where nobody would ask. */
static const char *in_force_words(const struct feed_words *words, sqlite3_stmt *service)
{
	const char *before = database_text(service, CHANGE_SERVICE_FORCE_BEFORE);
	const char *after = database_text(service, CHANGE_SERVICE_FORCE_AFTER);

	if (strcmp(after, "yes") == 0)
		return strcmp(before, "yes") == 0 ? words->still_holds : words->holds_now;
	if (strcmp(before, "yes") != 0)
		return NULL;
	return strcmp(after, "no") == 0 ? words->holds_no_more : words->perhaps_no_more;
}

/* How a service came or went; NULL: it didn't. */
static const char *listing_words(const struct feed_words *words, const char *kind, bool stated)
{
	if (strcmp(kind, "added") == 0)
		return words->came;
	if (strcmp(kind, "returned") == 0)
		return words->came_back;
	if (strcmp(kind, "delisted") != 0)
		return NULL;
	return stated ? words->left_stated : words->left;
}

static void put_listing(struct atom *atom, const char *sentence)
{
	struct entry *entry = &atom->entry;
	sqlite3_stmt *service = atom->service;
	const char *status = database_text(service, CHANGE_SERVICE_STATUS);
	const char *place = strstr(sentence, "%s");
	size_t begin = entry->lines.length;

	if (place) {
		buffer_append(&entry->lines, sentence, (size_t)(place - sentence));
		feed_put_value(&entry->lines, &atom->list, "status.source",
			       database_text(service, CHANGE_SERVICE_STATUS_SOURCE));
		buffer_text(&entry->lines, place + strlen("%s"));
	} else {
		buffer_text(&entry->lines, sentence);
	}
	if (!place && sentence != atom->list.words->left) {
		buffer_text(&entry->lines, ": ");
		feed_put_value(&entry->lines, &atom->list, "status", status);
	}
	buffer_clear(&entry->headline);
	buffer_text(&entry->headline, entry->lines.bytes + begin);
	buffer_text(&entry->lines, "\n");
	entry->listed = true;
}

static void put_change(struct atom *atom, sqlite3_stmt *row)
{
	struct entry *entry = &atom->entry;
	const char *what = database_text(row, CHANGE_WHAT);
	/* The words of a status need no name before them. */
	bool is_status = strcmp(what, "status") == 0;
	size_t begin = entry->lines.length, prefix = strlen(what) + strlen(": ");

	if (sqlite3_column_int(row, CHANGE_IMPORTANT) == 0) {
		buffer_printf(&entry->others, "%s%s", entry->others.length > 0 ? ", " : "", what);
		return;
	}
	buffer_printf(&entry->lines, "%s: ", what);
	feed_put_value(&entry->lines, &atom->list, what, database_text(row, CHANGE_OLD));
	buffer_text(&entry->lines, " \xe2\x86\x92 "); /* U+2192 */
	feed_put_value(&entry->lines, &atom->list, what, database_text(row, CHANGE_NEW));
	if (!entry->listed && entry->headline.length == 0)
		buffer_text(&entry->headline,
			    entry->lines.bytes + begin + (is_status ? prefix : 0));
	buffer_text(&entry->lines, "\n");
}

static void put_link(struct buffer *xml, const char *url)
{
	if (!feed_is_address(url))
		return;
	buffer_text(xml, "<link rel=\"alternate\" href=\"");
	put_xml(xml, url);
	buffer_text(xml, "\"/>\n");
}

static void put_title(struct atom *atom)
{
	_cleanup_buffer_ struct buffer title = {0};
	const char *note = in_force_words(atom->list.words, atom->service);

	feed_put_name(&title, database_text(atom->service, CHANGE_SERVICE_NAME));
	if (atom->entry.headline.length > 0)
		buffer_printf(&title, ": %s", atom->entry.headline.bytes);
	if (note)
		buffer_printf(&title, " (%s)", note);
	buffer_text(atom->xml, "<title>");
	put_xml(atom->xml, title.bytes);
	buffer_text(atom->xml, "</title>\n");
}

static void put_content(struct atom *atom)
{
	_cleanup_buffer_ struct buffer text = {0};
	const struct entry *entry = &atom->entry;
	const struct feed_words *words = atom->list.words;
	const char *note = in_force_words(words, atom->service);

	buffer_printf(&text, "%s ", database_text(atom->service, CHANGE_SERVICE_NUMBER));
	feed_put_name(&text, database_text(atom->service, CHANGE_SERVICE_NAME));
	buffer_printf(&text, "\n%s: ", words->provider);
	feed_put_value(&text, &atom->list, "",
		       database_text(atom->service, CHANGE_SERVICE_PROVIDER));
	buffer_printf(&text, "\n%s", entry->lines.length > 0 ? entry->lines.bytes : "");
	if (note)
		buffer_printf(&text, "%s\n", note);
	if (entry->others.length > 0) {
		feed_put_value(&text, &atom->list, "", entry->others.bytes);
		buffer_text(&text, "\n");
	}
	buffer_text(&text, words->not_official);
	buffer_text(atom->xml, "<content type=\"text\">");
	put_xml(atom->xml, text.bytes);
	buffer_text(atom->xml, "</content>\n");
}

/* Writes the entry whose rows have come. */
static void end_entry(struct atom *atom)
{
	struct entry *entry = &atom->entry;

	if (entry->after == 0)
		return;
	buffer_printf(atom->xml, "<entry>\n<id>urn:uuid:%s#g%lld-e%lld</id>\n", atom->list.uuid,
		      (long long)entry->after, (long long)entry->entity);
	put_title(atom);
	put_time(atom->xml, entry->time);
	put_link(atom->xml, database_text(atom->service, CHANGE_SERVICE_URL));
	put_content(atom);
	buffer_text(atom->xml, "</entry>\n");
	entry->after = 0;
}

static int begin_entry(struct atom *atom, sqlite3_stmt *row)
{
	struct entry *entry = &atom->entry;
	int64_t after = sqlite3_column_int64(row, CHANGE_AFTER);
	int64_t entity = sqlite3_column_int64(row, CHANGE_ENTITY);

	if (entry->after == after && entry->entity == entity)
		return 0;
	end_entry(atom);
	buffer_clear(&entry->headline);
	buffer_clear(&entry->lines);
	buffer_clear(&entry->others);
	entry->listed = false;
	entry->after = after;
	entry->entity = entity;
	entry->time = sqlite3_column_int64(row, CHANGE_TIME);
	return changes_find_service(atom->service, entity, sqlite3_column_int64(row, CHANGE_BEFORE),
				    after);
}

/* Of a change of the documents that the list is read from, no service is to be told. */
static int put_row(struct atom *atom, sqlite3_stmt *row)
{
	const char *kind = database_text(row, CHANGE_KIND), *sentence;
	bool stated;
	int r;

	if (strcmp(kind, "publication") == 0 || sqlite3_column_int(row, CHANGE_OWN) != 0)
		return 0;
	r = begin_entry(atom, row);
	if (r < 0)
		return r;
	stated = strcmp(database_text(atom->service, CHANGE_SERVICE_DELISTED_BASIS), "stated") == 0;
	sentence = listing_words(atom->list.words, kind, stated);
	if (sentence)
		put_listing(atom, sentence);
	else
		put_change(atom, row);
	return 1;
}

/* first: the time of the newest change; 0: there is none. */
static int put_head(struct atom *atom, sqlite3 *database, int64_t first, bool chosen)
{
	_cleanup_buffer_ struct buffer title = {0};
	int64_t begin = first;
	int r = first != 0 ? 0
			   : database_number(database,
					     "SELECT published_at FROM generation WHERE kept = 1"
					     " ORDER BY id LIMIT 1",
					     &begin);

	if (r < 0)
		return r;
	buffer_printf(atom->xml,
		      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		      "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">\n"
		      "<id>urn:uuid:%s%s</id>\n<title>",
		      atom->list.words->language, atom->list.uuid, chosen ? "#chosen" : "");
	buffer_printf(&title, "%s%s", atom->list.title.bytes, atom->list.words->changes);
	put_xml(atom->xml, title.bytes);
	buffer_text(atom->xml, "</title>\n<subtitle>");
	put_xml(atom->xml, atom->list.words->not_official);
	buffer_text(atom->xml, "</subtitle>\n");
	put_time(atom->xml, begin);
	buffer_text(atom->xml, "<author><name>ismapfs</name></author>\n"
			       "<generator>ismapfs</generator>\n");
	return 0;
}

int atom_put(sqlite3 *database, sqlite3_stmt *changes, bool chosen, struct buffer *xml)
{
	_cleanup_atom_ struct atom atom = {.xml = xml};
	bool begun = false;
	int count = 0;
	int r = feed_list_read(database, &atom.list);

	if (r == 0)
		r = changes_prepare_service(database, &atom.service);
	while (r >= 0 && (r = database_next(changes)) > 0) {
		if (!begun)
			r = put_head(&atom, database, sqlite3_column_int64(changes, CHANGE_TIME),
				     chosen);
		begun = true;
		if (r >= 0)
			r = put_row(&atom, changes);
		count += r > 0;
	}
	end_entry(&atom);
	if (r == 0 && !begun)
		r = put_head(&atom, database, 0, chosen);
	buffer_text(xml, "</feed>\n");
	return r < 0 ? r : count;
}
