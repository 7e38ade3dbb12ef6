/* The promises of include/inode.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "inode.h"
#include "state.h"

static void rows_come_back(void **state)
{
	static const enum inode_class classes[] = {INODE_VALUE, INODE_LINK, INODE_DOCUMENT};
	static const uint64_t ids[] = {
		1, 2, UINT32_MAX, UINT64_C(1) << 32, INODE_ROW_MAX - 1, INODE_ROW_MAX};

	(void)state;
	for (size_t c = 0; c < 3; c++)
		for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
			uint64_t inode = inode_of_row(classes[c], ids[i]);
			struct directory directory;

			assert_int_equal(inode_class(inode), classes[c]);
			assert_true(inode_row(inode) == ids[i]);
			assert_true(inode >> 63 == 0);
			assert_false(inode_to_directory(inode, &directory));
		}
}

static void a_row_beyond_the_limit_keeps_its_class(void **state)
{
	(void)state;
	assert_int_equal(inode_class(inode_of_row(INODE_VALUE, UINT64_MAX)), INODE_VALUE);
}

static void directories_come_back(void **state)
{
	static const uint32_t entities[] = {2, 77, 0x2000000, INODE_ENTITY_MAX};
	static const uint32_t generations[] = {0, 1, 0x12345, INODE_GENERATION_MAX};
	static const uint32_t offsets[] = {0, 1, 365, INODE_DAY_OFFSET_MAX};

	(void)state;
	for (int kind = 1; kind < KIND_END; kind++)
		for (int relation = 0; relation < RELATION_END; relation++)
			for (size_t e = 0; e < 4; e++)
				for (size_t g = 0; g < 16; g++) {
					struct directory there = {.kind = (enum kind)kind,
								  .relation =
									  (enum relation)relation,
								  .generation = generations[g / 4],
								  .day_offset = offsets[g % 4],
								  .entity = entities[e]};
					struct directory back;
					uint64_t inode = inode_of_directory(&there);

					assert_int_equal(inode_class(inode), INODE_DIRECTORY);
					assert_true(inode_to_directory(inode, &back));
					assert_int_equal(back.kind, kind);
					assert_int_equal(back.relation, relation);
					assert_true(back.generation == generations[g / 4]);
					assert_true(back.day_offset == offsets[g % 4]);
					assert_true(back.entity == entities[e]);
				}
}

static void the_vocabulary_fits(void **state)
{
	(void)state;
	assert_true(KIND_END <= 16);
	assert_true(RELATION_END <= RELATION_CONFIRMED);
}

static void the_root_is_one(void **state)
{
	struct directory root = {.kind = KIND_ROOT, .entity = ENTITY_ROOT}, back;

	(void)state;
	assert_true(inode_of_directory(&root) == 1);
	assert_true(inode_to_directory(1, &back));
	assert_int_equal(back.kind, KIND_ROOT);
	assert_true(back.entity == ENTITY_ROOT);
	assert_true(back.generation == 0);
	assert_int_equal(inode_class(1), INODE_ROOT);
}

/* The root of a day under at/ is not the tree's root. */
static void an_older_root_is_another(void **state)
{
	struct directory root = {.kind = KIND_ROOT, .entity = ENTITY_ROOT, .generation = 3}, back;
	uint64_t inode = inode_of_directory(&root);

	(void)state;
	assert_true(inode != INODE_ROOT_NUMBER);
	assert_true(inode_to_directory(inode, &back));
	assert_true(back.generation == 3);
	assert_true(back.entity == ENTITY_ROOT);
}

static void numbers_of_strangers_are_no_directories(void **state)
{
	struct directory directory;

	(void)state;
	assert_false(inode_to_directory(0, &directory));
	assert_false(inode_to_directory(2, &directory));
	assert_false(inode_to_directory(INT64_MAX, &directory));
	assert_false(inode_to_directory((uint64_t)INODE_FRESH << 60, &directory));
}

static void states_differ_by_file_serial_staleness_and_generation(void **state)
{
	uint64_t inode = inode_of_state(3, 5, 7, 0);

	(void)state;
	assert_int_equal(inode_class(inode), INODE_STATE);
	assert_int_equal(inode_state_file(inode), 3);
	assert_true(inode != inode_of_state(4, 5, 7, 0));
	assert_true(inode != inode_of_state(3, 6, 7, 0));
	assert_true(inode != inode_of_state(3, 5, 8, 0));
	assert_true(inode != inode_of_state(3, 5, 7, 1));
}

static void the_greatest_state_stays_in_its_bits(void **state)
{
	uint64_t inode = inode_of_state(63, UINT32_MAX, UINT32_MAX, 15);

	(void)state;
	assert_int_equal(inode_class(inode), INODE_STATE);
	assert_int_equal(inode_state_file(inode), 63);
	assert_true(STATE_FILE_COUNT <= 16);
	assert_true(STALE_EXPIRED <= 15);
	assert_true(inode_of_state(0, 0, UINT32_MAX, 0) != inode_of_state(0, 0, 0, 1));
	assert_true(inode_of_state(0, 1, 0, 0) != inode_of_state(0, 0, 0, 15));
	assert_true((inode_of_state(0, 0, UINT32_MAX, 0) & inode_of_state(0, 0, 0, 15)) ==
		    (uint64_t)INODE_STATE << 60);
}

