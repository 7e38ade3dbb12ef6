/* A capture of a list with two entries, for the targets that read the portal's. */
#ifndef ISMAPFS_TESTS_FUZZ_PORTAL_BASE_H
#define ISMAPFS_TESTS_FUZZ_PORTAL_BASE_H

static const char portal_base[] =
	"{\"format\":\"ismapfs-portal-capture\",\"version\":1,\"portal\":\"https://p/csm\","
	"\"edition\":\"2022-04-01\",\"pages\":[{\"page\":\"cloud_service_list\",\"level\":"
	"\"ismap\","
	"\"total\":2,\"rows\":[{\"sys_id\":\"00000000000000000000000000000001\",\"url\":\"https://"
	"p/1\","
	"\"fields\":[{\"field\":\"number\",\"label\":\"N\",\"key\":\"n\",\"value\":\"C-1\"},"
	"{\"field\":\"name\",\"label\":\"M\",\"key\":\"m\",\"value\":\"One\"},"
	"{\"field\":\"audit-period\",\"label\":\"A\",\"key\":\"a\",\"value\":\"2025-04-01 - 2026-03-31\"}]},"
	"{\"sys_id\":\"00000000000000000000000000000002\",\"fields\":["
	"{\"field\":\"number\",\"label\":\"N\",\"key\":\"n\",\"value\":\"C-2\"},"
	"{\"field\":\"provider\",\"label\":\"P\",\"key\":\"p\",\"value\":\"x\",\"display\":\"P Inc.\"},"
	"{\"field\":\"controls\",\"label\":\"C\",\"key\":\"c\",\"value\":\"5.1.1\"},"
	"{\"label\":\"Other\",\"key\":\"o\",\"value\":\"y\"}]}]}]}";

#endif
