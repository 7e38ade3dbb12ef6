/* A list in the interchange format, read into a store that holds three services. */
#include "fuzz.h"
#include "rig.h"

static const char base[] =
	"{\"format\":\"ismapfs-interchange\",\"version\":1,\"registry\":{\"name\":\"r\",\"title\":"
	"\"R\","
	"\"time_zone\":\"UTC\",\"language\":\"en\"},\"published\":\"2026-01-01\",\"complete\":true,"
	"\"editions\":[{\"id\":\"e\",\"title\":\"E\",\"controls\":[{\"id\":\"1.1\",\"title\":\"T\"}"
	","
	"{\"id\":\"1.2\"}]}],\"baselines\":[{\"id\":\"b\",\"title\":\"B\",\"controls\":[\"e/"
	"1.1\"]}],"
	"\"services\":[{\"number\":\"A-1\",\"name\":\"One\",\"provider\":\"P\",\"status\":"
	"\"registered\","
	"\"baseline\":\"b\",\"valid-until\":\"2027-01-31\"},{\"number\":\"A-2\",\"name\":\"Two\","
	"\"provider\":\"Q\",\"auditor\":\"W\",\"status\":\"registered\",\"controls\":[\"e/1.2\"],"
	"\"leverages\":[\"A-1\",\"X\"]},{\"key\":\"k\",\"name\":\"one\",\"status\":\"unverified\"}]"
	"}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool opened;

	if (!opened)
		fuzz_store_open(&reader_interchange, base);
	opened = true;
	fuzz_store_read(data, size);
	return 0;
}
