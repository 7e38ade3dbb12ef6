/* What the tests of FedRAMP's list and of its services share. */
#ifndef ISMAPFS_FEDRAMP_LIST_FIXTURE_H
#define ISMAPFS_FEDRAMP_LIST_FIXTURE_H

#include "fedramp_fixture.h"

#include "sources/fedramp/documents/list.h"

#define DATA(rows) \
	"{'meta':{'last_change':'2026-04-28T02:26:07.304Z'},'data':{'Products':[" rows "]}}"

static inline void read_list(const char *text, struct fedramp_list *list)
{
	_cleanup_json_ cJSON *root = json_of(text);

	assert_int_equal(fedramp_list_read(root, FEDRAMP_NO_TIME, NULL, false, list), 0);
}

static inline void refused(const char *text, const char *why)
{
	_cleanup_json_ cJSON *root = json_of(text);
	struct fedramp_list list;

	print_message("%s\n", text);
	assert_int_equal(fedramp_list_read(root, FEDRAMP_NO_TIME, NULL, false, &list), -EBADMSG);
	print_message("-> %s\n", list.refusal.sentence);
	assert_non_null(strstr(list.refusal.sentence, why));
	fedramp_list_release(&list);
}

static inline const struct fedramp_service *find(const struct fedramp_list *list, const char *id)
{
	const struct fedramp_service *service = fedramp_list_find(list, id);

	if (!service)
		print_message("no service '%s'\n", id);
	assert_non_null(service);
	return service;
}

static inline size_t lost(const struct fedramp_list *list, const char *member, const char *text)
{
	for (size_t i = 0; i < list->losses.count; i++) {
		const struct fedramp_loss *loss = &list->losses.rows[i];

		if (strcmp(loss->member, member) == 0 &&
		    (text ? loss->text && strcmp(loss->text, text) == 0 : !loss->text))
			return loss->services;
	}
	return 0;
}

#endif
