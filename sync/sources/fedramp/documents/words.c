#include "sources/fedramp/documents/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "common/cleanup.h"
#include "util/text/text.h"

const struct word fedramp_statuses[] = {
	[FEDRAMP_CERTIFIED] = {.word = "certified",
			       .today = "FedRAMP Certified",
			       .before = {"FedRAMP Authorized", "Authorized"},
			       .former = "authorized",
			       .in_force = "yes",
			       .meaning = "FedRAMP says that it is certified",
			       .japanese = "認証済み（旧称 Authorized、認可）"},
	[FEDRAMP_IN_REMEDIATION] = {.word = "certified-in-remediation",
				    .today = "FedRAMP Certified (In Remediation)",
				    .before = {"Remediation"},
				    .former = "authorized",
				    .in_force = "yes",
				    .meaning = "certified still, under a corrective action plan",
				    .japanese = "認証済み（是正計画の実施中）"},
	[FEDRAMP_LEGACY_READY] = {.word = "legacy-ready",
				  .today = "Legacy FedRAMP Ready",
				  .before = {"FedRAMP Ready", "FRR"},
				  .former = "ready",
				  .in_force = "no",
				  .meaning = "found ready for assessment, not certified",
				  .japanese = "旧Ready（準備確認済み。認証ではない）"},
	[FEDRAMP_INITIAL_IMPLEMENTATION] = {.word = "initial-implementation",
					    .today = "Initial Implementation",
					    .in_force = "no",
					    .meaning = "in initial implementation, not certified",
					    .japanese = "初期実装中（認証ではない）"},
	[FEDRAMP_AGENCY_IN_PROCESS] = {.word = "agency-in-process",
				       .today = "Agency Authorization In Process",
				       .before = {"Agency In Process", "Ageny In Process",
						  "Agency Review"},
				       .former = "agency-in-process",
				       .in_force = "no",
				       .meaning = "under an agency's review, not certified",
				       .japanese = "省庁による審査中（認証ではない）"},
	[FEDRAMP_IN_PROCESS] = {.word = "in-process",
				.today = "FedRAMP In Process",
				.before = {"PMO Review", "JAB Review", "Initial Program Review",
					   "Final Program Review"},
				.former = "in-process",
				.in_force = "no",
				.meaning = "under review, not certified",
				.japanese = "審査中（認証ではない）"},
	[FEDRAMP_DELISTED] = {.word = "delisted",
			      .today = "Delisted",
			      .before = {"No Status Found (Delisted)"},
			      .former = "delisted",
			      .in_force = "no",
			      .meaning = "was on the list, is no longer",
			      .japanese = "掲載終了"},
	[FEDRAMP_UNKNOWN] = {.word = "unknown",
			     .today = "Unknown",
			     .before = {"No Status Found"},
			     .former = "unknown",
			     .in_force = "unknown",
			     .meaning = "the list states no status that is known",
			     .japanese = "不明"},
	{.word = NULL},
};

static const struct word phases[] = {
	{.word = "legacy-ready", .today = "Legacy FedRAMP Ready", .japanese = "旧Ready"},
	{.word = "initial-implementation",
	 .today = "Initial Implementation",
	 .japanese = "初期実装"},
	{.word = "ongoing-certification", .today = "Ongoing Certification", .japanese = "認証維持"},
	{.word = "unknown", .today = "Unknown", .japanese = "不明"},
	{.word = NULL},
};

static const struct word classes[] = {
	{.word = "a", .today = "Class A", .japanese = "クラスA"},
	{.word = "b", .today = "Class B", .japanese = "クラスB"},
	{.word = "c", .today = "Class C", .japanese = "クラスC"},
	{.word = "d", .today = "Class D", .japanese = "クラスD"},
	{.word = "unknown", .today = "Unknown", .japanese = "不明"},
	{.word = NULL},
};

static const struct word types[] = {
	{.word = "20x", .today = "20x", .japanese = "20x方式"},
	{.word = "20x-pilot", .today = "20x Pilot", .japanese = "20x方式（試行）"},
	{.word = "rev5", .today = "Rev5", .japanese = "Rev5方式"},
	{.word = "rev5-pilot", .today = "Rev5 Pilot", .japanese = "Rev5方式（試行）"},
	{.word = "unknown", .today = "Unknown", .japanese = "不明"},
	{.word = NULL},
};

static const struct word paths[] = {
	{.word = "jab", .today = "JAB", .japanese = "合同認可委員会（JAB）"},
	{.word = "agency", .today = "Agency", .japanese = "省庁"},
	{.word = "program", .today = "Program", .japanese = "FedRAMP事務局"},
	/* 20x is a type: the producer's mistake, the path isn't known. */
	{.word = "unknown", .today = "Unknown", .before = {"20x"}, .japanese = "不明"},
	{.word = NULL},
};

const struct word *fedramp_words(enum fedramp_vocabulary vocabulary)
{
	static const struct word *const vocabularies[] = {
		[FEDRAMP_STATUS] = fedramp_statuses,
		[FEDRAMP_PHASE] = phases,
		[FEDRAMP_CLASS] = classes,
		[FEDRAMP_TYPE] = types,
		[FEDRAMP_PATH] = paths,
	};

	return vocabularies[vocabulary];
}

const struct word *fedramp_status_word(enum fedramp_status status)
{
	return &fedramp_statuses[status];
}

const struct word *fedramp_unknown(enum fedramp_vocabulary vocabulary)
{
	const struct word *word = fedramp_words(vocabulary);

	while (word[1].word)
		word++;
	return word;
}

const struct word *fedramp_word_of(enum fedramp_vocabulary vocabulary, const char *word)
{
	for (const struct word *known = fedramp_words(vocabulary); known->word; known++)
		if (strcmp(known->word, word) == 0)
			return known;
	return NULL;
}

const struct word *fedramp_word_of_field(const char *field, const char *word)
{
	static const struct {
		const char *field;
		enum fedramp_vocabulary vocabulary;
	} fields[] = {
		{"phase", FEDRAMP_PHASE},
		{"class", FEDRAMP_CLASS},
		{"certification-type", FEDRAMP_TYPE},
		{"certification-path", FEDRAMP_PATH},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(fields[i].field, field) == 0)
			return fedramp_word_of(fields[i].vocabulary, word);
	return NULL;
}

static bool is_called(const struct word *word, const char *text)
{
	if (strcasecmp(word->today, text) == 0)
		return true;
	for (size_t i = 0; i < WORDS_BEFORE_MAX && word->before[i]; i++)
		if (strcasecmp(word->before[i], text) == 0)
			return true;
	return false;
}

const struct word *fedramp_word_find(enum fedramp_vocabulary vocabulary, const char *text)
{
	_cleanup_free_ char *trimmed = text_trim(text);

	for (const struct word *word = fedramp_words(vocabulary); word->word; word++)
		if (is_called(word, trimmed))
			return word;
	return NULL;
}
