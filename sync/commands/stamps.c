/* stamps: the time stamps of a store's generations, checked. */
#include <string.h>

#include "cli/command.h"
#include "cli/sandbox.h"
#include "common/log.h"
#include "stamp/folder.h"
#include "stamp/token.h"
#include "store/chain.h"
#include "terminal/page.h"
#include "terminal/when.h"
#include "util/print.h"

enum listed { TRUSTED, WHOLE, WAITING, UNTRUSTED, ALTERED, FOREIGN };

/* What a state is called, and means. */
static const struct {
	const char *word, *meaning;
	enum style style;
} kinds[] = {
	[TRUSTED] = {N_("trusted"), N_("an authority of --cacert signed it"), STYLE_GOOD},
	[WHOLE] = {N_("whole"), N_("signed; --cacert says by whose authority"), STYLE_PLAIN},
	[WAITING] = {N_("waiting"), N_("the next pull with --tsa asks again"), STYLE_LOOK},
	[UNTRUSTED] = {N_("untrusted"), N_("no authority of --cacert signed it"), STYLE_BAD},
	[ALTERED] = {N_("altered"), N_("it is no time stamp of that chain"), STYLE_BAD},
	[FOREIGN] = {N_("foreign"), N_("the store has another chain there"), STYLE_BAD},
};

struct listing {
	const char *path;
	struct store_directory store;
	sqlite3 *database;
	struct stamp_entries entries;
	X509_STORE *authorities;
	enum format format;
	struct page page;
	char zone[STORE_ZONE_SIZE];
	size_t printed;
	bool bad; /* one of them isn't right */
};

static void listing_release(struct listing *listing)
{
	(void)sqlite3_close(listing->database);
	X509_STORE_free(listing->authorities);
	stamp_entries_release(&listing->entries);
	store_directory_close(&listing->store);
}

/* What else than the generation's chain says: an enum listed, or -errno, already reported. */
static int check_bytes(const struct listing *listing, const struct stamp_entry *entry,
		       struct stamp *stamp)
{
	static const enum listed found[] = {
		[STAMP_TRUSTED] = TRUSTED,
		[STAMP_WHOLE] = WHOLE,
		[STAMP_UNTRUSTED] = UNTRUSTED,
		[STAMP_ALTERED] = ALTERED,
	};
	_cleanup_buffer_ struct buffer bytes = {0};
	int r;

	if (entry->file == STAMP_REQUEST)
		return WAITING;
	r = stamp_check_file(&listing->store, entry, listing->authorities, &bytes, stamp);
	return r < 0 ? r : (int)found[r];
}

/* Returns 1 when the store has that chain there, 0 when it has another one or none; or -errno,
 * already reported. */
static int is_of_store(struct listing *listing, const struct stamp_entry *entry)
{
	char chain[CHECKSUM_TEXT_SIZE];
	int r = chain_read(listing->database, entry->generation, chain);

	return r > 0 ? strcmp(chain, entry->chain) == 0 : r;
}

static void put_json(const struct stamp_entry *entry, const struct stamp *stamp, enum listed listed,
		     const char *time, struct buffer *line)
{
	buffer_printf(line, "{\"generation\":%lld,\"chain\":\"%s\",\"time\":",
		      (long long)entry->generation, entry->chain);
	if (*time != '\0')
		buffer_json_string(line, time);
	else
		buffer_text(line, "null");
	buffer_printf(line, ",\"state\":\"%s\",\"authority\":", kinds[listed].word);
	if (stamp->authority[0] != '\0')
		buffer_json_string(line, stamp->authority);
	else
		buffer_text(line, "null");
	buffer_text(line, "}");
}

static void print_row(struct listing *listing, const struct stamp_entry *entry,
		      const struct stamp *stamp, enum listed listed)
{
	_cleanup_buffer_ struct buffer line = {0};
	char time[TIMESTAMP_TEXT_SIZE] = "";

	if (stamp->time > 0)
		timestamp_format(stamp->time, time);
	if (listing->format == FORMAT_TSV) {
		buffer_printf(&line, "%lld\t%s\t%s\t", (long long)entry->generation, time,
			      kinds[listed].word);
		buffer_tsv_field(&line, stamp->authority);
		buffer_printf(&line, "\t%s\n", entry->chain);
	} else {
		if (listing->format == FORMAT_JSON)
			buffer_text(&line, listing->printed == 0 ? "[\n" : ",\n");
		put_json(entry, stamp, listed, time, &line);
		if (listing->format == FORMAT_JSONL)
			buffer_text(&line, "\n");
	}
	print_text(line.bytes, line.length);
}

