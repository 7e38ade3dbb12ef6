/* The promises of include/state.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <errno.h>
#include <fcntl.h>

#include <cmocka.h>

#include "state.h"
#include "store/directory.h"
#include "util/text/text.h"

static char directory[] = "/tmp/ismapfs-state.XXXXXX";
static int directory_fd = -1;

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return directory_fd < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlinkat(directory_fd, STATE_FILE_NAME, 0);
	(void)close(directory_fd);
	return rmdir(directory);
}

static void write_raw(const char *text)
{
	int fd = openat(directory_fd, STATE_FILE_NAME, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
}

static void what_is_written_comes_back(void **state)
{
	struct store_directory store = {.fd = directory_fd, .lock_fd = -1, .path = directory};
	struct state back;

	(void)state;
	store.state = (struct state){.serial = 41,
				     .last_attempt = 1783166400000,
				     .last_success = 1783166400001,
				     .next_try = 1783166400002};
	state_set_text(store.state.last_error, "it failed: 100 % \xe6\x97\xa5");
	state_set_text(store.state.location, "https://registry.example/a b?c=d");
	state_set_text(store.state.etag, "W/\"x y\"");
	state_set_text(store.state.last_modified, "Wed, 01 Jan 2025 00:00:00 GMT");
	memset(store.state.sha256, 'a', 64);
	(void)strcpy(store.state.signer, "RWSjQ3W8Ovcgbw3q");
	store.state.head_published = 1783166400003;
	store.state.verified = 1783166400004;
	store.state.expires = 1783166400005;
	assert_int_equal(store_directory_write_state(&store), 0);
	assert_int_equal(state_read(directory_fd, &back), 0);
	assert_int_equal(back.serial, 42);
	assert_true(back.written_at > 0);
	assert_true(back.last_attempt == 1783166400000);
	assert_true(back.last_success == 1783166400001);
	assert_true(back.next_try == 1783166400002);
	assert_string_equal(back.last_error, store.state.last_error);
	assert_string_equal(back.location, store.state.location);
	assert_string_equal(back.etag, store.state.etag);
	assert_string_equal(back.last_modified, store.state.last_modified);
	assert_string_equal(back.sha256, store.state.sha256);
	assert_string_equal(back.signer, store.state.signer);
	assert_true(back.head_published == 1783166400003);
	assert_true(back.verified == 1783166400004);
	assert_true(back.expires == 1783166400005);
}

static void writing_never_goes_back_in_time(void **state)
{
	struct store_directory store = {.fd = directory_fd, .lock_fd = -1, .path = directory};
	int64_t future = timestamp_now() + MILLISECONDS_PER_HOUR / 2;

	(void)state;
	store.state.written_at = future;
	assert_int_equal(store_directory_write_state(&store), 0);
	assert_true(store.state.written_at == future + 1);
}

static void what_a_wrong_clock_wrote_gives_way(void **state)
{
	struct store_directory store = {.fd = directory_fd, .lock_fd = -1, .path = directory};
	int64_t before = timestamp_now();

	(void)state;
	store.state.written_at = before + 40 * MILLISECONDS_PER_DAY;
	assert_int_equal(store_directory_write_state(&store), 0);
	assert_true(store.state.written_at >= before);
	assert_true(store.state.written_at <= timestamp_now());
}

static void the_longest_texts_come_back(void **state)
{
	struct store_directory store = {.fd = directory_fd, .lock_fd = -1, .path = directory};
	struct state back;
	char text[STATE_TEXT_SIZE * 2];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	state_set_text(store.state.last_error, text);
	state_set_text(store.state.location, text);
	state_set_text(store.state.etag, text);
	state_set_text(store.state.last_modified, text);
	assert_int_equal(strlen(store.state.etag), STATE_TEXT_SIZE - 1);
	assert_int_equal(store_directory_write_state(&store), 0);
	assert_int_equal(state_read(directory_fd, &back), 0);
	assert_string_equal(back.last_error, store.state.last_error);
	assert_string_equal(back.last_modified, store.state.last_modified);
}

static void no_state_is_all_zero(void **state)
{
	const struct state zero = {0};
	struct state back = {.serial = 7};

	(void)state;
	(void)unlinkat(directory_fd, STATE_FILE_NAME, 0);
	assert_int_equal(state_read(directory_fd, &back), 0);
	assert_memory_equal(&back, &zero, sizeof(zero));
}

static void a_foreign_file_is_refused(void **state)
{
	static const char *const texts[] = {"", "serial 1\n", "ismapfs-state 3\nserial 1\n",
					    "ismapfs-state 1", "ismapfs-state 10\n"};
	struct state back;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_raw(texts[i]);
		assert_int_equal(state_read(directory_fd, &back), -EBADMSG);
		assert_int_equal(back.serial, 0);
	}
}

static void unknown_and_broken_lines_are_passed_over(void **state)
{
	struct state back;

	(void)state;
	write_raw(STATE_HEADER "\nfuture-thing 7\nnospace\n\nserial 9\nlast-success 5x\netag\n"
			       "last-error two  spaces \nserial");
	assert_int_equal(state_read(directory_fd, &back), 0);
	assert_int_equal(back.serial, 9);
	assert_true(back.last_success == 5);
	assert_string_equal(back.etag, "");
	assert_string_equal(back.last_error, "two  spaces ");
}

static void too_long_a_checksum_is_cut(void **state)
{
	char text[400] = STATE_HEADER "\nsha256 ";
	struct state back;

	(void)state;
	memset(text + strlen(text), 'f', 300);
	write_raw(text);
	assert_int_equal(state_read(directory_fd, &back), 0);
	assert_int_equal(strlen(back.sha256), 64);
}

static void control_characters_become_blanks(void **state)
{
	char text[STATE_TEXT_SIZE];

	(void)state;
	state_set_text(text, "a\nb\rc\td\x1b[0m\x7f"
			     "e");
	assert_string_equal(text, "a b c d [0m e");
	state_set_text(text, "");
	assert_string_equal(text, "");
}

static void foreign_texts_that_are_shown_move_no_terminal(void **state)
{
	struct state back;

	(void)state;
	write_raw(
		"ismapfs-state 2\nlast-error a\x1b]0;b\xc2\x9b\u202ec\nsigner RW\x1b[2J\netag a\u202eb\n");
	assert_int_equal(state_read(directory_fd, &back), 0);
	assert_string_equal(back.last_error, "a?]0;b?????c");
	assert_string_equal(back.signer, "RW?[2J");
	assert_string_equal(back.etag, "a\u202eb");
}

static void a_cut_leaves_whole_characters(void **state)
{
	static const char *const characters[] = {"\xc3\xa9", "\xe6\x97\xa5", "\xf0\x9f\xa6\x80"};

	(void)state;
	for (size_t c = 0; c < 3; c++)
		for (size_t shift = 0; shift < 5; shift++) {
			char in[STATE_TEXT_SIZE * 2] = "xxxx", out[STATE_TEXT_SIZE],
						  *end = in + shift;

			while ((size_t)(end - in) < STATE_TEXT_SIZE + 8)
				end = stpcpy(end, characters[c]);
			state_set_text(out, in);
			assert_true(strlen(out) > STATE_TEXT_SIZE - 10);
			assert_true(text_is_utf8((const unsigned char *)out, strlen(out)));
			assert_memory_equal(out, in, strlen(out));
		}
}

static void what_fits_is_not_cut(void **state)
{
	char in[STATE_TEXT_SIZE], out[STATE_TEXT_SIZE];

	(void)state;
	memset(in, 'x', sizeof(in));
	(void)strcpy(in + STATE_TEXT_SIZE - 4, "\xe6\x97\xa5");
	state_set_text(out, in);
	assert_string_equal(out, in);
}

static void documents_come_back(void **state)
{
	struct store_directory store = {.fd = directory_fd, .lock_fd = -1, .path = directory};
	char text[2 * STATE_TEXT_SIZE];
	struct state back;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < STATE_DOCUMENTS_MAX; i++) {
		struct state_document *document =
			state_document_add(&store.state, i == 0 ? "list" : "overview");

		assert_ptr_equal(document, &store.state.documents[i]);
		state_set_text(document->location, text);
		state_set_text(document->etag, text);
		state_set_text(document->last_modified, text);
		memset(document->sha256, 'a' + (int)i, 64);
		(void)strcpy(document->shape, i == 0 ? "data.json" : "");
		document->location[0] = (char)('0' + i);
	}
	assert_null(state_document_add(&store.state, "list"));
	(void)strcpy(store.state.lacks, "changelog");
	assert_int_equal(store_directory_write_state(&store), 0);
	assert_int_equal(state_read(directory_fd, &back), 0);
	assert_string_equal(back.lacks, "changelog");
	assert_memory_equal(back.documents, store.state.documents, sizeof(back.documents));
}

static void odd_lines_of_documents_are_passed_over(void **state)
{
	struct state back;

	(void)state;
	write_raw("ismapfs-state 2\ndocument\ndocument list\ndocument list etag\n"
		  "document list etag before\ndocument list location a b\n"
		  "document list etag \"x y\"\ndocument list other z\n"
		  "document overview location one\ndocument overview location two\n"
		  "document overview sha256 2\n");
	assert_int_equal(state_read(directory_fd, &back), 0);
	assert_string_equal(back.documents[0].location, "a b");
	assert_string_equal(back.documents[0].etag, "\"x y\"");
	assert_string_equal(back.documents[1].location, "one");
	assert_string_equal(back.documents[1].sha256, "");
	assert_string_equal(back.documents[2].sha256, "2");
	assert_string_equal(back.documents[3].role, "");
}

static void a_state_of_before_is_read(void **state)
{
	struct state back;

	(void)state;
	write_raw("ismapfs-state 1\nserial 7\netag x\nlocation y\n");
	assert_int_equal(state_read(directory_fd, &back), 0);
	assert_int_equal(back.serial, 7);
	assert_string_equal(back.location, "y");
	assert_string_equal(back.documents[0].role, "");
}

/* Of a list that is the state's own. */
static bool counts_as_stale(const struct state *state, bool complete, int64_t max_age, int64_t now)
{
	const struct state_list list = {.complete = complete, .spoken_of = true};
	const struct state_limits limits = {max_age, -1};

	return state_stale_reason(state, &list, &limits, now) != STALE_NOT;
}

