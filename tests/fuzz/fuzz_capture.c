/* A capture of the ISMAP portal's pages, read into a store that holds two services. */
#include "fuzz.h"
#include "portal_base.h"
#include "rig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool opened;

	if (!opened)
		fuzz_store_open(&reader_ismap, portal_base);
	opened = true;
	fuzz_store_read(data, size);
	return 0;
}
