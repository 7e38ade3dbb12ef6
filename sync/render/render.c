#include "render/render.h"

/* A table is made of records, so these come first. */
static int (*const renderers[])(struct documents *documents) = {
	records_render,	 tables_render,	 feed_render,	 report_render,
	workbook_render, history_render, changes_render, days_render,
};
static int (*const renderers_of_past[])(struct documents *documents) = {
	history_render, changes_render, days_render, feed_render, report_render,
};

void about_release(struct about *about)
{
	buffer_release(&about->lines);
}

int render_all(struct documents *documents, const struct about *about)
{
	int r;

	for (size_t i = 0; i < sizeof(renderers) / sizeof(renderers[0]); i++) {
		r = renderers[i](documents);
		if (r < 0)
			return r;
	}
	r = words_render(documents, about);
	return r < 0 ? r : readme_render(documents, about);
}

int render_past(struct documents *documents)
{
	for (size_t i = 0; i < sizeof(renderers_of_past) / sizeof(renderers_of_past[0]); i++) {
		int r = renderers_of_past[i](documents);

		if (r < 0)
			return r;
	}
	return 0;
}
