/*
 * The words that the schema, the code, the tree and the manual share: kinds of
 * entities, relations between them, and fields. The numbers are part of the
 * store's format and of inode numbers: add new ones, never change one.
 */
#ifndef ISMAPFS_VOCABULARY_H
#define ISMAPFS_VOCABULARY_H

/* KIND(id, identifier, name, meaning) */
#define VOCABULARY_KINDS(KIND) \
	KIND(1, ROOT, "root", "the tree's root") \
	KIND(2, COLLECTION, "collection", \
	     "a directory that gathers others: services, by-name, tables") \
	KIND(3, EDITION, "edition", "an edition of the control criteria") \
	KIND(4, FACET, "facet", "the services that share one status, level, class or month of expiry") \
	KIND(5, SERVICE, "service", "a cloud service that is or was on the list") \
	KIND(6, PROVIDER, "provider", "who provides a service") \
	KIND(7, AUDITOR, "auditor", "who assessed a service") \
	KIND(8, CONTROL, "control", "a control, or a control objective, of an edition") \
	KIND(9, BASELINE, "baseline", "a named set of controls that a level demands") \
	KIND(10, REGISTRY, "registry", \
	     "the directory .registry: facts about this copy of the list") \
	KIND(11, DERIVED, "derived", "a directory of files made of many facts; dated trees lack it") \
	KIND(12, AGENCY, "agency", "a public body that authorized the use of services")

/* COLLECTION(key, identifier of a kind): all directories in the collection are of that kind, now
 * and at every date. Other collections hold any kind. An edition holds controls. */
#define VOCABULARY_COLLECTIONS(COLLECTION) \
	COLLECTION("services", SERVICE) \
	COLLECTION("delisted", SERVICE) \
	COLLECTION("providers", PROVIDER) \
	COLLECTION("auditors", AUDITOR) \
	COLLECTION("agencies", AGENCY) \
	COLLECTION("controls", EDITION) \
	COLLECTION("baselines", BASELINE) \
	COLLECTION("by-status", FACET) \
	COLLECTION("by-level", FACET) \
	COLLECTION("by-class", FACET) \
	COLLECTION("by-expiry", FACET)

/* RELATION(id, identifier, name, meaning) */
#define VOCABULARY_RELATIONS(RELATION) \
	RELATION(0, SELF, ".", "a symlink in the entity's own directory") \
	RELATION(1, SERVICES, "services", \
		 "services of a provider, an auditor, an agency, a baseline, a control") \
	RELATION(2, CONTROLS, "controls", \
		 "controls of a baseline, or of a service's own statement") \
	RELATION(3, BASELINES, "baselines", "baselines that demand a control") \
	RELATION(4, LEVERAGES, "leverages", "services that this service is built on") \
	RELATION(5, LEVERAGED_BY, "leveraged-by", "services that are built on this service")

/*
 * FIELD(id, identifier, name, type, meaning). The order of ids is the order in
 * which a directory lists its files.
 */
