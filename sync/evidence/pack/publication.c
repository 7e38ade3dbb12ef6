#include "evidence/pack/publication.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "evidence/pack/cut.h"
#include "sources/source.h"
#include "store/publications/kept.h"
#include "util/json.h"
#include "util/memory.h"
#include "vocabulary.h"

#define FOLDER "publication/"
#define DOCUMENTS FOLDER "documents/" /* where no record is */
#define HOW_NAME FOLDER "CUT.txt"

static const char how[] =
	"How the records here were cut out of the publisher's documents. Each line that begins\n"
	"with jq is a command: within this folder's parent, it prints nothing if a record is\n"
	"what jq cuts out of the document. Documents are in packs that were made with --whole;\n"
	"else 'ismap-sync publication' prints them, from the store that kept them.\n"
	"\n"
	"各レコードを公表元の文書から切り出した方法です。jq で始まる行は、この資料の最上位の\n"
	"フォルダーで実行するコマンドで、切り出した結果が同じなら何も表示しません。文書は --whole\n"
	"で作成した資料に含まれます。含まれない場合は、文書を保存しているストアで\n"
	"ismap-sync publication を実行してください。\n";

struct publishing {
	struct evidence *evidence;
	struct pack *pack;
	struct buffer how;
	bool whole;
};

/* Where the records of a document are; NULL: nobody knows. */
static const struct record_place *find_place(const struct evidence *evidence,
					     const struct evidence_document *document)
{
	const struct reader *reader = reader_find(evidence->shown.source);
	const struct document_kind *kind = reader ? reader_find_kind(reader, document->role) : NULL;

	for (const struct record_place *place = kind ? kind->records : NULL; place && place->path;
	     place++)
		if (!place->shape || strcmp(place->shape, document->shape) == 0)
			return place;
	return NULL;
}

/* A service's number as the list has it. */
static const char *number_of(const struct evidence_service *service)
{
	const char *number = service_text(&service->then, FIELD_NUMBER);

	return number[0] != '\0' ? number : service->number;
}

static void cut_service(struct publishing *publishing, const struct evidence_document *document,
			const char *file, const cJSON *json, const struct record_place *place,
			struct evidence_service *service)
{
	_cleanup_buffer_ struct buffer records = {0}, filter = {0};
	bool is_list = strcmp(document->role, DOCUMENT_LIST) == 0;
	char name[PACK_NAME_SIZE];

	if (cut_records(json, place, number_of(service), &records, &filter) == 0)
		return;
	(void)snprintf(name, sizeof(name), FOLDER "%s%s%s.json", is_list ? "" : document->role,
		       is_list ? "" : "-", service->file);
	/* A quote in the filter would end the shell's; such a record is left out. */
	if (strchr(filter.bytes, '\''))
		return;
	buffer_printf(&publishing->how, "jq '%s' %s | diff - %s\n", filter.bytes, file, name);
	pack_add(publishing->pack, name, &records);
	if (is_list && !service->record)
		service->record = xstrdup(name);
}

static void name_document(const struct evidence_document *document, size_t number, bool json,
			  char name[static PACK_NAME_SIZE])
{
	if (number == 0)
		(void)snprintf(name, PACK_NAME_SIZE, DOCUMENTS "%.40s%s", document->role,
			       json ? ".json" : "");
	else
		(void)snprintf(name, PACK_NAME_SIZE, DOCUMENTS "%.40s-%zu%s", document->role,
			       number + 1, json ? ".json" : "");
}

/* Which of the documents of its role it is. */
static size_t number_of_document(const struct evidence *evidence, size_t index)
{
	size_t number = 0;

	for (size_t i = 0; i < index; i++)
		if (strcmp(evidence->documents[i].role, evidence->documents[index].role) == 0)
			number++;
	return number;
}

static void describe(struct publishing *publishing, const struct evidence_document *document,
		     const char *name)
{
	char day[DAY_TEXT_SIZE];

	day_format(publishing->evidence->day.day, day);
	buffer_printf(&publishing->how,
		      "\n%s: SHA-256 %s\nmkdir -p " DOCUMENTS
		      " && ismap-sync publication --store DIR --role %s --at %s >%s\n",
		      name, document->sha256, document->role, day, name);
}

static int add_document(struct publishing *publishing, size_t index)
{
	struct evidence *evidence = publishing->evidence;
	struct evidence_document *document = &evidence->documents[index];
	const struct record_place *place = find_place(evidence, document);
	const struct store_directory *store = &evidence->list->store;
	struct reason unused = {.about = document->location};
	_cleanup_buffer_ struct buffer bytes = {0}, copy = {0};
	_cleanup_json_ cJSON *json = NULL;
	char name[PACK_NAME_SIZE];
	int r;

	if (!document->kept || (!place && !publishing->whole))
		return 0;
	/* The role is in names of files, and in a command. */
	r = pack_part_is_fit(document->role)
		    ? kept_unpack(store->fd, &evidence->kept, document->kept, &bytes)
		    : -EBADMSG;
	if (r < 0)
		return log_error_errno(r,
				       "%s/" STORE_PUBLICATIONS ": number %lld can't be read: %m",
				       store->path, (long long)document->kept->number);
	/* Parsing writes into the text. */
	buffer_append(&copy, bytes.bytes, bytes.length);
	if (place && json_parse((unsigned char *)copy.bytes, copy.length, &unused, &json) < 0)
		place = NULL;
	name_document(document, number_of_document(evidence, index), json != NULL, name);
	describe(publishing, document, name);
	document->place = place;
	for (size_t i = 0; place && i < evidence->service_count; i++)
		cut_service(publishing, document, name, json, place, &evidence->services[i]);
	if (publishing->whole)
		pack_add(publishing->pack, name, &bytes);
	return 0;
}

int pack_add_publication(struct evidence *evidence, bool whole, struct pack *pack)
{
	struct publishing publishing = {.evidence = evidence, .pack = pack, .whole = whole};
	int r = 0;

	for (size_t i = 0; r == 0 && i < evidence->document_count; i++)
		r = add_document(&publishing, i);
	if (publishing.how.length > 0) {
		struct buffer text = {0};

		buffer_text(&text, how);
		buffer_text(&text, publishing.how.bytes);
		pack_add(pack, HOW_NAME, &text);
	}
	buffer_release(&publishing.how);
	return r;
}