static void put_line(struct listing *listing, const struct stamp_entry *entry,
		     const struct stamp *stamp, enum listed listed)
{
	struct page *page = &listing->page;
	char text[WHEN_TEXT_SIZE];

	(void)snprintf(text, sizeof(text), "%5lld", (long long)entry->generation);
	page_put(page, STYLE_STRONG, 0, text);
	page_move(page, page->column + 2);
	when_local(listing->zone, stamp->time, 0, text);
	page_cell(page, STYLE_PLAIN, 22, stamp->time > 0 ? text : "");
	page_cell(page, kinds[listed].style, 11, _(kinds[listed].word));
	page_put(page, STYLE_PLAIN, 0,
		 stamp->authority[0] != '\0' ? stamp->authority : _(kinds[listed].meaning));
	page_end_line(page);
}

static int list_one(struct listing *listing, const struct stamp_entry *entry)
{
	struct stamp stamp = {.time = 0};
	int listed = check_bytes(listing, entry, &stamp);
	int r = listed == ALTERED ? 1 : is_of_store(listing, entry);

	if (listed < 0 || r < 0)
		return listed < 0 ? listed : r;
	if (r == 0)
		listed = FOREIGN;
	listing->bad = listing->bad || listed >= UNTRUSTED;
	if (listing->format == FORMAT_TABLE)
		put_line(listing, entry, &stamp, listed);
	else
		print_row(listing, entry, &stamp, listed);
	listing->printed++;
	return 0;
}

static int list_all(struct listing *listing)
{
	const struct stamp_entries *entries = &listing->entries;
	int r = store_reader_read_zone(listing->database, listing->zone);

	for (size_t i = 0; r == 0 && i < entries->count; i++) {
		const struct stamp_entry *entry = &entries->rows[i];

		if (entry->file == STAMP_ANSWER ||
		    !stamp_entries_have(entries, entry, STAMP_ANSWER))
			r = list_one(listing, entry);
	}
	if (listing->format == FORMAT_JSON)
		(void)printf("%s\n]\n", listing->printed == 0 ? "[" : "");
	return r;
}

static int list(struct listing *listing)
{
	int r;

	if (listing->format == FORMAT_TABLE)
		page_begin(&listing->page);
	r = list_all(listing);
	if (listing->format == FORMAT_TABLE)
		page_end(&listing->page);
	if (r == 0 && listing->printed == 0)
		log_info("%s has no time stamps; 'pull --tsa' and 'run --tsa' ask for them",
			 listing->path);
	return r;
}

static int read_authorities(const struct command *command, const char *path,
			    struct listing *listing)
{
	if (!path)
		return 0;
	listing->authorities = stamp_read_authorities(path);
	return listing->authorities
		       ? 0
		       : command_usage(command, "--cacert: no certificate can be read from %s",
				       path);
}

/* The stamps first: a pull makes a generation current before it has a stamp. */
static int open_store(struct listing *listing)
{
	_cleanup_store_directory_ struct store_directory before = STORE_DIRECTORY_CLOSED;
	int r = store_directory_open(&before, listing->path);

	if (r == 0)
		r = stamp_entries_read(&before, &listing->entries);
	return r < 0 ? r : store_reader_open(&listing->store, listing->path, &listing->database);
}

static int run_stamps(const struct command *command, int argc, char **argv)
{
	__attribute__((cleanup(listing_release))) struct listing listing = {
		.store = STORE_DIRECTORY_CLOSED};
	const char *name = NULL, *ca_file = NULL;
	const struct command_option options[] = {
		STORE_OPTION(&listing.path),
		OPTION("cacert", &ca_file, "FILE", "authorities that are trusted, in PEM"),
		FORMAT_OPTION(&name, format_put_tables),
		{0},
	};
	int r = command_options(command, argc, argv, options, NULL);

	if (r == 0)
		r = command_parse_format(command, name, FORMATS_OF_TABLES, &listing.format);
	if (r != 0)
		return r;
	if (command_sandbox(command, &(struct sandbox_needs){.store = listing.path,
							     .inputs = {ca_file}}) < 0 ||
	    open_store(&listing) < 0)
		return EXIT_STORE;
	r = read_authorities(command, ca_file, &listing);
	if (r != 0)
		return r;
	if (list(&listing) < 0)
		return EXIT_STORE;
	return listing.bad ? EXIT_ANSWER : EXIT_DONE;
}

const struct command command_stamps = {
	.name = "stamps",
	.synopsis = "--store DIR",
	.summary = N_("the time stamps of its generations"),
	.exit_status = N_("1 one of them isn't right, 5 store unusable"),
	.run = run_stamps,
};
