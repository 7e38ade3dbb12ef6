/*
 * What is read of a product of the FedRAMP publication. Its other members, counts
 * that follow from these or from other products, may change as they like: the
 * product is restated all the same.
 */
#ifndef ISMAPFS_FEDRAMP_PRODUCT_H
#define ISMAPFS_FEDRAMP_PRODUCT_H

#include <cjson/cJSON.h>

#include "stage/fingerprint.h"

/* Sorted by name. The oldest publications call `cso` service_offering and `csp` name. */
#define FEDRAMP_MEMBERS(ROW) \
	ROW(AGENCY_AUTHORIZATIONS, "agency_authorizations") \
	ROW(ANNUAL_ASSESSMENT, "annual_assessment") \
	ROW(AUTH_DATE, "auth_date") \
	ROW(AUTH_TYPE, "auth_type") \
	ROW(BUSINESS_FUNCTION, "business_function") \
	ROW(CSO, "cso") \
	ROW(CSP, "csp") \
	ROW(DEPLOYMENT_MODEL, "deployment_model") \
	ROW(FEDRAMP_MSG, "fedramp_msg") \
	ROW(ID, "id") \
	ROW(IMPACT_LEVEL, "impact_level") \
	ROW(INDEPENDENT_ASSESSOR, "independent_assessor") \
	ROW(IP_AGENCY_DATE, "ip_agency_date") \
	ROW(IP_JAB_DATE, "ip_jab_date") \
	ROW(IP_PMO_DATE, "ip_pmo_date") \
	ROW(IP_PROG_DATE, "ip_prog_date") \
	ROW(LEVERAGED_SYSTEMS, "leveraged_systems") \
	ROW(NAME, "name") \
	ROW(PARTNERING_AGENCY, "partnering_agency") \
	ROW(READY_DATE, "ready_date") \
	ROW(SERVICE_DESC, "service_desc") \
	ROW(SERVICE_MODEL, "service_model") \
	ROW(SERVICE_OFFERING, "service_offering") \
	ROW(SMALL_BUSINESS, "small_business") \
	ROW(STATUS, "status") \
	ROW(UEI, "uei") \
	ROW(WEBSITE, "website")

enum fedramp_member {
#define ROW(identifier, name) MEMBER_##identifier,
	FEDRAMP_MEMBERS(ROW)
#undef ROW
		MEMBER_COUNT
};

/* The reader sees no more of a product than this, so that its fingerprint covers all that is read.
 */
struct fedramp_product {
	const cJSON *members[MEMBER_COUNT]; /* NULL: it doesn't have that one */
};

/* *product lives as long as object. */
void fedramp_product_find(const cJSON *object, struct fedramp_product *product);

/* As the publication writes it. */
const char *fedramp_member_name(enum fedramp_member member);

/* A member's text; "" where it is missing, null or not a string. */
const char *fedramp_text(const struct fedramp_product *product, enum fedramp_member member);

/* The identifier of one of its leveraged systems, of which nothing else is read. */
const char *fedramp_leveraged_id(const cJSON *system);

/* buffer is empty, and left so. 0 or -ENOMEM. */
int fedramp_product_fingerprint(const struct fedramp_product *product, struct buffer *buffer,
				struct fingerprint *fingerprint);

#endif
