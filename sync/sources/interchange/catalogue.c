#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sources/interchange/interchange.h"
#include "util/json.h"
#include "stage/publication.h"
#include "util/memory.h"
#include "util/text/text.h"

/* An id must be fit for a directory's name as it is. */
static int check_id(struct publication *publication, const char *what, const char *id)
{
	_cleanup_free_ char *name = text_name(id, 0);

	if (!name || strcmp(name, id) != 0)
		return publication_refuse(publication, "%s '%.60s': its id cannot be a file's name",
					  what, id);
	return 0;
}

int interchange_find_target(struct staging *staging, struct publication *publication,
			    enum kind kind, const char *where, const char *key, int64_t *sid)
{
	int r = staging_target(staging, kind, key, sid);

	if (r == 0)
		return publication_refuse(publication, "%s names a %s that is not there: '%.60s'",
					  where, kind == KIND_BASELINE ? "baseline" : "control",
					  key);
	return r < 0 ? r : 0;
}

static int stage_control(struct staging *staging, struct publication *publication, int64_t edition,
			 const char *edition_id, const cJSON *control)
{
	const char *id = json_text(control, "id");
	_cleanup_free_ char *key = xasprintf("%s/%s", edition_id, id);
	const cJSON *member;
	int64_t sid = 0;
	int r = check_id(publication, "control", id);

	if (r < 0)
		return r;
	r = staging_entity(staging, KIND_CONTROL, key, &sid);
	if (r == 0)
		r = staging_presence(staging, sid, edition, id);
	cJSON_ArrayForEach(member, control)
	{
		if (r < 0)
			return r;
		if (strcmp(member->string, "id") != 0)
			r = interchange_stage_value(staging, publication, INTERCHANGE_CONTROL, sid,
						    key, member);
	}
	return r;
}

/* The members of an edition and of a baseline. */
static const char *const set_members[] = {"id", "title", "title.en", "controls", NULL};

static int stage_titles(struct staging *staging, int64_t sid, const cJSON *set)
{
	const char *english = json_text(set, "title.en");
	int r = staging_line(staging, sid, FIELD_TITLE, json_text(set, "title"));

	if (r < 0 || english[0] == '\0')
		return r;
	return staging_line(staging, sid, FIELD_TITLE_EN, english);
}

static int stage_edition(struct staging *staging, struct publication *publication,
			 const cJSON *edition)
{
	const char *id = json_text(edition, "id");
	const cJSON *control;
	int64_t sid = 0;
	int r = check_id(publication, "edition", id);

	if (r == 0)
		r = json_refuse_unknown(publication->reason, edition, id, set_members);
	if (r == 0)
		r = staging_entity(staging, KIND_EDITION, id, &sid);
	if (r == 0)
		r = staging_presence(staging, sid, staging->controls, id);
	if (r == 0)
		r = stage_titles(staging, sid, edition);
	if (r == 0)
		r = interchange_refuse_repeated(publication, json_member(edition, "controls"), "id",
						NULL, "control");
	cJSON_ArrayForEach(control, json_member(edition, "controls"))
	{
		if (r < 0)
			return r;
		r = stage_control(staging, publication, sid, id, control);
	}
	return r;
}

/* Links a baseline and a control with each other. */
static int stage_demand(struct staging *staging, struct publication *publication, int64_t baseline,
			const char *baseline_id, const cJSON *item)
{
	const char *key = cJSON_IsString(item) ? item->valuestring : "";
	const char *slash = strchr(key, '/');
	char path[1024];
	int64_t control = 0;
	int r = interchange_find_target(staging, publication, KIND_CONTROL, baseline_id, key,
					&control);

	if (r < 0)
		return r;
	/* Both names passed check_id(), so neither path is cut. */
	if (snprintf(path, sizeof(path), "../../../controls/%s", key) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	r = staging_link(staging, baseline, RELATION_CONTROLS, slash ? slash + 1 : key, control,
			 path);
	if (r < 0)
		return r;
	if (snprintf(path, sizeof(path), "../../../../baselines/%s", baseline_id) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	return staging_link(staging, control, RELATION_BASELINES, baseline_id, baseline, path);
}

static int stage_baseline(struct staging *staging, struct publication *publication,
			  const cJSON *baseline)
{
	const char *id = json_text(baseline, "id");
	const cJSON *item;
	int64_t sid = 0;
	int r = check_id(publication, "baseline", id);

	if (r == 0)
		r = json_refuse_unknown(publication->reason, baseline, id, set_members);
	if (r == 0)
		r = staging_entity(staging, KIND_BASELINE, id, &sid);
	if (r == 0)
		r = staging_presence(staging, sid, staging->baselines, id);
	if (r == 0)
		r = stage_titles(staging, sid, baseline);
	cJSON_ArrayForEach(item, json_member(baseline, "controls"))
	{
		if (r < 0)
			return r;
		r = stage_demand(staging, publication, sid, id, item);
	}
	return r;
}

int interchange_stage_catalogue(struct staging *staging, struct publication *publication,
				const cJSON *root)
{
	const cJSON *editions = json_member(root, "editions");
	const cJSON *baselines = json_member(root, "baselines"), *item;

	int r;

	if (!cJSON_IsArray(editions) && !cJSON_IsArray(baselines))
		return 0;
	staging->catalogue = true;
	r = interchange_refuse_repeated(publication, editions, "id", NULL, "edition");
	if (r == 0)
		r = interchange_refuse_repeated(publication, baselines, "id", NULL, "baseline");
	if (r < 0)
		return r;
	cJSON_ArrayForEach(item, editions)
	{
		r = stage_edition(staging, publication, item);
		if (r < 0)
			return r;
	}
	cJSON_ArrayForEach(item, baselines)
	{
		r = stage_baseline(staging, publication, item);
		if (r < 0)
			return r;
	}
	return 0;
}