static void staleness(void **state)
{
	const int64_t now = INT64_C(1783166400000), age = STATE_MAX_AGE_DEFAULT;
	struct state checked = {.last_success = now - age};

	(void)state;
	assert_false(counts_as_stale(&checked, true, age, now));
	assert_true(counts_as_stale(&checked, true, age, now + 1));
	assert_true(counts_as_stale(&checked, true, age - 1, now));
	assert_true(counts_as_stale(&checked, false, age, now));
	(void)strcpy(checked.lacks, "changelog");
	assert_true(counts_as_stale(&checked, true, age, now));
	checked.lacks[0] = '\0';
	checked.last_success = 0;
	assert_true(counts_as_stale(&checked, true, INT64_MAX, now));
	checked.last_success = -1;
	assert_true(counts_as_stale(&checked, true, age, now));
}

/* A clock that was set back: nobody can tell how old such a check is. */
static void a_check_in_the_future_is_none(void **state)
{
	const int64_t now = INT64_C(1783166400000);
	struct state checked = {.last_success = now + MILLISECONDS_PER_HOUR};

	(void)state;
	assert_false(counts_as_stale(&checked, true, STATE_MAX_AGE_DEFAULT, now));
	checked.last_success++;
	assert_true(counts_as_stale(&checked, true, STATE_MAX_AGE_DEFAULT, now));
	assert_true(counts_as_stale(&checked, true, INT64_MAX, now));
}

