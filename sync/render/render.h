/* The documents of the tree: one renderer each, in a file of its name. */
#ifndef ISMAPFS_RENDER_H
#define ISMAPFS_RENDER_H

#include "render/documents.h"
#include "sources/source.h"
#include "util/buffer.h"

/* What the newest publication says of itself, for README. */
struct about {
	struct buffer lines;		 /* each with its newline */
	const struct registry *registry; /* NULL: one that nothing is known of */
};

void about_release(struct about *about);

/* Appends what a README says of the publication that it was rendered for: it stands between the
 * heading, of two paragraphs, and what is in each README. */
void readme_find_about(const struct buffer *readme, struct buffer *lines);

/* Renders every document that the generations since `documents->since` may have changed. */
int render_all(struct documents *documents, const struct about *about);

/* Renders those that tell of the past: all that a prune changes. */
int render_past(struct documents *documents);

/* More services than people look through in one file, and than each generation should write anew.
 */
#define RENDER_SERVICES_MAX 10000

/* The renderers. */
int changes_render(struct documents *documents);
int days_render(struct documents *documents);
int feed_render(struct documents *documents);
int history_render(struct documents *documents);
int readme_render(struct documents *documents, const struct about *about);
int records_render(struct documents *documents);
int report_render(struct documents *documents);
int tables_render(struct documents *documents);
int workbook_render(struct documents *documents);
int words_render(struct documents *documents, const struct about *about);

#endif
