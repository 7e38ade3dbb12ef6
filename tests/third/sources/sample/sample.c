/*
 * A made-up registry and its reader, for the test that adding one touches its own
 * folder and its lines in sources/list.h. A document is lines of text: first
 * "sample list" and its day, then a service each, its parts separated by tabs:
 * number, status, valid-until, name.
 */
#include <string.h>

#include "common/timestamp.h"
#include "sources/source.h"
#include "common/embed.h"

EMBED(sample_list, "sources/sample/bundled.json");

#define HEADING "sample list "
#define PARTS 4

static int read_heading(struct publication *publication, const char *line)
{
	struct document *list = publication_document(publication, DOCUMENT_LIST);

	if (strncmp(line, HEADING, strlen(HEADING)) != 0 ||
	    timestamp_parse(line + strlen(HEADING), registry_sample.time_zone,
			    &list->published_at) < 0)
		return publication_refuse(publication, "it is no sample list: '%.40s'", line);
	publication_describe(publication, &registry_sample, &reader_sample);
	publication->complete = true;
	list->states_time = true;
	return 0;
}

static int read_service(struct staging *staging, struct publication *publication, char *line)
{
	static const int fields[PARTS] = {0, FIELD_STATUS, FIELD_VALID_UNTIL, FIELD_NAME};
	const char *id = strsep(&line, "\t");
	int64_t service;
	int r = staging_service(staging, id, false, &service);

	if (r > 0)
		return publication_refuse(publication, "'%.40s' comes twice", id);
	for (int part = 1; r == 0 && part < PARTS; part++) {
		const char *text = strsep(&line, "\t");

		if (!text)
			return publication_refuse(publication, "'%.40s' is cut short", id);
		r = staging_line(staging, service, fields[part], text);
	}
	return r;
}

static int read_sample(struct staging *staging, struct publication *publication)
{
	const struct document *list = publication_document(publication, DOCUMENT_LIST);
	char *rest = (char *)list->bytes, *line = strsep(&rest, "\n");
	int r = read_heading(publication, line);

	while (r == 0 && (line = strsep(&rest, "\n")))
		if (line[0] != '\0')
			r = read_service(staging, publication, line);
	return r;
}

static const struct word statuses[] = {
	{.word = "listed",
	 .today = "Listed",
	 .meaning = "on the sample list",
	 .in_force = "yes",
	 .japanese = "見本リスト掲載"},
	{.word = "over",
	 .meaning = "its date has passed",
	 .in_force = "no",
	 .japanese = "期限経過"},
	{.word = NULL},
};

const struct registry registry_sample = {
	.name = "sample",
	.title = "Sample List",
	.time_zone = "+01:00",
	.language = "en",
	.statuses = statuses,
	.dated_statuses = "[\"listed\"]",
	.past_date_status = "over",
	.bundled = embedded_sample_list,
	.bundled_end = embedded_sample_list_end,
	.loss_limit = 50,
};

static const char *recognise(struct document *document)
{
	return document_recognise_by_text(document, HEADING, "sample");
}

static const struct document_address addresses[] = {
	{.text = "https://sample.example/list", .shape = "sample"},
	{NULL},
};

static const char *const shapes[] = {"sample", NULL};

static const struct document_kind documents[] = {
	{
		.role = DOCUMENT_LIST,
		.required = true,
		.shapes = shapes,
		.recognise = recognise,
		.addresses = addresses,
	},
	{NULL},
};

const struct reader reader_sample = {
	.name = "sample",
	.documents = documents,
	.read = read_sample,
	.about = "Read from a sample list.\n",
	.leaves_dates = true,
};
