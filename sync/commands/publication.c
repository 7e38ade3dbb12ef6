/* publication: a document as it was fetched, to the byte. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/sandbox.h"
#include "common/log.h"
#include "store/publications/kept.h"
#include "store/reader.h"
#include "util/print.h"

struct asking {
	const char *path, *role, *at_text;
	bool about;
	int64_t at, until; /* an instant, or a day's beginning in UTC, and its end; ms */
	struct store_directory store;
	sqlite3 *database;
	struct kept_index index;
};

static void asking_release(struct asking *asking)
{
	kept_index_release(&asking->index);
	(void)sqlite3_close(asking->database);
	store_directory_close(&asking->store);
}

/* A day lasts until the next one begins, in the registry's zone. */
static int find_time(struct asking *asking, bool is_day)
{
	char zone[STORE_ZONE_SIZE];
	int r;

	asking->until = asking->at;
	if (!is_day)
		return 0;
	r = store_reader_read_zone(asking->database, zone);
	if (r == 0)
		asking->until = local_instant(zone, asking->at + MILLISECONDS_PER_DAY) - 1;
	return r;
}

/* The checksum of what the list of that time was read from, not of an earlier one's where a pruning
 * forgot it. -ENOENT when there was none. */
static int find_checksum(const struct asking *asking, int64_t *generation,
			 char sha256[static CHECKSUM_TEXT_SIZE])
{
	_cleanup_statement_ sqlite3_stmt *row = NULL;
	int r = database_prepare(
		asking->database,
		"SELECT g.id, d.sha256 FROM generation g JOIN source_document d"
		" ON d.generation = g.id AND d.role = ?2"
		" WHERE g.id = (SELECT max(id) FROM generation WHERE published_at <= ?1)"
		" ORDER BY d.location LIMIT 1",
		&row);

	if (r < 0)
		return r;
	(void)sqlite3_bind_int64(row, 1, asking->until);
	(void)sqlite3_bind_text(row, 2, asking->role, -1, SQLITE_STATIC);
	r = database_next(row);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	*generation = sqlite3_column_int64(row, 0);
	(void)snprintf(sha256, CHECKSUM_TEXT_SIZE, "%.64s", database_text(row, 1));
	return 0;
}

/* Whether a later generation rests on a document. */
static int is_of_later(const struct asking *asking, int64_t generation, const char *sha256,
		       bool *later)
{
	int64_t count = 0;
	int r = database_numberf(asking->database, &count,
				 "SELECT count(*) FROM source_document WHERE generation > %lld AND"
				 " role = %Q AND sha256 = %Q AND NOT EXISTS (SELECT 1 FROM"
				 " source_document WHERE generation <= %lld AND sha256 = %Q)",
				 (long long)generation, asking->role, sha256, (long long)generation,
				 sha256);

	*later = count > 0;
	return r;
}

/* The newest that was fetched by then and says what the list of that time says. */
static int choose(const struct asking *asking, const struct kept_document **chosen)
{
	char sha256[CHECKSUM_TEXT_SIZE];
	int64_t generation = 0;
	int r = find_checksum(asking, &generation, sha256);

	*chosen = NULL;
	if (r == -ENOENT)
		return 0;
	for (size_t i = 0; r == 0 && i < asking->index.count; i++) {
		const struct kept_document *row = &asking->index.rows[i];
		bool later = false;

		if (strcmp(row->role, asking->role) != 0)
			continue;
		if (strcmp(row->sha256, sha256) == 0) {
			if (!*chosen || row->fetched_at <= asking->until)
				*chosen = row;
			continue;
		}
		if (!*chosen || row->fetched_at > asking->until)
			continue;
		r = is_of_later(asking, generation, row->sha256, &later);
		if (r == 0 && later)
			break;
		if (r == 0)
			*chosen = row;
	}
	return r;
}

static void print_field(const char *name, const char *text)
{
	if (text[0] != '\0')
		print_line("%-14s  %s", name, text);
}

static void print_about(const struct kept_document *document)
{
	char text[TIMESTAMP_TEXT_SIZE];

	print_field("role", document->role);
	print_field("shape", document->shape);
	print_field("location", document->location);
	print_field("sha256", document->sha256);
	(void)snprintf(text, sizeof(text), "%zu", document->size);
	print_field("size", text);
	timestamp_format(document->fetched_at, text);
	print_field("fetched", text);
	print_field("clock", document->witnessed ? "vouched for" : "nobody vouched for it");
	if (document->status > 0) {
		(void)snprintf(text, sizeof(text), "%lld", (long long)document->status);
		print_field("status", text);
	}
	if (document->date > 0) {
		timestamp_format(document->date, text);
		print_field("date", text);
	}
	print_field("last-modified", document->last_modified);
	print_field("etag", document->etag);
}

static int print_bytes(const struct asking *asking, const struct kept_document *document)
{
	_cleanup_buffer_ struct buffer bytes = {0};
	int r = kept_unpack(asking->store.fd, &asking->index, document, &bytes);

	if (r == -EBADMSG)
		return log_error_errno(r, "%s/" STORE_PUBLICATIONS ": number %lld is damaged",
				       asking->store.path, (long long)document->number);
	if (r < 0)
		return log_error_errno(r,
				       "%s/" STORE_PUBLICATIONS ": number %lld can't be read: %m",
				       asking->store.path, (long long)document->number);
	/* command_end() tells of what can't be written. */
	(void)fwrite(bytes.bytes, 1, bytes.length, stdout);
	return 0;
}

static int answer(struct asking *asking, bool is_day)
{
	const struct kept_document *document;
	int r = find_time(asking, is_day);

	if (r < 0)
		return r;
	r = kept_index_read(asking->store.fd, &asking->index);
	if (r < 0)
		return log_error_errno(r, "%s/" STORE_PUBLICATIONS "/index: %m",
				       asking->store.path);
	r = choose(asking, &document);
	if (r < 0)
		return r;
	if (!document)
		return log_error_errno(
			-ENOENT,
			"%s has no document '%s' of %s: it wasn't kept (as 'run' and 'pull --keep-publications' do), or was pruned",
			asking->store.path, asking->role, asking->at_text);
	if (!asking->about)
		return print_bytes(asking, document);
	print_about(document);
	return 0;
}

static int run_publication(const struct command *command, int argc, char **argv)
{
	__attribute__((cleanup(asking_release))) struct asking asking = {
		.role = "list",
		.store = STORE_DIRECTORY_CLOSED,
	};
	const struct command_option options[] = {
		STORE_OPTION(&asking.path),
		OPTION("at", &asking.at_text, "TIME", "the document of that day, or time",
		       .required = true),
		OPTION("role", &asking.role, "ROLE", "which document; default: list"),
		FLAG("about", &asking.about, "print where it came from and when, not its bytes"),
		{0},
	};
	bool is_day = false;
	int r = command_options(command, argc, argv, options, NULL);

	if (r != 0)
		return r;
	r = command_parse_at(command, asking.at_text, &asking.at, &is_day);
	if (r != 0)
		return r;
	if (command_open_store(command, &(struct sandbox_needs){.store = asking.path},
			       &asking.store, &asking.database) < 0)
		return EXIT_STORE;
	return answer(&asking, is_day) < 0 ? EXIT_STORE : EXIT_DONE;
}

const struct command command_publication = {
	.name = "publication",
	.synopsis = "--store DIR --at TIME",
	.summary = N_("print a document as it was fetched"),
	.exit_status = N_("5 store unusable, or the document isn't kept"),
	.run = run_publication,
};
