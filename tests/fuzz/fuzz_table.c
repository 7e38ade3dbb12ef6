/* A table, read by a map of every kind of column; or a map, by which a table is read. */
#include "fuzz.h"
#include "rig.h"

static const char base[] = "As of 2026-01-01,,,,,,\n"
			   "ID,Name,Company,State,Until,Models,From,To\n"
			   "A-1,One,P,listed,2027-01-31,saas;paas,2025-04-01,2026-03-31\n"
			   "A-2,Two,Q,gone,46112,saas,,\n";

static const char map_text[] =
	"[list]\nregistry = r\ntitle = R\ntime-zone = UTC\nlanguage = ja\ncomplete = yes\n"
	"[table]\ndates = serial\n    m/d/y\nseparator = semicolon\nneeded = name\nkey = name\n"
	"    provider\nnothing = -\n[published]\nabove = yes\n[labels]\nnumber = ID\nname = Name\n"
	"provider = Company\nstatus = State\nvalid-until = Until\nservice-model = Models\n"
	"audit-period.start = From\naudit-period.end = To\nscope = Scope\nsmall-business = Small\n"
	"level = Level\nurl = URL\nleverages = Built on\nextra.own = Own\n[values]\nlevel = basic\n"
	"[listed]\nname = *\n[status]\nregistered = listed\ndelisted = gone\n"
	"[in-force]\nyes = registered\n[ignore]\nkeys = Nothing\n";

/* Adds the map, where the publication has none. */
static int read_with_map(struct staging *staging, struct publication *publication)
{
	static char location[] = "map";
	static unsigned char bytes[sizeof(map_text)];
	struct document documents[3], *given = publication->documents;
	size_t count = publication->document_count;
	int r;

	promise(count <= 2);
	if (publication_document(publication, reader_table.map_role))
		return reader_table.read(staging, publication);
	memcpy(bytes, map_text, sizeof(map_text));
	memcpy(documents, given, count * sizeof(*given));
	documents[count] = (struct document){
		.role = reader_table.map_role,
		.shape = "",
		.location = location,
		.bytes = bytes,
		.length = sizeof(map_text) - 1,
	};
	publication->documents = documents;
	publication->document_count = count + 1;
	r = reader_table.read(staging, publication);
	memcpy(given, documents, count * sizeof(*given));
	publication->documents = given;
	publication->document_count = count;
	if (publication->refused)
		publication->refused = given;
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reader reader;

	if (!reader.name) {
		reader = reader_table;
		reader.read = read_with_map;
		fuzz_store_open(&reader, base);
	}
	fuzz_store_read(data, size);
	return 0;
}
