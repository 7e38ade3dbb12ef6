/* The promises of sync/pull/known.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gather/known.h"
#include "util/memory.h"

static struct store_directory store;

static void add(struct document_set *documents, const char *role, const char *shape,
		const char *location, char sum)
{
	struct document *document = document_set_add(documents, location);

	document->role = role;
	document->shape = shape;
	document->etag = xstrdup("tag");
	memset(document->sha256, sum, CHECKSUM_TEXT_SIZE - 1);
}

static int set_up(void **state)
{
	(void)state;
	store = (struct store_directory){
		.current = "generations/1.db",
		.chain = "c1",
		.state = {.generation = 1, .chain = "c1"},
	};
	return 0;
}

static void the_list_alone_lacks_what_it_needs(void **state)
{
	_cleanup_document_set_ struct document_set documents = {0};

	(void)state;
	add(&documents, "list", "data.json", "a", 'a');
	known_note(&store, &reader_fedramp, &documents, false);
	assert_string_equal(store.state.lacks, "changelog");
	assert_string_equal(store.state.location, "a");
	assert_string_equal(store.state.sha256, documents.rows[0].sha256);
	documents.rows[0].shape = "products.json";
	known_note(&store, &reader_fedramp, &documents, false);
	assert_string_equal(store.state.lacks, "");
	documents.rows[0].shape = "data.json";
	add(&documents, "changelog", "changelog-2", "b", 'b');
	known_note(&store, &reader_fedramp, &documents, false);
	assert_string_equal(store.state.lacks, "");
	assert_string_not_equal(store.state.sha256, documents.rows[0].sha256);
}

static void the_same_documents_are_unchanged(void **state)
{
	_cleanup_document_set_ struct document_set documents = {0}, moved = {0};

	(void)state;
	add(&documents, "list", "data.json", "a", 'a');
	add(&documents, "changelog", "changelog-2", "b", 'b');
	assert_false(known_unchanged(&store, &reader_fedramp, &documents));
	known_note(&store, &reader_fedramp, &documents, false);
	assert_true(known_unchanged(&store, &reader_fedramp, &documents));
	/* From elsewhere, in another order. */
	add(&moved, "changelog", "changelog-2", "x", 'b');
	add(&moved, "list", "data.json", "y", 'a');
	assert_true(known_unchanged(&store, &reader_fedramp, &moved));
	memset(moved.rows[0].sha256, 'c', CHECKSUM_TEXT_SIZE - 1);
	assert_false(known_unchanged(&store, &reader_fedramp, &moved));
	/* What is known of another list says nothing. */
	store.chain[1] = '2';
	assert_false(known_unchanged(&store, &reader_fedramp, &documents));
	assert_null(known_find(&store, &reader_fedramp, "a"));
}

static void what_an_unchanged_pull_did_without_stays_known(void **state)
{
	_cleanup_document_set_ struct document_set documents = {0}, part = {0};

	(void)state;
	add(&documents, "list", "data.json", "a", 'a');
	add(&documents, "changelog", "changelog-2", "b", 'b');
	known_note(&store, &reader_fedramp, &documents, false);
	add(&part, "list", "data.json", "a", 'a');
	known_note(&store, &reader_fedramp, &part, true);
	assert_string_equal(store.state.lacks, "changelog");
	assert_non_null(known_find(&store, &reader_fedramp, "b"));
	/* A generation without the changelog: it must be asked for anew. */
	memset(part.rows[0].sha256, 'c', CHECKSUM_TEXT_SIZE - 1);
	known_note(&store, &reader_fedramp, &part, false);
	assert_null(known_find(&store, &reader_fedramp, "b"));
}

static void another_source_knows_nothing_of_it(void **state)
{
	_cleanup_document_set_ struct document_set documents = {0};
	const struct document_kind *list = reader_find_kind(&reader_fedramp, "list");

	(void)state;
	add(&documents, "list", "data.json", "a", 'a');
	add(&documents, "changelog", "changelog-2", "b", 'b');
	known_note(&store, &reader_fedramp, &documents, false);
	assert_null(known_find(&store, &reader_interchange, "b"));
	assert_string_equal(known_shape(list, known_find(&store, &reader_fedramp, "a")),
			    "data.json");
	(void)strcpy(store.state.documents[0].shape, "of another time");
	assert_string_equal(known_shape(list, &store.state.documents[0]), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_list_alone_lacks_what_it_needs, set_up),
		cmocka_unit_test_setup(the_same_documents_are_unchanged, set_up),
		cmocka_unit_test_setup(what_an_unchanged_pull_did_without_stays_known, set_up),
		cmocka_unit_test_setup(another_source_knows_nothing_of_it, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