/* What a signer vouches for until a time is stale from then on, however lately it was checked. */
static void an_expired_head_is_stale(void **state)
{
	const int64_t now = INT64_C(1783166400000), age = STATE_MAX_AGE_DEFAULT;
	struct state mirrored = {.last_success = now, .expires = now + 1000};

	(void)state;
	assert_false(counts_as_stale(&mirrored, true, age, now + 1000));
	assert_true(counts_as_stale(&mirrored, true, age, now + 1001));
	assert_true(counts_as_stale(&mirrored, true, INT64_MAX, now + 1001));
	assert_true(state_fresh_until(&mirrored, &(struct state_limits){age, -1}) == now + 1000);
	assert_true(state_fresh_until(&mirrored, &(struct state_limits){500, -1}) == now + 500);
	mirrored.expires = 0;
	assert_true(state_fresh_until(&mirrored, &(struct state_limits){age, -1}) == now + age);
	assert_true(state_fresh_until(&mirrored, &(struct state_limits){INT64_MAX, -1}) ==
		    STATE_TIME_MAX);
}

static void files_are_rendered(void **state)
{
	const struct state_verdict fresh = {.reason = STALE_NOT, .sentence = ""};
	const struct state_verdict stale = {.reason = STALE_UNCHECKED, .sentence = "too old"};
	struct state checked = {.last_success = INT64_C(1783166400000)};
	char text[STATE_FILE_SIZE_MAX];
	volatile size_t short_by_much = 20, short_by_one = 3; /* unknown to the compiler */

	(void)state;
	assert_int_equal(state_render(STATE_CHECKED, &checked, &fresh, NULL, text, sizeof(text)),
			 21);
	assert_string_equal(text, "2026-07-04T12:00:00Z\n");
	assert_int_equal(state_render(STATE_STALE, &checked, &stale, NULL, text, sizeof(text)), 4);
	assert_string_equal(text, "yes\n");
	assert_int_equal(
		state_render(STATE_STALE_REASON, &checked, &stale, NULL, text, sizeof(text)), 8);
	assert_string_equal(text, "too old\n");
	assert_int_equal(
		state_render(STATE_STALE_REASON, &checked, &fresh, NULL, text, sizeof(text)),
		-ENOENT);
	assert_int_equal(state_render(STATE_DAYS, &checked, &fresh, "2026-07-04\tpublished\n", text,
				      sizeof(text)),
			 21);
	/* What only a mirror has. */
	assert_int_equal(state_render(STATE_VERIFIED, &checked, &fresh, NULL, text, sizeof(text)),
			 -ENOENT);
	assert_int_equal(state_render(STATE_SIGNER, &checked, &fresh, NULL, text, sizeof(text)),
			 -ENOENT);
	assert_int_equal(state_render(STATE_EXPIRES, &checked, &fresh, NULL, text, sizeof(text)),
			 -ENOENT);
	(void)strcpy(checked.signer, "RWSj");
	checked.expires = INT64_C(1783166400000);
	assert_int_equal(state_render(STATE_SIGNER, &checked, &fresh, NULL, text, sizeof(text)), 5);
	assert_string_equal(text, "RWSj\n");
	assert_int_equal(state_render(STATE_EXPIRES, &checked, &fresh, NULL, text, sizeof(text)),
			 21);
	assert_int_equal(state_render(STATE_LAST_ERROR, &checked, &fresh, NULL, text, sizeof(text)),
			 0);
	assert_int_equal(state_render(STATE_NEXT_TRY, &checked, &fresh, NULL, text, sizeof(text)),
			 -ENOENT);
	assert_int_equal(
		state_render(STATE_LAST_ATTEMPT, &checked, &fresh, NULL, text, sizeof(text)),
		-ENOENT);
	assert_true(state_render(STATE_README, &checked, &fresh, "About.\n", text, sizeof(text)) >
		    0);
	assert_string_equal(text, "About.\n\nChecked against the source: 2026-07-04T12:00:00Z\n"
				  "Stale: no\n");
	assert_true(state_render(STATE_README, &checked, &stale, "About.\n", text, sizeof(text)) >
		    0);
	assert_string_equal(text, "About.\n\nChecked against the source: 2026-07-04T12:00:00Z\n"
				  "Not to be relied on: .registry/stale.reason says why\n"
				  "Stale: yes\n");
	assert_int_equal(
		state_render(STATE_README, &checked, &fresh, "About.\n", text, short_by_much),
		-ENOBUFS);
	assert_int_equal(state_render(STATE_STALE, &checked, &fresh, NULL, text, short_by_one),
			 -ENOBUFS);
}