#define VOCABULARY_FIELDS(FIELD) \
	FIELD(10, NAME, "name", "line", "name as published") \
	FIELD(11, NAME_EN, "name.en", "line", "name in English, where the source states one") \
	FIELD(12, NUMBER, "number", "line", "the registry's own number or id of the service") \
	FIELD(13, STATUS, "status", "word", \
	      "where the service stands; one word of the registry's documented set") \
	FIELD(14, STATUS_SOURCE, "status.source", "line", "the status in the source's own words") \
	FIELD(15, LEVEL, "level", "word", "the level that the listing is for") \
	FIELD(16, LEVEL_SOURCE, "level.source", "line", "the level in the source's own words") \
	FIELD(17, PROVIDER_NAME, "provider.name", "line", \
	      "the provider's name as this service's entry states it") \
	FIELD(18, REGISTERED_ON, "registered-on", "date", \
	      "day of the registration or authorization") \
	FIELD(19, VALID_UNTIL, "valid-until", "date", "last day of validity") \
	FIELD(20, VALID_UNTIL_BASIS, "valid-until.basis", "word", \
	      "stated: by the source; derived: by the registry's rule") \
	FIELD(21, DELISTED_ON, "delisted-on", "date", \
	      "day on which it was delisted, as its basis says") \
	FIELD(22, READY_ON, "ready-on", "date", \
	      "day on which the service was found ready for assessment") \
	FIELD(23, IN_PROCESS_AGENCY_ON, "in-process-agency-on", "date", \
	      "the source's date of entering agency review") \
	FIELD(24, IN_PROCESS_BOARD_ON, "in-process-board-on", "date", \
	      "the source's date of entering board review") \
	FIELD(25, IN_PROCESS_PROGRAM_ON, "in-process-program-on", "date", \
	      "the source's date of entering program authorization") \
	FIELD(26, IN_PROCESS_OFFICE_ON, "in-process-office-on", "date", \
	      "the source's date of entering review by the program office") \
	FIELD(27, ANNUAL_ASSESSMENT, "annual-assessment", "date", \
	      "day of the yearly assessment, --MM-DD, or one date") \
	FIELD(28, ANNUAL_ASSESSMENT_SOURCE, "annual-assessment.source", "line", \
	      "the same in the source's own words, where they are not a date") \
	FIELD(29, AUDIT_PERIOD, "audit-period", "line", \
	      "period that the assessment covered, START/END") \
	FIELD(30, AUDITOR, "auditor", "line", "who assessed the service") \
	FIELD(31, CERTIFICATION_PATH, "certification-path", "word", \
	      "who certified or authorized: agency, jab, program") \
	FIELD(32, PARTNERING_AGENCY, "partnering-agency", "line", \
	      "agency that accompanies the authorization") \
	FIELD(33, AGENCIES, "agencies", "list", "agencies that authorized the use, one per line") \
	FIELD(34, SERVICE_MODEL, "service-model", "list", "iaas, paas, saas, one per line") \
	FIELD(35, DEPLOYMENT_MODEL, "deployment-model", "word", "how the cloud is shared") \
	FIELD(36, BUSINESS_FUNCTIONS, "business-functions", "list", \
	      "what the service is used for, one per line") \
	FIELD(37, SMALL_BUSINESS, "small-business", "yes-no", \
	      "whether the provider is a small business") \
	FIELD(38, UEI, "uei", "line", \
	      "unique entity identifier of the provider in US procurement") \
	FIELD(39, REGIONS, "regions", "list", "regions that the statement names, one per line") \
	FIELD(40, SCOPE, "scope", "text", "scope of the statement") \
	FIELD(41, URL, "url", "url", "page about the service") \
	FIELD(42, DESCRIPTION, "description", "text", "description as published") \
	FIELD(43, CONTROLS_BASIS, "controls.basis", "word", \
	      "statement: the service's own statement names its controls; class: the baseline of " \
	      "its type and class does; level: its level's baseline does") \
	FIELD(44, LEVERAGES_UNLISTED, "leverages.unlisted", "list", \
	      "services that it says it is built on, but that were never listed") \
	FIELD(45, EVIDENCE, "evidence", "line", "what kind of source the entry rests on") \
	FIELD(46, NOTE, "note", "line", "remark on the entry") \
	FIELD(47, SYS_ID, "sys-id", "line", "the portal's own key of the detail page") \
	FIELD(48, SUBSEQUENT_EVENTS, "subsequent-events", "text", \
	      "what the registry published about the service after its registration") \
	FIELD(49, IN_FORCE, "in-force", "word", \
	      "whether the registry itself treats the listing as holding: yes, no, unknown") \
	FIELD(50, IN_FORCE_BASIS, "in-force.basis", "line", "why: what the status means") \
	FIELD(51, STATUS_CHANGELOG, "status.changelog", "word", \
	      "the newest status of the registry's changelog, where it isn't the status") \
	FIELD(52, CLASS, "class", "word", "class of the certification, as stated: a, b, c, d") \
	FIELD(53, CERTIFICATION_TYPE, "certification-type", "word", \
	      "rules of the certification: 20x, 20x-pilot, rev5, rev5-pilot") \
	FIELD(54, PHASE, "phase", "word", "phase of the certification in the registry's words") \
	FIELD(55, UNDER_CORRECTIVE_ACTION_PLAN, "under-corrective-action-plan", "yes-no", \
	      "whether the registry has put the service under a corrective action plan") \
	FIELD(56, CORRECTIVE_ACTION_PLAN_ON, "corrective-action-plan-on", "date", \
	      "day of that plan") \
	FIELD(57, DELISTED_ON_BASIS, "delisted-on.basis", "word", \
	      "stated: the registry calls it delisted; absent: it is merely not listed any more, " \
	      "perhaps merged or renumbered, and the day is that of the first list without it") \
	FIELD(58, EVENTS, "events.tsv", "table", \
	      "the registry's own history of the service's status, oldest first") \
	FIELD(59, CERTIFIED_SERVICES, "certified-services", "list", \
	      "services in the scope of the certification, one per line") \
	FIELD(70, CERTIFIED_SERVICES_TABLE, "certified-services.tsv", "table", \
	      "the same with the security category of each") \
	FIELD(71, NEXT_REPORT_ON, "next-report-on", "date", \
	      "day of the provider's next report, as the provider states it") \
	FIELD(72, TRUST_CENTER, "trust-center", "url", \
	      "page of the provider with documents for those who use the service") \
	FIELD(60, TITLE, "title", "line", "short title") \
	FIELD(61, TIER, "tier", "word", "governance, management or control") \
	FIELD(62, CONTROL_LEVEL, "control-level", "word", "objective, control or enhancement") \
	FIELD(63, DOMAIN, "domain", "line", "chapter or family") \
	FIELD(64, CATEGORY, "category", "line", "section within the domain") \
	FIELD(65, SUFFIX, "suffix", "line", \
	      "P: particular to cloud; B: basic statement requirement; PB: both") \
	FIELD(66, BASIC_STATEMENT, "basic-statement", "yes-no", \
	      "whether it is a basic statement requirement") \
	FIELD(67, REFERENCE, "reference", "line", "the standard that it goes back to") \
	FIELD(68, LABEL, "label", "line", "id as the standard prints it") \
	FIELD(69, WITHDRAWN, "withdrawn", "yes-no", "whether the standard has withdrawn it") \
	FIELD(80, GENERATION, "generation", "number", "serial number of this state of the list") \
	FIELD(81, PUBLISHED, "published", "time", "when the registry published it, UTC") \
	FIELD(82, PUBLISHED_BASIS, "published.basis", "word", \
	      "stated: by the publication; given: by the administrator; fetched: by the clock") \
	FIELD(83, DAY, "day", "date", "that day in the registry's time zone") \
	FIELD(84, FETCHED, "fetched", "time", "when it was read, UTC") \
	FIELD(85, SOURCE, "source", "word", "which reader understood it") \
	FIELD(86, LOCATION, "location", "line", "where it came from") \
	FIELD(87, SHA256, "sha256", "line", "checksum of the publication") \
	FIELD(88, COMPLETE, "complete", "yes-no", "whether the publication is the whole list") \
	FIELD(89, SERVICE_COUNT, "service-count", "number", "how many services are listed") \
	FIELD(90, UUID, "uuid", "line", "identity of the store") \
	FIELD(91, TIME_ZONE, "time-zone", "line", "zone in which the registry's days begin") \
	FIELD(92, LANGUAGE, "language", "line", "language of the text that governs") \
	FIELD(93, REGISTRY, "registry", "word", "which registry this is") \
	FIELD(94, CHECKED, "checked", "time", \
	      "when the list was last known to be what its source says, UTC") \
	FIELD(95, STALE, "stale", "yes-no", \
	      "whether the list must not be relied on: not whole, or not checked lately") \
	FIELD(96, LAST_ATTEMPT, "last-attempt", "time", "when its source was last asked, UTC") \
	FIELD(97, LAST_ERROR, "last-error", "line", \
	      "why the last attempt failed; empty when it did not") \
	FIELD(98, NEXT_TRY, "next-try", "time", \
	      "when its source will be asked next, where that is known, UTC") \
	FIELD(99, VERIFIED, "verified", "time", \
	      "when the signature of this mirror's list was last verified, UTC") \
	FIELD(100, SIGNER, "signer", "line", "public key that the mirrored list is signed with") \
	FIELD(101, EXPIRES, "expires", "time", \
	      "until when its signer lets the mirrored list count as current, UTC")

/* Ids of fields that a source defines itself begin here. */
#define FIELD_FIRST_EXTRA 1000

/* The root's entity id, where every reader begins. */
#define ENTITY_ROOT 1

#define VOCABULARY_ENUM_KIND(number, identifier, name, meaning) KIND_##identifier = (number),
enum kind { VOCABULARY_KINDS(VOCABULARY_ENUM_KIND) KIND_END };
#undef VOCABULARY_ENUM_KIND

#define VOCABULARY_ENUM_RELATION(number, identifier, name, meaning) \
	RELATION_##identifier = (number),
enum relation { VOCABULARY_RELATIONS(VOCABULARY_ENUM_RELATION) RELATION_END };
#undef VOCABULARY_ENUM_RELATION

#define VOCABULARY_ENUM_FIELD(number, identifier, name, type, meaning) \
	FIELD_##identifier = (number),
enum field { VOCABULARY_FIELDS(VOCABULARY_ENUM_FIELD) FIELD_END };
#undef VOCABULARY_ENUM_FIELD

#endif
