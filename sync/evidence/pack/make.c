#include "evidence/pack/make.h"

#include <string.h>

#include "common/embed.h"
#include "evidence/facts/record.h"
#include "evidence/pack/proofs.h"
#include "evidence/pack/publication.h"
#include "evidence/statement/statement.h"

EMBED(check, "evidence/pack/check.txt");
EMBED(schema, "evidence/facts/record.schema.json");

static void add_text(struct pack *pack, const char *name, const char *begin, const char *end)
{
	struct buffer bytes = {0};

	buffer_append(&bytes, begin, (size_t)(end - begin));
	pack_add(pack, name, &bytes);
}

/* Adds the statements about a service, or about all. */
static void add_statements(struct pack *pack, const struct evidence *evidence,
			   const struct evidence_service *service, const char *folder)
{
	static const char *const names[] = {"statement.txt", "statement.ja.txt"};
	_cleanup_statement_text_ struct statement english = {
		.language = STATEMENT_ENGLISH, .evidence = evidence, .service = service};
	_cleanup_statement_text_ struct statement japanese = {
		.language = STATEMENT_JAPANESE, .evidence = evidence, .service = service};
	struct statement *const statements[] = {&english, &japanese};
	char name[PACK_NAME_SIZE];
	struct buffer page = {0};

	for (size_t i = 0; i < 2; i++) {
		struct buffer text = {0};

		statement_write(statements[i]);
		statement_print_text(statements[i], &text);
		(void)snprintf(name, sizeof(name), "%s%s", folder, names[i]);
		pack_add(pack, name, &text);
	}
	statement_print_page((const struct statement *const[]){&english, &japanese}, &page);
	(void)snprintf(name, sizeof(name), "%sstatement.html", folder);
	pack_add(pack, name, &page);
}

static void add_all_statements(struct pack *pack, const struct evidence *evidence)
{
	if (evidence->service_count == 1) {
		add_statements(pack, evidence, &evidence->services[0], "");
		return;
	}
	add_statements(pack, evidence, NULL, "");
	for (size_t i = 0; i < evidence->service_count; i++) {
		const struct evidence_service *service = &evidence->services[i];
		char folder[PACK_NAME_SIZE];

		(void)snprintf(folder, sizeof(folder), "services/%s/", service->file);
		add_statements(pack, evidence, service, folder);
	}
}

static int add_record(struct pack *pack, const struct evidence *evidence)
{
	struct buffer json = {0};
	int r = record_print(evidence, &json);

	pack_add(pack, PACK_RECORD, &json);
	return r;
}

int pack_make(struct evidence *evidence, bool whole, struct pack *pack)
{
	const char *registry = evidence->list->registry;
	char day[DAY_TEXT_SIZE];
	int r;

	day_format(evidence->day.day, day);
	(void)snprintf(pack->folder, sizeof(pack->folder), "%.60s-%s",
		       pack_part_is_fit(registry) ? registry : "list", day);
	pack->time = evidence->shown.published_at;
	add_text(pack, "CHECK.txt", embedded_check, embedded_check_end);
	add_text(pack, "record.schema.json", embedded_schema, embedded_schema_end);
	r = pack_add_publication(evidence, whole, pack);
	if (r == 0)
		r = pack_add_chain(evidence, whole, pack);
	if (r == 0)
		r = pack_add_heads(evidence, pack);
	if (r == 0)
		r = pack_add_stamps(evidence, pack);
	if (r == 0)
		r = add_record(pack, evidence);
	add_all_statements(pack, evidence);
	return r;
}
