/* A document of the FedRAMP Marketplace: a list, or a changelog or package overviews beside the
 * base list, read into a store that holds three products. */
#include "fuzz.h"
#include "rig.h"

static const char base[] =
	"{\"meta\":{\"last_change\":\"2026-01-01T00:00:00.000Z\"},\"data\":{\"Products\":["
	"{\"id\":\"FR1\",\"csp\":\"Provider A\",\"cso\":\"One\",\"status\":\"FedRAMP Authorized\","
	"\"impact_level\":\"High\",\"auth_date\":\"2020-01-01T20:00:00.000Z\",\"uei\":\"U1\"},"
	"{\"id\":\"FR2\",\"csp\":\"Provider B\",\"cso\":\"Two\",\"status\":\"FedRAMP Ready\","
	"\"impact_level\":\"Low\",\"independent_assessor\":\"C\",\"leveraged_systems\":[{\"id\":"
	"\"FR1\"}]},"
	"{\"id\":\"FR3 \",\"csp\":\"provider a\",\"cso\":\"one\",\"status\":\"\",\"uei\":\"U1\"}]}}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool opened;

	if (!opened)
		fuzz_store_open(&reader_fedramp, base);
	opened = true;
	fuzz_store_read(data, size);
	return 0;
}