/* The kernel would move a directory that had two names. */
static void each_day_has_directories_of_its_own(void **state)
{
	struct directory one = {.kind = KIND_SERVICE, .entity = 9, .generation = 3}, next = one;

	(void)state;
	next.day_offset = 1;
	assert_true(inode_of_directory(&one) != inode_of_directory(&next));
	/* What people see is the same, as the content is; but a day's root says which day it is. */
	assert_true(inode_shown(inode_of_directory(&one)) ==
		    inode_shown(inode_of_directory(&next)));
	one.kind = next.kind = KIND_ROOT;
	one.entity = next.entity = ENTITY_ROOT;
	assert_true(inode_shown(inode_of_directory(&one)) !=
		    inode_shown(inode_of_directory(&next)));
	assert_true(inode_without_day(inode_of_directory(&next)) == INODE_ROOT_NUMBER);
}

#define NODES_MAX 131072

struct nodes {
	size_t count;
	uint64_t kernels[NODES_MAX], shown[NODES_MAX];
};

static void add(struct nodes *nodes, uint64_t inode)
{
	assert_true(nodes->count < NODES_MAX);
	nodes->kernels[nodes->count] = inode;
	nodes->shown[nodes->count++] = inode_shown(inode);
}

/* Each number in a field alone: around every power of two, and the greatest. */
static size_t samples(uint64_t maximum, uint64_t numbers[static 200])
{
	size_t count = 0;

	for (uint64_t power = 1; power <= maximum; power <<= 1) {
		numbers[count++] = power;
		if (power > 2)
			numbers[count++] = power - 1;
	}
	numbers[count++] = maximum;
	return count;
}

static void add_directories(struct nodes *nodes)
{
	uint64_t entities[200], generations[200];
	size_t entity_count = samples(INODE_ENTITY_MAX, entities);
	size_t generation_count = samples(INODE_GENERATION_MAX, generations);

	generations[generation_count++] = 0;
	for (uint32_t offset = 0; offset < 1000; offset += 333)
		for (size_t g = 0; g + 1 < generation_count; g++)
			for (int kind = KIND_ROOT; kind <= KIND_REGISTRY;
			     kind += KIND_REGISTRY - KIND_ROOT) {
				const struct directory directory = {
					.kind = (enum kind)kind,
					.generation = (uint32_t)generations[g],
					.day_offset = offset,
					.entity = kind == KIND_ROOT ? ENTITY_ROOT : 70000,
				};

				add(nodes, inode_of_directory(&directory));
			}
	for (size_t e = 0; e < entity_count; e++)
		for (size_t g = 0; g < generation_count; g++)
			for (int relation = 0; relation < RELATION_END; relation++) {
				/* An entity has one kind. */
				const struct directory directory = {
					.kind = (enum kind)(KIND_COLLECTION + entities[e] % 8),
					.relation = (enum relation)relation,
					.generation = (uint32_t)generations[g],
					.entity = (uint32_t)entities[e],
				};

				add(nodes, inode_of_directory(&directory));
			}
}

static void add_others(struct nodes *nodes)
{
	uint64_t rows[200], serials[200];
	size_t row_count = samples(LISTING_KEY_MAX, rows);
	size_t serial_count = samples(UINT32_MAX, serials);

	for (size_t i = 0; i < row_count; i++) {
		add(nodes, inode_of_row(INODE_VALUE, rows[i]));
		add(nodes, inode_of_row(INODE_LINK, rows[i]));
		add(nodes, inode_of_row(INODE_DOCUMENT, rows[i]));
	}
	for (size_t i = 0; i < serial_count; i++)
		for (unsigned file = 0; file < 16; file++)
			for (uint32_t generation = 1; generation < 0x200; generation *= 2)
				for (unsigned reason = 0; reason < 16; reason += 5)
					add(nodes, inode_of_state(file, generation,
								  (uint32_t)serials[i], reason));
	for (int64_t day = -1; day < 30000; day += 1000)
		for (int node = DAY_NODE_LINK; node <= DAY_NODE_UNTIL; node++)
			add(nodes, inode_of_day((enum day_node)node, (uint32_t)day));
	add(nodes, inode_of_row(INODE_FRESH, 0));
}

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static size_t different(uint64_t *numbers, size_t count)
{
	size_t found = count > 0;

	qsort(numbers, count, sizeof(*numbers), compare);
	for (size_t i = 1; i < count; i++)
		found += numbers[i] != numbers[i - 1];
	return found;
}

static void what_is_shown_fits_a_double_and_is_one_nodes_alone(void **state)
{
	static struct nodes nodes;

	(void)state;
	add_directories(&nodes);
	add_others(&nodes);
	for (size_t i = 0; i < nodes.count; i++)
		assert_true(nodes.shown[i] > 0 && nodes.shown[i] <= INODE_SHOWN_MAX);
	assert_true(different(nodes.kernels, nodes.count) > 10000);
	assert_int_equal(different(nodes.shown, nodes.count),
			 different(nodes.kernels, nodes.count));
	assert_true(inode_shown(INODE_ROOT_NUMBER) == INODE_ROOT_NUMBER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_back),
		cmocka_unit_test(a_row_beyond_the_limit_keeps_its_class),
		cmocka_unit_test(directories_come_back),
		cmocka_unit_test(the_vocabulary_fits),
		cmocka_unit_test(the_root_is_one),
		cmocka_unit_test(an_older_root_is_another),
		cmocka_unit_test(numbers_of_strangers_are_no_directories),
		cmocka_unit_test(states_differ_by_file_serial_staleness_and_generation),
		cmocka_unit_test(the_greatest_state_stays_in_its_bits),
		cmocka_unit_test(each_day_has_directories_of_its_own),
		cmocka_unit_test(what_is_shown_fits_a_double_and_is_one_nodes_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
