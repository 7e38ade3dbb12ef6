/* compare: whether two copies of a list tell the same past, by what others can check, too. */
#include <errno.h>
#include <libgen.h>
#include <string.h>

#include "cli/command.h"
#include "cli/pull_options.h"
#include "cli/sandbox.h"
#include "evidence/side.h"
#include "mirror/fork.h"
#include "store/past/past.h"
#include "util/print.h"

struct comparing {
	struct side sides[2];
	struct network network;
	struct minisign_keys keys;
	struct reason reason;
};

static void comparing_release(struct comparing *comparing)
{
	side_release(&comparing->sides[0]);
	side_release(&comparing->sides[1]);
}

static void print_side(const struct side *side)
{
	const struct head *head = &side->head;
	char signer[80] = "not signed";

	if (side->signer[0] != '\0')
		(void)snprintf(signer, sizeof(signer), "signed with the key %s", side->id);
	else if (side->id[0] != '\0')
		(void)snprintf(signer, sizeof(signer), "signed, it says, with the key %s",
			       side->id);
	print_line("%s: generation %lld of %s, chain %s, %s", side->text,
		   (long long)head->generation, head->registry, head->chain, signer);
}

/* Two signatures of one key are proof against whoever has it. */
static enum exit_code print_fork(const struct comparing *comparing)
{
	const struct side *sides = comparing->sides;

	if (sides[0].signer[0] != '\0' && strcmp(sides[0].signer, sides[1].signer) == 0)
		print_line(
			"fork: both are signed with the key %s: whoever has it shows different lists to different readers",
			sides[0].id);
	return EXIT_ANSWER;
}

static enum exit_code compare_files(const struct comparing *comparing)
{
	const struct side *first = &comparing->sides[0], *second = &comparing->sides[1];
	_cleanup_past_ struct past_difference difference = {0};
	_cleanup_buffer_ struct buffer what = {0};
	bool behind = first->head.generation <= second->head.generation;
	int64_t last = behind ? first->head.generation : second->head.generation;
	int r = past_compare(span_of(&first->file), span_of(&second->file), last, &difference);

	if (r < 0)
		return EXIT_STORE;
	if (r == 0) {
		print_line("same: up to generation %lld both tell the same past", (long long)last);
		return EXIT_DONE;
	}
	fork_describe(&difference, "in the first", "in the second", &what);
	print_line("differ: %s", what.bytes);
	return print_fork(comparing);
}

/* Without both files, two heads of one generation are enough. */
static enum exit_code compare_heads(const struct comparing *comparing)
{
	const struct head *first = &comparing->sides[0].head, *second = &comparing->sides[1].head;

	if (strcmp(first->chain, second->chain) == 0) {
		print_line("same: up to generation %lld both tell the same past",
			   (long long)first->generation);
		return EXIT_DONE;
	}
	print_line("differ: generation %lld has two chains", (long long)first->generation);
	return print_fork(comparing);
}

static enum exit_code code_of(const struct reason *reason, int error)
{
	reason_say(reason);
	if (reason->refused)
		return EXIT_REFUSED;
	return error == -EINVAL || error == -EISDIR ? EXIT_USAGE : EXIT_FETCH;
}

static enum exit_code compare(struct comparing *comparing, const struct side_reading *reading)
{
	struct side *sides = comparing->sides;
	const struct head *first = &sides[0].head, *second = &sides[1].head;
	int r = 0;

	for (size_t i = 0; r == 0 && i < 2; i++) {
		r = side_read(&sides[i], reading);
		if (r == 0)
			print_side(&sides[i]);
	}
	if (r < 0)
		return code_of(&comparing->reason, r);
	if (strcmp(first->uuid, second->uuid) != 0) {
		print_line("differ: they are two stores, %s and %s", first->uuid, second->uuid);
		return EXIT_ANSWER;
	}
	if (first->generation == second->generation && strcmp(first->chain, second->chain) == 0 &&
	    (sides[0].file.length == 0 || sides[1].file.length == 0))
		return compare_heads(comparing);
	for (size_t i = 0; r == 0 && i < 2; i++)
		r = side_read_file(&sides[i], reading);
	if (r < 0)
		return code_of(&comparing->reason, r);
	if (sides[0].file.length > 0 && sides[1].file.length > 0)
		return compare_files(comparing);
	if (first->generation == second->generation)
		return compare_heads(comparing);
	(void)reason_fail(
		&comparing->reason, -ENODATA,
		"a head alone says nothing of generations other than its own, %lld; compare the store that follows it",
		(long long)(sides[0].file.length == 0 ? first : second)->generation);
	return code_of(&comparing->reason, -ENODATA);
}

/* A published directory is the one that its head is in. */
static int enter(const struct command *command, const struct comparing *comparing,
		 const char *public_key)
{
	struct location locations[2];
	char folders[2][STATE_TEXT_SIZE];

	for (size_t i = 0; i < 2; i++) {
		const struct side *side = &comparing->sides[i];

		locations[i] = location_of(side->text);
		if (side->kind != SIDE_PUBLISHED || locations[i].kind == LOCATION_URL)
			continue;
		(void)snprintf(folders[i], sizeof(folders[i]), "%s", side->location);
		locations[i].text = dirname(folders[i]);
	}
	return command_sandbox(command, &(struct sandbox_needs){
						.inputs = {public_key, comparing->network.ca_file},
						.locations = locations,
						.location_count = 2,
					});
}

static int run_compare(const struct command *command, int argc, char **argv)
{
	__attribute__((cleanup(comparing_release))) struct comparing comparing = {
		.network = NETWORK_DEFAULT};
	const char *public_key = NULL;
	struct command_words words;
	const struct command_option options[] = {
		OPTION("pubkey", &public_key, "FILE",
		       "public keys: what is signed must be signed with one"),
		CACERT_OPTION(&comparing.network.ca_file),
		{0},
	};
	int r = command_options(command, argc, argv, options, &words);

	if (r != 0)
		return r;
	if (words.count != 2)
		return command_usage(
			command,
			"two are compared: stores, published directories or their addresses, generation files, heads");
	for (int i = 0; i < 2; i++) {
		if (strlen(words.words[i]) > STATE_TEXT_SIZE - 16)
			return command_usage(command, "'%.40s' is too long", words.words[i]);
		side_begin(&comparing.sides[i], words.words[i]);
	}
	if (enter(command, &comparing, public_key) < 0)
		return EXIT_STORE;
	if (public_key && minisign_read_public(public_key, &comparing.keys) < 0)
		return EXIT_USAGE;
	return (int)compare(&comparing, &(struct side_reading){
						.network = &comparing.network,
						.keys = &comparing.keys,
						.keys_file = public_key,
						.reason = &comparing.reason,
					});
}

const struct command command_compare = {
	.name = "compare",
	.synopsis = "A B",
	.summary = N_("tell whether two copies of a list have the same past"),
	.exit_status = N_(
		"1 they differ, 3 could not fetch, 4 a signature or a file is refused,\n5 store unusable"),
	.run = run_compare,
};