static void mtimes_never_go_back(void **state)
{
	const struct state_verdict fresh = {.reason = STALE_NOT, .limits = {9, -1}};
	const struct state_verdict old = {.reason = STALE_UNCHECKED, .limits = {3000, -1}};
	const struct state_verdict copied = {.reason = STALE_UNSPOKEN, .limits = {3000, -1}};
	struct state checked = {.written_at = 5000, .last_success = 4000};

	(void)state;
	assert_true(state_mtime(STATE_CHECKED, &checked, &fresh, 0) == INT64_C(5000000000));
	assert_true(state_mtime(STATE_CHECKED, &checked, &fresh, INT64_C(6000000000)) ==
		    INT64_C(6000000000));
	/* Going stale is a change of what `stale` and README say, though nobody wrote. */
	assert_true(state_mtime(STATE_STALE, &checked, &old, 0) == INT64_C(7000000000));
	assert_true(state_mtime(STATE_README, &checked, &old, 0) == INT64_C(7000000000));
	assert_true(state_mtime(STATE_STALE_REASON, &checked, &old, 0) == INT64_C(7000000000));
	assert_true(state_mtime(STATE_CHECKED, &checked, &old, 0) == INT64_C(5000000000));
	/* What isn't stale for its age didn't become so when that ran out. */
	assert_true(state_mtime(STATE_STALE, &checked, &copied, 0) == INT64_C(5000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_comes_back),
		cmocka_unit_test(writing_never_goes_back_in_time),
		cmocka_unit_test(what_a_wrong_clock_wrote_gives_way),
		cmocka_unit_test(the_longest_texts_come_back),
		cmocka_unit_test(no_state_is_all_zero),
		cmocka_unit_test(a_foreign_file_is_refused),
		cmocka_unit_test(unknown_and_broken_lines_are_passed_over),
		cmocka_unit_test(too_long_a_checksum_is_cut),
		cmocka_unit_test(control_characters_become_blanks),
		cmocka_unit_test(foreign_texts_that_are_shown_move_no_terminal),
		cmocka_unit_test(a_cut_leaves_whole_characters),
		cmocka_unit_test(what_fits_is_not_cut),
		cmocka_unit_test(documents_come_back),
		cmocka_unit_test(odd_lines_of_documents_are_passed_over),
		cmocka_unit_test(a_state_of_before_is_read),
		cmocka_unit_test(staleness),
		cmocka_unit_test(a_check_in_the_future_is_none),
		cmocka_unit_test(an_expired_head_is_stale),
		cmocka_unit_test(files_are_rendered),
		cmocka_unit_test(mtimes_never_go_back),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
